namespace PSOAuthHelper
{
    /// <summary>How the client shows who it is (RFC 6749 section 2.3.1).</summary>
    public enum ClientAuthentication
    {
        /// <summary>Client id and secret in the body.</summary>
        Body = 0,

        /// <summary>HTTP Basic with both values form-encoded, as the RFC says.</summary>
        Basic = 1,

        /// <summary>HTTP Basic with the values as they are, as many servers expect.</summary>
        BasicRaw = 2,
    }
}
