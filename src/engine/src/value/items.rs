//! What `foreach` and pipelines go through, item by item: ranges and compact arrays are never made into values as a whole.

use std::sync::Arc;

use super::{Array, Value};

/// Items that are gone through.
pub(crate) enum Items {
    Values(Vec<Value>),
    /// The elements of an array that holds them in less room than values take, from one on.
    Array(Arc<Array>, usize),
    Span(Span),
}

/// A range of numbers or characters, upwards or downwards.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    first: i32,
    last: i32,
    is_chars: bool,
}

impl Span {
    pub(crate) fn numbers(first: i32, last: i32) -> Self {
        Self { first, last, is_chars: false }
    }

    pub(crate) fn chars(first: u16, last: u16) -> Self {
        Self { first: first.into(), last: last.into(), is_chars: true }
    }

    /// The class of what goes through it.
    pub(crate) fn enumerator(self) -> &'static str {
        if self.is_chars {
            "System.Management.Automation.CharRangeEnumerator"
        } else {
            "System.Management.Automation.RangeEnumerator"
        }
    }

    pub(crate) fn len(self) -> usize {
        usize::try_from(self.first.abs_diff(self.last)).unwrap_or(usize::MAX).saturating_add(1)
    }

    fn get(self, at: usize) -> Option<Value> {
        let step = u32::try_from(at).ok().filter(|step| *step <= self.first.abs_diff(self.last))?;
        let number = if self.first <= self.last {
            self.first.checked_add_unsigned(step)?
        } else {
            self.first.checked_sub_unsigned(step)?
        };
        Some(if self.is_chars { Value::Char(u16::try_from(number).ok()?) } else { Value::I32(number) })
    }

    /// All of it, as one array.
    pub(crate) fn array(self) -> Value {
        Value::array((0..self.len()).map_while(|at| self.get(at)).collect())
    }

    /// Without what comes before a place; none if nothing is left.
    fn after(self, at: usize) -> Option<Self> {
        let Value::I32(first) = Self { is_chars: false, ..self }.get(at)? else { return None };
        Some(Self { first, ..self })
    }
}

impl From<Vec<Value>> for Items {
    fn from(values: Vec<Value>) -> Self {
        Self::Values(values)
    }
}

impl Items {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Values(values) => values.len(),
            Self::Array(array, from) => array.len().saturating_sub(*from),
            Self::Span(span) => span.len(),
        }
    }

    /// The item at a place.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<Value> {
        match self {
            Self::Values(values) => values.get(at).cloned(),
            Self::Array(array, from) => array.get(from.saturating_add(at)),
            Self::Span(span) => span.get(at),
        }
    }

    /// As [`Self::get`], for the last time.
    #[inline]
    fn take(&mut self, at: usize) -> Option<Value> {
        match self {
            Self::Values(values) => values.get_mut(at).map(std::mem::take),
            other => other.get(at),
        }
    }

    /// Those from a place on.
    pub(crate) fn after(&self, at: usize) -> Self {
        match self {
            Self::Values(values) => Self::Values(values.get(at..).map(<[Value]>::to_vec).unwrap_or_default()),
            Self::Array(array, from) => Self::Array(array.clone(), from.saturating_add(at)),
            Self::Span(span) => span.after(at).map_or_else(|| Vec::new().into(), Self::Span),
        }
    }

    /// All of them.
    pub(crate) fn into_values(self) -> Vec<Value> {
        match self {
            Self::Values(values) => values,
            other => (0..other.len()).map_while(|at| other.get(at)).collect(),
        }
    }
}

impl IntoIterator for Items {
    type Item = Value;
    type IntoIter = Walk;

    fn into_iter(self) -> Walk {
        Walk { items: self, at: 0 }
    }
}

/// Goes through items once.
pub(crate) struct Walk {
    items: Items,
    at: usize,
}

impl Iterator for Walk {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        let item = self.items.take(self.at)?;
        self.at = self.at.saturating_add(1);
        Some(item)
    }
}
