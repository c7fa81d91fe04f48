using System;
using PSOAuthHelper.Native;

namespace PSOAuthHelper
{
    public sealed partial class TokenRequest
    {
        /// <summary>
        /// How the client sends its id and secret; in the body unless set. A client that has no secret but an assertion, key
        /// or certificate sends its id in the body.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">It is none of the three.</exception>
        public ClientAuthentication ClientAuthentication
        {
            get;
            set => Set(ref field, value, RequestOption.ClientAuthentication, (long)value, "Body, Basic and BasicRaw");
        }

        /// <summary>How long the whole exchange may take, retries included: 1 ms to 24 hours; 30 s unless set.</summary>
        /// <exception cref="ArgumentOutOfRangeException">It is outside of that.</exception>
        public TimeSpan Timeout
        {
            get;
            set => Set(ref field, value, RequestOption.TimeoutMs, Milliseconds(value), "1 ms to 24 hours");
        } = TimeSpan.FromSeconds(30);

        /// <summary>How long a connection with its TLS handshake may take: 1 ms to 24 hours; 10 s unless set.</summary>
        /// <exception cref="ArgumentOutOfRangeException">It is outside of that.</exception>
        public TimeSpan ConnectTimeout
        {
            get;
            set => Set(ref field, value, RequestOption.ConnectTimeoutMs, Milliseconds(value), "1 ms to 24 hours");
        } = TimeSpan.FromSeconds(10);

        /// <summary>
        /// How often a transient fault is retried within <see cref="Timeout"/>: 0 to 10; 1 unless set. An OAuth error and
        /// HTTP 429 are not retried. The instance metadata of an Azure virtual machine is asked again at least five
        /// times, unless this is 0.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">It is outside of that.</exception>
        public int MaxRetries
        {
            get;
            set => Set(ref field, value, RequestOption.MaxRetries, value, "0 to 10");
        } = 1;

        /// <summary>
        /// Whether to wait as long as a throttling server asks and then to try again, as often as <see cref="Timeout"/>
        /// allows; false unless set.
        /// </summary>
        public bool WaitWhenThrottled
        {
            get;
            set => Set(ref field, value, RequestOption.WaitWhenThrottled);
        }

        /// <summary>Whether http may go to other machines, in the clear; false unless set.</summary>
        public bool AllowHttp
        {
            get;
            set => Set(ref field, value, RequestOption.AllowHttp);
        }

        /// <summary>
        /// Whether the process's token cache answers where it can, and keeps what the server answers; false unless set.
        /// <see cref="TokenCache"/> says more.
        /// </summary>
        public bool UseTokenCache
        {
            get;
            set => Set(ref field, value, RequestOption.TokenCache);
        }

        /// <summary>
        /// The address of a proxy, such as "http://proxy.example:3128", in place of those of the environment and the system;
        /// "none" for no proxy. This machine itself and managed identities are always reached without a proxy.
        /// </summary>
        public string? Proxy { get; set => Set(ref field, value, RequestField.Proxy, value); }

        /// <summary>The user name for that proxy; <see cref="SetProxyPassword(string)"/> sets its password.</summary>
        public string? ProxyUsername { get; set => Set(ref field, value, RequestField.ProxyUsername, value); }

        /// <summary>
        /// The path of a PEM file with certificate authorities that are trusted beside the system's, read anew at every call.
        /// </summary>
        public string? CertificateAuthorityPath
        {
            get;
            set => Set(ref field, value, RequestField.CertificateAuthorityPath, value);
        }

        /// <summary>
        /// <c>User-Agent</c> in place of "PSOAuthHelper/&lt;version&gt;": at most 256 printable ASCII characters.
        /// </summary>
        public string? UserAgent { get; set => Set(ref field, value, RequestField.UserAgent, value); }

        private static long Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
    }
}
