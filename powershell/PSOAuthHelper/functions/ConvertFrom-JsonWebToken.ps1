function ConvertFrom-JsonWebToken {
    <#
    .SYNOPSIS
    Read a JSON Web Token, without verifying anything

    .DESCRIPTION
    Read the header and the claims of a JSON Web Token, and the times in it
    Nothing is verified, neither the signature nor the times nor for whom the token is: look at a token with this, and do not decide by it whom to trust

    .PARAMETER InputObject
    The token: as a string or a secure string, with or without "Bearer " in front of it, or a token response with an access_token

    .EXAMPLE
    ConvertFrom-JsonWebToken -InputObject $token.access_token

    This will show the header, the claims and the times of a token.

    .EXAMPLE
    (Get-PSOAuthToken @parameters | ConvertFrom-JsonWebToken).Claims.roles

    This will get a token and return the roles that the server put into it.

    .OUTPUTS
    PSOAuthHelper.JsonWebToken

    .NOTES
    IssuedAt, NotBefore and ExpiresOn are the claims iat, nbf and exp as System.DateTimeOffset in UTC, and empty where the token does not have them. IsVerified is always False.

    .LINK
    Get-RemainingMinutes

    .LINK
    Get-PSOAuthToken
    #>
    [CmdletBinding()]
    [OutputType('PSOAuthHelper.JsonWebToken')]
    param (
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [object] $InputObject
    )

    process {
        $token = $InputObject
        if ($token -isnot [string] -and $token -isnot [securestring]) { $token = Get-PropertyValue $token 'access_token' }
        $token = Get-TokenText $token
        if ($token -is [Management.Automation.ErrorRecord]) {
            Write-Failure $PSCmdlet $token
            return
        }
        $token = "$token".Trim() -replace '^Bearer\s+'
        if ($token.Split('.').Count -eq 5) {
            Write-Failure $PSCmdlet (New-FailureRecord 'NotJsonWebToken' 'The token is encrypted (JWE): nobody but the API that it is for can read it.')
            return
        }
        $header = Read-TokenPart $token 0
        $claims = Read-TokenPart $token 1
        if ($token.Split('.').Count -ne 3 -or $null -eq $header -or $null -eq $claims) {
            Write-Failure $PSCmdlet (New-FailureRecord 'NotJsonWebToken' 'This is no JSON Web Token: that is a header and claims in JSON, and a signature. Tokens that only their server can read look otherwise.')
            return
        }
        [pscustomobject]@{
            PSTypeName = 'PSOAuthHelper.JsonWebToken'
            Header     = $header
            Claims     = $claims
            IssuedAt   = ConvertFrom-NumericDate (Get-PropertyValue $claims 'iat')
            NotBefore  = ConvertFrom-NumericDate (Get-PropertyValue $claims 'nbf')
            ExpiresOn  = ConvertFrom-NumericDate (Get-PropertyValue $claims 'exp')
            IsVerified = $false
        }
    }
}
