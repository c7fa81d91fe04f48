function New-AuthorizationHeaderBearerToken {
    <#
    .SYNOPSIS
    Make the headers of a request that is authorized by a bearer token

    .DESCRIPTION
    Make a hashtable with the headers Authorization and Host, for the -Headers parameter of Invoke-RestMethod and Invoke-WebRequest

    .PARAMETER URL
    The URL / URI of the request; its host becomes the Host header

    .PARAMETER BearerToken
    The token, with or without "Bearer " in front of it

    .EXAMPLE
    New-AuthorizationHeaderBearerToken -URL "https://www.superfantasticservername.com/api" -BearerToken "Bearer eyJ0eXAi..."

    This will return a hashtable with Authorization set to "Bearer eyJ0eXAi..." and Host set to "www.superfantasticservername.com".

    .EXAMPLE
    Invoke-RestMethod -Uri $url -Headers (Invoke-ClientCredentialsGrant @parameters | New-AuthorizationHeaderBearerToken -URL $url)

    This will get a token and call the service at $url with it.

    .OUTPUTS
    System.Collections.Hashtable

    .LINK
    Get-BearerToken
    #>
    [CmdletBinding()]
    [OutputType([hashtable])]
    param (
        [Parameter(Mandatory = $true, Position = 1)]
        [Alias('URI')]
        [string] $URL,

        [Parameter(Mandatory = $true, Position = 2, ValueFromPipelineByPropertyName = $true)]
        [Alias('access_token')]
        [string] $BearerToken
    )

    process {
        $uri = $null
        if (-not [Uri]::TryCreate($URL, 'Absolute', [ref] $uri) -or -not $uri.Host) {
            Write-CommandError $PSCmdlet (New-FailureRecord 'NotAbsoluteUrl' 'The URL is not absolute: it must be like https://host/path.')
            return
        }
        # What PowerShell makes of a secure string where a text is wanted.
        if ($BearerToken -eq 'System.Security.SecureString') {
            Write-CommandError $PSCmdlet (New-FailureRecord 'InvalidArgument' 'The BearerToken is a secure string: pipe the object of Get-PSOAuthToken to Get-BearerToken first.')
            return
        }
        if (-not $BearerToken.StartsWith('Bearer ', 'Ordinal')) { $BearerToken = "Bearer $BearerToken" }
        @{
            Authorization = $BearerToken
            Host          = $uri.Host
        }
    }
}
