# Makes one request of each kind, in the order below, for the server's side to look at what came; checks that each gives
# a token.
#
# -Module: the module's folder.
# -Origin: an http address without a path; the server gives a token to whoever asks, and names itself as an issuer.
# -Files: a folder with client.pem (certificate and EC key), rsa.pfx and encrypted.pem (EC key), both with the password,
#   and assertion.txt.
# -ClientId, -ClientSecret: sent as they are.
# -Password: that of the files.
# -Assertion: what assertion.txt holds; it is overwritten.
# IDENTITY_ENDPOINT, IDENTITY_HEADER (environment): a managed identity of App Service, played by the same server.
#
#  1 TokenEndpoint      4, 5 Issuer, AdditionalParameters    8 CertificatePath, PFX   11 ClientAssertionPath
#  2 TenantId           6 Credential                         9 PrivateKeyPath         12 the same, overwritten
#  3 EntraVersion 1     7 CertificatePath, PEM              10 ClientAssertion        13 to 16 ManagedIdentity
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Origin,
    [Parameter(Mandatory = $true)] [string] $Files,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $Password,
    [Parameter(Mandatory = $true)] [string] $Assertion
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module

function Assert-Token([string] $What, [object] $Token) {
    Assert-Equal $What 'token' $Token.access_token
    Assert-Equal "$What, type name" 'PSOAuthHelper.Token' $Token.PSObject.TypeNames[0]
}

$secret = [Net.NetworkCredential]::new('', $ClientSecret).SecurePassword
$protected = [Net.NetworkCredential]::new('', $Password).SecurePassword
$client = @{ ClientId = $ClientId; ClientSecret = $secret }
Assert-Token '1' (Get-PSOAuthToken @client -TokenEndpoint "$Origin/token?api-version=1" -Scope 'a b', 'c')
Set-PSOAuthOption -Cloud $Origin
Assert-Token '2' (Get-PSOAuthToken @client -TenantId 'contoso.com' -Scope 'a', '', $null, ' b  c ')
Assert-Token '3' (Get-PSOAuthToken @client -Tenant 'contoso.com' -EntraVersion 1 -Scope 'a b c')
# A cloud says nothing about other addresses.
$parameters = @{ note = [Net.NetworkCredential]::new('', 'hidden').SecurePassword; claims = '{}'; audience = 'one', 'two'; max_age = 5; force = $true; nothing = $null; empty = '' }
$ordered = [ordered]@{}
foreach ($name in 'audience', 'claims', 'max_age', 'note', 'force', 'nothing', 'empty') { $ordered[$name] = $parameters[$name] }
Assert-Token '4, 5' (Get-PSOAuthToken @client -Issuer $Origin -Resource 'r' -Scope 's' -AdditionalParameters $ordered)
$endpoint = "$Origin/token"
$credential = [pscredential]::new($ClientId, $secret)
Assert-Token '6' (Get-PSOAuthToken -Credential $credential -TokenEndpoint $endpoint -Scope 's')

# Paths are those of PowerShell's current folder, which is not the process's.
Set-Location $Files
Assert-Equal 'the folders differ' $false ([Environment]::CurrentDirectory -eq (Get-Location).Path)
$client = @{ ClientId = $ClientId; TokenEndpoint = $endpoint }
Assert-Token '7' (Get-PSOAuthToken @client -CertificatePath 'client.pem')
Assert-Token '8' (Get-PSOAuthToken @client -CertificatePath './rsa.pfx' -CertificatePassword $protected -SigningAlgorithm rs256 -KeyId 'the key')
Assert-Token '9' (Get-PSOAuthToken @client -PrivateKeyPath 'encrypted.pem' -CertificatePassword $protected -KeyId 'the key')
Assert-Token '10' (Get-PSOAuthToken @client -ClientAssertion $Assertion)
Assert-Token '11' (Get-PSOAuthToken @client -ClientAssertionPath 'assertion.txt')
[IO.File]::WriteAllText("$Files/assertion.txt", 'a.second.one')
Assert-Token '12' (Get-PSOAuthToken @client -ClientAssertionPath 'assertion.txt')

$identity = @{ ManagedIdentity = $true; Resource = 'https://vault.azure.net' }
Assert-Token '13' (Get-PSOAuthToken @identity)
Assert-Token '14' (Get-PSOAuthToken @identity -ClientId 'of-the-identity')
Assert-Token '15' (Get-PSOAuthToken @identity -IdentityObjectId 'object')
Assert-Token '16' (Get-PSOAuthToken @identity -IdentityResourceId 'resource')
Complete-Checks
