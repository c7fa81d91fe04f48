using System.Threading.Channels;

namespace PSOAuthHelper.Tests;

/// <summary>A clock that stands still until a test moves it on, and tells when a timer is set.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Channel<ManualTimer> _timers = Channel.CreateUnbounded<ManualTimer>();
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state), dueTime);
        _timers.Writer.TryWrite(timer);
        return timer;
    }

    /// <summary>Waits for the next timer, moves the clock on to its end, and lets it go off.</summary>
    /// <returns>How long it was set for.</returns>
    public async Task<TimeSpan> PassNextTimerAsync()
    {
        var timer = await NextTimerAsync();
        _now += timer.DueTime;
        timer.GoOff();
        return timer.DueTime;
    }

    /// <summary>Waits until a timer is set, which then never goes off.</summary>
    public async Task<ManualTimer> NextTimerAsync() =>
        await _timers.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    internal sealed class ManualTimer(Action goOff, TimeSpan dueTime) : ITimer
    {
        public TimeSpan DueTime => dueTime;

        public Action GoOff => goOff;

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
