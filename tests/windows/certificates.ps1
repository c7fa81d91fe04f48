# Windows' own judgement of certificates: a root in its store is trusted, and each fault is told.
#
# -Module: the module's folder.
# -Cases: a file with a case in each line: a token endpoint, a tab, and what the error says; nothing where a token comes.
# -ClientId, -ClientSecret: the client.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Cases,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"
Import-Module $Module

foreach ($case in [IO.File]::ReadAllLines($Cases)) {
    $endpoint, $says = $case.Split("`t")
    $parameters = @{ AuthProviderUri = $endpoint; Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }
    if (-not $says) {
        Assert-Match 'a token' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
        continue
    }
    $thrown = Get-Thrown $says { Invoke-ClientCredentialsGrant @parameters }
    Assert-Equal "$says, id" 'PSOAuth.Tls,Invoke-ClientCredentialsGrant' $thrown.FullyQualifiedErrorId
    Assert-Contains 'the message' $says $thrown.Exception.Message
}
Complete-Checks
