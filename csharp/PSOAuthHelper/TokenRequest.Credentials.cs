using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    // What authenticates the client in place of a secret. A request has one such thing; with several a call ends as
    // InvalidArgument.
    public sealed partial class TokenRequest
    {
        // The assertion that the native request has of the certificate; null once something has changed that it is about.
        private SignedAssertion? _assertion;

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
        /// <see cref="Issuer"/> the issuer. With <see cref="UseTokenCache"/> an assertion serves an unchanged request for
        /// three minutes: kept tokens are those of one assertion. The certificate stays the caller's to dispose of.
        /// </remarks>
        /// <exception cref="ArgumentException">It has no private key, or one of another kind.</exception>
        public X509Certificate2? Certificate
        {
            get;
            set
            {
                if (value is not null)
                {
                    SignedAssertion.Check(value);
                }
                lock (_gate)
                {
                    ThrowIfDisposed();
                    field = value;
                    _assertion = null;
                    SetSigningTexts(null, value is null ? KeyId : null, value is null ? SigningAlgorithm : null);
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
        /// How the assertion is signed: "PS256", "RS256", "ES256" or "ES384"; unless set, PS256 with an RSA key and what
        /// belongs to the curve with an EC key. With RS256 and a certificate the assertion also has the SHA-1 <c>x5t</c>.
        /// </summary>
        public string? SigningAlgorithm { get; set => Set(ref field, value, RequestField.SigningAlgorithm, value); }

        /// <summary>
        /// Whether the certificate at <see cref="CertificatePath"/> authenticates the TLS connection (RFC 8705), and makes no
        /// assertion; false unless set.
        /// </summary>
        public bool UseMutualTls
        {
            get;
            set => Set(ref field, value, RequestOption.MutualTls, value ? 1 : 0);
        }

        /// <summary>
        /// Whether the managed identity of the Azure machine or service that this runs on is asked; false unless set.
        /// <see cref="Resource"/> says for what, or one <see cref="Scope"/> that ends in "/.default". The identity is the
        /// system-assigned one unless <see cref="ClientId"/>, <see cref="IdentityObjectId"/> or
        /// <see cref="IdentityResourceId"/> names another.
        /// </summary>
        public bool UseManagedIdentity
        {
            get;
            set => Set(ref field, value, RequestOption.ManagedIdentity, value ? 1 : 0);
        }

        /// <summary>The object id of a user-assigned managed identity.</summary>
        public string? IdentityObjectId { get; set => Set(ref field, value, RequestField.IdentityObjectId, value); }

        /// <summary>The resource id of a user-assigned managed identity.</summary>
        public string? IdentityResourceId { get; set => Set(ref field, value, RequestField.IdentityResourceId, value); }

        /// <summary>Gives the native request an assertion of the certificate, where there is one.</summary>
        /// <returns>What is to be told how the call ends; null where nobody is.</returns>
        private SignedAssertion? PrepareAssertion()
        {
            if (Certificate is null)
            {
                return null;
            }
            // Whoever checks that ids are used once gets another for each request.
            if (_assertion is { IsReusable: true } kept && UseTokenCache)
            {
                return kept;
            }
            using var signed = SignedAssertion.Sign(
                Certificate, SigningAlgorithm, KeyId, ClientId ?? "", Audience(), out var assertion);
            // The library wants no word about signatures with an assertion that is ready.
            SetSigningTexts(signed, null, null);
            return _assertion = assertion;
        }

        private void SetSigningTexts(Utf8Text? assertion, string? keyId, string? algorithm)
        {
            using var none = Utf8Text.Copy("");
            using var keyIdText = Utf8Text.Copy(keyId ?? "");
            using var algorithmText = Utf8Text.Copy(algorithm ?? "");
            _handle.SetText(RequestField.ClientAssertion, assertion ?? none);
            _handle.SetText(RequestField.KeyId, keyIdText);
            _handle.SetText(RequestField.SigningAlgorithm, algorithmText);
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
