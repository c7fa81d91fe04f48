# A 32-bit PowerShell is told that it needs to be another. This one is 64-bit: the module sees a size of pointers that is not its own.
#
# -Module: the module's folder.
param([Parameter(Mandatory = $true)] [string] $Module)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"

class ThirtyTwoBitPointer { static [int] $Size = 4 }
[psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators')::Add('IntPtr', [ThirtyTwoBitPointer])
Import-Module $Module
$thrown = Get-Thrown 'a 32-bit host' { Invoke-ClientCredentialsGrant -AuthProviderUri 'x' -Resource 'r' -ClientId 'c' -ClientSecret 's' -EnableException }
Assert-Match 'id' '^PSOAuth\.UnsupportedPlatform,' $thrown.FullyQualifiedErrorId
Assert-Contains 'message' '64-bit PowerShell' $thrown.Exception.Message
Complete-Checks
