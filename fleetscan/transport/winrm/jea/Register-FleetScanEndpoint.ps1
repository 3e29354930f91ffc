# Registers the constrained endpoint FleetScan on this server: members of one group may call Get-FleetScanFact, and
# nothing else. To be run once per server, as an administrator, in Windows PowerShell 5.1, from the folder in which the
# module folder FleetScan lies. Registering restarts WinRM. To undo it: Unregister-PSSessionConfiguration -Name FleetScan
param(
    # The group whose members may ask, for instance CORP\FleetScan-Readers.
    [Parameter(Mandatory = $true)][string]$Group
)

$ErrorActionPreference = 'Stop'
$modules = Join-Path -Path $env:ProgramFiles -ChildPath 'WindowsPowerShell\Modules'
$source = Join-Path -Path $PSScriptRoot -ChildPath 'FleetScan'
Copy-Item -Path $source -Destination $modules -Recurse -Force

$configuration = Join-Path -Path $modules -ChildPath 'FleetScan\FleetScan.pssc'
$settings = @{
    Path = $configuration
    SessionType = 'RestrictedRemoteServer'
    RunAsVirtualAccount = $true
    RoleDefinitions = @{ $Group = @{ RoleCapabilities = 'FleetScan' } }
    Description = 'Reads registry values, services, files and CIM classes for fleetscan.'
}
New-PSSessionConfigurationFile @settings
if (-not (Test-PSSessionConfigurationFile -Path $configuration)) { throw "$configuration is not valid." }
Register-PSSessionConfiguration -Name 'FleetScan' -Path $configuration -Force
