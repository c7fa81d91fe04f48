# Checks for the scripts beside this one, which dot-source it. A failed check prints what was expected and what came;
# Complete-Checks throws if a check failed or none was made, which ends the process with exit code 1.

$script:checks = 0
$script:failures = 0

function Add-Check([string] $What, [bool] $Passed, [string] $Expected, [string] $Actual) {
    $script:checks++
    if ($Passed) { return }
    $script:failures++
    [Console]::Out.WriteLine("FAILED: $What`n  expected: $Expected`n  got:      $Actual")
}

# Equal as text, upper and lower case told apart; arrays item by item.
function Assert-Equal([string] $What, [object] $Expected, [object] $Actual) {
    $wanted = @($Expected) -join ' | '
    $came = @($Actual) -join ' | '
    Add-Check $What ($wanted -ceq $came) $wanted $came
}

function Assert-Match([string] $What, [string] $Pattern, [object] $Actual) {
    Add-Check $What ("$Actual" -cmatch $Pattern) "a match for $Pattern" "$Actual"
}

function Assert-Contains([string] $What, [string] $Part, [object] $Actual) {
    Add-Check $What ("$Actual".Contains($Part)) "text with '$Part'" "$Actual"
}

# Runs the block and gives the error that it threw; nothing, and a failed check, if it threw none.
function Get-Thrown([string] $What, [scriptblock] $Block) {
    $thrown = $null
    try { $null = & $Block } catch { $thrown = $_ }
    Add-Check $What ($null -ne $thrown) 'an error' 'none'
    $thrown
}

function Complete-Checks {
    [Console]::Out.WriteLine("$script:checks checks, $script:failures failed")
    if ($script:failures -or -not $script:checks) { throw 'The checks did not pass.' }
}
