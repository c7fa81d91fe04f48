# What the command makes of hostile answers: the id, the record and the message of each. It writes a file with
# all that they leave in streams and $Error, to be searched for secrets.
#
# -Module: the module's folder.
# -Cases: a file of JSON: an array of Name, Endpoint, ConnectTimeoutSeconds, TimeoutSeconds, Id (empty for a token) and
#     Says, parts of the message.
# -ClientSecret, -Token: what is sent, and what the good answers have.
# -Left: the file to write.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Cases,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $Token,
    [Parameter(Mandatory = $true)] [string] $Left
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module
$DebugPreference = 'Continue'
$written = [Text.StringBuilder]::new()

function Add-Left([string] $Name, [object] $Object) {
    foreach ($item in $Object) {
        $null = $written.AppendLine("$Name $($item.GetType().Name): $item $($item.InvocationInfo.Line) $($item.ScriptStackTrace)")
        $null = $written.AppendLine([Management.Automation.PSSerializer]::Serialize($item, 4))
    }
}

$list = [IO.File]::ReadAllText($Cases) | ConvertFrom-Json
foreach ($case in $list) {
    $name = $case.Name
    Set-PSOAuthOption -AllowHttp -ConnectTimeoutSeconds $case.ConnectTimeoutSeconds -TimeoutSeconds $case.TimeoutSeconds
    $Error.Clear()
    $streams = @(Invoke-ClientCredentialsGrant -AuthProviderUri $case.Endpoint -Resource 'r' -ClientId 'the-client' -ClientSecret $ClientSecret -Verbose *>&1)
    $records = @($streams | Where-Object { $_ -is [Management.Automation.InformationalRecord] })
    $answers = @($streams | Where-Object { $_ -isnot [Management.Automation.InformationalRecord] })
    $warnings = @($records | Where-Object { $_ -is [Management.Automation.WarningRecord] })
    if ($case.Id) {
        Assert-Equal "$name, answers" 0 $answers.Count
        Assert-Equal "$name, warnings and errors" '1 1' "$($warnings.Count) $($Error.Count)"
        Assert-Match "$name, id" "^$([regex]::Escape($case.Id))" "$($Error[0].FullyQualifiedErrorId)"
        Assert-Equal "$name, the warning is the error's message" "$($Error[0].Exception.Message)" "$($warnings[0].Message)"
        foreach ($part in $case.Says) { Assert-Contains "$name, message" $part "$($Error[0].Exception.Message)" }
        Add-Left $name $Error.ToArray()
    }
    else {
        Assert-Equal "$name, token" $Token "$($answers[0].access_token)"
        Assert-Equal "$name, warnings and errors" '0 0' "$($warnings.Count) $($Error.Count)"
    }
    Add-Left $name $records
}
$variables = [Environment]::GetEnvironmentVariables()
foreach ($variable in $variables.Keys) { $null = $written.AppendLine("environment $variable=$($variables[$variable])") }
[IO.File]::WriteAllText($Left, $written.ToString())
Complete-Checks
