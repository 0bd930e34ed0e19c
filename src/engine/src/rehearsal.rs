//! Commands before anybody asks for one.

use std::sync::Arc;

use psrp_clixml::SecureString;

use crate::{Answer, Command, Host, HostCall, Pipeline, Platform, Question, Record, Session, Stop};

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

/// The host of a session that has no client.
struct Nobody;

impl Host for Nobody {
    fn input(&mut self) -> Option<psrp_clixml::Value> {
        None
    }

    fn output(&mut self, _clixml: Vec<u8>) {}

    fn record(&mut self, _stream: Record, _clixml: Vec<u8>) {}

    fn call(&mut self, _call: HostCall) {}

    fn ask(&mut self, _question: Question) -> Result<Answer, String> {
        Err(String::new())
    }

    fn encrypt(&mut self, _secret: &str) -> Option<SecureString> {
        None
    }

    fn decrypt(&mut self, _secret: &SecureString) -> Option<String> {
        None
    }
}
