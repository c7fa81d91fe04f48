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

        /// <summary>
        /// Adds a parameter that no property is for, such as "audience" or "client_assertion". Parameters are sent last, in
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

        /// <inheritdoc cref="AddParameter(string, string)"/>
        public void AddParameter(string name, ReadOnlySpan<char> value) => AddParameter(name, Utf8Text.Copy(value));

        /// <inheritdoc cref="AddParameter(string, byte[])"/>
        public void AddParameter(string name, ReadOnlySpan<byte> utf8) => AddParameter(name, Utf8Text.Copy(utf8));
#endif

        private void SetSecret(RequestField field, Utf8Text secret)
        {
            using (secret)
            {
                ThrowIfDisposed();
                _handle.SetText(field, secret);
            }
        }

        private void AddParameter(string name, Utf8Text value)
        {
            using (value)
            using (var nameText = Utf8Text.Copy(name))
            {
                ThrowIfDisposed();
                _handle.AddParameter(nameText, value);
            }
        }
    }
}
