# The module can be imported in every way that scripts import modules, and says clearly when its library cannot be used.
#
# -Module: the module's folder, with its library.
# -TokenEndpoint, -ClientId, -ClientSecret: a token endpoint and a client that it knows.
# -OtherLibrary: a library that says it has ABI version 2.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $OtherLibrary
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
$grant = @{ AuthProviderUri = $TokenEndpoint; Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }

function Assert-Works([string] $What) {
    Assert-Match $What '^\S+$' (Invoke-ClientCredentialsGrant @grant).access_token
}

# Two runspaces at once, in a process that has not used the library yet.
$script = {
    param($Module, $Grant)
    Import-Module $Module
    (Invoke-ClientCredentialsGrant @Grant).access_token
}
$shells = foreach ($number in 1, 2) {
    $shell = [PowerShell]::Create([Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
    $null = $shell.AddScript($script).AddArgument($Module).AddArgument($grant)
    @{ Shell = $shell; Result = $shell.BeginInvoke() }
}
foreach ($shell in $shells) { Assert-Match 'a runspace of two' '^\S+$' ([string] $shell.Shell.EndInvoke($shell.Result)) }

# By path, from another folder.
Push-Location ([IO.Path]::GetTempPath())
Import-Module "$Module/PSOAuthHelper.psd1"
Assert-Works 'by path from another folder'
Import-Module $Module
Assert-Works 'imported twice'
Import-Module $Module -Force
Assert-Works 'imported with -Force'
Pop-Location

# Under strict mode, as careful scripts set it.
& { Set-StrictMode -Version Latest; Assert-Works 'in strict mode' }
Remove-Module PSOAuthHelper

# A copy of the module whose library is changed by the script block.
function Get-LoadError([string] $What, [scriptblock] $Change) {
    $copy = [IO.Path]::Combine([IO.Path]::GetTempPath(), [IO.Path]::GetRandomFileName())
    Copy-Item $Module "$copy/PSOAuthHelper" -Recurse
    try {
        $library = [IO.Directory]::GetFiles("$copy/PSOAuthHelper/runtimes", '*psoauthhelper*', 'AllDirectories')[0]
        & $Change $library
        Import-Module "$copy/PSOAuthHelper"
        $thrown = Get-Thrown $What { Invoke-ClientCredentialsGrant @grant }
        Assert-Contains "$What, names the library" $library $thrown.Exception.Message
        $thrown
        Remove-Module PSOAuthHelper
    }
    finally { Remove-Item $copy -Recurse -Force }
}

$thrown = Get-LoadError 'no library' { param($library) [IO.File]::Delete($library) }
Assert-Match 'no library, id' '^PSOAuth\.LibraryNotFound,' $thrown.FullyQualifiedErrorId
$thrown = Get-LoadError 'another ABI version' { param($library) [IO.File]::Copy($OtherLibrary, $library, $true) }
Assert-Match 'another ABI version, id' '^PSOAuth\.AbiMismatch,' $thrown.FullyQualifiedErrorId
Assert-Match 'another ABI version, versions' 'version 2\b.*version 1\b' $thrown.Exception.Message
$thrown = Get-LoadError 'no library at all' { param($library) [IO.File]::WriteAllText($library, 'not a library') }
Assert-Match 'no library at all, id' '^PSOAuth\.LibraryNotUsable,' $thrown.FullyQualifiedErrorId

Complete-Checks
