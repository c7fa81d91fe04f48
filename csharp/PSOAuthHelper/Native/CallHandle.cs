using System;
using System.Runtime.InteropServices;
using System.Text;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// Owns a psoauth_call. Whoever reads it sees to it that nobody disposes of it meanwhile (<see cref="PendingCall"/>).
    /// </summary>
    internal sealed class CallHandle : SafeHandle
    {
        private const long LongestSeconds = long.MaxValue / TimeSpan.TicksPerSecond;
        private static readonly long LastUnixSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

        public CallHandle()
            : base(IntPtr.Zero, ownsHandle: true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        /// <summary>Waits for the end of the call.</summary>
        /// <param name="milliseconds">How long at most; 0 looks without waiting.</param>
        /// <returns>PSOAUTH_STATUS_PENDING while the call is running, then its outcome.</returns>
        internal int Wait(int milliseconds) => NativeMethods.psoauth_call_wait(this, milliseconds);

        internal void Cancel() => NativeMethods.psoauth_call_cancel(this);

        internal string? Text(CallField field)
        {
            if (Utf8(field) is not { } utf8)
            {
                return null;
            }
            var text = Encoding.UTF8.GetString(utf8);
            Array.Clear(utf8, 0, utf8.Length);
            return text;
        }

        /// <summary>A text as its bytes, which the caller clears; null where there is none.</summary>
        /// <param name="field">Which text.</param>
        internal byte[]? Utf8(CallField field)
        {
            var text = NativeMethods.psoauth_call_text(this, field, out var length);
            if (text == IntPtr.Zero)
            {
                return null;
            }
            var utf8 = new byte[(int)length];
            Marshal.Copy(text, utf8, 0, utf8.Length);
            GC.KeepAlive(this);
            return utf8;
        }

        internal long? Number(CallMetric metric)
        {
            var number = NativeMethods.psoauth_call_number(this, metric);
            return number == -1 ? null : number;
        }

        /// <summary>A number of seconds; more than a TimeSpan holds is its largest.</summary>
        /// <param name="metric">Which number.</param>
        internal TimeSpan? Seconds(CallMetric metric) => Number(metric) is { } seconds
            ? new TimeSpan(Math.Min(seconds, LongestSeconds) * TimeSpan.TicksPerSecond)
            : null;

        /// <summary>A moment in Unix seconds; one later than a DateTimeOffset holds is its last.</summary>
        /// <param name="metric">Which number.</param>
        internal DateTimeOffset? UnixTime(CallMetric metric) => Number(metric) is { } seconds
            ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, LastUnixSecond))
            : null;

        protected override bool ReleaseHandle()
        {
            NativeMethods.psoauth_call_free(handle);
            return true;
        }
    }
}
