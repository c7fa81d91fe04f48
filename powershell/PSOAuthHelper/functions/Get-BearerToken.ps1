function Get-BearerToken {
    <#
    .SYNOPSIS
    Get the bearer token of a token response

    .DESCRIPTION
    Get the access token of a token response in the form that an Authorization header takes: "Bearer <access_token>"

    .PARAMETER InputObject
    The token response: the object that one of the grant commands returned, with an access_token property
    Its access_token may be a secure string, as that of Get-PSOAuthToken -AsSecureString is

    .PARAMETER Raw
    Return the access token alone, without "Bearer " in front of it

    .EXAMPLE
    Invoke-ClientCredentialsGrant -TenantId "contoso.com" -AuthEndpointV1 -Resource "https://www.superfantasticservername.com" -ClientId $clientId -ClientSecret $clientSecret | Get-BearerToken

    This will get a token and return it as "Bearer <access_token>".

    .EXAMPLE
    Get-BearerToken -InputObject $token -Raw

    This will return the access token alone.

    .OUTPUTS
    System.String

    .LINK
    Invoke-ClientCredentialsGrant

    .LINK
    New-AuthorizationHeaderBearerToken
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param (
        [Parameter(Mandatory = $true, Position = 1, ValueFromPipeline = $true)]
        [PSCustomObject] $InputObject,

        [switch] $Raw
    )

    process {
        $token = Get-TokenText (Get-PropertyValue $InputObject 'access_token')
        if (-not $token) { $token = New-FailureRecord 'NoAccessToken' 'The object has no access_token: it is not a token response.' }
        if ($token -is [Management.Automation.ErrorRecord]) { Write-CommandError $PSCmdlet $token }
        elseif ($Raw) { [string]$token } else { "Bearer $token" }
    }
}
