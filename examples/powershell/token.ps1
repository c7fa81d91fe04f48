<#
.SYNOPSIS
Gets a token with the client credentials grant, for a script that runs unattended.

.DESCRIPTION
The secret comes from the environment variable CLIENT_SECRET, so that it is in no command line and no history.
Prints for how long the token is valid; with -ApiUri calls that service with the token and gives what it answers.
Exit codes: 0 a token, 1 refused by the authorization server, 2 try again later, 3 anything else.

.EXAMPLE
./token.ps1 -TokenEndpoint https://login.microsoftonline.com/contoso.com/oauth2/token -Resource https://api.contoso.com -ClientId dea8d7a9-1602-4429-b138-111111111111
#>
param(
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $Resource,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [string] $ApiUri
)

# By name where the module is installed; this is for a checkout.
Import-Module "$PSScriptRoot/../../powershell/PSOAuthHelper" -ErrorAction Stop

$parameters = @{
    AuthProviderUri = $TokenEndpoint
    Resource        = $Resource
    ClientId        = $ClientId
    ClientSecret    = $env:CLIENT_SECRET
    EnableException = $true
}
try {
    $token = Invoke-ClientCredentialsGrant @parameters
}
catch {
    $failure = $_
    [Console]::Error.WriteLine($failure.Exception.Message)
    switch -Wildcard ($failure.FullyQualifiedErrorId) {
        'OAuth.*' { exit 1 }
        'PSOAuth.Throttled*' { exit 2 }   # $failure.TargetObject.RetryAfter says after how many seconds
        'PSOAuth.TimedOut*' { exit 2 }
        'PSOAuth.Network*' { exit 2 }
        default { exit 3 }
    }
}

$minutes = Get-RemainingMinutes -InputObject $token -ErrorAction SilentlyContinue
if ($null -ne $minutes) { "The token is valid for $minutes minutes." } else { 'The token does not say how long it is valid.' }
if ($ApiUri) { Invoke-RestMethod -Uri $ApiUri -Headers ($token | New-AuthorizationHeaderBearerToken -URL $ApiUri) }
