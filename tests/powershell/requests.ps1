# Makes one request of each kind, in the order below, for the server's side to look at what came; checks that each
# gives a token. The requests to Entra go to login.microsoftonline.com: without a proxy on this machine that leads
# them to a server of the test, the script refuses to run.
#
# -Module: the module's folder.
# -TokenEndpoint: an address on this machine; the server knows the client and the user below, in every tenant.
# -ClientId, -ClientSecret: a client with a secret.
# -PublicClientId: a client without a secret, of the user.
# -Username, -Password: the user. The password grant must answer with a refresh token.
# HTTPS_PROXY, SSL_CERT_FILE (environment): a proxy on this machine, and the authority that its server's certificate has.
#
#  1 Invoke-ClientCredentialsGrant  Default                    6 Invoke-PasswordGrant  Default
#  2                                Default, with -Scope       7                       v1
#  3                                v1                         8                       v2
#  4                                v2                         9 Invoke-RefreshToken   Simple, with the refresh token of 6
#  5                                v2, with -Resource        10                       Object, the same
#                                                             11 Invoke-AzureResourceManagementGrant
# The tenant is contoso.com, the resource https://resource.example/, the scope https://resource.example/.default (1 to 8).
# The server must know 1950a258-227b-4e31-a9cf-717495945fc2 as a public client of the user (11).
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $PublicClientId,
    [Parameter(Mandatory = $true)] [string] $Username,
    [Parameter(Mandatory = $true)] [string] $Password
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
if ("$env:HTTPS_PROXY" -notmatch '^http://(127\.0\.0\.1|localhost)\b') { throw 'HTTPS_PROXY must be a proxy on this machine.' }
Import-Module $Module

function Assert-Token([string] $What, [object] $Token) {
    Assert-Match $What '^\S+$' $Token.access_token
    Assert-Equal "$What, type" 'Bearer' $Token.token_type
}

$tenant = 'contoso.com'
$resource = 'https://resource.example/'
$scope = 'https://resource.example/.default'
$client = @{ ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }
$user = @{ ClientId = $PublicClientId; Username = $Username; Password = $Password; EnableException = $true }

Assert-Token '1' (Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpoint -Resource $resource)
Assert-Token '2' (Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpoint -Resource $resource -Scope $scope)
Assert-Token '3' (Invoke-ClientCredentialsGrant @client -TenantId $tenant -AuthEndpointV1 -Resource $resource)
Assert-Token '4' (Invoke-ClientCredentialsGrant @client -TenantId $tenant -AuthEndpointV2 -Scope $scope)
Assert-Token '5' (Invoke-ClientCredentialsGrant @client -TenantId $tenant -AuthEndpointV2 -Scope $scope -Resource $resource)
$token = Invoke-PasswordGrant @user -AuthProviderUri $TokenEndpoint -Resource $resource
Assert-Token '6' $token
Assert-Token '7' (Invoke-PasswordGrant @user -TenantId $tenant -AuthEndpointV1 -Resource $resource)
Assert-Token '8' (Invoke-PasswordGrant @user -TenantId $tenant -AuthEndpointV2 -Scope $scope)
Assert-Token '9' (Invoke-RefreshToken $TokenEndpoint $PublicClientId $token.refresh_token -EnableException)
Assert-Token '10' (Invoke-RefreshToken -AuthProviderUri $TokenEndpoint -ClientId $PublicClientId -InputObject $token -EnableException)
Assert-Token '11' (Invoke-AzureResourceManagementGrant $tenant $Username $Password -EnableException)
Complete-Checks
