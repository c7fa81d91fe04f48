using PSOAuthHelper;

/// <summary>
/// Keeps a token at hand: gets one, and renews it in the background before it expires. Members may be used by several
/// threads at once.
/// </summary>
public sealed class TokenRenewer : IAsyncDisposable
{
    /// <summary>How long before its end a token is renewed; a fifth of its life where that is less.</summary>
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(5);

    /// <summary>How long a token is taken to live where the server does not say.</summary>
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, Task<TokenResponse>> _request;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly Lock _gate = new();

    private TaskCompletionSource<TokenResponse> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TokenResponse? _token;
    private DateTimeOffset _end;
    private Exception? _failure;

    /// <summary>Starts getting the first token.</summary>
    /// <param name="request">Asks for a token.</param>
    /// <param name="time">The clock; the system's if null.</param>
    public TokenRenewer(Func<CancellationToken, Task<TokenResponse>> request, TimeProvider? time = null)
    {
        _request = request;
        _time = time ?? TimeProvider.System;
        _loop = Task.Run(RenewAsync);
    }

    /// <summary>A renewal failed; another one follows. Handlers run on the renewer's own task and must not throw.</summary>
    public event Action<Exception>? Failed;

    /// <summary>
    /// The token: at once while there is a valid one. Waits where none has come yet, and throws the last failure where the
    /// token has expired and could not be renewed.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<TokenResponse> GetTokenAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_token is not null && _time.GetUtcNow() < _end)
            {
                return Task.FromResult(_token);
            }
            return _failure is null ? _next.Task.WaitAsync(cancellationToken) : Task.FromException<TokenResponse>(_failure);
        }
    }

    /// <summary>Stops the renewal; a request that is under way is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        var pause = ShortestPause;
        try
        {
            while (true)
            {
                try
                {
                    var token = await _request(_stop.Token);
                    pause = ShortestPause;
                    await WaitUntilAsync(Keep(token));
                }
                catch (Exception failure) when (!_stop.IsCancellationRequested)
                {
                    Note(failure);
                    var asked = (failure as TokenException)?.RetryAfter;
                    await WaitUntilAsync(_time.GetUtcNow() + (asked > pause ? asked.Value : pause));
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (Exception stopped) when (_stop.IsCancellationRequested)
        {
            Note(stopped);
        }
    }

    /// <summary>Hands a token out from now on.</summary>
    /// <returns>When to renew it.</returns>
    private DateTimeOffset Keep(TokenResponse token)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            _token = token;
            _end = token.ExpiresOn ?? now + UnknownLifetime;
            _failure = null;
            _next.TrySetResult(token);
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var margin = (_end - now) / 5;
            var renewal = _end - (margin < LongestMargin ? margin : LongestMargin);
            return renewal > now + ShortestPause ? renewal : now + ShortestPause;
        }
    }

    /// <summary>Hands a failure out as long as there is no valid token.</summary>
    private void Note(Exception failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _next.TrySetException(failure);
            // Where nobody waited, nobody looks at the exception; that is no fault.
            _ = _next.Task.Exception;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        if (!_stop.IsCancellationRequested)
        {
            Failed?.Invoke(failure);
        }
    }

    /// <summary>Waits a minute at a time: timers stand still while a machine sleeps, and the clock does not.</summary>
    private async Task WaitUntilAsync(DateTimeOffset moment)
    {
        // Task.Delay knows whole milliseconds only.
        while (moment - _time.GetUtcNow() is { TotalMilliseconds: >= 1 } left)
        {
            await Task.Delay(left < LongestPause ? left : LongestPause, _time, _stop.Token);
        }
    }
}
