using System;
using System.Runtime.CompilerServices;
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
    /// Text that holds a NUL or is no valid Unicode is refused with an <see cref="ArgumentException"/>, a null secret with an
    /// <see cref="ArgumentNullException"/>.
    /// </remarks>
    public sealed partial class TokenRequest : IDisposable
    {
        private const string ClientCredentials = "client_credentials";

        private readonly RequestHandle _handle;

        // Nothing may change a request while another thread uses it.
        private readonly object _gate = new object();

        /// <summary>Makes a request with the defaults.</summary>
        /// <exception cref="DllNotFoundException">The native library is missing, or is one of another version.</exception>
        public TokenRequest()
        {
            NativeLibrary.Check();
            _handle = RequestHandle.Create();
        }

        /// <summary>
        /// The address of the token endpoint, sent as it was written: https, or http to this machine. Give this,
        /// <see cref="Tenant"/> or <see cref="Issuer"/>, or set <see cref="UseManagedIdentity"/>.
        /// </summary>
        public Uri? TokenEndpoint
        {
            get;
            set => Set(ref field, value, RequestField.TokenEndpoint, value?.OriginalString);
        }

        /// <summary>A tenant of Entra ID, a GUID or a domain name, in place of an address.</summary>
        public string? Tenant { get; set => Set(ref field, value, RequestField.Tenant, value); }

        /// <summary>Which Entra endpoint <see cref="Tenant"/> means; version 2 unless set.</summary>
        /// <exception cref="ArgumentOutOfRangeException">It is neither of the two.</exception>
        public EntraVersion EntraVersion
        {
            get;
            set => Set(ref field, value, RequestOption.EntraVersion, (long)value, "V1 and V2");
        } = EntraVersion.V2;

        /// <summary>
        /// The host of Entra ID in place of "login.microsoftonline.com", for <see cref="Tenant"/>: a national cloud, such as
        /// "login.microsoftonline.us", with or without "https://".
        /// </summary>
        public string? AuthorityHost { get; set => Set(ref field, value, RequestField.AuthorityHost, value); }

        /// <summary>
        /// The issuer, in place of an address: the token endpoint is looked up in its metadata (RFC 8414, OpenID Connect
        /// Discovery), which is kept for an hour. The metadata has to name this very issuer, a slash at the end included.
        /// </summary>
        public string? Issuer { get; set => Set(ref field, value, RequestField.Issuer, value); }

        /// <summary>
        /// <c>client_id</c> (RFC 6749 section 2.2). Every request needs one, but for <see cref="UseManagedIdentity"/>: there
        /// it names a user-assigned identity.
        /// </summary>
        public string? ClientId { get; set => Set(ref field, value, RequestField.ClientId, value); }

        /// <summary><c>resource</c>, what the token is for (Entra version 1; RFC 8707).</summary>
        public string? Resource { get; set => Set(ref field, value, RequestField.Resource, value); }

        /// <summary><c>scope</c>: one or several, separated by spaces (RFC 6749 section 3.3).</summary>
        public string? Scope { get; set => Set(ref field, value, RequestField.Scope, value); }

        /// <summary>
        /// <c>grant_type</c>; "client_credentials" unless set, and after null. "password" needs <see cref="Username"/> and a password,
        /// "refresh_token" a refresh token.
        /// </summary>
        public string GrantType
        {
            get;
            set => Set(ref field, value ?? ClientCredentials, RequestField.GrantType, value ?? ClientCredentials);
        } = ClientCredentials;

        /// <summary><c>username</c> (RFC 6749 section 4.3).</summary>
        public string? Username { get; set => Set(ref field, value, RequestField.Username, value); }

        /// <summary>Wipes the request's texts. Calls that it started go on.</summary>
        public void Dispose()
        {
            lock (_gate)
            {
                _handle.Dispose();
            }
        }

        /// <summary>What the request asks for, without secrets and without the address's query.</summary>
        public override string ToString() =>
            $"TokenRequest {{ GrantType = {GrantType}, Target = {Target}, " +
            $"ClientId = {ClientId}, Resource = {Resource}, Scope = {Scope} }}";

        /// <summary>Starts a call.</summary>
        /// <param name="cancellationToken">What the call's task is cancelled with.</param>
        /// <exception cref="TokenException">There is no call.</exception>
        internal PendingCall Start(CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                return Certificate is { } certificate
                    ? StartSigned(certificate, cancellationToken)
                    : new PendingCall(_handle.Start(), null, cancellationToken);
            }
        }

        private string? Target => UseManagedIdentity ? "managed identity"
            : Tenant is { Length: > 0 } ? Tenant
            : Address(Issuer) ?? Address(TokenEndpoint);

        /// <summary>Sets a text and the property that shows it.</summary>
        private void Set<T>(ref T property, T value, RequestField name, string? text)
        {
            SetText(name, Utf8Text.Copy(text ?? "", nameof(value)), ref property, value);
        }

        /// <summary>Sets a secret, which no property shows.</summary>
        private void SetSecret(RequestField name, Utf8Text secret)
        {
            object? shown = null;
            SetText(name, secret, ref shown, null);
        }

        private void SetText<T>(RequestField name, Utf8Text text, ref T property, T value)
        {
            using (text)
            {
                lock (_gate)
                {
                    ThrowIfDisposed();
                    _handle.SetText(name, text);
                    property = value;
                    _kept = new KeptAssertion();
                }
            }
        }

        /// <summary>Sets a number and the property that shows it.</summary>
        /// <exception cref="ArgumentOutOfRangeException">It is not in the range, which the message names.</exception>
        private void Set<T>(
            ref T property, T value, RequestOption name, long number, string range, [CallerMemberName] string propertyName = "")
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                if (!_handle.TrySetNumber(name, number))
                {
                    throw new ArgumentOutOfRangeException(nameof(value), value, $"{propertyName} takes {range}.");
                }
                property = value;
                _kept = new KeptAssertion();
            }
        }

        private void Set(ref bool property, bool value, RequestOption name) =>
            Set(ref property, value, name, value ? 1 : 0, "true and false");

        private void ThrowIfDisposed()
        {
            if (_handle.IsClosed)
            {
                throw new ObjectDisposedException(nameof(TokenRequest));
            }
        }

        private static string? Address(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? Address(uri) : null;

        private static string? Address(Uri? uri) => uri is { IsAbsoluteUri: true }
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : null;
    }
}
