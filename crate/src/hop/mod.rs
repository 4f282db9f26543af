//! Between threads: the layout of a frame, the inbox of an attachment, the call that wakes a sleeping thread.

pub mod frame;
mod batch;
mod inbox;
mod wake;

pub use batch::{Batch, Run};
pub use frame::{Frame, Kind, Lane};
pub use inbox::{Drained, Drain, Inbox, Segment, inbox};
pub use wake::Wake;
