//! What a pipeline beside has written.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::Guid;

use super::{Shared, remote::remote_error};
use crate::{
    eval::{Output, R, Runspace, Stream},
    types,
    value::{ErrorRecord, List, Opaque, Value, text},
};

/// What an object is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Output,
    Error,
    Progress,
    Verbose,
    Debug,
    Warning,
    Information,
}

impl Kind {
    /// All, in the order in which objects with streams have them.
    pub(crate) const ALL: [Self; 7] =
        [Self::Output, Self::Error, Self::Progress, Self::Verbose, Self::Debug, Self::Warning, Self::Information];

    fn index(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or(0)
    }

    /// The type of what is written there.
    pub(crate) fn element(self) -> types::Type {
        match self {
            Self::Output => types::ps_object(),
            Self::Error => types::error_record(),
            Self::Progress => types::known("System.Management.Automation.ProgressRecord"),
            Self::Verbose => types::known("System.Management.Automation.VerboseRecord"),
            Self::Debug => types::known("System.Management.Automation.DebugRecord"),
            Self::Warning => types::known("System.Management.Automation.WarningRecord"),
            Self::Information => types::known("System.Management.Automation.InformationRecord"),
        }
    }
}

impl From<Stream> for Kind {
    fn from(stream: Stream) -> Self {
        match stream {
            Stream::Error => Self::Error,
            Stream::Warning => Self::Warning,
            Stream::Verbose => Self::Verbose,
            Stream::Debug => Self::Debug,
            Stream::Information => Self::Information,
        }
    }
}

/// `PSDataCollection` of these.
pub(crate) fn collection(kind: Kind) -> Arc<List> {
    let of = types::generic("System.Management.Automation.PSDataCollection`1", vec![kind.element()]);
    Arc::new(List::new(of.unwrap_or_else(types::array_list), Vec::new()))
}

/// What was written, by kind, and in which order.
pub(crate) struct Gathered {
    lists: Mutex<[Arc<List>; 7]>,
    order: Mutex<VecDeque<Kind>>,
    shared: Arc<Shared>,
    /// The runspace of a background job: what it writes comes as from another machine.
    origin: Option<Guid>,
}

impl Gathered {
    pub(crate) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        Arc::new(Self::of(shared, None))
    }

    /// What a background job in this runspace writes.
    pub(crate) fn remote(shared: &Arc<Shared>, runspace: Guid) -> Arc<Self> {
        Arc::new(Self::of(shared, Some(runspace)))
    }

    fn of(shared: &Arc<Shared>, origin: Option<Guid>) -> Self {
        Self { lists: Mutex::new(Kind::ALL.map(collection)), order: Mutex::default(), shared: shared.clone(), origin }
    }

    pub(crate) fn origin(&self) -> Option<Guid> {
        self.origin
    }

    pub(crate) fn add(&self, kind: Kind, value: Value) {
        if self.origin.is_some() && kind == Kind::Information {
            forwarded(&value);
        }
        let value = match (self.origin, value.downcast::<ErrorRecord>()) {
            (Some(origin), Some(record)) if kind == Kind::Error => Value::Object(remote_error(record, origin)),
            _ => value,
        };
        self.list(kind).items.lock().push_back(value);
        self.order.lock().push_back(kind);
        self.shared.notify();
    }

    /// What was written of a kind, and who holds it.
    pub(crate) fn list(&self, kind: Kind) -> Arc<List> {
        let lists = self.lists.lock();
        lists.get(kind.index()).cloned().unwrap_or_else(|| collection(kind))
    }

    /// Has what is written of a kind from now on go into another list.
    pub(crate) fn direct(&self, kind: Kind, list: Arc<List>) {
        if let Some(slot) = self.lists.lock().get_mut(kind.index()) {
            *slot = list;
        }
    }

    /// Whether something was written that nobody has taken.
    pub(crate) fn is_empty(&self) -> bool {
        Kind::ALL.iter().all(|kind| self.list(*kind).items.lock().is_empty())
    }

    /// What was written of a kind; it stays if it is to be kept.
    pub(crate) fn read(&self, kind: Kind, keep: bool) -> Vec<Value> {
        let list = self.list(kind);
        let mut items = list.items.lock();
        if keep { items.iter().cloned().collect() } else { std::mem::take(&mut *items).into() }
    }

    /// All that was written, in its order; it stays if it is to be kept.
    pub(crate) fn read_in_order(&self, keep: bool) -> Vec<(Kind, Value)> {
        let order: Vec<Kind> = {
            let mut order = self.order.lock();
            if keep { order.iter().copied().collect() } else { order.drain(..).collect() }
        };
        let mut read: Vec<(Kind, VecDeque<Value>)> =
            Kind::ALL.iter().map(|kind| (*kind, self.read(*kind, keep).into())).collect();
        let mut all = Vec::new();
        for kind in order {
            if let Some((_, values)) = read.iter_mut().find(|(have, _)| *have == kind)
                && let Some(value) = values.pop_front()
            {
                all.push((kind, value));
            }
        }
        all.extend(read.into_iter().flat_map(|(kind, values)| values.into_iter().map(move |value| (kind, value))));
        all
    }
}

/// Says of what `Write-Host` has written that it was shown elsewhere before.
fn forwarded(record: &Value) {
    let tags = record.downcast::<Opaque>().and_then(|record| record.get("Tags"));
    if let Some(tags) = tags.as_ref().and_then(Value::downcast::<List>) {
        let mut tags = tags.items.lock();
        if tags.iter().any(|tag| text(tag).as_str() == "PSHOST") {
            tags.push_back("FORWARDED".into());
        }
    }
}

/// Puts output where the rest is gathered.
pub(crate) struct ToGathered(pub(crate) Arc<Gathered>);

impl Output for ToGathered {
    fn write(&mut self, _rs: &mut Runspace, value: Value) -> R<()> {
        self.0.add(Kind::Output, value);
        Ok(())
    }
}
