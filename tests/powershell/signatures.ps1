# The signatures of the commands that PSOAuthHelper 0.3.x had are still the same, and the manifest says what it must.
#
# -Module: the module's folder.
param([Parameter(Mandatory = $true)] [string] $Module)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/assert.ps1"

$manifest = Test-ModuleManifest -Path "$Module/PSOAuthHelper.psd1"
Assert-Equal 'GUID' 'c2de095c-331d-4568-833f-e70bedc8fa5e' $manifest.Guid
Assert-Equal 'PowerShellVersion' '5.1' $manifest.PowerShellVersion
Assert-Equal 'CompatiblePSEditions' 'Desktop', 'Core' $manifest.CompatiblePSEditions
Assert-Equal 'RequiredModules' 0 $manifest.RequiredModules.Count
Assert-Equal 'at least 0.3.0, as dependent modules ask' $true ($manifest.Version -ge [version]'0.3.0')

Import-Module $Module
$commands = @(
    'Get-BearerToken', 'Get-RemainingMinutes', 'Invoke-AzureResourceManagementGrant', 'Invoke-ClientCredentialsGrant'
    'Invoke-PasswordGrant', 'Invoke-RefreshToken', 'New-AuthorizationHeaderBearerToken'
)
$newCommands = @(
    'Clear-PSOAuthTokenCache', 'ConvertFrom-JsonWebToken', 'Get-PSOAuthOption', 'Get-PSOAuthToken', 'Reset-PSOAuthOption', 'Set-PSOAuthOption'
)
$loaded = Get-Module PSOAuthHelper
Assert-Equal 'exported functions' ($commands + $newCommands | Sort-Object) ($loaded.ExportedFunctions.Keys | Sort-Object)
Assert-Equal 'other exports' 0 ($loaded.ExportedAliases.Count + $loaded.ExportedVariables.Count + $loaded.ExportedCmdlets.Count)

# One line a parameter and set: name, type, aliases, mandatory, position, pipeline.
function Get-Signature([string] $Command) {
    $common = [Management.Automation.Cmdlet]::CommonParameters
    foreach ($set in (Get-Command $Command).ParameterSets) {
        "$($set.Name)$(if ($set.IsDefault) { ' default' })"
        foreach ($parameter in $set.Parameters | Where-Object { $common -notcontains $_.Name } | Sort-Object -Property Name) {
            $position = if ($parameter.Position -ge 0) { " at $($parameter.Position)" }
            "  $($parameter.Name) $($parameter.ParameterType.Name) [$($parameter.Aliases -join ',')]" +
            $(if ($parameter.IsMandatory) { ' mandatory' }) + $position +
            $(if ($parameter.ValueFromPipeline) { ' byvalue' }) + $(if ($parameter.ValueFromPipelineByPropertyName) { ' byname' })
        }
    }
}

$expected = @{
    'Invoke-ClientCredentialsGrant'       = @(
        'Default default'
        '  AuthProviderUri String [] mandatory', '  ClientId String [] mandatory', '  ClientSecret String [] mandatory'
        '  EnableException SwitchParameter []', '  Resource String [Uri,Url] mandatory', '  Scope String []'
        'v2'
        '  AuthEndpointV2 SwitchParameter [] mandatory', '  ClientId String [] mandatory', '  ClientSecret String [] mandatory'
        '  EnableException SwitchParameter []', '  Resource String [Uri,Url]', '  Scope String [] mandatory', '  TenantId String [Tenant] mandatory'
        'v1'
        '  AuthEndpointV1 SwitchParameter [] mandatory', '  ClientId String [] mandatory', '  ClientSecret String [] mandatory'
        '  EnableException SwitchParameter []', '  Resource String [Uri,Url] mandatory', '  Scope String []', '  TenantId String [Tenant] mandatory'
    )
    'Invoke-PasswordGrant'                = @(
        'Default default'
        '  AuthProviderUri String [] mandatory', '  ClientId String [] mandatory', '  EnableException SwitchParameter []'
        '  Password String [] mandatory', '  Resource String [Uri,Url] mandatory', '  Scope String []', '  Username String [] mandatory'
        'v2'
        '  AuthEndpointV2 SwitchParameter [] mandatory', '  ClientId String [] mandatory', '  EnableException SwitchParameter []'
        '  Password String [] mandatory', '  Resource String [Uri,Url]', '  Scope String [] mandatory', '  TenantId String [Tenant] mandatory'
        '  Username String [] mandatory'
        'v1'
        '  AuthEndpointV1 SwitchParameter [] mandatory', '  ClientId String [] mandatory', '  EnableException SwitchParameter []'
        '  Password String [] mandatory', '  Resource String [Uri,Url] mandatory', '  Scope String []', '  TenantId String [Tenant] mandatory'
        '  Username String [] mandatory'
    )
    'Invoke-RefreshToken'                 = @(
        'Simple default'
        '  AuthProviderUri String [] mandatory at 1 byname', '  ClientId String [] mandatory at 2 byname'
        '  EnableException SwitchParameter []', '  RefreshToken String [refresh_token,Token] mandatory at 3 byname'
        'Object'
        '  AuthProviderUri String [] mandatory at 1', '  ClientId String [] mandatory at 2', '  EnableException SwitchParameter []'
        '  InputObject PSObject [] at 3'
    )
    'Invoke-AzureResourceManagementGrant' = @(
        '__AllParameterSets'
        '  EnableException SwitchParameter []', '  Password String [] at 2', '  TenantName String [] mandatory at 0', '  Username String [] at 1'
    )
    'Get-BearerToken'                     = @('__AllParameterSets', '  InputObject PSObject [] mandatory at 1 byvalue', '  Raw SwitchParameter []')
    'Get-RemainingMinutes'                = @('__AllParameterSets', '  InputObject PSObject [] mandatory at 1')
    'New-AuthorizationHeaderBearerToken'  = @(
        '__AllParameterSets', '  BearerToken String [access_token] mandatory at 2 byname', '  URL String [URI] mandatory at 1'
    )
}
foreach ($command in $commands) {
    $actual = @(Get-Signature $command)
    for ($i = 0; $i -lt [Math]::Max($actual.Count, $expected[$command].Count); $i++) {
        Assert-Equal "$command, line $i" $expected[$command][$i] $actual[$i]
    }
}

Assert-Equal 'Get-BearerToken gives' 'System.String' (Get-Command Get-BearerToken).OutputType.Name
Assert-Equal 'Get-RemainingMinutes gives' 'System.Int32' (Get-Command Get-RemainingMinutes).OutputType.Name
Assert-Equal 'New-AuthorizationHeaderBearerToken gives' 'System.Collections.Hashtable' (Get-Command New-AuthorizationHeaderBearerToken).OutputType.Name
Complete-Checks
