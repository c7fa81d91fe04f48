# The module is imported by path from another folder, twice, with -Force, and in several runspaces of one process at
# once; the library is bound at the first call, and not again.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the client.
# -ClientId, -ClientSecret: the client.
# -Elsewhere: an existing folder to stand in.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $Elsewhere
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"

$parameters = @{ AuthProviderUri = $TokenEndpoint; Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }
function Get-BindingCount {
    @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'PSOAuthHelper.Native' }).Count
}

# Several runspaces at once, before the library is bound.
$sessions = foreach ($i in 1..4) {
    $session = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $session.AddScript('param($Module, $Parameters) Import-Module $Module; foreach ($i in 1..5) { (Invoke-ClientCredentialsGrant @Parameters).access_token }')
    $null = $session.AddArgument($Module).AddArgument($parameters)
    @{ Session = $session; Running = $session.BeginInvoke() }
}
foreach ($session in $sessions) {
    $tokens = @($session.Session.EndInvoke($session.Running))
    Assert-Equal 'tokens of a runspace' 5 @($tokens -match '^\S+$').Count
    Assert-Equal 'errors of a runspace' '' ($session.Session.Streams.Error -join '; ')
    $session.Session.Dispose()
}
$bindings = Get-BindingCount
Assert-Equal 'the runspaces have bound the library' $true ($bindings -ge 1)

Set-Location $Elsewhere
Import-Module $Module
Assert-Match 'from another folder' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
Import-Module $Module
Assert-Match 'imported twice' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
Assert-Equal 'imported twice, modules' 1 @(Get-Module PSOAuthHelper).Count
Import-Module $Module -Force
Assert-Match 'imported with -Force' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
Remove-Module PSOAuthHelper
Import-Module "$Module/PSOAuthHelper.psd1"
Assert-Match 'removed, and imported by its manifest' '^\S+$' (Invoke-ClientCredentialsGrant @parameters).access_token
Assert-Equal 'bindings since the runspaces' $bindings (Get-BindingCount)
Complete-Checks
