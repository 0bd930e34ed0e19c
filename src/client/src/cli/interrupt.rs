//! Ctrl+C: once stops the pipelines, twice leaves them running, three times ends this program.

use std::process;

use tokio::sync::watch;

use crate::exit::{Outcome, code};

/// Counts how often the user pressed Ctrl+C; the third time ends the process at once.
pub(super) fn watch_interrupts() -> watch::Receiver<u32> {
    let (sender, receiver) = watch::channel(0);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            sender.send_modify(|count: &mut u32| *count = count.saturating_add(1));
            if *sender.borrow() >= 3 {
                process::exit(i32::from(code(&[Outcome::Interrupted])));
            }
        }
    });
    receiver
}
