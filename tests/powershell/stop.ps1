# A call that another thread stops, as hosts and job schedulers do: it ends, and the session goes on.
# The caller writes a line once the silent server has the request, which stops the call, and another once it has seen the
# connection close, which ends the script.
#
# -Module: the module's folder.
# -SilentEndpoint: a token endpoint that reads the request and does not answer.
# -TokenEndpoint: a token endpoint that knows the client.
# -ClientId, -ClientSecret: the client.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $SilentEndpoint,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"

$runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
$runspace.Open()
$session = [powershell]::Create()
$session.Runspace = $runspace
# The time limit is past all that the caller waits for, so that nothing but the stop ends the call. The first call also gets
# JSON ready, in which the engine could stop: the second has nothing but the wait.
$null = $session.AddScript('param($Module, $Uri) Import-Module $Module; Set-PSOAuthOption -TimeoutSeconds 3600; foreach ($address in "x", $Uri) { Invoke-ClientCredentialsGrant -AuthProviderUri $address -Resource r -ClientId c -ClientSecret s -WarningAction SilentlyContinue }')
$null = $session.AddArgument($Module).AddArgument($SilentEndpoint)
$running = $session.BeginInvoke()
$null = [Console]::In.ReadLine()
$session.Stop()
Assert-Equal 'the call has ended' $true $running.IsCompleted
Assert-Equal 'its state' 'Stopped' $session.InvocationStateInfo.State

$next = [powershell]::Create()
$next.Runspace = $runspace
$null = $next.AddCommand('Invoke-ClientCredentialsGrant').AddParameters(@{ AuthProviderUri = $TokenEndpoint; Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true })
Assert-Match 'the next call' '^\S+$' $next.Invoke()[0].access_token
$null = [Console]::In.ReadLine()
Complete-Checks
