# A newer version comes beside one whose library is in use; a new session takes the newer one, and neither is unloaded.
#
# -Module: not used; every script gets it.
# -TokenEndpoint: a token endpoint that knows the client.
# -ClientId, -ClientSecret: the client.
# -Folders: a file with the folder of each version, the older one first, as PSModulePath has them.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $Folders
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"
$parameters = @{ AuthProviderUri = $TokenEndpoint; Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }

$older, $newer = [IO.File]::ReadAllLines($Folders)
$env:PSModulePath = "$([IO.Path]::GetDirectoryName([IO.Path]::GetDirectoryName($older)));$env:PSModulePath"
$library = 'runtimes\win-x64\native\psoauthhelper.dll'
$aside = "$newer aside"
[IO.Directory]::Move($newer, $aside)

Import-Module PSOAuthHelper
Assert-Equal 'the version that is there' '1.0.0' (Get-Module PSOAuthHelper).Version
Assert-Match 'its token' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
$null = Get-Thrown 'a library in use cannot be replaced' { [IO.File]::Delete("$older\$library"); if (-not [IO.File]::Exists("$older\$library")) { return }; throw 'still there' }

[IO.Directory]::Move($aside, $newer)
Remove-Module PSOAuthHelper
Import-Module PSOAuthHelper
Assert-Equal 'the newer version' '1.0.1' (Get-Module PSOAuthHelper).Version
Assert-Match 'its token' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
$bound = @([Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object { $_.ModuleName -eq 'psoauthhelper.dll' } | ForEach-Object { $_.FileName } | Sort-Object)
Assert-Equal 'both libraries are loaded, each from its own folder' @("$older\$library", "$newer\$library") $bound
Complete-Checks
