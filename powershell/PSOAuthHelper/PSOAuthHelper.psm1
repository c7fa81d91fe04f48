# Defines the functions and nothing else: the native library is bound at the first request for a token.

# In a constrained session (AppLocker, App Control) a module that the policy does not trust can define functions, but not
# call a native library: every command would fail in a way that explains nothing.
if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    throw "PSOAuthHelper cannot run in PowerShell's $($ExecutionContext.SessionState.LanguageMode) mode, which a policy of this " +
        'machine (AppLocker or App Control for Business) sets for files that it does not trust. Have the policy trust the module, by its publisher, hash or folder.'
}

$script:moduleFolder = $PSScriptRoot

# Packages have these files in place of the loops. Paths in the long form of Windows (\\?\...) take no slash.
foreach ($file in 'NativeLibrary', 'TokenExchange', 'Failure', 'Json', 'Secret', 'Options', 'Assertion') {
    . ([IO.Path]::Combine($PSScriptRoot, 'internal', "$file.ps1"))
}
foreach ($file in 'Get-BearerToken', 'Get-RemainingMinutes', 'Invoke-AzureResourceManagementGrant', 'Invoke-ClientCredentialsGrant',
    'Invoke-PasswordGrant', 'Invoke-RefreshToken', 'New-AuthorizationHeaderBearerToken', 'Get-PSOAuthToken', 'Set-PSOAuthOption',
    'Get-PSOAuthOption', 'Reset-PSOAuthOption', 'Clear-PSOAuthTokenCache', 'ConvertFrom-JsonWebToken') {
    . ([IO.Path]::Combine($PSScriptRoot, 'functions', "$file.ps1"))
}
$script:native = $null
$script:options = @{}
$script:optionTexts = @{}
$script:optionNumbers = @{}
$script:assertions = @{}
$script:tokenText = $null
$script:jsonReady = $false
