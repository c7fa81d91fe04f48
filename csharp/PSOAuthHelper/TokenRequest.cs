using System;
using System.Threading;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    /// <summary>
    /// What to ask a token endpoint for: client credentials unless <see cref="GrantType"/> says otherwise. One request may
    /// be sent any number of times, at once too.
    /// </summary>
    /// <remarks>
    /// Secrets go straight into the native library, which wipes them when the request is disposed of or finalized. Give
    /// them as a span or an array to be able to clear your own copy; a string stays in memory until it is collected.
    /// Text that holds a NUL or is no valid Unicode is refused with an <see cref="ArgumentException"/>.
    /// </remarks>
    public sealed partial class TokenRequest : IDisposable
    {
        private readonly RequestHandle _handle;

        /// <summary>Makes a request with the defaults.</summary>
        /// <exception cref="DllNotFoundException">The native library is missing, or is one of another version.</exception>
        public TokenRequest()
        {
            NativeLibrary.Check();
            _handle = RequestHandle.Create();
        }

        /// <summary>
        /// The address of the token endpoint, sent as it was written: https, or http to this machine. Give this or
        /// <see cref="Tenant"/>.
        /// </summary>
        public Uri? TokenEndpoint
        {
            get;
            set
            {
                SetText(RequestField.TokenEndpoint, value?.OriginalString);
                field = value;
            }
        }

        /// <summary>A tenant of Entra ID, a GUID or a domain name, in place of an address.</summary>
        public string? Tenant { get; set => field = SetText(RequestField.Tenant, value); }

        /// <summary>Which Entra endpoint <see cref="Tenant"/> means; version 2 unless set.</summary>
        public EntraVersion EntraVersion
        {
            get;
            set
            {
                SetNumber(RequestOption.EntraVersion, (long)value);
                field = value;
            }
        } = EntraVersion.V2;

        /// <summary><c>client_id</c> (RFC 6749 section 2.2). Every request needs one.</summary>
        public string? ClientId { get; set => field = SetText(RequestField.ClientId, value); }

        /// <summary><c>resource</c>, what the token is for (Entra version 1; RFC 8707).</summary>
        public string? Resource { get; set => field = SetText(RequestField.Resource, value); }

        /// <summary><c>scope</c>, separated by spaces (RFC 6749 section 3.3).</summary>
        public string? Scope { get; set => field = SetText(RequestField.Scope, value); }

        /// <summary>
        /// <c>grant_type</c>; "client_credentials" unless set. "password" needs <see cref="Username"/> and a password,
        /// "refresh_token" a refresh token.
        /// </summary>
        public string GrantType { get; set => field = SetText(RequestField.GrantType, value) ?? ""; } = "client_credentials";

        /// <summary><c>username</c> (RFC 6749 section 4.3).</summary>
        public string? Username { get; set => field = SetText(RequestField.Username, value); }

        /// <summary>How the client authenticates; in the body unless set.</summary>
        public ClientAuthentication ClientAuthentication
        {
            get;
            set
            {
                SetNumber(RequestOption.ClientAuthentication, (long)value);
                field = value;
            }
        }

        /// <summary>How long the whole exchange may take, retries included: 1 ms to 24 hours; 30 s unless set.</summary>
        public TimeSpan Timeout
        {
            get;
            set
            {
                SetNumber(RequestOption.TimeoutMs, Milliseconds(value));
                field = value;
            }
        } = TimeSpan.FromSeconds(30);

        /// <summary>How long a connection with its TLS handshake may take: 1 ms to 24 hours; 10 s unless set.</summary>
        public TimeSpan ConnectTimeout
        {
            get;
            set
            {
                SetNumber(RequestOption.ConnectTimeoutMs, Milliseconds(value));
                field = value;
            }
        } = TimeSpan.FromSeconds(10);

        /// <summary>
        /// How often a passing fault is tried again within <see cref="Timeout"/>: 0 to 10; 1 unless set. An OAuth error and
        /// HTTP 429 are not tried again.
        /// </summary>
        public int MaxRetries
        {
            get;
            set
            {
                SetNumber(RequestOption.MaxRetries, value);
                field = value;
            }
        } = 1;

        /// <summary>Whether http may go to other machines, in the clear; false unless set.</summary>
        public bool AllowHttp
        {
            get;
            set
            {
                SetNumber(RequestOption.AllowHttp, value ? 1 : 0);
                field = value;
            }
        }

        /// <summary>Wipes the request's texts. Calls that it started go on.</summary>
        public void Dispose() => _handle.Dispose();

        /// <summary>What the request asks for, without secrets and without the address's query.</summary>
        public override string ToString() =>
            $"TokenRequest {{ GrantType = {GrantType}, Target = {Tenant ?? Address(TokenEndpoint)}, " +
            $"ClientId = {ClientId}, Resource = {Resource}, Scope = {Scope} }}";

        /// <summary>Starts a call.</summary>
        /// <param name="cancellationToken">What the call's task is cancelled with.</param>
        internal PendingCall Start(CancellationToken cancellationToken)
        {
            ThrowIfDisposed();
            var call = new PendingCall(_handle.Start(), cancellationToken);
            CompletionPump.Watch(call);
            return call;
        }

        private string? SetText(RequestField name, string? value)
        {
            ThrowIfDisposed();
            using var text = Utf8Text.Copy(value ?? "");
            _handle.SetText(name, text);
            return value;
        }

        private void SetNumber(RequestOption name, long value)
        {
            ThrowIfDisposed();
            _handle.SetNumber(name, value);
        }

        private void ThrowIfDisposed()
        {
            if (_handle.IsClosed)
            {
                throw new ObjectDisposedException(nameof(TokenRequest));
            }
        }

        private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);

        private static string? Address(Uri? uri) => uri is { IsAbsoluteUri: true }
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : null;
    }
}
