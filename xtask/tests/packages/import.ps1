# Imports the module by its name and writes its version, its folder, how many commands it has with help, and a token.
param([string] $Uri, [string] $ClientId, [string] $ClientSecret)

$ErrorActionPreference = 'Stop'
Import-Module PSOAuthHelper
$module = Get-Module PSOAuthHelper
"$($module.Version)"
$module.ModuleBase
# A command without its script is not there, and one without its comment has no synopsis of its own.
@($module.ExportedFunctions.Values | Where-Object { (Get-Help $_.Name).Synopsis -notmatch "^\s*$($_.Name) " }).Count
Invoke-ClientCredentialsGrant -AuthProviderUri $Uri -ClientId $ClientId -ClientSecret $ClientSecret -Resource 'https://example.com' -EnableException | Get-BearerToken
