//! What our own client asks of this computer rather than of a session.

use bytes::Bytes;
use psrp_session::info::SessionInfo;
use psrp_session::options::AttachOptions;
use psrp_session::question;

use crate::ask::{ask, ask_all};
use crate::control::{Command, HostReply, Refused};
use crate::runtime::{LiveSession, Runtime};
use crate::{environment, resolve};

/// All sessions of this user. One whose host does not answer is left out.
pub(super) async fn list() -> Result<Bytes, Refused> {
    let scans = runtimes()?.into_iter().filter_map(|runtime| runtime.scan().ok());
    let live = scans.flat_map(|scan| scan.live).filter(LiveSession::is_session).collect();
    let infos = ask_all(live).await.into_iter().filter_map(|(_, info)| info.ok()).map(SessionInfo::from);
    Ok(question::sessions(&infos.collect::<Vec<_>>()))
}

/// Ends the session that the options name.
pub(super) async fn remove(options: &AttachOptions, force: bool) -> Result<Bytes, Refused> {
    let runtimes = runtimes()?;
    let Some(wanted) = &options.session else {
        return Err(Refused::here("protocol", "the client names no session to remove"));
    };
    let session = resolve::find(&runtimes, wanted)?.ok_or_else(|| resolve::absent(&runtimes, wanted))?;
    match ask(&session.socket, Command::Remove { force }).await {
        Ok(HostReply::Failed(text)) => Err(Refused::here("engine", format!("session {wanted}: {text}"))),
        Ok(_) => Ok(question::done()),
        Err(error) => Err(Refused::here("engine", format!("session {wanted}: {error}"))),
    }
}

fn runtimes() -> Result<Vec<Runtime>, Refused> {
    let runtime = Runtime::open(environment::variable).map_err(|error| Refused::here("engine", error))?;
    Ok(runtime.all(environment::variable))
}
