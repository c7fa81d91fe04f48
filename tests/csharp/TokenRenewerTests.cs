namespace PSOAuthHelper.Tests;

/// <summary>The renewal pattern of examples/csharp/renewal, on a clock of its own.</summary>
public class TokenRenewerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task ATokenIsRenewedBeforeItExpires()
    {
        using var request = TestServer.Request();
        await using var renewer = new TokenRenewer(stop => TokenClient.RequestTokenAsync(request, stop), _time);
        var first = await renewer.GetTokenAsync();
        Assert.Same(first, await renewer.GetTokenAsync());

        // Renewed five minutes before its end, in waits of a minute at most and of whole milliseconds.
        while (first.ExpiresOn - _time.GetUtcNow() >= TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1))
        {
            Assert.Same(first, await renewer.GetTokenAsync());
            Assert.InRange(await _time.PassNextTimerAsync(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }
        await _time.NextTimerAsync();

        Assert.True(_time.GetUtcNow() < first.ExpiresOn);
        Assert.NotEqual(first.AccessToken, (await renewer.GetTokenAsync()).AccessToken);
    }

    [Fact]
    public async Task AFailureIsToldAndFollowedByAnotherAttempt()
    {
        using var request = TestServer.Request();
        request.SetClientSecret("wrong");
        await using var renewer = new TokenRenewer(stop => TokenClient.RequestTokenAsync(request, stop), _time);
        await Assert.ThrowsAsync<TokenException>(() => renewer.GetTokenAsync());
        var told = new TaskCompletionSource<Exception>();
        renewer.Failed += failure => told.TrySetResult(failure);

        Assert.Equal(Second, await _time.PassNextTimerAsync());
        Assert.Equal("invalid_client", Assert.IsType<TokenException>(await told.Task).OAuthError);
        request.SetClientSecret(TestServer.ClientSecret);
        Assert.Equal(2 * Second, await _time.PassNextTimerAsync());
        await _time.NextTimerAsync();

        Assert.NotEmpty((await renewer.GetTokenAsync()).AccessToken);
    }

    [Fact]
    public async Task TheServersRetryAfterIsKept()
    {
        using var request = TestServer.RequestTo("/status/429");
        await using var renewer = new TokenRenewer(stop => TokenClient.RequestTokenAsync(request, stop), _time);
        Assert.Equal(7 * Second, await _time.PassNextTimerAsync());
    }

    [Fact]
    public async Task AnOldTokenServesUntilItsEndWhileRenewalsFail()
    {
        using var good = TestServer.RequestTo("/bare");
        using var bad = TestServer.RequestTo("/status/404");
        var request = good;
        await using var renewer = new TokenRenewer(stop => TokenClient.RequestTokenAsync(request, stop), _time);
        var token = await renewer.GetTokenAsync();
        request = bad;
        var end = _time.GetUtcNow() + TimeSpan.FromMinutes(5);
        while (_time.GetUtcNow() < end)
        {
            Assert.Same(token, await renewer.GetTokenAsync());
            await _time.PassNextTimerAsync();
        }
        await Assert.ThrowsAsync<TokenException>(() => renewer.GetTokenAsync());
    }

    [Fact]
    public async Task StoppingCancelsARequestThatIsUnderWay()
    {
        using var request = TestServer.SilentRequest();
        var renewer = new TokenRenewer(stop => TokenClient.RequestTokenAsync(request, stop), _time);
        var waiting = renewer.GetTokenAsync();
        await renewer.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
