# The token cache: off at first; then a token is given again to whoever asks for the same with the same secret, also by
# the commands that 0.3.x had, until the cache is cleared.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the client, and gives each token once.
# -ClientId, -ClientSecret: the client.
# -StrictEndpoint: one that gives a token for an assertion that it has not seen before; with a scope such as refresh_in:1
# the token says so.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $StrictEndpoint
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module

$secret = [Net.NetworkCredential]::new('', $ClientSecret).SecurePassword
$client = @{ TokenEndpoint = $TokenEndpoint; ClientId = $ClientId; Scope = 's' }
$old = @{ AuthProviderUri = $TokenEndpoint; ClientId = $ClientId; Resource = 'r'; EnableException = $true }

# 1 and 2: without the cache each call has its own token.
$first = (Get-PSOAuthToken @client -ClientSecret $secret).access_token
Assert-Equal 'off, tokens differ' $false ($first -ceq (Get-PSOAuthToken @client -ClientSecret $secret).access_token)

# 3: one token for all calls alike.
Set-PSOAuthOption -TokenCache
$kept = Get-PSOAuthToken @client -ClientSecret $secret
$again = Get-PSOAuthToken -TokenEndpoint $TokenEndpoint -Scope 's' -Credential ([pscredential]::new($ClientId, $secret))
Assert-Equal 'on, the token again' $kept.access_token $again.access_token
Assert-Equal 'the same types' ($kept.PSObject.Properties | ForEach-Object { "$($_.Name) $($_.TypeNameOfValue)" }) ($again.PSObject.Properties | ForEach-Object { "$($_.Name) $($_.TypeNameOfValue)" })
Assert-Equal 'what is left of it' $true ($again.expires_in -le $kept.expires_in -and $again.expires_in -gt 3500)
$verbose = @(Get-PSOAuthToken @client -ClientSecret $secret -Verbose 4>&1)
Assert-Contains 'verbose' 'from the token cache' $verbose[1].Message

# 4: another resource, asked for by a command of 0.3.x.
$kept = (Invoke-ClientCredentialsGrant @old -ClientSecret $ClientSecret).access_token
Assert-Equal 'a command of 0.3.x, the token again' $kept (Invoke-ClientCredentialsGrant @old -ClientSecret $ClientSecret).access_token

# A wrong secret gets no token, and failures are not kept.
foreach ($i in 1, 2) {
    $thrown = Get-Thrown 'a wrong secret' { Invoke-ClientCredentialsGrant @old -ClientSecret 'wrong' }
    Assert-Match 'a wrong secret, id' '^OAuth\.invalid_client,' $thrown.FullyQualifiedErrorId
}

# 5: another runspace has not asked for the cache, though it is the process's.
$script = 'param($Module, $Parameters, [switch] $TokenCache) Import-Module $Module; if ($TokenCache) { Set-PSOAuthOption -TokenCache }; (Invoke-ClientCredentialsGrant @Parameters).access_token'
function Invoke-Elsewhere([switch] $TokenCache) {
    $session = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $session.AddScript($script).AddParameters(@{ Module = $Module; Parameters = $old + @{ ClientSecret = $ClientSecret }; TokenCache = $TokenCache })
    $session.Invoke()
    $session.Dispose()
}
Assert-Equal 'a runspace without the cache' $false ($kept -ceq (Invoke-Elsewhere))
Assert-Equal 'a runspace with it' $kept (Invoke-Elsewhere -TokenCache)

# 6: the cache is empty after clearing.
Assert-Equal 'clearing gives nothing' $null (Clear-PSOAuthTokenCache)
Assert-Equal 'cleared' $false ($kept -ceq (Invoke-ClientCredentialsGrant @old -ClientSecret $ClientSecret).access_token)

# A certificate: an assertion is good for one request, and the cache still finds the token.
$key = [Security.Cryptography.RSA]::Create()
$key.KeySize = 2048
$request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=client', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
$certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddMinutes(-5), [DateTimeOffset]::UtcNow.AddDays(1))
$client = @{ TokenEndpoint = $StrictEndpoint; ClientId = 'c'; Certificate = $certificate }
function Get-Source([hashtable] $More) {
    $records = @(Get-PSOAuthToken @client @More -Verbose 4>&1)
    Assert-Equal "a token for $($More.Values)" 'token' $records[-1].access_token
    if ("$($records[1])" -match 'cache') { 'cache' } else { 'server' }
}
Assert-Equal 'a certificate, first' 'server' (Get-Source @{ Scope = 'a' })
Assert-Equal 'a certificate, again' 'cache' (Get-Source @{ Scope = 'a' })
Assert-Equal 'another scope' 'server' (Get-Source @{ Scope = 'b' })
Assert-Equal 'again' 'cache' (Get-Source @{ Scope = 'b' })
# Cleared by another runspace, of which this one knows nothing: the old assertion is refused, and a new one signed.
$session = [powershell]::Create([initialsessionstate]::CreateDefault2())
$null = $session.AddScript('param($Module) Import-Module $Module; Clear-PSOAuthTokenCache').AddArgument($Module)
$null = $session.Invoke()
Assert-Equal 'errors of the other runspace' 0 $session.Streams.Error.Count
$session.Dispose()
Assert-Equal 'cleared elsewhere, a token all the same' 'token' (Get-PSOAuthToken @client -Scope 'a').access_token
Assert-Equal 'and kept' 'cache' (Get-Source @{ Scope = 'a' })
Clear-PSOAuthTokenCache
Assert-Equal 'cleared here, no assertion is sent twice' 'server' (Get-Source @{ Scope = 'a' })
Set-PSOAuthOption -UserAgent 'another'
Assert-Equal 'under another option' 'server' (Get-Source @{ Scope = 'a' })
foreach ($scope in 'refresh_in:1', 'refresh_in:0') {
    Assert-Equal $scope 'server' (Get-Source @{ Scope = $scope })
    Assert-Equal "$scope, renewed with an assertion of its own" 'server' (Get-Source @{ Scope = $scope })
}
Complete-Checks
