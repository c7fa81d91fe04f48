# The session's options: a module is loaded once in each runspace, and so are its variables.

# The options with their defaults, in the order in which they are shown.
function Get-DefaultOption {
    [ordered]@{
        TimeoutSeconds           = 30
        ConnectTimeoutSeconds    = 10
        MaxRetries               = 1
        WaitWhenThrottled        = $false
        Proxy                    = 'System'
        ProxyCredential          = $null
        CertificateAuthorityPath = ''
        ClientAuthentication     = 'Body'
        Cloud                    = 'Public'
        AllowHttp                = $false
        UserAgent                = ''
        TokenCache               = $false
    }
}

# Makes options those of the session: keeps them, and what requests take of them.
# -Options: the options that are not left at their defaults.
function Set-SessionOption {
    param([hashtable] $Options)

    $texts = @{
        CertificateAuthorityPath = $Options['CertificateAuthorityPath']
        UserAgent                = $Options['UserAgent']
        AuthorityHost            = switch ($Options['Cloud']) {
            'Public' { '' }
            'USGovernment' { 'login.microsoftonline.us' }
            'China' { 'login.partner.microsoftonline.cn' }
            default { $_ }
        }
    }
    if ($Options['Proxy'] -ne 'System') { $texts['Proxy'] = $Options['Proxy'] }
    if ($Options['ProxyCredential']) {
        $texts['ProxyUsername'] = $Options['ProxyCredential'].UserName
        $texts['ProxyPassword'] = $Options['ProxyCredential'].Password
    }
    # What is not set stays away from the request, and costs nothing.
    foreach ($name in @($texts.Keys)) { if (-not $texts[$name]) { $texts.Remove($name) } }

    $numbers = @{}
    if ($Options.ContainsKey('TimeoutSeconds')) { $numbers['TimeoutMs'] = 1000 * $Options['TimeoutSeconds'] }
    if ($Options.ContainsKey('ConnectTimeoutSeconds')) { $numbers['ConnectTimeoutMs'] = 1000 * $Options['ConnectTimeoutSeconds'] }
    if ($Options.ContainsKey('ClientAuthentication')) {
        $numbers['ClientAuthentication'] = switch ($Options['ClientAuthentication']) { 'Body' { 0 } 'Basic' { 1 } 'BasicRaw' { 2 } }
    }
    if ($Options.ContainsKey('MaxRetries')) { $numbers['MaxRetries'] = $Options['MaxRetries'] }
    if ($Options['AllowHttp']) { $numbers['AllowHttp'] = 1 }
    if ($Options['WaitWhenThrottled']) { $numbers['WaitWhenThrottled'] = 1 }
    if ($Options['TokenCache']) { $numbers['TokenCache'] = 1 }

    $script:options = $Options
    $script:optionTexts = $texts
    $script:optionNumbers = $numbers
    # What is kept for the cache was answered under other options.
    $script:assertions = @{}
}

# Says what is wrong with options, without the values; nothing where they can be used.
function Get-OptionFault {
    param([hashtable] $Options)

    $proxy = $Options['Proxy']
    $named = $proxy -and $proxy -notin 'System', 'None'
    $uri = $null
    if ($named) {
        if ($proxy -notmatch '^https?://' -or -not [Uri]::TryCreate($proxy, 'Absolute', [ref] $uri)) {
            return 'The Proxy is neither System, None nor an address like http://proxy.example:3128.'
        }
        if ($uri.UserInfo) { return 'The address of the Proxy holds a user name or password: give them as the ProxyCredential.' }
        if ($uri.PathAndQuery -ne '/' -or $uri.Fragment) { return 'The address of the Proxy is more than a host and a port, as in http://proxy.example:3128.' }
    }
    if ($Options['ProxyCredential'] -and -not $named) { return 'A ProxyCredential needs the address of a Proxy.' }
    if ($Options['Cloud'] -and $Options['Cloud'] -notmatch '^(https?://)?([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|localhost|\[[0-9A-Fa-f:]+\])(:[0-9]+)?/?$' -and $Options['Cloud'] -notin 'Public', 'USGovernment', 'China') {
        return 'The Cloud is neither Public, USGovernment, China nor the host of an authority, such as login.microsoftonline.us.'
    }
    if ($Options['UserAgent'] -and $Options['UserAgent'] -notmatch '^[!-~]([ -~]{0,254}[!-~])?$') {
        return 'The UserAgent is no line of at most 256 printable ASCII characters without spaces at its ends.'
    }
    $path = $Options['CertificateAuthorityPath']
    if ($path -and -not [IO.File]::Exists($path)) { return "There is no file for the CertificateAuthorityPath: $path" }
}

# Gives a path as the library takes it: absolute, for PowerShell's current folder is not the process's. Where it leads to no
# file, an error record.
# -Name: the parameter that has the path.
function Get-FilePath {
    param([Management.Automation.PSCmdlet] $Cmdlet, [string] $Name, [string] $Path)

    $provider = $drive = $null
    $firstError = if ($global:Error.Count) { $global:Error[0] }
    try {
        $file = $Cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path, [ref] $provider, [ref] $drive)
        if ($provider.Name -eq 'FileSystem') { return $file }
        $fault = "It is of PowerShell's provider $($provider.Name)."
    }
    catch {
        Undo-ErrorList $firstError
        $fault = $_.Exception.GetBaseException().Message
    }
    $hint = if ($Path -like 'Cert:*') { ' -Certificate of Get-PSOAuthToken takes a certificate of the store, as Get-Item gives it.' }
    New-FailureRecord 'InvalidArgument' "The $Name '$Path' cannot be used: $fault Give the path of a file, on a drive of the file system.$hint"
}
