# Defines the functions and nothing else: the native library is bound at the first request for a token.
foreach ($file in 'NativeLibrary', 'TokenExchange', 'Failure', 'Json', 'Secret', 'Options', 'Assertion') {
    . "$PSScriptRoot/internal/$file.ps1"
}
foreach ($file in 'Get-BearerToken', 'Get-RemainingMinutes', 'Invoke-AzureResourceManagementGrant', 'Invoke-ClientCredentialsGrant',
    'Invoke-PasswordGrant', 'Invoke-RefreshToken', 'New-AuthorizationHeaderBearerToken', 'Get-PSOAuthToken', 'Set-PSOAuthOption',
    'Get-PSOAuthOption', 'Reset-PSOAuthOption', 'Clear-PSOAuthTokenCache', 'ConvertFrom-JsonWebToken') {
    . "$PSScriptRoot/functions/$file.ps1"
}
$script:native = $null
$script:options = @{}
$script:optionTexts = @{}
$script:optionNumbers = @{}
$script:assertions = @{}
$script:tokenText = $null
