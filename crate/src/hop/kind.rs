//! What a frame is, and in which lane it travels.

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// An event for every subscription of the topic in the target's thread.
    Event = 1,
    /// A notification for one endpoint; answered by `Reply` or `Failure`.
    Notification = 2,
    /// A request for one endpoint; answered by `Reply` or `Failure`.
    Request = 3,
    /// The answer to a request, or "accepted" to a notification.
    Reply = 4,
    /// The error that answers a request or a notification.
    Failure = 5,
    /// The caller of a request has given up: the handler's signal aborts.
    Abort = 6,
    /// One item of a reply that is a stream.
    Item = 7,
    /// The reader of a stream has room for so many items more.
    Credit = 8,
    /// The bus is to be closed in every thread: the target is to leave it by the deadline, and to say what came of that.
    Close = 9,
    /// The answer to `Close`: the target has seen it; with a payload, what it has left behind.
    Closed = 10,
    /// Events of one topic, one after the other, of which nothing is said, each with its own payload.
    Events = 11,
    /// To the core: deadlines, each `slot u32, generation u32, due f64` in milliseconds of the core's clock.
    Arm = 16,
    /// To the core: a list of slots (`u32`) whose deadlines are of no interest any more.
    Disarm = 17,
    /// To the core: deliveries that were finished with, each `sender u32, delivery u32`.
    Settle = 18,
    /// To the core: deliveries that their thread gives back unprocessed, each `sender u32, delivery u32`.
    Release = 19,
    /// To the core: deliveries that are tried again, each `sender u32, delivery u32, attempt u32, 0 u32`.
    Attempt = 20,
    /// To the core: a message that is to come back as `Due` at its deadline.
    Schedule = 21,
    /// To the core: the last message of its topic, for those who subscribe later; without a payload, there is none.
    Retain = 22,
    /// To the core: a dead letter, in bytes that the core does not read.
    Dead = 23,
    /// From the core: another attachment wants to know that everything before this was seen.
    Sync = 32,
    /// The answer to `Sync`: all that the sender had sent before this has been delivered.
    Synced = 33,
    /// From the core: deadlines that passed, each `slot u32, generation u32`.
    Expired = 34,
    /// From the core: the receivers of the exact topic that it names changed.
    TopicChanged = 35,
    /// From the core: receivers of any topic may have changed.
    RoutesChanged = 36,
    /// From the core: the attachment that is named as the sender has left.
    Gone = 37,
    /// From the core: the endpoint that is in the place of the slot has lost its name to another, and is off the table.
    Replaced = 38,
    /// From the core: a scheduled message whose time has come.
    Due = 39,
    /// From the core: a delivery that no endpoint is left for; whoever gets this buries it.
    Lapsed = 40,
    /// From the core: the inbox of the attachment that is named as the sender has room again; of none, what the bus holds.
    Room = 41,
}

impl Kind {
    pub(super) fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Event,
            2 => Self::Notification,
            3 => Self::Request,
            4 => Self::Reply,
            5 => Self::Failure,
            6 => Self::Abort,
            7 => Self::Item,
            8 => Self::Credit,
            9 => Self::Close,
            10 => Self::Closed,
            11 => Self::Events,
            16 => Self::Arm,
            17 => Self::Disarm,
            18 => Self::Settle,
            19 => Self::Release,
            20 => Self::Attempt,
            21 => Self::Schedule,
            22 => Self::Retain,
            23 => Self::Dead,
            32 => Self::Sync,
            33 => Self::Synced,
            34 => Self::Expired,
            35 => Self::TopicChanged,
            36 => Self::RoutesChanged,
            37 => Self::Gone,
            38 => Self::Replaced,
            39 => Self::Due,
            40 => Self::Lapsed,
            41 => Self::Room,
            _ => return None,
        })
    }

    /// Whether only the core may say it.
    #[must_use]
    pub fn is_of_the_core(self) -> bool {
        matches!(
            self,
            Self::Sync
                | Self::Expired
                | Self::TopicChanged
                | Self::RoutesChanged
                | Self::Gone
                | Self::Replaced
                | Self::Due
                | Self::Lapsed
                | Self::Room
        )
    }
}

impl Kind {
    /// Whether it is for the core itself, so that it goes to nobody.
    #[must_use]
    pub fn is_for_the_core(self) -> bool {
        matches!(
            self,
            Self::Arm
                | Self::Disarm
                | Self::Settle
                | Self::Release
                | Self::Attempt
                | Self::Schedule
                | Self::Retain
                | Self::Dead
        )
    }
}

/// The lanes of an inbox, the first drained first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Lane {
    /// What the core says; never held up by messages.
    Control = 0,
    /// Messages of priority `critical`.
    Critical = 1,
    /// Messages of priority `high`.
    High = 2,
    /// Messages of priority `normal`.
    Normal = 3,
    /// Messages of priority `low`.
    Low = 4,
}

/// How many lanes there are.
pub(super) const LANES: usize = 5;
