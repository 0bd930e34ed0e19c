//! Questions to session hosts.

use std::io;
use std::path::Path;

use rustix::net::sockopt::socket_peercred;
use rustix::process::{Signal, kill_process};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::task::JoinSet;

use crate::control::{Command, HostReply, HostRequest, Session, read_line, write_line};
use crate::limits::INFO_WAIT;
use crate::runtime::LiveSession;

/// Why a question has no answer, and what can be done.
const NO_ANSWER: &str = "the session host does not answer; try again later, or end the session with: remove --force";

/// Asks one host. Cancel-safe for questions; whether a cancelled command was carried out is not known.
///
/// # Errors
/// When it does not answer in time or not in our language.
pub(crate) async fn ask(socket: &Path, command: Command) -> io::Result<HostReply> {
    let answer = async {
        let mut stream = BufReader::new(UnixStream::connect(socket).await?);
        write_line(&mut stream, &HostRequest::Admin(command)).await?;
        stream.flush().await?;
        read_line(&mut stream).await
    };
    tokio::time::timeout(INFO_WAIT, answer).await.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, NO_ANSWER))?
}

/// Ends a session. With `force` a host that does not answer is killed: what it held is lost, as the user wants it.
///
/// # Errors
/// As [`ask`].
pub(crate) async fn remove_session(session: &LiveSession, force: bool) -> io::Result<HostReply> {
    let answer = ask(&session.socket, Command::Remove { force }).await;
    match &answer {
        Err(error) if force && error.kind() == io::ErrorKind::TimedOut => kill_host(session).map(|()| HostReply::Done),
        _ => answer,
    }
}

/// Kills the process that listens for a session, and its engine.
fn kill_host(session: &LiveSession) -> io::Result<()> {
    // Whoever made the socket is the host; while its lock is held it lives, and its number is nobody else's.
    let listener = socket_peercred(std::os::unix::net::UnixStream::connect(&session.socket)?)?;
    if !session.is_alive() || listener.uid != rustix::process::geteuid() {
        return Ok(());
    }
    kill_process(listener.pid, Signal::KILL)?;
    if let Some(engine) = session.manifest.engine {
        engine.kill_group();
    }
    Ok(())
}

/// What these sessions do, all asked at the same time; in their order. A host that does not answer gives its error, unless
/// it is just ending: then there is no session any more. Cancel-safe.
pub(crate) async fn ask_all(sessions: Vec<LiveSession>) -> Vec<(LiveSession, io::Result<Session>)> {
    let mut asked: JoinSet<_> = sessions
        .into_iter()
        .enumerate()
        .map(|(place, session)| async move {
            let answer = match ask(&session.socket, Command::Info).await {
                Ok(HostReply::Info(info)) => Ok(*info),
                Ok(_) => Err(io::Error::other("the session host answers something else")),
                Err(error) => Err(error),
            };
            (place, session, answer)
        })
        .collect();
    let mut answers = Vec::new();
    while let Some(answer) = asked.join_next().await {
        answers.extend(answer.into_iter().filter(|(_, session, answer)| answer.is_ok() || session.is_alive()));
    }
    answers.sort_by_key(|(place, ..)| *place);
    answers.into_iter().map(|(_, session, answer)| (session, answer)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::SessionDir;
    use crate::runtime::tests::{manifest, temporary};

    #[tokio::test]
    async fn a_session_that_ends_while_it_is_asked_is_left_out() {
        let (_temporary, runtime) = temporary();
        let (session, listener) = SessionDir::create(&runtime, manifest(Some("work"))).unwrap();
        let live = runtime.scan().unwrap().live;
        drop(listener);
        // It lives and does not answer: that is worth telling.
        let answers = ask_all(live.clone()).await;
        assert!(matches!(&answers[..], [(_, Err(_))]));
        session.end("work", "closed", true).unwrap();
        assert!(ask_all(live).await.is_empty());
    }
}
