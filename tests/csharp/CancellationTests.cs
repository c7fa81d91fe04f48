using System.Diagnostics;

namespace PSOAuthHelper.Tests;

public class CancellationTests
{
    /// <summary>Far less than the time-out of the requests, and far more than a cancellation takes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ACancelledCallEndsAtOnce()
    {
        using var request = TestServer.SilentRequest();
        using var cancellation = new CancellationTokenSource();
        var call = TokenClient.RequestTokenAsync(request, cancellation.Token);
        Assert.False(call.IsCompleted);

        cancellation.Cancel();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Soon));
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.True(call.IsCanceled);
    }

    [Fact]
    public async Task CancellationComesFromAnyThreadWhileAThreadWaits()
    {
        using var request = TestServer.SilentRequest();
        using var cancellation = new CancellationTokenSource();
        using var waiting = new ManualResetEventSlim();
        var waiter = Task.Factory.StartNew(
            () =>
            {
                var call = TokenClient.RequestTokenAsync(request, cancellation.Token);
                waiting.Set();
                return Assert.Throws<AggregateException>(call.Wait);
            },
            TaskCreationOptions.LongRunning);
        Assert.True(waiting.Wait(Soon));

        new Thread(cancellation.Cancel).Start();

        Assert.IsAssignableFrom<OperationCanceledException>((await waiter.WaitAsync(Soon)).InnerException);
    }

    [Fact]
    public void ATokenThatIsCancelledAlreadySendsNothing()
    {
        using var request = TestServer.Request();
        var call = TokenClient.RequestTokenAsync(request, new CancellationToken(canceled: true));
        Assert.True(call.IsCanceled);
    }

    [Fact]
    public async Task CancellationAfterTheEndChangesNothing()
    {
        using var request = TestServer.Request();
        using var cancellation = new CancellationTokenSource();
        var token = await TokenClient.RequestTokenAsync(request, cancellation.Token);
        cancellation.Cancel();
        Assert.NotEmpty(token.AccessToken);
    }

    [Fact]
    public async Task ACancellationThatRacesWithTheEndGivesOneOfTheTwo()
    {
        using var request = TestServer.Request();
        for (var turn = 0; turn < 300; turn++)
        {
            using var cancellation = new CancellationTokenSource();
            var call = TokenClient.RequestTokenAsync(request, cancellation.Token);
            Thread.SpinWait(turn * 100);
            cancellation.Cancel();
            try
            {
                Assert.NotEmpty((await call.WaitAsync(Soon)).AccessToken);
            }
            catch (OperationCanceledException cancelled)
            {
                Assert.Equal(cancellation.Token, cancelled.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task TheTimeoutEndsACall()
    {
        using var request = TestServer.SilentRequest();
        request.Timeout = TimeSpan.FromMilliseconds(100);
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        Assert.Equal(TokenStatus.TimedOut, failure.Status);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(95), Soon);
        Assert.InRange(failure.Elapsed, TimeSpan.FromMilliseconds(95), watch.Elapsed);
    }
}
