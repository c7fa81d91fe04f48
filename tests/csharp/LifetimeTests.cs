using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PSOAuthHelper.Tests;

/// <summary>Alone in their collection: they measure the process's memory.</summary>
[Collection(nameof(LifetimeTests))]
[CollectionDefinition(nameof(LifetimeTests), DisableParallelization = true)]
public class LifetimeTests
{
    private static readonly byte[] Large = new byte[1 << 20];

    static LifetimeTests() => Array.Fill(Large, (byte)'x');

    [Fact]
    public void RequestsDroppedWithoutDisposeAreFreed()
    {
        const long Mebibyte = 1 << 20;
        var before = WorkingSet();
        for (var turn = 0; turn < 1000; turn++)
        {
            DropARequest();
            if (turn % 20 == 0)
            {
                CollectGarbage();
            }
        }
        CollectGarbage();
        // A thousand secrets of 1 MiB would still be here if nobody freed them.
        Assert.InRange(WorkingSet() - before, long.MinValue, 300 * Mebibyte);
    }

    [Fact]
    public async Task CallsAreFreedWhenTheyEnd()
    {
        const long Mebibyte = 1 << 20;
        using var request = TestServer.RequestTo("/long-refusal");
        var before = WorkingSet();
        for (var turn = 0; turn < 300; turn++)
        {
            await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(request));
        }
        // Three hundred answers of 900 kB would still be here if only the garbage collector freed them.
        Assert.InRange(WorkingSet() - before, long.MinValue, 100 * Mebibyte);
    }

    [Fact]
    public async Task CallsSurviveGarbageCollections()
    {
        using var stop = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                CollectGarbage();
            }
        });
        try
        {
            for (var turn = 0; turn < 20; turn++)
            {
                var calls = Enumerable.Range(0, 20).Select(_ => StartWithADroppedRequest()).ToList();
                DropSilentCalls(20);
                Assert.All(await Task.WhenAll(calls), token => Assert.NotEmpty(token.AccessToken));
            }
        }
        finally
        {
            stop.Cancel();
            await collector;
        }
    }

    [Fact]
    public async Task ADroppedTaskLetsItsCallEnd()
    {
        var dropped = DropACall();
        // The pump sees calls end in the order of their ends: when a later one has, the dropped one has too. Where it was held
        // up, it sees both at once, and may have the dropped one still at hand.
        using var later = TestServer.SilentRequest();
        later.Timeout = TimeSpan.FromMilliseconds(500);
        for (var turn = 0; turn < 10 && dropped.IsAlive; turn++)
        {
            await Assert.ThrowsAsync<TokenException>(() => TokenClient.RequestTokenAsync(later));
            CollectGarbage();
        }
        Assert.False(dropped.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropARequest() => new TokenRequest().SetClientSecret(Large);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<TokenResponse> StartWithADroppedRequest() => TokenClient.RequestTokenAsync(TestServer.Request());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropSilentCalls(int count)
    {
        for (var call = 0; call < count; call++)
        {
            var request = TestServer.SilentRequest();
            request.Timeout = TimeSpan.FromMilliseconds(1 + call);
            _ = TokenClient.RequestTokenAsync(request);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference DropACall()
    {
        using var request = TestServer.SilentRequest();
        request.Timeout = TimeSpan.FromMilliseconds(1);
        return new WeakReference(TokenClient.RequestTokenAsync(request));
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
