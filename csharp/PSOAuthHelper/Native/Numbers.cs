namespace PSOAuthHelper.Native
{
    /// <summary>Statuses that are no failure: PSOAUTH_STATUS_*. The failures are <see cref="TokenStatus"/>.</summary>
    internal static class CallStatus
    {
        internal const int Ok = 0;
        internal const int Pending = 1;
        internal const int Cancelled = 2;
    }

    /// <summary>A text of a request: PSOAUTH_REQUEST_*.</summary>
    internal enum RequestField : uint
    {
        TokenEndpoint = 1,
        Tenant = 2,
        ClientId = 3,
        ClientSecret = 4,
        Resource = 5,
        Scope = 6,
        GrantType = 7,
        Username = 8,
        Password = 9,
        RefreshToken = 10,
        AuthorityHost = 11,
        Issuer = 12,
        ClientAssertion = 13,
        ClientAssertionPath = 14,
        CertificatePath = 15,
        CertificatePassword = 16,
        PrivateKeyPath = 17,
        KeyId = 18,
        SigningAlgorithm = 19,
        IdentityObjectId = 20,
        IdentityResourceId = 21,
        Proxy = 22,
        ProxyUsername = 23,
        ProxyPassword = 24,
        CertificateAuthorityPath = 25,
        UserAgent = 26,
    }

    /// <summary>A number of a request: PSOAUTH_OPTION_*.</summary>
    internal enum RequestOption : uint
    {
        EntraVersion = 1,
        TimeoutMs = 2,
        ConnectTimeoutMs = 3,
        ClientAuthentication = 4,
        MaxRetries = 5,
        AllowHttp = 6,
        WaitWhenThrottled = 7,
        TokenCache = 8,
        ManagedIdentity = 9,
        MutualTls = 10,
    }

    /// <summary>A value of <see cref="RequestOption.TokenCache"/>: PSOAUTH_TOKEN_CACHE_*.</summary>
    internal enum TokenCacheUse : long
    {
        Off = 0,
        On = 1,
        Clear = 2,
    }

    /// <summary>A text of a call that has ended: PSOAUTH_CALL_*.</summary>
    internal enum CallField : uint
    {
        AccessToken = 1,
        TokenType = 2,
        RefreshToken = 3,
        Scope = 4,
        Body = 5,
        ErrorMessage = 6,
        OAuthError = 7,
        OAuthErrorDescription = 8,
        OAuthErrorUri = 9,
        CorrelationId = 10,
        TraceId = 11,
        ErrorCodes = 12,
    }

    /// <summary>A number of a call that has ended: PSOAUTH_METRIC_*.</summary>
    internal enum CallMetric : uint
    {
        HttpStatus = 1,
        ExpiresIn = 2,
        ExpiresOn = 3,
        RetryAfterSeconds = 4,
        Attempts = 5,
        ElapsedMs = 6,
        FromCache = 7,
    }
}
