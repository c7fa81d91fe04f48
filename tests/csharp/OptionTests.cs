using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace PSOAuthHelper.Tests;

public class OptionTests
{
    [Fact]
    public async Task AReadyAssertionGoesOut()
    {
        using var request = Echo();
        foreach (var set in new Action[]
        {
            () => request.SetClientAssertion("a.b.c"),
            () => request.SetClientAssertion("a.b.c".ToCharArray()),
            () => request.SetClientAssertion("a.b.c"u8.ToArray()),
#if LIBRARY_TAKES_SPANS
            () => request.SetClientAssertion("a.b.c".AsSpan()),
            () => request.SetClientAssertion("a.b.c"u8),
#endif
        })
        {
            set();
            Assert.EndsWith("&client_assertion=a.b.c", await Member(request, "form"));
            request.SetClientAssertion("");
            Assert.DoesNotContain("assertion", await Member(request, "form"));
        }
    }

    [Fact]
    public async Task AnAssertionFileIsReadAtEveryCall()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var request = Echo();
            request.ClientAssertionPath = path;
            foreach (var assertion in new[] { "a.b.c", "d.e.f" })
            {
                File.WriteAllText(path, assertion + "\n");
                Assert.EndsWith("&client_assertion=" + assertion, await Member(request, "form"));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task APrivateKeySignsAnAssertion()
    {
        using var request = Echo();
        request.PrivateKeyPath = TestServer.ClientCertificatePath;
        request.KeyId = "k";
        request.SigningAlgorithm = "ES256";
        var form = await Member(request, "form");
        var header = Base64Url.DecodeFromChars(form!.Split("&client_assertion=")[1].Split('.')[0]);
        Assert.Equal("""{"alg":"ES256","typ":"JWT","kid":"k"}""", Encoding.UTF8.GetString(header));
    }

    [Fact]
    public async Task ACertificateAuthenticatesTheConnection()
    {
        using var request = TestServer.MutualTlsRequest();
        request.SetClientSecret("");
        request.CertificateAuthorityPath = TestServer.AuthorityPath;
        var refused = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal(TokenStatus.Tls, refused.Status);

        request.CertificatePath = TestServer.ClientCertificatePath;
        request.UseMutualTls = true;
        Assert.NotEmpty((await TokenClient.RequestTokenAsync(request)).AccessToken);
    }

    [Fact]
    public async Task AnAuthorityOfOnesOwnIsTrusted()
    {
        using var request = TestServer.UntrustedRequest();
        request.CertificateAuthorityPath = TestServer.AuthorityPath;
        Assert.NotEmpty((await TokenClient.RequestTokenAsync(request)).AccessToken);
    }

    [Fact]
    public async Task AProxyIsAskedWithItsCredentials()
    {
        using var request = TestServer.Request("http://login.example/echo");
        request.AllowHttp = true;
        request.Proxy = TestServer.Answers;
        request.ProxyUsername = "jane";
        request.SetProxyPassword("pa55 w+rd");
        Assert.Equal(
            "Basic " + Convert.ToBase64String("jane:pa55 w+rd"u8), await Member(request, "proxy_authorization"));

        request.ProxyUsername = null;
        request.SetProxyPassword("".ToCharArray());
        request.Proxy = "ftp://proxy.example";
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal(TokenStatus.InvalidArgument, failure.Status);
    }

    [Fact]
    public async Task TheUserAgentIsTheCallers()
    {
        using var request = Echo();
        Assert.StartsWith("PSOAuthHelper/", await Member(request, "user_agent"));
        request.UserAgent = "Contoso-Reports/2.1";
        Assert.Equal("Contoso-Reports/2.1", await Member(request, "user_agent"));
    }

    [Fact]
    public async Task AThrottlingServerIsWaitedForWhereAsked()
    {
        using var impatient = TestServer.RequestTo("/throttled/" + Guid.NewGuid());
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(impatient));
        Assert.Equal(TokenStatus.Throttled, failure.Status);

        using var patient = TestServer.RequestTo("/throttled/" + Guid.NewGuid());
        patient.WaitWhenThrottled = true;
        Assert.Equal(2, (await TokenClient.RequestTokenAsync(patient)).Attempts);
    }

    [Fact]
    public async Task AnAuthorityHostMovesATenant()
    {
        using var request = new TokenRequest { Tenant = "contoso.com", AuthorityHost = TestServer.Answers, ClientId = "c" };
        request.SetClientSecret("s");
        Assert.Contains("client_secret=s", await Member(request, "form"));
    }

    [Theory]
    [InlineData("system", "")]
    [InlineData("client", "&client_id=c%20id")]
    [InlineData("object", "&principal_id=o")]
    [InlineData("resource", "&mi_res_id=%2Fr")]
    public async Task AManagedIdentityIsAsked(string identity, string query)
    {
        using var request = new TokenRequest
        {
            UseManagedIdentity = true,
            Scope = "https://vault.azure.net/.default",
            ClientId = identity == "client" ? "c id" : null,
            IdentityObjectId = identity == "object" ? "o" : null,
            IdentityResourceId = identity == "resource" ? "/r" : null,
        };
        Assert.Equal(
            "/identity?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net" + query, await Member(request, "target"));
        Assert.Contains("managed identity", request.ToString());
    }

    [Fact]
    public void TextsShowNoSecret()
    {
        using var request = new TokenRequest { Issuer = "https://login.example/tenant?key=hunter2" };
        request.SetClientAssertion("hunter2");
        request.SetCertificatePassword("hunter2");
        request.SetProxyPassword("hunter2");
        Assert.Contains("https://login.example/tenant", request.ToString());
        Assert.DoesNotContain("hunter2", request.ToString());
    }

    private static TokenRequest Echo()
    {
        var request = TestServer.RequestTo("/echo");
        request.SetClientSecret("");
        return request;
    }

    private static async Task<string?> Member(TokenRequest request, string name)
    {
        var token = await TokenClient.RequestTokenAsync(request);
        return JsonDocument.Parse(token.Body).RootElement.GetProperty(name).GetString();
    }
}
