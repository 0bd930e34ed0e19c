//! Commands before anybody asks for one.

use std::sync::Arc;

use crate::{Command, Pipeline, Platform, Session, Stop, host::Nobody};

/// A little of what sessions begin with.
const SCRIPT: &str = "1..2 | ForEach-Object { \"$_\" }";

/// Runs a command in a session of its own, which then ends and leaves no trace. What all commands need is in memory
/// afterwards: the first one of a client takes no longer than others, and processes that wait for a client share with those
/// that have one the pages of the program that commands use. As [`Session::invoke`] it needs a large stack.
pub fn rehearse(platform: Arc<dyn Platform>) {
    let mut session = Session::open(platform, Box::new(Nobody), Stop::default());
    let command = Command { text: SCRIPT.to_owned(), is_script: true, ..Command::default() };
    session.invoke_all(&[Pipeline { commands: vec![command], ..Pipeline::default() }]);
}
