//! One batch of frames on its way out: copied once, and shared by the threads that get most of it.

use std::sync::Arc;

use super::frame::{ARM_BYTES, ATTEMPT_BYTES, DISARM_BYTES, Frame, KEY_BYTES};
use super::inbox::{Segment, SharedBytes};
use super::kind::{Kind, Lane};
use crate::error::Error;

/// Neighbouring frames of a batch for the same attachment in the same lane, as byte ranges.
#[derive(Debug)]
pub struct Run {
    /// The attachment that they are for.
    pub target: u32,
    /// The lane that they travel in.
    pub lane: Lane,
    /// Where they stand in the batch; neighbours are one range.
    pub ranges: Vec<(u32, u32)>,
    /// How many messages they are, or other things that are said: as many as frames, but for several events in one.
    pub messages: usize,
    /// How many of them are deliveries: these do not get lost with their target.
    pub deliveries: usize,
}

/// A parsed batch: what goes where, and what is for the core itself.
#[derive(Debug)]
pub struct Batch {
    /// What goes to which attachment, the highest lane first.
    pub runs: Vec<Run>,
    /// Where the frames start that the core itself is to read, and no others need to be told of.
    pub own: Vec<usize>,
    /// Where the frames start that have to do with deliveries: those that are to be held, and what is said of them.
    pub deliveries: Vec<usize>,
}

impl Batch {
    /// Sorts the frames in `bytes` by target.
    ///
    /// # Errors
    /// [`Error::BadFrame`]: then nothing of the batch has been sent.
    pub fn parse(bytes: &[u8], sender: u32) -> Result<Self, Error> {
        let mut runs: Vec<Run> = Vec::new();
        let (mut own, mut deliveries) = (Vec::new(), Vec::new());
        let mut at = 0;
        let mut last = 0;
        while at < bytes.len() {
            let frame = Frame::read(bytes, at)?;
            check(&frame, sender).map_err(|reason| Error::BadFrame { reason, at })?;
            let held = frame.delivery() != 0;
            if held || matches!(frame.kind(), Kind::Settle | Kind::Release | Kind::Attempt) {
                deliveries.push(at);
            } else if frame.kind().is_for_the_core() {
                own.push(at);
            }
            if !frame.kind().is_for_the_core() {
                for target in frame.targets() {
                    last = append(&mut runs, last, target, &frame, at);
                    if held && let Some(run) = runs.get_mut(last) {
                        run.deliveries += 1;
                    }
                }
            }
            at += frame.size();
        }
        // The highest lane leaves first: else a target could see a frame before an older one of a higher lane.
        runs.sort_by_key(|run| run.lane);
        Ok(Self { runs, own, deliveries })
    }
}

/// The bytes of a batch, from which its targets get what is for them.
///
/// A target that has not drained yet keeps all the memory alive that it shares. So only those share the batch that get at
/// least half of it, and the others a copy of their frames: what an inbox keeps alive is never more than twice what it
/// is accounted for.
#[derive(Debug)]
pub struct Source<'a> {
    bytes: &'a [u8],
    shared: Option<SharedBytes>,
}

impl<'a> Source<'a> {
    /// Bytes that are not ours to keep.
    #[must_use]
    pub fn borrowed(bytes: &'a [u8]) -> Self {
        Self { bytes, shared: None }
    }

    /// Bytes that are ours.
    #[must_use]
    pub fn shared(bytes: &'a SharedBytes) -> Self {
        Self { bytes, shared: Some(Arc::clone(bytes)) }
    }

    /// What a run sends to its target.
    pub fn segment(&mut self, ranges: Vec<(u32, u32)>) -> Segment {
        let run_bytes: usize = ranges.iter().map(|(start, end)| (end - start) as usize).sum();
        if run_bytes * 2 < self.bytes.len() {
            let mut own = Vec::with_capacity(run_bytes);
            for (start, end) in ranges {
                own.extend_from_slice(self.bytes.get(start as usize..end as usize).unwrap_or_default());
            }
            return Segment::whole(own);
        }
        let bytes = Arc::clone(self.shared.get_or_insert_with(|| Arc::new(self.bytes.into())));
        Segment { bytes, ranges }
    }
}

/// Whether `sender` may send the frame; if not, why.
fn check(frame: &Frame<'_>, sender: u32) -> Result<(), &'static str> {
    if frame.sender() != sender {
        return Err("its sender is another attachment");
    }
    if frame.delivery() != 0 {
        return check_delivery(frame);
    }
    let entry_bytes = match frame.kind() {
        Kind::Arm => ARM_BYTES,
        Kind::Disarm => DISARM_BYTES,
        Kind::Settle | Kind::Release => KEY_BYTES,
        Kind::Attempt => ATTEMPT_BYTES,
        _ => 1,
    };
    let has_target = frame.targets().next().is_some();
    match frame.kind() {
        _ if !frame.payload().len().is_multiple_of(entry_bytes) => {
            Err("its payload is no whole number of entries")
        }
        kind if kind.is_of_the_core() => Err("only the core says what it says"),
        Kind::Schedule | Kind::Retain | Kind::Dead if has_target => {
            Err("it is for the core, and has a target")
        }
        Kind::Events if !frame.has_its_events() => Err("its payload is no list of so many events"),
        // It would be lost, and counted nowhere.
        kind if !kind.is_for_the_core() && !has_target => Err("it has no target"),
        _ => Ok(()),
    }
}

/// A delivery is one message for one endpoint. Without a target, its endpoint has it already.
fn check_delivery(frame: &Frame<'_>) -> Result<(), &'static str> {
    if frame.endpoint() == 0 {
        return Err("it is a delivery, and for no endpoint");
    }
    if frame.targets().nth(1).is_some() {
        return Err("it is a delivery, and has several targets");
    }
    Ok(())
}

/// Adds a frame to the run of its target, looking first where the last one went; returns where it went.
fn append(runs: &mut Vec<Run>, last: usize, target: u32, frame: &Frame<'_>, at: usize) -> usize {
    let (lane, size) = (frame.lane(), frame.size());
    // A batch is at most some MiB: JavaScript's buffer is indexed by u32 as well.
    let (start, end) = (u32::try_from(at).unwrap_or(u32::MAX), u32::try_from(at + size).unwrap_or(u32::MAX));
    let fits = |run: &Run| run.target == target && run.lane == lane;
    let index = match runs.get(last) {
        Some(run) if fits(run) => last,
        _ => runs.iter().position(fits).unwrap_or_else(|| {
            runs.push(Run { target, lane, ranges: Vec::new(), messages: 0, deliveries: 0 });
            runs.len() - 1
        }),
    };
    if let Some(run) = runs.get_mut(index) {
        run.messages += frame.messages();
        match run.ranges.last_mut() {
            Some(range) if range.1 == start => range.1 = end,
            _ => run.ranges.push((start, end)),
        }
    }
    index
}
