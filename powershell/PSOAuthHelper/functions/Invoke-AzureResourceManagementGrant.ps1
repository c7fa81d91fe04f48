function Invoke-AzureResourceManagementGrant {
    <#
    .SYNOPSIS
    Get a token for Azure Resource Manager in the name of a user

    .DESCRIPTION
    Invoke an OAuth 2.0 Resource Owner Password Credentials Grant flow against the v1 endpoint of Microsoft Entra, with the public client of Azure PowerShell, for "https://management.azure.com" or what Set-PSOAuthOption -Cloud has in its place
    Without a password the command asks for a credential

    .PARAMETER TenantName
    The name or id of the tenant that you want to authenticate against, like "contoso.com"

    .PARAMETER Username
    The user name of the account that you want to use for the authentication process

    .PARAMETER Password
    The password of the account that you want to use for the authentication process
    Without it you are asked for a credential

    .PARAMETER EnableException
    This parameter disables user-friendly warnings and enables the throwing of exceptions
    This is less user friendly, but allows catching exceptions in calling scripts

    .EXAMPLE
    Invoke-AzureResourceManagementGrant -TenantName "contoso.com" -Username "serviceaccount@contoso.com" -Password $password

    This will get a token for Azure Resource Manager in the name of "serviceaccount@contoso.com".

    .EXAMPLE
    Invoke-AzureResourceManagementGrant "contoso.com" | Get-BearerToken

    This will ask for a credential, get a token for Azure Resource Manager with it and return it as "Bearer <access_token>".

    .LINK
    Invoke-PasswordGrant

    .LINK
    Get-BearerToken
    #>
    [CmdletBinding()]
    param (
        [Parameter(Mandatory = $true)]
        [string] $TenantName,

        [string] $Username,

        [string] $Password,

        [switch] $EnableException
    )

    if (-not $Password) {
        $prompt = @{ Message = "Password for Azure Resource Manager, tenant $TenantName" }
        if ($Username) { $prompt.UserName = $Username }
        $credential = $null
        $firstError = if ($global:Error.Count) { $global:Error[0] }
        # A host without a user throws.
        try { $credential = Microsoft.PowerShell.Security\Get-Credential @prompt -ErrorAction Stop }
        catch { Undo-ErrorList $firstError }
        if (-not $credential) {
            Write-Failure $PSCmdlet (New-FailureRecord 'Cancelled' 'There is no password: none was given, and asking for a credential brought none.')
            return
        }
        $Username = $credential.UserName
        $Password = $credential.GetNetworkCredential().Password
    }
    $resource = switch ($script:options['Cloud']) {
        'USGovernment' { 'https://management.usgovcloudapi.net' }
        'China' { 'https://management.chinacloudapi.cn' }
        default { 'https://management.azure.com' }
    }
    $texts = @{
        GrantType = 'password'
        Tenant    = $TenantName
        ClientId  = '1950a258-227b-4e31-a9cf-717495945fc2'
        Resource  = $resource
        Scope     = 'openid'
        Username  = $Username
        Password  = $Password
    }
    Invoke-TokenExchange $PSCmdlet $texts -EntraVersion 1
}
