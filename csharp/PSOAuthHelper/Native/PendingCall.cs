using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// A started call and the task that stands for it. The task ends by the pump or by <see cref="Cancel"/>, whichever comes
    /// first; the pump alone disposes of the handle.
    /// </summary>
    internal sealed class PendingCall
    {
        private readonly CallHandle _call;
        private readonly Action<TokenResponse?>? _onEnd;
        private readonly CancellationToken _cancellationToken;
        private readonly object _gate = new object();
        private readonly TaskCompletionSource<TokenResponse> _completion =
            new TaskCompletionSource<TokenResponse>(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly Stopwatch _age = Stopwatch.StartNew();

        private bool _ended;

        /// <summary>Stands for a call that was started.</summary>
        /// <param name="call">The call.</param>
        /// <param name="onEnd">Is told of the token, or null for none, when the call has ended and its task has not.</param>
        /// <param name="cancellationToken">What the task is cancelled with.</param>
        internal PendingCall(CallHandle call, Action<TokenResponse?>? onEnd, CancellationToken cancellationToken)
        {
            _call = call;
            _onEnd = onEnd;
            _cancellationToken = cancellationToken;
        }

        internal Task<TokenResponse> Task => _completion.Task;

        /// <summary>Milliseconds since the call was started.</summary>
        internal long AgeMs => _age.ElapsedMilliseconds;

        /// <summary>Waits natively, without looking at the outcome.</summary>
        /// <param name="milliseconds">How long at most.</param>
        internal void Wait(int milliseconds) => _call.Wait(milliseconds);

        /// <summary>Ends the call and its task now. After the end of the call this changes nothing.</summary>
        internal void Cancel()
        {
            lock (_gate)
            {
                if (!_ended)
                {
                    _call.Cancel();
                    // Here and not by the pump, so that the task ends at once.
                    EndTask();
                }
            }
        }

        /// <summary>Ends the task if the call has ended, and lets go of the call.</summary>
        /// <returns>Whether it has.</returns>
        internal bool TryEnd()
        {
            lock (_gate)
            {
                if (!_ended && !EndTask())
                {
                    return false;
                }
            }
            _call.Dispose();
            return true;
        }

        private bool EndTask()
        {
            var status = _call.Wait(0);
            if (status == CallStatus.Pending)
            {
                return false;
            }
            var token = status == CallStatus.Ok ? new TokenResponse(_call) : null;
            _onEnd?.Invoke(token);
            switch (status)
            {
                case CallStatus.Ok:
                    _completion.TrySetResult(token!);
                    break;
                case CallStatus.Cancelled:
                    _completion.TrySetCanceled(_cancellationToken);
                    break;
                default:
                    _completion.TrySetException(new TokenException((TokenStatus)status, _call));
                    break;
            }
            return _ended = true;
        }
    }
}
