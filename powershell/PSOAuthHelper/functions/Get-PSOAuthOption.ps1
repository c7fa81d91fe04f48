function Get-PSOAuthOption {
    <#
    .SYNOPSIS
    Get the options of this session

    .DESCRIPTION
    Get the options that Set-PSOAuthOption set in this session, and the defaults of the others
    Of the proxy's credential the user name is shown, and no password

    .EXAMPLE
    Get-PSOAuthOption

    This will show all options.

    .EXAMPLE
    if (-not (Get-PSOAuthOption).TokenCache) { Set-PSOAuthOption -TokenCache }

    This will turn the token cache on where it is off.

    .OUTPUTS
    PSOAuthHelper.Option

    .LINK
    Set-PSOAuthOption

    .LINK
    Reset-PSOAuthOption
    #>
    [CmdletBinding()]
    [OutputType('PSOAuthHelper.Option')]
    param ()

    $options = Get-DefaultOption
    foreach ($name in $script:options.Keys) { $options[$name] = $script:options[$name] }
    $shown = [ordered]@{ PSTypeName = 'PSOAuthHelper.Option' }
    foreach ($name in $options.Keys) {
        if ($name -ne 'ProxyCredential') { $shown[$name] = $options[$name] }
        else { $shown['ProxyUserName'] = if ($options[$name]) { $options[$name].UserName } }
    }
    [pscustomobject]$shown
}
