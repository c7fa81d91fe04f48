function Get-RemainingMinutes {
    <#
    .SYNOPSIS
    Get the minutes for which a token is still valid

    .DESCRIPTION
    Get the number of minutes until the token of a token response expires, rounded to a whole number. It is negative once the token has expired.
    The time of expiry is the response's expires_on (Unix seconds, as the v1 endpoint of Microsoft Entra sends it), or else the exp claim of an access token that is a JSON Web Token.
    A response that has neither gives an error that says so.

    .PARAMETER InputObject
    The token response: the object that one of the grant commands returned

    .EXAMPLE
    Get-RemainingMinutes -InputObject $token

    This will return the minutes for which the token in $token is still valid.

    .EXAMPLE
    if (-not $token -or (Get-RemainingMinutes -InputObject $token) -lt 5) { $token = Invoke-ClientCredentialsGrant @parameters }

    This will get a new token when there is none in $token, or one of which less than 5 minutes are left.

    .OUTPUTS
    System.Int32

    .LINK
    Invoke-ClientCredentialsGrant
    #>
    [CmdletBinding()]
    [OutputType([int])]
    param (
        [Parameter(Mandatory = $true, Position = 1)]
        [PSCustomObject] $InputObject
    )

    $expiresOn = Get-PropertyValue $InputObject 'expires_on'
    if (-not $expiresOn) {
        $token = Get-TokenText (Get-PropertyValue $InputObject 'access_token')
        if ($token -is [Management.Automation.ErrorRecord]) {
            Write-CommandError $PSCmdlet $token
            return
        }
        $claims = Read-TokenPart $token 1
        $expiresOn = Get-PropertyValue $claims 'exp'
    }
    # Unix seconds of the next thousand years, so that the minutes fit an int.
    if ("$expiresOn" -notmatch '^\d{1,11}(\.\d+)?$') {
        Write-CommandError $PSCmdlet (New-FailureRecord 'NoExpiry' 'The time of expiry is not known: the object has no usable expires_on, and its access_token is not a JSON Web Token with an exp claim.')
        return
    }
    [int](([double]$expiresOn - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()) / 60)
}
