//! What the client of a restricted connection may do: `psrpd subsystem --restrict name=backup,verbs=attach`, in a line of
//! authorized_keys. It guards against mistakes: who may run PowerShell as a user can do what the user can.

use std::str::FromStr;

use psrp_session::hello::OpenVerb;
use psrp_session::name::{SessionName, SessionRef};
use psrp_session::options::{AttachMode, OnClose};

use crate::control::Refused;
use crate::runtime::{LiveSession, Runtime};
use crate::wish::Wish;
use crate::{environment, resolve};

/// What a client may do, and with which session. By default everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Restriction {
    /// The only session that it may use.
    name: Option<SessionName>,
    /// All that it may do; none is no limit.
    verbs: Option<Vec<Verb>>,
}

/// What can be allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verb {
    /// Using a session that is there.
    Attach,
    /// Making one.
    Create,
    /// Seeing which there are.
    List,
    /// Ending one.
    Remove,
}

impl Verb {
    const ALL: [(&str, Self); 4] =
        [("attach", Self::Attach), ("create", Self::Create), ("list", Self::List), ("remove", Self::Remove)];
}

impl FromStr for Restriction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut restriction = Self::default();
        for part in text.split(',') {
            match part.split_once('=') {
                Some(("name", name)) => {
                    restriction.name = Some(SessionName::new(name).map_err(|error| error.to_string())?);
                }
                Some(("verbs", verbs)) => {
                    restriction.verbs = Some(verbs.split('+').map(verb).collect::<Result<_, _>>()?);
                }
                _ => return Err(format!("{part:?} is not known; use name=NAME and verbs=VERB+VERB")),
            }
        }
        Ok(restriction)
    }
}

fn verb(text: &str) -> Result<Verb, String> {
    let found = Verb::ALL.iter().find(|(name, _)| *name == text).map(|(_, verb)| *verb);
    found.ok_or_else(|| format!("{text:?} is no verb; use attach, create, list and remove"))
}

impl Restriction {
    fn allows(&self, verb: Verb) -> bool {
        self.verbs.as_ref().is_none_or(|verbs| verbs.contains(&verb))
    }

    /// Whether a list may show this session.
    pub(super) fn shows(&self, session: &LiveSession) -> bool {
        self.is_it(session.manifest.name.as_deref())
    }

    fn is_it(&self, name: Option<&str>) -> bool {
        let wanted = self.name.as_ref();
        wanted.is_none_or(|wanted| name.is_some_and(|name| name.eq_ignore_ascii_case(wanted.as_str())))
    }

    /// Makes of what a client wants what it may have: nothing that it says widens that.
    ///
    /// # Errors
    /// What it may not have.
    pub(super) fn apply(&self, wish: &mut Wish) -> Result<(), Refused> {
        if *self == Self::default() {
            return Ok(());
        }
        match wish.client.verb() {
            Some(OpenVerb::List) => self.need(Verb::List, "list sessions"),
            Some(OpenVerb::Remove { .. }) => {
                self.need(Verb::Remove, "end sessions")?;
                self.check_name(wish)
            }
            Some(OpenVerb::Resume(_)) => {
                self.need(Verb::Attach, "attach to sessions")?;
                self.check_name(wish)
            }
            Some(OpenVerb::Attach) | None => self.apply_to_attach(wish),
        }
    }

    fn apply_to_attach(&self, wish: &mut Wish) -> Result<(), Refused> {
        if let (None, Some(name)) = (&wish.options.session, &self.name) {
            wish.options.session = Some(SessionRef::Name(name.clone()));
        }
        let is_there = self.check_name_of(wish)?;
        if wish.options.on_close == Some(OnClose::Close) && wish.options.session.is_some() {
            self.need(Verb::Remove, "end sessions")?;
        }
        if is_there {
            return self.need(Verb::Attach, "attach to sessions");
        }
        if !self.allows(Verb::Create) && wish.options.session.is_some() {
            // Refused as one that does not exist, also when it comes to be in this moment.
            self.need(Verb::Attach, "attach to sessions")?;
            wish.options.mode = AttachMode::Existing;
            return Ok(());
        }
        if !self.allows(Verb::Attach) && wish.options.session.is_some() {
            wish.options.mode = AttachMode::New;
        }
        self.need(Verb::Create, "create sessions")
    }

    fn need(&self, verb: Verb, what: &str) -> Result<(), Refused> {
        if self.allows(verb) { Ok(()) } else { Err(denied(&format!("this login may not {what}"))) }
    }

    fn check_name(&self, wish: &Wish) -> Result<(), Refused> {
        self.check_name_of(wish).map(|_| ())
    }

    /// Whether the session is there that is wanted, which must be the one that may be had.
    fn check_name_of(&self, wish: &Wish) -> Result<bool, Refused> {
        let Some(wanted) = &wish.options.session else { return Ok(false) };
        let runtime = Runtime::open(environment::variable).map_err(|error| Refused::here("engine", error))?;
        let found = resolve::find(&runtime.all(environment::variable), wanted)?;
        let (name, is_there) = match (&found, wanted) {
            (Some(session), _) => (session.manifest.name.clone(), true),
            (None, SessionRef::Name(name)) => (Some(name.to_string()), false),
            (None, SessionRef::Id(_)) => (None, false),
        };
        match &self.name {
            Some(only) if !self.is_it(name.as_deref()) => {
                Err(denied(&format!("this login may use the session {only} only, not {wanted}")))
            }
            _ => Ok(is_there),
        }
    }
}

fn denied(text: &str) -> Refused {
    Refused::here("denied", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_read() {
        let restriction: Restriction = "name=backup,verbs=attach+list".parse().unwrap();
        assert_eq!(restriction.name, Some(SessionName::new("backup").unwrap()));
        assert!(restriction.allows(Verb::Attach) && restriction.allows(Verb::List));
        assert!(!restriction.allows(Verb::Create) && !restriction.allows(Verb::Remove));
        let only_named: Restriction = "name=backup".parse().unwrap();
        assert!(Verb::ALL.iter().all(|(_, verb)| only_named.allows(*verb)));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, expected) in [
            ("", "name=NAME"),
            ("verbs=dance", "no verb"),
            ("verbs=", "no verb"),
            ("name=a b", "name"),
            ("nmae=x", "nmae"),
        ] {
            let error = text.parse::<Restriction>().unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
