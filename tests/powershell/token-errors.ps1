# Errors of Get-PSOAuthToken: -ErrorAction decides what comes of them, the records are those of the other commands, and no
# secret is in what they leave behind.
#
# -Module: the module's folder.
# -EchoEndpoint: an endpoint that answers 401 invalid_client and repeats client_secret, client_assertion and note in
#   error_description.
param([Parameter(Mandatory = $true)] [string] $Module, [Parameter(Mandatory = $true)] [string] $EchoEndpoint)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
. "$PSScriptRoot/search.ps1"
Import-Module $Module

$secret = 'Zq7+unusual/secret=42'
$secure = [Net.NetworkCredential]::new('', $secret).SecurePassword
$client = @{ TokenEndpoint = $EchoEndpoint; ClientId = 'c'; ClientSecret = $secure }

# -ErrorAction and $ErrorActionPreference.
$Error.Clear()
$records = @(Get-PSOAuthToken @client -ErrorAction Continue *>&1)
Assert-Equal 'Continue, one error record' 'ErrorRecord' @($records | ForEach-Object { $_.GetType().Name })
Assert-Equal 'Continue, $Error' 1 $Error.Count
$record = $records[0]
Assert-Equal 'id' 'OAuth.invalid_client,Get-PSOAuthToken' $record.FullyQualifiedErrorId
Assert-Equal 'exception' 'System.Security.Authentication.AuthenticationException' $record.Exception.GetType().FullName
Assert-Equal 'target' 'invalid_client 7000215 401' "$($record.TargetObject.Error) $($record.TargetObject.ErrorCodes) $($record.TargetObject.HttpStatus)"
$Error.Clear()
Assert-Equal 'SilentlyContinue' $null (Get-PSOAuthToken @client -ErrorAction SilentlyContinue -ErrorVariable kept *>&1)
Assert-Equal 'SilentlyContinue, $Error and -ErrorVariable' '1 1' "$($Error.Count) $($kept.Count)"
$Error.Clear()
Assert-Equal 'Ignore' $null (Get-PSOAuthToken @client -ErrorAction Ignore *>&1)
Assert-Equal 'Ignore, $Error' 0 $Error.Count
$thrown = Get-Thrown 'Stop' { Get-PSOAuthToken @client -ErrorAction Stop }
Assert-Equal 'Stop, id' 'OAuth.invalid_client,Get-PSOAuthToken' $thrown.FullyQualifiedErrorId
Assert-Equal 'Stop, target' 'invalid_client' $thrown.TargetObject.Error
$global:PSDefaultParameterValues['*:EnableException'] = $true
$thrown = Get-Thrown 'the preference' { Get-PSOAuthToken @client }
Assert-Equal 'the preference, id' 'OAuth.invalid_client,Get-PSOAuthToken' $thrown.FullyQualifiedErrorId
$global:PSDefaultParameterValues.Remove('*:EnableException')

# What cannot be sent.
$names = 'grant_type', 'client_id', 'client_secret', 'resource', 'scope', 'username', 'password', 'refresh_token', 'client_assertion', 'client_assertion_type', '', '  '
$wrong = @(foreach ($name in $names) { @{ AdditionalParameters = @{ $name = 'x' } } }) + @(
    @{ AdditionalParameters = @{ claims = @{ a = 1 } } }, @{ AdditionalParameters = @{ note = "a`0b" } }, @{ Resource = "a`0b" }
    @{ Issuer = 'https://login.example' }, @{ TenantId = 'contoso.com' }
)
foreach ($more in $wrong) {
    $thrown = Get-Thrown "wrong: $($more.Keys)" { Get-PSOAuthToken @client @more }
    Assert-Equal "wrong: $($more.Keys), id" 'PSOAuth.InvalidArgument,Get-PSOAuthToken' $thrown.FullyQualifiedErrorId
}
$thrown = Get-Thrown 'nowhere' { Get-PSOAuthToken -ClientId 'c' -ClientSecret $secure }
Assert-Contains 'nowhere' 'a token endpoint, a tenant or an issuer' $thrown
$thrown = Get-Thrown 'a managed identity elsewhere' { Get-PSOAuthToken -ManagedIdentity -TenantId 'contoso.com' -Resource 'r' }
Assert-Contains 'a managed identity elsewhere' 'both a tenant and a managed identity' $thrown
$thrown = Get-Thrown 'an empty secret' { Get-PSOAuthToken -TokenEndpoint $EchoEndpoint -ClientId 'c' -ClientSecret ([securestring]::new()) }
Assert-Contains 'an empty secret' 'The client secret is empty' $thrown
$thrown = Get-Thrown 'no identity' { Get-PSOAuthToken -TokenEndpoint $EchoEndpoint -ClientId 'c' -ManagedIdentity:$false -Resource 'r' }
Assert-Contains 'no identity' 'The ManagedIdentity is empty or turned off' $thrown
$thrown = Get-Thrown 'no password' { Get-PSOAuthToken -TokenEndpoint $EchoEndpoint -Credential ([pscredential]::Empty) }
Assert-Contains 'no password' 'The Credential is empty' $thrown
$thrown = Get-Thrown 'a resource at the v2 endpoint' { Get-PSOAuthToken -TenantId 'contoso.com' -ClientId 'c' -ClientSecret $secure -Resource 'r' }
Assert-Contains 'a resource at the v2 endpoint' 'Give the scope, or -EntraVersion 1' $thrown
# What takes texts makes one of a secure string.
$thrown = Get-Thrown 'a secure string as a text' { Invoke-ClientCredentialsGrant -AuthProviderUri $EchoEndpoint -Resource 'r' -ClientId 'c' -ClientSecret $secure -EnableException }
Assert-Contains 'a secure string as a text' 'The ClientSecret is a secure string' $thrown
$thrown = Get-Thrown 'a secure refresh token' { Invoke-RefreshToken -AuthProviderUri $EchoEndpoint -ClientId 'c' -RefreshToken $secure -EnableException }
Assert-Contains 'a secure refresh token' 'The RefreshToken is a secure string' $thrown
$thrown = Get-Thrown 'a secure string in a header' { New-AuthorizationHeaderBearerToken -URL 'https://api.example' -BearerToken $secure -ErrorAction Stop }
Assert-Contains 'a secure string in a header' 'The BearerToken is a secure string' $thrown
$thrown = Get-Thrown 'a number as a refresh token' { Invoke-RefreshToken -AuthProviderUri $EchoEndpoint -ClientId 'c' -InputObject ([pscustomobject]@{ refresh_token = 71717171 }) -EnableException }
Assert-Contains 'a number as a refresh token' 'The RefreshToken is neither a text nor a secure string' $thrown
Assert-NoSecret 'a number as a refresh token' '71717171' $thrown

# What leads to no file, and what was disposed of, ends in one record, and no request goes out without its credential.
function Test-NothingSent([string] $What, [string] $Message, [scriptblock] $Block) {
    $ErrorActionPreference = 'Continue'
    $Error.Clear()
    $records = @(& $Block *>&1)
    Assert-Equal "$What, one error record" 'ErrorRecord' @($records | ForEach-Object { $_.GetType().Name })
    Assert-Equal "$What, `$Error" 1 $Error.Count
    Assert-Match "$What, id" '^PSOAuth\.InvalidArgument,' $records[0].FullyQualifiedErrorId
    Assert-Contains "$What, message" $Message $records[0]
}
$public = @{ TokenEndpoint = $EchoEndpoint; ClientId = 'c' }
foreach ($path in 'NoDrive:\client.pfx', 'Env:\HOME', 'Cert:\CurrentUser\My\0123') {
    Test-NothingSent "-CertificatePath $path" "The CertificatePath '$path' cannot be used" { Get-PSOAuthToken @public -CertificatePath $path }
    Test-NothingSent "-PrivateKeyPath $path" "The PrivateKeyPath '$path' cannot be used" { Get-PSOAuthToken @public -PrivateKeyPath $path }
    Test-NothingSent "-ClientAssertionPath $path" "The ClientAssertionPath '$path' cannot be used" { Get-PSOAuthToken @public -ClientAssertionPath $path }
}
Test-NothingSent 'a path of the store' '-Certificate of Get-PSOAuthToken takes a certificate of the store' { Get-PSOAuthToken @public -CertificatePath 'Cert:\CurrentUser\My\0123' }
$disposed = [Net.NetworkCredential]::new('', $secret).SecurePassword
$disposed.Dispose()
Test-NothingSent 'a disposed secret' 'for ClientSecret has been disposed of' { Get-PSOAuthToken @public -ClientSecret $disposed }
Test-NothingSent 'a disposed password' 'for ClientSecret has been disposed of' { Get-PSOAuthToken -TokenEndpoint $EchoEndpoint -Credential ([pscredential]::new('c', $disposed)) }
Test-NothingSent 'a disposed password of a file' 'for CertificatePassword has been disposed of' { Get-PSOAuthToken @public -CertificatePath 'nowhere.pfx' -CertificatePassword $disposed }
Test-NothingSent 'a disposed parameter' 'for note has been disposed of' { Get-PSOAuthToken @client -AdditionalParameters @{ note = 'a', $disposed } }
$thrown = Get-Thrown 'a disposed refresh token' { Invoke-RefreshToken -AuthProviderUri $EchoEndpoint -ClientId 'c' -InputObject ([pscustomobject]@{ refresh_token = $disposed }) -EnableException }
Assert-Contains 'a disposed refresh token' 'for RefreshToken has been disposed of' $thrown
$response = [pscustomobject]@{ access_token = $disposed }
foreach ($block in { $response | Get-BearerToken }, { Get-RemainingMinutes $response }, { ConvertFrom-JsonWebToken $response }) {
    Test-NothingSent "$block" 'a secure string that has been disposed of' $block
}
$faulty = [Linq.Enumerable]::Select([int[]]@(1), [Func[int, string]] { throw $secret })
$Error.Clear()
$records = @(Get-PSOAuthToken @client -AdditionalParameters @{ note = $faulty } -ErrorAction Continue *>&1)
Assert-Equal 'an exception on the way' 'PSOAuth.Internal,Get-PSOAuthToken' @($records | ForEach-Object { $_.FullyQualifiedErrorId })
Assert-NoSecret 'an exception on the way' $secret ($records + $Error.ToArray())
$thrown = Get-Thrown 'two credentials' { Get-PSOAuthToken @client -ClientAssertion 'a.b.c' }
Assert-Match 'two credentials, id' '^AmbiguousParameterSet,' $thrown.FullyQualifiedErrorId
$thrown = Get-Thrown 'a version that is none' { Get-PSOAuthToken @client -EntraVersion 3 }
Assert-Match 'a version that is none, id' '^ParameterArgumentValidationError,' $thrown.FullyQualifiedErrorId

# Secrets. The engine refuses a string for a secure string, and keeps the line; the value is in no message.
$thrown = Get-Thrown 'a string for a secure string' { $plain = $secret; Get-PSOAuthToken -TokenEndpoint $EchoEndpoint -ClientId 'c' -ClientSecret $plain }
Assert-Equal 'a string for a secure string, message' $false "$thrown".Contains($secret)
$make = "[Net.NetworkCredential]::new('', '$secret').SecurePassword"
$lines = @(
    "-ClientId 'c' -ClientSecret ($make)"
    "-Credential ([pscredential]::new('c', ($make)))"
    "-ClientId 'c' -ClientAssertion 'Zq7-unusual.secret.42'"
    "-ClientId 'c' -ClientSecret (`$secure) -AdditionalParameters @{ note = '$secret' }"
    "-ClientId 'c' -CertificatePath 'nowhere.pfx' -CertificatePassword ($make)"
)
foreach ($line in $lines) {
    $line = "Get-PSOAuthToken -TokenEndpoint '$EchoEndpoint' $line"
    foreach ($searched in $secret, 'Zq7-unusual.secret.42') {
        $Error.Clear()
        $streams = @(& ([scriptblock]::Create("$line -Verbose -ErrorAction Continue")) *>&1)
        Assert-Equal "$line, kinds of record" @('VerboseRecord', 'VerboseRecord', 'ErrorRecord') @($streams | ForEach-Object { $_.GetType().Name })
        Assert-NoSecret "$line, streams" $searched $streams
        Assert-NoSecret "$line, `$Error" $searched $Error.ToArray()
        $Error.Clear()
        $thrown = Get-Thrown "$line, thrown" ([scriptblock]::Create("$line -ErrorAction Stop"))
        Assert-NoSecret "$line, thrown" $searched $thrown
        Assert-NoSecret "$line, `$Error of what was thrown" $searched $Error.ToArray()
        Assert-Equal "$line, the command is still named" 'Get-PSOAuthToken' $thrown.InvocationInfo.Line
    }
}
Complete-Checks
