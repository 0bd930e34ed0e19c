//! The memory that a session may use.
//!
//! What the process uses is asked of the machine now and then while something runs, and before anything large is made. A
//! pipeline that goes beyond the limit ends; `finally` blocks and the pipelines after it get a little more, so that what
//! fills the memory can be let go.

use std::cell::Cell;

use super::{Flow, Limit, R, Runspace, error};
use crate::{
    limits,
    types::Type,
    value::{Array, Value, compact_size},
};

/// What a runspace knows of how much it uses up.
#[derive(Default)]
pub(crate) struct Watch {
    /// How often it was asked whether there is enough.
    checks: Cell<u32>,
    /// When it was measured last.
    measured: Cell<i64>,
    /// What may be used beyond the limit.
    beyond: Cell<u64>,
    /// Whether its command has taken too many steps: what runs now cleans up.
    pub(super) is_over: Cell<bool>,
}

impl Runspace {
    /// Ends the pipeline if it uses up too much; looks only now and then.
    ///
    /// # Errors
    /// [`Flow::Exhausted`].
    #[inline]
    pub(super) fn check_limits(&self) -> R<()> {
        let checks = self.watch.checks.get().wrapping_add(1);
        self.watch.checks.set(checks);
        if checks.is_multiple_of(limits::CHECKS) { self.look_at_limits() } else { Ok(()) }
    }

    #[cold]
    fn look_at_limits(&self) -> R<()> {
        self.count_steps()?;
        self.check_sent()?;
        self.measure_memory()
    }

    fn measure_memory(&self) -> R<()> {
        let now = self.platform.now();
        if now.wrapping_sub(self.watch.measured.get()).unsigned_abs() < limits::MEMORY_PERIOD {
            return Ok(());
        }
        self.watch.measured.set(now);
        if self.platform.memory_used() <= self.memory_allowed() {
            return Ok(());
        }
        Err(self.exhaust())
    }

    /// How many bytes of memory may be used now.
    pub(crate) fn memory_allowed(&self) -> u64 {
        self.platform.memory_limit().saturating_add(self.watch.beyond.get())
    }

    /// Memory is full: the pipeline ends.
    pub(crate) fn exhaust(&self) -> Flow {
        let limit = self.platform.memory_limit();
        self.watch.beyond.set(limit / limits::RESERVE);
        Flow::Exhausted(Limit::Memory(limit))
    }

    /// Begins a pipeline: one that begins with the memory full can still let something go.
    pub(crate) fn begin_memory(&self) {
        self.watch.is_over.set(false);
        let limit = self.platform.memory_limit();
        let is_full = self.watch.beyond.get() > 0 && self.platform.memory_used() > limit.saturating_sub(limit / 8);
        self.watch.beyond.set(if is_full { limit / limits::RESERVE } else { 0 });
    }

    /// Whether something of that many bytes can be made.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`, which a script can catch: nothing was made. [`Flow::Exhausted`] where little is left.
    #[inline]
    pub(crate) fn reserve(&self, bytes: usize) -> R<()> {
        if bytes < limits::MEMORY_LARGE { Ok(()) } else { self.reserve_large(bytes) }
    }

    #[cold]
    fn reserve_large(&self, bytes: usize) -> R<()> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let (used, limit) = (self.platform.memory_used(), self.platform.memory_limit());
        if used.saturating_add(bytes) <= self.memory_allowed() {
            return Ok(());
        }
        // Where memory is nearly full, one smaller thing after the other would be tried.
        Err(if used > limit.saturating_sub(limit / 4) { self.exhaust() } else { out_of_memory() })
    }

    /// As [`Runspace::reserve`], for a text of that many units.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`.
    #[inline]
    pub(crate) fn reserve_text(&self, units: usize) -> R<()> {
        if units > limits::MAX_STRING { Err(out_of_memory()) } else { self.reserve(units) }
    }

    /// A text that is being made has grown to that many units; `measured` is when that was looked at last.
    ///
    /// # Errors
    /// The pipeline was stopped, or `System.OutOfMemoryException`.
    pub(crate) fn grown(&self, measured: &mut usize, units: usize) -> R<()> {
        self.check_stop()?;
        if units.saturating_sub(*measured) < limits::MEMORY_LARGE {
            return Ok(());
        }
        *measured = units;
        self.reserve_text(units)
    }

    /// As [`Runspace::reserve`], for that many items of an array or list.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`.
    #[inline]
    pub(crate) fn reserve_items(&self, items: usize) -> R<()> {
        if items > limits::MAX_ITEMS {
            return Err(error::thrown("System.OutOfMemoryException", "Array dimensions exceeded supported range."));
        }
        self.reserve(items.saturating_mul(size_of::<Value>()))
    }

    /// As [`Runspace::reserve_items`], for an array with elements of that type.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`.
    pub(crate) fn reserve_elements(&self, element: &Type, items: usize) -> R<()> {
        match compact_size(element) {
            Some(size) if items <= limits::MAX_ELEMENTS => self.reserve(items.saturating_mul(size)),
            _ => self.reserve_items(items),
        }
    }

    /// Whether there is room for the items of an array as values, where it holds them in less.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`.
    #[inline]
    pub(crate) fn room_to_expand(&self, value: &Value) -> R<()> {
        match value.base() {
            Value::Array(array) if array.is_compact() => self.reserve_items(array.len()),
            _ => Ok(()),
        }
    }

    /// The elements of an array as values.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`.
    pub(crate) fn elements(&self, array: &Array) -> R<Vec<Value>> {
        self.reserve_items(array.len())?;
        Ok(array.items())
    }

    /// Whether there is room for the items that a method makes of a long text.
    ///
    /// # Errors
    /// `System.OutOfMemoryException`.
    pub(crate) fn room_for(&self, returns: &str, object: &Value, args: &[Value]) -> R<()> {
        if !returns.ends_with("[]") {
            return Ok(());
        }
        for value in std::iter::once(object).chain(args) {
            if let Value::Str(text) = value.base() {
                self.reserve(text.as_str().len().saturating_mul(2))?;
            }
        }
        Ok(())
    }
}

/// What .NET says when something does not fit into memory.
fn out_of_memory() -> Flow {
    error::thrown("System.OutOfMemoryException", "Insufficient memory to continue the execution of the program.")
}
