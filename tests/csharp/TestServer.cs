global using Xunit;

namespace PSOAuthHelper.Tests;

/// <summary>
/// The servers that the tests ask, all on this machine. Whoever runs the tests starts them and names them in the
/// environment:
///
/// PSOAUTH_TEST_ENDPOINT       the token endpoint of an authorization server (client credentials, password, refresh token;
///                             Basic as RFC 6749 says), whose errors are in Entra's form
/// PSOAUTH_TEST_CLIENT_ID      a client of that server
/// PSOAUTH_TEST_CLIENT_SECRET  its secret
/// PSOAUTH_TEST_USERNAME       a user of that server
/// PSOAUTH_TEST_PASSWORD       its password
/// PSOAUTH_TEST_SILENT         a URL where connections are accepted and never answered
/// PSOAUTH_TEST_UNTRUSTED      an https URL with a certificate that nobody trusts
/// PSOAUTH_TEST_AUTHORITY      a PEM file with the authority that issued that certificate
/// PSOAUTH_TEST_MUTUAL_TLS     an https URL under the same authority that asks for a client certificate
/// PSOAUTH_TEST_CLIENT_CERTIFICATE  a PEM file with a certificate that it takes, and its key (EC on P-256)
/// IDENTITY_ENDPOINT, IDENTITY_HEADER  App Service's managed identity: gives the token "identity", with "target"
/// PSOAUTH_TEST_OTHER_ABI      a native library whose psoauth_abi_version() is 2 (tests/c/other_abi.c)
/// PSOAUTH_TEST_ANSWERS        http://host:port of a server whose path chooses the answer:
///     /status/{code}   this HTTP status without a body; 429 comes with "Retry-After: 7"
///     /html            200, text/html
///     /redirect        307 with "Location: /token"
///     /large           200 with more than 1 MiB of spaces
///     /close           closes the connection without an answer
///     /bare            200, {"access_token":"bare"}
///     /long-lived      200, expires_in and expires_on of 253402300799 (the end of the year 9999)
///     /echo            200, access_token "echo", "form" the request's body, "authorization", "proxy_authorization" and
///                      "user_agent" its headers or null; also as a proxy for http://login.example/echo and as the Entra
///                      endpoint of contoso.com
///     /assertion       verifies client_assertion by the parameters "public_key" and "certificate" (both base64), and looks at
///                      its claims: 200 with "alg", "kid" and "aud" and a token of the assertion's id, or invalid_client
///     /issuer          an issuer whose token endpoint is /assertion
///     /throttled/{x}   429 with "Retry-After: 0" the first time, then a token
///     /repeat          401, error "invalid_client", error_description and error_uri that hold the client_secret sent
///     /long-refusal    400, an OAuth error in a body of 900 kB
///     /odd-codes       400, {"error":"odd","error_codes":["no",1.5,7,{"a":9},[8],null],"2":{"error_codes":[3]},"other":[4]}
/// </summary>
internal static class TestServer
{
    public static string ClientId => Setting("CLIENT_ID");

    public static string ClientSecret => Setting("CLIENT_SECRET");

    public static string Username => Setting("USERNAME");

    public static string Password => Setting("PASSWORD");

    /// <summary>The server whose path chooses the answer.</summary>
    public static string Answers => Setting("ANSWERS");

    public static string AuthorityPath => Setting("AUTHORITY");

    public static string ClientCertificatePath => Setting("CLIENT_CERTIFICATE");

    public static string LibraryOfAnotherAbi => Setting("OTHER_ABI");

    /// <summary>A request that the authorization server grants.</summary>
    public static TokenRequest Request() => Request(Setting("ENDPOINT"));

    /// <summary>A request that is never answered.</summary>
    public static TokenRequest SilentRequest() => Request(Setting("SILENT"));

    public static TokenRequest UntrustedRequest() => Request(Setting("UNTRUSTED"));

    public static TokenRequest MutualTlsRequest() => Request(Setting("MUTUAL_TLS"));

    /// <summary>A request to the server whose path chooses the answer.</summary>
    public static TokenRequest RequestTo(string path) => Request(Setting("ANSWERS") + path);

    /// <summary>A request of the client to any address, without retries.</summary>
    public static TokenRequest Request(string url)
    {
        var request = new TokenRequest { TokenEndpoint = new Uri(url), ClientId = ClientId, MaxRetries = 0 };
        request.SetClientSecret(ClientSecret);
        return request;
    }

    private static string Setting(string name)
    {
        var variable = "PSOAUTH_TEST_" + name;
        return Environment.GetEnvironmentVariable(variable)
            ?? throw new InvalidOperationException($"{variable} is not set; TestServer.cs says what it is.");
    }
}
