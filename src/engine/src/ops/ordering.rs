//! Sorting by comparisons that may fail.

use std::cmp::Ordering;

use crate::eval::{R, Runspace};

/// Lets `work` order things by a comparison that may fail. It hears a stop; behind a failure nothing is compared any more and
/// all is equal, so that the sort ends.
///
/// # Errors
/// The first failure of the comparison, or the pipeline was stopped.
pub(crate) fn ordering<T: ?Sized, O>(
    rs: &mut Runspace,
    mut compare: impl FnMut(&mut Runspace, &T, &T) -> R<Ordering>,
    work: impl FnOnce(&mut dyn FnMut(&T, &T) -> Ordering) -> O,
) -> R<O> {
    let mut failure = None;
    let done = work(&mut |a, b| {
        if failure.is_some() {
            return Ordering::Equal;
        }
        rs.check_stop().and_then(|()| compare(rs, a, b)).unwrap_or_else(|flow| {
            failure = Some(flow);
            Ordering::Equal
        })
    });
    failure.map_or(Ok(done), Err)
}
