# Signs in with certificates whose keys .NET holds: one request for each algorithm, for the server's side to verify, then
# the errors, then an authorization server that verifies.
#
# -Module: the module's folder.
# -TokenEndpoint: an endpoint that gives a token to whoever asks.
# -Files: a folder with rsa.pfx, p256.pfx and p384.pfx, and their certificates as .crt in PEM.
# -Password: that of the files.
# -Issuer, -ProviderEndpoint: an authorization server that knows the clients rsa and p256 by these certificates.
# -Resource, -Scope: what it gives tokens for.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $Files,
    [Parameter(Mandatory = $true)] [string] $Password,
    [Parameter(Mandatory = $true)] [string] $Issuer,
    [Parameter(Mandatory = $true)] [string] $ProviderEndpoint,
    [Parameter(Mandatory = $true)] [string] $Resource,
    [Parameter(Mandatory = $true)] [string] $Scope
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module

$certificates = @{}
foreach ($name in 'rsa', 'p256', 'p384') {
    $certificates[$name] = [Security.Cryptography.X509Certificates.X509Certificate2]::new([IO.Path]::Combine($Files, "$name.pfx"), $Password)
}
function Get-SignedToken([string] $Name, [hashtable] $More = @{}) {
    (Get-PSOAuthToken -TokenEndpoint $TokenEndpoint -ClientId 'the "client"' -Certificate $certificates[$Name] @More).access_token
}
Assert-Equal 'RSA signs as PS256' 'token' (Get-SignedToken 'rsa')
Assert-Equal 'RS256' 'token' (Get-SignedToken 'rsa' @{ SigningAlgorithm = 'rs256' })
Assert-Equal 'P-256 signs as ES256' 'token' (Get-SignedToken 'p256')
Assert-Equal 'P-384 signs as ES384' 'token' (Get-SignedToken 'p384' @{ KeyId = 'the key' })
Assert-Equal 'each call signs anew' 'token' (Get-SignedToken 'rsa')

foreach ($wrong in @('rsa', 'ES256'), @('p256', 'PS256'), @('p256', 'ES384'), @('p384', 'ES256')) {
    $name, $algorithm = $wrong
    $thrown = Get-Thrown "$name as $algorithm" { Get-SignedToken $name @{ SigningAlgorithm = $algorithm } }
    Assert-Equal "$name as $algorithm, id" 'PSOAuth.InvalidArgument,Get-PSOAuthToken' $thrown.FullyQualifiedErrorId
    Assert-Contains "$name as $algorithm, message" "does not sign as $algorithm" $thrown
}
$certificates['public'] = [Security.Cryptography.X509Certificates.X509Certificate2]::new([IO.Path]::Combine($Files, 'rsa.crt'))
$thrown = Get-Thrown 'no private key' { Get-SignedToken 'public' }
Assert-Equal 'no private key, id' 'PSOAuth.InvalidArgument,Get-PSOAuthToken' $thrown.FullyQualifiedErrorId
Assert-Contains 'no private key, message' 'no private key that can sign' $thrown

$wanted = @{ Resource = $Resource; Scope = $Scope }
foreach ($name in 'rsa', 'p256') {
    foreach ($where in @{ TokenEndpoint = $ProviderEndpoint }, @{ Issuer = $Issuer }) {
        $token = Get-PSOAuthToken @wanted @where -ClientId $name -Certificate $certificates[$name]
        Assert-Equal "$name at $($where.Keys)" $name (ConvertFrom-JsonWebToken $token).Claims.client_id
    }
}
$thrown = Get-Thrown 'the certificate of another client' { Get-PSOAuthToken @wanted -TokenEndpoint $ProviderEndpoint -ClientId 'p256' -Certificate $certificates['rsa'] }
Assert-Equal 'the certificate of another client, id' 'OAuth.invalid_client,Get-PSOAuthToken' $thrown.FullyQualifiedErrorId
Complete-Checks
