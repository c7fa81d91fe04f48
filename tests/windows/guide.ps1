# The examples of docs/windows.md: Windows PowerShell 5.1 can parse them, they give the module's commands parameters that these
# have, and what they make of an expired secret is what the page says.
#
# -Module: the module's folder.
# -Page: the page.
# -ExpiredEndpoint: a token endpoint that refuses each secret as expired, as Entra does.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Page,
    [Parameter(Mandatory = $true)] [string] $ExpiredEndpoint
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"
Import-Module $Module
$own = Get-Command -Module PSOAuthHelper
$newTokens = 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'QuestionMark', 'AndAnd', 'OrOr'

$text = [IO.File]::ReadAllText($Page).Replace("`r", '')
$blocks = @([regex]::Matches($text, '(?s)```powershell\n(.*?)\n```') | ForEach-Object { $_.Groups[1].Value })
Assert-Equal 'examples' $true ($blocks.Count -ge 9)
foreach ($block in $blocks) {
    $tokens = $parseErrors = $null
    $tree = [Management.Automation.Language.Parser]::ParseInput($block, [ref] $tokens, [ref] $parseErrors)
    Assert-Equal "errors of: $block" 0 $parseErrors.Count
    Assert-Equal "not in 5.1: $block" 0 @($tokens | Where-Object { "$($_.Kind)" -in $newTokens }).Count
    foreach ($command in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
        $known = $own | Where-Object { $_.Name -eq $command.GetCommandName() }
        if (-not $known) { continue }
        foreach ($parameter in $command.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
            Assert-Equal "$($known.Name) -$($parameter.ParameterName)" $true $known.Parameters.ContainsKey($parameter.ParameterName)
        }
    }
}

# The event of an expired secret, with the event log's command played.
$events = [Collections.Generic.List[hashtable]]::new()
function Write-EventLog([string] $LogName, [string] $Source, [string] $EntryType, [int] $EventId, [string] $Message) {
    $events.Add(@{ Id = $EventId; Message = $Message })
}
$parameters = @{ AuthProviderUri = $ExpiredEndpoint; Resource = 'r'; ClientId = 'c'; ClientSecret = 'a secret that has expired' }
$expired = @($blocks -match 'Write-EventLog')
Assert-Equal 'examples of the event' 1 $expired.Count
. ([scriptblock]::Create($expired[0].Replace('exit 1', '')))
Assert-Equal 'events' 1 $events.Count
Assert-Equal 'its id' 1001 $events[0].Id
Assert-Match 'its text' '^OAuth\.invalid_client,Invoke-ClientCredentialsGrant: .*7000222.* Correlation id: 5f0f24ec' $events[0].Message
Assert-Equal 'secrets in it' $false $events[0].Message.Contains('a secret that')
Complete-Checks
