# Secrets arrive at the server as they are, whatever characters they have.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the clients below.
# -Secrets: a file with a JSON object in UTF-8: client id -> secret.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $Secrets
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module

$clients = ConvertFrom-Json ([IO.File]::ReadAllText($Secrets))
foreach ($client in $clients.PSObject.Properties) {
    $token = Invoke-ClientCredentialsGrant -AuthProviderUri $TokenEndpoint -Resource 'r' -ClientId $client.Name -ClientSecret $client.Value
    Assert-Match "the secret of $($client.Name)" '^\S+$' $token.access_token
}

$nul = "a$([char]0)b"
$thrown = Get-Thrown 'a secret with NUL' { Invoke-ClientCredentialsGrant -AuthProviderUri $TokenEndpoint -Resource 'r' -ClientId 'c' -ClientSecret $nul -EnableException }
Assert-Match 'a secret with NUL, id' '^PSOAuth\.InvalidArgument,' $thrown.FullyQualifiedErrorId
Assert-Contains 'a secret with NUL, message' 'ClientSecret' $thrown.Exception.Message
Complete-Checks
