using System;
using System.Runtime.InteropServices;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// Owns a psoauth_request. Its lock keeps what the header asks for: nothing changes a request while another thread uses
    /// it.
    /// </summary>
    internal sealed class RequestHandle : SafeHandle
    {
        private readonly object _gate = new object();

        public RequestHandle()
            : base(IntPtr.Zero, ownsHandle: true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        internal static RequestHandle Create()
        {
            var request = NativeMethods.psoauth_request_new();
            return request.IsInvalid ? throw new InsufficientMemoryException() : request;
        }

        internal void SetText(RequestField field, Utf8Text text)
        {
            int status;
            lock (_gate)
            {
                status = NativeMethods.psoauth_request_set_text(this, field, text.Bytes, text.Length);
            }
            if (status != CallStatus.Ok)
            {
                throw new ArgumentException($"{field} holds a NUL or is not UTF-8.");
            }
        }

        internal void SetNumber(RequestOption option, long value)
        {
            int status;
            lock (_gate)
            {
                status = NativeMethods.psoauth_request_set_number(this, option, value);
            }
            if (status != CallStatus.Ok)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, $"{option} does not take this value.");
            }
        }

        internal void AddParameter(Utf8Text name, Utf8Text value)
        {
            int status;
            lock (_gate)
            {
                status = NativeMethods.psoauth_request_add_parameter(
                    this, name.Bytes, name.Length, value.Bytes, value.Length);
            }
            if (status != CallStatus.Ok)
            {
                throw new ArgumentException(
                    "The parameter's name is empty or one that a property is for, or a text holds a NUL or is not UTF-8.");
            }
        }

        internal CallHandle Start()
        {
            lock (_gate)
            {
                var status = NativeMethods.psoauth_call_start(this, out var call);
                return status == CallStatus.Ok
                    ? call
                    : throw new InvalidOperationException($"The native library starts no call (status {status}).");
            }
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.psoauth_request_free(handle);
            return true;
        }
    }
}
