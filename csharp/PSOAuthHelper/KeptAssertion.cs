using System;
using System.Threading;

namespace PSOAuthHelper
{
    /// <summary>
    /// The signed assertion for which the token cache has a token. The cache's keys include the assertion: a call that signs
    /// a new one is never answered by the cache, and a call with this one sends nothing.
    /// </summary>
    internal sealed class KeptAssertion
    {
        private SignedAssertion? _assertion;

        /// <summary>The assertion; null where the cache may have no token for it (any more).</summary>
        internal SignedAssertion? Current => Volatile.Read(ref _assertion) is { IsKept: true } kept ? kept : null;

        /// <summary>Keeps the assertion of a call that has ended, if the cache has its token now.</summary>
        /// <param name="assertion">The call's assertion.</param>
        /// <param name="token">What the call brought; null where nothing.</param>
        internal void Ended(SignedAssertion assertion, TokenResponse? token)
        {
            // The cache has lost what it had; the assertion was sent, and may not be accepted again.
            if (token is not { IsFromCache: true } && Interlocked.CompareExchange(ref _assertion, null, assertion) == assertion)
            {
                return;
            }
            if (token is { IsFromCache: false })
            {
                assertion.Keep(TokenCache.Keeps(token));
                Volatile.Write(ref _assertion, assertion);
            }
        }
    }
}
