//! What a bus has in hand for its attachments: deliveries, dead letters, a schedule, retained messages.
//!
//! A *delivery* is one message for one endpoint that is held until the endpoint's thread has settled it. It is given to
//! another endpoint when its own cannot have it, waits where there is none, and lapses when it has waited for too long.
//! Nothing here knows a thread, a lock or a clock: each call is told what time it is, and returns the frames that are to
//! be sent.
//!
//! - [`Deliveries`]: what becomes of deliveries; it decides, with
//!   - `ledger`: which there are, and who has them in hand
//!   - `peers`: the endpoints by pattern, for who can take over from whom
//!   - `windows`, `window`, `untied`: the ids that have been taken
//! - [`Letters`]: dead letters
//! - [`Schedule`]: messages whose time has not come
//! - [`Retained`]: the last message of each topic

mod deliveries;
mod key;
mod ledger;
mod letters;
mod moment;
mod peers;
mod retained;
mod schedule;
mod scope;
mod untied;
mod window;
mod windows;

pub use deliveries::{Circumstances, Deliveries, PATIENCE_MS};
pub use key::{Attempt, Key, attempts, keys};
pub use letters::{Letters, MOST_LETTER_BYTES, MOST_LETTERS};
pub use moment::Moment;
pub use peers::Peer;
pub use retained::{MOST_RETAINED_BYTES, MOST_TOPICS, Retained};
pub use schedule::Schedule;
pub use scope::Scope;
pub use window::DedupeWindow;
