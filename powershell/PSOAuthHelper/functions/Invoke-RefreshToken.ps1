function Invoke-RefreshToken {
    <#
    .SYNOPSIS
    Invoke a Refresh Token authorization flow

    .DESCRIPTION
    Invoke an OAuth 2.0 Refresh Token Grant flow against the authorization server, to get a new token for the refresh token of an earlier one

    .PARAMETER AuthProviderUri
    The URL / URI for the authorization server

    .PARAMETER ClientId
    The Client Id that you want to use for the authentication process

    .PARAMETER RefreshToken
    The refresh token that you want to use for the authentication process

    .PARAMETER InputObject
    The token response that holds the refresh token: the object that one of the grant commands returned, with a refresh_token property

    .PARAMETER EnableException
    This parameter disables user-friendly warnings and enables the throwing of exceptions
    This is less user friendly, but allows catching exceptions in calling scripts

    .EXAMPLE
    Invoke-RefreshToken -AuthProviderUri "https://login.microsoftonline.com/contoso.com/oauth2/token" -ClientId $clientId -RefreshToken $refreshToken

    This will invoke an OAuth Refresh Token Grant flow with the refresh token in $refreshToken.

    .EXAMPLE
    Invoke-RefreshToken -AuthProviderUri "https://login.microsoftonline.com/contoso.com/oauth2/token" -ClientId $clientId -InputObject $token

    This will invoke the flow with the refresh token of the token response in $token.

    .LINK
    Invoke-PasswordGrant
    #>
    [CmdletBinding(DefaultParameterSetName = 'Simple')]
    param (
        [Parameter(Mandatory = $true, Position = 1, ValueFromPipelineByPropertyName = $true, ParameterSetName = 'Simple')]
        [Parameter(Mandatory = $true, Position = 1, ParameterSetName = 'Object')]
        [string] $AuthProviderUri,

        [Parameter(Mandatory = $true, Position = 2, ValueFromPipelineByPropertyName = $true, ParameterSetName = 'Simple')]
        [Parameter(Mandatory = $true, Position = 2, ParameterSetName = 'Object')]
        [string] $ClientId,

        [Parameter(Mandatory = $true, Position = 3, ValueFromPipelineByPropertyName = $true, ParameterSetName = 'Simple')]
        [Alias('refresh_token', 'Token')]
        [string] $RefreshToken,

        [Parameter(Position = 3, ParameterSetName = 'Object')]
        [PSCustomObject] $InputObject,

        [switch] $EnableException
    )

    process {
        $token = if ($PSCmdlet.ParameterSetName -eq 'Object') { Get-PropertyValue $InputObject 'refresh_token' } else { $RefreshToken }
        if (-not $token) {
            $message = 'The InputObject has no refresh_token: it is not a token response, or the server gave none.'
            Write-Failure $PSCmdlet (New-FailureRecord 'InvalidArgument' $message)
            return
        }
        $texts = @{
            GrantType     = 'refresh_token'
            TokenEndpoint = $AuthProviderUri
            ClientId      = $ClientId
            RefreshToken  = $token
        }
        Invoke-TokenExchange $PSCmdlet $texts
    }
}
