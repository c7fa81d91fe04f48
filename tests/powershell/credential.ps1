# Invoke-AzureResourceManagementGrant asks for a credential when it has no password, and says so when it gets none.
# The prompt is played by a module with the name of PowerShell's own, in which Get-Credential is looked for.
#
# -Module: the module's folder.
# -Username, -Password: a user that the server knows, of the public client 1950a258-227b-4e31-a9cf-717495945fc2.
# HTTPS_PROXY, SSL_CERT_FILE (environment): as for requests.ps1.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Username,
    [Parameter(Mandatory = $true)] [string] $Password
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
if ("$env:HTTPS_PROXY" -notmatch '^http://(127\.0\.0\.1|localhost)\b') { throw 'HTTPS_PROXY must be a proxy on this machine.' }

$global:asked = @()
$global:answer = $null
New-Module -Name Microsoft.PowerShell.Security -ScriptBlock {
    function Get-Credential {
        [CmdletBinding()] param([string] $UserName, [string] $Message)
        $global:asked += @{ HasUserName = $PSBoundParameters.ContainsKey('UserName'); UserName = $UserName; Message = $Message }
        if ($global:answer -is [Exception]) { throw $global:answer }
        $global:answer
    }
} | Import-Module
Import-Module $Module

$secure = New-Object Security.SecureString
foreach ($character in $Password.ToCharArray()) { $secure.AppendChar($character) }
$global:answer = New-Object Management.Automation.PSCredential $Username, $secure
$token = Invoke-AzureResourceManagementGrant 'contoso.com' -EnableException
Assert-Match 'a token for the credential' '^\S+$' $token.access_token
Assert-Equal 'no user name is suggested' $false $global:asked[0].HasUserName
Assert-Contains 'the prompt names the tenant' 'contoso.com' $global:asked[0].Message
$token = Invoke-AzureResourceManagementGrant 'contoso.com' 'someone@contoso.com' -EnableException
Assert-Equal 'the user name is suggested' 'someone@contoso.com' $global:asked[1].UserName
Assert-Match 'the user name of the credential counts' '^\S+$' $token.access_token
$null = Invoke-AzureResourceManagementGrant 'contoso.com' $Username $Password -EnableException
Assert-Equal 'with a password it does not ask' 2 $global:asked.Count

$answers = [ordered]@{
    'the user cancels'     = $null
    'nobody can be asked'  = New-Object InvalidOperationException 'PowerShell is in NonInteractive mode.'
}
foreach ($name in $answers.Keys) {
    $global:answer = $answers[$name]
    $Error.Clear()
    $streams = @(Invoke-AzureResourceManagementGrant 'contoso.com' 3>&1 2>&1)
    Assert-Equal "$name, warns" 'WarningRecord' @($streams | ForEach-Object { $_.GetType().Name })
    Assert-Equal "$name, errors" 'PSOAuth.Cancelled' @($Error | ForEach-Object { $_.FullyQualifiedErrorId })
    $thrown = Get-Thrown "$name, -EnableException" { Invoke-AzureResourceManagementGrant 'contoso.com' -EnableException }
    Assert-Equal "$name, exception" 'System.OperationCanceledException' $thrown.Exception.GetType().FullName
}
Complete-Checks
