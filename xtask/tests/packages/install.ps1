# Installs the module's package from a folder of packages into a folder of modules, and writes 'installed'; without
# PSResourceGet it says so and does nothing.
param([string] $Packages, [string] $Modules)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command Save-PSResource -ErrorAction Ignore)) {
    'no PSResourceGet'
    return
}
Register-PSResourceRepository -Name PSOAuthHelperTest -Uri $Packages -Trusted
try { Save-PSResource -Name PSOAuthHelper -Repository PSOAuthHelperTest -Path $Modules }
finally { Unregister-PSResourceRepository -Name PSOAuthHelperTest }
'installed'
