using System.Text;
using System.Text.Json;

namespace PSOAuthHelper.Tests;

public class TokenTests
{
    [Fact]
    public async Task ClientCredentialsGetAToken()
    {
        using var request = TestServer.Request();
        request.Scope = "one two";
        var before = DateTimeOffset.UtcNow;

        var token = await TokenClient.RequestTokenAsync(request);

        Assert.NotEmpty(token.AccessToken);
        Assert.Equal("Bearer", token.TokenType);
        Assert.Equal("one two", token.Scope);
        Assert.Null(token.RefreshToken);
        Assert.Equal(200, token.HttpStatus);
        Assert.Equal(1, token.Attempts);
        Assert.NotNull(token.ExpiresIn);
        var received = token.ExpiresOn!.Value - token.ExpiresIn.Value;
        Assert.InRange(received, before - TimeSpan.FromSeconds(1), DateTimeOffset.UtcNow);
        Assert.Equal(token.AccessToken, Member(token, "access_token").GetString());
    }

    [Fact]
    public async Task PasswordAndRefreshTokenGetATokenEach()
    {
        using var password = TestServer.Request();
        password.GrantType = "password";
        password.Username = TestServer.Username;
        password.SetPassword(TestServer.Password.ToCharArray());
        var first = await TokenClient.RequestTokenAsync(password);
        Assert.NotNull(first.RefreshToken);

        using var refresh = TestServer.Request();
        refresh.GrantType = "refresh_token";
        refresh.SetRefreshToken(first.RefreshToken);
        var second = await TokenClient.RequestTokenAsync(refresh);
        Assert.NotEqual(first.AccessToken, second.AccessToken);
    }

    [Fact]
    public async Task BasicAuthenticationGetsAToken()
    {
        using var request = TestServer.Request();
        request.ClientAuthentication = ClientAuthentication.Basic;
        Assert.NotEmpty((await TokenClient.RequestTokenAsync(request)).AccessToken);
    }

    [Fact]
    public async Task RawBasicSendsTheValuesAsTheyAre()
    {
        using var request = TestServer.RequestTo("/echo");
        request.ClientAuthentication = ClientAuthentication.BasicRaw;
        var credentials = Encoding.UTF8.GetBytes($"{TestServer.ClientId}:{TestServer.ClientSecret}");
        var token = await TokenClient.RequestTokenAsync(request);
        Assert.Equal("Basic " + Convert.ToBase64String(credentials), Member(token, "authorization").GetString());
    }

    [Fact]
    public async Task EveryTextGoesOutInItsPlace()
    {
        using var request = new TokenRequest
        {
            TokenEndpoint = TestServer.RequestTo("/echo").TokenEndpoint,
            ClientId = "c",
            Resource = "r",
            Scope = "s",
            GrantType = "password",
            Username = "u",
            Timeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
        request.SetClientSecret("cs");
        request.SetPassword("p");
        request.SetRefreshToken("rt");
        request.AddParameter("audience", "a b");
        request.AddParameter("empty", "");
        request.AddParameter("audience", "again"u8.ToArray());

        var token = await TokenClient.RequestTokenAsync(request);

        Assert.Equal(
            "grant_type=password&client_id=c&client_secret=cs&resource=r&scope=s&username=u&password=p&refresh_token=rt" +
            "&audience=a%20b&audience=again",
            Form(token));
    }

    [Fact]
    public async Task NullTakesATextBack()
    {
        using var request = TestServer.RequestTo("/echo");
        request.SetClientSecret("");
        request.ClientId = "c";
        request.Scope = "s";
        request.Scope = null;
        Assert.Equal("grant_type=client_credentials&client_id=c", Form(await TokenClient.RequestTokenAsync(request)));
    }

    [Fact]
    public async Task ATokenWithoutALifetimeHasNone()
    {
        using var request = TestServer.RequestTo("/bare");
        var token = await TokenClient.RequestTokenAsync(request);
        Assert.Equal("bare", token.AccessToken);
        Assert.Null(token.TokenType);
        Assert.Null(token.ExpiresIn);
        Assert.Null(token.ExpiresOn);
    }

    [Fact]
    public async Task TheLongestLifetimeFits()
    {
        using var request = TestServer.RequestTo("/long-lived");
        var token = await TokenClient.RequestTokenAsync(request);
        Assert.Equal(TimeSpan.FromSeconds(253_402_300_799), token.ExpiresIn);
        Assert.Equal(9999, token.ExpiresOn!.Value.Year);
    }

    [Fact]
    public async Task ARequestMayBeSentAgainChangedAndDisposedOfMeanwhile()
    {
        var request = TestServer.RequestTo("/echo");
        request.Scope = "first";
        var first = TokenClient.RequestTokenAsync(request);
        request.Scope = "second";
        var second = TokenClient.RequestTokenAsync(request);
        request.Dispose();
        Assert.EndsWith("scope=first", Form(await first));
        Assert.EndsWith("scope=second", Form(await second));
    }

    /// <summary>What `/echo` got.</summary>
    private static string? Form(TokenResponse token) => Member(token, "form").GetString();

    private static JsonElement Member(TokenResponse token, string name) =>
        JsonDocument.Parse(token.Body).RootElement.GetProperty(name);
}
