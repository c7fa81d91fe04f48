# Imports the module by its name and writes its version, its folder and a token.
param([string] $Uri, [string] $ClientId, [string] $ClientSecret)

$ErrorActionPreference = 'Stop'
Import-Module PSOAuthHelper
$module = Get-Module PSOAuthHelper
"$($module.Version)"
$module.ModuleBase
Invoke-ClientCredentialsGrant -AuthProviderUri $Uri -ClientId $ClientId -ClientSecret $ClientSecret -Resource 'https://example.com' -EnableException | Get-BearerToken
