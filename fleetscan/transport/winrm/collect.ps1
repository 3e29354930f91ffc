# fleetscan-collect v1
# Reads what the request names and answers with one JSON string. Law: it reads, and nothing else; it needs Windows
# PowerShell 3.0 or later; every failure is inside the answer. The main part uses only what constrained language mode
# allows, so that there, too, an answer comes back in which every item says why it was not read.
param([string]$Request)

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$VerbosePreference = 'SilentlyContinue'
$DebugPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'

$started = [datetime]::UtcNow
$budget = 3600000
$hives = @{
    'HKLM' = 'LocalMachine'; 'HKEY_LOCAL_MACHINE' = 'LocalMachine'
    'HKU' = 'Users'; 'HKEY_USERS' = 'Users'
    'HKCR' = 'ClassesRoot'; 'HKEY_CLASSES_ROOT' = 'ClassesRoot'
    'HKCU' = 'CurrentUser'; 'HKEY_CURRENT_USER' = 'CurrentUser'
}

function Get-Elapsed {
    return [int]([datetime]::UtcNow - $started).TotalMilliseconds
}

function Test-Late {
    return (Get-Elapsed) -gt $budget
}

function Get-Late {
    return @{ s = 'error'; late = $true; m = 'The time for this collection was spent before this item was read.' }
}

function Get-SecondsLeft {
    $seconds = [int](($budget - (Get-Elapsed)) / 1000)
    if ($seconds -lt 1) { return 1 }
    return $seconds
}

# The innermost exception of an error record.
function Get-Cause {
    param($Record)
    $cause = $Record.Exception
    while ($null -ne $cause.InnerException) { $cause = $cause.InnerException }
    return $cause
}

function Get-Mistake {
    param([string]$Message)
    if ($Message.Length -gt 500) { $Message = $Message.Substring(0, 500) }
    return @{ s = 'error'; m = $Message }
}

# Denied or error; absence is never concluded from an exception here.
function Get-Refusal {
    param($Record)
    $cause = Get-Cause $Record
    $types = $cause.PSObject.TypeNames
    $answer = Get-Mistake "$($cause.Message)"
    $native = "$($cause.NativeErrorCode)"
    if ($types -contains 'System.UnauthorizedAccessException' -or $types -contains 'System.Security.SecurityException' -or
        $native -eq 'AccessDenied' -or $native -eq '5') {
        $answer.s = 'denied'
    }
    return $answer
}

function Test-NotFound {
    param($Record)
    $types = (Get-Cause $Record).PSObject.TypeNames
    return ($types -contains 'System.IO.FileNotFoundException' -or
        $types -contains 'System.IO.DirectoryNotFoundException' -or $types -contains 'System.IO.DriveNotFoundException')
}

# One registry value as the contract writes it: type and data.
function Get-Datum {
    param($Key, [string]$Name)
    $kind = "$($Key.GetValueKind($Name))"
    $data = $Key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
    switch ($kind) {
        'String' { return @{ t = 'REG_SZ'; d = [string]$data } }
        'ExpandString' { return @{ t = 'REG_EXPAND_SZ'; d = [string]$data } }
        'MultiString' { return @{ t = 'REG_MULTI_SZ'; d = [string[]]@($data) } }
        'DWord' { return @{ t = 'REG_DWORD'; d = [BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$data), 0) } }
        'QWord' { return @{ t = 'REG_QWORD'; d = [BitConverter]::ToUInt64([BitConverter]::GetBytes([long]$data), 0) } }
        'Binary' { return @{ t = 'REG_BINARY'; d = [BitConverter]::ToString([byte[]]$data).Replace('-', '') } }
        'None' { return @{ t = 'REG_NONE'; d = [BitConverter]::ToString([byte[]]$data).Replace('-', '') } }
    }
    throw "The value '$Name' has a registry type that is not read ($kind)."
}

# What is asked of an open key.
function Get-KeyAnswer {
    param($Key, $Item)
    if ($Item.list -eq 'subkeys') {
        return @{ s = 'ok'; d = [string[]]@($Key.GetSubKeyNames()) }
    }
    $names = [string[]]@($Key.GetValueNames())
    if ($Item.list -eq 'values') {
        $found = [ordered]@{}
        foreach ($name in $names) { $found[$name] = Get-Datum $Key $name }
        return @{ s = 'ok'; d = $found }
    }
    if ($names -notcontains [string]$Item.value) { return @{ s = 'absent' } }
    $answer = Get-Datum $Key ([string]$Item.value)
    $answer.s = 'ok'
    return $answer
}

# Whether a key that did not open is there all the same: OpenSubKey gives null for rarer errors, too, and absence is not
# to be concluded from those. Throws when a key above it may not be read, because then nobody can tell.
function Test-Listed {
    param($Base, [string]$Path)
    $key = $Base
    foreach ($name in ($Path -split '\\')) {
        if ($name -eq '') { continue }
        $next = $key.OpenSubKey($name)
        if ($null -eq $next) { return [string[]]@($key.GetSubKeyNames()) -contains $name }
        $key = $next
    }
    return $true
}

function Get-RegistryItem {
    param($Item)
    $hive, $path = ([string]$Item.key) -split '\\', 2
    if (-not $hives.ContainsKey($hive)) { return Get-Mistake "'$hive' is not a registry hive." }
    $view = 'Registry64'
    if ($Item.view -eq 32) { $view = 'Registry32' }
    $base = [Microsoft.Win32.RegistryKey]::OpenBaseKey($hives[$hive], $view)
    try {
        # A key that is not there gives null; one that may not be read throws.
        $key = $base.OpenSubKey([string]$path)
        if ($null -eq $key) {
            if (Test-Listed $base ([string]$path)) { return Get-Mistake 'The key is there, but it could not be opened.' }
            return @{ s = 'absent' }
        }
        try { return Get-KeyAnswer $key $Item } finally { $key.Close() }
    } finally { $base.Close() }
}

# The whole path that a file item means, as text, or the state of the registry value that it hangs on.
function Get-ItemPath {
    param($Item)
    $path = [Environment]::ExpandEnvironmentVariables([string]$Item.path)
    if ($null -ne $Item.base) {
        $base = Get-RegistryItem $Item.base
        if ($base.s -ne 'ok') { return $base }
        if ($base.d -isnot [string] -or $base.d -eq '') { return Get-Mistake 'The base of this file holds no directory.' }
        $directory = [Environment]::ExpandEnvironmentVariables($base.d)
        if ($path -eq '') { $path = $directory } else { $path = $directory.TrimEnd('\') + '\' + $path.TrimStart('\') }
    }
    # Shares would need a second logon, which a remote session does not have.
    if ($path -notmatch '^[A-Za-z]:\\') { return Get-Mistake "'$path' is not a path on a local disk." }
    return $path
}

function Get-FileVersion {
    param([string]$Path)
    $info = [Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
    if ($null -eq $info.FileVersion) {
        # The same silence stands for a file that may not be read: opening it tells.
        [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete').Close()
        return Get-Mistake 'The file has no version information.'
    }
    $version = "$($info.FileMajorPart).$($info.FileMinorPart).$($info.FileBuildPart).$($info.FilePrivatePart)"
    # .NET says 0.0.0.0 where the resource has no fixed part: that is a default, and no version.
    if ($version -eq '0.0.0.0') { return Get-Mistake 'The file has no version information.' }
    return @{ s = 'ok'; version = $version }
}

function Get-FileText {
    param([string]$Path, [int]$Limit)
    $stream = [IO.File]::Open($Path, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $cut = $stream.Length -gt $Limit
        $size = [int][Math]::Min($stream.Length, $Limit)
        $buffer = [Array]::CreateInstance([byte], $size)
        $read = 0
        while ($read -lt $size) {
            $count = $stream.Read($buffer, $read, $size - $read)
            if ($count -eq 0) { break }
            $read += $count
        }
    } finally { $stream.Close() }
    $encoding = [Text.Encoding]::UTF8
    $skip = 0
    if ($read -ge 3 -and $buffer[0] -eq 0xEF -and $buffer[1] -eq 0xBB -and $buffer[2] -eq 0xBF) { $skip = 3 }
    elseif ($read -ge 2 -and $buffer[0] -eq 0xFF -and $buffer[1] -eq 0xFE) { $skip = 2; $encoding = [Text.Encoding]::Unicode }
    elseif ($read -ge 2 -and $buffer[0] -eq 0xFE -and $buffer[1] -eq 0xFF) {
        $skip = 2
        $encoding = [Text.Encoding]::BigEndianUnicode
    }
    $text = $encoding.GetString($buffer, $skip, $read - $skip)
    if (-not $cut) { return @{ s = 'ok'; text = $text } }
    # A character that was cut in two is left out.
    return @{ s = 'ok'; text = $text.TrimEnd([char]0xFFFD); truncated = $true }
}

# Counts the matching files of a directory and remembers the newest.
function Get-Listing {
    param([string]$Path, [string]$Pattern, [string]$What)
    $expression = '^' + [regex]::Escape($Pattern).Replace('\*', '.*').Replace('\?', '.') + '$'
    $count = 0
    $newest = $null
    $seen = 0
    foreach ($file in ([IO.DirectoryInfo]$Path).EnumerateFiles()) {
        $seen += 1
        if ($seen % 256 -eq 0 -and (Test-Late)) { return Get-Late }
        if ($file.Name -notmatch $expression) { continue }
        $count += 1
        if ($null -eq $newest -or $file.LastWriteTimeUtc -gt $newest.LastWriteTimeUtc) { $newest = $file }
    }
    if ($What -eq 'count') { return @{ s = 'ok'; count = $count } }
    if ($null -eq $newest) { return @{ s = 'absent' } }
    $modified = $newest.LastWriteTimeUtc.ToString('s') + 'Z'
    return @{ s = 'ok'; name = $newest.Name; size = $newest.Length; modified = $modified }
}

function Get-FileItem {
    param($Item)
    $path = Get-ItemPath $Item
    if ($path -isnot [string]) { return $path }
    # Exists would say no to a file that may not be read; this throws, and says why.
    try { $attributes = [IO.File]::GetAttributes($path) } catch {
        if (Test-NotFound $_) { return @{ s = 'absent' } }
        throw
    }
    $directory = ($attributes -band [IO.FileAttributes]::Directory) -ne 0
    switch ([string]$Item.what) {
        'stat' {
            $size = 0
            if (-not $directory) { $size = ([IO.FileInfo]$path).Length }
            return @{ s = 'ok'; size = $size; modified = [IO.File]::GetLastWriteTimeUtc($path).ToString('s') + 'Z' }
        }
        { $_ -eq 'newest' -or $_ -eq 'count' } {
            if (-not $directory) { return Get-Mistake 'This is a file, not a directory.' }
            return Get-Listing $path ([string]$Item.pattern) $_
        }
        { $_ -eq 'version' -or $_ -eq 'text' } {
            if ($directory) { return Get-Mistake 'This is a directory, not a file.' }
            if ($_ -eq 'version') { return Get-FileVersion $path }
            return Get-FileText $path ([int]$Item.max)
        }
    }
    return Get-Mistake "A file cannot be asked for '$($Item.what)'."
}

# A CIM value as JSON can hold it.
function Get-Plain {
    param($Value)
    if ($Value -is [datetime]) { return $Value.ToUniversalTime().ToString('s') + 'Z' }
    if ($Value -is [bool] -or $Value -is [byte] -or $Value -is [sbyte] -or $Value -is [int16] -or $Value -is [uint16] -or
        $Value -is [int] -or $Value -is [uint32] -or $Value -is [long] -or $Value -is [uint64]) { return $Value }
    return [string]$Value
}

function Get-CimItem {
    param($Item)
    $class = [string]$Item.class
    $names = [string[]]@($Item.properties)
    $found = CimCmdlets\Get-CimInstance -Namespace 'root/cimv2' -ClassName $class -Property $names -OperationTimeoutSec (Get-SecondsLeft)
    $rows = @()
    foreach ($instance in @($found)) {
        if ($null -eq $instance) { continue }
        $row = @{}
        foreach ($name in $names) {
            $property = $instance.CimInstanceProperties[$name]
            if ($null -eq $property) { throw "The class '$class' has no property '$name'." }
            if ($null -eq $property.Value) { continue }
            if ($property.Value -is [Array]) {
                $list = @()
                foreach ($each in $property.Value) { $list += Get-Plain $each }
                $row[$name] = [object[]]$list
            } else { $row[$name] = Get-Plain $property.Value }
        }
        $rows += $row
    }
    return @{ s = 'ok'; rows = [object[]]$rows }
}

# Whether a service is registered that Win32_Service did not list: then this account may not see it.
function Test-Hidden {
    param($Services, [string]$Name)
    try { $key = $Services.OpenSubKey($Name) } catch { return $true }
    if ($null -eq $key) { return $false }
    try {
        $type = [int]$key.GetValue('Type', 0)
        return (($type -band 0x30) -ne 0 -and ($type -band 0x40) -eq 0 -and $null -ne $key.GetValue('ImagePath'))
    } finally { $key.Close() }
}

function Get-ServiceAnswers {
    param([string[]]$Names)
    $hidden = @{ s = 'denied'; m = 'The service is registered, but this account may not query it.' }
    $answers = @{}
    $rows = @{}
    $properties = 'Name', 'State', 'StartMode', 'StartName', 'DisplayName', 'ProcessId'
    $seconds = Get-SecondsLeft
    foreach ($row in @(CimCmdlets\Get-CimInstance -Namespace 'root/cimv2' -ClassName 'Win32_Service' -Property $properties -OperationTimeoutSec $seconds)) {
        $rows[[string]$row.Name] = @{
            s = 'ok'; state = [string]$row.State; start = [string]$row.StartMode; account = [string]$row.StartName
            display = [string]$row.DisplayName; pid = [uint32]$row.ProcessId
        }
    }
    if ($rows.Count -eq 0) { throw 'Win32_Service listed no service at all.' }
    $machine = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Default')
    try {
        $services = $machine.OpenSubKey('SYSTEM\CurrentControlSet\Services')
        if ($null -eq $services) { throw 'The list of services in the registry is not there.' }
        $registered = [string[]]@($services.GetSubKeyNames())
        foreach ($name in $Names) {
            if (Test-Late) { $answers[$name] = Get-Late; continue }
            $pattern = '^' + [regex]::Escape($name).Replace('\*', '.*') + '$'
            if (-not $name.EndsWith('*')) {
                if ($rows.ContainsKey($name)) { $answers[$name] = $rows[$name] }
                elseif (Test-Hidden $services $name) { $answers[$name] = $hidden }
                else { $answers[$name] = @{ s = 'absent' } }
                continue
            }
            foreach ($each in @($rows.Keys)) {
                if ($each -match $pattern) { $answers[$each] = $rows[$each] }
            }
            foreach ($each in $registered) {
                if ($each -match $pattern -and -not $rows.ContainsKey($each) -and (Test-Hidden $services $each)) {
                    $answers[$each] = $hidden
                }
            }
        }
        $services.Close()
    } finally { $machine.Close() }
    return $answers
}

# Services are listed once for all names; when that fails, every name says why.
function Get-Services {
    param([string[]]$Names)
    $refusal = Get-Late
    if (-not (Test-Late)) {
        try { return Get-ServiceAnswers $Names } catch {
            if (-not (Test-Late)) { $refusal = Get-Refusal $_ }
        }
    }
    $answers = @{}
    foreach ($name in $Names) { $answers[$name] = $refusal }
    return $answers
}

function Get-ItemAnswer {
    param([string]$Section, $Item)
    if (Test-Late) { return Get-Late }
    try {
        switch ($Section) {
            'registry' { return Get-RegistryItem $Item }
            'files' { return Get-FileItem $Item }
            'cim' { return Get-CimItem $Item }
        }
    } catch {
        if (Test-Late) { return Get-Late }
        return Get-Refusal $_
    }
}

$answer = @{ v = 1; host = [string]$env:COMPUTERNAME; ps = [string]$PSVersionTable.PSVersion; utc = $started.ToString('s') + 'Z' }
try {
    $ask = Microsoft.PowerShell.Utility\ConvertFrom-Json -InputObject $Request
    if ($ask.v -ne 1) { throw 'The request is not one of version 1.' }
    if ($null -ne $ask.budget_ms) { $budget = [int]$ask.budget_ms }
    foreach ($section in 'registry', 'files', 'cim') {
        if ($null -eq $ask.$section) { continue }
        $items = @()
        foreach ($item in @($ask.$section)) { $items += Get-ItemAnswer $section $item }
        $answer[$section] = [object[]]$items
    }
    if ($null -ne $ask.services) { $answer['services'] = Get-Services ([string[]]@($ask.services)) }
} catch {
    $answer['m'] = [string](Get-Refusal $_).m
}
try {
    $domain = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().DomainName
    $answer['fqdn'] = ($answer['host'] + '.' + $domain).TrimEnd('.').ToLowerInvariant()
} catch {
    $answer['fqdn'] = $answer['host']
}
$answer['ms'] = Get-Elapsed
$json = Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $answer -Depth 20 -Compress
try {
    # Pure ASCII: a lone surrogate in a registry value would not survive the way otherwise.
    [regex]::Replace($json, '[^ -~]', { param($found) '\u{0:x4}' -f [int][char]$found.Value })
} catch {
    $json
}
