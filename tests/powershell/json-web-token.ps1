# ConvertFrom-JsonWebToken reads what is there, and says that it verifies nothing.
#
# -Module: the module's folder.
param([Parameter(Mandatory = $true)] [string] $Module)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"
. "$PSScriptRoot/search.ps1"
Import-Module $Module

function ConvertTo-Part([string] $Json) {
    [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Json)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
}
function New-Token([string] $Claims, [string] $Header = '{"alg":"RS256","typ":"JWT","kid":"k"}') { "$(ConvertTo-Part $Header).$(ConvertTo-Part $Claims).c2ln" }

$name = "Adele $([char]0xE9)$([char]::ConvertFromUtf32(0x1F642))>?"
$token = New-Token ('{"iss":"https://login.example","name":"' + $name + '","roles":["a","b"],"iat":1700000000,"nbf":1700000000.5,"exp":253402300799}')
$read = ConvertFrom-JsonWebToken $token
Assert-Equal 'type name' 'PSOAuthHelper.JsonWebToken' $read.PSObject.TypeNames[0]
Assert-Equal 'properties' 'Header Claims IssuedAt NotBefore ExpiresOn IsVerified' (@($read.PSObject.Properties.Name) -join ' ')
Assert-Equal 'header' 'RS256 JWT k' "$($read.Header.alg) $($read.Header.typ) $($read.Header.kid)"
Assert-Equal 'claims' "https://login.example a,b $name" "$($read.Claims.iss) $($read.Claims.roles -join ',') $($read.Claims.name)"
Assert-Equal 'times are DateTimeOffset' 'DateTimeOffset' $read.IssuedAt.GetType().Name
Assert-Equal 'IssuedAt' '2023-11-14T22:13:20.0000000+00:00' $read.IssuedAt.ToString('o')
Assert-Equal 'NotBefore, with a fraction' '2023-11-14T22:13:20.5000000+00:00' $read.NotBefore.ToString('o')
Assert-Equal 'ExpiresOn, the last second that .NET knows' '9999-12-31T23:59:59.0000000+00:00' $read.ExpiresOn.ToString('o')
Assert-Equal 'nothing is verified' 'False' $read.IsVerified
Assert-Contains 'and the help says so' 'Nothing is verified' (Get-Help ConvertFrom-JsonWebToken).description.Text

foreach ($claims in '{}', '{"exp":"soon"}', '{"exp":null}', '{"exp":-1}', '{"exp":253402300800}', '{"exp":1e300}') {
    $Error.Clear()
    Assert-Equal "no time in $claims" $null (ConvertFrom-JsonWebToken (New-Token $claims)).ExpiresOn
    Assert-Equal "no error about $claims" 0 $Error.Count
}

# All forms that a token comes in.
$secure = [Net.NetworkCredential]::new('', $token).SecurePassword
foreach ($form in @("Bearer $token", $secure, " $token`n", [pscustomobject]@{ access_token = $token }, @{ access_token = $token }, [pscustomobject]@{ access_token = $secure })) {
    Assert-Equal "by the pipeline: $($form.GetType().Name)" 'https://login.example' ($form | ConvertFrom-JsonWebToken).Claims.iss
}
Assert-Equal 'several' 2 @($token, $token | ConvertFrom-JsonWebToken).Count

$soon = [Net.NetworkCredential]::new('', (New-Token "{`"exp`":$([DateTimeOffset]::UtcNow.ToUnixTimeSeconds() + 3600)}")).SecurePassword
Assert-Equal 'Get-RemainingMinutes of a secure string' 60 (Get-RemainingMinutes ([pscustomobject]@{ access_token = $soon }))

# What is none.
$part = ConvertTo-Part '{}'
foreach ($other in 'Zq7-opaque-secret', "$part.$part", "$part.Zq7-opaque-secret.$part", "Zq7+opaque/secret.$part.$part", "$part.$part.$part.Zq7-opaque-secret.$part", "$(ConvertTo-Part '[1').$part.Zq7-opaque-secret", "$(ConvertTo-Part '"text"').$part.Zq7-opaque-secret", ([pscustomobject]@{ error = 'x' })) {
    $Error.Clear()
    $records = @(ConvertFrom-JsonWebToken $other -ErrorAction Continue 2>&1)
    Assert-Equal "$other, id" 'PSOAuth.NotJsonWebToken,ConvertFrom-JsonWebToken' @($records | ForEach-Object { $_.FullyQualifiedErrorId })
    Assert-Equal "$other, `$Error" 1 $Error.Count
    Assert-NoSecret "$other, record" 'opaque' $Error.ToArray()
}
Assert-Contains 'an encrypted token' 'encrypted' (Get-Thrown 'an encrypted token' { ConvertFrom-JsonWebToken 'a.b.c.d.e' })
Complete-Checks
