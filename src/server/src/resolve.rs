//! Which session a client wants.

use std::sync::Arc;

use psrp_session::name::SessionRef;
use psrp_session::options::{AttachMode, AttachOptions};

use crate::control::{Refused, SUPPORTED};
use crate::runtime::machine::host_name;
use crate::runtime::manifest::{Phase, Tombstone};
use crate::runtime::{LiveSession, Runtime};

/// What is to be done for a client.
#[derive(Debug, PartialEq)]
pub(crate) enum Resolution {
    /// Attach it to this session.
    Attach(Box<LiveSession>),
    /// Make a new session for it.
    Create,
}

/// Finds out what is to be done for a client with these options.
///
/// # Errors
/// Why it cannot be done.
pub(crate) fn resolve(runtimes: &[Runtime], options: &AttachOptions) -> Result<Resolution, Refused> {
    let Some(wanted) = &options.session else { return Ok(Resolution::Create) };
    match (find(runtimes, wanted)?, options.mode, wanted) {
        (Some(_), AttachMode::New, _) => Err(exists(wanted)),
        (Some(session), ..) if !SUPPORTED.contains(&session.manifest.protocol) => {
            let version = &session.manifest.version;
            let text = format!(
                "session {wanted} runs version {version} of psrpd, which this version cannot talk to; \
                 end it with: psrpd sessions remove --force {wanted}"
            );
            Err(Refused::here("protocol", text))
        }
        (Some(session), ..) => Ok(Resolution::Attach(Box::new(session))),
        (None, AttachMode::Auto | AttachMode::New | AttachMode::Steal, SessionRef::Name(_)) => Ok(Resolution::Create),
        (None, ..) => Err(absent(runtimes, wanted)),
    }
}

/// The living session that `wanted` means; none when there is none.
///
/// # Errors
/// When several InstanceIds begin like this.
pub(crate) fn find(runtimes: &[Runtime], wanted: &SessionRef) -> Result<Option<LiveSession>, Refused> {
    let by_name = |runtime: &Runtime| match wanted {
        SessionRef::Id(id) => Some(*id),
        SessionRef::Name(name) => runtime.look_up(&name.key()),
    };
    for runtime in runtimes {
        if let Some(id) = by_name(runtime)
            && runtime.is_alive(id)
            && let Ok(manifest) = runtime.manifest(id)
            && manifest.phase == Phase::Live
        {
            let socket = runtime.session_socket(id);
            return Ok(Some(LiveSession { socket, manifest: Arc::new(manifest), retained: 0 }));
        }
    }
    if !wanted.may_be_prefix() {
        return Ok(None);
    }
    let scans = runtimes.iter().filter_map(|runtime| runtime.scan().ok());
    let mut matching = scans
        .flat_map(|scan| scan.live)
        .filter(|session| session.is_session() && wanted.is_prefix_of(session.manifest.id));
    match (matching.next(), matching.next()) {
        (Some(_), Some(_)) => {
            Err(Refused::here("not-found", format!("several sessions have an InstanceId that begins with {wanted}")))
        }
        (only, _) => Ok(only),
    }
}

/// That there is such a session, and a new one was wanted.
pub(crate) fn exists(wanted: &SessionRef) -> Refused {
    Refused::here("exists", format!("session {wanted} exists; choose another name or attach to it"))
}

/// That there is no such session, and how it ended if that is known.
pub(crate) fn absent(runtimes: &[Runtime], wanted: &SessionRef) -> Refused {
    let is_it = |tombstone: &Tombstone| match wanted {
        SessionRef::Name(name) if tombstone.had_name(name) => true,
        _ => wanted.is_prefix_of(tombstone.id),
    };
    // One whose host was killed has said nothing itself.
    for runtime in runtimes {
        let _ = runtime.scan().and_then(|scan| runtime.tidy(&scan));
    }
    let ended = runtimes.iter().filter_map(|runtime| runtime.how_it_ended(is_it)).max_by_key(|grave| grave.ended);
    let text = format!("no session {wanted} on {}", host_name());
    let text = match ended {
        Some(grave) => format!("{text}: it {}", grave.epitaph()),
        None => format!("{text}; psrp get shows what there is, psrp new makes one"),
    };
    Refused { code: "not-found".to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::tests::{manifest, temporary};
    use crate::runtime::{Claim, SessionDir};

    fn options(variables: &[(&str, &str)]) -> AttachOptions {
        AttachOptions::from_variables(variables.iter().copied()).unwrap()
    }

    fn ask(runtime: &Runtime, variables: &[(&str, &str)]) -> Result<Resolution, Refused> {
        resolve(std::slice::from_ref(runtime), &options(variables))
    }

    #[test]
    fn names_ids_and_prefixes_find_the_session() {
        let (_temporary, runtime) = temporary();
        let (mut session, _listener) = SessionDir::create(&runtime, manifest(None)).unwrap();
        assert_eq!(session.claim("Work").unwrap(), Claim::Won);
        let id = session.manifest().id.to_string();
        for wanted in ["work", "WORK", &id, &id[..8], &id[..13]] {
            let found = ask(&runtime, &[("PSRP_SESSION", wanted), ("PSRP_ATTACH", "existing")]).unwrap();
            assert!(matches!(found, Resolution::Attach(found) if *found.manifest == *session.manifest()), "{wanted}");
        }
        assert_eq!(ask(&runtime, &[]), Ok(Resolution::Create));
        assert_eq!(ask(&runtime, &[("PSRP_SESSION", "other")]), Ok(Resolution::Create));
    }

    #[test]
    fn refusals_name_the_session_and_the_computer() {
        let (_temporary, runtime) = temporary();
        let (mut session, _listener) = SessionDir::create(&runtime, manifest(None)).unwrap();
        session.claim("work").unwrap();
        let refused = |variables: &[(&str, &str)]| {
            let text = ask(&runtime, variables).unwrap_err().text;
            assert!(text.contains(&host_name()), "{text}");
            text
        };
        assert!(refused(&[("PSRP_SESSION", "work"), ("PSRP_ATTACH", "new")]).contains("exists"));
        let absent = refused(&[("PSRP_SESSION", "gone"), ("PSRP_ATTACH", "existing")]);
        assert!(absent.starts_with("no session gone on"), "{absent}");
        let id = uuid::Uuid::new_v4().to_string();
        assert!(refused(&[("PSRP_SESSION", &id)]).starts_with(&format!("no session {id}")));

        session.end("work", "idle timeout", false).unwrap();
        let ended = refused(&[("PSRP_SESSION", "Work"), ("PSRP_ATTACH", "existing")]);
        assert!(ended.contains("it ended 0 s ago, idle timeout"), "{ended}");
    }

    #[test]
    fn a_session_of_an_unknown_version_is_refused_with_its_version() {
        let (_temporary, runtime) = temporary();
        let mut future = manifest(None);
        future.protocol = SUPPORTED.end() + 1;
        future.version = "9.9.9".into();
        let (mut session, _listener) = SessionDir::create(&runtime, future).unwrap();
        session.claim("work").unwrap();
        assert!(ask(&runtime, &[("PSRP_SESSION", "work")]).unwrap_err().text.contains("runs version 9.9.9"));
    }

    #[test]
    fn a_warm_host_is_no_session() {
        let (_temporary, runtime) = temporary();
        let mut warm = manifest(None);
        warm.phase = Phase::Warm;
        let (session, _listener) = SessionDir::create(&runtime, warm).unwrap();
        let id = session.manifest().id.to_string();
        assert!(ask(&runtime, &[("PSRP_SESSION", &id)]).is_err());
    }
}
