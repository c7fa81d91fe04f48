# However a command ends, it has freed its request and its call, and cleared the bytes of every text that it gave to the library.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the client.
# -ClientId, -ClientSecret: the client.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

# Stands in the library's place, and passes everything on.
class Watch {
    static [type] $Library
    static [Collections.Generic.List[byte[]]] $Texts = [Collections.Generic.List[byte[]]]::new()
    static [int] $Requests = 0
    static [int] $Calls = 0

    static [IntPtr] psoauth_request_new() { [Watch]::Requests++; $real = [Watch]::Library; return $real::psoauth_request_new() }
    static [int] psoauth_request_set_text([IntPtr] $request, [uint32] $field, [byte[]] $bytes, [IntPtr] $length) {
        [Watch]::Texts.Add($bytes)
        $real = [Watch]::Library
        return $real::psoauth_request_set_text($request, $field, $bytes, $length)
    }
    static [int] psoauth_request_set_number([IntPtr] $request, [uint32] $option, [long] $value) {
        $real = [Watch]::Library
        return $real::psoauth_request_set_number($request, $option, $value)
    }
    static [int] psoauth_request_add_parameter([IntPtr] $request, [byte[]] $name, [IntPtr] $nameLength, [byte[]] $value, [IntPtr] $length) {
        [Watch]::Texts.Add($value)
        $real = [Watch]::Library
        return $real::psoauth_request_add_parameter($request, $name, $nameLength, $value, $length)
    }
    static [void] psoauth_request_free([IntPtr] $request) {
        if ($request -ne [IntPtr]::Zero) { [Watch]::Requests-- }
        $real = [Watch]::Library
        $real::psoauth_request_free($request)
    }
    static [int] psoauth_call_start([IntPtr] $request, [IntPtr[]] $call) {
        [Watch]::Calls++
        $real = [Watch]::Library
        return $real::psoauth_call_start($request, $call)
    }
    static [int] psoauth_call_wait([IntPtr] $call, [int] $timeout) { $real = [Watch]::Library; return $real::psoauth_call_wait($call, $timeout) }
    static [IntPtr] psoauth_call_text([IntPtr] $call, [uint32] $field, [IntPtr[]] $length) {
        $real = [Watch]::Library
        return $real::psoauth_call_text($call, $field, $length)
    }
    static [long] psoauth_call_number([IntPtr] $call, [uint32] $metric) { $real = [Watch]::Library; return $real::psoauth_call_number($call, $metric) }
    static [void] psoauth_call_free([IntPtr] $call) {
        if ($call -ne [IntPtr]::Zero) { [Watch]::Calls-- }
        $real = [Watch]::Library
        $real::psoauth_call_free($call)
    }
}

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module
# The first call binds the library.
$null = Invoke-ClientCredentialsGrant -AuthProviderUri 'x' -Resource 'r' -ClientId 'c' -ClientSecret 's' -WarningAction SilentlyContinue
& (Get-Module PSOAuthHelper) { param($Watch) $Watch::Library = $script:native; $script:native = $Watch } ([Watch])

$secure = [Net.NetworkCredential]::new('', $ClientSecret).SecurePassword
$client = @{ TokenEndpoint = $TokenEndpoint; ClientId = $ClientId; ClientSecret = $secure; ErrorAction = 'SilentlyContinue' }
$old = @{ Resource = 'r'; ClientId = $ClientId; WarningAction = 'SilentlyContinue' }
$faulty = [Linq.Enumerable]::Select([int[]]@(1), [Func[int, string]] { throw 'an exception on the way' })
$commands = [ordered]@{
    'a token'           = { Get-PSOAuthToken @client -AdditionalParameters @{ note = $secure, 'plain' } }
    'a token, as 0.3.x' = { Invoke-ClientCredentialsGrant @old -AuthProviderUri $TokenEndpoint -ClientSecret $ClientSecret }
    'a refusal'         = { Invoke-ClientCredentialsGrant @old -AuthProviderUri $TokenEndpoint -ClientSecret 'wrong' }
    'no address'        = { Invoke-ClientCredentialsGrant @old -AuthProviderUri 'x' -ClientSecret $ClientSecret }
    'a NUL'             = { Get-PSOAuthToken @client -Scope "a`0b" }
    'an exception'      = { Get-PSOAuthToken @client -AdditionalParameters @{ note = $secure; other = $faulty } }
}
foreach ($name in $commands.Keys) {
    [Watch]::Texts.Clear()
    $null = & $commands[$name]
    Assert-Equal "$name, requests and calls" @(0, 0) @([Watch]::Requests, [Watch]::Calls)
    Assert-Equal "$name, texts" $true ([Watch]::Texts.Count -ge 4)
    Assert-Equal "$name, bytes that are left" 0 @([Watch]::Texts | ForEach-Object { $_ } | Where-Object { $_ }).Count
}
Complete-Checks
