# What Windows PowerShell 5.1 has, of what the module may use: no reference assembly of it can be had here. net-framework.ps1
# dot-sources this. Look in the reference (PowerShell Standard 5.1, and the pages of 5.1's commands) before you add to it.

# Types: properties by their names, methods with the number of their arguments.
$automation = @{
    'System.Management.Automation.PSCmdlet'                = 'MyInvocation', 'ParameterSetName', 'SessionState', 'ThrowTerminatingError/1', 'WriteError/1', 'WriteVerbose/1', 'WriteWarning/1', 'ShouldProcess/1'
    'System.Management.Automation.InvocationInfo'          = 'BoundParameters', 'DisplayScriptPosition', 'MyCommand', 'ScriptName', 'ScriptLineNumber'
    'System.Management.Automation.ErrorRecord'             = 'new/4', 'CategoryInfo', 'Exception', 'FullyQualifiedErrorId', 'TargetObject'
    'System.Management.Automation.ErrorCategoryInfo'       = , 'Activity'
    'System.Management.Automation.CommandInfo'             = 'Name', 'Parameters'
    'System.Management.Automation.PSCredential'            = 'UserName', 'Password', 'GetNetworkCredential/0'
    'System.Management.Automation.PSObject'                = 'Members', 'Properties', 'TypeNames'
    'System.Management.Automation.PSMemberInfo'            = 'Name', 'Value'
    'System.Management.Automation.PSPropertyInfo'          = 'Name', 'Value'
    'System.Management.Automation.PSPropertySet'           = , 'new/2'
    'System.Management.Automation.PSMemberSet'             = , 'new/2'
    'System.Management.Automation.PSScriptMethod'          = , 'new/2'
    'System.Management.Automation.ScriptBlock'             = , 'Create/1'
    'System.Management.Automation.EngineIntrinsics'        = , 'SessionState'
    'System.Management.Automation.SessionState'            = 'LanguageMode', 'Path', 'PSVariable'
    'System.Management.Automation.PathIntrinsics'          = , 'GetUnresolvedProviderPathFromPSPath/3'
    'System.Management.Automation.ProviderInfo'            = , 'Name'
    'System.Management.Automation.PSVariableIntrinsics'    = , 'GetValue/1'
    'System.Management.Automation.PSCustomObject'          = @()
    'System.Management.Automation.SwitchParameter'         = , 'IsPresent'
    'System.Management.Automation.Language.ScriptPosition' = , 'new/4'
    'System.Management.Automation.Language.ScriptExtent'   = , 'new/2'
    'System.Management.Automation.PSReference'             = , 'Value'
}

# Attributes: their named arguments.
$attributes = @{
    'CmdletBindingAttribute'          = 'ConfirmImpact', 'DefaultParameterSetName', 'HelpUri', 'PositionalBinding', 'SupportsPaging', 'SupportsShouldProcess'
    'ParameterAttribute'              = 'DontShow', 'HelpMessage', 'Mandatory', 'ParameterSetName', 'Position', 'ValueFromPipeline', 'ValueFromPipelineByPropertyName', 'ValueFromRemainingArguments'
    'AliasAttribute'                  = @()
    'OutputTypeAttribute'             = 'ParameterSetName', 'ProviderCmdlet'
    'ArgumentCompleterAttribute'      = @()
    'CredentialAttribute'             = @()
    'AllowNullAttribute'              = @()
    'AllowEmptyStringAttribute'       = @()
    'AllowEmptyCollectionAttribute'   = @()
    'ValidateCountAttribute'          = @()
    'ValidateLengthAttribute'         = @()
    'ValidateNotNullAttribute'        = @()
    'ValidateNotNullOrEmptyAttribute' = @()
    'ValidatePatternAttribute'        = , 'Options'
    'ValidateRangeAttribute'          = @()
    'ValidateScriptAttribute'         = @()
    'ValidateSetAttribute'            = , 'IgnoreCase'
}
foreach ($name in $attributes.Keys) { $automation["System.Management.Automation.$name"] = @() }

# Commands: their parameters.
$commands = @{
    'Microsoft.PowerShell.Security\Get-Credential'  = 'Credential', 'Message', 'UserName'
    'Microsoft.PowerShell.Utility\ConvertFrom-Json' = , 'InputObject'
    'Microsoft.PowerShell.Utility\ConvertTo-Json'   = 'Compress', 'Depth', 'InputObject'
}
$commonParameters = 'Confirm', 'Debug', 'ErrorAction', 'ErrorVariable', 'OutBuffer', 'OutVariable', 'PipelineVariable', 'Verbose', 'WarningAction', 'WarningVariable', 'WhatIf'

# Members that the engine gives every object, properties and methods.
$engineMembers = 'Count', 'Length', 'PSObject', 'ForEach', 'Where'
