# Failures: what kind each is, and how a command reports one without repeating a secret.

# Makes an error record.
# -Kind: what failed, as in the error id PSOAuth.<kind>.
# -ErrorId: where the kind alone does not say enough, as with OAuth.invalid_client.
# -Details: what is known of the exchange; the record's TargetObject has all of these names, for scripts.
function New-FailureRecord {
    param([string] $Kind, [string] $Message, [string] $ErrorId = "PSOAuth.$Kind", [hashtable] $Details = @{})

    $exception, $category = switch ($Kind) {
        'OAuth' { [Security.Authentication.AuthenticationException], 'AuthenticationError' }
        'Cancelled' { [OperationCanceledException], 'OperationStopped' }
        'InvalidArgument' { [ArgumentException], 'InvalidArgument' }
        'TimedOut' { [TimeoutException], 'OperationTimeout' }
        'Network' { [Net.WebException], 'ConnectionError' }
        'Tls' { [Security.Authentication.AuthenticationException], 'SecurityError' }
        'BadResponse' { [IO.InvalidDataException], 'InvalidData' }
        'Redirected' { [Net.WebException], 'ProtocolError' }
        'Throttled' { [Net.WebException], 'LimitsExceeded' }
        'LibraryNotFound' { [DllNotFoundException], 'ObjectNotFound' }
        'LibraryNotUsable' { [DllNotFoundException], 'InvalidOperation' }
        'UnsupportedPlatform' { [PlatformNotSupportedException], 'NotImplemented' }
        default { [InvalidOperationException], 'InvalidOperation' }
    }
    $codes = @(if ($Details['ErrorCodes']) { $Details['ErrorCodes'] })
    $target = [pscustomobject]@{
        Error            = $Details['Error']
        ErrorDescription = $Details['ErrorDescription']
        ErrorCodes       = $codes
        HttpStatus       = $Details['HttpStatus']
        RetryAfter       = $Details['RetryAfter']
        CorrelationId    = $Details['CorrelationId']
        TraceId          = $Details['TraceId']
    }
    [Management.Automation.ErrorRecord]::new($exception::new($Message), $ErrorId, $category, $target)
}

# Reports a failure of a public command. A command with -EnableException throws it, if that is given; otherwise there is
# one warning, and the record first in $Error with nothing written to the error stream, whatever -ErrorAction says.
# For any other command it is an error, about which -ErrorAction or the caller's $ErrorActionPreference decides.
function Write-Failure {
    param([Management.Automation.PSCmdlet] $Cmdlet, [Management.Automation.ErrorRecord] $Record)

    $invocation = $Cmdlet.MyInvocation
    if (-not $invocation.MyCommand.Parameters.ContainsKey('EnableException')) {
        Write-CommandError $Cmdlet $Record
        return
    }
    Hide-Secret $Cmdlet
    if ($invocation.BoundParameters['EnableException']) { $Cmdlet.ThrowTerminatingError($Record) }

    $Record.CategoryInfo.Activity = $invocation.MyCommand.Name
    # The engine lists it in $Error and in the variable of -ErrorVariable, with position and stack, and shows it nowhere.
    & {
        [CmdletBinding()] param($Record, $Position)
        $PSCmdlet.MyInvocation.DisplayScriptPosition = $Position
        $PSCmdlet.WriteError($Record)
    } $Record $invocation.DisplayScriptPosition -ErrorAction SilentlyContinue
    $WarningPreference = Get-CallerPreference $Cmdlet 'WarningPreference'
    $Cmdlet.WriteWarning($Record.Exception.Message)
}

# Writes a non-terminating error of a public command that has no -EnableException.
function Write-CommandError {
    param([Management.Automation.PSCmdlet] $Cmdlet, [Management.Automation.ErrorRecord] $Record)

    Hide-Secret $Cmdlet
    $ErrorActionPreference = Get-CallerPreference $Cmdlet 'ErrorActionPreference'
    $Cmdlet.WriteError($Record)
}

# Gives a preference of the script that calls a public command, where a module's functions see the global one alone. What
# the command is given itself, as -ErrorAction, goes before it.
function Get-CallerPreference {
    param([Management.Automation.PSCmdlet] $Cmdlet, [string] $Name)

    $Cmdlet.SessionState.PSVariable.GetValue($Name)
}

# Writes a verbose message of a public command.
function Write-CommandVerbose {
    param([Management.Automation.PSCmdlet] $Cmdlet, [string] $Message)

    Hide-Secret $Cmdlet
    $Cmdlet.WriteVerbose($Message)
}

# Takes what may be secret out of what the engine attaches to each error, warning and verbose record of a command: bound
# parameters other than switches, and the caller's line, of which script, line number and the command's name stay.
function Hide-Secret {
    param([Management.Automation.PSCmdlet] $Cmdlet)

    $invocation = $Cmdlet.MyInvocation
    $parameters = $invocation.BoundParameters
    foreach ($name in @($parameters.Keys)) {
        if ($parameters[$name] -isnot [switch]) { $null = $parameters.Remove($name) }
    }
    $script, $line, $command = $invocation.ScriptName, $invocation.ScriptLineNumber, $invocation.MyCommand.Name
    $start = [Management.Automation.Language.ScriptPosition]::new($script, $line, 1, $command)
    $end = [Management.Automation.Language.ScriptPosition]::new($script, $line, 1 + $command.Length, $command)
    $invocation.DisplayScriptPosition = [Management.Automation.Language.ScriptExtent]::new($start, $end)
}

# Takes out of $Error what came after an earlier first entry: errors that were handled, and whose text or parameters may
# hold a secret.
function Undo-ErrorList {
    param([object] $First)

    $errors = $global:Error
    while ($errors.Count -and -not [object]::ReferenceEquals($errors[0], $First)) { $errors.RemoveAt(0) }
}
