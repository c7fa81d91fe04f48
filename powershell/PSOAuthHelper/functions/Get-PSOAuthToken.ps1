function Get-PSOAuthToken {
    <#
    .SYNOPSIS
    Get a token for an application, with any kind of credential

    .DESCRIPTION
    Get an OAuth 2.0 token for an application (client credentials) with a secret, a certificate, a private key, an assertion or a managed identity
    Name where to ask by one of -TokenEndpoint, -Issuer and -TenantId, and what the token is for by -Resource, -Scope or both
    The options that Set-PSOAuthOption sets apply: time limits, proxy, certificate authorities, the token cache and others
    An error is written as other commands do: -ErrorAction decides whether it ends the script

    .PARAMETER TokenEndpoint
    The address of the token endpoint

    .PARAMETER Issuer
    The issuer, exactly as it names itself: the token endpoint is looked up in its metadata (OpenID Connect Discovery, RFC 8414), which is kept for an hour

    .PARAMETER TenantId
    The id (a GUID) or a domain name of the Microsoft Entra tenant, like "contoso.com"

    .PARAMETER EntraVersion
    Which endpoint of Microsoft Entra the tenant means: 2 (the default), which takes scopes, or 1, which takes a resource

    .PARAMETER ClientId
    The client id of the application
    With -ManagedIdentity it is the client id of a user-assigned identity

    .PARAMETER Resource
    The protected resource that the token is for
    The v2 endpoint of a tenant takes a Scope in place of it, such as https://api.contoso.com/.default

    .PARAMETER Scope
    The scopes of the token: several as an array, or as one text with spaces between; empty ones are left out

    .PARAMETER AdditionalParameters
    Parameters of the request that this command has no parameter for, like @{ audience = "https://api.contoso.com" }: each a text, a secure string or an array of them
    $true and $false are sent as true and false, and a parameter without a value is left out
    The names that the command itself sends (grant_type, client_id, scope and so on) and blank ones are refused

    .PARAMETER ClientSecret
    The client secret

    .PARAMETER Credential
    The client id and the client secret, as user name and password

    .PARAMETER CertificatePath
    The path of a certificate with its private key in one file, PEM or PFX, which signs an assertion
    The file is read anew at every call

    .PARAMETER CertificatePassword
    The password of the certificate or private key

    .PARAMETER MutualTls
    Show the certificate in the TLS handshake (RFC 8705) and sign no assertion

    .PARAMETER Certificate
    A certificate whose key signs an assertion inside .NET: it may lie in the Windows store or on a token, and need not be exportable
    With -Issuer the assertion is addressed to the issuer, else to the token endpoint

    .PARAMETER PrivateKeyPath
    The path of a private key in PEM, RSA or EC, which signs an assertion
    The file is read anew at every call

    .PARAMETER KeyId
    The kid of the assertion, by which the server finds the key

    .PARAMETER SigningAlgorithm
    How the assertion is signed
    Without it, PS256 with an RSA key, ES256 with an EC key on P-256 and ES384 with one on P-384

    .PARAMETER ClientAssertion
    A ready assertion (RFC 7523) of the client

    .PARAMETER ClientAssertionPath
    The path of a file with a ready assertion, which is read anew at every call: workload identity on Kubernetes and the like

    .PARAMETER ManagedIdentity
    Ask the managed identity of the Azure machine or service that this runs on
    With IDENTITY_ENDPOINT and IDENTITY_HEADER in the environment that is App Service, Functions or Container Apps, with IDENTITY_ENDPOINT and IMDS_ENDPOINT Azure Arc
    With neither it is the instance metadata of a virtual machine, or of the host in AZURE_POD_IDENTITY_AUTHORITY_HOST; Service Fabric and Cloud Shell are not supported

    .PARAMETER IdentityObjectId
    The object id of a user-assigned managed identity

    .PARAMETER IdentityResourceId
    The resource id of a user-assigned managed identity

    .PARAMETER AsSecureString
    Give the tokens in the answer as secure strings; what .NET held of the answer before that cannot be overwritten
    Without it Export-Clixml writes the tokens as text; with it they are encrypted for the user on Windows, and on no other system
    Get-BearerToken, Get-RemainingMinutes and ConvertFrom-JsonWebToken accept such tokens

    .EXAMPLE
    Get-PSOAuthToken -TenantId "contoso.com" -ClientId $clientId -ClientSecret $secret -Scope "https://graph.microsoft.com/.default" | Get-BearerToken

    This will get a token for Microsoft Graph with a client secret, which is a secure string, and return it as "Bearer <access_token>".

    .EXAMPLE
    Get-PSOAuthToken -TenantId "contoso.com" -ClientId $clientId -Certificate (Get-Item "Cert:\CurrentUser\My\$thumbprint") -Scope "https://graph.microsoft.com/.default"

    This will get a token with a certificate of the Windows store, whose key stays there.

    .EXAMPLE
    Get-PSOAuthToken -Issuer "https://login.contoso.com" -ClientId $clientId -PrivateKeyPath "./client.pem" -KeyId "2025-01" -Scope "orders.read", "orders.write" -AdditionalParameters @{ audience = "https://api.contoso.com" }

    This will look up the token endpoint of an issuer and get a token there with a private key.

    .EXAMPLE
    Get-PSOAuthToken -TenantId $env:AZURE_TENANT_ID -ClientId $env:AZURE_CLIENT_ID -ClientAssertionPath $env:AZURE_FEDERATED_TOKEN_FILE -Scope "https://vault.azure.net/.default"

    This will get a token with the workload identity of a Kubernetes pod.

    .EXAMPLE
    Get-PSOAuthToken -ManagedIdentity -Resource "https://management.azure.com/" -AsSecureString -ErrorAction Stop

    This will get a token of the machine's own identity, as a secure string, or throw.

    .OUTPUTS
    PSOAuthHelper.Token

    .NOTES
    The object has the properties that the server named; the view that PowerShell shows of it by default leaves the tokens out. Export-Clixml writes the tokens all the same: -AsSecureString is the way to keep one.

    .LINK
    Set-PSOAuthOption

    .LINK
    Get-BearerToken

    .LINK
    Clear-PSOAuthTokenCache
    #>
    [CmdletBinding(DefaultParameterSetName = 'ClientSecret', PositionalBinding = $false)]
    [OutputType('PSOAuthHelper.Token')]
    param (
        [string] $TokenEndpoint,

        [string] $Issuer,

        [Alias('Tenant')]
        [string] $TenantId,

        [ValidateSet(1, 2)]
        [int] $EntraVersion = 2,

        [Parameter(Mandatory = $true, ParameterSetName = 'ClientSecret')]
        [Parameter(Mandatory = $true, ParameterSetName = 'CertificatePath')]
        [Parameter(Mandatory = $true, ParameterSetName = 'Certificate')]
        [Parameter(Mandatory = $true, ParameterSetName = 'PrivateKeyPath')]
        [Parameter(Mandatory = $true, ParameterSetName = 'ClientAssertion')]
        [Parameter(Mandatory = $true, ParameterSetName = 'ClientAssertionPath')]
        [Parameter(ParameterSetName = 'ManagedIdentity')]
        [string] $ClientId,

        [string] $Resource,

        [string[]] $Scope,

        [ValidateNotNull()]
        [Collections.IDictionary] $AdditionalParameters = @{},

        [Parameter(Mandatory = $true, ParameterSetName = 'ClientSecret')]
        [securestring] $ClientSecret,

        [Parameter(Mandatory = $true, ParameterSetName = 'Credential')]
        [pscredential] $Credential,

        [Parameter(Mandatory = $true, ParameterSetName = 'CertificatePath')]
        [string] $CertificatePath,

        [Parameter(ParameterSetName = 'CertificatePath')]
        [Parameter(ParameterSetName = 'PrivateKeyPath')]
        [securestring] $CertificatePassword,

        [Parameter(ParameterSetName = 'CertificatePath')]
        [switch] $MutualTls,

        [Parameter(Mandatory = $true, ParameterSetName = 'Certificate')]
        [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,

        [Parameter(Mandatory = $true, ParameterSetName = 'PrivateKeyPath')]
        [string] $PrivateKeyPath,

        [Parameter(ParameterSetName = 'CertificatePath')]
        [Parameter(ParameterSetName = 'Certificate')]
        [Parameter(ParameterSetName = 'PrivateKeyPath')]
        [string] $KeyId,

        [Parameter(ParameterSetName = 'CertificatePath')]
        [Parameter(ParameterSetName = 'Certificate')]
        [Parameter(ParameterSetName = 'PrivateKeyPath')]
        [ValidateSet('PS256', 'RS256', 'ES256', 'ES384')]
        [string] $SigningAlgorithm,

        [Parameter(Mandatory = $true, ParameterSetName = 'ClientAssertion')]
        [string] $ClientAssertion,

        [Parameter(Mandatory = $true, ParameterSetName = 'ClientAssertionPath')]
        [string] $ClientAssertionPath,

        [Parameter(Mandatory = $true, ParameterSetName = 'ManagedIdentity')]
        [switch] $ManagedIdentity,

        [Parameter(ParameterSetName = 'ManagedIdentity')]
        [string] $IdentityObjectId,

        [Parameter(ParameterSetName = 'ManagedIdentity')]
        [string] $IdentityResourceId,

        [switch] $AsSecureString
    )

    $algorithm = "$SigningAlgorithm".ToUpperInvariant()
    $version = if ($TenantId) { $EntraVersion } else { 0 }
    $texts = @{
        GrantType     = 'client_credentials'
        TokenEndpoint = $TokenEndpoint
        Issuer        = $Issuer
        Tenant        = $TenantId
        ClientId      = $ClientId
        Resource      = $Resource
        Scope         = @($Scope) -split '\s+' -ne '' -join ' '
    }
    $numbers = @{}
    # What the client shows; nothing goes out without it.
    $shown = $null
    switch ($PSCmdlet.ParameterSetName) {
        'ClientSecret' { $texts['ClientSecret'] = $shown = $ClientSecret }
        'Credential' {
            $texts['ClientId'] = $Credential.UserName
            $texts['ClientSecret'] = $shown = $Credential.Password
        }
        'CertificatePath' {
            $texts['CertificatePath'] = $shown = Get-FilePath $PSCmdlet $_ $CertificatePath
            $texts['CertificatePassword'] = $CertificatePassword
            if ($MutualTls) { $numbers['MutualTls'] = 1 }
        }
        'Certificate' { $shown = $Certificate }
        'PrivateKeyPath' {
            $texts['PrivateKeyPath'] = $shown = Get-FilePath $PSCmdlet $_ $PrivateKeyPath
            $texts['CertificatePassword'] = $CertificatePassword
        }
        'ClientAssertion' { $texts['ClientAssertion'] = $shown = $ClientAssertion }
        'ClientAssertionPath' { $texts['ClientAssertionPath'] = $shown = Get-FilePath $PSCmdlet $_ $ClientAssertionPath }
        'ManagedIdentity' {
            $shown = [bool]$ManagedIdentity
            $numbers['ManagedIdentity'] = [int]$shown
            $texts['IdentityObjectId'] = $IdentityObjectId
            $texts['IdentityResourceId'] = $IdentityResourceId
            # The retries that the documentation of instance metadata asks for take 75 s to 95 s.
            if (-not $script:options.ContainsKey('TimeoutSeconds')) { $numbers['TimeoutMs'] = 120000 }
        }
    }

    if ($shown -is [Management.Automation.ErrorRecord]) { $answer = $shown }
    elseif (-not $shown) {
        $answer = New-FailureRecord 'InvalidArgument' "The $($PSCmdlet.ParameterSetName) is empty or turned off, and there is no other credential: nothing was sent."
    }
    elseif ($version -eq 2 -and -not ($texts['Scope'] -or $TokenEndpoint -or $Issuer -or $ManagedIdentity)) {
        $message = "The v2 endpoint of a tenant takes -Scope, such as 'https://api.contoso.com/.default', and no -Resource alone. Give the scope, or -EntraVersion 1."
        $answer = New-FailureRecord 'InvalidArgument' $message
    }
    elseif ($Certificate) {
        $answer = Send-CertificateRequest $PSCmdlet $texts $version $AdditionalParameters $Certificate $algorithm $KeyId
    }
    else {
        $texts['KeyId'] = $KeyId
        $texts['SigningAlgorithm'] = $algorithm
        $answer = Send-TokenRequest $PSCmdlet $texts $version $numbers $AdditionalParameters
    }
    if ($answer -is [Management.Automation.ErrorRecord]) { Write-Failure $PSCmdlet $answer }
    elseif ($null -ne $answer) { ConvertTo-Token $answer -AsSecureString:$AsSecureString }
}
