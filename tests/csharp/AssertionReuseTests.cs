using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PSOAuthHelper.Tests;

/// <summary>
/// No server gets an assertion twice, and the cache answers all the same. Alone in their collection: they empty and fill the
/// cache of the process.
/// </summary>
[Collection(nameof(AssertionReuseTests))]
[CollectionDefinition(nameof(AssertionReuseTests), DisableParallelization = true)]
public sealed class AssertionReuseTests : IDisposable
{
    /// <summary>Far more than any of this takes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly X509Certificate2 _certificate = SelfSigned();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task ARefusedAssertionIsNotSentAgain()
    {
        using var server = new AssertionServer(_ => Task.FromResult(AssertionServer.Refusal));
        using var request = RequestTo(server);
        for (var turn = 0; turn < 500; turn++)
        {
            await Refused(request);
        }
        AssertAllDiffer(server, 500);
    }

    [Fact]
    public async Task CallsAtOnceSendAssertionsOfTheirOwn()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new AssertionServer(async number =>
        {
            if (number == 2)
            {
                both.SetResult();
            }
            await both.Task;
            return AssertionServer.Refusal;
        });
        using var request = RequestTo(server);
        await Task.WhenAll(Refused(request), Refused(request)).WaitAsync(Soon);
        await Refused(request);
        AssertAllDiffer(server, 3);
    }

    [Fact]
    public async Task TheFirstTokenServesThoseWhoComeLaterWhileOthersAreUnderWay()
    {
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new AssertionServer(async number =>
        {
            if (number == 1)
            {
                await both.Task;
            }
            else
            {
                both.TrySetResult();
                await release.Task;
            }
            return (200, AssertionServer.Token);
        });
        using var request = RequestTo(server);
        var calls = new[] { TokenClient.RequestTokenAsync(request), TokenClient.RequestTokenAsync(request) };
        await Task.WhenAny(calls).WaitAsync(Soon);
        Assert.True(TokenClient.RequestTokenAsync(request).IsCompletedSuccessfully);
        release.SetResult();
        await Task.WhenAll(calls).WaitAsync(Soon);
        Assert.True((await TokenClient.RequestTokenAsync(request)).IsFromCache);
        AssertAllDiffer(server, 2);
    }

    [Fact]
    public async Task NothingIsSentAgainWhileOthersEmptyTheCache()
    {
        using var server = new AssertionServer(AssertionServer.Token);
        using var request = RequestTo(server);
        var callers = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var turn = 0; turn < 2000; turn++)
            {
                await TokenClient.RequestTokenAsync(request);
            }
        })));
        while (!callers.IsCompleted)
        {
            TokenCache.Clear();
        }
        await callers;
        AssertAllDiffer(server, server.Assertions.Count);
    }

    [Theory]
    [InlineData(""" "expires_in":3600,"refresh_in":0 """)]
    [InlineData(""" "expires_in":3600,"refresh_in": "-1" """)]
    [InlineData(""" "expires_in":3600,"refresh_token":"r" """)]
    [InlineData(""" "expires_in":0 """)]
    [InlineData(""" "expires_on":1 """)]
    [InlineData(""" "scope":"s" """)]
    [InlineData("large")]
    public async Task WhatTheCacheDoesNotAnswerGetsAnotherAssertion(string members)
    {
        members = members == "large" ? $"\"expires_in\":3600,\"x\":\"{new string('x', 64 * 1024)}\"" : members;
        using var server = new AssertionServer($"{{\"access_token\":\"t\",{members}}}");
        using var request = RequestTo(server);
        await TokenClient.RequestTokenAsync(request);
        await TokenClient.RequestTokenAsync(request);
        AssertAllDiffer(server, 2);
    }

    [Fact]
    public async Task AChangedRequestGetsAnotherAssertion()
    {
        using var server = new AssertionServer(AssertionServer.Token);
        using var request = RequestTo(server);
        Action[] changes =
        [
            () => { },
            () => request.UserAgent = "another",
            () => request.AllowHttp = true,
            () => request.AddParameter("note", "x"),
            () => request.Certificate = _certificate,
        ];
        foreach (var change in changes)
        {
            change();
            Assert.Equal("t", (await TokenClient.RequestTokenAsync(request)).AccessToken);
        }
        AssertAllDiffer(server, changes.Length);
    }

    [Fact]
    public async Task AGrantThatTheCacheIsNotForGetsAnotherAssertion()
    {
        using var server = new AssertionServer(AssertionServer.Token);
        using var request = RequestTo(server);
        request.GrantType = "urn:example:other";
        await TokenClient.RequestTokenAsync(request);
        await TokenClient.RequestTokenAsync(request);
        AssertAllDiffer(server, 2);
    }

    [Fact]
    public async Task WhatAFullCacheDroppedIsSentAgainOnce()
    {
        using var server = new AssertionServer(
            number => Task.FromResult(number == 1 ? (200, AssertionServer.Token) : AssertionServer.Refusal));
        using var request = RequestTo(server);
        await TokenClient.RequestTokenAsync(request);
        using var others = TestServer.Request();
        others.UseTokenCache = true;
        for (var other = 0; other < 1000; other++)
        {
            others.Scope = "scope-" + other;
            await TokenClient.RequestTokenAsync(others);
        }
        await Refused(request);
        await Refused(request);
        Assert.Equal(3, server.Assertions.Count);
        Assert.Equal(2, server.Assertions.Distinct().Count());
    }

    private TokenRequest RequestTo(AssertionServer server) => new()
    {
        TokenEndpoint = server.Endpoint,
        ClientId = "c",
        Certificate = _certificate,
        UseTokenCache = true,
        MaxRetries = 0,
    };

    private static async Task Refused(TokenRequest request)
    {
        var refusal = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal("invalid_client", refusal.OAuthError);
    }

    private static void AssertAllDiffer(AssertionServer server, int count)
    {
        Assert.Equal(count, server.Assertions.Count);
        Assert.Equal(count, server.Assertions.Distinct().Count());
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
