using System.Diagnostics;
using System.Text.Json;
using Xunit.Abstractions;

namespace PSOAuthHelper.Tests;

/// <summary>Alone in their collection: they count threads.</summary>
[Collection(nameof(ConcurrencyTests))]
[CollectionDefinition(nameof(ConcurrencyTests), DisableParallelization = true)]
public class ConcurrencyTests(ITestOutputHelper output)
{
    private const int Calls = 500;

    [Fact]
    public async Task FiveHundredCallsAtOnceAllGetTheirToken()
    {
        using var request = TestServer.Request();
        var watch = Stopwatch.StartNew();
        var tokens = await Task.WhenAll(Start(request, CancellationToken.None));
        output.WriteLine($"{Calls} calls took {watch.ElapsedMilliseconds} ms.");
        Assert.Equal(Calls, tokens.Select(token => token.AccessToken).Distinct().Count());
    }

    [Fact]
    public async Task PendingCallsHoldNoThreadsAndDoNotDelayOthers()
    {
        using var silent = TestServer.SilentRequest();
        using var request = TestServer.Request();
        using var cancellation = new CancellationTokenSource();
        await TokenClient.RequestTokenAsync(request);
        var before = Threads();

        var pending = Start(silent, cancellation.Token);
        var watch = Stopwatch.StartNew();
        await TokenClient.RequestTokenAsync(request);
        output.WriteLine($"A call beside {Calls} silent ones took {watch.ElapsedMilliseconds} ms.");

        // Nobody waits for this one: the pump has to look.
        silent.Timeout = TimeSpan.FromMilliseconds(200);
        var slow = await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(silent));
        Assert.Equal(TokenStatus.TimedOut, slow.Status);

        Assert.InRange(Threads(), 1, before + 50);
        Assert.All(pending, call => Assert.False(call.IsCompleted));
        cancellation.Cancel();
        watch.Restart();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(pending));
        output.WriteLine($"{Calls} cancelled calls ended after {watch.ElapsedMilliseconds} ms.");
        Assert.All(pending, call => Assert.True(call.IsCanceled));
    }

    [Fact]
    public async Task ARequestMayBeChangedWhileOthersSendIt()
    {
        // So large that a change would often come into the middle of a copy, if it could.
        var scopes = new[] { new string('a', 200_000), new string('b', 150_000) };
        using var request = TestServer.RequestTo("/echo");
        request.Scope = scopes[0];
        var sent = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var turn = 0; turn < 10; turn++)
            {
                var body = (await TokenClient.RequestTokenAsync(request)).Body;
                var form = JsonDocument.Parse(body).RootElement.GetProperty("form").GetString()!;
                Assert.True(scopes.Contains(form.Split("&scope=")[1]), "A scope that nobody set was sent.");
            }
        })));
        for (var turn = 0; !sent.IsCompleted; turn++)
        {
            request.Scope = scopes[turn % 2];
        }
        await sent;
    }

    private static List<Task<TokenResponse>> Start(TokenRequest request, CancellationToken cancellationToken) =>
        Enumerable.Range(0, Calls).Select(_ => TokenClient.RequestTokenAsync(request, cancellationToken)).ToList();

    private static int Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }
}
