//! What the thread of an attachment counts, and what all threads of its bus have counted.

use std::sync::atomic::Ordering;

use super::attachment::Attachment;
use super::holding::lock;
use crate::router::Role;
use crate::topic::Pattern;

/// An endpoint by what its users call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Whether it is a handler; a subscription otherwise.
    pub is_handler: bool,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its pattern as it was registered; of a regular expression the source between slashes, and the flags.
    pub pattern: String,
}

impl Attachment {
    /// The row of `key` among what is counted; `None` when there is no room for another one.
    #[must_use]
    pub fn row(&self, key: &str) -> Option<u32> {
        lock(&self.shared.sums).row(key)
    }

    /// The keys of the rows from `first` on.
    #[must_use]
    pub fn row_keys(&self, first: usize) -> Vec<String> {
        lock(&self.shared.sums).keys(first)
    }

    /// Takes what this thread has counted since its last report: see [`Sums::report`](crate::metrics::Sums::report).
    /// After it has left nothing is taken: its levels would stay for ever.
    pub fn report(&self, numbers: &[f64]) {
        let mut sums = lock(&self.shared.sums);
        if !self.left.load(Ordering::Relaxed) {
            sums.report(self.id, numbers);
        }
    }

    /// Writes what all threads have counted: see [`Sums::write`](crate::metrics::Sums::write).
    pub fn collect(&self, room: &mut [f64]) -> usize {
        lock(&self.shared.sums).write(room)
    }

    /// What the users of an endpoint, in whichever thread, call it.
    #[must_use]
    pub fn label(&self, endpoint: u32) -> Option<Label> {
        let record = self.shared.directory.get(endpoint)?;
        let source = record.pattern.source();
        let pattern = match &record.pattern {
            Pattern::Regex(regex) => format!("/{source}/{}", regex.flags()),
            _ => source.into_owned(),
        };
        let is_handler = record.reception.role == Role::Handler;
        Some(Label { is_handler, name: record.reception.name.clone(), pattern })
    }
}
