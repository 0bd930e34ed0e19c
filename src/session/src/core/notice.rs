//! What a person who takes a session up is told.

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use super::Core;

impl Core {
    /// The state in which the session was found, in a line or two.
    pub(super) fn notice(&self) -> String {
        let created = ago(self.now.since(self.created));
        let detached = match self.detached_since {
            // One that was stolen was not.
            Some(since) if self.now > since => format!(", detached for {}", span(self.now.since(since))),
            _ => String::new(),
        };
        let waiting = |live: bool| {
            self.pipelines.values().filter(|p| !p.housekeeping && !p.internal && p.is_live() == live).count()
        };
        let (finished, running) = (waiting(false), waiting(true));
        let mut text = format!("attached to session {}, created {created}{detached}", self.title());
        if finished > 0 || running > 0 {
            let plural = |count, word| format!("{count} {word} command{}", if count == 1 { "" } else { "s" });
            let output = "output waiting; Receive-PsrpCommand shows it, Get-PsrpCommand lists them";
            text = format!("{text}; {} and {} have {output}", plural(finished, "finished"), plural(running, "running"));
        }
        if self.forgotten > 0 {
            text = format!("{text}; {} older commands were dropped with their output", self.forgotten);
        }
        if let Some(epitaph) = &self.engine.epitaph {
            text = format!("{text}; {epitaph}: only output that was kept can still be read");
        }
        text
    }

    /// That the client has got a new session and not the one that it may expect behind this name.
    pub(super) fn notice_of_loss(&self) -> Option<String> {
        let lost = self.identity.lost.as_ref()?;
        Some(format!("session {} is new: the one that had this name {lost}", self.title()))
    }
}

/// How long something lasted, in the two largest units that matter.
pub(super) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let largest = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(3);
    let mut left = seconds;
    let mut parts = alloc::vec::Vec::new();
    for (unit, name) in units.iter().skip(largest).take(2) {
        let count = left.checked_div(*unit).unwrap_or_default();
        left = left.checked_rem(*unit).unwrap_or_default();
        if count > 0 || parts.is_empty() {
            parts.push(format!("{count} {name}"));
        }
    }
    parts.join(" ")
}

/// When something happened, as a distance from now.
pub(super) fn ago(time: Duration) -> String {
    if time < Duration::from_secs(1) { String::from("just now") } else { format!("{} ago", span(time)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units() {
        let text = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(text(0), "0 s");
        assert_eq!(text(59), "59 s");
        assert_eq!(text(60), "1 min");
        assert_eq!(text(3_661), "1 h 1 min");
        assert_eq!(text(90_000), "1 d 1 h");
        assert_eq!(ago(Duration::from_millis(10)), "just now");
        assert_eq!(ago(Duration::from_secs(5)), "5 s ago");
    }
}
