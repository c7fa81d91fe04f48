# Every type and member of .NET that the module names exists in .NET Framework 4.7.2, with as many arguments; every one of
# PowerShell's own, each command and parameter exists in Windows PowerShell 5.1 (windows-powershell.ps1). Before the module's
# files come checks that this script finds what it looks for.
#
# -Module: the module's folder.
# -References: the folder of the reference assemblies of .NET Framework 4.7.2.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $References
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/../powershell/assert.ps1"

. "$PSScriptRoot/windows-powershell.ps1"

# Reached in no other way than by name and -as, so that 5.1 may lack them.
$optional = , 'System.Runtime.InteropServices.NativeLibrary'
# Names in lower case are the native functions and members of the servers' JSON: .NET has none such.
$own = '(?!new$)[a-z_]+'

# --- The reference assemblies.
$types = @{}
foreach ($file in 'mscorlib', 'System', 'System.Core') {
    $image = [Reflection.PortableExecutable.PEReader]::new([IO.MemoryStream]::new([IO.File]::ReadAllBytes("$References/$file.dll")))
    $reader = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
    foreach ($handle in $reader.TypeDefinitions) {
        $type = $reader.GetTypeDefinition($handle)
        if (($type.Attributes -band 'VisibilityMask') -ne 'Public') { continue }
        $types["$($reader.GetString($type.Namespace)).$($reader.GetString($type.Name))"] = @{ Reader = $reader; Type = $type; Image = $image }
    }
}

function Test-Variadic($Reader, $Method) {
    foreach ($handle in $Method.GetParameters()) {
        foreach ($attribute in $Reader.GetParameter($handle).GetCustomAttributes()) {
            $constructor = $Reader.GetCustomAttribute($attribute).Constructor
            $parent = if ($constructor.Kind -eq 'MemberReference') { $Reader.GetMemberReference([Reflection.Metadata.MemberReferenceHandle] $constructor).Parent }
            else { $Reader.GetMethodDefinition([Reflection.Metadata.MethodDefinitionHandle] $constructor).GetDeclaringType() }
            $type = if ($parent.Kind -eq 'TypeReference') { $Reader.GetTypeReference([Reflection.Metadata.TypeReferenceHandle] $parent) } else { $Reader.GetTypeDefinition([Reflection.Metadata.TypeDefinitionHandle] $parent) }
            if ($Reader.GetString($type.Name) -eq 'ParamArrayAttribute') { return $true }
        }
    }
    $false
}

# Lists the public members of a type, without its base: 'Name', 'Method/arguments', and 'Method/*' where the last are params.
$declaredBy = @{}
function Get-DeclaredMember([string] $Name) {
    if ($declaredBy.ContainsKey($Name)) { return $declaredBy[$Name] }
    if ($automation.ContainsKey($Name)) { return $automation[$Name] }
    if (-not $types.ContainsKey($Name)) { return @() }
    $reader, $type = $types[$Name].Reader, $types[$Name].Type
    $found = @(
        foreach ($handle in $type.GetProperties()) { $reader.GetString($reader.GetPropertyDefinition($handle).Name) }
        foreach ($handle in $type.GetFields()) { $reader.GetString($reader.GetFieldDefinition($handle).Name) }
        foreach ($handle in $type.GetMethods()) {
            $method = $reader.GetMethodDefinition($handle)
            if (($method.Attributes -band 'MemberAccessMask') -ne 'Public') { continue }
            $signature = $reader.GetBlobReader($method.Signature)
            $header = $signature.ReadSignatureHeader()
            if ($header.IsGeneric) { $null = $signature.ReadCompressedInteger() }
            $methodName = $reader.GetString($method.Name) -replace '^\.ctor$', 'new'
            "$methodName/$($signature.ReadCompressedInteger())"
            if (Test-Variadic $reader $method) { "$methodName/*" }
        }
    )
    $declaredBy[$Name] = $found
    $found
}

function Get-BaseName([string] $Name) {
    if (-not $types.ContainsKey($Name)) { return }
    $reader, $base = $types[$Name].Reader, $types[$Name].Type.BaseType
    if ($base.IsNil -or $base.Kind -eq 'TypeSpecification') { return }
    $type = if ($base.Kind -eq 'TypeReference') { $reader.GetTypeReference([Reflection.Metadata.TypeReferenceHandle] $base) } else { $reader.GetTypeDefinition([Reflection.Metadata.TypeDefinitionHandle] $base) }
    "$($reader.GetString($type.Namespace)).$($reader.GetString($type.Name))"
}

# Whether a type or one of its bases has a member.
# -Arguments: how many a call gives; -1 for a property or field.
function Test-Member([string] $Type, [string] $Member, [int] $Arguments) {
    if ($Type -match '\[\]$') {
        if ($Member -eq 'new') { return $Arguments -eq 1 }
        $Type = 'System.Array'
    }
    # Of a value type, [T]::new() is there without being declared.
    if ($Member -eq 'new' -and $Arguments -eq 0) { return $true }
    for (; $Type; $Type = Get-BaseName $Type) {
        $members = @(Get-DeclaredMember $Type)
        if ($Arguments -lt 0) { if ($members -contains $Member) { return $true } }
        elseif ($members -contains "$Member/$Arguments" -or $members -contains "$Member/*") { return $true }
    }
    $false
}

# Whether a member is there in a type derived from this one: the code may know better what it holds than its parameter says.
function Test-DerivedMember([string] $Type, [string] $Member, [int] $Arguments) {
    foreach ($derived in $types.Keys) {
        for ($base = Get-BaseName $derived; $base -and $base -ne $Type; $base = Get-BaseName $base) { }
        if ($base -and (Test-Member $derived $Member $Arguments)) { return $true }
    }
    $false
}

# --- The module's code.
$infer = [psobject].Assembly.GetType('System.Management.Automation.AstTypeInference').GetMethod('InferTypeOf', [Reflection.BindingFlags]'Static, Public, NonPublic', $null, [type[]]@([Management.Automation.Language.Ast]), $null)

# The types that an expression may have, as far as PowerShell itself can tell; those that say nothing are left out.
function Get-InferredType($Ast) {
    $names = @($infer.Invoke($null, @(, $Ast)) | ForEach-Object { $_.Name })
    @($names | Where-Object { ($types.ContainsKey($_) -or $automation.ContainsKey($_) -or $_ -match '\[\]$') -and $_ -notin 'System.Object', 'System.Collections.Hashtable', 'System.Management.Automation.PSObject', 'System.Type' })
}

$anyMember = @{}
function Test-AnyMember([string] $Member, [int] $Arguments) {
    if (-not $anyMember.Count) {
        foreach ($type in @($types.Keys) + @($automation.Keys)) { foreach ($name in Get-DeclaredMember $type) { $anyMember[$name] = $true } }
    }
    if ($Arguments -lt 0) { $anyMember.ContainsKey($Member) } else { $anyMember.ContainsKey("$Member/$Arguments") -or $anyMember.ContainsKey("$Member/*") }
}

function Get-AttributeOffence($Attribute) {
    $line = $Attribute.Extent.StartLineNumber
    $type = $Attribute.TypeName.GetReflectionAttributeType()
    if (-not $type -or -not $attributes.ContainsKey($type.Name)) { return }
    foreach ($named in $Attribute.NamedArguments) {
        if ($named.ArgumentName -notin $attributes[$type.Name]) { "${line}: $($named.ArgumentName) of [$($Attribute.TypeName)]" }
    }
    # Forms of later versions: a kind of range, and a type that generates a set.
    $positional = @($Attribute.PositionalArguments)
    if ($type.Name -eq 'ValidateRangeAttribute' -and $positional.Count -ne 2) { "${line}: $Attribute" }
    if ($type.Name -eq 'ValidateSetAttribute' -and $positional -match '^\[') { "${line}: $Attribute" }
}

# Commands of the module itself have no module's name before theirs.
function Get-CommandOffence($Command) {
    $name = "$($Command.GetCommandName())"
    if (-not $name.Contains('\')) { return }
    if (-not $commands.ContainsKey($name)) { return "$($Command.Extent.StartLineNumber): $name" }
    foreach ($parameter in $Command.CommandElements.Where({ $_ -is [Management.Automation.Language.CommandParameterAst] })) {
        if ($parameter.ParameterName -notin $commands[$name] -and $parameter.ParameterName -notin $commonParameters) {
            "$($parameter.Extent.StartLineNumber): -$($parameter.ParameterName) of $name"
        }
    }
}

$script:strict = 0
$script:byName = 0
# Names what 5.1 lacks, as 'line: what'.
function Get-Offence([string] $Text, [string[]] $Keys) {
    $tree = [Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $null)
    foreach ($node in $tree.FindAll({ $true }, $true)) {
        $line = $node.Extent.StartLineNumber
        $name = switch ($node.GetType().Name) { { $_ -in 'TypeExpressionAst', 'TypeConstraintAst', 'AttributeAst' } { $node.TypeName } }
        if ($name) {
            $type = if ($node.GetType().Name -eq 'AttributeAst') { $name.GetReflectionAttributeType() } else { $name.GetReflectionType() }
            while ($type -and $type.HasElementType) { $type = $type.GetElementType() }
            # [pscustomobject] is a type of the engine's own making.
            $known = $type -and ($types.ContainsKey($type.FullName) -or $automation.ContainsKey($type.FullName) -or $name.FullName -eq 'PSCustomObject')
            if (-not $known) { "${line}: [$($name.FullName)]" }
        }
        if ($node -is [Management.Automation.Language.AttributeAst]) { Get-AttributeOffence $node }
        if ($node -is [Management.Automation.Language.CommandAst]) { Get-CommandOffence $node }
        if ($node -is [Management.Automation.Language.StringConstantExpressionAst] -and $node.Parent -is [Management.Automation.Language.BinaryExpressionAst] -and
            $node.Parent.Operator -eq 'As' -and $node.Value -notin $optional) { "${line}: -as [$($node.Value)]" }
        if ($node -isnot [Management.Automation.Language.MemberExpressionAst]) { continue }

        $member = "$($node.Member)".Trim("'", '"')
        $arguments = if ($node -is [Management.Automation.Language.InvokeMemberExpressionAst]) { @($node.Arguments).Where({ $_ }).Count } else { -1 }
        $shown = "$($node.Expression)$(if ($node.Static) { '::' } else { '.' })$member$(if ($arguments -ge 0) { " with $arguments arguments" })"
        if ($node.Member -isnot [Management.Automation.Language.StringConstantExpressionAst] -or $member -cmatch "^$own$") { continue }
        $owners = if ($node.Static -and $node.Expression -is [Management.Automation.Language.TypeExpressionAst]) {
            $type = $node.Expression.TypeName.GetReflectionType()
            if ($type) { , $type.FullName } else { @() }
        }
        else { @(Get-InferredType $node.Expression) }
        if (@($owners).Count) {
            $script:strict++
            $there = $member -in $Keys -or $member -in $engineMembers
            foreach ($owner in $owners) { $there = $there -or (Test-Member $owner $member $arguments) }
            if (-not $node.Static) { foreach ($owner in $owners) { $there = $there -or (Test-DerivedMember $owner $member $arguments) } }
            if (-not $there) { "${line}: $shown" }
        }
        elseif ($member -notin $Keys -and $member -notin $engineMembers) {
            $script:byName++
            if (-not (Test-AnyMember $member $arguments)) { "${line}: $shown" }
        }
    }
}

foreach ($offence in '[Runtime.InteropServices.NativeLibrary]::Load("x")', '[Span[byte]] $x', '"a".Contains("b", "Ordinal")', '[Convert]::ToHexString($x)', '[Environment]::ProcessPath',
    '[Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly("a", "Run", 1, 2, 3, 4, 5)', '[Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier', '[IO.Path]::Join("a", "b")',
    '[Security.Cryptography.SHA256]::HashData($x)', '"NoSuch.Type" -as [type]', '$unknown.ThereIsNoSuchMember', '[DateTimeOffset]::UnixEpoch', '[byte[]]::new(1, 2)', '$PSCmdlet.NoSuchMember()',
    '$bytes = [byte[]]::new(1); $bytes.NoSuchMember', 'param([ValidateSet("a", ErrorMessage = "b")] $x)', 'param([ValidateRange("Positive")] $x)', 'param([ValidateSet([Names])] $x)',
    'param([ArgumentCompletions("a")] $x)', 'Microsoft.PowerShell.Utility\ConvertFrom-Json -NoEnumerate', 'Microsoft.PowerShell.Utility\Join-String') {
    Assert-Match "finds $offence" '^1: ' @(Get-Offence $offence)[0]
}
Assert-Equal 'finds nothing in plain code' $null (Get-Offence '[IO.Path]::Combine("a", "b", "c", "d", "e").Length; "a".Split("."); [DateTimeOffset]::UtcNow.ToUnixTimeSeconds(); $PSCmdlet.WriteWarning("a"); $x.Key' 'Key')

$script:strict = $script:byName = 0
$files = [IO.Directory]::GetFiles($Module, '*.ps*1', 'AllDirectories')
Assert-Equal 'files to look at' $true ($files.Count -ge 9)
# The keys of the module's hashtables, which member access reaches too.
$keys = foreach ($file in $files) {
    $tree = [Management.Automation.Language.Parser]::ParseFile($file, [ref] $null, [ref] $null)
    foreach ($table in $tree.FindAll({ $args[0] -is [Management.Automation.Language.HashtableAst] }, $true)) { $table.KeyValuePairs | ForEach-Object { "$($_.Item1)" } }
}
foreach ($file in $files) {
    foreach ($offence in Get-Offence ([IO.File]::ReadAllText($file)) $keys) { Assert-Equal "$([IO.Path]::GetFileName($file)):$offence" 'in 5.1' 'not there' }
}
Assert-Equal 'most members were looked up in their type' $true ($script:strict -gt $script:byName)
[Console]::Out.WriteLine("$script:strict members by type, $script:byName by name")
Complete-Checks
