//! The inbox of an attachment: frames from any thread, drained by one.
//!
//! Two promises hold it together:
//!
//! - **Causal order.** Whoever sees a frame has been given everything that its sender knew to be in the inbox before
//!   it, in this lane or a higher one. [`Drain`] therefore empties the queues from the lowest lane to the highest, and
//!   hands out from the highest to the lowest: what was pushed before a frame already seen is in a queue looked
//!   at later.
//! - **No lost wake-up.** The owner announces that it sleeps, and then looks once more; a pusher pushes, and then
//!   looks whether the owner sleeps. Between the two steps of each stands a sequentially consistent fence, so at
//!   least one of them sees the other. Modelled with `loom` in `crate/tests/loom/`.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::Frame;
use super::kind::{LANES, Lane};
use super::wake::Wake;
use crate::sync::{AtomicBool, Ordering, Queue, fence};

/// Frames of one batch for one attachment.
#[derive(Debug)]
pub struct Segment {
    /// The batch, shared with the other attachments that it is for.
    pub bytes: Arc<[u8]>,
    /// Where the frames stand in it.
    pub ranges: Vec<(u32, u32)>,
}

impl Segment {
    /// A segment that is all of `frame`.
    #[must_use]
    pub fn whole(frame: Vec<u8>) -> Self {
        let end = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        Self { bytes: frame.into(), ranges: vec![(0, end)] }
    }
}

/// The side of the inbox that any thread may push to.
pub struct Inbox {
    lanes: [Queue<Segment>; LANES],
    asleep: AtomicBool,
    wake: Box<dyn Wake>,
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
    /// The next frame alone needs a buffer of so many bytes.
    Needs(usize),
}

/// A new, empty inbox, whose owner is awake.
#[must_use]
pub fn inbox(wake: Box<dyn Wake>) -> (Arc<Inbox>, Drain) {
    let inbox = Arc::new(Inbox {
        lanes: std::array::from_fn(|_| Queue::new()),
        asleep: AtomicBool::new(false),
        wake,
    });
    let drain = Drain { inbox: Arc::clone(&inbox), staged: std::array::from_fn(|_| VecDeque::new()) };
    (inbox, drain)
}

impl Inbox {
    /// Appends to a lane, and wakes the owner if it sleeps.
    pub fn push(&self, lane: Lane, segment: Segment) {
        if let Some(queue) = self.lanes.get(lane as usize) {
            queue.push(segment);
        }
        // Pairs with the fence in `fall_asleep`: either we see that the owner sleeps, or it sees what we pushed.
        fence(Ordering::SeqCst);
        if self.asleep.load(Ordering::Relaxed) && self.is_first_to_rouse() {
            self.wake.wake();
        }
    }

    /// Takes the announcement of sleep back; `false` when somebody else was faster, or there was none.
    fn is_first_to_rouse(&self) -> bool {
        self.asleep.compare_exchange(true, false, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn is_empty(&self) -> bool {
        self.lanes.iter().all(Queue::is_empty)
    }
}

impl Drain {
    /// Copies as many whole frames into `buffer` as it holds, the highest lane first.
    pub fn drain(&mut self, buffer: &mut [u8]) -> Drained {
        self.stage();
        let mut written = 0;
        for lane in &mut self.staged {
            while let Some(segment) = lane.front_mut() {
                let copied = copy_frames(segment, buffer.get_mut(written..).unwrap_or_default());
                written += copied;
                if segment.ranges.is_empty() {
                    lane.pop_front();
                } else if written == 0 {
                    return Drained::Needs(next_frame_bytes(segment));
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
            self.drain(buffer)
        }
    }

    /// Takes what is in the queues, from the lowest lane to the highest; see the head of this file.
    fn stage(&mut self) {
        for (queue, staged) in self.inbox.lanes.iter().zip(&mut self.staged).rev() {
            // Bounded by what is there now: a fast pusher must not keep us here.
            for _ in 0..queue.len() {
                match queue.pop() {
                    Some(segment) => staged.push_back(segment),
                    None => break,
                }
            }
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

fn next_frame_bytes(segment: &Segment) -> usize {
    let start = segment.ranges.first().map_or(0, |range| range.0 as usize);
    Frame::read(&segment.bytes, start).map_or(0, |frame| frame.size())
}
