namespace PSOAuthHelper
{
    /// <summary>
    /// Why there is no token. The numbers are those of PSOAUTH_STATUS_* in psoauthhelper.h; newer native libraries may
    /// add some.
    /// </summary>
    public enum TokenStatus
    {
        /// <summary>The request cannot be sent as it is.</summary>
        InvalidArgument = 10,

        /// <summary>The time for the connection or for the whole exchange ran out.</summary>
        TimedOut = 20,

        /// <summary>No answer: name lookup, connection, proxy, or a connection that ended half way.</summary>
        Network = 21,

        /// <summary>No trusted TLS connection.</summary>
        Tls = 22,

        /// <summary>The answer is not one that a token endpoint gives.</summary>
        BadResponse = 23,

        /// <summary>The server answered with a redirect; redirects are never followed.</summary>
        Redirected = 24,

        /// <summary>The authorization server refused (RFC 6749 section 5.2).</summary>
        OAuthError = 30,

        /// <summary>The server asks the client to come back later.</summary>
        Throttled = 31,

        /// <summary>A fault of the library or a lack of system resources.</summary>
        Internal = 90,
    }
}
