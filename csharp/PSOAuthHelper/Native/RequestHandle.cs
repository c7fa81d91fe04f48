using System;
using System.Runtime.InteropServices;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// Owns a psoauth_request. Whoever changes it sees to it that no other thread uses it meanwhile
    /// (<see cref="TokenRequest"/>).
    /// </summary>
    internal sealed class RequestHandle : SafeHandle
    {
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
            var status = NativeMethods.psoauth_request_set_text(this, field, text.Bytes, text.Length);
            if (status != CallStatus.Ok)
            {
                throw new ArgumentException($"{field} holds a NUL or is not UTF-8.");
            }
        }

        internal void SetNumber(RequestOption option, long value)
        {
            var status = NativeMethods.psoauth_request_set_number(this, option, value);
            if (status != CallStatus.Ok)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, $"{option} does not take this value.");
            }
        }

        internal void AddParameter(Utf8Text name, Utf8Text value)
        {
            var status = NativeMethods.psoauth_request_add_parameter(
                this, name.Bytes, name.Length, value.Bytes, value.Length);
            if (status != CallStatus.Ok)
            {
                throw new ArgumentException(
                    "The parameter's name is empty or one that a property is for, or a text holds a NUL or is not UTF-8.");
            }
        }

        internal CallHandle Start()
        {
            var status = NativeMethods.psoauth_call_start(this, out var call);
            return status == CallStatus.Ok
                ? call
                : throw new InvalidOperationException($"The native library starts no call (status {status}).");
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.psoauth_request_free(handle);
            return true;
        }
    }
}
