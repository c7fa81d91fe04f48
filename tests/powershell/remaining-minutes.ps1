# Get-RemainingMinutes answers from what a token response allows, and says when it allows nothing.
#
# -Module: the module's folder.
# -TokenEndpointV1: a token endpoint that answers as version 1 of Entra does, with tokens that live an hour.
# -TokenEndpointV2: one that answers as version 2 does, with tokens that are no JSON Web Tokens.
# -ClientId, -ClientSecret: a client that both know.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpointV1,
    [Parameter(Mandatory = $true)] [string] $TokenEndpointV2,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
Import-Module $Module
$client = @{ Resource = 'r'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }

$token = Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpointV1
Assert-Equal 'expires_on is text' 'String' $token.expires_on.GetType().Name
$minutes = Get-RemainingMinutes -InputObject $token
Assert-Equal 'an int' 'Int32' $minutes.GetType().Name
Assert-Equal 'version 1' 60 $minutes

function Get-JsonWebToken([string] $Payload) {
    $encode = { param($text) [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($text)).TrimEnd('=').Replace('+', '-').Replace('/', '_') }
    "$(& $encode '{"alg":"none"}').$(& $encode $Payload).signature"
}
# Ten seconds past whole minutes, so that a second more or less does not change what they round to.
$now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() + 10
$answers = [ordered]@{
    'expires_on as a number'           = @{ expires_on = $now + 300 }, 5
    'expires_on as text'               = @{ expires_on = "$($now + 300)" }, 5
    'expired'                          = @{ expires_on = $now - 600 }, -10
    'exp of the token'                 = @{ access_token = Get-JsonWebToken "{`"exp`":$($now + 1200)}" }, 20
    'exp with a fraction'              = @{ access_token = Get-JsonWebToken "{`"exp`":$($now + 1200).5}" }, 20
    'exp beside names beyond ASCII'    = @{ access_token = Get-JsonWebToken "{`"name`":`"$([char]0xe9)$([char]0x20ac)`",`"exp`":$($now + 1200)}" }, 20
    'expires_on goes before exp'       = @{ expires_on = $now + 300; access_token = Get-JsonWebToken '{"exp":1}' }, 5
    'an empty expires_on, and exp'     = @{ expires_on = ''; access_token = Get-JsonWebToken "{`"exp`":$($now + 1200)}" }, 20
}
foreach ($name in $answers.Keys) {
    $answer, $expected = $answers[$name]
    Assert-Equal $name $expected (Get-RemainingMinutes ([pscustomobject]$answer))
}

$unknown = [ordered]@{
    'version 2'                   = Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpointV2
    'neither'                     = [pscustomobject]@{ token_type = 'Bearer' }
    'not a time'                  = [pscustomobject]@{ expires_on = 'tomorrow' }
    'more than an int of minutes' = [pscustomobject]@{ expires_on = '9' * 400 }
    'a token without exp'         = [pscustomobject]@{ access_token = Get-JsonWebToken '{"sub":"x"}' }
    'exp is not a number'         = [pscustomobject]@{ access_token = Get-JsonWebToken '{"exp":{"a":1}}' }
    'a token with broken JSON'    = [pscustomobject]@{ access_token = Get-JsonWebToken '{"exp":' }
    'a token with broken base64'  = [pscustomobject]@{ access_token = 'a.b!c.d' }
}
foreach ($name in $unknown.Keys) {
    $Error.Clear()
    $output = Get-RemainingMinutes -InputObject $unknown[$name] -ErrorAction SilentlyContinue
    Assert-Equal "$name, output" $null $output
    Assert-Equal "$name, errors" 1 $Error.Count
    Assert-Match "$name, id" '^PSOAuth\.NoExpiry,' $Error[0].FullyQualifiedErrorId
    Assert-Contains "$name, message" 'expires_on' $Error[0].Exception.Message
}
Complete-Checks
