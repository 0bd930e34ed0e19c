//! Choosing among overloads, as PowerShell does: by how well the arguments convert, those in front first, and where that leaves a
//! choice by the types of the parameters.

use std::cmp::Ordering;

use super::{R, error};
use crate::{
    convert::rank::{self, NULL_TO_VALUE, NUMERIC_IMPLICIT, Rank, UNRELATED_ARRAYS},
    types::Type,
    value::Value,
};

/// An overload that takes as many arguments as there are.
pub(super) struct Candidate {
    /// Its place among all.
    pub(super) place: usize,
    /// For each argument the type that it is converted to, and how well that goes.
    pub(super) takes: Vec<(Type, Rank)>,
    /// How many parameters it has.
    pub(super) parameters: usize,
    /// Whether arguments become elements of its last parameter.
    pub(super) is_expanded: bool,
}

/// The best of the candidates for a method.
///
/// # Errors
/// `MethodCountCouldNotFindBest`, if there is none, or no one is better than all others.
pub(super) fn best<'c>(candidates: &'c [Candidate], args: &[Value], name: &str) -> R<&'c Candidate> {
    let shown = if name == ".ctor" { "new" } else { name };
    let count = args.len();
    let Some((mut best, others)) = candidates.split_first() else { return Err(error::no_overload(shown, count)) };
    let mut is_ambiguous = false;
    for other in others {
        match compare(best, other, args) {
            0 => is_ambiguous = true,
            1.. => {}
            _ => {
                best = other;
                is_ambiguous = false;
            }
        }
    }
    // The members that are built in do not have all overloads of .NET: only numbers are told apart as there.
    let is_unclear = |(of, rank): &(Type, Rank)| rank::is_primitive(of) && *rank < NULL_TO_VALUE;
    // Of operators all overloads are known.
    if is_ambiguous && (name.starts_with("op_") || best.takes.iter().any(is_unclear)) {
        let message =
            format!("Multiple ambiguous overloads found for \"{shown}\" and the argument count: \"{count}\".");
        return Err(error::method("MethodCountCouldNotFindBest", message));
    }
    Ok(best)
}

/// Greater than zero if the first is better.
fn compare(one: &Candidate, two: &Candidate, args: &[Value]) -> i32 {
    let count = i32::try_from(args.len()).unwrap_or(i32::MAX);
    let pairs = || one.takes.iter().zip(&two.takes);
    let mut better = 0_i32;
    let mut weight = count;
    for (((one_type, one_rank), (two_type, two_rank)), arg) in pairs().zip(args) {
        let by_element = || by_elements(arg, one_type, two_type);
        let order = one_rank.cmp(two_rank);
        let order = if order.is_eq() && *one_rank == UNRELATED_ARRAYS { by_element() } else { order };
        better = better.saturating_add(weight.saturating_mul(sign(order)));
        weight = weight.saturating_sub(1);
    }
    if better == 0 {
        weight = count;
        for ((one_type, one_rank), (two_type, two_rank)) in pairs() {
            better = better.saturating_add(by_types((one_type, *one_rank), (two_type, *two_rank), weight));
            weight = weight.saturating_sub(1);
        }
    }
    if better == 0 {
        better = match (one.is_expanded, two.is_expanded) {
            (true, true) => sign(one.parameters.cmp(&two.parameters)),
            (true, false) => -1,
            (false, true) => 1,
            (false, false) => sign(two.parameters.cmp(&one.parameters)),
        };
    }
    better
}

/// Conversions of one rank: what widens goes to the smaller type, what does not to the larger one.
fn by_types(one: (&Type, Rank), two: (&Type, Rank), weight: i32) -> i32 {
    let is_implicit = |rank: Rank| rank >= NUMERIC_IMPLICIT;
    if one.1 < NULL_TO_VALUE || two.1 < NULL_TO_VALUE || is_implicit(one.1) != is_implicit(two.1) {
        return 0;
    }
    let (forth, back) = (rank::of_types(one.0, two.0), rank::of_types(two.0, one.0));
    let larger = back.cmp(&forth);
    weight.saturating_mul(sign(if is_implicit(one.1) { larger.reverse() } else { larger }))
}

const fn sign(order: Ordering) -> i32 {
    match order {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

/// Which of two arrays the elements of an array fit better.
fn by_elements(arg: &Value, one: &Type, two: &Type) -> Ordering {
    let (Some(one), Some(two)) = (one.element(), two.element()) else { return Ordering::Equal };
    let Some(element) = element_type(arg) else { return Ordering::Equal };
    rank::of_types(&element, one).cmp(&rank::of_types(&element, two))
}

/// The type that all elements have, or that of the array.
fn element_type(arg: &Value) -> Option<Type> {
    let array = arg.as_array()?;
    let of = array.type_of().element().cloned()?;
    let items = crate::value::enumerate(arg)?;
    let first = items.first()?.type_of()?;
    let is_uniform = of == crate::types::object() && items.iter().all(|item| item.type_of().as_ref() == Some(&first));
    Some(if is_uniform { first } else { of })
}
