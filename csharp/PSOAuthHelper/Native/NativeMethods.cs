using System;
using System.Runtime.InteropServices;

// Not the current folder and not PATH: a library that lies there could take the secrets.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]

namespace PSOAuthHelper.Native
{
    /// <summary>The functions of psoauthhelper.h, under their own names.</summary>
    internal static class NativeMethods
    {
        /// <summary>PSOAUTH_ABI_VERSION of the header that this class library was written for.</summary>
        internal const uint AbiVersion = 1;

        private const string Library = "psoauthhelper";

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint psoauth_abi_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr psoauth_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern RequestHandle psoauth_request_new();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int psoauth_request_set_text(
            RequestHandle request, RequestField field, byte[] utf8, UIntPtr len);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int psoauth_request_set_number(RequestHandle request, RequestOption option, long value);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int psoauth_request_add_parameter(
            RequestHandle request, byte[] name, UIntPtr nameLen, byte[] value, UIntPtr valueLen);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void psoauth_request_free(IntPtr request);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int psoauth_call_start(RequestHandle request, out CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int psoauth_call_wait(CallHandle call, int timeoutMs);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void psoauth_call_cancel(CallHandle call);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr psoauth_call_text(CallHandle call, CallField field, out UIntPtr len);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern long psoauth_call_number(CallHandle call, CallMetric metric);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void psoauth_call_free(IntPtr call);
    }
}
