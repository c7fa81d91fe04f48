function Invoke-ClientCredentialsGrant {
    <#
    .SYNOPSIS
    Invoke a Client Credentials authorization flow

    .DESCRIPTION
    Invoke an OAuth 2.0 Client Credentials Grant flow against the authorization server

    .PARAMETER AuthProviderUri
    The URL / URI for the authorization server

    .PARAMETER Resource
    The URL / URI for the protected resource you want the token to be valid to

    .PARAMETER ClientId
    The Client Id that you want to use for the authentication process

    .PARAMETER ClientSecret
    The Client Secret that you want to use for the authentication process

    .PARAMETER TenantId
    The id (a GUID) or a domain name of the Microsoft Entra tenant that you want to authenticate against, like "contoso.com"

    .PARAMETER Scope
    The scope details that you want the token to valid for

    .PARAMETER AuthEndpointV1
    Use the v1 endpoint of Microsoft Entra for the tenant: "https://login.microsoftonline.com/<TenantId>/oauth2/token"

    .PARAMETER AuthEndpointV2
    Use the v2.0 endpoint of Microsoft Entra for the tenant: "https://login.microsoftonline.com/<TenantId>/oauth2/v2.0/token"

    .PARAMETER EnableException
    This parameters disables user-friendly warnings and enables the throwing of exceptions
    This is less user friendly, but allows catching exceptions in calling scripts

    .EXAMPLE
    Invoke-ClientCredentialsGrant -AuthProviderUri "https://login.microsoftonline.com/e674da86-7ee5-40a7-b777-1111111111111/oauth2/token" -Resource "https://www.superfantasticservername.com" -ClientId "dea8d7a9-1602-4429-b138-111111111111" -ClientSecret "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522="

    This will invoke an OAuth Client Credentials Grant flow against Azure Active Directory for the tenant id "e674da86-7ee5-40a7-b777-1111111111111".
    The token will be valid for the "https://www.superfantasticservername.com" resource.
    The ClientId is "dea8d7a9-1602-4429-b138-111111111111".
    The ClientSecret is "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522="

    .EXAMPLE
    Invoke-ClientCredentialsGrant -TenantId "contoso.com" -AuthEndpointV2 -ClientId $clientId -ClientSecret $clientSecret -Scope "https://graph.microsoft.com/.default"

    This will invoke the flow against the v2.0 endpoint of Microsoft Entra for the tenant "contoso.com".

    .EXAMPLE
    try { $token = Invoke-ClientCredentialsGrant @parameters -EnableException } catch { "$($_.FullyQualifiedErrorId): $($_.TargetObject.ErrorDescription)" }

    This will invoke the flow with the parameters of the hashtable $parameters, and tell what failed, like "OAuth.invalid_client,Invoke-ClientCredentialsGrant: ...".

    .NOTES
    Author: Mötz Jensen (@Splaxi)

    .LINK
    Get-BearerToken

    .LINK
    Get-RemainingMinutes
    #>
    [CmdletBinding(DefaultParameterSetName = 'Default')]
    param (
        [Parameter(Mandatory = $true, ParameterSetName = 'Default')]
        [string] $AuthProviderUri,

        [Parameter(Mandatory = $true, ParameterSetName = 'Default')]
        [Parameter(Mandatory = $true, ParameterSetName = 'v1')]
        [Parameter(Mandatory = $false, ParameterSetName = 'v2')]
        [Alias('Uri', 'Url')]
        [string] $Resource,

        [Parameter(Mandatory = $true)]
        [string] $ClientId,

        [Parameter(Mandatory = $true)]
        [string] $ClientSecret,

        [Parameter(Mandatory = $true, ParameterSetName = 'v1')]
        [Parameter(Mandatory = $true, ParameterSetName = 'v2')]
        [Alias('Tenant')]
        [string] $TenantId,

        [Parameter(Mandatory = $false, ParameterSetName = 'Default')]
        [Parameter(Mandatory = $false, ParameterSetName = 'v1')]
        [Parameter(Mandatory = $true, ParameterSetName = 'v2')]
        [string] $Scope,

        [Parameter(Mandatory = $true, ParameterSetName = 'v1')]
        [switch] $AuthEndpointV1,

        [Parameter(Mandatory = $true, ParameterSetName = 'v2')]
        [switch] $AuthEndpointV2,

        [switch] $EnableException
    )

    $entraVersion = switch ($PSCmdlet.ParameterSetName) { 'v1' { 1 } 'v2' { 2 } default { 0 } }
    $texts = @{
        GrantType     = 'client_credentials'
        TokenEndpoint = $AuthProviderUri
        Tenant        = $TenantId
        ClientId      = $ClientId
        ClientSecret  = $ClientSecret
        Resource      = $Resource
        Scope         = $Scope
    }
    Invoke-TokenExchange $PSCmdlet $texts $entraVersion
}
