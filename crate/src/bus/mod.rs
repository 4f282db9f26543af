//! Who is connected: buses by name, their attachments and endpoints.

mod attachment;
mod members;
mod registry;

pub use attachment::{Attachment, Registered, Reception};
pub use registry::{Opened, Registry};
