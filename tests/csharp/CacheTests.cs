using System.Diagnostics;
using Xunit.Abstractions;

namespace PSOAuthHelper.Tests;

/// <summary>Alone in their collection: they empty the cache of the process.</summary>
[Collection(nameof(CacheTests))]
[CollectionDefinition(nameof(CacheTests), DisableParallelization = true)]
public class CacheTests(ITestOutputHelper output)
{
    [Fact]
    public async Task AKeptTokenIsThereAtOnce()
    {
        TokenCache.Clear();
        using var request = CachedRequest();
        var first = await TokenClient.RequestTokenAsync(request);
        Assert.False(first.IsFromCache);
        Assert.Equal(200, first.HttpStatus);

        var second = TokenClient.RequestTokenAsync(request);
        Assert.True(second.IsCompletedSuccessfully);
        var kept = await second;
        Assert.True(kept.IsFromCache);
        Assert.Equal(first.AccessToken, kept.AccessToken);
        Assert.Equal(first.ExpiresOn, kept.ExpiresOn);
        Assert.Null(kept.HttpStatus);
        Assert.Equal(0, kept.Attempts);
    }

    [Fact]
    public async Task ClearEmptiesTheCache()
    {
        using var request = CachedRequest();
        var first = await TokenClient.RequestTokenAsync(request);
        Assert.True((await TokenClient.RequestTokenAsync(request)).IsFromCache);
        TokenCache.Clear();
        var second = await TokenClient.RequestTokenAsync(request);
        Assert.False(second.IsFromCache);
        Assert.NotEqual(first.AccessToken, second.AccessToken);
    }

    [Fact]
    public async Task NobodyGetsATokenForAWrongSecret()
    {
        using var request = CachedRequest();
        await TokenClient.RequestTokenAsync(request);
        request.SetClientSecret("wrong");
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal("invalid_client", failure.OAuthError);
    }

    [Fact]
    public async Task OnlyWhoAsksForTheCacheGetsAKeptToken()
    {
        using var request = CachedRequest();
        await TokenClient.RequestTokenAsync(request);
        request.UseTokenCache = false;
        Assert.False((await TokenClient.RequestTokenAsync(request)).IsFromCache);
    }

    [Fact]
    public async Task AHitIsQuick()
    {
        const int Hits = 20_000;
        using var request = CachedRequest();
        await TokenClient.RequestTokenAsync(request);
        var watch = Stopwatch.StartNew();
        for (var hit = 0; hit < Hits; hit++)
        {
            Assert.True(TokenClient.RequestTokenAsync(request).IsCompletedSuccessfully);
        }
        output.WriteLine($"A hit took {watch.Elapsed.TotalMicroseconds / Hits} microseconds.");
    }

    private static TokenRequest CachedRequest()
    {
        var request = TestServer.Request();
        request.UseTokenCache = true;
        return request;
    }
}
