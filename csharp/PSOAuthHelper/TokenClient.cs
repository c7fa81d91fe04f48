using System;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    /// <summary>
    /// Gets OAuth 2.0 tokens from a token endpoint (RFC 6749). Every member may be used by several threads at once.
    /// </summary>
    public static class TokenClient
    {
        /// <summary>The version of the native library, such as "1.0.0".</summary>
        /// <exception cref="DllNotFoundException">The native library is missing, or is one of another version.</exception>
        public static string LibraryVersion => NativeLibrary.Version;

        /// <summary>
        /// Asks for a token. The exchange runs in the native library; no thread is held while it does.
        /// </summary>
        /// <param name="request">What to ask for. It may be changed or disposed of before the task ends.</param>
        /// <param name="cancellationToken">Ends the exchange at once, and its connection with it.</param>
        /// <returns>The token.</returns>
        /// <exception cref="TokenException">There is no token; the exception says why.</exception>
        /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
        /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
        /// <exception cref="ObjectDisposedException"><paramref name="request"/> was disposed of.</exception>
        /// <exception cref="CryptographicException">The key of the request's certificate cannot sign.</exception>
        public static Task<TokenResponse> RequestTokenAsync(
            TokenRequest request, CancellationToken cancellationToken = default)
        {
            if (request is null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            if (cancellationToken.IsCancellationRequested)
            {
                return Task.FromCanceled<TokenResponse>(cancellationToken);
            }
            PendingCall call;
            try
            {
                call = request.Start(cancellationToken);
            }
            catch (TokenException failure)
            {
                return Task.FromException<TokenResponse>(failure);
            }
            // What the cache answers, and what cannot be sent, has ended already.
            if (call.TryEnd())
            {
                return call.Task;
            }
            CompletionPump.Watch(call);
            return EndOf(call, cancellationToken);
        }

        private static async Task<TokenResponse> EndOf(PendingCall call, CancellationToken cancellationToken)
        {
            using (cancellationToken.Register(call.Cancel))
            {
                return await call.Task.ConfigureAwait(false);
            }
        }
    }
}
