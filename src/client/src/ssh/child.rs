//! Links whose other end is a child process.

use std::ffi::OsStr;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{ConnectError, Control, End, Exit, Guard, Link};

/// A child process that is killed when this is dropped.
pub(super) struct Process {
    task: JoinHandle<()>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A program that is not ended by Ctrl+C at our terminal: what Ctrl+C means to the other end goes through it. It may ask
/// at the terminal, so it stays in our process group.
pub(super) fn without_interrupts(program: impl AsRef<OsStr>) -> Command {
    // What a process ignores its successor ignores.
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg("trap '' INT; exec \"$0\" \"$@\"").arg(program);
    command
}

/// Starts `command` and takes its standard input and output as the link.
pub(super) fn spawn(mut command: Command, host: &str, subsystem: &str) -> Result<Link, ConnectError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let failed = |source| ConnectError::Spawn { program: program.clone(), source };
    let mut child = command.spawn().map_err(failed)?;
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
    };
    let (sender, end) = watch::channel(End::default());
    let task = tokio::spawn(watch_over(child, stderr, sender));
    let control = Control {
        host: host.to_owned(),
        subsystem: subsystem.to_owned(),
        end,
        _guard: Guard::Child { _process: Process { task } },
    };
    Ok(Link { reader: Box::new(stdout), writer: Box::new(stdin), control })
}

/// Collects error output and the exit status; aborting it kills the child.
async fn watch_over(mut child: Child, mut stderr: impl AsyncRead + Unpin, sender: watch::Sender<End>) {
    let mut buffer = [0; 1024];
    let mut open = true;
    let status = loop {
        tokio::select! {
            read = stderr.read(&mut buffer), if open => match read {
                Ok(count) if count > 0 => {
                    sender.send_modify(|end| end.add_stderr(buffer.get(..count).unwrap_or_default()));
                }
                _ => open = false,
            },
            // Only when its error output is read, so that the reason of an exit is known with the exit.
            status = child.wait(), if !open => break status,
        }
    };
    sender.send_modify(|end| {
        end.exit = Some(match status {
            Ok(status) => exit(status),
            Err(error) => Exit::Lost(error.to_string()),
        });
    });
}

fn exit(status: ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code().map(u32::try_from), status.signal()) {
        (Some(Ok(code)), _) => Exit::Status(code),
        (_, Some(signal)) => Exit::Signal(signal.to_string()),
        _ => Exit::Closed,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::process::Stdio;

    use rustix::process::{Pid, Signal, kill_process};

    use super::without_interrupts;

    #[test]
    fn ctrl_c_does_not_end_it() {
        let mut command = without_interrupts("cat");
        let mut child = command.as_std_mut().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        for byte in *b"ab" {
            stdin.write_all(&[byte]).unwrap();
            let mut back = [0];
            stdout.read_exact(&mut back).unwrap();
            assert_eq!(back, [byte]);
            kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}
