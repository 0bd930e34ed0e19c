//! Ctrl+C: once stops the pipelines, or ends what has none; twice leaves them running, three times ends this program.

use std::process;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::exit::{Outcome, code};
use crate::ssh::restore_terminal;

/// Counts how often the user pressed Ctrl+C; the third time ends the process at once.
pub(super) fn watch_interrupts() -> watch::Receiver<u32> {
    let (sender, receiver) = watch::channel(0);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            sender.send_modify(|count: &mut u32| *count = count.saturating_add(1));
            if *sender.borrow() >= 3 {
                end(i32::from(code(&[Outcome::Interrupted])));
            }
        }
    });
    // Without this the terminal would keep its settings of a hidden question.
    if let Ok(mut signals) = signal(SignalKind::terminate()) {
        tokio::spawn(async move {
            if signals.recv().await.is_some() {
                end(128 + SignalKind::terminate().as_raw_value());
            }
        });
    }
    receiver
}

fn end(code: i32) {
    restore_terminal();
    process::exit(code);
}
