# A connection that does not come about ends after ConnectTimeoutSeconds, long before the time limit of the request.
#
# -Module: the module's folder.
# -SilentEndpoint: an address to which connections are neither accepted nor refused.
param([Parameter(Mandatory = $true)] [string] $Module, [Parameter(Mandatory = $true)] [string] $SilentEndpoint)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module

Set-PSOAuthOption -ConnectTimeoutSeconds 1 -TimeoutSeconds 3600 -MaxRetries 0
$watch = [Diagnostics.Stopwatch]::StartNew()
$thrown = Get-Thrown 'no connection' { Invoke-ClientCredentialsGrant -AuthProviderUri $SilentEndpoint -Resource 'r' -ClientId 'c' -ClientSecret 's' -EnableException }
Assert-Match 'no connection, id' '^PSOAuth\.TimedOut,' $thrown.FullyQualifiedErrorId
# Ten seconds are the default.
Assert-Equal 'it ended in time' $true ($watch.Elapsed.TotalSeconds -ge 1 -and $watch.Elapsed.TotalSeconds -lt 8)
Complete-Checks
