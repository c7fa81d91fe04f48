# In a constrained session the module says at its import that it cannot run there. Where the policy trusts the module, it
# works from a constrained session.
#
# -Module: the module's folder.
param([Parameter(Mandatory = $true)] [string] $Module)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"

# Runs two scripts with the module's manifest in a session of their own, the second in a constrained one. (Constrained sessions
# mark their texts as not trusted for the whole process, so each gets one of its own.)
function Invoke-Constrained([scriptblock] $Prepare, [scriptblock] $Run) {
    $session = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $session.AddScript($Prepare).AddArgument("$Module/PSOAuthHelper.psd1").Invoke()
    $session.Commands.Clear()
    $session.Runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
    $null = $session.AddScript($Run).AddArgument("$Module/PSOAuthHelper.psd1")
    try { $session.Invoke() } catch { $_.Exception.GetBaseException().ErrorRecord }
    $session.Streams.Warning
    $session.Streams.Error
    $session.Dispose()
}

$outcome = @(Invoke-Constrained { } { param($Module) Import-Module $Module -ErrorAction Stop })
Assert-Equal 'one error' 'ErrorRecord' @($outcome | ForEach-Object { $_.GetType().Name })
Assert-Match 'it says what to do' 'ConstrainedLanguage mode.*policy.*trust the module' $outcome[0]

$call = { Invoke-ClientCredentialsGrant -AuthProviderUri 'x' -Resource 'r' -ClientId 'c' -ClientSecret 's' }
$outcome = @(Invoke-Constrained { param($Module) Import-Module $Module } $call)
Assert-Equal 'a trusted module works' 'WarningRecord' @($outcome | ForEach-Object { $_.GetType().Name })
Assert-Match 'as far as the library' 'not a URL' $outcome[0]

# An endpoint of Just Enough Administration has the module and no language.
$state = [initialsessionstate]::CreateDefault2()
$state.LanguageMode = 'NoLanguage'
$state.ImportPSModule("$Module/PSOAuthHelper.psd1")
$session = [powershell]::Create($state)
$null = $session.AddCommand('Invoke-ClientCredentialsGrant').AddParameters(@{ AuthProviderUri = 'x'; Resource = 'r'; ClientId = 'c'; ClientSecret = 's' }).Invoke()
Assert-Match 'an endpoint without language' 'not a URL' $session.Streams.Warning[0]
Assert-Equal 'an endpoint without language, errors' 0 $session.Streams.Error.Count
Complete-Checks
