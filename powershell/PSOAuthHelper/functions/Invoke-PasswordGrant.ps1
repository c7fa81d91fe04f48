function Invoke-PasswordGrant {
    <#
    .SYNOPSIS
    Invoke a Resource Owner Password Credentials authorization flow

    .DESCRIPTION
    Invoke an OAuth 2.0 Resource Owner Password Credentials Grant flow against the authorization server

    .PARAMETER AuthProviderUri
    The URL / URI for the authorization server

    .PARAMETER Resource
    The URL / URI for the protected resource you want the token to be valid for

    .PARAMETER ClientId
    The Client Id that you want to use for the authentication process

    .PARAMETER Username
    The user name of the account that you want to use for the authentication process

    .PARAMETER Password
    The password of the account that you want to use for the authentication process

    .PARAMETER TenantId
    The id (a GUID) or a domain name of the Microsoft Entra tenant that you want to authenticate against, like "contoso.com"

    .PARAMETER Scope
    The scope details that you want the token to be valid for

    .PARAMETER AuthEndpointV1
    Use the v1 endpoint of Microsoft Entra for the tenant: "https://login.microsoftonline.com/<TenantId>/oauth2/token"

    .PARAMETER AuthEndpointV2
    Use the v2.0 endpoint of Microsoft Entra for the tenant: "https://login.microsoftonline.com/<TenantId>/oauth2/v2.0/token"

    .PARAMETER EnableException
    This parameter disables user-friendly warnings and enables the throwing of exceptions
    This is less user friendly, but allows catching exceptions in calling scripts

    .EXAMPLE
    Invoke-PasswordGrant -AuthProviderUri "https://auth.superfantasticservername.com/oauth2/token" -Resource "https://www.superfantasticservername.com" -ClientId $clientId -Username "serviceaccount@contoso.com" -Password $password

    This will invoke an OAuth Password Grant flow against the authorization server at "https://auth.superfantasticservername.com/oauth2/token".
    The token will be valid for the "https://www.superfantasticservername.com" resource, in the name of "serviceaccount@contoso.com".

    .EXAMPLE
    Invoke-PasswordGrant -TenantId "contoso.com" -AuthEndpointV2 -ClientId $clientId -Username "serviceaccount@contoso.com" -Password $password -Scope "openid offline_access"

    This will invoke the flow against the v2.0 endpoint of Microsoft Entra for the tenant "contoso.com".

    .LINK
    Invoke-ClientCredentialsGrant

    .LINK
    Invoke-RefreshToken
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
        [string] $Username,

        [Parameter(Mandatory = $true)]
        [string] $Password,

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
        GrantType     = 'password'
        TokenEndpoint = $AuthProviderUri
        Tenant        = $TenantId
        ClientId      = $ClientId
        Resource      = $Resource
        Scope         = $Scope
        Username      = $Username
        Password      = $Password
    }
    Invoke-TokenExchange $PSCmdlet $texts $entraVersion
}
