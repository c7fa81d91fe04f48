# Looks for secrets in what commands leave behind, for the scripts beside this one, which dot-source it after assert.ps1.

# All text in an object and in what hangs on it.
function Get-AllText([object] $Object, [int] $Depth = 7) {
    if ($null -eq $Object -or $Depth -eq 0) { return }
    "$Object"
    if ($Object -is [string] -or $Object -is [ValueType] -or $Object -is [type]) { return }
    # What describes the command, and not this call of it: the module with all that it holds.
    if ($Object -is [Management.Automation.CommandInfo] -or $Object -is [Management.Automation.PSModuleInfo] -or $Object -is [Reflection.MemberInfo]) { return }
    if ($Object -is [Collections.IDictionary]) {
        foreach ($key in $Object.Keys) { Get-AllText $key ($Depth - 1); Get-AllText $Object[$key] ($Depth - 1) }
        return
    }
    if ($Object -is [Collections.IEnumerable]) {
        foreach ($item in $Object) { Get-AllText $item ($Depth - 1) }
        return
    }
    foreach ($property in $Object.PSObject.Properties) {
        try { $value = $property.Value } catch { $value = $null; $Error.RemoveAt(0) }
        Get-AllText $value ($Depth - 1)
    }
}

function Assert-NoSecret([string] $What, [string] $Secret, [object] $Object) {
    $text = (Get-AllText $Object) -join "`n"
    Assert-Match "$What, there is text to search" '\S' $text
    $forms = $Secret, [Uri]::EscapeDataString($Secret), [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Secret))
    foreach ($form in $forms) {
        $at = $text.IndexOf($form)
        $found = if ($at -ge 0) { $text.Substring([Math]::Max(0, $at - 60), [Math]::Min(120, $text.Length - [Math]::Max(0, $at - 60))) }
        Assert-Equal "$What, finds of '$form'" $null $found
    }
}
