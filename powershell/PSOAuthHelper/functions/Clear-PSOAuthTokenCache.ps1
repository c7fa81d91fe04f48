function Clear-PSOAuthTokenCache {
    <#
    .SYNOPSIS
    Empty the token cache

    .DESCRIPTION
    Remove all tokens from the token cache of this process, in which all its runspaces keep theirs, and overwrite them
    Set-PSOAuthOption -TokenCache turns the cache on. It is in memory alone, and holds at most 1,000 tokens

    .EXAMPLE
    Clear-PSOAuthTokenCache

    This will let the next call ask the server for a token.

    .LINK
    Set-PSOAuthOption

    .LINK
    Get-PSOAuthToken
    #>
    [CmdletBinding()]
    param ()

    $tokenCacheOption = 8
    $clear = 2
    $script:assertions = @{}
    if (-not $script:native) {
        Connect-NativeLibrary $PSCmdlet
        if (-not $script:native) { return }
    }
    $native = $script:native
    $request = [IntPtr]::Zero
    $call = [IntPtr[]]::new(1)
    try {
        $request = $native::psoauth_request_new()
        $null = $native::psoauth_request_set_number($request, $tokenCacheOption, $clear)
        $null = $native::psoauth_call_start($request, $call)
        $status = $native::psoauth_call_wait($call[0], -1)
        if ($status -ne 0) { Write-Failure $PSCmdlet (Get-CallFailure $native $call[0] $status) }
    }
    finally {
        $native::psoauth_call_free($call[0])
        $native::psoauth_request_free($request)
    }
}
