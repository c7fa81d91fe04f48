using System.Net;
using System.Net.Sockets;

namespace PSOAuthHelper.Tests;

public class FailureTests
{
    [Fact]
    public async Task AWrongSecretIsAnOAuthErrorWithEverythingThatEntraSays()
    {
        using var request = TestServer.Request();
        request.SetClientSecret("wrong");

        var failure = await Fails(TokenStatus.OAuthError, request);

        Assert.Equal("invalid_client", failure.OAuthError);
        Assert.Contains("AADSTS7000215", failure.ErrorDescription);
        Assert.Equal([7000215], failure.ErrorCodes);
        Assert.StartsWith("https://", failure.ErrorUri);
        Assert.True(Guid.TryParse(failure.CorrelationId, out _));
        Assert.EndsWith($"Trace ID: {failure.TraceId} Correlation ID: {failure.CorrelationId}", failure.ErrorDescription);
        Assert.Equal(401, failure.HttpStatus);
        Assert.Equal(1, failure.Attempts);
        Assert.Null(failure.RetryAfter);
        Assert.Contains("invalid_client", failure.Message);
    }

    [Fact]
    public async Task ThrottlingSaysWhenToComeBack()
    {
        using var request = TestServer.RequestTo("/status/429");
        var failure = await Fails(TokenStatus.Throttled, request);
        Assert.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
        Assert.Equal(429, failure.HttpStatus);
        Assert.Null(failure.OAuthError);
        Assert.Empty(failure.ErrorCodes);
    }

    [Theory]
    [InlineData("/html", 200)]
    [InlineData("/status/404", 404)]
    [InlineData("/large", 200)]
    public async Task WhatIsNoAnswerOfATokenEndpointIsABadResponse(string path, int httpStatus)
    {
        using var request = TestServer.RequestTo(path);
        Assert.Equal(httpStatus, (await Fails(TokenStatus.BadResponse, request)).HttpStatus);
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        using var request = TestServer.RequestTo("/redirect");
        Assert.Equal(307, (await Fails(TokenStatus.Redirected, request)).HttpStatus);
    }

    [Fact]
    public async Task AClosedConnectionIsANetworkFault()
    {
        using var request = TestServer.RequestTo("/close");
        var failure = await Fails(TokenStatus.Network, request);
        Assert.Null(failure.HttpStatus);
    }

    [Fact]
    public async Task ARefusedConnectionIsANetworkFault()
    {
        // Bound and not listening: nobody else gets the port, and connections to it are refused.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var request = TestServer.Request($"http://{socket.LocalEndPoint}/token");
        await Fails(TokenStatus.Network, request);
    }

    [Fact]
    public async Task AnUntrustedCertificateIsATlsFault()
    {
        using var request = TestServer.UntrustedRequest();
        await Fails(TokenStatus.Tls, request);
    }

    [Fact]
    public async Task RetriesAreMadeAsOftenAsAsked()
    {
        using var request = TestServer.RequestTo("/status/500");
        request.MaxRetries = 1;
        Assert.Equal(2, (await Fails(TokenStatus.BadResponse, request)).Attempts);
    }

    [Fact]
    public async Task ARequestThatCannotBeSentSaysWhy()
    {
        using var empty = new TokenRequest();
        var failure = await Fails(TokenStatus.InvalidArgument, empty);
        Assert.Contains("token endpoint, a tenant or an issuer", failure.Message);
        Assert.Equal(0, failure.Attempts);

        using var clear = TestServer.Request("http://login.example/token");
        Assert.Contains("https", (await Fails(TokenStatus.InvalidArgument, clear)).Message);

        using var tenant = new TokenRequest { Tenant = "a/b", EntraVersion = EntraVersion.V1, ClientId = "c" };
        Assert.Contains("tenant", (await Fails(TokenStatus.InvalidArgument, tenant)).Message);
    }

    [Fact]
    public async Task AServerThatRepeatsTheSecretDoesNotGetItIntoTheException()
    {
        const string Secret = "hunter2/hunter2+ö";
        using var request = TestServer.RequestTo("/repeat");
        request.SetClientSecret(Secret);
        var failure = await Fails(TokenStatus.OAuthError, request);
        Assert.Equal("invalid_client", failure.OAuthError);
        foreach (var property in typeof(TokenException).GetProperties())
        {
            Assert.DoesNotContain("hunter2", property.GetValue(failure)?.ToString() ?? "");
        }
        Assert.DoesNotContain("hunter2", failure.ToString());
    }

    [Fact]
    public async Task ErrorCodesThatAreNoWholeNumbersArePassedOver()
    {
        using var request = TestServer.RequestTo("/odd-codes");
        Assert.Equal([7], (await Fails(TokenStatus.OAuthError, request)).ErrorCodes);
    }

    private static async Task<TokenException> Fails(TokenStatus status, TokenRequest request)
    {
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.True(status == failure.Status, $"{failure.Status} instead of {status}: {failure.Message}");
        Assert.NotEmpty(failure.Message);
        return failure;
    }
}
