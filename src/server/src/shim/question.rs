//! What our own client asks of this computer rather than of a session.

use bytes::Bytes;
use psrp_session::info::SessionInfo;
use psrp_session::options::AttachOptions;
use psrp_session::question;

use super::Restriction;
use crate::ask::{ask_all, remove_session};
use crate::control::{HostReply, Refused, Session};
use crate::runtime::{LiveSession, Runtime};
use crate::{environment, resolve};

/// All sessions of this user that this client may see. Of one whose host does not answer it is said what its directory says.
pub(super) async fn list(restriction: &Restriction) -> Result<Bytes, Refused> {
    let scans = runtimes()?.into_iter().filter_map(|runtime| runtime.scan().ok());
    let live = scans.flat_map(|scan| scan.live).filter(LiveSession::is_session);
    let live = live.filter(|session| restriction.shows(session)).collect();
    let answers = ask_all(live).await.into_iter();
    let infos = answers.map(|(session, info)| info.unwrap_or_else(|_| Session::silent(&session)).into());
    Ok(question::sessions(&infos.collect::<Vec<SessionInfo>>()))
}

/// Ends the session that the options name.
pub(super) async fn remove(options: &AttachOptions, force: bool) -> Result<Bytes, Refused> {
    let runtimes = runtimes()?;
    let Some(wanted) = &options.session else {
        return Err(Refused::here("protocol", "the client names no session to remove"));
    };
    let session = resolve::find(&runtimes, wanted)?.ok_or_else(|| resolve::absent(&runtimes, wanted))?;
    match remove_session(&session, force).await {
        Ok(HostReply::Failed(text)) => Err(Refused::here("engine", format!("session {wanted}: {text}"))),
        Ok(_) => Ok(question::done()),
        Err(error) => Err(Refused::here("engine", format!("session {wanted}: {error}"))),
    }
}

fn runtimes() -> Result<Vec<Runtime>, Refused> {
    let runtime = Runtime::open(environment::variable).map_err(|error| Refused::here("engine", error))?;
    Ok(runtime.all(environment::variable))
}
