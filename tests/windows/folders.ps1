# The module works from wherever it lies. Each folder gets a process's worth of binding: the library's path is part of it.
#
# -Module: not used; every script gets it.
# -TokenEndpoint: a token endpoint that knows the client.
# -ClientId, -ClientSecret: the client.
# -Folders: a file in UTF-8 with a folder of the module in each line.
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

foreach ($folder in [IO.File]::ReadAllLines($Folders)) {
    # By the manifest: Import-Module takes brackets in a path as a wildcard.
    $manifest = [Management.Automation.WildcardPattern]::Escape("$folder\PSOAuthHelper.psd1")
    try {
        Import-Module $manifest -Force
        Assert-Match $folder '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
    }
    catch { Assert-Equal $folder 'a token' "$_" }
    $bound = @([Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object { $_.ModuleName -eq 'psoauthhelper.dll' })
    Assert-Equal "$folder, libraries" $true ($bound.Count -ge 1)
    Remove-Module PSOAuthHelper -ErrorAction SilentlyContinue
}
Complete-Checks
