//! The functions every session begins with. Scripts may read, replace and remove them like any other.

use std::sync::{Arc, OnceLock};

use crate::{
    eval::{Code, Runspace, ScopeId, ScriptBlock},
    ir::{LazyUnit, Source},
};

/// A function that every session begins with; it is parsed when somebody looks at it first.
pub(crate) struct BuiltIn {
    name: &'static str,
    body: &'static str,
    unit: OnceLock<Arc<LazyUnit>>,
}

impl BuiltIn {
    const fn new(name: &'static str, body: &'static str) -> Self {
        Self { name, body, unit: OnceLock::new() }
    }

    /// What it runs.
    pub(crate) fn unit(&self) -> &Arc<LazyUnit> {
        self.unit.get_or_init(|| {
            let script = psrpd_lang::parse(self.body, &psrpd_lang::known_types::CommonTypes);
            let root = script.root().unwrap_or_default();
            Arc::new(LazyUnit::new(Arc::new(Source::new(script, None)), root))
        })
    }
}

static FUNCTIONS: [BuiltIn; 10] = [
    BuiltIn::new("cd..", "Set-Location .."),
    BuiltIn::new("cd\\", "Set-Location \\"),
    BuiltIn::new("cd~", "Set-Location ~"),
    BuiltIn::new("Pause", "$null = Read-Host 'Press Enter to continue...'"),
    BuiltIn::new("exec", "\nSwitch-Process -WithCommand $args\n"),
    BuiltIn::new(
        "prompt",
        "\n\"PS $($executionContext.SessionState.Path.CurrentLocation)$('>' * ($nestedPromptLevel + 1)) \";\n# .Link\n# https://go.microsoft.com/fwlink/?LinkID=225750\n",
    ),
    // A session has no console: nothing is cleared, as in a remote session of PowerShell.
    BuiltIn::new(
        "Clear-Host",
        "\n[Console]::Write((& (Get-Command clear -CommandType Application -TotalCount 1)))\n# .Link\n# https://go.microsoft.com/fwlink/?LinkID=2096480\n",
    ),
    BuiltIn::new(
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
    BuiltIn::new(
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
    BuiltIn::new(
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

impl Runspace {
    /// Defines the functions of a new session.
    pub(crate) fn init_functions(&mut self) {
        for function in &FUNCTIONS {
            let block = Arc::new(ScriptBlock::new(Code::BuiltIn(function), ScopeId::GLOBAL));
            self.define_function(ScopeId::GLOBAL, function.name, block, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BuiltIn, FUNCTIONS};

    #[test]
    fn bodies_are_valid() {
        for BuiltIn { name, body, .. } in &FUNCTIONS {
            let script = psrpd_lang::parse(*body, &psrpd_lang::known_types::CommonTypes);
            assert!(script.errors().is_empty(), "{name}: {:?}", script.errors().first());
        }
    }
}
