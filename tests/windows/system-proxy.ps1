# A proxy of the user's Internet settings is used, and its exceptions are not.
#
# -Module: the module's folder.
# -Proxy: host:port of a proxy that leads to a server that plays Entra.
# -OwnEndpoint: a token endpoint in the domain contoso.example, which the proxy does not lead to.
# -ClientId, -ClientSecret: a client that both know.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Proxy,
    [Parameter(Mandatory = $true)] [string] $OwnEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"
Import-Module $Module

$settings = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Software\Microsoft\Windows\CurrentVersion\Internet Settings')
try {
    $settings.SetValue('ProxyEnable', 1, 'DWord')
    $settings.SetValue('ProxyServer', $Proxy)
    $settings.SetValue('ProxyOverride', '*.contoso.example;10.*;127.0.0.1;<local>')
    $client = @{ ClientId = $ClientId; ClientSecret = $ClientSecret; Resource = 'r'; EnableException = $true }
    Assert-Match 'through the proxy' '^\S+$' (Invoke-ClientCredentialsGrant @client -TenantId 'contoso.com' -AuthEndpointV1).access_token
    Assert-Match 'an exception' '^\S+$' (Invoke-ClientCredentialsGrant @client -AuthProviderUri $OwnEndpoint).access_token
}
finally { $settings.SetValue('ProxyEnable', 0, 'DWord') }
Complete-Checks
