//! Between threads: the layout of a frame, the inbox of an attachment and its room, the call that wakes a sleeping
//! thread.

mod batch;
pub mod frame;
mod inbox;
mod kept;
mod kind;
mod room;
mod wake;

pub use batch::{Batch, Run, Source};
pub use frame::Frame;
pub use inbox::{Drain, Drained, Inbox, Segment, SharedBytes, inbox};
pub use kept::{Forward, Kept};
pub use kind::{Kind, Lane};
pub use room::{Room, Waiter};
pub use wake::Wake;
