@{
    ModuleVersion = '1.0.0'
    GUID = '0c9a3f52-98a1-4d7b-8a52-5b1f5e6f4c01'
    Author = 'fleetscan'
    Description = 'Carries the role capability FleetScan: one function that reads, for a constrained PowerShell endpoint.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @()
    CmdletsToExport = @()
    AliasesToExport = @()
}
