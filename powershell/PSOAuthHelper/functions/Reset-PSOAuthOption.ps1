function Reset-PSOAuthOption {
    <#
    .SYNOPSIS
    Set options of this session back to their defaults

    .DESCRIPTION
    Set all options of this session back to their defaults, or those that are named
    Tokens that are in the cache stay there: Clear-PSOAuthTokenCache removes them

    .PARAMETER Name
    The options to set back; all without it

    .EXAMPLE
    Reset-PSOAuthOption

    This will set all options back.

    .EXAMPLE
    Reset-PSOAuthOption -Name Proxy, ProxyCredential

    This will use the proxies of the environment and the system again.

    .LINK
    Set-PSOAuthOption

    .LINK
    Get-PSOAuthOption
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It changes variables of the module.')]
    [CmdletBinding()]
    param (
        [Parameter(Position = 0)]
        [ValidateSet('TimeoutSeconds', 'ConnectTimeoutSeconds', 'MaxRetries', 'WaitWhenThrottled', 'Proxy', 'ProxyCredential',
            'CertificateAuthorityPath', 'ClientAuthentication', 'Cloud', 'AllowHttp', 'UserAgent', 'TokenCache')]
        [string[]] $Name
    )

    $options = @{}
    if ($Name) {
        $options = $script:options.Clone()
        foreach ($option in $Name) { $options.Remove($option) }
        # A credential belongs to the proxy that it was given for.
        if ('Proxy' -in $Name) { $options.Remove('ProxyCredential') }
    }
    Set-SessionOption $options
}
