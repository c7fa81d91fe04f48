# The native library: where it lies, and its functions as static methods of a type.

# Sets $native to the type whose static methods are the library's functions.
# It is made once a process, at the first call; other runspaces and a module imported again find it there.
# -Cmdlet: the public command that is running; a failure is reported through it, and $native stays empty.
function Connect-NativeLibrary {
    param([Management.Automation.PSCmdlet] $Cmdlet)

    $abiVersion = 1
    if ([IntPtr]::Size -ne 8) {
        Write-Failure $Cmdlet (New-FailureRecord 'UnsupportedPlatform' 'PSOAuthHelper needs a 64-bit PowerShell; this one is 32-bit.')
        return
    }
    $candidates = @(Get-NativeLibraryPath)
    $path = $null
    foreach ($candidate in $candidates) {
        if ([IO.File]::Exists($candidate)) { $path = $candidate; break }
    }
    if (-not $path) {
        $message = "The native library of PSOAuthHelper was not found. Looked for: $($candidates -join ', ')"
        Write-Failure $Cmdlet (New-FailureRecord 'LibraryNotFound' $message)
        return
    }

    $key = "PSOAuthHelper:$path"
    $type = [AppDomain]::CurrentDomain.GetData($key)
    if (-not $type) {
        $firstError = if ($global:Error.Count) { $global:Error[0] }
        try {
            # Of a library that the system refuses, .NET's loader says why; PowerShell 7 then looks elsewhere and says that
            # it is not there. .NET Framework has no loader, and says why at the first call.
            $loader = 'System.Runtime.InteropServices.NativeLibrary' -as [type]
            if ($loader) { $null = $loader::Load($path) }
            $type = New-NativeType $path
            $found = $type::psoauth_abi_version()
        }
        catch {
            Undo-ErrorList $firstError
            # What .NET says may have several lines.
            $message = "The native library $path cannot be used: $($_.Exception.GetBaseException().Message)" -replace '\s+', ' '
            Write-Failure $Cmdlet (New-FailureRecord 'LibraryNotUsable' $message)
            return
        }
        if ($found -ne $abiVersion) {
            $message = "The native library $path has ABI version $found; this module needs version $abiVersion."
            Write-Failure $Cmdlet (New-FailureRecord 'AbiMismatch' $message)
            return
        }
        [AppDomain]::CurrentDomain.SetData($key, $type)
    }
    $script:native = $type
}

# Lists the paths at which the library may lie, the preferred one first: the module's own folder, and the build's
# output where the module lies in a checkout. Never the search path of the system or the current folder.
function Get-NativeLibraryPath {
    $platform = [Runtime.InteropServices.OSPlatform]
    $os = 'linux'; $file = 'libpsoauthhelper.so'
    if ([Runtime.InteropServices.RuntimeInformation]::IsOSPlatform($platform::Windows)) { $os = 'win'; $file = 'psoauthhelper.dll' }
    elseif ([Runtime.InteropServices.RuntimeInformation]::IsOSPlatform($platform::OSX)) { $os = 'osx'; $file = 'libpsoauthhelper.dylib' }
    $architecture = [Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLowerInvariant()

    $module = $script:moduleFolder
    [IO.Path]::Combine($module, 'runtimes', "$os-$architecture", 'native', $file)
    $checkout = [IO.Path]::GetFullPath([IO.Path]::Combine($module, '../..'))
    if ([IO.File]::Exists([IO.Path]::Combine($checkout, 'Cargo.toml'))) {
        [IO.Path]::Combine($checkout, "target/release/$file")
        [IO.Path]::Combine($checkout, "target/debug/$file")
    }
}

# Makes the type with one P/Invoke method for each function used here. No compiler takes part and no file is written.
# size_t is IntPtr; an out parameter is an array of one element, which the runtime pins.
function New-NativeType {
    param([string] $Path)

    $int32 = [int]; $uint32 = [uint32]; $int64 = [long]; $pointer = [IntPtr]; $out = [IntPtr[]]; $void = [void]
    $functions = @(
        , ('psoauth_abi_version', $uint32, @())
        , ('psoauth_request_new', $pointer, @())
        , ('psoauth_request_set_text', $int32, ($pointer, $uint32, [byte[]], $pointer))
        , ('psoauth_request_set_number', $int32, ($pointer, $uint32, $int64))
        , ('psoauth_request_add_parameter', $int32, ($pointer, [byte[]], $pointer, [byte[]], $pointer))
        , ('psoauth_request_free', $void, (, $pointer))
        , ('psoauth_call_start', $int32, ($pointer, $out))
        , ('psoauth_call_wait', $int32, ($pointer, $int32))
        , ('psoauth_call_text', $pointer, ($pointer, $uint32, $out))
        , ('psoauth_call_number', $int64, ($pointer, $uint32))
        , ('psoauth_call_free', $void, (, $pointer))
    )
    # Not collectible (RunAndCollect): .NET Framework has no P/Invoke in collectible assemblies.
    $assembly = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly('PSOAuthHelper.Native', 'Run')
    $type = $assembly.DefineDynamicModule('PSOAuthHelper.Native').DefineType('PSOAuthHelper.Native', 'Public, Abstract, Sealed')
    foreach ($function in $functions) {
        $name, $result, $parameters = $function
        $method = $type.DefinePInvokeMethod($name, $Path, 'Public, Static, PinvokeImpl', 'Standard', $result, $parameters, 'Cdecl', 'Ansi')
        $method.SetImplementationFlags('PreserveSig')
    }
    $type.CreateType()
}
