//! One batch of frames on its way out: copied once, then shared by every thread that it is for.

use std::sync::Arc;

use super::frame::{ARM_BYTES, DISARM_BYTES, Frame, Kind, Lane};
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
    /// How many they are.
    pub frames: usize,
}

/// A parsed batch: what goes where, and what is for the core itself.
#[derive(Debug)]
pub struct Batch {
    /// The bytes of the batch.
    pub bytes: Arc<[u8]>,
    /// What goes to which attachment, the highest lane first.
    pub runs: Vec<Run>,
    /// Where the frames start that the core itself is to read.
    pub own: Vec<usize>,
}

impl Batch {
    /// Copies `bytes` and sorts its frames by target.
    ///
    /// # Errors
    /// [`Error::BadFrame`]: then nothing of the batch has been sent.
    pub fn parse(bytes: &[u8], sender: u32) -> Result<Self, Error> {
        let mut runs: Vec<Run> = Vec::new();
        let mut own = Vec::new();
        let mut at = 0;
        let mut last = 0;
        while at < bytes.len() {
            let frame = Frame::read(bytes, at)?;
            check(&frame, sender).map_err(|reason| Error::BadFrame { reason, at })?;
            if matches!(frame.kind(), Kind::Arm | Kind::Disarm) {
                own.push(at);
            } else {
                for target in frame.targets() {
                    last = append(&mut runs, last, target, frame.lane(), at, frame.size());
                }
            }
            at += frame.size();
        }
        // The highest lane leaves first: else a target could see a frame before an older one of a higher lane.
        runs.sort_by_key(|run| run.lane);
        Ok(Self { bytes: bytes.into(), runs, own })
    }
}

/// Whether `sender` may send the frame; if not, why.
fn check(frame: &Frame<'_>, sender: u32) -> Result<(), &'static str> {
    if frame.sender() != sender {
        return Err("its sender is another attachment");
    }
    match frame.kind() {
        Kind::Arm if frame.payload().len().is_multiple_of(ARM_BYTES) => Ok(()),
        Kind::Disarm if frame.payload().len().is_multiple_of(DISARM_BYTES) => Ok(()),
        Kind::Arm | Kind::Disarm => Err("its payload is no whole number of entries"),
        kind if kind.is_of_the_core() => Err("only the core says what it says"),
        // It would be lost, and counted nowhere.
        _ if frame.targets().next().is_none() => Err("it has no target"),
        _ => Ok(()),
    }
}

/// Adds a frame to the run of its target, looking first where the last one went; returns where it went.
fn append(runs: &mut Vec<Run>, last: usize, target: u32, lane: Lane, at: usize, size: usize) -> usize {
    // A batch is at most some MiB: JavaScript's buffer is indexed by u32 as well.
    let (start, end) = (u32::try_from(at).unwrap_or(u32::MAX), u32::try_from(at + size).unwrap_or(u32::MAX));
    let fits = |run: &Run| run.target == target && run.lane == lane;
    let index = match runs.get(last) {
        Some(run) if fits(run) => last,
        _ => runs.iter().position(fits).unwrap_or_else(|| {
            runs.push(Run { target, lane, ranges: Vec::new(), frames: 0 });
            runs.len() - 1
        }),
    };
    if let Some(run) = runs.get_mut(index) {
        run.frames += 1;
        match run.ranges.last_mut() {
            Some(range) if range.1 == start => range.1 = end,
            _ => run.ranges.push((start, end)),
        }
    }
    index
}
