using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PSOAuthHelper
{
    /// <summary>
    /// An assertion that .NET signed with a certificate's key (RFC 7523), and how long the token cache has its token. Keys
    /// that cannot leave .NET are out of the native library's reach.
    /// </summary>
    internal sealed class SignedAssertion
    {
        private const string Rsa = "1.2.840.113549.1.1.1";
        private const string Ec = "1.2.840.10045.2.1";

        // The curves' identifiers in DER, as certificates have them.
        private static readonly byte[] P256 = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
        private static readonly byte[] P384 = { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };

        // Some servers take no assertion that lives longer.
        private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

        // As far as this machine's clock may be fast. Some servers refuse an assertion that is a minute old.
        private static readonly TimeSpan DatedBack = TimeSpan.FromSeconds(30);

        // Should the cache have dropped its token, the assertion is sent once more: it has to be valid then.
        private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(3);

        private readonly DateTime _signed = DateTime.UtcNow;
        private readonly int _clearings = TokenCache.Clearings;
        private TimeSpan _kept;

        private SignedAssertion(Func<DateTime, string> sign) => Text = sign(_signed);

        /// <summary>The assertion as it is sent.</summary>
        internal string Text { get; }

        /// <summary>Whether the cache has the token that it brought. Say this under <see cref="TokenCache.Gate"/>.</summary>
        internal bool IsKept
        {
            get
            {
                var age = DateTime.UtcNow - _signed;
                return age >= TimeSpan.Zero && age < _kept && _clearings == TokenCache.Clearings;
            }
        }

        /// <summary>Refuses a certificate that <see cref="Sign"/> could not use.</summary>
        /// <param name="certificate">The certificate.</param>
        /// <param name="parameter">What the caller calls it.</param>
        /// <exception cref="ArgumentException">It has no private key, or one of another kind, or was disposed of.</exception>
        internal static void Check(X509Certificate2 certificate, string parameter)
        {
            try
            {
                if (!certificate.HasPrivateKey)
                {
                    throw new ArgumentException("The certificate has no private key to sign with.", parameter);
                }
                if (DefaultAlgorithm(certificate) is null)
                {
                    throw new ArgumentException("The certificate's key is neither RSA nor EC on P-256 or P-384.", parameter);
                }
            }
            catch (CryptographicException fault)
            {
                throw new ArgumentException("The certificate was disposed of, or cannot be read.", parameter, fault);
            }
        }

        /// <summary>Signs a new assertion.</summary>
        /// <param name="certificate">A certificate that <see cref="Check"/> lets pass.</param>
        /// <param name="algorithm">The name of the algorithm; by the key where null or empty.</param>
        /// <param name="keyId"><c>kid</c>; left out where null or empty.</param>
        /// <param name="clientId">Who asserts.</param>
        /// <param name="audience">For whom.</param>
        /// <exception cref="CryptographicException">The key cannot be used.</exception>
        /// <exception cref="TokenException">The algorithm does not go with the key.</exception>
        internal static SignedAssertion Sign(
            X509Certificate2 certificate, string? algorithm, string? keyId, string clientId, string audience)
        {
            var name = algorithm is { Length: > 0 } ? algorithm : DefaultAlgorithm(certificate)!;
            if (name != DefaultAlgorithm(certificate) && !(name == "RS256" && certificate.PublicKey.Oid.Value == Rsa))
            {
                throw new TokenException(
                    TokenStatus.InvalidArgument,
                    "The certificate's key does not go with the signing algorithm: leave that out to have it chosen by the key.");
            }
            return new SignedAssertion(signed =>
            {
                var content = Encode(Header(certificate, name, keyId)) + "." + Encode(Claims(clientId, audience, signed));
                return content + "." + Encode(Signature(certificate, name, Encoding.ASCII.GetBytes(content)));
            });
        }

        /// <summary>After the call with the assertion brought a token. Nobody else may have the assertion yet.</summary>
        /// <param name="time">How long the cache has that, from before it was asked for.</param>
        internal void Keep(TimeSpan time) => _kept = time < LongestKept ? time : LongestKept;

        private static string? DefaultAlgorithm(X509Certificate2 certificate)
        {
            var curve = certificate.PublicKey.EncodedParameters?.RawData ?? Array.Empty<byte>();
            return certificate.PublicKey.Oid.Value switch
            {
                Rsa => "PS256",
                Ec when curve.SequenceEqual(P256) => "ES256",
                Ec when curve.SequenceEqual(P384) => "ES384",
                _ => null,
            };
        }

        private static string Header(X509Certificate2 certificate, string algorithm, string? keyId)
        {
            using var sha256 = SHA256.Create();
            var thumbprint = Encode(sha256.ComputeHash(certificate.RawData));
            // Servers that know RS256 alone look a certificate up by its SHA-1.
            var sha1 = algorithm == "RS256" ? $",\"x5t\":\"{Encode(certificate.GetCertHash())}\"" : "";
            var kid = keyId is { Length: > 0 } ? $",\"kid\":{Quote(keyId)}" : "";
            return $"{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\"{kid}{sha1},\"x5t#S256\":\"{thumbprint}\"}}";
        }

        private static string Claims(string clientId, string audience, DateTime now)
        {
            var from = new DateTimeOffset(now - DatedBack).ToUnixTimeSeconds();
            var times = string.Format(
                CultureInfo.InvariantCulture, "\"iat\":{0},\"nbf\":{0},\"exp\":{1}", from, from + (long)Life.TotalSeconds);
            var client = Quote(clientId);
            return $"{{\"iss\":{client},\"sub\":{client},\"aud\":{Quote(audience)},\"jti\":\"{Identifier()}\",{times}}}";
        }

        private static string Identifier()
        {
            var bytes = new byte[16];
            using var random = RandomNumberGenerator.Create();
            random.GetBytes(bytes);
            return Encode(bytes);
        }

        private static byte[] Signature(X509Certificate2 certificate, string algorithm, byte[] content)
        {
            if (algorithm is "ES256" or "ES384")
            {
                var hash = algorithm == "ES256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
                using var ec = certificate.GetECDsaPrivateKey() ?? throw NoKey();
                // .NET gives both numbers at their full length, as JOSE wants them.
                return ec.SignData(content, hash);
            }
            var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            using var rsa = certificate.GetRSAPrivateKey() ?? throw NoKey();
            return rsa.SignData(content, HashAlgorithmName.SHA256, padding);
        }

        private static CryptographicException NoKey() =>
            new CryptographicException("The certificate's private key cannot be reached.");

        private static string Encode(string json) => Encode(Encoding.UTF8.GetBytes(json));

        private static string Encode(byte[] bytes) =>
            Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        /// <summary>A text as JSON.</summary>
        private static string Quote(string text)
        {
            var json = new StringBuilder("\"");
            foreach (var character in text)
            {
                if (character is '"' or '\\' or < ' ')
                {
                    json.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    json.Append(character);
                }
            }
            return json.Append('"').ToString();
        }
    }
}
