using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    // What authenticates the client in place of a secret. A request has one such thing; with several a call ends as
    // InvalidArgument.
    public sealed partial class TokenRequest
    {
        // Of the request as it is: a change begins another.
        private KeptAssertion _kept = new KeptAssertion();

        // Unless this is set, the native request's assertion is one of the certificate.
        private bool _hasClientAssertion;

        /// <summary>
        /// The path of a file with a ready assertion that authenticates the client (RFC 7523), read anew at every call.
        /// </summary>
        public string? ClientAssertionPath
        {
            get;
            set => Set(ref field, value, RequestField.ClientAssertionPath, value);
        }

        /// <summary>
        /// A certificate with its private key that authenticates the client: .NET signs an assertion with it (RFC 7523). The
        /// key may be one that cannot be exported, in a store or on a token: RSA, or EC on P-256 or P-384.
        /// </summary>
        /// <remarks>
        /// The key signs on the thread that calls <see cref="TokenClient.RequestTokenAsync"/>, which throws a
        /// <see cref="CryptographicException"/> where it cannot. The audience is the token endpoint, or with
        /// <see cref="Issuer"/> the issuer. The certificate stays the caller's to dispose of.
        /// <para>
        /// Each call has an assertion of its own, but the retries within a call send that again: set <see cref="MaxRetries"/>
        /// to 0 for a server that takes each <c>jti</c> once. With <see cref="CertificatePath"/> each attempt has its own.
        /// </para>
        /// <para>
        /// With <see cref="UseTokenCache"/> an unchanged request gets the token that an earlier call of it brought, for at
        /// most three minutes. Calls that begin before there is such a token do not share one exchange. An assertion is
        /// sent again where a cache that is full has dropped its token meanwhile.
        /// </para>
        /// </remarks>
        /// <exception cref="ArgumentException">
        /// It has no private key, or one of another kind, or was disposed of.
        /// </exception>
        public X509Certificate2? Certificate
        {
            get;
            set
            {
                if (value is not null)
                {
                    SignedAssertion.Check(value, nameof(value));
                }
                lock (_gate)
                {
                    ThrowIfDisposed();
                    field = value;
                    _kept = new KeptAssertion();
                    if (value is null)
                    {
                        SetText(RequestField.KeyId, KeyId);
                        SetText(RequestField.SigningAlgorithm, SigningAlgorithm);
                        if (!_hasClientAssertion)
                        {
                            SetText(RequestField.ClientAssertion, null);
                        }
                    }
                }
            }
        }

        /// <summary>
        /// The path of a certificate with its private key in one file, PEM or PFX, that authenticates the client: it signs
        /// an assertion (RFC 7523), or with <see cref="UseMutualTls"/> the TLS handshake (RFC 8705). The file is read anew
        /// at every call. <see cref="SetCertificatePassword(string)"/> sets its password.
        /// </summary>
        public string? CertificatePath { get; set => Set(ref field, value, RequestField.CertificatePath, value); }

        /// <summary>
        /// The path of a private key in PEM that signs an assertion: RSA of 2,048 to 4,096 bits, or EC on P-256 or P-384.
        /// The file is read anew at every call. <see cref="SetCertificatePassword(string)"/> sets its password.
        /// </summary>
        public string? PrivateKeyPath { get; set => Set(ref field, value, RequestField.PrivateKeyPath, value); }

        /// <summary><c>kid</c> of the assertion.</summary>
        public string? KeyId { get; set => Set(ref field, value, RequestField.KeyId, value); }

        /// <summary>
        /// How the assertion is signed: "PS256", "RS256", "ES256" or "ES384"; unless set, PS256 with an RSA key, ES256 with
        /// an EC key on P-256 and ES384 with one on P-384. With RS256 and a certificate the assertion also has the SHA-1
        /// <c>x5t</c>.
        /// </summary>
        public string? SigningAlgorithm { get; set => Set(ref field, value, RequestField.SigningAlgorithm, value); }

        /// <summary>
        /// Whether the certificate at <see cref="CertificatePath"/> authenticates the TLS connection (RFC 8705), and makes no
        /// assertion; false unless set.
        /// </summary>
        public bool UseMutualTls
        {
            get;
            set => Set(ref field, value, RequestOption.MutualTls);
        }

        /// <summary>
        /// Whether the managed identity of the Azure machine or service that this runs on is asked; false unless set.
        /// <see cref="Resource"/> says what the token is for, or one <see cref="Scope"/> that ends in "/.default". The
        /// identity is the system-assigned one unless <see cref="ClientId"/>, <see cref="IdentityObjectId"/> or
        /// <see cref="IdentityResourceId"/> names another.
        /// </summary>
        public bool UseManagedIdentity
        {
            get;
            set => Set(ref field, value, RequestOption.ManagedIdentity);
        }

        /// <summary>The object id of a user-assigned managed identity.</summary>
        public string? IdentityObjectId { get; set => Set(ref field, value, RequestField.IdentityObjectId, value); }

        /// <summary>The resource id of a user-assigned managed identity.</summary>
        public string? IdentityResourceId { get; set => Set(ref field, value, RequestField.IdentityResourceId, value); }

        /// <summary>Starts a call with an assertion of the certificate.</summary>
        private PendingCall StartSigned(X509Certificate2 certificate, CancellationToken cancellationToken)
        {
            if (_hasClientAssertion)
            {
                throw new TokenException(
                    TokenStatus.InvalidArgument,
                    "The request has both a client assertion and a certificate: give one of them.");
            }
            if (IsCached)
            {
                // The cache's answer is settled when the call has started.
                lock (TokenCache.Gate)
                {
                    if (_kept.Current is { } kept)
                    {
                        return StartWith(kept, cancellationToken);
                    }
                }
            }
            // Whoever checks that ids are used once gets another for each call.
            var assertion = SignedAssertion.Sign(certificate, SigningAlgorithm, KeyId, ClientId ?? "", Audience());
            return StartWith(assertion, cancellationToken);
        }

        private PendingCall StartWith(SignedAssertion assertion, CancellationToken cancellationToken)
        {
            SetText(RequestField.ClientAssertion, assertion.Text);
            // The library wants no word about signatures with an assertion that is ready.
            SetText(RequestField.KeyId, null);
            SetText(RequestField.SigningAlgorithm, null);
            var kept = _kept;
            return new PendingCall(
                _handle.Start(), IsCached ? token => kept.Ended(assertion, token) : null, cancellationToken);
        }

        private bool IsCached => UseTokenCache && GrantType is ClientCredentials or "password";

        private void SetText(RequestField name, string? text)
        {
            using var utf8 = Utf8Text.Copy(text ?? "");
            _handle.SetText(name, utf8);
        }

        /// <summary>Whom an assertion is for; whatever of an address cannot be used, the library refuses.</summary>
        private string Audience()
        {
            if (Issuer is { Length: > 0 } issuer)
            {
                return issuer;
            }
            if (Tenant is not { Length: > 0 } tenant)
            {
                return Absolute(TokenEndpoint?.OriginalString);
            }
            var host = AuthorityHost is { Length: > 0 } given ? given : "login.microsoftonline.com";
            var authority = host.Contains("://") ? host.TrimEnd('/') : "https://" + host.TrimEnd('/');
            return Absolute($"{authority}/{tenant}/oauth2/{(EntraVersion == EntraVersion.V1 ? "" : "v2.0/")}token");
        }

        private static string Absolute(string? address) =>
            Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.AbsoluteUri : "";
    }
}
