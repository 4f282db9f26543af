//! What can go wrong in the core, as data; and the stable code of each, the only place where one is written in Rust.

use std::fmt;

/// A failure of the core. Its [`code`](Error::code) is the `code` of the JavaScript error that it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The text is not a topic.
    InvalidTopic {
        /// The text as it was given.
        topic: String,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// The text is not a pattern.
    InvalidPattern {
        /// The text as it was given.
        pattern: String,
        /// What is wrong with it, and what to write instead.
        reason: String,
        /// The byte at which it goes wrong.
        at: usize,
    },
    /// Another handler has the name.
    NameTaken {
        /// The name.
        name: String,
        /// The handler that has it.
        endpoint: u32,
    },
    /// A bus of that name is open with other options.
    OptionsDiffer {
        /// The name of the bus.
        bus: String,
        /// The options it was opened with, as canonical JSON.
        open: String,
        /// The options that were asked for, as canonical JSON.
        asked: String,
    },
    /// The attachment has left its bus.
    Closed,
    /// A frame that does not follow the layout: a defect of the sender, never of user input.
    BadFrame {
        /// Which rule it breaks.
        reason: &'static str,
        /// The byte of the batch at which it starts.
        at: usize,
    },
    /// The core met a defect of its own; the operation did nothing.
    Internal {
        /// What was found.
        reason: String,
    },
}

impl Error {
    /// The stable code: what a program compares.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidTopic { .. } => "ERR_BUS_INVALID_TOPIC",
            Self::InvalidPattern { .. } => "ERR_BUS_INVALID_PATTERN",
            Self::NameTaken { .. } => "ERR_BUS_NAME_TAKEN",
            Self::OptionsDiffer { .. } => "ERR_BUS_OPTIONS_DIFFER",
            Self::Closed => "ERR_BUS_CLOSED",
            Self::BadFrame { .. } | Self::Internal { .. } => "ERR_BUS_INTERNAL",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidTopic { topic, reason } => write!(f, "invalid topic {topic:?}: {reason}"),
            Self::InvalidPattern { pattern, reason, at } => {
                write!(f, "invalid pattern {pattern:?} at byte {at}: {reason}")
            }
            Self::NameTaken { name, endpoint } => {
                write!(
                    f,
                    "another handler (endpoint {endpoint}) has the name {name:?}: take it over with replace: true"
                )
            }
            Self::OptionsDiffer { bus, open, asked } => {
                write!(f, "bus {bus:?} is open with other options: {open}, asked for {asked}")
            }
            Self::Closed => f.write_str("the bus is closed in this thread"),
            Self::BadFrame { reason, at } => write!(f, "bad frame at byte {at}: {reason}"),
            Self::Internal { reason } => write!(f, "internal error: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
