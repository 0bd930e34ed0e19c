//! What a lane is given to run: commands with their input, and where the output goes.

use std::sync::Arc;

use super::{
    Gathered, Run,
    gathered::ToGathered,
    remote::{ToRemote, remote_error},
    run::Ending,
};
use crate::{
    bind::Argument,
    eval::{Budget, Called, Feed, Flow, Output, Place, R, Redirect, Runspace, ScopeId, Stage},
    value::{Items, List, Value},
};

/// A command of a pipeline.
#[derive(Clone)]
pub(crate) struct Piece {
    /// A name, a command as an object, or the text of a script.
    pub(crate) target: Value,
    pub(crate) is_script: bool,
    pub(crate) local_scope: bool,
    pub(crate) arguments: Vec<Argument>,
    /// Whether its errors become output.
    pub(crate) merges_errors: bool,
}

impl Piece {
    /// A block, in a scope of its own or in that of the runspace.
    pub(crate) fn block(target: Value, local_scope: bool, arguments: Vec<Argument>) -> Self {
        Self { target, is_script: false, local_scope, arguments, merges_errors: false }
    }
}

/// What goes in.
#[derive(Clone)]
pub(crate) enum Input {
    Nothing,
    Values(Vec<Value>),
    /// What is put into a collection until it is complete.
    Collection(Arc<List>),
}

/// A run with all that belongs to it.
pub(crate) struct Work {
    pub(crate) run: Arc<Run>,
    pub(crate) gathered: Arc<Gathered>,
    /// What counts its steps: that of the command which has started it.
    pub(crate) budget: Arc<Budget>,
    /// One list of commands for each statement.
    pub(crate) statements: Vec<Vec<Piece>>,
    pub(crate) input: Input,
    /// What `$using:` means.
    pub(crate) using: Option<Value>,
    /// Whether errors leave a statement as they do for a client of a session.
    pub(crate) ends_uncaught: bool,
    /// Whether variables, location and errors of what ran there before are forgotten.
    pub(crate) resets: bool,
    /// `$_`
    pub(crate) underscore: Option<Value>,
    /// Where it begins.
    pub(crate) directory: Option<String>,
}

impl Work {
    /// Does it.
    pub(crate) fn perform(self, rs: &mut Runspace) {
        let ending = Ending::of(&self.run);
        let lane = rs.beside.lane.upgrade();
        let mut result = Err(Flow::Stopped);
        if self.run.begin(rs.now(), &rs.stop.clone()) {
            if let Some(lane) = &lane {
                lane.set_busy(true);
            }
            let gathered = self.gathered.clone();
            result = match gathered.origin() {
                Some(runspace) => self.perform_into(rs, &mut ToRemote { gathered, runspace }),
                None => self.perform_into(rs, &mut ToGathered(gathered)),
            };
            if let Some(lane) = &lane {
                lane.set_busy(false);
            }
        }
        if let (Some(origin), Err(Flow::Error(raised))) = (self.gathered.origin(), &mut result) {
            raised.record = remote_error(&raised.record, origin);
        }
        ending.is(rs.now(), result);
    }

    /// Does it with another end of its output.
    pub(crate) fn perform_into(&self, rs: &mut Runspace, out: &mut dyn Output) -> R<()> {
        rs.reset();
        rs.budget = self.budget.clone();
        if self.resets {
            rs.reset_variables();
        }
        if let Some(directory) = &self.directory {
            let root = rs.state.drives.root();
            rs.state.locations.restart(directory, root);
            rs.sync_pwd();
        }
        rs.catching = false;
        rs.ends_uncaught = self.ends_uncaught;
        rs.using.clone_from(&self.using);
        rs.no_input();
        let gathered = rs.beside.gathered.replace(self.gathered.clone());
        if let Some(underscore) = &self.underscore {
            rs.set_underscore(underscore.clone());
        }
        let result = rs.run_statements(&self.statements, &self.input, out);
        rs.beside.gathered = gathered;
        match result {
            Err(Flow::Error(raised)) => {
                rs.remember(&raised.record);
                Err(Flow::Error(raised))
            }
            other => other,
        }
    }
}

impl Runspace {
    /// Sets variables and error list back to what they were in the beginning.
    pub(crate) fn reset_variables(&mut self) {
        for slot in &mut self.scopes.get_mut(ScopeId::GLOBAL).slots {
            *slot = crate::eval::Slot::Unset;
        }
        self.errors.items.lock().clear();
        self.init_variables();
        self.sync_pwd();
    }

    /// Runs pipelines one after the other; the first one gets the input. An error that ends one of several is written.
    pub(crate) fn run_statements(&mut self, statements: &[Vec<Piece>], input: &Input, out: &mut dyn Output) -> R<()> {
        for (at, pieces) in statements.iter().enumerate() {
            let input = if at == 0 { input.clone() } else { Input::Nothing };
            let feed = match input {
                Input::Nothing => Feed::Nothing,
                Input::Values(values) => Feed::Items(Items::from(values).into_iter(), None),
                Input::Collection(list) => Feed::Collection(list),
            };
            match self.run_pieces(pieces, feed, out) {
                Err(Flow::Error(raised)) if statements.len() > 1 && !raised.by_preference => {
                    let action = self.preference(crate::eval::Stream::Error);
                    self.report(&raised.record, action);
                }
                other => other?,
            }
        }
        Ok(())
    }

    fn run_pieces(&mut self, pieces: &[Piece], input: Feed, out: &mut dyn Output) -> R<()> {
        let id = self.next_pipeline();
        let has_feed = !matches!(input, Feed::Nothing);
        let length = pieces.len();
        let mut stages: Vec<Stage> = Vec::with_capacity(length);
        for (at, piece) in pieces.iter().enumerate() {
            let place = Place { pipeline: id, stage: at, length, has_input: at > 0 || has_feed, position: at };
            let target = match &piece.target {
                Value::Str(text) if piece.is_script => Value::Object(self.parse_client(text)?),
                target => target.clone(),
            };
            let dot = (piece.is_script || self.as_block(&target).is_some()) && !piece.local_scope;
            let nowhere = psrpd_lang::Extent::EMPTY;
            let called = Called { how: None, dot, extent: nowhere, name_extent: nowhere };
            let redirects =
                if piece.merges_errors { vec![Redirect::Merge(vec![crate::eval::Stream::Error])] } else { Vec::new() };
            stages.push(self.prepare_value(&target, piece.arguments.clone(), called, place, redirects)?);
        }
        self.run_stages(id, &mut stages, input, out)
    }
}
