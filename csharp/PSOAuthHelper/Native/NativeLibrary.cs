using System;
using System.Runtime.InteropServices;

namespace PSOAuthHelper.Native
{
    /// <summary>The native library: whether it is there and speaks this ABI.</summary>
    internal static class NativeLibrary
    {
        private static readonly Lazy<string?> Fault = new Lazy<string?>(FindFault);

        internal static string Version
        {
            get
            {
                Check();
                return Marshal.PtrToStringAnsi(NativeMethods.psoauth_version()) ?? "";
            }
        }

        /// <summary>Looks at the library at the first use; whatever is wrong is one exception, the same each time.</summary>
        /// <exception cref="DllNotFoundException">The library is missing, or is one of another version.</exception>
        internal static void Check()
        {
            if (Fault.Value is { } fault)
            {
                throw new DllNotFoundException(fault);
            }
        }

        private static string? FindFault()
        {
            uint version;
            try
            {
                version = NativeMethods.psoauth_abi_version();
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
            {
                return "The native library psoauthhelper cannot be loaded. It belongs into runtimes/<rid>/native of the " +
                    $"package, or beside the program. The system said: {e.Message}";
            }
            return version == NativeMethods.AbiVersion
                ? null
                : $"The native library psoauthhelper speaks version {version} of its ABI, and this class library needs " +
                    $"version {NativeMethods.AbiVersion}. Install both from the same package.";
        }
    }
}
