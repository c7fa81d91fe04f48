# The pages in docs/ say of each command what the running command says of itself, and Get-Help says at least what the
# page says.
#
# -Module: the module's folder.
# -Docs: the folder of the pages, <command>.md.
param([Parameter(Mandatory = $true)] [string] $Module, [Parameter(Mandatory = $true)] [string] $Docs)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module
$common = [Management.Automation.Cmdlet]::CommonParameters

# Splits text at the headings of a level: heading -> text below it.
function Split-Page([string] $Text, [string] $Marks) {
    $sections = [ordered]@{}
    foreach ($part in [regex]::Split($Text, "(?m)^$Marks (?=\S)") | Select-Object -Skip 1) {
        $heading, $rest = $part -split "`n", 2
        $sections[$heading.Trim()] = $rest.Trim()
    }
    $sections
}

function Get-TypeName([type] $Type) {
    if ($Type -eq [switch]) { 'SwitchParameter' } else { $Type.Name }
}

# The syntax of a parameter set as platyPS writes it: parameters in their order of declaration, switches as optional.
function Get-Syntax([Management.Automation.CommandInfo] $Command, [Management.Automation.CommandParameterSetInfo] $Set) {
    $parts = @($Command.Name)
    foreach ($name in $Command.Parameters.Keys) {
        $parameter = $Set.Parameters | Where-Object { $_.Name -eq $name -and $common -notcontains $name }
        if (-not $parameter) { continue }
        $part = "-$name"
        if ($parameter.Position -ge 0) { $part = "[$part]" }
        if ($parameter.ParameterType -eq [switch]) { $part = "[$part]" }
        else {
            $part = "$part <$($parameter.ParameterType.Name)>"
            if (-not $parameter.IsMandatory) { $part = "[$part]" }
        }
        $parts += $part
    }
    ($parts -join ' ') + ' [<CommonParameters>]'
}

# The yaml blocks of a parameter, one for all the sets in which it is the same.
function Get-ParameterBlock([Management.Automation.CommandInfo] $Command, [string] $Name) {
    $blocks = [ordered]@{}
    foreach ($set in $Command.ParameterSets) {
        $parameter = $set.Parameters | Where-Object { $_.Name -eq $Name }
        if (-not $parameter) { continue }
        # platyPS counts positions from 1, as Get-Help does.
        $position = if ($parameter.Position -ge 0) { $parameter.Position + 1 } else { 'Named' }
        $default = if ($parameter.ParameterType -eq [switch]) { 'False' } else { 'None' }
        $ways = @(if ($parameter.ValueFromPipelineByPropertyName) { 'ByPropertyName' }; if ($parameter.ValueFromPipeline) { 'ByValue' })
        $pipeline = if ($ways) { "True ($($ways -join ', '))" } else { 'False' }
        $block = "Required: $($parameter.IsMandatory)`nPosition: $position`nDefault value: $default`n" +
            "Accept pipeline input: $pipeline`nAccept wildcard characters: False"
        if (-not $blocks.Contains($block)) { $blocks[$block] = @() }
        $blocks[$block] += $set.Name
    }
    foreach ($block in $blocks.Keys) {
        $sets = if ($blocks[$block].Count -eq $Command.ParameterSets.Count) { '(All)' } else { $blocks[$block] -join ', ' }
        $aliases = "Aliases: $($Command.Parameters[$Name].Aliases -join ', ')".TrimEnd()
        "Type: $(Get-TypeName $Command.Parameters[$Name].ParameterType)`nParameter Sets: $sets`n$aliases`n`n$block"
    }
}

# Everything that Get-Help says of a command, as one text.
function Get-HelpText([string] $Command) {
    $help = Get-Help $Command -Full
    $texts = @($help.Synopsis) + $help.description.Text + $help.parameters.parameter.description.Text + $help.alertSet.alert.Text
    foreach ($example in $help.examples.example) { $texts += @($example.code) + $example.remarks.Text }
    ($texts -join "`n").Replace("`r", '')
}

$commands = Get-Command -Module PSOAuthHelper
Assert-Equal 'a page for each command' $commands.Name (Get-ChildItem -Path $Docs -Filter '*-*.md' | Where-Object { (Get-Content $_.FullName -Raw) -cmatch '(?m)^Module Name: PSOAuthHelper$' } | ForEach-Object { [IO.Path]::GetFileNameWithoutExtension($_.FullName) } | Sort-Object)
foreach ($command in $commands) {
    $page = [IO.File]::ReadAllText([IO.Path]::Combine($Docs, "$command.md")).Replace("`r", '')
    Assert-Equal "$command, places to fill in" 0 ([regex]::Matches($page, '\{\{')).Count
    Assert-Contains "$command, title" "`n# $command`n" $page
    $sections = Split-Page $page '##'

    $syntax = [regex]::Matches($sections['SYNTAX'], '(?s)(?:### (?<set>[^\n]+)\n)?```\n(?<text>.*?)\n```')
    Assert-Equal "$command, syntaxes" $command.ParameterSets.Count $syntax.Count
    for ($i = 0; $i -lt $command.ParameterSets.Count; $i++) {
        $set = $command.ParameterSets[$i]
        $heading = if ($command.ParameterSets.Count -gt 1) { $set.Name + $(if ($set.IsDefault) { ' (Default)' }) }
        Assert-Equal "$command, set $i" $heading $syntax[$i].Groups['set'].Value
        Assert-Equal "$command, syntax of $($set.Name)" (Get-Syntax $command $set) ($syntax[$i].Groups['text'].Value -replace '\s+', ' ')
    }

    $parameters = Split-Page $sections['PARAMETERS'] '###'
    $names = @($command.Parameters.Keys | Where-Object { $common -notcontains $_ })
    Assert-Equal "$command, parameters" (@($names | ForEach-Object { "-$_" }) + 'CommonParameters') @($parameters.Keys)
    foreach ($name in $names) {
        $blocks = [regex]::Matches("$($parameters["-$name"])", '(?s)```yaml\n(.*?)\n```') | ForEach-Object { $_.Groups[1].Value }
        Assert-Equal "$command -$name" @(Get-ParameterBlock $command $name) @($blocks)
    }

    $help = Get-HelpText $command
    $prose = @($sections['SYNOPSIS'], $sections['DESCRIPTION'], $sections['NOTES'])
    $prose += @($names | ForEach-Object { ("$($parameters["-$_"])" -split '```')[0] })
    $prose += @((Split-Page $sections['EXAMPLES'] '###').Values | ForEach-Object { $_ -replace '```', '' })
    foreach ($line in ($prose -join "`n") -split "`n") {
        if ($line.Trim()) { Assert-Contains "Get-Help $command" $line.Trim() $help }
    }
    Assert-Equal "$command, examples" @((Get-Help $command).examples.example).Count (Split-Page $sections['EXAMPLES'] '###').Count
    foreach ($name in $names) { Assert-Match "Get-Help $command -Parameter $name" '\S' (Get-Help $command -Parameter $name).description.Text }
}

$about = Get-Help about_PSOAuthHelper | Out-String
foreach ($command in $commands) { Assert-Contains 'about_PSOAuthHelper' $command.Name $about }
Complete-Checks
