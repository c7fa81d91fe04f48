# An authorization server that is not ours gives tokens and refuses them.
#
# -Module: the module's folder.
# -TokenEndpoint: its token endpoint.
# -ClientId, -ClientSecret: a client that it knows.
# -Resource, -Scope: what that client may ask for.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $Resource,
    [Parameter(Mandatory = $true)] [string] $Scope
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module
$right = @{ AuthProviderUri = $TokenEndpoint; Resource = $Resource; Scope = $Scope; ClientId = $ClientId; ClientSecret = $ClientSecret }

function Get-Refusal([string] $What, [hashtable] $Changed) {
    $parameters = $right.Clone()
    foreach ($name in $Changed.Keys) { $parameters[$name] = $Changed[$name] }
    $thrown = Get-Thrown $What { Invoke-ClientCredentialsGrant @parameters -EnableException }
    $thrown.FullyQualifiedErrorId
}

$token = Invoke-ClientCredentialsGrant @right -EnableException
Assert-Equal 'scope granted' $Scope $token.scope
Assert-Equal 'token type' 'Bearer' $token.token_type
Assert-Match 'bearer token' '^Bearer \S+$' ($token | Get-BearerToken)
Assert-Match 'wrong secret' '^OAuth\.invalid_client,' (Get-Refusal 'wrong secret' @{ ClientSecret = 'wrong' })
Assert-Match 'unknown client' '^OAuth\.invalid_client,' (Get-Refusal 'unknown client' @{ ClientId = 'nobody' })
Assert-Match 'scope refused' '^OAuth\.invalid_scope,' (Get-Refusal 'scope refused' @{ Scope = 'api:write' })
Assert-Match 'resource refused' '^OAuth\.invalid_target,' (Get-Refusal 'resource refused' @{ Resource = 'https://other.example' })
Complete-Checks
