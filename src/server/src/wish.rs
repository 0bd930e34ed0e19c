//! What a client wants: said by the variables of its connection, and by our own client in its first line.

use psrp_session::hello::ClientHello;
use psrp_session::options::{AttachMode, AttachOptions, OnBusy, OnClose};

/// What a client wants.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// Which session, and how.
    pub options: AttachOptions,
    /// Its first line.
    pub client: ClientHello,
}

impl Wish {
    /// Reads the variables of a connection and what has come of its client, the first line at least. What our own client says
    /// there is all that counts: the variables may be left over from its user's configuration of `ssh`.
    ///
    /// # Errors
    /// Why the client cannot be served, in one line.
    pub(crate) fn read(variables: &[(String, String)], bytes: &[u8]) -> Result<Self, String> {
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let client = ClientHello::peek(line).map_err(|error| error.to_string())?;
        let options = match client.request() {
            Some(request) => request.options.clone(),
            None => options(variables)?,
        };
        Ok(Self { options, client })
    }
}

/// The options that these variables give.
///
/// # Errors
/// Which one is wrong, in one line.
pub(crate) fn options(variables: &[(String, String)]) -> Result<AttachOptions, String> {
    let variables = variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    AttachOptions::from_variables(variables).map_err(|error| error.to_string())
}

/// The variables that give these options: how they travel from process to process.
pub(crate) fn variables(options: &AttachOptions) -> Vec<(String, String)> {
    let mode = match options.mode {
        AttachMode::Auto => "auto",
        AttachMode::Existing => "existing",
        AttachMode::New => "new",
        AttachMode::Steal => "steal",
    };
    let close = options.on_close.map(|on_close| match on_close {
        OnClose::Keep => "keep",
        OnClose::Close => "close",
    });
    let busy = match options.on_busy {
        OnBusy::Fail => "fail",
        OnBusy::Wait => "wait",
    };
    let session = options.session.as_ref();
    [
        ("PSRP_SESSION", session.map(ToString::to_string)),
        ("PSRP_ATTACH", session.map(|_| mode.to_owned())),
        ("PSRP_ON_CLOSE", close.map(str::to_owned)),
        ("PSRP_BUSY", Some(busy.to_owned())),
        ("PSRP_IDLE", options.idle.map(|idle| idle.as_secs().to_string())),
        ("PSRP_ENGINE", options.engine.map(|engine| engine.as_str().to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_survive_the_way_through_variables() {
        for given in [
            &[][..],
            &[("PSRP_SESSION", "work")],
            &[
                ("PSRP_SESSION", "work"),
                ("PSRP_ATTACH", "steal"),
                ("PSRP_ON_CLOSE", "keep"),
                ("PSRP_BUSY", "wait"),
                ("PSRP_IDLE", "61"),
                ("PSRP_ENGINE", "native"),
            ],
            &[("PSRP_SESSION", "9d2c0f3a-6b1e-4a77-8c55-01d2e3f4a5b6"), ("PSRP_ATTACH", "existing")],
            &[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "new"), ("PSRP_ON_CLOSE", "close")],
        ] {
            let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let expected = options(&given).unwrap();
            assert_eq!(options(&variables(&expected)), Ok(expected));
        }
    }

    #[test]
    fn a_wrong_first_line_or_variable_is_refused() {
        let wrong = [("PSRP_ATTACH".to_owned(), "new".to_owned())];
        assert!(Wish::read(&wrong, b"<Close PSGuid='00000000-0000-0000-0000-000000000000' />\n").is_err());
        assert!(Wish::read(&[], b"ls -l\n").unwrap_err().contains("first line"));
    }
}
