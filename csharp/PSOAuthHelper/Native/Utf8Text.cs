using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// A text on its way to the native library, as UTF-8. The bytes are pinned, so that the garbage collector leaves no
    /// copies of them, and cleared when this is disposed of.
    /// </summary>
    internal sealed class Utf8Text : IDisposable
    {
        // A replacement character in a secret would send another secret.
        private static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

        private GCHandle _pin;

        private Utf8Text(int length, string parameter)
        {
            Parameter = parameter;
            Bytes = new byte[length];
            _pin = GCHandle.Alloc(Bytes, GCHandleType.Pinned);
        }

        internal byte[] Bytes { get; }

        /// <summary>What the caller calls the text, for exceptions.</summary>
        internal string Parameter { get; }

        internal UIntPtr Length => (UIntPtr)Bytes.Length;

        internal static Utf8Text Copy(string text, [CallerArgumentExpression(nameof(text))] string parameter = "")
        {
            ThrowIfNull(text, parameter);
            try
            {
                var utf8 = new Utf8Text(Strict.GetByteCount(text), parameter);
                Strict.GetBytes(text, 0, text.Length, utf8.Bytes, 0);
                return utf8;
            }
            catch (EncoderFallbackException)
            {
                throw NoUnicode(parameter);
            }
        }

        internal static Utf8Text Copy(char[] text, [CallerArgumentExpression(nameof(text))] string parameter = "")
        {
            ThrowIfNull(text, parameter);
            try
            {
                var utf8 = new Utf8Text(Strict.GetByteCount(text), parameter);
                Strict.GetBytes(text, 0, text.Length, utf8.Bytes, 0);
                return utf8;
            }
            catch (EncoderFallbackException)
            {
                throw NoUnicode(parameter);
            }
        }

        internal static Utf8Text Copy(byte[] text, [CallerArgumentExpression(nameof(text))] string parameter = "")
        {
            ThrowIfNull(text, parameter);
            var utf8 = new Utf8Text(text.Length, parameter);
            text.CopyTo(utf8.Bytes, 0);
            return utf8;
        }

#if NET
        internal static Utf8Text Copy(ReadOnlySpan<char> text, [CallerArgumentExpression(nameof(text))] string parameter = "")
        {
            try
            {
                var utf8 = new Utf8Text(Strict.GetByteCount(text), parameter);
                Strict.GetBytes(text, utf8.Bytes);
                return utf8;
            }
            catch (EncoderFallbackException)
            {
                throw NoUnicode(parameter);
            }
        }

        internal static Utf8Text Copy(ReadOnlySpan<byte> text, [CallerArgumentExpression(nameof(text))] string parameter = "")
        {
            var utf8 = new Utf8Text(text.Length, parameter);
            text.CopyTo(utf8.Bytes);
            return utf8;
        }
#endif

        public void Dispose()
        {
            Array.Clear(Bytes, 0, Bytes.Length);
            _pin.Free();
        }

        private static void ThrowIfNull(object text, string parameter)
        {
            if (text is null)
            {
                throw new ArgumentNullException(parameter);
            }
        }

        // The encoder's own exception shows a character and its place.
        private static ArgumentException NoUnicode(string parameter) =>
            new ArgumentException("The text holds half a surrogate pair.", parameter);
    }
}
