# Reads scripts as JSON lines {"id", "text"} and writes what PowerShell's own parser makes of them, as JSON lines
# {"id", "dump"}. The form of a dump is described in tests/support/dump.rs, which writes the same from our tree.
$ErrorActionPreference = 'Stop'
$inv = [cultureinfo]::InvariantCulture
function Escape([string] $text) {
    if ($text -cmatch '^[\x20-\x5b\x5d-\x7e]*\z') { return $text }
    $out = [Text.StringBuilder]::new()
    foreach ($c in $text.GetEnumerator()) {
        if ($c -ge ' ' -and $c -le '~' -and $c -ne '\') { [void] $out.Append($c) }
        else { [void] $out.Append('\u').Append(([int] $c).ToString('x4')) }
    }
    $out.ToString()
}
function Constant($value) {
    if ($null -eq $value) { return 'null' }
    $text = switch ($value.GetType().Name) {
        Double { $value.ToString('R', $inv) }
        default { $value.ToString() }
    }
    "$($value.GetType().FullName) $text"
}
function At($extent) { "$($extent.StartOffset) $($extent.EndOffset)" }
function Detail($node, [string] $kind) {
    switch ($kind) {
        StringConstantExpressionAst { return "$($node.StringConstantType) $(Escape $node.Value)" }
        VariableExpressionAst { return "$(Escape $node.VariablePath.UserPath) $($node.Splatted)" }
        CommandAst { return "$($node.InvocationOperator)" }
        CommandExpressionAst { return '' }
        PipelineAst { return "$($node.Background)" }
        CommandParameterAst { return "$(Escape $node.ParameterName) $(At $node.ErrorPosition)" }
        ConstantExpressionAst { return (Escape (Constant $node.Value)) }
        NamedBlockAst { return "$($node.BlockKind) $($node.Unnamed)" }
        ExpandableStringExpressionAst { return "$($node.StringConstantType) $(Escape $node.Value)" }
        BinaryExpressionAst { return "$($node.Operator) $(At $node.ErrorPosition)" }
        UnaryExpressionAst { return "$($node.TokenKind)" }
        AssignmentStatementAst { return "$($node.Operator) $(At $node.ErrorPosition)" }
        MemberExpressionAst { return "$($node.Static) $($node.NullConditional)" }
        InvokeMemberExpressionAst {
            $types = @($node.GenericTypeArguments | ForEach-Object { $_.FullName }) -join ';'
            return "$($node.Static) $($node.NullConditional) $(Escape $types)"
        }
        IndexExpressionAst { return "$($node.NullConditional)" }
        AttributeAst { return "$(Escape $node.TypeName.FullName) $(At $node.TypeName.Extent)" }
        TypeConstraintAst { return "$(Escape $node.TypeName.FullName) $(At $node.TypeName.Extent)" }
        TypeExpressionAst { return "$(Escape $node.TypeName.FullName) $(At $node.TypeName.Extent)" }
        NamedAttributeArgumentAst { return "$(Escape $node.ArgumentName) $($node.ExpressionOmitted)" }
        FunctionDefinitionAst { return "$(Escape $node.Name) $($node.IsFilter) $($node.IsWorkflow)" }
        TypeDefinitionAst { return "$(Escape $node.Name) $($node.IsEnum)" }
        PropertyMemberAst { return "$(Escape $node.Name) $($node.IsStatic) $($node.IsHidden)" }
        FunctionMemberAst { return "$(Escape $node.Name) $($node.IsStatic) $($node.IsHidden)" }
        UsingStatementAst { return "$($node.UsingStatementKind)" }
        DataStatementAst { return "$(Escape $node.Variable)" }
        ForEachStatementAst { return "$(Escape $node.Label) $([int] $node.Flags)" }
        SwitchStatementAst { return "$(Escape $node.Label) $([int] $node.Flags)" }
        ForStatementAst { return (Escape $node.Label) }
        WhileStatementAst { return (Escape $node.Label) }
        DoWhileStatementAst { return (Escape $node.Label) }
        DoUntilStatementAst { return (Escape $node.Label) }
        PipelineChainAst { return "$($node.Operator) $($node.Background)" }
        MergingRedirectionAst { return "$($node.FromStream) $($node.ToStream)" }
        FileRedirectionAst { return "$($node.FromStream) $($node.Append)" }
        BlockStatementAst { return "$($node.Kind.Kind) $(At $node.Kind.Extent)" }
        default { return '' }
    }
}
function AddToken([Text.StringBuilder] $out, $token, [string] $mark) {
    [void] $out.Append($mark).Append(' ').Append($token.Kind).Append(' ').Append([int] $token.TokenFlags).Append(' ').
        Append($token.Extent.StartOffset).Append(' ').Append($token.Extent.EndOffset).Append("`n")
    if ($token -is [System.Management.Automation.Language.StringExpandableToken]) {
        foreach ($nested in $token.NestedTokens) { if ($nested) { AddToken $out $nested "+$mark" } }
    }
}
# FindAll leaves out some classes: their children lead to them.
function AddNode([Text.StringBuilder] $out, $index, $node) {
    $parent = -1
    if ($node.Parent) {
        if (-not $index.ContainsKey($node.Parent)) { AddNode $out $index $node.Parent }
        $parent = $index[$node.Parent]
    }
    $index[$node] = $index.Count
    $kind = $node.GetType().Name
    [void] $out.Append('A ').Append($parent).Append(' ').Append($kind).Append(' ').Append($node.Extent.StartOffset).
        Append(' ').Append($node.Extent.EndOffset).Append(' ').Append((Detail $node $kind)).Append("`n")
}
$parser = [System.Management.Automation.Language.Parser]
while ($null -ne ($line = [Console]::In.ReadLine())) {
    $case = [System.Text.Json.JsonDocument]::Parse($line).RootElement
    $text = $case.GetProperty('text').GetString()
    $tokens = $errors = $null
    $out = [Text.StringBuilder]::new()
    $ast = $null
    try { $ast = $parser::ParseInput($text, [ref] $tokens, [ref] $errors) }
    catch { [void] $out.Append("X $($_.Exception.InnerException.InnerException.GetType().Name)`n") }
    foreach ($token in $tokens) { AddToken $out $token 'T' }
    if ($ast) {
        $index = [Collections.Generic.Dictionary[object, int]]::new([Collections.Generic.ReferenceEqualityComparer]::Instance)
        foreach ($node in $ast.FindAll({ $true }, $true)) { AddNode $out $index $node }
    }
    $unknown = [Collections.Generic.SortedSet[string]]::new([StringComparer]::Ordinal)
    if ($ast) {
        foreach ($node in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.TypeConstraintAst] -or $args[0] -is [System.Management.Automation.Language.TypeExpressionAst] -or $args[0] -is [System.Management.Automation.Language.AttributeAst] }, $true)) {
            $name = $node.TypeName
            while ($name -is [System.Management.Automation.Language.ArrayTypeName]) { $name = $name.ElementType }
            $names = @($name)
            if ($name -is [System.Management.Automation.Language.GenericTypeName]) { $names = @($name.TypeName) + $name.GenericArguments }
            foreach ($one in $names) {
                $found = if ($node -is [System.Management.Automation.Language.AttributeAst]) { $one.GetReflectionAttributeType() } else { $one.GetReflectionType() }
                if ($null -eq $found) { [void] $unknown.Add($one.Name) }
            }
        }
    }
    if ($ast) {
        foreach ($node in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.MemberExpressionAst] }, $true)) {
            if (-not $node.Static -or $node.Expression -isnot [System.Management.Automation.Language.TypeExpressionAst]) { continue }
            $type = $node.Expression.TypeName.GetReflectionType()
            if ($null -eq $type -or $node.Member -isnot [System.Management.Automation.Language.StringConstantExpressionAst]) { continue }
            $found = $type.GetMember($node.Member.Value, 'Field', 'IgnoreCase, Public, Static, FlattenHierarchy')
            if ($found.Length -ne 1 -or -not $found[0].IsLiteral) {
                [void] $out.Append('N ').Append((Escape $node.Expression.TypeName.FullName)).Append('::').
                    Append((Escape $node.Member.Value)).Append("`n")
            }
        }
    }
    foreach ($name in $unknown) { [void] $out.Append('U ').Append((Escape $name)).Append("`n") }
    foreach ($err in $errors) {
        [void] $out.Append('E ').Append($err.ErrorId).Append(' ').Append((At $err.Extent)).Append(' ').
            Append($err.IncompleteInput).Append(' ').Append((Escape $err.Message)).Append("`n")
    }
    $result = [ordered]@{ id = $case.GetProperty('id').GetString(); dump = $out.ToString() }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress $result))
}
