//! Who is connected: buses by name, their attachments and endpoints.

mod attachment;
mod directory;
mod members;
mod registry;

pub use attachment::{Attachment, Registered};
pub use directory::{Reception, Record};
pub use registry::{Opened, Options, Registry};
