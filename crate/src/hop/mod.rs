//! Between threads: the layout of a frame, the inbox of an attachment, the call that wakes a sleeping thread.

mod batch;
pub mod frame;
mod inbox;
mod kept;
mod kind;
mod wake;

pub use batch::{Batch, Run};
pub use frame::Frame;
pub use inbox::{Drain, Drained, Inbox, Segment, inbox};
pub use kept::{Forward, Kept};
pub use kind::{Kind, Lane};
pub use wake::Wake;
