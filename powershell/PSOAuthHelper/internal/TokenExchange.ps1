# One exchange with a token endpoint, through the native library. Numbers are those of include/psoauthhelper.h.

$script:requestFields = @{
    TokenEndpoint = 1; Tenant = 2; ClientId = 3; ClientSecret = 4; Resource = 5; Scope = 6; GrantType = 7; Username = 8
    Password = 9; RefreshToken = 10; AuthorityHost = 11; Issuer = 12; ClientAssertion = 13; ClientAssertionPath = 14
    CertificatePath = 15; CertificatePassword = 16; PrivateKeyPath = 17; KeyId = 18; SigningAlgorithm = 19
    IdentityObjectId = 20; IdentityResourceId = 21; Proxy = 22; ProxyUsername = 23; ProxyPassword = 24
    CertificateAuthorityPath = 25; UserAgent = 26
}
$script:requestOptions = @{
    EntraVersion = 1; TimeoutMs = 2; ConnectTimeoutMs = 3; ClientAuthentication = 4; MaxRetries = 5; AllowHttp = 6
    WaitWhenThrottled = 7; TokenCache = 8; ManagedIdentity = 9; MutualTls = 10
}
$script:callFields = @{
    Body = 5; ErrorMessage = 6; OAuthError = 7; OAuthErrorDescription = 8; CorrelationId = 10; TraceId = 11; ErrorCodes = 12
}

# Sends a request and gives the server's answer as an object. A failure is reported through the command.
# -Cmdlet: the public command that is running.
# -Texts, -EntraVersion: the request, as Send-TokenRequest takes it.
function Invoke-TokenExchange {
    param([Management.Automation.PSCmdlet] $Cmdlet, [hashtable] $Texts, [int] $EntraVersion)

    $answer = Send-TokenRequest $Cmdlet $Texts $EntraVersion @{} @{}
    if ($answer -isnot [Management.Automation.ErrorRecord]) { return $answer }
    Write-Failure $Cmdlet $answer
}

# Sends a request, with the session's options, and gives the server's answer as an object, or an error record. A library
# that cannot be used is reported through the command, and gives nothing. What cannot be sent whole is not sent.
# -Cmdlet: the public command that is running.
# -Texts: the request's texts by the names of $requestFields, as strings or secure strings; empty ones are left out.
# -EntraVersion: which Entra endpoint the tenant means, 1 or 2; 0 where the texts name no tenant.
# -Numbers: the request's numbers by the names of $requestOptions, over those of the session.
# -Parameters: parameters that have no field, each a text or several, as strings or secure strings.
function Send-TokenRequest {
    param(
        [Management.Automation.PSCmdlet] $Cmdlet,
        [hashtable] $Texts,
        [int] $EntraVersion,
        [hashtable] $Numbers,
        [Collections.IDictionary] $Parameters
    )

    if (-not $script:native) {
        Connect-NativeLibrary $Cmdlet
        if (-not $script:native) { return }
    }
    $native = $script:native
    $fields = $script:requestFields
    $options = $script:requestOptions
    if (-not $Cmdlet.MyInvocation.BoundParameters.ContainsKey('Verbose')) { $VerbosePreference = Get-CallerPreference $Cmdlet 'VerbosePreference' }
    $verbose = $VerbosePreference -notin 'SilentlyContinue', 'Ignore'
    if ($verbose) { Write-CommandVerbose $Cmdlet "Asking $(Get-EndpointText $Texts $EntraVersion) for a token, grant $($Texts['GrantType'])." }

    $ok = 0
    $pending = 1

    $failure = $outcome = $null
    $request = [IntPtr]::Zero
    $call = [IntPtr[]]::new(1)
    $firstError = if ($global:Error.Count) { $global:Error[0] }
    try {
        $request = $native::psoauth_request_new()
        foreach ($source in $Texts, $script:optionTexts) {
            foreach ($name in $source.Keys) {
                $text = $source[$name]
                # An authority host is that of a tenant.
                if (-not $text -or ($name -eq 'AuthorityHost' -and -not $Texts['Tenant'])) { continue }
                if ($text -is [securestring]) { $bytes = Get-SecretBytes $text }
                elseif ($text -isnot [string]) {
                    $failure = New-FailureRecord 'InvalidArgument' "The $name is neither a text nor a secure string."
                    continue
                }
                # What PowerShell makes of a secure string where a text is wanted.
                elseif ($text -eq 'System.Security.SecureString') {
                    $failure = New-FailureRecord 'InvalidArgument' "The $name is a secure string where a text is wanted. Give the text, or use Get-PSOAuthToken, whose ClientSecret and Credential are secure."
                    continue
                }
                else { $bytes = [Text.Encoding]::UTF8.GetBytes($text) }
                if ($name -eq 'ClientSecret' -and -not $bytes.Length) { $failure = New-FailureRecord 'InvalidArgument' 'The client secret is empty.' }
                $status = $native::psoauth_request_set_text($request, $fields[$name], $bytes, $bytes.Length)
                [Array]::Clear($bytes, 0, $bytes.Length)
                if ($status -ne $ok) { $failure = New-FailureRecord 'InvalidArgument' "The value of $name cannot be sent: text must not contain a NUL character." }
            }
        }
        foreach ($name in $Parameters.Keys) {
            if (-not (Add-RequestParameter $native $request $name $Parameters[$name])) {
                $failure = New-FailureRecord 'InvalidArgument' "The additional parameter '$name' cannot be sent: its name is blank or one that the command itself sends, or its value is no text."
            }
        }
        if (-not $failure) {
            foreach ($source in $script:optionNumbers, $Numbers) {
                foreach ($name in $source.Keys) {
                    # How a secret is sent says nothing to a client that has none.
                    if ($name -eq 'ClientAuthentication' -and -not $Texts['ClientSecret']) { continue }
                    $null = $native::psoauth_request_set_number($request, $options[$name], $source[$name])
                }
            }
            if ($EntraVersion) { $null = $native::psoauth_request_set_number($request, $options['EntraVersion'], $EntraVersion) }
            $null = $native::psoauth_call_start($request, $call)
            # The first use of JSON takes longer than all else here: it is had while the server works.
            if (-not $script:jsonReady) { $null = ConvertFrom-TokenJson '{}'; $script:jsonReady = $true }
            # At Ctrl+C the engine stops between two turns and still runs what is under finally.
            do { $status = $native::psoauth_call_wait($call[0], 100) } while ($status -eq $pending)

            if ($verbose) { $outcome = Get-OutcomeText $native $call[0] }
            if ($status -eq $ok) { $json = Read-CallText $native $call[0] 'Body' }
            else { $failure = Get-CallFailure $native $call[0] $status }
        }
    }
    catch {
        Undo-ErrorList $firstError
        # Of another exception than this the text may quote what it is about.
        $type = $_.Exception.GetBaseException().GetType()
        $failure = if ($type -eq [ObjectDisposedException]) { New-FailureRecord 'InvalidArgument' "The secure string for $name has been disposed of." }
        else { New-FailureRecord 'Internal' "The request for a token ended in an exception of .NET: $($type.FullName)." }
    }
    finally {
        # Freeing a call that still runs cancels it.
        $native::psoauth_call_free($call[0])
        $native::psoauth_request_free($request)
    }

    if ($outcome) { Write-CommandVerbose $Cmdlet $outcome }
    if ($failure) { return $failure }
    $answer = ConvertFrom-TokenJson $json
    if ($null -ne $answer) { return $answer }
    if ($null -eq (ConvertFrom-TokenJson '{}')) {
        return New-FailureRecord 'Internal' 'The server sent a token, but ConvertFrom-Json of Microsoft.PowerShell.Utility, which has to read it, cannot be used in this session.'
    }
    New-FailureRecord 'BadResponse' 'The server sent a token in JSON that this PowerShell cannot make an object of.'
}

# Adds a parameter to a request, once for each of its values; those that are empty are left out, as RFC 6749 has it. Gives
# whether all could be added.
function Add-RequestParameter {
    param([type] $Native, [IntPtr] $Request, [string] $Name, [object] $Value)

    if ([string]::IsNullOrWhiteSpace($Name)) { return $false }
    $nameBytes = [Text.Encoding]::UTF8.GetBytes($Name)
    $added = $true
    foreach ($item in $Value) {
        if ($item -is [securestring]) { $bytes = Get-SecretBytes $item }
        # As JSON writes it.
        elseif ($item -is [bool]) { $bytes = [Text.Encoding]::UTF8.GetBytes("$item".ToLowerInvariant()) }
        elseif ($item -is [string] -or $item -is [ValueType]) { $bytes = [Text.Encoding]::UTF8.GetBytes([string]$item) }
        else { return $false }
        $status = $Native::psoauth_request_add_parameter($Request, $nameBytes, $nameBytes.Length, $bytes, $bytes.Length)
        [Array]::Clear($bytes, 0, $bytes.Length)
        if ($status -ne 0) { $added = $false }
    }
    $added
}

# Reads a text of a call; nothing where it is absent.
function Read-CallText {
    param([type] $Native, [IntPtr] $Call, [string] $Name)

    $length = [IntPtr[]]::new(1)
    $address = $Native::psoauth_call_text($Call, $script:callFields[$Name], $length)
    if ($address -eq [IntPtr]::Zero) { return }
    $bytes = [byte[]]::new($length[0])
    [Runtime.InteropServices.Marshal]::Copy($address, $bytes, 0, $bytes.Length)
    [Text.Encoding]::UTF8.GetString($bytes)
    [Array]::Clear($bytes, 0, $bytes.Length)
}

# Reads a number of a call; nothing where it is not known.
function Read-CallNumber {
    param([type] $Native, [IntPtr] $Call, [string] $Name)

    $metrics = @{ HttpStatus = 1; RetryAfterSeconds = 4; ElapsedMs = 6; FromCache = 7 }
    $number = $Native::psoauth_call_number($Call, $metrics[$Name])
    if ($number -ge 0) { $number }
}

# Makes the error record of a failed call.
function Get-CallFailure {
    param([type] $Native, [IntPtr] $Call, [int] $Status)

    $kinds = @{
        2 = 'Cancelled'; 10 = 'InvalidArgument'; 20 = 'TimedOut'; 21 = 'Network'; 22 = 'Tls'; 23 = 'BadResponse'
        24 = 'Redirected'; 30 = 'OAuth'; 31 = 'Throttled'; 90 = 'Internal'
    }
    $kind = $kinds[$Status]
    if (-not $kind) { $kind = 'Internal' }
    $message = Read-CallText $Native $Call 'ErrorMessage'
    if (-not $message) { $message = "The request for a token failed: $kind." }
    $message = $message.Replace('name its PEM file in the request', 'give its PEM file to Set-PSOAuthOption -CertificateAuthorityPath')
    $details = @{
        Error            = Read-CallText $Native $Call 'OAuthError'
        ErrorDescription = Read-CallText $Native $Call 'OAuthErrorDescription'
        ErrorCodes       = [long[]]@((Read-CallText $Native $Call 'ErrorCodes') -split ',' -ne '')
        HttpStatus       = Read-CallNumber $Native $Call 'HttpStatus'
        RetryAfter       = Read-CallNumber $Native $Call 'RetryAfterSeconds'
        CorrelationId    = Read-CallText $Native $Call 'CorrelationId'
        TraceId          = Read-CallText $Native $Call 'TraceId'
    }
    $id = if ($kind -eq 'OAuth') { "OAuth.$($details['Error'])" } else { "PSOAuth.$kind" }
    New-FailureRecord $kind $message $id $details
}

# Gives the address of the token endpoint that a request goes to, or of the issuer who names it; nothing where it has
# neither.
function Get-EndpointAddress {
    param([hashtable] $Texts, [int] $EntraVersion)

    if (-not $Texts['Tenant']) { return $(if ($Texts['Issuer']) { $Texts['Issuer'] } else { $Texts['TokenEndpoint'] }) }
    $authority = $script:optionTexts['AuthorityHost']
    if (-not $authority) { $authority = 'login.microsoftonline.com' }
    if ($authority -notmatch '://') { $authority = "https://$authority" }
    $path = if ($EntraVersion -eq 1) { 'oauth2/token' } else { 'oauth2/v2.0/token' }
    "$($authority.TrimEnd('/'))/$($Texts['Tenant'])/$path"
}

# Describes for -Verbose where a request goes: without query, user info and fragment.
function Get-EndpointText {
    param([hashtable] $Texts, [int] $EntraVersion)

    $address = Get-EndpointAddress $Texts $EntraVersion
    if (-not $address) { return 'the managed identity' }
    $uri = $null
    if ([Uri]::TryCreate($address, 'Absolute', [ref] $uri)) { return "$($uri.Scheme)://$($uri.Authority)$($uri.AbsolutePath)" }
    'an address that is not absolute'
}

# Describes for -Verbose how a call ended.
function Get-OutcomeText {
    param([type] $Native, [IntPtr] $Call)

    if (Read-CallNumber $Native $Call 'FromCache') { return 'Answered from the token cache.' }
    $http = Read-CallNumber $Native $Call 'HttpStatus'
    $elapsed = Read-CallNumber $Native $Call 'ElapsedMs'
    if ($null -eq $http) { return "No answer after $elapsed ms." }
    "Answered with HTTP status $http after $elapsed ms."
}
