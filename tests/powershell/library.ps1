# Without a library that fits, a command ends in one clear error; the other commands work.
#
# -Module: the folder of a copy of the module outside of any checkout, with no library, with one of another ABI version, or
#   with a file that is none.
# -ErrorId: what it ends in: PSOAuth.LibraryNotFound, PSOAuth.AbiMismatch or PSOAuth.LibraryNotUsable.
# -Mentions: what the message must name, separated by '|'.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $ErrorId,
    [Parameter(Mandatory = $true)] [string] $Mentions
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
$Error.Clear()
Import-Module $Module
Assert-Equal 'errors of the import' 0 $Error.Count

$parameters = @{ AuthProviderUri = 'https://localhost/token'; Resource = 'r'; ClientId = 'c'; ClientSecret = 's' }
# Twice: a failure is not kept.
foreach ($i in 1, 2) {
    $Error.Clear()
    $streams = @(Invoke-ClientCredentialsGrant @parameters 3>&1 2>&1)
    Assert-Equal 'one warning, no output, no error' 'WarningRecord' @($streams | ForEach-Object { $_.GetType().Name })
    Assert-Equal 'errors' 1 $Error.Count
    Assert-Equal 'id' $ErrorId $Error[0].FullyQualifiedErrorId

    $Error.Clear()
    $thrown = Get-Thrown '-EnableException' { Invoke-ClientCredentialsGrant @parameters -EnableException }
    Assert-Equal 'id of what is thrown' "$ErrorId,Invoke-ClientCredentialsGrant" $thrown.FullyQualifiedErrorId
    Assert-Equal 'errors of what is thrown' 1 $Error.Count
    foreach ($mention in $Mentions.Split('|')) { Assert-Contains 'the message' $mention $thrown.Exception.Message }
    Assert-Equal 'the message is one line' $false ($thrown.Exception.Message -match '[\r\n]')
}
foreach ($command in { Get-PSOAuthToken -TokenEndpoint 'https://localhost/token' -ClientId 'c' -ClientAssertion 'a.b.c' }, { Clear-PSOAuthTokenCache }) {
    $Error.Clear()
    $thrown = Get-Thrown "$command" $command
    Assert-Match "$command, id" "^$([regex]::Escape($ErrorId)),(Get-PSOAuthToken|Clear-PSOAuthTokenCache)$" $thrown.FullyQualifiedErrorId
    Assert-Equal "$command, errors" 1 $Error.Count
}
Assert-Equal 'what needs no library works' 'Bearer a' (Get-BearerToken ([pscustomobject]@{ access_token = 'a' }))
Complete-Checks
