//! Who is connected: buses by name, their attachments and endpoints.

mod attachment;
mod counting;
mod directory;
mod grants;
mod holding;
mod members;
mod registry;
mod standing;
mod submission;

pub use attachment::{Attachment, Registered};
pub use counting::Label;
pub use directory::{Reception, Record};
pub use holding::Holdings;
pub use registry::{Opened, Options, Registry};
pub use standing::Standing;
