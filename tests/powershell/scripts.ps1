# Scripts in the manner of those written for PSOAuthHelper 0.3.x.
#
# -Module: the module's folder.
# -TokenEndpointV1: a token endpoint that answers as version 1 of Entra does.
# -TokenEndpointV2: one that answers as version 2 does.
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

# A splatted hashtable, with an alias.
$parameters = @{ AuthProviderUri = $TokenEndpointV1; Url = 'https://resource.example'; ClientId = $ClientId; ClientSecret = $ClientSecret }
$token = Invoke-ClientCredentialsGrant @parameters
Assert-Equal 'one object' 'PSCustomObject' $token.GetType().Name
Assert-Equal 'properties as the server named them' 'Bearer' $token.token_type
Assert-Equal 'the alias Url' 'https://resource.example' $token.resource
Assert-Equal 'numbers that came as text stay text' 'String' $token.expires_in.GetType().Name

# The aliases of the other sets bind: what is missing is asked for by name, so that a wrong set would show.
$entra = @{ Tenant = 'a/b'; Uri = 'https://resource.example'; ClientId = $ClientId; ClientSecret = $ClientSecret; EnableException = $true }
$thrown = Get-Thrown 'a tenant with a slash' { Invoke-ClientCredentialsGrant @entra -AuthEndpointV1 }
Assert-Match 'the alias Tenant' '^PSOAuth\.InvalidArgument,' $thrown.FullyQualifiedErrorId

# A wrapper that passes its parameters on.
function Get-Token {
    param([string] $AuthProviderUri, [string] $Resource, [string] $ClientId, [string] $ClientSecret, [switch] $EnableException)
    Invoke-ClientCredentialsGrant @PSBoundParameters
    $PSBoundParameters.Keys -join ','
}
$token, $names = Get-Token -AuthProviderUri $TokenEndpointV1 -Resource 'r' -ClientId $ClientId -ClientSecret $ClientSecret -EnableException
Assert-Equal 'a wrapper, token' 'Bearer' $token.token_type
Assert-Equal "the wrapper's own parameters stay" 'AuthProviderUri,Resource,ClientId,ClientSecret,EnableException' $names

# A saved configuration: an object that came from JSON, made into a hashtable.
$saved = ConvertFrom-Json (@{ ClientId = $ClientId; ClientSecret = $ClientSecret; AuthProviderUri = $TokenEndpointV2; Resource = 'r'; Scope = 'a b' } | ConvertTo-Json)
$configuration = @{}
foreach ($property in $saved.PSObject.Properties) { $configuration[$property.Name] = $property.Value }
$token = Invoke-ClientCredentialsGrant @configuration
Assert-Equal 'a saved configuration' 'a b' $token.scope
Assert-Match 'numbers that came as numbers stay numbers' '^Int(32|64)$' $token.expires_in.GetType().Name

# The pipeline.
Assert-Equal 'Get-BearerToken' "Bearer $($token.access_token)" ($token | Get-BearerToken)
Assert-Match 'Get-BearerToken after a grant' '^Bearer \S+$' (Invoke-ClientCredentialsGrant @parameters | Get-BearerToken)
Assert-Equal 'Get-BearerToken -Raw' $token.access_token ($token | Get-BearerToken -Raw)
$many = [pscustomobject]@{ access_token = 'a' }, [pscustomobject]@{ access_token = 'b' }
Assert-Equal 'Get-BearerToken, each of many' @('Bearer a', 'Bearer b') @($many | Get-BearerToken)
Assert-Equal 'Get-BearerToken, by position' 'Bearer a' (Get-BearerToken $many[0])

$headers = $token | New-AuthorizationHeaderBearerToken -URL 'https://api.example:8443/v1/things?x=1'
Assert-Equal 'headers are a hashtable' 'Hashtable' $headers.GetType().Name
Assert-Equal 'headers' @('Authorization', 'Host') @($headers.Keys | Sort-Object)
Assert-Equal 'Authorization' "Bearer $($token.access_token)" $headers.Authorization
Assert-Equal 'Host' 'api.example' $headers.Host
$headers = New-AuthorizationHeaderBearerToken 'https://api.example' 'Bearer abc'
Assert-Equal 'Bearer that is there is kept' 'Bearer abc' $headers.Authorization
Assert-Equal 'upper and lower case count' 'Bearer bearer abc' (New-AuthorizationHeaderBearerToken 'https://api.example' 'bearer abc').Authorization

$Error.Clear()
$nothing = New-AuthorizationHeaderBearerToken -URL '/v1/things' -BearerToken 'abc' -ErrorAction SilentlyContinue
Assert-Equal 'a relative URL, output' $null $nothing
Assert-Equal 'a relative URL, errors' 1 $Error.Count
Assert-Match 'a relative URL, id' '^PSOAuth\.NotAbsoluteUrl,' $Error[0].FullyQualifiedErrorId
$Error.Clear()
$nothing = Get-BearerToken ([pscustomobject]@{ error = 'x' }) -ErrorAction SilentlyContinue
Assert-Equal 'no access_token, output' $null $nothing
Assert-Match 'no access_token, id' '^PSOAuth\.NoAccessToken,' $Error[0].FullyQualifiedErrorId

# Without -ErrorAction the script's own $ErrorActionPreference decides.
foreach ($block in { Get-BearerToken ([pscustomobject]@{ error = 'x' }) }, { Get-RemainingMinutes ([pscustomobject]@{ error = 'x' }) },
    { New-AuthorizationHeaderBearerToken -URL '/v1/things' -BearerToken 'abc' }) {
    $thrown = Get-Thrown "$block" $block
    Assert-Match "$block, id" '^PSOAuth\.No\w+,' $thrown.FullyQualifiedErrorId
}
Complete-Checks
