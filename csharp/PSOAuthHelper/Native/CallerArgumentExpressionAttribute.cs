#if !NET
namespace System.Runtime.CompilerServices
{
    /// <summary>The compiler looks for this by its name, and .NET Standard 2.0 has none.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    internal sealed class CallerArgumentExpressionAttribute : Attribute
    {
        public CallerArgumentExpressionAttribute(string parameterName) => ParameterName = parameterName;

        public string ParameterName { get; }
    }
}
#endif
