# What Get-PSOAuthToken gives, and what of it PowerShell shows by default: the script writes tokens to its output, and
# nothing else of them, for the caller to look at.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that answers as version 1 of Entra does.
# -ClientId, -ClientSecret: a client that it knows.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module

$secret = [Net.NetworkCredential]::new('', $ClientSecret).SecurePassword
$parameters = @{ TokenEndpoint = $TokenEndpoint; ClientId = $ClientId; ClientSecret = $secret; Resource = 'https://resource.example' }
$token = Get-PSOAuthToken @parameters
$token
"a token in a text: $token"
# A block of the module would wait for the module's runspace when another one shows the token.
Assert-Equal 'the text is of no module' $null $token.PSObject.Methods['ToString'].Script.Module
Assert-Match 'the token is there' '^access-token-' $token.access_token
Assert-Equal 'what the server sent, and nothing more' 'access_token expires_in expires_on ext_expires_in not_before resource token_type' (@($token.PSObject.Properties.Name | Sort-Object) -join ' ')
Assert-Equal 'shown by default' 'token_type expires_in expires_on resource' (@($token.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames) -join ' ')
Assert-Contains 'as JSON' $token.access_token (ConvertTo-Json $token)
Assert-Equal 'Get-BearerToken' "Bearer $($token.access_token)" ($token | Get-BearerToken)
Assert-Equal 'Get-RemainingMinutes' 60 (Get-RemainingMinutes $token)


# As a job, another machine or a file gives it back.
$back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($token))
$back
"a token that came back in a text: $back"
Assert-Equal 'back, type name' 'Deserialized.PSOAuthHelper.Token' $back.PSObject.TypeNames[0]
Assert-Equal 'back, Get-BearerToken' "Bearer $($token.access_token)" ($back | Get-BearerToken)

$hidden = Get-PSOAuthToken @parameters -AsSecureString
$hidden
Assert-Equal '-AsSecureString' 'SecureString' $hidden.access_token.GetType().Name
Assert-Equal 'the rest stays' 'Bearer https://resource.example' "$($hidden.token_type) $($hidden.resource)"
Assert-Match '-AsSecureString, Get-BearerToken' '^Bearer access-token-' ($hidden | Get-BearerToken)
Assert-Match '-AsSecureString, Get-BearerToken -Raw' '^access-token-' ($hidden | Get-BearerToken -Raw)
Assert-Equal '-AsSecureString, Get-RemainingMinutes' 60 (Get-RemainingMinutes $hidden)
Complete-Checks
