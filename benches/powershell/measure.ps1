# Measures the module in the PowerShell that runs this, beside what else that PowerShell has, and prints one table.
# `cargo bench --bench powershell` starts a token endpoint on this machine and runs it.
#
# -Module: the manifest of the module.
# -TokenEndpoint, -ClientId, -ClientSecret: an endpoint, and a client that it knows.
# -Runs: how often each is measured; the ways take turns.
param([string] $Module, [string] $TokenEndpoint, [string] $ClientId, [string] $ClientSecret, [int] $Runs = 15)

$ErrorActionPreference = 'Stop'
[Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture
$engine = [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName

# Runs a script of this folder in a new process; gives the milliseconds that took, and what it printed.
function Invoke-Script([string] $Name, [string] $Arguments) {
    $start = [Diagnostics.ProcessStartInfo]::new($engine)
    $start.Arguments = "-NoProfile -NonInteractive -File `"$PSScriptRoot/$Name`" $Arguments -Module `"$Module`"" +
        " -TokenEndpoint $TokenEndpoint -ClientId $ClientId -ClientSecret $ClientSecret"
    $start.UseShellExecute = $false
    $start.RedirectStandardOutput = $true
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $process = [Diagnostics.Process]::Start($start)
    $output = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    if ($process.ExitCode) { throw "$Name $Arguments failed: $output" }
    @{ Time = $watch.Elapsed.TotalMilliseconds; Output = $output.Trim() }
}

# Keeps a figure of one run under a name.
$figures = @{}
function Add-Figure([string] $Name, [double] $Value) {
    if (-not $figures[$Name]) { $figures[$Name] = [Collections.Generic.List[double]]::new() }
    $figures[$Name].Add($Value)
}

$ways = @('call')
$original = @(Get-Module -ListAvailable PSOAuthHelper, PSFramework -ErrorAction SilentlyContinue | Where-Object { $_.Name -eq 'PSFramework' -or $_.Version -lt '1.0' })
if (@($original | ForEach-Object Name | Sort-Object -Unique).Count -eq 2) { $ways += 'original' }
if (Get-Command Invoke-RestMethod -ErrorAction SilentlyContinue) { $ways += 'rest' }
if ((Get-Command Add-Type -ErrorAction SilentlyContinue) -or ('Net.Http.HttpClient' -as [type])) { $ways += 'client' }

foreach ($round in 1..$Runs) {
    foreach ($what in @('bare', 'import') + $ways) {
        $run = Invoke-Script 'cold.ps1' "-What $what"
        Add-Figure "$what process" $run.Time
        if ($what -eq 'bare') { $bare = $run.Time } else { Add-Figure "$what over bare" ($run.Time - $bare) }
        $parts = @($run.Output.Split(' ') | Where-Object { $_ })
        if ($parts.Count -gt 0) { Add-Figure "$what importing" $parts[0] }
        if ($parts.Count -gt 1) { Add-Figure "$what first" $parts[1]; Add-Figure "$what memory" $parts[2] }
    }
}
foreach ($line in (Invoke-Script 'warm.ps1' "-Ways $($ways -join ',') -Runs $Runs").Output.Split("`n")) {
    $way, $each = $line.Trim().Split(' ')
    Add-Figure "$way warm" $each
}

# Gives a line of the table: the median with the middle half, and how often ours goes into it.
function Format-Figure([string] $Text, [string] $Name, [string] $Beside) {
    if (-not $figures[$Name]) { return }
    $low, $median, $high = Get-Quartiles $Name
    $ratio = if ($Beside) { '{0:0.00}' -f ($median / (Get-Quartiles $Beside)[1]) } else { '' }
    '{0,-58} {1,10:0.00} {2,10:0.00} {3,10:0.00} {4,8}' -f $Text, $median, $low, $high, $ratio
}

function Get-Quartiles([string] $Name) {
    $sorted = @($figures[$Name] | Sort-Object)
    foreach ($quarter in 1..3) { $sorted[[Math]::Floor(($sorted.Count - 1) * $quarter / 4)] }
}

"PowerShell $($PSVersionTable.PSVersion), $Runs runs, the ways taking turns"
'{0,-58} {1,10} {2,10} {3,10} {4,8}' -f 'milliseconds unless said', 'median', 'quarter', '3 quarters', 'to ours'
$names = @{ call = 'Invoke-ClientCredentialsGrant'; original = 'PSOAuthHelper 0.3'; rest = 'Invoke-RestMethod'; client = 'a shared HttpClient' }
Format-Figure 'whole process: the bare engine' 'bare process'
Format-Figure 'whole process: Import-Module alone' 'import process'
foreach ($way in $ways) { Format-Figure "whole process: $($names[$way])" "$way process" 'call process' }
foreach ($way in $ways) { Format-Figure "over the bare engine: $($names[$way])" "$way over bare" 'call over bare' }
foreach ($way in $ways) { if ($way -in 'call', 'original') { Format-Figure "in process: Import-Module, $($names[$way])" "$way importing" 'call importing' } }
foreach ($way in $ways) { Format-Figure "in process: first call, $($names[$way])" "$way first" 'call first' }
foreach ($way in $ways) { Format-Figure "in process: warm call, $($names[$way])" "$way warm" 'call warm' }
foreach ($way in $ways) { Format-Figure "kilobytes that the first call adds, $($names[$way])" "$way memory" 'call memory' }
