//! What scripts see of the language itself: syntax trees, classes that need one another, requirements.

mod support;

use support::run;

#[test]
fn a_script_block_shows_its_tree() {
    let script = "$ast = { Get-Item $a | % { $_ }; $b = 1 }.Ast
        ($ast.FindAll({ $args[0] -is [System.Management.Automation.Language.VariableExpressionAst] }, $true)).VariablePath.UserPath -join ','
        ($ast.FindAll({ $args[0] -is [System.Management.Automation.Language.VariableExpressionAst] }, $false)).Count
        $ast.EndBlock.Statements[0].PipelineElements[0].GetCommandName()
        $ast.EndBlock.Statements[1].Left.Extent.Text
        $ast.EndBlock.Statements[1].Parent.Parent.GetType().Name";
    let (said, _) = run(&[script]);
    assert_eq!(said, ["out a,_,b", "out <I32>2</I32>", "out Get-Item", "out $b", "out ScriptBlockAst"]);
}

#[test]
fn the_parser_gives_tokens_and_errors() {
    let script = "$t = $e = $null
        $null = [System.Management.Automation.Language.Parser]::ParseInput('if ($x', [ref]$t, [ref]$e)
        $t.Kind -join ','
        $e[0].ErrorId
        $e[0].Extent.StartScriptPosition.Offset
        $e[0].IncompleteInput";
    let (said, _) = run(&[script]);
    assert_eq!(
        said,
        [
            "out If,LParen,Variable,EndOfInput",
            "out MissingEndParenthesisAfterStatement",
            "out <I32>7</I32>",
            "out <B>true</B>"
        ]
    );
}

#[test]
fn types_of_one_script_may_name_one_another() {
    let (said, _) = run(&[
        "class A { static [B]$b; [B] Make() { return [B]::new() } }; class B { $x = 2 }; [A]::new().Make().x",
        "enum E { x = [F]::y }; enum F { y = 7 }; [int][E]::x",
        "class L : System.Collections.Generic.List[int] { [int] Sum() { $s = 0; foreach ($i in $this) { $s += $i }; return $s } }
        $l = [L]::new(); $l.Add(3); $l.Add(4); $l.Sum(); $l.Count",
        "try { [scriptblock]::Create('class A : string {}').Invoke() } catch { $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }",
    ]);
    assert_eq!(
        said,
        ["out <I32>2</I32>", "out <I32>7</I32>", "out <I32>7</I32>", "out <I32>2</I32>", "out SealedBaseClass"]
    );
}

#[test]
fn a_script_says_what_it_requires() {
    let folder = std::env::temp_dir().join(format!("psrpd-requires-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("newer.ps1");
    std::fs::write(&file, "#requires -version 99.0\n'ran'\n").unwrap();
    let (said, _) = run(&[&format!("try {{ & '{}' }} catch {{ $_.FullyQualifiedErrorId }}", file.display())]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(said, ["out ScriptRequiresUnmatchedPSVersion"]);
}

#[test]
fn a_redirection_may_go_to_a_variable() {
    let (said, _) =
        run(&["1, 2 > variable:a; 'x' >> variable:a; $a.Count; $a[2]; Write-Error e 2> variable:e; $e.GetType().Name"]);
    assert_eq!(said, ["out <I32>3</I32>", "out x", "out ErrorRecord"]);
}
