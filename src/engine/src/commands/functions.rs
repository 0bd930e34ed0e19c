//! The functions every session begins with. Scripts may read, replace and remove them like any other.

use std::sync::{Arc, LazyLock};

use crate::{
    eval::{Code, Runspace, ScopeId, ScriptBlock},
    ir::{LazyUnit, Source},
    names::Table,
};

/// Name and body.
const FUNCTIONS: &[(&str, &str)] = &[
    ("cd..", "Set-Location .."),
    ("cd\\", "Set-Location \\"),
    ("cd~", "Set-Location ~"),
    ("Pause", "$null = Read-Host 'Press Enter to continue...'"),
    ("exec", "\nSwitch-Process -WithCommand $args\n"),
    (
        "prompt",
        "\n\"PS $($executionContext.SessionState.Path.CurrentLocation)$('>' * ($nestedPromptLevel + 1)) \";\n# .Link\n# https://go.microsoft.com/fwlink/?LinkID=225750\n",
    ),
    // A session has no console: nothing is cleared, as in a remote session of PowerShell.
    (
        "Clear-Host",
        "\n[Console]::Write((& (Get-Command clear -CommandType Application -TotalCount 1)))\n# .Link\n# https://go.microsoft.com/fwlink/?LinkID=2096480\n",
    ),
    (
        "help",
        r"
<#
.FORWARDHELPTARGETNAME Get-Help
.FORWARDHELPCATEGORY Cmdlet
#>
[CmdletBinding(DefaultParameterSetName = 'AllUsersView', HelpUri = 'https://go.microsoft.com/fwlink/?LinkID=113316')]
param(
    [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [string] $Name,
    [string] $Path,
    [string[]] $Category,
    [Parameter(ParameterSetName = 'DetailedView', Mandatory)] [switch] $Detailed,
    [Parameter(ParameterSetName = 'AllUsersView')] [switch] $Full,
    [Parameter(ParameterSetName = 'Examples', Mandatory)] [switch] $Examples,
    [Parameter(ParameterSetName = 'Parameters', Mandatory)] [string[]] $Parameter,
    [string[]] $Component,
    [string[]] $Functionality,
    [string[]] $Role,
    [Parameter(ParameterSetName = 'Online', Mandatory)] [switch] $Online
)
if ($PSCmdlet.ParameterSetName -eq 'AllUsersView') { $PSBoundParameters['Full'] = $true }
Get-Help @PSBoundParameters
",
    ),
    (
        "oss",
        r"
[CmdletBinding()]
param(
    [ValidateRange(2, 2147483647)] [int] $Width,
    [Parameter(ValueFromPipeline)] [psobject] $InputObject
)
begin { $all = [System.Collections.Generic.List[object]]::new() }
process { $all.Add($InputObject) }
end {
    $null = $PSBoundParameters.Remove('InputObject')
    $all | Out-String -Stream @PSBoundParameters
}
<#
.ForwardHelpTargetName Out-String
.ForwardHelpCategory Cmdlet
#>
",
    ),
    (
        "TabExpansion2",
        r"
[CmdletBinding(DefaultParameterSetName = 'ScriptInputSet')]
[OutputType([System.Management.Automation.CommandCompletion])]
param(
    [Parameter(ParameterSetName = 'ScriptInputSet', Mandatory, Position = 0)]
    [AllowEmptyString()]
    [string] $inputScript,

    [Parameter(ParameterSetName = 'ScriptInputSet', Position = 1)]
    [int] $cursorColumn = $inputScript.Length,

    [Parameter(ParameterSetName = 'AstInputSet', Mandatory, Position = 0)]
    [System.Management.Automation.Language.Ast] $ast,

    [Parameter(ParameterSetName = 'AstInputSet', Mandatory, Position = 1)]
    [System.Management.Automation.Language.Token[]] $tokens,

    [Parameter(ParameterSetName = 'AstInputSet', Mandatory, Position = 2)]
    [System.Management.Automation.Language.IScriptPosition] $positionOfCursor,

    [Parameter(ParameterSetName = 'ScriptInputSet', Position = 2)]
    [Parameter(ParameterSetName = 'AstInputSet', Position = 3)]
    [hashtable] $options = $null
)
end {
    if ($PSCmdlet.ParameterSetName -eq 'ScriptInputSet') {
        return [System.Management.Automation.CommandCompletion]::CompleteInput($inputScript, $cursorColumn, $options)
    }
    return [System.Management.Automation.CommandCompletion]::CompleteInput($ast, $tokens, $positionOfCursor, $options)
}
",
    ),
];

static PARSED: LazyLock<Table<&(&str, &str), Arc<LazyUnit>>> =
    LazyLock::new(|| Table::new(FUNCTIONS.iter(), |function| function.0));

/// The body of a function of this list; nothing for others.
pub(crate) fn body(name: &str) -> &'static Arc<LazyUnit> {
    static NOTHING: LazyLock<Arc<LazyUnit>> = LazyLock::new(|| parse(""));
    PARSED.get(name, |(_, body)| parse(body)).unwrap_or(&NOTHING)
}

fn parse(body: &'static str) -> Arc<LazyUnit> {
    let script = psrpd_lang::parse(body, &psrpd_lang::known_types::CommonTypes);
    let root = script.root().unwrap_or_default();
    Arc::new(LazyUnit::new(Arc::new(Source::new(script, None)), root))
}

impl Runspace {
    /// Defines the functions of a new session.
    pub(crate) fn init_functions(&mut self) {
        for (name, _) in FUNCTIONS {
            let block = Arc::new(ScriptBlock::new(Code::BuiltIn(name), ScopeId::GLOBAL));
            self.define_function(ScopeId::GLOBAL, name, block, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FUNCTIONS;

    #[test]
    fn bodies_are_valid() {
        for (name, body) in FUNCTIONS {
            let script = psrpd_lang::parse(*body, &psrpd_lang::known_types::CommonTypes);
            assert!(script.errors().is_empty(), "{name}: {:?}", script.errors().first());
        }
    }
}
