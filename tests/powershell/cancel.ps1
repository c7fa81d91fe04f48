# Calls a server that never answers, to be stopped by Ctrl+C (SIGINT). The caller sends that once the server has the
# request, and then sees: the process ends within a second, the server's connection is closed, standard output has
# "finally" and not "returned".
#
# -Module: the module's folder.
# -SilentEndpoint: a token endpoint that reads the request and does not answer.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $SilentEndpoint
)

$ErrorActionPreference = 'Stop'
Import-Module $Module
# Past all that the caller waits for, so that nothing but the signal ends the call.
Set-PSOAuthOption -TimeoutSeconds 3600
# The first call also gets JSON ready, in which the engine could stop: this one leaves nothing but the wait.
$null = Invoke-ClientCredentialsGrant -AuthProviderUri 'x' -Resource 'r' -ClientId 'c' -ClientSecret 's' -WarningAction SilentlyContinue
try {
    $null = Invoke-ClientCredentialsGrant -AuthProviderUri $SilentEndpoint -Resource 'r' -ClientId 'c' -ClientSecret 's'
    [Console]::Out.WriteLine('returned')
}
finally {
    [Console]::Out.WriteLine('finally')
}
