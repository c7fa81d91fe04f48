using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    /// <summary>
    /// There is no token. <see cref="Exception.Message"/> is one line for a person that says what happened and what to do;
    /// neither it nor any property holds a secret of the request.
    /// </summary>
    public sealed class TokenException : Exception
    {
        internal TokenException(TokenStatus status, CallHandle call)
            : base(call.Text(CallField.ErrorMessage))
        {
            Status = status;
            OAuthError = call.Text(CallField.OAuthError);
            ErrorDescription = call.Text(CallField.OAuthErrorDescription);
            ErrorUri = call.Text(CallField.OAuthErrorUri);
            ErrorCodes = Codes(call.Text(CallField.ErrorCodes));
            CorrelationId = call.Text(CallField.CorrelationId);
            TraceId = call.Text(CallField.TraceId);
            RetryAfter = call.Seconds(CallMetric.RetryAfterSeconds);
            HttpStatus = (int?)call.Number(CallMetric.HttpStatus);
            Attempts = (int)(call.Number(CallMetric.Attempts) ?? 0);
            Elapsed = TimeSpan.FromMilliseconds(call.Number(CallMetric.ElapsedMs) ?? 0);
        }

        /// <summary>A failure before there is a call.</summary>
        internal TokenException(TokenStatus status, string message)
            : base(message)
        {
            Status = status;
            ErrorCodes = Codes(null);
        }

        /// <summary>The kind of failure.</summary>
        public TokenStatus Status { get; }

        /// <summary><c>error</c> of an OAuth error, such as "invalid_client" (RFC 6749 section 5.2).</summary>
        public string? OAuthError { get; }

        /// <summary><c>error_description</c>, as one printable line.</summary>
        public string? ErrorDescription { get; }

        /// <summary><c>error_uri</c>.</summary>
        public string? ErrorUri { get; }

        /// <summary>Entra's <c>error_codes</c>, the numbers of its AADSTS messages; empty where there are none.</summary>
        public IReadOnlyList<long> ErrorCodes { get; }

        /// <summary><c>correlation_id</c>, with which Entra's support finds the request.</summary>
        public string? CorrelationId { get; }

        /// <summary><c>trace_id</c>, likewise.</summary>
        public string? TraceId { get; }

        /// <summary>How long the server asks to wait before the next request.</summary>
        public TimeSpan? RetryAfter { get; }

        /// <summary>The HTTP status of the last attempt's answer; null where that brought none.</summary>
        public int? HttpStatus { get; }

        /// <summary>
        /// Attempts made; looking up an issuer is a part of one. 0 where nothing was sent, and where whoever waited had
        /// to end an overdue call.
        /// </summary>
        public int Attempts { get; }

        /// <summary>How long the exchange took.</summary>
        public TimeSpan Elapsed { get; }

        private static IReadOnlyList<long> Codes(string? codes) => codes is null
            ? Array.Empty<long>()
            : codes.Split(',').Select(code => long.Parse(code, CultureInfo.InvariantCulture)).ToList();
    }
}
