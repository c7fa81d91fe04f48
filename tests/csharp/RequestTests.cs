using System.Reflection;
using System.Text;
using System.Text.Json;

namespace PSOAuthHelper.Tests;

public class RequestTests
{
    private const string Awkward = "+ / & = % ' \" é\n🙂~";

    public static TheoryData<string, Action<TokenRequest, string>> Ways
    {
        get
        {
            var ways = new TheoryData<string, Action<TokenRequest, string>>
            {
                { "string", (request, secret) => request.SetClientSecret(secret) },
                { "char[]", (request, secret) => request.SetClientSecret(secret.ToCharArray()) },
                { "byte[]", (request, secret) => request.SetClientSecret(Encoding.UTF8.GetBytes(secret)) },
#if LIBRARY_TAKES_SPANS
                { "span of chars", (request, secret) => request.SetClientSecret(secret.AsSpan()) },
                { "span of bytes", (request, secret) => request.SetClientSecret((ReadOnlySpan<byte>)Encoding.UTF8.GetBytes(secret)) },
#endif
            };
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task ASecretArrivesAsItWasInWhateverWayItIsGiven(string way, Action<TokenRequest, string> set)
    {
        foreach (var secret in new[] { Awkward, new string('ä', 1000), "x" })
        {
            using var request = TestServer.RequestTo("/echo");
            request.ClientId = "c";
            set(request, secret);
            var body = (await TokenClient.RequestTokenAsync(request)).Body;
            var form = JsonDocument.Parse(body).RootElement.GetProperty("form").GetString();
            Assert.True($"grant_type=client_credentials&client_id=c&client_secret={Uri.EscapeDataString(secret)}" == form, way);
        }
    }

    [Fact]
    public void TheCallersArrayIsLeftToTheCaller()
    {
        using var request = new TokenRequest();
        var secret = "secret".ToCharArray();
        request.SetClientSecret(secret);
        Assert.Equal("secret", new string(secret));
    }

    [Fact]
    public void TheBytesOfATextAreClearedAfterUse()
    {
        var type = typeof(TokenRequest).Assembly.GetType("PSOAuthHelper.Native.Utf8Text")!;
        var copy = type.GetMethod("Copy", BindingFlags.Static | BindingFlags.NonPublic, [typeof(char[]), typeof(string)])!;
        var text = (IDisposable)copy.Invoke(null, ["secret".ToCharArray(), "secret"])!;
        var bytes = (byte[])type.GetProperty("Bytes", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(text)!;
        Assert.Equal("secret"u8.ToArray(), bytes);
        text.Dispose();
        Assert.Equal(new byte[6], bytes);
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\ud83d')] // half a surrogate pair
    public void TextThatCannotBeSentIsRefusedWithoutShowingIt(char character)
    {
        var text = $"hunter{character}2";
        using var request = new TokenRequest();
        (string Parameter, Action Way)[] ways =
        [
            ("secret", () => request.SetClientSecret(text)),
            ("password", () => request.SetPassword(text.ToCharArray())),
            ("value", () => request.Scope = text),
            ("value", () => request.AddParameter("name", text)),
            ("name", () => request.AddParameter(text, "value")),
        ];
        foreach (var (parameter, way) in ways)
        {
            var refusal = Assert.Throws<ArgumentException>(parameter, way);
            Assert.DoesNotContain("hunter", refusal.ToString());
        }
        Assert.Null(request.Scope);
    }

    [Fact]
    public void BytesThatAreNotUtf8AreRefused()
    {
        using var request = new TokenRequest();
        Assert.Throws<ArgumentException>("utf8", () => request.SetClientSecret([0x61, 0xff]));
        Assert.Throws<ArgumentException>("utf8", () => request.AddParameter("name", new byte[] { 0x61, 0xff }));
    }

    [Fact]
    public void NumbersOutOfRangeAreRefused()
    {
        using var request = new TokenRequest();
        (object Value, string Says, Action Set)[] refused =
        [
            (TimeSpan.Zero, "Timeout takes 1 ms to 24 hours.", () => request.Timeout = TimeSpan.Zero),
            (Timeout.InfiniteTimeSpan, "Timeout takes", () => request.Timeout = Timeout.InfiniteTimeSpan),
            (TimeSpan.MaxValue, "Timeout takes", () => request.Timeout = TimeSpan.MaxValue),
            (TimeSpan.FromDays(2), "ConnectTimeout takes 1 ms", () => request.ConnectTimeout = TimeSpan.FromDays(2)),
            (11, "MaxRetries takes 0 to 10.", () => request.MaxRetries = 11),
            ((EntraVersion)3, "EntraVersion takes V1 and V2.", () => request.EntraVersion = (EntraVersion)3),
            (
                (ClientAuthentication)3,
                "ClientAuthentication takes Body, Basic and BasicRaw.",
                () => request.ClientAuthentication = (ClientAuthentication)3),
        ];
        foreach (var (value, says, set) in refused)
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>("value", set);
            Assert.StartsWith(says, refusal.Message);
            Assert.Equal(value, refusal.ActualValue);
        }
        Assert.Equal(TimeSpan.FromSeconds(30), request.Timeout);
        Assert.Equal(1, request.MaxRetries);
        request.Timeout = TimeSpan.FromTicks(1);
        request.MaxRetries = 10;
    }

    [Fact]
    public void ParametersThatAPropertyIsForAreRefused()
    {
        using var request = new TokenRequest();
        Assert.Throws<ArgumentException>("name", () => request.AddParameter("client_secret", "x"));
        Assert.Throws<ArgumentException>("name", () => request.AddParameter("", "x"));
    }

    [Fact]
    public void NullsAreRefused()
    {
        using var request = new TokenRequest();
        Assert.Throws<ArgumentNullException>("secret", () => request.SetClientSecret((string)null!));
        Assert.Throws<ArgumentNullException>("password", () => request.SetPassword((char[])null!));
        Assert.Throws<ArgumentNullException>("utf8", () => request.SetRefreshToken((byte[])null!));
        Assert.Throws<ArgumentNullException>("assertion", () => request.SetClientAssertion((string)null!));
        Assert.Throws<ArgumentNullException>("name", () => request.AddParameter(null!, "x"));
        Assert.Throws<ArgumentNullException>("value", () => request.AddParameter("x", (string)null!));
        Assert.Throws<ArgumentNullException>(() => { _ = TokenClient.RequestTokenAsync(null!); });
    }

    [Fact]
    public async Task NullTakesAPropertyBack()
    {
        using var request = TestServer.RequestTo("/echo");
        request.GrantType = "password";
        request.GrantType = null!;
        Assert.Equal("client_credentials", request.GrantType);
        var body = (await TokenClient.RequestTokenAsync(request)).Body;
        Assert.Contains("grant_type=client_credentials&", body);

        request.Tenant = "";
        Assert.Contains("/echo", request.ToString());
    }

    [Fact]
    public void WhatTheLibraryDoesNotStartIsAFailureOfTheCall()
    {
        var type = typeof(TokenRequest).Assembly.GetType("PSOAuthHelper.Native.RequestHandle")!;
        using var nothing = (IDisposable)Activator.CreateInstance(type)!;
        var start = type.GetMethod("Start", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var failure = Assert.Throws<TargetInvocationException>(() => start.Invoke(nothing, null)).InnerException;
        Assert.Equal(TokenStatus.Internal, Assert.IsType<TokenException>(failure).Status);
    }

    [Fact]
    public void ADisposedRequestSaysSo()
    {
        var request = TestServer.Request();
        request.Dispose();
        request.Dispose();
        Assert.Throws<ObjectDisposedException>(() => request.Scope = "x");
        Assert.Throws<ObjectDisposedException>(() => request.SetClientSecret("x"));
        Assert.Throws<ObjectDisposedException>(() => request.AddParameter("x", "x"));
        Assert.Throws<ObjectDisposedException>(() => request.MaxRetries = 2);
        Assert.Throws<ObjectDisposedException>(() => { _ = TokenClient.RequestTokenAsync(request); });
    }

    [Fact]
    public async Task TextsShowNoSecretAndNoToken()
    {
        using var request = TestServer.RequestTo("/echo?key=hunter2");
        request.Scope = "a scope";
        request.SetClientSecret("hunter2");
        request.SetPassword("hunter2");
        request.SetRefreshToken("hunter2");
        request.AddParameter("software_statement", "hunter2");
        Assert.Contains("a scope", request.ToString());
        Assert.Contains("/echo", request.ToString());
        Assert.DoesNotContain("hunter2", request.ToString());

        request.TokenEndpoint = TestServer.RequestTo("/echo").TokenEndpoint;
        var token = await TokenClient.RequestTokenAsync(request);
        Assert.Contains("TokenResponse", token.ToString());
        Assert.DoesNotContain(token.AccessToken, token.ToString());
        Assert.DoesNotContain("hunter2", token.ToString());

        using var odd = new TokenRequest { TokenEndpoint = new Uri("https://jane:hunter2@login.example/token#hunter2") };
        Assert.DoesNotContain("hunter2", odd.ToString());
    }
}
