using System;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    /// <summary>
    /// The process's token cache, which requests with <see cref="TokenRequest.UseTokenCache"/> share. It is in memory alone,
    /// and keeps at most 1,000 tokens.
    /// </summary>
    /// <remarks>
    /// A kept token answers every request that differs in nothing but its time limits, retries and waiting. It does so
    /// until five minutes before its end, or a tenth of its life where that is less. Calls that ask for the same at once
    /// share one exchange. Not kept are failures, tokens whose end is not known, answers of more than 64 KiB or with a
    /// refresh token, and those of other grants than "client_credentials" and "password".
    /// </remarks>
    public static class TokenCache
    {
        private const int LargestKept = 64 * 1024;

        // What else this matches makes the time shorter than it could be.
        private static readonly Regex RefreshIn = new Regex("\"refresh_in\"\\s*:\\s*\"?(-?[0-9]{1,9})");

        /// <summary>Held to empty the cache, and from reading <see cref="Clearings"/> until what depends on it is done.</summary>
        internal static object Gate { get; } = new object();

        /// <summary>How often the cache was emptied.</summary>
        internal static int Clearings { get; private set; }

        /// <summary>Empties the cache and wipes its tokens.</summary>
        /// <exception cref="DllNotFoundException">The native library is missing, or is one of another version.</exception>
        /// <exception cref="TokenException">The native library failed.</exception>
        public static void Clear()
        {
            NativeLibrary.Check();
            using var request = RequestHandle.Create();
            request.TrySetNumber(RequestOption.TokenCache, (long)TokenCacheUse.Clear);
            lock (Gate)
            {
                request.Start().Dispose();
                Clearings++;
            }
        }

        /// <summary>
        /// How long, from before it was asked for, the cache is sure to answer with a token, if it is not emptied or full.
        /// </summary>
        /// <param name="token">A token that the server gave, for a request and a grant that the cache is for.</param>
        internal static TimeSpan Keeps(TokenResponse token)
        {
            if (token is not { ExpiresIn: { } life, ExpiresOn: { } end, RefreshToken: null } ||
                Encoding.UTF8.GetByteCount(token.Body) > LargestKept)
            {
                return TimeSpan.Zero;
            }
            var ticks = Math.Min(life.Ticks, (end - DateTimeOffset.UtcNow).Ticks);
            // Then the first call that asks renews the token.
            if (RefreshIn.Match(token.Body) is { Success: true } renewal)
            {
                var seconds = long.Parse(renewal.Groups[1].Value, CultureInfo.InvariantCulture);
                ticks = Math.Min(ticks, seconds * TimeSpan.TicksPerSecond);
            }
            return new TimeSpan(ticks / 10 * 8);
        }
    }
}
