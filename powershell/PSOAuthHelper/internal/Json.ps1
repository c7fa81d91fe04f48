# Makes objects of JSON as Invoke-RestMethod does on the same engine; nothing when the engine cannot.
# The engine's own error may quote the text, which holds a token: it does not stay in $Error.
function ConvertFrom-TokenJson {
    param([string] $Json)

    $firstError = if ($global:Error.Count) { $global:Error[0] }
    try { Microsoft.PowerShell.Utility\ConvertFrom-Json -InputObject $Json -ErrorAction Stop }
    catch { Undo-ErrorList $firstError }
}

# Gives the value of a property, nothing where it is missing; also under Set-StrictMode.
function Get-PropertyValue {
    param([object] $InputObject, [string] $Name)

    if ($null -eq $InputObject) { return }
    if ($InputObject -is [Collections.IDictionary]) { return $InputObject[$Name] }
    $property = $InputObject.PSObject.Properties[$Name]
    if ($property) { $property.Value }
}

# Gives a part of a JSON Web Token as an object, unverified; nothing where the token is not one.
# -Index: 0 for the header, 1 for the claims.
function Read-TokenPart {
    param([string] $Token, [int] $Index)

    $parts = $Token.Split('.')
    if ($parts.Count -lt 2 -or $parts[$Index] -notmatch '^[A-Za-z0-9_-]+$' -or $parts[$Index].Length % 4 -eq 1) { return }
    $base64 = $parts[$Index].Replace('-', '+').Replace('_', '/')
    $base64 = $base64.PadRight([Math]::Ceiling($base64.Length / 4) * 4, '=')
    $part = ConvertFrom-TokenJson ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($base64)))
    if ($part -is [Management.Automation.PSCustomObject]) { $part }
}

# Gives a time of a JSON Web Token (RFC 7519: Unix seconds) as a DateTimeOffset; nothing where it is none.
function ConvertFrom-NumericDate {
    param([object] $Seconds)

    # .NET's times end with the year 9999.
    if ("$Seconds" -notmatch '^\d{1,12}(\.\d+)?$' -or [double]$Seconds -gt 253402300799) { return }
    [DateTimeOffset]::FromUnixTimeMilliseconds([long](1000 * [double]$Seconds))
}
