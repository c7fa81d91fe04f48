@{
    RootModule             = 'PSOAuthHelper.psm1'
    TypesToProcess         = @('PSOAuthHelper.types.ps1xml')
    ModuleVersion          = '1.0.0'
    GUID                   = 'c2de095c-331d-4568-833f-e70bedc8fa5e'
    Author                 = 'PSOAuthHelper contributors'
    CompanyName            = 'PSOAuthHelper contributors'
    Copyright              = '(c) PSOAuthHelper contributors. MIT License.'
    Description            = 'OAuth 2.0 tokens from a token endpoint: with secrets, certificates, keys, assertions and managed identities, for Microsoft Entra and every other authorization server.'

    PowerShellVersion      = '5.1'
    CompatiblePSEditions   = @('Desktop', 'Core')
    DotNetFrameworkVersion = '4.7.2'

    FunctionsToExport      = @(
        'Clear-PSOAuthTokenCache'
        'ConvertFrom-JsonWebToken'
        'Get-BearerToken'
        'Get-PSOAuthOption'
        'Get-PSOAuthToken'
        'Get-RemainingMinutes'
        'Invoke-AzureResourceManagementGrant'
        'Invoke-ClientCredentialsGrant'
        'Invoke-PasswordGrant'
        'Invoke-RefreshToken'
        'New-AuthorizationHeaderBearerToken'
        'Reset-PSOAuthOption'
        'Set-PSOAuthOption'
    )
    CmdletsToExport        = @()
    VariablesToExport      = @()
    AliasesToExport        = @()

    PrivateData            = @{
        PSData = @{
            Tags = @('OAuth', 'OAuth2', 'Token', 'Entra', 'AzureAD', 'JWT', 'ManagedIdentity', 'Authentication', 'Windows', 'Linux', 'MacOS')
        }
    }
}
