//! The inbox of an attachment: frames from any thread, drained by one.
//!
//! Two promises hold it together:
//!
//! - **Causal order.** Whoever sees a frame has been given everything that its sender knew to be in the inbox before
//!   it, in this lane or a higher one. [`Drain`] therefore empties the queues from the lowest lane to the highest, and
//!   hands out from the highest to the lowest: what was pushed before a frame already seen is in a queue looked
//!   at later. Which of them have something is said by a word with a bit for each, set after each push, and asked anew
//!   before each queue: an owner that is woken for one frame need not wait for the ends of all queues to come from memory.
//! - **No lost wake-up.** The owner announces that it sleeps, and then looks once more; a pusher pushes, and then
//!   looks whether the owner sleeps. Between the two steps of each stands a sequentially consistent fence, so at
//!   least one of them sees the other. Modelled with `loom` in `crate/tests/loom/`.
//!
//! Every byte that waits here is accounted for in the inbox's [`Room`], and given back when it has been drained.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::{Frame, HEADER_BYTES, padded};
use super::kind::{LANES, Lane};
use super::room::Room;
use super::wake::Wake;
use crate::sync::{AtomicBool, AtomicU32, Ordering, Queue, fence};

/// Bytes that several attachments share: made of a vector without a copy.
pub type SharedBytes = Arc<Box<[u8]>>;

/// Frames of one batch for one attachment.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The batch, shared with the other attachments that it is for.
    pub bytes: SharedBytes,
    /// Where the frames stand in it.
    pub ranges: Vec<(u32, u32)>,
}

impl Segment {
    /// A segment that is all of `frame`.
    #[must_use]
    pub fn whole(frame: Vec<u8>) -> Self {
        let end = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        Self { bytes: Arc::new(frame.into()), ranges: vec![(0, end)] }
    }

    /// How many bytes its frames have.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        self.ranges.iter().map(|(start, end)| (end - start) as usize).sum()
    }
}

/// The side of the inbox that any thread may push to.
pub struct Inbox {
    lanes: [Queue<Segment>; LANES],
    /// A bit for each lane that something was pushed to since its owner looked there last.
    filled: AtomicU32,
    asleep: AtomicBool,
    wake: Box<dyn Wake>,
    room: Room,
    /// Whether the owner will be told that any route may have changed, and has not taken that out yet.
    is_outdated: AtomicBool,
}

/// The side of the inbox that its owner drains. There is one, and it stays in the owner's thread.
pub struct Drain {
    inbox: Arc<Inbox>,
    staged: [VecDeque<Segment>; LANES],
}

/// What one call of [`Drain::drain`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// So many bytes of whole frames were copied; there may be more.
    Bytes(usize),
    /// There was nothing; the owner counts as asleep until it is woken.
    Asleep,
    /// The next frame alone needs a buffer of so many bytes. Its header was copied, as far as there is room for that.
    Needs(usize),
}

/// A new, empty inbox with room for `limit` bytes, whose owner is awake.
#[must_use]
pub fn inbox(limit: usize, wake: Box<dyn Wake>) -> (Arc<Inbox>, Drain) {
    let inbox = Arc::new(Inbox {
        lanes: std::array::from_fn(|_| Queue::new()),
        filled: AtomicU32::new(0),
        asleep: AtomicBool::new(false),
        wake,
        room: Room::new(limit),
        is_outdated: AtomicBool::new(false),
    });
    let drain = Drain { inbox: Arc::clone(&inbox), staged: std::array::from_fn(|_| VecDeque::new()) };
    (inbox, drain)
}

impl Inbox {
    /// Its room.
    #[must_use]
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// Appends to a lane, and wakes the owner if it sleeps.
    pub fn push(&self, lane: Lane, segment: Segment) {
        self.push_promised(lane, segment, &mut 0);
    }

    /// Tells the owner which receivers changed. One that is behind is told once that any may have, however many more do:
    /// else those who register could fill the memory of one that does not listen. `all` says so; whoever calls this for
    /// the same inbox takes turns.
    pub fn push_news(&self, news: Segment, all: Segment) {
        if self.room.used() <= self.room.limit() / 2 {
            self.push(Lane::Control, news);
        // Release: whoever takes that out reads the table as it is now, or newer. Pairs with the swap in `stage`.
        } else if !self.is_outdated.swap(true, Ordering::AcqRel) {
            self.push(Lane::Control, all);
        }
    }

    /// As [`push`](Self::push); `promised` bytes of room were taken for this before, of which it takes what it needs.
    pub fn push_promised(&self, lane: Lane, segment: Segment, promised: &mut usize) {
        let bytes = segment.frame_bytes();
        let covered = bytes.min(*promised);
        *promised -= covered;
        self.room.add(bytes - covered);
        if let Some(queue) = self.lanes.get(lane as usize) {
            queue.push(segment);
            // Release: whoever sees the bit sees what was pushed. Pairs with the Acquire in `stage`.
            self.filled.fetch_or(bit(lane as usize), Ordering::Release);
        }
        // Pairs with the fence in `fall_asleep`: either we see that the owner sleeps, or it sees what we pushed.
        fence(Ordering::SeqCst);
        self.rouse();
    }

    /// Wakes the owner if it sleeps: for what was pushed, or ahead of what will be in a moment.
    pub fn rouse(&self) {
        if self.asleep.load(Ordering::Relaxed) && self.is_first_to_rouse() {
            self.wake.wake();
        }
    }

    /// Takes the announcement of sleep back; `false` when somebody else was faster, or there was none.
    fn is_first_to_rouse(&self) -> bool {
        self.asleep.compare_exchange(true, false, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn is_empty(&self) -> bool {
        self.filled.load(Ordering::Relaxed) == 0
    }
}

impl Drain {
    /// Whether there is something to take out. Who finds nothing does not count as asleep.
    #[must_use]
    pub fn has_frames(&self) -> bool {
        self.staged.iter().any(|lane| !lane.is_empty()) || !self.inbox.is_empty()
    }

    /// Copies as many whole frames into `buffer` as it holds, the highest lane first; their room is free again.
    pub fn drain(&mut self, buffer: &mut [u8]) -> Drained {
        let drained = self.take_out(buffer);
        if let Drained::Bytes(bytes) = drained {
            self.inbox.room.give_back(bytes);
        }
        drained
    }

    /// Copies the frame that [`drain`](Self::drain) has just said it needs more room for, its payload into memory of its
    /// own: so that what is large is copied once. Returns the bytes of the rest, which is a frame without its payload.
    ///
    /// Where `head` is too short, or `payload` is not as long as the payload, nothing happens but that it says so again.
    pub fn drain_apart(&mut self, head: &mut [u8], payload: &mut [u8]) -> Drained {
        let Some(lane) = self.staged.iter_mut().find(|lane| !lane.is_empty()) else { return Drained::Asleep };
        let (size, head_bytes) = match lane.front_mut() {
            Some(segment) => copy_apart(segment, head, payload),
            None => return Drained::Asleep,
        };
        if head_bytes == 0 {
            return Drained::Needs(size);
        }
        if lane.front().is_some_and(|segment| segment.ranges.is_empty()) {
            lane.pop_front();
        }
        self.inbox.room.give_back(size);
        Drained::Bytes(head_bytes)
    }

    fn take_out(&mut self, buffer: &mut [u8]) -> Drained {
        self.stage();
        let mut written = 0;
        for lane in &mut self.staged {
            while let Some(segment) = lane.front_mut() {
                let copied = copy_frames(segment, buffer.get_mut(written..).unwrap_or_default());
                written += copied;
                if segment.ranges.is_empty() {
                    lane.pop_front();
                } else if written == 0 {
                    return Drained::Needs(copy_header(segment, buffer));
                } else {
                    return Drained::Bytes(written);
                }
            }
        }
        if written > 0 {
            Drained::Bytes(written)
        } else if self.fall_asleep() {
            Drained::Asleep
        } else {
            self.take_out(buffer)
        }
    }

    /// Takes what is in the queues, from the lowest lane to the highest; see the head of this file.
    fn stage(&mut self) {
        for (lane, (queue, staged)) in self.inbox.lanes.iter().zip(&mut self.staged).enumerate().rev() {
            // Acquire: pairs with the Release in `push_promised`, of this lane, and of those that were pushed to before.
            if self.inbox.filled.load(Ordering::Acquire) & bit(lane) == 0 {
                continue;
            }
            // Before it is emptied: what is pushed from now on says so again.
            self.inbox.filled.fetch_and(!bit(lane), Ordering::AcqRel);
            // Bounded by what is there now: a fast pusher must not keep us here.
            for _ in 0..queue.waiting() {
                match queue.pop() {
                    Some(segment) => staged.push_back(segment),
                    None => break,
                }
            }
        }
        // After it was taken out of the queue, and before it is handed out: news that come from now on are told anew, and
        // those that were left out because of it are in the table that the owner is going to look at. Acquire: pairs with
        // the swap in `push_news`.
        if self.inbox.is_outdated.load(Ordering::Relaxed) {
            self.inbox.is_outdated.swap(false, Ordering::AcqRel);
        }
    }

    /// Announces that the owner sleeps; `false` when something has come meanwhile, and it is awake after all.
    fn fall_asleep(&self) -> bool {
        self.inbox.asleep.store(true, Ordering::Relaxed);
        // Pairs with the fence in `push`.
        fence(Ordering::SeqCst);
        // When a pusher was faster to take the flag back, its wake-up is on its way and finds what it pushed.
        self.inbox.is_empty() || !self.inbox.is_first_to_rouse()
    }
}

/// The bit of a lane in [`Inbox::filled`].
fn bit(lane: usize) -> u32 {
    1 << lane
}

/// Copies whole frames from the front of `segment`, and removes them from it.
fn copy_frames(segment: &mut Segment, buffer: &mut [u8]) -> usize {
    let mut written = 0;
    let mut done = 0;
    for range in &mut segment.ranges {
        let room = buffer.len() - written;
        let end = fitting_end(&segment.bytes, *range, room);
        let (from, to) = (range.0 as usize, end as usize);
        if let (Some(source), Some(target)) =
            (segment.bytes.get(from..to), buffer.get_mut(written..written + (to - from)))
        {
            target.copy_from_slice(source);
            written += to - from;
        }
        range.0 = end;
        if range.0 < range.1 {
            break;
        }
        done += 1;
    }
    segment.ranges.drain(..done);
    written
}

/// The end of the last frame of `range` that still fits into `room` bytes.
fn fitting_end(bytes: &[u8], range: (u32, u32), room: usize) -> u32 {
    if (range.1 - range.0) as usize <= room {
        return range.1;
    }
    let mut end = range.0 as usize;
    // The batch was checked when it was parsed, so a frame can be read at every start.
    while let Ok(frame) = Frame::read(bytes, end) {
        if end + frame.size() - range.0 as usize > room {
            break;
        }
        end += frame.size();
    }
    u32::try_from(end).unwrap_or(range.1).min(range.1)
}

/// The frame at the front of `segment`, which has one.
fn front(segment: &Segment) -> Option<Frame<'_>> {
    Frame::read(&segment.bytes, segment.ranges.first()?.0 as usize).ok()
}

/// Copies the header of the next frame of `segment`, where there is room for it; returns the size of the frame.
fn copy_header(segment: &Segment, buffer: &mut [u8]) -> usize {
    let Some(frame) = front(segment) else { return 0 };
    if let (Some(place), Some(header)) = (buffer.get_mut(..HEADER_BYTES), frame.bytes.get(..HEADER_BYTES)) {
        place.copy_from_slice(header);
    }
    frame.size()
}

/// Copies the next frame of `segment` in two parts and removes it; returns its size, and that of its head: 0 where the
/// parts do not fit, and nothing was done.
fn copy_apart(segment: &mut Segment, head: &mut [u8], payload: &mut [u8]) -> (usize, usize) {
    let Some(frame) = front(segment) else { return (0, 0) };
    let (size, source) = (frame.size(), frame.payload());
    let head_bytes = size - padded(source.len());
    let parts = (head.get_mut(..head_bytes), frame.bytes.get(..head_bytes));
    let (Some(place), Some(rest)) = parts else { return (size, 0) };
    if payload.len() != source.len() {
        return (size, 0);
    }
    place.copy_from_slice(rest);
    payload.copy_from_slice(source);
    if let Some(range) = segment.ranges.first_mut() {
        range.0 += u32::try_from(size).unwrap_or(u32::MAX);
    }
    segment.ranges.retain(|(start, end)| start < end);
    (size, head_bytes)
}
