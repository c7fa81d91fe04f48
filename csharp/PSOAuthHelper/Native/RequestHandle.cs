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
                throw new ArgumentException($"{field} holds a NUL or is not UTF-8.", text.Parameter);
            }
        }

        /// <summary>Sets a number.</summary>
        /// <returns>Whether the option takes it.</returns>
        internal bool TrySetNumber(RequestOption option, long value) =>
            NativeMethods.psoauth_request_set_number(this, option, value) == CallStatus.Ok;

        internal void AddParameter(Utf8Text name, Utf8Text value)
        {
            if (TryAddParameter(name, value))
            {
                return;
            }
            using var trial = Create();
            using var empty = Utf8Text.Copy("");
            throw trial.TryAddParameter(name, empty)
                ? new ArgumentException("The parameter's value holds a NUL or is not UTF-8.", value.Parameter)
                : new ArgumentException(
                    "The parameter's name is empty, is one that a property is for, or holds a NUL.", name.Parameter);
        }

        /// <summary>Starts a call, which the caller disposes of.</summary>
        /// <exception cref="TokenException">The library failed. What cannot be sent is a call that has ended.</exception>
        internal CallHandle Start()
        {
            var status = NativeMethods.psoauth_call_start(this, out var call);
            return status == CallStatus.Ok
                ? call
                : throw new TokenException(TokenStatus.Internal, $"The native library starts no call (status {status}).");
        }

        private bool TryAddParameter(Utf8Text name, Utf8Text value) => CallStatus.Ok ==
            NativeMethods.psoauth_request_add_parameter(this, name.Bytes, name.Length, value.Bytes, value.Length);

        protected override bool ReleaseHandle()
        {
            NativeMethods.psoauth_request_free(handle);
            return true;
        }
    }
}
