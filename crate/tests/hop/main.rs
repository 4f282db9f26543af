//! Between threads: the layout of frames, batches on their way out, the inbox and its two promises.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what fails there is a failed test")]

mod batches;
mod draft;
mod frames;
mod inbox;
mod kept;
mod malformed;
mod stress;

use busbar::hop::Lane;

/// As many bytes as these inboxes are to take: more than any of them gets, where it is not about that.
const LIMIT: usize = usize::MAX;

/// The highest first.
const LANES: [Lane; 5] = [Lane::Control, Lane::Critical, Lane::High, Lane::Normal, Lane::Low];
