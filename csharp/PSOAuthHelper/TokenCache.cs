using System;
using System.Threading;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    /// <summary>
    /// The process's token cache, which requests with <see cref="TokenRequest.UseTokenCache"/> share. It is in memory alone,
    /// and keeps at most 1,000 tokens.
    /// </summary>
    /// <remarks>
    /// A kept token answers requests alike in all but their limits of time, retries and waiting, until the shorter of five
    /// minutes and a tenth of its life before its end. Calls that ask for the same at once share one exchange. Not kept are
    /// failures, tokens whose end is not known, answers with a refresh token, and those of other grants than
    /// "client_credentials" and "password".
    /// </remarks>
    public static class TokenCache
    {
        private static int _clearings;

        /// <summary>How often the cache was emptied.</summary>
        internal static int Clearings => Volatile.Read(ref _clearings);

        /// <summary>Empties the cache and wipes its tokens.</summary>
        /// <exception cref="DllNotFoundException">The native library is missing, or is one of another version.</exception>
        public static void Clear()
        {
            NativeLibrary.Check();
            using var request = RequestHandle.Create();
            request.SetNumber(RequestOption.TokenCache, (long)TokenCacheUse.Clear);
            request.Start().Dispose();
            Interlocked.Increment(ref _clearings);
        }
    }
}
