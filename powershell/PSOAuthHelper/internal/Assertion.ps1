# Assertions (RFC 7523) that a certificate's own key signs inside .NET, which it need not leave.

# Sends a request that a certificate authenticates; gives what Send-TokenRequest gives.
#
# The token cache of the library knows a client by its assertion. With the cache on, the assertion that brought a token is
# therefore given again for as long as the cache answers with that token, and none is signed. Should the cache have lost
# the token meanwhile, the server gets to see that assertion a second time, and may refuse it: then a new one is signed.
# -Certificate, -Algorithm, -KeyId: what signs, how ('' leaves it to the key), and the kid of the assertion.
# The others: as Send-TokenRequest takes them.
function Send-CertificateRequest {
    param(
        [Management.Automation.PSCmdlet] $Cmdlet,
        [hashtable] $Texts,
        [int] $EntraVersion,
        [Collections.IDictionary] $Parameters,
        [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,
        [string] $Algorithm,
        [string] $KeyId
    )

    $cached = $script:optionNumbers.ContainsKey('TokenCache')
    $audience = Get-EndpointAddress $Texts $EntraVersion
    $uri = $null
    if ([Uri]::TryCreate($audience, 'Absolute', [ref] $uri) -and -not $Texts['Issuer']) { $audience = $uri.AbsoluteUri }
    if ($cached) {
        $inputs = @($Certificate.Thumbprint, $Algorithm, $KeyId, $audience, $Texts['ClientId'], $Texts['Resource'], $Texts['Scope'])
        foreach ($name in $Parameters.Keys) { $inputs += $name; $inputs += $Parameters[$name] }
        # No text of a request has a NUL in it.
        $key = $inputs -join "`0"
        $kept = $script:assertions[$key]
        if ($kept -and [DateTime]::UtcNow -lt $kept.Until) {
            $Texts['ClientAssertion'] = $kept.Assertion
            $answer = Send-TokenRequest $Cmdlet $Texts $EntraVersion @{} $Parameters
            if ($answer -isnot [Management.Automation.ErrorRecord] -or $answer.FullyQualifiedErrorId -notlike 'OAuth.*') { return $answer }
        }
        $script:assertions.Remove($key)
    }

    $assertion = New-ClientAssertion $Certificate $Algorithm $KeyId $Texts['ClientId'] $audience
    if ($assertion -is [Management.Automation.ErrorRecord]) { return $assertion }
    $Texts['ClientAssertion'] = $assertion
    $answer = Send-TokenRequest $Cmdlet $Texts $EntraVersion @{} $Parameters
    if ($cached) {
        $seconds = Get-CachedSeconds $answer
        if ($seconds -gt 0) {
            $now = [DateTime]::UtcNow
            foreach ($old in @($script:assertions.Keys)) { if ($script:assertions[$old].Until -lt $now) { $script:assertions.Remove($old) } }
            $script:assertions[$key] = @{ Assertion = $assertion; Until = $now.AddSeconds($seconds) }
        }
    }
    $answer
}

# Gives for how many seconds the token cache answers with a token that has just come; 0 where it is not known.
function Get-CachedSeconds {
    param([object] $Answer)

    $life = (Get-PropertyValue $Answer 'expires_in') -as [double]
    if (-not $life) { return 0 }
    $seconds = $life - [Math]::Min(300, $life / 10)
    $refreshIn = Get-PropertyValue $Answer 'refresh_in'
    if ($null -ne $refreshIn) { $seconds = [Math]::Min($seconds, $refreshIn -as [double]) }
    # The server and the library read their clocks a little earlier.
    [Math]::Min($seconds, 86400) - 1
}

# Signs an assertion for one request; gives it, or an error record.
# It is dated back by 30 s, in case this machine's clock is fast, and good for five minutes.
function New-ClientAssertion {
    param(
        [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate,
        [string] $Algorithm,
        [string] $KeyId,
        [string] $ClientId,
        [string] $Audience
    )

    $firstError = if ($global:Error.Count) { $global:Error[0] }
    $key = $null
    try {
        $key = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($Certificate)
        if (-not $key) { $key = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($Certificate) }
        $fitting = @(Get-KeyAlgorithm $key)
        if (-not $fitting) {
            return New-FailureRecord 'InvalidArgument' 'The certificate has no private key that can sign: an RSA key of 2,048 bits or more, or an EC key on P-256 or P-384.'
        }
        if (-not $Algorithm) { $Algorithm = $fitting[0] }
        if ($Algorithm -notin $fitting) {
            return New-FailureRecord 'InvalidArgument' "The key of the certificate does not sign as $Algorithm, but as $($fitting -join ' or ')."
        }
        $issued = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() - 30
        $header = [ordered]@{ alg = $Algorithm; typ = 'JWT' }
        if ($KeyId) { $header['kid'] = $KeyId }
        # Servers that know RS256 alone look a certificate up by its SHA-1.
        if ($Algorithm -eq 'RS256') { $header['x5t'] = ConvertTo-Base64Url $Certificate.GetCertHash() }
        $header['x5t#S256'] = ConvertTo-Base64Url (Get-Sha256 $Certificate.RawData)
        $claims = [ordered]@{
            iss = $ClientId; sub = $ClientId; aud = $Audience; jti = [guid]::NewGuid().ToString()
            iat = $issued; nbf = $issued; exp = $issued + 300
        }
        $parts = foreach ($part in $header, $claims) {
            ConvertTo-Base64Url ([Text.Encoding]::UTF8.GetBytes((Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $part -Compress)))
        }
        $content = $parts -join '.'
        "$content.$(ConvertTo-Base64Url (Get-Signature $key $Algorithm ([Text.Encoding]::ASCII.GetBytes($content))))"
    }
    catch {
        Undo-ErrorList $firstError
        $hint = if ($Algorithm -eq 'PS256') { ' Keys in the older kind of Windows store cannot sign as PS256: where the server takes RS256, ask for that.' }
        New-FailureRecord 'InvalidArgument' "The key of the certificate did not sign: $($_.Exception.GetBaseException().Message)$hint"
    }
    finally {
        if ($key) { $key.Dispose() }
    }
}

# Names the algorithms of a key, the preferred one first.
function Get-KeyAlgorithm {
    param([Security.Cryptography.AsymmetricAlgorithm] $Key)

    # PowerShell sees no getter where a class overrides the setter alone, as .NET's on OpenSSL do.
    if ($Key -is [Security.Cryptography.RSA] -and $Key.get_KeySize() -ge 2048) { 'PS256', 'RS256' }
    if ($Key -is [Security.Cryptography.ECDsa]) { switch ($Key.get_KeySize()) { 256 { 'ES256' } 384 { 'ES384' } } }
}

# Signs bytes as JOSE wants it (RFC 7518): of ECDSA that is r and s one after the other, which is what .NET gives.
function Get-Signature {
    param([Security.Cryptography.AsymmetricAlgorithm] $Key, [string] $Algorithm, [byte[]] $Content)

    $hash = [Security.Cryptography.HashAlgorithmName]
    $padding = [Security.Cryptography.RSASignaturePadding]
    $signature = switch ($Algorithm) {
        'PS256' { , $Key.SignData($Content, $hash::SHA256, $padding::Pss) }
        'RS256' { , $Key.SignData($Content, $hash::SHA256, $padding::Pkcs1) }
        'ES256' { , $Key.SignData($Content, $hash::SHA256) }
        'ES384' { , $Key.SignData($Content, $hash::SHA384) }
    }
    , $signature
}

function Get-Sha256 {
    param([byte[]] $Content)

    $sha256 = [Security.Cryptography.SHA256]::Create()
    try { , $sha256.ComputeHash($Content) } finally { $sha256.Dispose() }
}

function ConvertTo-Base64Url {
    param([byte[]] $Content)

    [Convert]::ToBase64String($Content).TrimEnd('=').Replace('+', '-').Replace('/', '_')
}
