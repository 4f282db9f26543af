//! Between threads: the layout of a frame, the inbox of an attachment, the call that wakes a sleeping thread.

mod batch;
pub mod frame;
mod inbox;
mod wake;

pub use batch::{Batch, Run};
pub use frame::{Frame, Kind, Lane};
pub use inbox::{Drain, Drained, Inbox, Segment, inbox};
pub use wake::Wake;
