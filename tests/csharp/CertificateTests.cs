using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace PSOAuthHelper.Tests;

/// <summary>Certificates whose key signs in .NET. The server verifies what it gets with other code.</summary>
public class CertificateTests
{
    private const string Password = "sécret p@ss";

    private static readonly X509Certificate2 Shared = OfRsa();

    [Fact]
    public async Task AnRsaKeySignsAsEntraWantsIt()
    {
        using var request = RequestOf(Shared);
        Assert.Equal("PS256", await Member(request, "alg"));
        request.SigningAlgorithm = "RS256";
        request.KeyId = "the \"key\"\\é";
        Assert.Equal("RS256", await Member(request, "alg"));
        Assert.Equal("the \"key\"\\é", await Member(request, "kid"));
    }

    [Theory]
    [InlineData("nistP256", "ES256")]
    [InlineData("nistP384", "ES384")]
    public async Task AnEcKeySignsAsItsCurveSays(string curve, string algorithm)
    {
        using var certificate = OfEc(curve);
        using var request = RequestOf(certificate);
        Assert.Equal(algorithm, await Member(request, "alg"));
    }

    [Fact]
    public async Task AKeyThatIsNotExportableSigns()
    {
        using var certificate = X509CertificateLoader.LoadPkcs12(
            Shared.Export(X509ContentType.Pfx, Password), Password, X509KeyStorageFlags.DefaultKeySet);
        using var request = RequestOf(certificate);
        Assert.Equal("PS256", await Member(request, "alg"));
    }

    [Fact]
    public async Task TheServerRefusesWhatAnotherKeySigned()
    {
        using var other = OfRsa();
        using var request = RequestOf(Shared);
        request.Certificate = other;
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal("the signature is not of this key", failure.ErrorDescription);
    }

    [Fact]
    public async Task TheAudienceOfAnIssuerIsTheIssuer()
    {
        using var request = RequestOf(Shared);
        request.TokenEndpoint = null;
        request.Issuer = TestServer.Answers + "/issuer";
        Assert.Equal(TestServer.Answers + "/issuer", await Member(request, "aud"));
    }

    [Fact]
    public async Task TheAudienceOfATenantIsItsEndpoint()
    {
        using var request = new TokenRequest
        {
            Tenant = "contoso.com",
            AuthorityHost = TestServer.Answers + "/",
            ClientId = "c",
            Certificate = Shared,
        };
        var assertion = Field(await TokenClient.RequestTokenAsync(request), "client_assertion");
        var claims = Base64Url.DecodeFromChars(assertion.Split('.')[1]);
        Assert.Equal(
            TestServer.Answers + "/contoso.com/oauth2/v2.0/token",
            JsonDocument.Parse(claims).RootElement.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task EachCallHasAnAssertionOfItsOwn()
    {
        using var request = RequestOf(Shared);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TokenClient.RequestTokenAsync(request)));
        // The server names a token after the assertion.
        Assert.Equal(20, tokens.Select(token => token.AccessToken).Distinct().Count());
    }

    [Fact]
    public async Task TheCacheHoldsWhatAnAssertionBrought()
    {
        using var request = RequestOf(Shared);
        request.UseTokenCache = true;
        var first = await TokenClient.RequestTokenAsync(request);
        Assert.False(first.IsFromCache);

        var second = TokenClient.RequestTokenAsync(request);
        Assert.True(second.IsCompletedSuccessfully);
        Assert.True((await second).IsFromCache);
        Assert.Equal(first.AccessToken, (await second).AccessToken);

        // What the assertion was not sent for gets another: some servers take each once.
        request.Scope = "another";
        var third = await TokenClient.RequestTokenAsync(request);
        Assert.False(third.IsFromCache);
        Assert.NotEqual(first.AccessToken, third.AccessToken);
    }

    [Fact]
    public async Task AnAssertionThatBroughtNothingToKeepIsNotSentAgain()
    {
        using var request = Echo();
        request.Certificate = Shared;
        request.UseTokenCache = true;
        var first = Field(await TokenClient.RequestTokenAsync(request), "client_assertion");
        Assert.NotEqual(first, Field(await TokenClient.RequestTokenAsync(request), "client_assertion"));

        request.TokenEndpoint = TestServer.RequestTo("/assertion").TokenEndpoint;
        request.AddParameter("certificate", "");
        var refused = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal("invalid_client", refused.OAuthError);
    }

    [Fact]
    public async Task OtherCredentialsComeBackWhenTheCertificateGoes()
    {
        using var request = RequestOf(Shared);
        request.KeyId = "a key";
        await TokenClient.RequestTokenAsync(request);

        request.Certificate = null;
        request.TokenEndpoint = TestServer.RequestTo("/echo").TokenEndpoint;
        var lacking = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Contains("A key id", lacking.Message);
        request.KeyId = null;
        Assert.DoesNotContain("client_assertion", Form(await TokenClient.RequestTokenAsync(request)));

        request.Certificate = Shared;
        request.SetClientSecret("both");
        var both = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Contains("both a client secret and a client assertion", both.Message);
    }

    [Fact]
    public async Task WhatCannotSignIsRefused()
    {
        using var publicPart = X509CertificateLoader.LoadCertificate(Shared.RawData);
        using var curve = OfEc("nistP521");
        using var request = RequestOf(Shared);
        var disposed = OfEc("nistP256");
        disposed.Dispose();
        foreach (var (certificate, why) in new[] { (publicPart, "private key"), (curve, "P-256"), (disposed, "disposed") })
        {
            var refusal = Assert.Throws<ArgumentException>("value", () => request.Certificate = certificate);
            Assert.Contains(why, refusal.Message);
        }
        Assert.Same(Shared, request.Certificate);
        foreach (var algorithm in new[] { "ES256", "none", "HS256" })
        {
            request.SigningAlgorithm = algorithm;
            var call = TokenClient.RequestTokenAsync(request);
            var failure = await Assert.ThrowsAsync<TokenException>(() => call);
            Assert.Equal(TokenStatus.InvalidArgument, failure.Status);
            Assert.Equal(0, failure.Attempts);
            Assert.Empty(failure.ErrorCodes);
        }
    }

    [Fact]
    public async Task AnAssertionOfTheCallersIsNotReplaced()
    {
        using var request = Echo();
        request.SetClientAssertion("mine");
        request.Certificate = null;
        Assert.Equal("mine", Field(await TokenClient.RequestTokenAsync(request), "client_assertion"));

        request.Certificate = Shared;
        Assert.Contains("both", (await NotSent(request)).Message);
        request.Certificate = null;
        Assert.Equal("mine", Field(await TokenClient.RequestTokenAsync(request), "client_assertion"));

        request.Certificate = Shared;
        request.SetClientAssertion("");
        Assert.NotEqual("mine", Field(await TokenClient.RequestTokenAsync(request), "client_assertion"));
        request.SetClientAssertion("yours");
        Assert.Contains("both", (await NotSent(request)).Message);
    }

    [Fact]
    public async Task ACertificateAndAFileAreNotBothSent()
    {
        using var request = Echo();
        request.Certificate = Shared;
        request.ClientAssertionPath = TestServer.AuthorityPath;
        await NotSent(request);
        request.ClientAssertionPath = null;
        request.CertificatePath = TestServer.ClientCertificatePath;
        await NotSent(request);
    }

    [Fact]
    public async Task ACertificateFileSignsInTheLibrary()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Shared.Export(X509ContentType.Pfx, Password));
            using var request = RequestOf(Shared);
            request.Certificate = null;
            request.CertificatePath = path;
            request.SetCertificatePassword(Password.ToCharArray());
            request.KeyId = "k";
            request.SigningAlgorithm = "RS256";
            Assert.Equal("RS256", await Member(request, "alg"));
            Assert.Equal("k", await Member(request, "kid"));

            request.SetCertificatePassword("wrong"u8.ToArray());
            var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
            Assert.Equal(TokenStatus.InvalidArgument, failure.Status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static X509Certificate2 OfRsa()
    {
        using var key = RSA.Create(2048);
        return SelfSigned(new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static X509Certificate2 OfEc(string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        return SelfSigned(new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256));
    }

    private static X509Certificate2 SelfSigned(CertificateRequest request) =>
        request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

    /// <summary>A request whose assertions the server verifies with the certificate's key.</summary>
    private static TokenRequest RequestOf(X509Certificate2 certificate)
    {
        var request = new TokenRequest
        {
            TokenEndpoint = TestServer.RequestTo("/assertion").TokenEndpoint,
            ClientId = "the \"client\"\\é",
            Certificate = certificate,
            MaxRetries = 0,
        };
        request.AddParameter("public_key", Convert.ToBase64String(certificate.PublicKey.EncodedKeyValue.RawData));
        request.AddParameter("certificate", Convert.ToBase64String(certificate.RawData));
        return request;
    }

    /// <summary>A request without any credential, whose form comes back.</summary>
    private static TokenRequest Echo() =>
        new() { TokenEndpoint = TestServer.RequestTo("/echo").TokenEndpoint, ClientId = "c", MaxRetries = 0 };

    private static async Task<TokenException> NotSent(TokenRequest request)
    {
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal(TokenStatus.InvalidArgument, failure.Status);
        return failure;
    }

    private static async Task<string?> Member(TokenRequest request, string name)
    {
        var token = await TokenClient.RequestTokenAsync(request);
        return JsonDocument.Parse(token.Body).RootElement.GetProperty(name).GetString();
    }

    private static string Form(TokenResponse token) =>
        JsonDocument.Parse(token.Body).RootElement.GetProperty("form").GetString()!;

    private static string Field(TokenResponse token, string name)
    {
        var field = Form(token).Split('&').Single(field => field.StartsWith(name + "="));
        return Uri.UnescapeDataString(field[(name.Length + 1)..]);
    }
}
