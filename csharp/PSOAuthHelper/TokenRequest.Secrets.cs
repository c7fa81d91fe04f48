using System;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    public sealed partial class TokenRequest
    {
        /// <summary>Sets <c>client_secret</c> (RFC 6749 section 2.3.1).</summary>
        /// <param name="secret">The secret; an empty one is not sent.</param>
        public void SetClientSecret(string secret) => SetSecret(RequestField.ClientSecret, Utf8Text.Copy(secret));

        /// <inheritdoc cref="SetClientSecret(string)"/>
        public void SetClientSecret(char[] secret) => SetSecret(RequestField.ClientSecret, Utf8Text.Copy(secret));

        /// <summary>Sets <c>client_secret</c> (RFC 6749 section 2.3.1).</summary>
        /// <param name="utf8">The secret in UTF-8; an empty one is not sent.</param>
        public void SetClientSecret(byte[] utf8) => SetSecret(RequestField.ClientSecret, Utf8Text.Copy(utf8));

        /// <summary>Sets <c>password</c> of the password grant (RFC 6749 section 4.3).</summary>
        /// <param name="password">The password; an empty one is not sent.</param>
        public void SetPassword(string password) => SetSecret(RequestField.Password, Utf8Text.Copy(password));

        /// <inheritdoc cref="SetPassword(string)"/>
        public void SetPassword(char[] password) => SetSecret(RequestField.Password, Utf8Text.Copy(password));

        /// <summary>Sets <c>password</c> of the password grant (RFC 6749 section 4.3).</summary>
        /// <param name="utf8">The password in UTF-8; an empty one is not sent.</param>
        public void SetPassword(byte[] utf8) => SetSecret(RequestField.Password, Utf8Text.Copy(utf8));

        /// <summary>Sets <c>refresh_token</c> of the refresh grant (RFC 6749 section 6).</summary>
        /// <param name="token">The refresh token; an empty one is not sent.</param>
        public void SetRefreshToken(string token) => SetSecret(RequestField.RefreshToken, Utf8Text.Copy(token));

        /// <inheritdoc cref="SetRefreshToken(string)"/>
        public void SetRefreshToken(char[] token) => SetSecret(RequestField.RefreshToken, Utf8Text.Copy(token));

        /// <summary>Sets <c>refresh_token</c> of the refresh grant (RFC 6749 section 6).</summary>
        /// <param name="utf8">The refresh token in UTF-8; an empty one is not sent.</param>
        public void SetRefreshToken(byte[] utf8) => SetSecret(RequestField.RefreshToken, Utf8Text.Copy(utf8));

        /// <summary>Sets a ready assertion that authenticates the client (RFC 7523), in place of a secret.</summary>
        /// <param name="assertion">The assertion; an empty one is none.</param>
        public void SetClientAssertion(string assertion) => SetClientAssertion(Utf8Text.Copy(assertion));

        /// <inheritdoc cref="SetClientAssertion(string)"/>
        public void SetClientAssertion(char[] assertion) => SetClientAssertion(Utf8Text.Copy(assertion));

        /// <summary>Sets a ready assertion that authenticates the client (RFC 7523), in place of a secret.</summary>
        /// <param name="utf8">The assertion in UTF-8; an empty one is none.</param>
        public void SetClientAssertion(byte[] utf8) => SetClientAssertion(Utf8Text.Copy(utf8));

        /// <summary>Sets the password of the certificate or private key in a file.</summary>
        /// <param name="password">The password; an empty one is none.</param>
        public void SetCertificatePassword(string password) => SetSecret(RequestField.CertificatePassword, Utf8Text.Copy(password));

        /// <inheritdoc cref="SetCertificatePassword(string)"/>
        public void SetCertificatePassword(char[] password) => SetSecret(RequestField.CertificatePassword, Utf8Text.Copy(password));

        /// <summary>Sets the password of the certificate or private key in a file.</summary>
        /// <param name="utf8">The password in UTF-8; an empty one is none.</param>
        public void SetCertificatePassword(byte[] utf8) => SetSecret(RequestField.CertificatePassword, Utf8Text.Copy(utf8));

        /// <summary>Sets the password for the proxy.</summary>
        /// <param name="password">The password; an empty one is none.</param>
        public void SetProxyPassword(string password) => SetSecret(RequestField.ProxyPassword, Utf8Text.Copy(password));

        /// <inheritdoc cref="SetProxyPassword(string)"/>
        public void SetProxyPassword(char[] password) => SetSecret(RequestField.ProxyPassword, Utf8Text.Copy(password));

        /// <summary>Sets the password for the proxy.</summary>
        /// <param name="utf8">The password in UTF-8; an empty one is none.</param>
        public void SetProxyPassword(byte[] utf8) => SetSecret(RequestField.ProxyPassword, Utf8Text.Copy(utf8));

        /// <summary>
        /// Adds a parameter that no property is for, such as "audience" or "claims". Parameters are sent last, in
        /// the order in which they were added.
        /// </summary>
        /// <param name="name">The name: not empty, and not one that a property is for.</param>
        /// <param name="value">The value; an empty one is not sent.</param>
        /// <exception cref="ArgumentException">The name or the value cannot be sent.</exception>
        public void AddParameter(string name, string value) => AddParameter(name, Utf8Text.Copy(value));

        /// <inheritdoc cref="AddParameter(string, string)"/>
        public void AddParameter(string name, char[] value) => AddParameter(name, Utf8Text.Copy(value));

        /// <inheritdoc cref="AddParameter(string, string)"/>
        /// <param name="name">The name: not empty, and not one that a property is for.</param>
        /// <param name="utf8">The value in UTF-8; an empty one is not sent.</param>
        public void AddParameter(string name, byte[] utf8) => AddParameter(name, Utf8Text.Copy(utf8));

#if NET
        /// <inheritdoc cref="SetClientSecret(string)"/>
        public void SetClientSecret(ReadOnlySpan<char> secret) =>
            SetSecret(RequestField.ClientSecret, Utf8Text.Copy(secret));

        /// <inheritdoc cref="SetClientSecret(byte[])"/>
        public void SetClientSecret(ReadOnlySpan<byte> utf8) => SetSecret(RequestField.ClientSecret, Utf8Text.Copy(utf8));

        /// <inheritdoc cref="SetPassword(string)"/>
        public void SetPassword(ReadOnlySpan<char> password) => SetSecret(RequestField.Password, Utf8Text.Copy(password));

        /// <inheritdoc cref="SetPassword(byte[])"/>
        public void SetPassword(ReadOnlySpan<byte> utf8) => SetSecret(RequestField.Password, Utf8Text.Copy(utf8));

        /// <inheritdoc cref="SetRefreshToken(string)"/>
        public void SetRefreshToken(ReadOnlySpan<char> token) => SetSecret(RequestField.RefreshToken, Utf8Text.Copy(token));

        /// <inheritdoc cref="SetRefreshToken(byte[])"/>
        public void SetRefreshToken(ReadOnlySpan<byte> utf8) => SetSecret(RequestField.RefreshToken, Utf8Text.Copy(utf8));

        /// <inheritdoc cref="SetClientAssertion(string)"/>
        public void SetClientAssertion(ReadOnlySpan<char> assertion) =>
            SetClientAssertion(Utf8Text.Copy(assertion));

        /// <inheritdoc cref="SetClientAssertion(byte[])"/>
        public void SetClientAssertion(ReadOnlySpan<byte> utf8) =>
            SetClientAssertion(Utf8Text.Copy(utf8));

        /// <inheritdoc cref="SetCertificatePassword(string)"/>
        public void SetCertificatePassword(ReadOnlySpan<char> password) =>
            SetSecret(RequestField.CertificatePassword, Utf8Text.Copy(password));

        /// <inheritdoc cref="SetCertificatePassword(byte[])"/>
        public void SetCertificatePassword(ReadOnlySpan<byte> utf8) =>
            SetSecret(RequestField.CertificatePassword, Utf8Text.Copy(utf8));

        /// <inheritdoc cref="SetProxyPassword(string)"/>
        public void SetProxyPassword(ReadOnlySpan<char> password) =>
            SetSecret(RequestField.ProxyPassword, Utf8Text.Copy(password));

        /// <inheritdoc cref="SetProxyPassword(byte[])"/>
        public void SetProxyPassword(ReadOnlySpan<byte> utf8) =>
            SetSecret(RequestField.ProxyPassword, Utf8Text.Copy(utf8));

        /// <inheritdoc cref="AddParameter(string, string)"/>
        public void AddParameter(string name, ReadOnlySpan<char> value) => AddParameter(name, Utf8Text.Copy(value));

        /// <inheritdoc cref="AddParameter(string, byte[])"/>
        public void AddParameter(string name, ReadOnlySpan<byte> utf8) => AddParameter(name, Utf8Text.Copy(utf8));
#endif

        private void SetClientAssertion(Utf8Text assertion) =>
            SetText(RequestField.ClientAssertion, assertion, ref _hasClientAssertion, assertion.Bytes.Length > 0);

        private void AddParameter(string name, Utf8Text value)
        {
            using (value)
            using (var nameText = Utf8Text.Copy(name))
            {
                lock (_gate)
                {
                    ThrowIfDisposed();
                    _handle.AddParameter(nameText, value);
                    _kept = new KeptAssertion();
                }
            }
        }
    }
}
