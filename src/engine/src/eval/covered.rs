//! What a block that runs in the scope of its caller has for itself: its arguments, its input, what it knows of itself.

use std::sync::Arc;

use super::{
    Automatic, Inline, Output, R, Runspace, ScriptBlock,
    scope::{ScopeId, Slot},
};
use crate::value::Value;

/// The variables that every block that runs has for itself, in whatever scope it runs.
const OWN: [Automatic; 9] = [
    Automatic::Underscore,
    Automatic::Args,
    Automatic::Input,
    Automatic::This,
    Automatic::PsCmdlet,
    Automatic::PsBoundParameters,
    Automatic::MyInvocation,
    Automatic::PsScriptRoot,
    Automatic::PsCommandPath,
];

/// What those of the caller were.
#[derive(Default)]
pub(super) struct Covered(Vec<(Automatic, Slot)>);

impl Runspace {
    /// What the code of the current scope has for itself.
    pub(super) fn covered(&self) -> Covered {
        self.covered_of(self.frame.scope, &OWN)
    }

    fn covered_of(&self, scope: ScopeId, which: &[Automatic]) -> Covered {
        let scope = self.scopes.get(scope);
        Covered(which.iter().map(|one| (*one, scope.get(one.name()).cloned().unwrap_or_default())).collect())
    }

    /// Puts that back.
    pub(super) fn uncover(&mut self, scope: ScopeId, covered: Covered) {
        let scope = self.scopes.get_mut(scope);
        for (one, slot) in covered.0 {
            let at = scope.ensure(one.name());
            if let Some(have) = scope.slots.get_mut(at) {
                *have = slot;
            }
        }
    }

    /// Runs a block in the current scope as a cmdlet does: it has no arguments, and its input is what the cmdlet gives.
    pub(crate) fn run_for_cmdlet(
        &mut self,
        block: &Arc<ScriptBlock>,
        kept: &mut Inline,
        input: Option<&Value>,
        out: &mut dyn Output,
    ) -> R<()> {
        if !block.unit().reads_call {
            return self.run_inline(block, kept, out);
        }
        let scope = self.active_scope(block.session);
        let covered = self.covered_of(scope, &[Automatic::Args, Automatic::Input]);
        self.write_in(scope, Automatic::Args.name(), Value::array(Vec::new()))?;
        self.write_in(scope, Automatic::Input.name(), Value::array(input.cloned().into_iter().collect()))?;
        let result = self.run_inline(block, kept, out);
        self.uncover(scope, covered);
        result
    }
}
