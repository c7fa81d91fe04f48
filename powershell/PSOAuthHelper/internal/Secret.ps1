# Secure strings, and what is made of them.

# Gives a secure string as UTF-8, which the caller clears; no string is made on the way.
function Get-SecretBytes {
    param([securestring] $Secret)

    $characters = [char[]]::new($Secret.Length)
    $address = [Runtime.InteropServices.Marshal]::SecureStringToGlobalAllocUnicode($Secret)
    try {
        [Runtime.InteropServices.Marshal]::Copy($address, $characters, 0, $characters.Length)
        $bytes = [Text.Encoding]::UTF8.GetBytes($characters)
    }
    finally {
        [Runtime.InteropServices.Marshal]::ZeroFreeGlobalAllocUnicode($address)
        [Array]::Clear($characters, 0, $characters.Length)
    }
    , $bytes
}

# Gives a token as a string, whether it is one or a secure string; an error record where that can no longer be read.
function Get-TokenText {
    param([object] $Token)

    if ($Token -isnot [securestring]) { return $Token }
    $firstError = if ($global:Error.Count) { $global:Error[0] }
    try { [Net.NetworkCredential]::new('', $Token).Password }
    catch {
        Undo-ErrorList $firstError
        New-FailureRecord 'InvalidArgument' 'The token is a secure string that has been disposed of.'
    }
}

# Makes the server's answer the output of Get-PSOAuthToken: a type name, and a default view without the tokens.
# -AsSecureString: puts secure strings in place of the tokens.
function ConvertTo-Token {
    param([object] $Answer, [switch] $AsSecureString)

    $properties = $Answer.PSObject.Properties
    if ($AsSecureString) {
        foreach ($name in 'access_token', 'refresh_token', 'id_token') {
            $property = $properties[$name]
            if ($property -and $property.Value -is [string]) {
                $property.Value = [Net.NetworkCredential]::new('', $property.Value).SecurePassword
            }
        }
    }
    # Named one by one: what else a server sends may be secret.
    $shown = foreach ($name in 'token_type', 'expires_in', 'expires_on', 'refresh_in', 'resource', 'scope') {
        if ($properties[$name]) { $name }
    }
    if (-not $shown) { $shown = 'token_type' }
    $view = [Management.Automation.PSPropertySet]::new('DefaultDisplayPropertySet', [string[]]$shown)
    $members = $Answer.PSObject.Members
    $members.Add([Management.Automation.PSMemberSet]::new('PSStandardMembers', [Management.Automation.PSMemberInfo[]]@($view)))
    # "$token" and a table that has the object in a cell show this. Made of text, the block belongs to no runspace, and
    # runs in whichever has the token then.
    if (-not $script:tokenText) { $script:tokenText = [scriptblock]::Create("'PSOAuthHelper.Token'") }
    $members.Add([Management.Automation.PSScriptMethod]::new('ToString', $script:tokenText))
    $Answer.PSObject.TypeNames.Insert(0, 'PSOAuthHelper.Token')
    $Answer
}
