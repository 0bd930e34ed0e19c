//! Running a script block with functions and variables of its own: `InvokeWithContext`.

use std::sync::Arc;

use super::{Collector, Name, R, Runspace, ScriptBlock};
use crate::{
    types,
    value::{Dictionary, Value, items_or_one, text},
};

impl Runspace {
    /// Runs a block in a scope that has the functions and variables of the arguments; what follows are its own.
    ///
    /// # Errors
    /// What the block raises.
    pub(crate) fn invoke_with(&mut self, block: &Arc<ScriptBlock>, args: &[Value]) -> R<Value> {
        let session = block.session;
        let scope = self.scopes.push(self.active_scope(session), session, Arc::new([]));
        if let Some(table) = args.first().and_then(|table| table.downcast::<Dictionary>()) {
            for (name, value) in table.entries() {
                if let Some(function) = self.as_block(&value) {
                    self.define_function(scope, &text(&name), function, false);
                }
            }
        }
        let mut underscore = None;
        // One variable stands for a list of it.
        let variables = args.get(1).filter(|given| !given.is_null()).cloned().map(items_or_one);
        for variable in variables.into_iter().flatten() {
            let name = self.get_member(&variable, "Name")?;
            let value = self.get_member(&variable, "Value")?;
            let name = Name::new(&text(&name));
            if name.as_str() == "_" {
                underscore = Some(value.clone());
            }
            self.write_in(scope, &name, value)?;
        }
        let here = std::mem::replace(&mut self.frame.scope, scope);
        let mut out = Collector::default();
        let rest: Vec<Value> = args.get(2..).unwrap_or(&[]).to_vec();
        let result = self.call_block_with(block, underscore, &rest);
        self.frame.scope = here;
        self.scopes.pop(scope);
        out.values = result?;
        Ok(types::collection(out.values))
    }
}
