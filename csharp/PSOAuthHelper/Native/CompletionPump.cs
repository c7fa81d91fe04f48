using System.Collections.Generic;
using System.Threading;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// The one background thread of the process that sees calls end and ends their tasks.
    /// </summary>
    /// <remarks>
    /// The native library can be asked to wait for one call, not for any of several. So the thread waits for the newest
    /// call, the one most likely to end next, and looks at all the others each millisecond: a lone call ends without delay,
    /// one of many within about a millisecond. That costs 2 % of a core while calls are pending, and 6 % with 500 of them.
    /// While no call is pending, the thread sleeps.
    /// </remarks>
    internal static class CompletionPump
    {
        private const int LookEveryMs = 1;

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
                pending[pending.Count - 1].Wait(LookEveryMs);
                pending.RemoveAll(call => call.TryEnd());
            }
        }

        private static void TakeArrived(List<PendingCall> pending)
        {
            lock (Gate)
            {
                while (pending.Count + Arrived.Count == 0)
                {
                    Monitor.Wait(Gate);
                }
                pending.AddRange(Arrived);
                Arrived.Clear();
            }
        }
    }
}
