using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.Serialization.Json;
using System.Xml;

namespace PSOAuthHelper.Native
{
    /// <summary>
    /// Reads <c>error_codes</c> from the body of an OAuth error: the one member of an error that has no number in the ABI.
    /// </summary>
    internal static class EntraErrorCodes
    {
        internal static IReadOnlyList<long> Of(CallHandle call)
        {
            if (call.Utf8(CallField.Body) is not { } body)
            {
                return Array.Empty<long>();
            }
            try
            {
                return Read(body);
            }
            catch (XmlException)
            {
                // What .NET does not take for JSON is no reason to lose the error that the library has read.
                return Array.Empty<long>();
            }
            finally
            {
                Array.Clear(body, 0, body.Length);
            }
        }

        // .NET shows JSON as XML: <root><error_codes><item>7000215</item>...
        private static List<long> Read(byte[] body)
        {
            var codes = new List<long>();
            var member = "";
            using var reader = JsonReaderWriterFactory.CreateJsonReader(body, XmlDictionaryReaderQuotas.Max);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element && reader.Depth == 1)
                {
                    member = reader.LocalName;
                }
                else if (reader.NodeType == XmlNodeType.Text && reader.Depth == 3 && member == "error_codes"
                    && long.TryParse(reader.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                {
                    codes.Add(code);
                }
            }
            return codes;
        }
    }
}
