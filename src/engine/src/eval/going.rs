//! Work that knows nothing of pipelines, and still hears that one is to end.

use std::cell::Cell;

use super::{R, Runspace};
use crate::platform::GoesOn;

impl Runspace {
    /// Does `work`, which asks now and then whether it may go on and comes to its end soon after it may not; what it made
    /// then counts for nothing.
    ///
    /// # Errors
    /// The pipeline was stopped, or too much memory is used.
    pub(crate) fn while_running<T>(&self, work: impl FnOnce(GoesOn<'_>) -> T) -> R<T> {
        let ended = Cell::new(None);
        let goes_on = || match self.check_stop() {
            Ok(()) => true,
            Err(flow) => {
                ended.set(Some(flow));
                false
            }
        };
        let done = work(&goes_on);
        ended.into_inner().map_or(Ok(done), Err)
    }
}
