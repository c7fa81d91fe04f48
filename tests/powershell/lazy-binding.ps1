# Importing the module binds nothing and leaves no error; the first call binds.
#
# -Module: the module's folder.
param([Parameter(Mandatory = $true)] [string] $Module)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"

function Get-BindingCount {
    @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'PSOAuthHelper.Native' }).Count
}
$Error.Clear()
Import-Module $Module
Assert-Equal 'bindings after the import' 0 (Get-BindingCount)
Assert-Equal 'errors of the import' 0 $Error.Count
$null = Invoke-ClientCredentialsGrant -AuthProviderUri 'x' -Resource 'r' -ClientId 'c' -ClientSecret 's' 3>&1
Assert-Equal 'bindings after the first call' 1 (Get-BindingCount)
Complete-Checks
