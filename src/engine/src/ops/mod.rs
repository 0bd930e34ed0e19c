//! Operators.

pub(crate) mod arithmetic;
pub(crate) mod bits;
pub(crate) mod compare;
pub(crate) mod composite;
pub(crate) mod matching;
mod ordering;
pub(crate) mod patterns;
pub(crate) mod quick;
pub(crate) mod split;

pub(crate) use ordering::ordering;
