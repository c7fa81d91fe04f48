# The session's options: typed, checked, completed, each runspace's own; they apply to the commands that 0.3.x had too.
#
# -Module: the module's folder.
# -TokenEndpoint: a token endpoint that knows the client, and decodes what comes by HTTP Basic (RFC 6749 section 2.3.1).
# -ClientId, -ClientSecret: the client; the secret has signs that form encoding changes.
# -Origin: the same server's address without a path.
# -GenerousEndpoint: an endpoint that gives a token to whoever asks.
# -Proxy, -ProxyPassword: a proxy that wants the user proxy-user with this password, and leads http://token.example to the
#   generous server.
# -SecureEndpoint: an https endpoint whose certificate is of an authority of the test's own.
# -Files: a folder with authority.pem, and client.pem with a certificate and key for that endpoint.
# -SilentEndpoint: one that does not answer.
# -FailingEndpoint: one that always answers 503.
# -ThrottlingEndpoint: one that answers 429 with Retry-After: 0 to the first request of each client.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $TokenEndpoint,
    [Parameter(Mandatory = $true)] [string] $ClientId,
    [Parameter(Mandatory = $true)] [string] $ClientSecret,
    [Parameter(Mandatory = $true)] [string] $Origin,
    [Parameter(Mandatory = $true)] [string] $GenerousEndpoint,
    [Parameter(Mandatory = $true)] [string] $Proxy,
    [Parameter(Mandatory = $true)] [string] $ProxyPassword,
    [Parameter(Mandatory = $true)] [string] $SecureEndpoint,
    [Parameter(Mandatory = $true)] [string] $Files,
    [Parameter(Mandatory = $true)] [string] $SilentEndpoint,
    [Parameter(Mandatory = $true)] [string] $FailingEndpoint,
    [Parameter(Mandatory = $true)] [string] $ThrottlingEndpoint
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
. "$PSScriptRoot/search.ps1"
Import-Module $Module

# All options as one text.
function Get-OptionText { ConvertTo-Json (Get-PSOAuthOption) }

$defaults = Get-PSOAuthOption
Assert-Equal 'type name' 'PSOAuthHelper.Option' $defaults.PSObject.TypeNames[0]
Assert-Equal 'defaults' 'TimeoutSeconds=30 ConnectTimeoutSeconds=10 MaxRetries=1 WaitWhenThrottled=False Proxy=System ProxyUserName= CertificateAuthorityPath= ClientAuthentication=Body Cloud=Public AllowHttp=False UserAgent= TokenCache=False' (@($defaults.PSObject.Properties | ForEach-Object { "$($_.Name)=$($_.Value)" }) -join ' ')
$untouched = Get-OptionText

# What cannot be used is refused, and nothing is changed.
$credential = [pscredential]::new('proxy-user', [Net.NetworkCredential]::new('', $ProxyPassword).SecurePassword)
$wrong = @(
    @{ TimeoutSeconds = 0 }, @{ TimeoutSeconds = 86401 }, @{ ConnectTimeoutSeconds = 0 }, @{ MaxRetries = -1 }, @{ MaxRetries = 11 }
    @{ TimeoutSeconds = 'soon' }, @{ ClientAuthentication = 'Digest' }, @{ TokenCache = 'often' }, @{ Proxy = '' }, @{ Cloud = '' }
)
foreach ($options in $wrong) {
    $thrown = Get-Thrown "$($options.Keys) $($options.Values)" { Set-PSOAuthOption @options }
    Assert-Match "$($options.Keys) $($options.Values), id" '^ParameterArgument\w+,Set-PSOAuthOption$' $thrown.FullyQualifiedErrorId
}
$wrong = @(
    @{ Proxy = 'proxy.example:3128' }, @{ Proxy = 'socks5://proxy.example' }, @{ Proxy = 'http://user:hunter2@proxy.example' }
    @{ Proxy = 'http://proxy.example/hunter2' }, @{ Proxy = 'http://proxy.example/?hunter2' }, @{ ProxyCredential = $credential }
    @{ Proxy = 'None'; ProxyCredential = $credential }, @{ Cloud = 'https://login.example/tenant' }, @{ Cloud = 'Mars Colony' }, @{ Cloud = 'Germany' }
    @{ UserAgent = "a`r`nX: y" }, @{ UserAgent = ' a' }, @{ UserAgent = 'x' * 257 }, @{ CertificateAuthorityPath = 'nowhere.pem' }
    @{ CertificateAuthorityPath = 'NoDrive:\root.pem' }, @{ CertificateAuthorityPath = 'Env:\PATH' }
)
foreach ($options in $wrong) {
    $Error.Clear()
    $thrown = Get-Thrown "$($options.Keys) $($options.Values)" { Set-PSOAuthOption @options -TimeoutSeconds 5 }
    Assert-Equal "$($options.Keys) $($options.Values), id" 'PSOAuth.InvalidArgument,Set-PSOAuthOption' $thrown.FullyQualifiedErrorId
    Assert-NoSecret "$($options.Keys) $($options.Values), error" 'hunter2' $Error.ToArray()
}
Assert-Equal 'refused options change nothing' $untouched (Get-OptionText)

# Completion.
foreach ($case in @('Set-PSOAuthOption -Cloud ', 'Public USGovernment China'), @('Set-PSOAuthOption -Cloud US', 'USGovernment'), @('Set-PSOAuthOption -Cloud "U', 'USGovernment'),
    @('Set-PSOAuthOption -Proxy ', 'System None http://'), @("Set-PSOAuthOption -Proxy 'N", 'None'), @('Set-PSOAuthOption -ClientAuthentication ', 'Basic BasicRaw Body'),
    @('Set-PSOAuthOption -Token', '-TokenCache'), @('Get-PSOAuthToken -SigningAlgorithm ', 'ES256 ES384 PS256 RS256'), @('Get-PSOAuthToken -EntraVersion ', '1 2')) {
    $line, $expected = $case
    $completed = [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)
    Assert-Equal "completion of '$line'" $expected (@($completed.CompletionMatches.CompletionText) -join ' ')
}
Assert-Equal 'completion of Reset-PSOAuthOption' 12 ([Management.Automation.CommandCompletion]::CompleteInput('Reset-PSOAuthOption ', 20, $null).CompletionMatches.Count)

# Setting one leaves the others; resetting sets back what is named.
Set-PSOAuthOption -TimeoutSeconds 5 -WaitWhenThrottled -UserAgent 'a'
Set-PSOAuthOption -MaxRetries 3 -WaitWhenThrottled:$false
$options = Get-PSOAuthOption
Assert-Equal 'set in two steps' '5 3 False a' "$($options.TimeoutSeconds) $($options.MaxRetries) $($options.WaitWhenThrottled) $($options.UserAgent)"
Assert-Equal 'types stay' 'Int32 Boolean' "$($options.TimeoutSeconds.GetType().Name) $($options.WaitWhenThrottled.GetType().Name)"
Reset-PSOAuthOption -Name TimeoutSeconds, UserAgent
$options = Get-PSOAuthOption
Assert-Equal 'two are set back' '30 3 ' "$($options.TimeoutSeconds) $($options.MaxRetries) $($options.UserAgent)"
Reset-PSOAuthOption
Assert-Equal 'all are set back' $untouched (Get-OptionText)

# A proxy's password is not shown, and does not go to another proxy.
Set-PSOAuthOption -Proxy $Proxy -ProxyCredential $credential
Assert-Equal 'the user name is shown' 'proxy-user' (Get-PSOAuthOption).ProxyUserName
Assert-NoSecret 'the password is not' $ProxyPassword (Get-PSOAuthOption)
Assert-Equal 'no secure string is either' 0 @((Get-PSOAuthOption).PSObject.Properties | Where-Object { $_.Value -is [securestring] -or $_.Value -is [pscredential] }).Count
Set-PSOAuthOption -Proxy 'http://other.example'
Assert-Equal 'another proxy gets no credential' $null (Get-PSOAuthOption).ProxyUserName
Set-PSOAuthOption -Proxy $Proxy -ProxyCredential $credential
Reset-PSOAuthOption -Name Proxy
Assert-Equal 'a proxy that is set back leaves no credential' 'System ' "$((Get-PSOAuthOption).Proxy) $((Get-PSOAuthOption).ProxyUserName)"

# The commands of 0.3.x.
$client = @{ ClientId = $ClientId; ClientSecret = $ClientSecret; Resource = 'r'; EnableException = $true }
$anybody = @{ ClientId = 'c'; ClientSecret = 's'; Resource = 'r'; EnableException = $true }
Set-PSOAuthOption -UserAgent 'Contoso-Reports/2.1' -TimeoutSeconds 60
Assert-Match 'UserAgent' '^\S+$' (Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpoint).access_token
Reset-PSOAuthOption
Set-PSOAuthOption -ClientAuthentication basic
Assert-Match 'Basic' '^\S+$' (Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpoint).access_token
Assert-Equal 'Basic says nothing to a client without a secret' 'token' (Invoke-RefreshToken $GenerousEndpoint 'public' 'refresh' -EnableException).access_token
Set-PSOAuthOption -ClientAuthentication BasicRaw
$thrown = Get-Thrown 'BasicRaw, at a server that decodes' { Invoke-ClientCredentialsGrant @client -AuthProviderUri $TokenEndpoint }
Assert-Match 'BasicRaw, id' '^OAuth\.invalid_client,' $thrown.FullyQualifiedErrorId
Reset-PSOAuthOption

Set-PSOAuthOption -Cloud $Origin
Assert-Match 'Cloud, v1' '^\S+$' (Invoke-ClientCredentialsGrant @client -TenantId 'contoso.com' -AuthEndpointV1).access_token
Assert-Match 'Cloud, v2' '^\S+$' (Invoke-ClientCredentialsGrant @client -TenantId 'contoso.com' -AuthEndpointV2 -Scope 's').access_token
$user = @{ Username = 'u'; Password = 'p'; EnableException = $true }
foreach ($case in @('a password', { Invoke-PasswordGrant @user -TenantId 'contoso.com' -AuthEndpointV2 -ClientId 'c' -Scope 's' }),
    @('Azure', { Invoke-AzureResourceManagementGrant 'contoso.com' @user })) {
    $thrown = Get-Thrown "Cloud, $($case[0])" $case[1]
    Assert-Match "Cloud, $($case[0]), id" '^OAuth\.invalid_client,' $thrown.FullyQualifiedErrorId
}
$verbose = Invoke-ClientCredentialsGrant @client -TenantId 'contoso.com' -AuthEndpointV1 -Verbose 4>&1
Assert-Contains 'Cloud, verbose' "$Origin/contoso.com/oauth2/token" $verbose[0].Message
# The clouds of Microsoft are named; nothing is sent to them.
foreach ($case in @('USGovernment', 'login.microsoftonline.us'), @('China', 'login.partner.microsoftonline.cn'), @('Public', 'login.microsoftonline.com'),
    @('login.example', 'login.example')) {
    $cloud, $name = $case
    Set-PSOAuthOption -Cloud $cloud -Proxy 'http://127.0.0.1:1' -MaxRetries 0
    $thrown = Get-Thrown "Cloud $cloud" { Invoke-ClientCredentialsGrant @client -TenantId 'contoso.com' -AuthEndpointV1 }
    Assert-Contains "Cloud $cloud" "https://$name/contoso.com/oauth2/token" $thrown
}
Reset-PSOAuthOption

$far = @{ AuthProviderUri = 'http://token.example/token' }
Set-PSOAuthOption -Proxy $Proxy -ProxyCredential $credential
$thrown = Get-Thrown 'http to another machine' { Invoke-ClientCredentialsGrant @anybody @far }
Assert-Match 'http to another machine, id' '^PSOAuth\.InvalidArgument,' $thrown.FullyQualifiedErrorId
Set-PSOAuthOption -AllowHttp
Assert-Equal 'AllowHttp, through the proxy' 'token' (Invoke-ClientCredentialsGrant @anybody @far).access_token
Set-PSOAuthOption -Proxy $Proxy
$thrown = Get-Thrown 'a proxy that wants a password' { Invoke-ClientCredentialsGrant @anybody @far }
Assert-Contains 'a proxy that wants a password' '407' $thrown
Reset-PSOAuthOption

Set-Location $Files
$thrown = Get-Thrown 'an authority that nobody knows' { Invoke-ClientCredentialsGrant @anybody -AuthProviderUri $SecureEndpoint }
Assert-Match 'an authority that nobody knows, id' '^PSOAuth\.Tls,' $thrown.FullyQualifiedErrorId
Assert-Match 'an authority that nobody knows, what to do' '^.{1,499} give its PEM file to Set-PSOAuthOption -CertificateAuthorityPath\.$' $thrown
Set-PSOAuthOption -CertificateAuthorityPath 'authority.pem'
$kept = Get-OptionText
$null = Get-Thrown 'another authority on no drive' { Set-PSOAuthOption -CertificateAuthorityPath 'NoDrive:\root.pem' }
Assert-Equal 'the authority stays' $kept (Get-OptionText)
Assert-Equal 'the path is made absolute' $true ([IO.Path]::IsPathRooted((Get-PSOAuthOption).CertificateAuthorityPath))
Assert-Equal 'mutual TLS' 'token' (Get-PSOAuthToken -TokenEndpoint $SecureEndpoint -ClientId 'c' -CertificatePath 'client.pem' -MutualTls).access_token
Reset-PSOAuthOption

Set-PSOAuthOption -TimeoutSeconds 1
$watch = [Diagnostics.Stopwatch]::StartNew()
$thrown = Get-Thrown 'TimeoutSeconds' { Invoke-ClientCredentialsGrant @anybody -AuthProviderUri $SilentEndpoint }
Assert-Match 'TimeoutSeconds, id' '^PSOAuth\.TimedOut,' $thrown.FullyQualifiedErrorId
Assert-Equal 'TimeoutSeconds, in time' $true ($watch.Elapsed.TotalSeconds -ge 1 -and $watch.Elapsed.TotalSeconds -lt 20)
Set-PSOAuthOption -TimeoutSeconds 60 -MaxRetries 0
$null = Get-Thrown 'no retry' { Invoke-ClientCredentialsGrant @anybody -AuthProviderUri $FailingEndpoint }
Set-PSOAuthOption -MaxRetries 3
$null = Get-Thrown 'three retries' { Invoke-ClientCredentialsGrant @anybody -AuthProviderUri $FailingEndpoint }
Reset-PSOAuthOption
$thrown = Get-Thrown 'throttled' { Invoke-ClientCredentialsGrant @anybody -AuthProviderUri $ThrottlingEndpoint }
Assert-Match 'throttled, id' '^PSOAuth\.Throttled,' $thrown.FullyQualifiedErrorId
Set-PSOAuthOption -WaitWhenThrottled
$another = $anybody.Clone()
$another['ClientId'] = 'd'
Assert-Equal 'WaitWhenThrottled' 'token' (Invoke-ClientCredentialsGrant @another -AuthProviderUri $ThrottlingEndpoint).access_token

# Another runspace has its own.
$session = [powershell]::Create([initialsessionstate]::CreateDefault2())
$null = $session.AddScript('param($Module) Import-Module $Module; (Get-PSOAuthOption).WaitWhenThrottled; Set-PSOAuthOption -MaxRetries 7').AddArgument($Module)
Assert-Equal 'another runspace has the defaults' 'False' $session.Invoke()
$session.Dispose()
Assert-Equal 'and changes nothing here' '1 True' "$((Get-PSOAuthOption).MaxRetries) $((Get-PSOAuthOption).WaitWhenThrottled)"
Import-Module $Module -Force
Assert-Equal 'imported anew' $untouched (Get-OptionText)
Complete-Checks
