# No secret and no token is in what the commands leave behind: streams, records with all that hangs on them, $Error.
# -Verbose tells the endpoint, the grant, the status and the time.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the client.
# -ClientId, -ClientSecret: the client.
# -EchoEndpoint: one that answers 401 invalid_client and repeats client_secret, password and refresh_token in
#   error_description.
# -EchoErrorEndpoint: one that answers 400 with client_secret as the error.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $EchoEndpoint,
    [Parameter(Mandatory = $true)] [string] $EchoErrorEndpoint
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
. "$PSScriptRoot/search.ps1"
Import-Module $Module

# Runs a command line that has the secret in it as a literal, without and with -EnableException, and searches what it
# leaves.
function Test-Failure([string] $What, [string] $Secret, [string] $Line) {
    $Error.Clear()
    $streams = @(& ([scriptblock]::Create("$Line -Verbose")) *>&1)
    Assert-Equal "$What, kinds of record" @('VerboseRecord', 'VerboseRecord', 'WarningRecord') @($streams | ForEach-Object { $_.GetType().Name })
    Assert-NoSecret "$What, streams" $Secret $streams
    Assert-NoSecret "$What, `$Error" $Secret $Error.ToArray()

    $Error.Clear()
    $thrown = Get-Thrown "$What, -EnableException" ([scriptblock]::Create("$Line -EnableException"))
    Assert-NoSecret "$What, thrown" $Secret $thrown
    Assert-NoSecret "$What, `$Error of what was thrown" $Secret $Error.ToArray()
    Assert-NoSecret "$What, serialized" $Secret ([Management.Automation.PSSerializer]::Serialize($thrown, 5))
    Assert-Match "$What, the command is still named" '^Invoke-' $thrown.InvocationInfo.Line
}

$secret = 'Zq7+unusual/secret=42'
Test-Failure 'client secret' $secret "Invoke-ClientCredentialsGrant -AuthProviderUri '$EchoEndpoint' -Resource 'r' -ClientId 'c' -ClientSecret '$secret'"
Test-Failure 'client secret as error' $secret "Invoke-ClientCredentialsGrant -AuthProviderUri '$EchoErrorEndpoint' -Resource 'r' -ClientId 'c' -ClientSecret '$secret'"
Test-Failure 'password' $secret "Invoke-PasswordGrant -AuthProviderUri '$EchoEndpoint' -Resource 'r' -ClientId 'c' -Username 'u' -Password '$secret'"
Test-Failure 'refresh token' $secret "Invoke-RefreshToken '$EchoEndpoint' 'c' '$secret'"
Test-Failure 'refresh token of an object' $secret "Invoke-RefreshToken '$EchoEndpoint' 'c' -InputObject ([pscustomobject]@{ refresh_token = '$secret'; access_token = '$secret' })"
Test-Failure 'refresh token by name' $secret "[pscustomobject]@{ refresh_token = '$secret' } | Invoke-RefreshToken '$EchoEndpoint' 'c'"

# Commands whose errors are not terminating.
$lines = @(
    "New-AuthorizationHeaderBearerToken -URL 'relative' -BearerToken '$secret'"
    "[pscustomobject]@{ access_token = '$secret' } | New-AuthorizationHeaderBearerToken -URL 'relative'"
    "Get-RemainingMinutes -InputObject ([pscustomobject]@{ access_token = '$secret' })"
    "Get-BearerToken -InputObject ([pscustomobject]@{ refresh_token = '$secret' })"
)
foreach ($line in $lines) {
    $Error.Clear()
    $streams = @(& ([scriptblock]::Create("$line -ErrorAction Continue")) *>&1)
    Assert-Equal "$line, kinds of record" 'ErrorRecord' @($streams | ForEach-Object { $_.GetType().Name })
    Assert-NoSecret $line $secret $streams
    Assert-NoSecret "$line, `$Error" $secret $Error.ToArray()
}

# Success, with -Verbose and -Debug: the token is in the output alone.
$Error.Clear()
$DebugPreference = 'Continue'
$uri = "${TokenEndpoint}?code=query-secret"
$token = Invoke-ClientCredentialsGrant -AuthProviderUri $uri -Resource 'r' -ClientId $ClientId -ClientSecret $ClientSecret -Verbose 4>&1 5>&1 3>&1 2>&1
$DebugPreference = 'SilentlyContinue'
$records = @($token | Where-Object { $_ -is [Management.Automation.InformationalRecord] })
$token = $token | Where-Object { $_ -isnot [Management.Automation.InformationalRecord] }
Assert-Equal 'verbose records' @('VerboseRecord', 'VerboseRecord') @($records | ForEach-Object { $_.GetType().Name })
Assert-Contains 'verbose, endpoint' $TokenEndpoint $records[0].Message
Assert-Contains 'verbose, grant' 'client_credentials' $records[0].Message
Assert-Match 'verbose, status and time' '200\b.*\b\d+ ms' $records[1].Message
Assert-NoSecret 'verbose, secret' $ClientSecret $records
Assert-NoSecret 'verbose, token' $token.access_token $records
Assert-NoSecret 'verbose, query' 'query-secret' $records
Assert-Equal 'success leaves $Error as it was' 0 $Error.Count
Complete-Checks
