using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace PSOAuthHelper.Tests;

/// <summary>Each test loads the class library once more, so that it can be bound to another native library.</summary>
public class NativeLibraryTests
{
    [Fact]
    public void TheLibraryThatIsThereHasAVersion() => Assert.Matches(@"^\d+\.\d+\.\d+$", TokenClient.LibraryVersion);

    [Fact]
    public void AMissingLibraryIsOneClearError()
    {
        var message = Refusal(() => throw new DllNotFoundException("nowhere"));
        Assert.Contains("cannot be loaded", message);
        Assert.Contains("nowhere", message);
    }

    [Fact]
    public void ALibraryThatIsAnotherIsOneClearError()
    {
        var message = Refusal(NativeLibrary.GetMainProgramHandle);
        Assert.Contains("cannot be loaded", message);
        Assert.Contains("psoauth_abi_version", message);
    }

    [Fact]
    public void ALibraryOfAnotherAbiIsOneClearError()
    {
        var message = Refusal(() => NativeLibrary.Load(TestServer.LibraryOfAnotherAbi));
        Assert.Contains("speaks version 2 of its ABI", message);
        Assert.Contains("needs version 1", message);
    }

    /// <summary>What a new request and the version say, each time, with the native library that `load` gives.</summary>
    private static string Refusal(Func<IntPtr> load)
    {
        var context = new AssemblyLoadContext(null, isCollectible: true);
        var assembly = context.LoadFromAssemblyPath(typeof(TokenRequest).Assembly.Location);
        NativeLibrary.SetDllImportResolver(assembly, (_, _, _) => load());
        var request = assembly.GetType(typeof(TokenRequest).FullName!)!;
        var version = assembly.GetType(typeof(TokenClient).FullName!)!.GetProperty(nameof(TokenClient.LibraryVersion))!;
        Action[] uses =
        [
            () => Activator.CreateInstance(request),
            () => version.GetValue(null),
            () => Activator.CreateInstance(request),
        ];
        var messages = uses.Select(use => Assert.Throws<TargetInvocationException>(use).InnerException)
            .Select(inner => Assert.IsType<DllNotFoundException>(inner).Message);
        var message = Assert.Single(messages.Distinct());
        context.Unload();
        return message;
    }
}
