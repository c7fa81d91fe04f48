using System;
using System.Collections.Generic;
using System.Threading;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// The one background thread of the process that sees calls end and ends their tasks.
    /// </summary>
    /// <remarks>
    /// The native library can be asked to wait for one call, not for any of several. So the thread waits for the newest
    /// call while that is young, the one most likely to end next, and looks at all the others each millisecond. Once the
    /// newest is older, the thread looks after a hundredth of its age, and a new call wakes it. A lone or new call ends
    /// without delay, another one within a millisecond or a hundredth of its time. Looking costs 2 % of a core; once the
    /// newest call is a second old, 0.7 %, and 2 % with 500 of them. While no call is pending, the thread sleeps.
    /// </remarks>
    internal static class CompletionPump
    {
        private const int ShortestPauseMs = 1;
        private const int LongestPauseMs = 10;
        private const int YoungMs = 50;
        private const int YoungAloneMs = 1000;

        private static readonly object Gate = new object();
        private static readonly List<PendingCall> Arrived = new List<PendingCall>();
        private static Thread? _thread;

        /// <summary>Has the thread end the call's task when the call ends.</summary>
        /// <param name="call">A call that is not watched yet.</param>
        internal static void Watch(PendingCall call)
        {
            lock (Gate)
            {
                _thread ??= StartThread();
                Arrived.Add(call);
                Monitor.Pulse(Gate);
            }
        }

        private static Thread StartThread()
        {
            var thread = new Thread(Run) { IsBackground = true, Name = "PSOAuthHelper" };
            if (ExecutionContext.IsFlowSuppressed())
            {
                thread.Start();
                return thread;
            }
            // Else the thread would keep the first caller's context alive for ever.
            using (ExecutionContext.SuppressFlow())
            {
                thread.Start();
            }
            return thread;
        }

        private static void Run()
        {
            var pending = new List<PendingCall>();
            while (true)
            {
                TakeArrived(pending);
                if (IsNewestYoung(pending))
                {
                    pending[pending.Count - 1].Wait(ShortestPauseMs);
                }
                pending.RemoveAll(call => call.TryEnd());
            }
        }

        private static bool IsNewestYoung(List<PendingCall> pending) =>
            pending[pending.Count - 1].AgeMs < (pending.Count == 1 ? YoungAloneMs : YoungMs);

        private static void TakeArrived(List<PendingCall> pending)
        {
            lock (Gate)
            {
                while (pending.Count + Arrived.Count == 0)
                {
                    Monitor.Wait(Gate);
                }
                if (Arrived.Count == 0 && !IsNewestYoung(pending))
                {
                    var pause = pending[pending.Count - 1].AgeMs / 100;
                    Monitor.Wait(Gate, (int)Math.Max(ShortestPauseMs, Math.Min(pause, LongestPauseMs)));
                }
                pending.AddRange(Arrived);
                Arrived.Clear();
            }
        }
    }
}
