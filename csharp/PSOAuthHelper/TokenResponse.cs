using System;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    /// <summary>
    /// A token (RFC 6749 section 5.1). Its texts are managed strings, which cannot be wiped: keep it no longer than needed.
    /// </summary>
    public sealed class TokenResponse
    {
        internal TokenResponse(CallHandle call)
        {
            AccessToken = call.Text(CallField.AccessToken) ?? "";
            TokenType = call.Text(CallField.TokenType);
            RefreshToken = call.Text(CallField.RefreshToken);
            Scope = call.Text(CallField.Scope);
            Body = call.Text(CallField.Body) ?? "";
            ExpiresIn = call.Seconds(CallMetric.ExpiresIn);
            ExpiresOn = call.UnixTime(CallMetric.ExpiresOn);
            HttpStatus = (int?)call.Number(CallMetric.HttpStatus);
            Attempts = (int)(call.Number(CallMetric.Attempts) ?? 0);
            IsFromCache = call.Number(CallMetric.FromCache) == 1;
            Elapsed = TimeSpan.FromMilliseconds(call.Number(CallMetric.ElapsedMs) ?? 0);
        }

        /// <summary><c>access_token</c>: never empty, printable ASCII.</summary>
        public string AccessToken { get; }

        /// <summary><c>token_type</c>, usually "Bearer".</summary>
        public string? TokenType { get; }

        /// <summary><c>refresh_token</c>.</summary>
        public string? RefreshToken { get; }

        /// <summary><c>scope</c>, where the server says what it granted.</summary>
        public string? Scope { get; }

        /// <summary>
        /// How long the token lives, from when it came; of a token from the cache, what is left of that. Null where the
        /// server does not say.
        /// </summary>
        public TimeSpan? ExpiresIn { get; }

        /// <summary>When the token ends, as the server says or worked out from <see cref="ExpiresIn"/>.</summary>
        public DateTimeOffset? ExpiresOn { get; }

        /// <summary>
        /// The server's JSON as it came; of a token from the cache, with the <c>expires_in</c> that is left. It holds the
        /// tokens: do not log it.
        /// </summary>
        public string Body { get; }

        /// <summary>Whether the token comes from the process's <see cref="TokenCache"/>.</summary>
        public bool IsFromCache { get; }

        /// <summary>The HTTP status of the answer; of a token from the cache, that of the renewal that has just failed, else null.</summary>
        public int? HttpStatus { get; }

        /// <summary>Attempts made, the last one included; 0 where the token comes from the cache.</summary>
        public int Attempts { get; }

        /// <summary>How long the exchange took.</summary>
        public TimeSpan Elapsed { get; }

        /// <summary>What the token is for and when it ends, without the token.</summary>
        public override string ToString() =>
            $"TokenResponse {{ TokenType = {TokenType}, Scope = {Scope}, ExpiresOn = {ExpiresOn:O} }}";
    }
}
