# The module's code uses nothing that Windows PowerShell 5.1 on .NET Framework 4.7.2 lacks, and calls no command that a
# user's function of the same name could stand in for. The first part checks that this script finds what it looks for.
#
# -Module: the module's folder.
param([Parameter(Mandatory = $true)] [string] $Module)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"

# Kinds of tokens that 5.1 does not know.
$newTokens = 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'QuestionMark', 'AndAnd', 'OrOr', 'Clean'
# Numbers and escapes that it reads as something else.
$newNumber = '(?i)^0b|(?<!^0x[0-9a-f]*)(u|ul|us|uy|s|y|n)$'
$newEscape = '`(e|u\{)'
# Variables that it does not set.
$newVariables = 'IsWindows', 'IsLinux', 'IsMacOS', 'IsCoreCLR', 'PSStyle', 'EnabledExperimentalFeatures', 'PSNativeCommandUseErrorActionPreference'
# Members and types that .NET Framework 4.7.2 lacks, of those that scripts like to use.
$newMembers = 'PtrToStringUTF8', 'StringToCoTaskMemUTF8', 'GetFunctionPointer', 'FromHexString', 'ToHexString', 'HashData', 'SetHandle',
    'Fill', 'AsSpan', 'IsNullOrWhiteSpaceOrEmpty', 'ProcessPath', 'ProcessId', 'UnixEpoch', 'RuntimeIdentifier'
$newTypes = 'NativeLibrary', 'MemoryMarshal', 'Span', 'ReadOnlySpan', 'OperatingSystem', 'AssemblyLoadContext', 'JsonSerializer', 'JsonDocument',
    'SocketsHttpHandler', 'HashCode', 'Random\+Shared', 'Index', 'Range'
# Parameters that 5.1's commands lack.
$newParameters = 'AsHashtable', 'AsByteStream', 'Parallel', 'NoEnumerate', 'SkipCertificateCheck', 'Depth'
$qualified = '^Microsoft\.PowerShell\.[A-Za-z]+\\'

# Names what a text has that it must not have, as 'line: what'.
function Get-Offence([string] $Text, [string[]] $OwnFunctions) {
    $tokens = $parseErrors = $null
    $tree = [Management.Automation.Language.Parser]::ParseInput($Text.TrimStart([char]0xFEFF), [ref] $tokens, [ref] $parseErrors)
    foreach ($parseError in $parseErrors) { "$($parseError.Extent.StartLineNumber): $($parseError.Message)" }
    foreach ($token in $tokens) {
        $isNew = switch ("$($token.Kind)") {
            { $_ -in $newTokens } { $true }
            'Number' { $token.Text -match $newNumber }
            { $_ -in 'StringExpandable', 'HereStringExpandable' } { $token.Text -cmatch $newEscape }
            'Variable' { $token.Name -in $newVariables }
        }
        if ($isNew) { "$($token.Extent.StartLineNumber): $($token.Text)" }
    }
    foreach ($node in $tree.FindAll({ $true }, $true)) {
        $line = $node.Extent.StartLineNumber
        if ($node -is [Management.Automation.Language.MemberExpressionAst] -and "$($node.Member)" -in $newMembers) { "${line}: $($node.Member)" }
        if ($node -is [Management.Automation.Language.TypeExpressionAst] -or $node -is [Management.Automation.Language.TypeConstraintAst]) {
            $type = $node.TypeName.FullName -replace '^.*\.'
            if ($type -in $newTypes) { "${line}: [$($node.TypeName.FullName)]" }
        }
        if ($node -is [Management.Automation.Language.CommandParameterAst] -and $node.ParameterName -in $newParameters) { "${line}: -$($node.ParameterName)" }
        if ($node -is [Management.Automation.Language.CommandAst]) {
            $name = $node.GetCommandName()
            if ($name -and $name -notmatch $qualified -and $name -notin $OwnFunctions -and $node.InvocationOperator -ne 'Dot') { "${line}: $name is not qualified" }
            if ($name -match 'Add-Type$') { "${line}: Add-Type" }
        }
    }
    # 5.1 reads a file without a byte order mark in the system's code page.
    if ($Text[0] -ne [char]0xFEFF -and $Text -match '[^\x00-\x7F]') { '1: letters outside ASCII without a byte order mark' }
}

foreach ($offence in '$a ?? 1', '$a ??= 1', '$a ? 1 : 2', '${a}?.b', 'Get-It && Get-It', '[Runtime.InteropServices.Marshal]::PtrToStringUTF8($p)',
    '[Runtime.InteropServices.NativeLibrary]::Load("x")', 'Microsoft.PowerShell.Utility\ConvertFrom-Json -AsHashtable', 'ConvertFrom-Json', 'Add-Type', "'$([char]0xE9)'",
    'function Get-It { clean { } }', '0b11', '1u', '"`e[0m"', '"`u{41}"', '$IsWindows') {
    Assert-Match "finds $offence" '^1: ' @(Get-Offence $offence 'Get-It')[0]
}
Assert-Equal 'finds nothing in plain code' $null (Get-Offence '[IO.File]::Exists("x"); Get-It -Depth2 1; 0x1e, 10, 1.5, 1kb, 0xfeed; "`n"' 'Get-It')

$files = [IO.Directory]::GetFiles($Module, '*.ps*1', 'AllDirectories')
Assert-Equal 'files to look at' $true ($files.Count -ge 9)
$texts = @{}
foreach ($file in $files) {
    # The reader's own removal of the mark would hide it.
    $texts[$file] = [Text.UTF8Encoding]::new($false).GetString([IO.File]::ReadAllBytes($file))
}
$own = foreach ($text in $texts.Values) { [regex]::Matches($text, '(?m)^\s*function\s+([\w-]+)') | ForEach-Object { $_.Groups[1].Value } }
foreach ($file in $files) {
    foreach ($offence in Get-Offence $texts[$file] $own) { Assert-Equal "$([IO.Path]::GetFileName($file)):$offence" 'not there' 'there' }
    # A checkout on Windows may end its lines in CR LF.
    $parseErrors = $null
    $null = [Management.Automation.Language.Parser]::ParseInput($texts[$file].TrimStart([char]0xFEFF).Replace("`n", "`r`n"), [ref] $null, [ref] $parseErrors)
    Assert-Equal "$([IO.Path]::GetFileName($file)) with CR LF" 0 $parseErrors.Count
}
# 5.1 reads help topics and views as it reads code.
foreach ($file in [IO.Directory]::GetFiles($Module, '*.*', 'AllDirectories') -match '\.(txt|xml|ps1xml)$') {
    $text = [Text.UTF8Encoding]::new($false).GetString([IO.File]::ReadAllBytes($file))
    Assert-Equal "$([IO.Path]::GetFileName($file)), letters outside ASCII without a mark" $false ($text[0] -ne [char]0xFEFF -and $text -match '[^\x00-\x7F]')
}
Complete-Checks
