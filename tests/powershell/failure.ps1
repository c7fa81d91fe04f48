# What a command does when there is no token: a warning and a record in $Error, or with -EnableException that record
# thrown.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that refuses as Entra does (invalid_client with AADSTS7000215, trace_id and correlation_id).
# -ThrottledEndpoint: one that answers 429 with an OAuth error and Retry-After: 17.
# -RedirectEndpoint: one that answers 307.
# -HtmlEndpoint: one that answers 200 with a page of HTML.
# -EmptyNameEndpoint: one whose token has a member without a name, which PowerShell cannot make an object of.
# -ClosedEndpoint: an address on this machine at which nothing listens.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ThrottledEndpoint,
    [Parameter(Mandatory = $true)] [string] $RedirectEndpoint,
    [Parameter(Mandatory = $true)] [string] $HtmlEndpoint,
    [Parameter(Mandatory = $true)] [string] $EmptyNameEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClosedEndpoint
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module
$common = @{ Resource = 'r'; ClientId = 'nobody'; ClientSecret = 'wrong-secret' }

$cases = @(
    @{ Name = 'refused'; Endpoint = $TokenEndpoint; Id = 'OAuth.invalid_client'; Type = 'System.Security.Authentication.AuthenticationException'; Category = 'AuthenticationError'; Http = 401 }
    @{ Name = 'throttled'; Endpoint = $ThrottledEndpoint; Id = 'PSOAuth.Throttled'; Type = 'System.Net.WebException'; Category = 'LimitsExceeded'; Http = 429 }
    @{ Name = 'redirected'; Endpoint = $RedirectEndpoint; Id = 'PSOAuth.Redirected'; Type = 'System.Net.WebException'; Category = 'ProtocolError'; Http = 307 }
    @{ Name = 'HTML'; Endpoint = $HtmlEndpoint; Id = 'PSOAuth.BadResponse'; Type = 'System.IO.InvalidDataException'; Category = 'InvalidData'; Http = 200 }
    @{ Name = 'no object'; Endpoint = $EmptyNameEndpoint; Id = 'PSOAuth.BadResponse'; Type = 'System.IO.InvalidDataException'; Category = 'InvalidData'; Http = $null }
    @{ Name = 'closed'; Endpoint = $ClosedEndpoint; Id = 'PSOAuth.Network'; Type = 'System.Net.WebException'; Category = 'ConnectionError'; Http = $null }
    @{ Name = 'no address'; Endpoint = 'oauth2/token'; Id = 'PSOAuth.InvalidArgument'; Type = 'System.ArgumentException'; Category = 'InvalidArgument'; Http = $null }
)

function Assert-Record([hashtable] $Case, [Management.Automation.ErrorRecord] $Record) {
    $name = $Case.Name
    Assert-Match "$name, id" "^$([regex]::Escape($Case.Id))(,|$)" $Record.FullyQualifiedErrorId
    Assert-Equal "$name, exception" $Case.Type $Record.Exception.GetType().FullName
    Assert-Equal "$name, category" $Case.Category $Record.CategoryInfo.Category
    Assert-Equal "$name, activity" 'Invoke-ClientCredentialsGrant' $Record.CategoryInfo.Activity
    Assert-Equal "$name, position" $PSCommandPath $Record.InvocationInfo.ScriptName
    Assert-Equal "$name, target" @('Error', 'ErrorDescription', 'ErrorCodes', 'HttpStatus', 'RetryAfter', 'CorrelationId', 'TraceId') @($Record.TargetObject.PSObject.Properties.Name)
    Assert-Equal "$name, HttpStatus" $Case.Http $Record.TargetObject.HttpStatus
}

foreach ($case in $cases) {
    foreach ($action in 'Continue', 'Stop', 'SilentlyContinue') {
        $Error.Clear()
        $streams = @(Invoke-ClientCredentialsGrant @common -AuthProviderUri $case.Endpoint -ErrorAction $action 3>&1 2>&1)
        Assert-Equal "$($case.Name), -ErrorAction ${action}: one warning, no output, no error" 'WarningRecord' @($streams | ForEach-Object { $_.GetType().Name })
        Assert-Equal "$($case.Name), errors" 1 $Error.Count
        Assert-Equal "$($case.Name), message" $Error[0].Exception.Message $streams[0].Message
        Assert-Record $case $Error[0]
        Assert-Match "$($case.Name), stack" '\bInvoke-ClientCredentialsGrant\b' $Error[0].ScriptStackTrace
    }
    $Error.Clear()
    $thrown = Get-Thrown "$($case.Name), -EnableException" { Invoke-ClientCredentialsGrant @common -AuthProviderUri $case.Endpoint -EnableException -WarningAction Stop }
    Assert-Equal "$($case.Name), thrown with the command's name" "$($case.Id),Invoke-ClientCredentialsGrant" $thrown.FullyQualifiedErrorId
    Assert-Equal "$($case.Name), thrown, errors" 1 $Error.Count
    Assert-Record $case $thrown
}

$thrown = Get-Thrown 'refused' { Invoke-ClientCredentialsGrant @common -AuthProviderUri $TokenEndpoint -EnableException }
Assert-Equal 'Error' 'invalid_client' $thrown.TargetObject.Error
Assert-Contains 'ErrorDescription' 'AADSTS7000215' $thrown.TargetObject.ErrorDescription
Assert-Contains 'the message has the description' $thrown.TargetObject.ErrorDescription $thrown.Exception.Message
Assert-Equal 'ErrorCodes' 7000215 $thrown.TargetObject.ErrorCodes
Assert-Match 'CorrelationId' '^[0-9a-f-]{36}$' $thrown.TargetObject.CorrelationId
Assert-Contains 'TraceId' "Trace ID: $($thrown.TargetObject.TraceId) Correlation ID: $($thrown.TargetObject.CorrelationId)" $thrown.TargetObject.ErrorDescription
$thrown = Get-Thrown 'throttled' { Invoke-ClientCredentialsGrant @common -AuthProviderUri $ThrottledEndpoint -EnableException }
Assert-Equal 'RetryAfter' 17 $thrown.TargetObject.RetryAfter
Assert-Equal 'no ErrorCodes' 0 $thrown.TargetObject.ErrorCodes.Count

# Every command that asks for a token.
$commands = @{
    'Invoke-PasswordGrant' = { param($how) Invoke-PasswordGrant -AuthProviderUri 'x' -Resource 'r' -ClientId 'c' -Username 'u' -Password 'p' @how }
    'Invoke-RefreshToken'  = { param($how) Invoke-RefreshToken -AuthProviderUri 'x' -ClientId 'c' -RefreshToken 't' @how }
    'Invoke-RefreshToken, an object without refresh_token' = {
        param($how) Invoke-RefreshToken -AuthProviderUri 'x' -ClientId 'c' -InputObject ([pscustomobject]@{ access_token = 't' }) @how
    }
    'Invoke-AzureResourceManagementGrant' = { param($how) Invoke-AzureResourceManagementGrant 'a/b' 'u' 'p' @how }
}
foreach ($name in $commands.Keys) {
    $Error.Clear()
    $streams = @(& $commands[$name] @{} 3>&1 2>&1)
    Assert-Equal "$name, warns" 'WarningRecord' @($streams | ForEach-Object { $_.GetType().Name })
    Assert-Equal "$name, record" 'PSOAuth.InvalidArgument' $Error[0].FullyQualifiedErrorId
    $thrown = Get-Thrown "$name -EnableException" { & $commands[$name] @{ EnableException = $true } }
    Assert-Match "$name, thrown" '^PSOAuth\.InvalidArgument,' $thrown.FullyQualifiedErrorId
}

# For a whole session.
$global:PSDefaultParameterValues = @{ '*:EnableException' = $true }
$thrown = Get-Thrown '$PSDefaultParameterValues' { Invoke-ClientCredentialsGrant @common -AuthProviderUri $TokenEndpoint }
Assert-Match '$PSDefaultParameterValues, thrown' '^OAuth\.invalid_client,' $thrown.FullyQualifiedErrorId
$streams = @(Invoke-ClientCredentialsGrant @common -AuthProviderUri $TokenEndpoint -EnableException:$false 3>&1)
Assert-Equal '-EnableException:$false goes before it' 'WarningRecord' @($streams | ForEach-Object { $_.GetType().Name })
$global:PSDefaultParameterValues.Clear()

# What -ErrorVariable gets is what $Error has.
$Error.Clear()
$null = Invoke-ClientCredentialsGrant @common -AuthProviderUri 'x' -ErrorVariable kept 3>&1
Assert-Equal '-ErrorVariable, entries' 1 $kept.Count
Assert-Equal '-ErrorVariable, the record' $true ([object]::ReferenceEquals($kept[0], $Error[0]))

# The preferences of a calling script apply, and what the command is given goes before them.
function Get-Stream([string] $Verbose, [string] $Warning, [hashtable] $More = @{}) {
    $VerbosePreference, $WarningPreference = $Verbose, $Warning
    $streams = @(Invoke-ClientCredentialsGrant @common @More -AuthProviderUri $ClosedEndpoint *>&1)
    @($streams | ForEach-Object { $_.GetType().Name -replace 'Record$' }) -join ' '
}
Assert-Equal 'no verbose, warnings' 'Warning' (Get-Stream 'SilentlyContinue' 'Continue')
Assert-Equal 'verbose, warnings' 'Verbose Verbose Warning' (Get-Stream 'Continue' 'Continue')
Assert-Equal 'verbose, no warnings' 'Verbose Verbose' (Get-Stream 'Continue' 'SilentlyContinue')
Assert-Equal '-Verbose:$false goes before it' 'Warning' (Get-Stream 'Continue' 'Continue' @{ Verbose = $false })
Assert-Equal '-Verbose goes before it' 'Verbose Verbose Warning' (Get-Stream 'SilentlyContinue' 'Continue' @{ Verbose = $true })
Assert-Equal '-WarningAction goes before it' 'Warning' (Get-Stream 'SilentlyContinue' 'SilentlyContinue' @{ WarningAction = 'Continue' })

# A loop that fails for days does not grow $Error without end.
$Error.Clear()
foreach ($i in 1..300) { $null = Invoke-ClientCredentialsGrant @common -AuthProviderUri 'x' 3>&1 }
Assert-Equal 'the length of $Error stays bounded' $true ($Error.Count -le 260)

# PowerShell's own errors for what cannot be bound.
$thrown = Get-Thrown 'an empty secret' { Invoke-ClientCredentialsGrant -AuthProviderUri $TokenEndpoint -Resource 'r' -ClientId 'c' -ClientSecret '' }
Assert-Equal 'an empty secret, id' 'ParameterArgumentValidationErrorEmptyStringNotAllowed,Invoke-ClientCredentialsGrant' $thrown.FullyQualifiedErrorId
$thrown = Get-Thrown 'two sets at once' { Invoke-ClientCredentialsGrant @common -AuthProviderUri 'x' -TenantId 't' -AuthEndpointV1 }
Assert-Equal 'two sets at once, id' 'AmbiguousParameterSet,Invoke-ClientCredentialsGrant' $thrown.FullyQualifiedErrorId

# A session in which nothing reads JSON, played by a module with the name of PowerShell's own.
New-Module -Name Microsoft.PowerShell.Utility -ScriptBlock { function ConvertFrom-Json { throw 'The module could not be loaded.' } } | Import-Module
$Error.Clear()
$thrown = Get-Thrown 'no ConvertFrom-Json' { Invoke-ClientCredentialsGrant @common -AuthProviderUri $EmptyNameEndpoint -EnableException }
Assert-Match 'no ConvertFrom-Json, id' '^PSOAuth\.Internal,' $thrown.FullyQualifiedErrorId
Assert-Contains 'no ConvertFrom-Json, message' 'ConvertFrom-Json of Microsoft.PowerShell.Utility' $thrown
Assert-Equal 'no ConvertFrom-Json, errors' 1 $Error.Count
Complete-Checks
