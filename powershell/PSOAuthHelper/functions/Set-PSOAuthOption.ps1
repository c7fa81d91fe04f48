function Set-PSOAuthOption {
    <#
    .SYNOPSIS
    Set options of this session for all commands that get a token

    .DESCRIPTION
    Set options that apply to every request for a token in this session, also to those of Invoke-ClientCredentialsGrant and the other grants
    An option that is not named keeps its value. Each runspace has options of its own, and Import-Module -Force sets them back

    .PARAMETER TimeoutSeconds
    Seconds for a whole request, retries included: 30 by default, with a managed identity 120

    .PARAMETER ConnectTimeoutSeconds
    Seconds for a connection with its TLS handshake: 10 by default

    .PARAMETER MaxRetries
    How often a transient fault is retried within the time limit: 1 by default

    .PARAMETER WaitWhenThrottled
    Wait for as long as a throttling server asks, and try again, within the time limit
    -WaitWhenThrottled:$false turns it off, as with the other switches

    .PARAMETER Proxy
    System (the default) for the proxies of the environment and the system, None for no proxy, or the address of one, like "http://proxy.example:3128"
    This machine itself is always reached without a proxy. A credential that was set for another proxy is dropped

    .PARAMETER ProxyCredential
    The user name and the password for that proxy

    .PARAMETER CertificateAuthorityPath
    The path of a PEM file with certificate authorities that are trusted beside those of the system; an empty text for none

    .PARAMETER ClientAuthentication
    How a client secret is sent: Body (the default), Basic (form-encoded in a header, as RFC 6749 says) or BasicRaw (in a header as it is, which some servers want)

    .PARAMETER Cloud
    The cloud of Microsoft Entra that a tenant lies in: Public (the default), USGovernment, China, or the host of an authority

    .PARAMETER AllowHttp
    Let requests go to other machines over http, where anybody on the way can read the secret

    .PARAMETER UserAgent
    The User-Agent of requests; an empty text for that of PSOAuthHelper

    .PARAMETER TokenCache
    Keep tokens in the memory of this process, and give them again until shortly before they expire
    A token that came with a refresh token is not kept; see Clear-PSOAuthTokenCache

    .EXAMPLE
    Set-PSOAuthOption -TimeoutSeconds 60 -MaxRetries 3 -TokenCache

    This will give each request a minute and three retries, and keep the tokens.

    .EXAMPLE
    Set-PSOAuthOption -Proxy "http://proxy.contoso.com:3128" -ProxyCredential (Get-Credential) -CertificateAuthorityPath "./company-root.pem"

    This will send requests through a proxy that asks for a password and shows certificates of the company.

    .EXAMPLE
    Set-PSOAuthOption -Cloud USGovernment

    This will let a tenant mean "https://login.microsoftonline.us/<TenantId>/...".

    .LINK
    Get-PSOAuthOption

    .LINK
    Reset-PSOAuthOption
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It changes variables of the module.')]
    [CmdletBinding(PositionalBinding = $false)]
    param (
        [ValidateRange(1, 86400)]
        [int] $TimeoutSeconds,

        [ValidateRange(1, 86400)]
        [int] $ConnectTimeoutSeconds,

        [ValidateRange(0, 10)]
        [int] $MaxRetries,

        [switch] $WaitWhenThrottled,

        [ArgumentCompleter({ param($commandName, $parameterName, $word) 'System', 'None', 'http://' -like "$($word.Trim('"', "'"))*" })]
        [ValidateNotNullOrEmpty()]
        [string] $Proxy,

        [pscredential] $ProxyCredential,

        [string] $CertificateAuthorityPath,

        [ValidateSet('Body', 'Basic', 'BasicRaw')]
        [string] $ClientAuthentication,

        [ArgumentCompleter({ param($commandName, $parameterName, $word) 'Public', 'USGovernment', 'China' -like "$($word.Trim('"', "'"))*" })]
        [ValidateNotNullOrEmpty()]
        [string] $Cloud,

        [switch] $AllowHttp,

        [string] $UserAgent,

        [switch] $TokenCache
    )

    $options = $script:options.Clone()
    if ($PSBoundParameters.ContainsKey('Proxy')) { $options.Remove('ProxyCredential') }
    foreach ($name in (Get-DefaultOption).Keys) {
        if (-not $PSBoundParameters.ContainsKey($name)) { continue }
        $value = $PSBoundParameters[$name]
        $options[$name] = if ($value -is [switch]) { [bool]$value } else { $value }
    }
    $path = if ($CertificateAuthorityPath) { Get-FilePath $PSCmdlet 'CertificateAuthorityPath' $CertificateAuthorityPath }
    if ($path -is [Management.Automation.ErrorRecord]) {
        Write-Failure $PSCmdlet $path
        return
    }
    if ($path) { $options['CertificateAuthorityPath'] = $path }
    $fault = Get-OptionFault $options
    if ($fault) { Write-Failure $PSCmdlet (New-FailureRecord 'InvalidArgument' $fault) }
    else { Set-SessionOption $options }
}
