//! Who a client is, for texts and audit lines.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use psrp_clixml::Value;

use super::io::LinkHello;
use super::link::Init;
use crate::limits::MAX_VERSION;

/// A client.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    /// Where it is.
    pub(crate) peer: String,
    connection: String,
    client: &'static str,
    version: String,
}

impl Who {
    /// What it says of itself. A stock client names its version in what it opens the pool with.
    pub(crate) fn of(hello: &LinkHello, init: Option<&Init>) -> Self {
        let (client, version) = match hello.client.request() {
            Some(request) => ("psrp", request.version.clone()),
            None => ("stock", init.and_then(stock_version).unwrap_or_default()),
        };
        Self { peer: hello.peer.clone(), connection: hello.connection.clone(), client, version }
    }

    /// What an audit line says of it.
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        let fields = [
            ("from", self.peer.as_str()),
            ("connection", &self.connection),
            ("client", self.client),
            ("version", &self.version),
        ];
        let known = fields.into_iter().filter(|(_, value)| !value.is_empty());
        known.map(|(name, value)| (name, value.to_string())).collect()
    }
}

fn stock_version(init: &Init) -> Option<String> {
    let arguments = init.content.application_arguments.as_object()?;
    let table = arguments.entry("PSVersionTable")?.as_object()?;
    let text = match table.entry("PSVersion")?.primitive() {
        Value::Version(version) => version.to_string(),
        other => other.as_str()?.to_string(),
    };
    Some(text.chars().take(MAX_VERSION).collect())
}
