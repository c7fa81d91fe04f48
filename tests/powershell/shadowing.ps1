# A session's own functions, aliases and preferences do not change what the commands do, and get nothing to see.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the client and refuses others.
# -ClientId, -ClientSecret: the client.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"

# Wine makes no keys; every other system has to.
$makesKeys = try { $null = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256); $true } catch { if (-not $IsWindows) { throw }; $false }

# Runs in a session of its own, as typed at its prompt: what is set there is global.
function Invoke-Session([string] $Setup) {
    $session = [powershell]::Create([initialsessionstate]::CreateDefault2())
    # Loading a module by itself, at the first call of one of its commands, may put commands over those of the setup.
    $null = $session.AddScript('Microsoft.PowerShell.Utility\ConvertFrom-Json 1').AddStatement().AddScript($Setup).AddStatement().AddScript(@'
param($Module, $TokenEndpoint, $ClientId, $ClientSecret, $WithCertificate)
Import-Module $Module
$Error.Clear()
$parameters = @{ AuthProviderUri = $TokenEndpoint; Resource = 'r'; ClientId = $ClientId }
$token = Invoke-ClientCredentialsGrant @parameters -ClientSecret $ClientSecret -Verbose 4>$null
$before = $Error.Count
$failed = @(Invoke-ClientCredentialsGrant @parameters -ClientSecret 'wrong-secret' 3>&1)
$client = @{ TokenEndpoint = $TokenEndpoint; ClientId = $ClientId; Resource = 'r' }
Set-PSOAuthOption -TokenCache -Proxy None -Cloud China
$new = Get-PSOAuthToken @client -ClientSecret ([Net.NetworkCredential]::new('', $ClientSecret).SecurePassword) -AsSecureString
$client.AdditionalParameters = @{ audience = 'a' }
$refused = if ($WithCertificate) {
    $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
    $certificate = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=client', $key, [Security.Cryptography.HashAlgorithmName]::SHA256).CreateSelfSigned([DateTimeOffset]::UtcNow.AddMinutes(-5), [DateTimeOffset]::UtcNow.AddDays(1))
    @(Get-PSOAuthToken @client -Certificate $certificate -ErrorAction Continue 2>&1)
}
else { @(Get-PSOAuthToken @client -ClientAssertion 'ready.asser.tion' -ErrorAction Continue 2>&1) }
$jwt = ConvertFrom-JsonWebToken 'eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.'
Clear-PSOAuthTokenCache
Reset-PSOAuthOption -Name TokenCache
@{
    New     = $new | Get-BearerToken
    Refused = $refused
    Jwt     = $jwt
    Options = Get-PSOAuthOption
    Token   = $token
    Bearer  = $token | Get-BearerToken
    Minutes = @(Get-RemainingMinutes $token -ErrorAction SilentlyContinue).Count
    Header  = ($token | New-AuthorizationHeaderBearerToken -URL 'https://api.example').Host
    Before  = $before
    Failed  = $failed
    Error   = $Error.ToArray()
    Stolen  = $global:stolen
}
'@).AddParameters(@{ Module = $Module; TokenEndpoint = $TokenEndpoint; ClientId = $ClientId; ClientSecret = $ClientSecret; WithCertificate = $makesKeys })
    $result = $session.Invoke()[-1]
    foreach ($problem in $session.Streams.Error) { Assert-Equal 'an error of the session' $null "$problem $($problem.ScriptStackTrace)" }
    $session.Dispose()
    $result
}

$sessions = [ordered]@{
    'functions'        = @'
$global:stolen = @()
foreach ($name in 'ConvertFrom-Json', 'Write-Verbose', 'Write-Warning', 'Write-Error', 'Write-Output', 'Write-Debug', 'New-Object', 'Add-Type', 'Get-Credential', 'Get-Date', 'Test-Path', 'Join-Path', 'ConvertTo-Json', 'Sort-Object', 'Select-Object', 'ForEach-Object', 'Where-Object') {
    Set-Item "function:global:$name" { $global:stolen += , $args }
}
'@
    'aliases'          = @'
$global:stolen = @()
function global:Steal { $global:stolen += , $args }
foreach ($name in 'ConvertFrom-Json', 'Write-Verbose', 'Write-Warning', 'New-Object') { Set-Item "alias:$name" Steal }
'@
    'strict mode'      = 'Set-StrictMode -Version Latest; $global:stolen = @()'
    'preferences'      = @'
$ErrorActionPreference = 'Stop'; $VerbosePreference = 'SilentlyContinue'; $DebugPreference = 'SilentlyContinue'; $OFS = ';'; $global:stolen = @()
'@
    'silent errors'    = '$ErrorActionPreference = "SilentlyContinue"; $global:stolen = @()'
    'default values'   = @'
$global:stolen = @()
$PSDefaultParameterValues = @{ 'ConvertFrom-Json:AsHashtable' = $true; '*:ErrorVariable' = 'stolen'; '*:OutVariable' = 'out' }
'@
}
foreach ($name in $sessions.Keys) {
    $result = Invoke-Session $sessions[$name]
    Assert-Equal "$name, type" 'PSCustomObject' $result.Token.GetType().Name
    Assert-Match "$name, token" '^\S+$' $result.Token.access_token
    Assert-Equal "$name, errors of success" 0 $result.Before
    Assert-Equal "$name, bearer" "Bearer $($result.Token.access_token)" $result.Bearer
    Assert-Equal "$name, header" 'api.example' $result.Header
    Assert-Equal "$name, failure warns" 'WarningRecord' @($result.Failed | ForEach-Object { $_.GetType().Name })
    Assert-Match "$name, failure is in `$Error" 'OAuth\.invalid_client' @($result.Error | ForEach-Object { $_.FullyQualifiedErrorId })
    Assert-Match "$name, Get-PSOAuthToken" '^Bearer \S+$' $result.New
    Assert-Match "$name, Get-PSOAuthToken -Certificate" '^OAuth\.invalid_client,' @($result.Refused | ForEach-Object { $_.FullyQualifiedErrorId })
    Assert-Equal "$name, ConvertFrom-JsonWebToken" 1700000000 $result.Jwt.ExpiresOn.ToUnixTimeSeconds()
    Assert-Equal "$name, options" 'None China False' "$($result.Options.Proxy) $($result.Options.Cloud) $($result.Options.TokenCache)"
    if ($name -ne 'default values') { Assert-Equal "$name, what they got to see" 0 @($result.Stolen).Count }
}
Complete-Checks
