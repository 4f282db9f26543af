//! What becomes of a batch: frames go to other attachments, are kept, or say something about what is.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::attachment::Attachment;
use super::holding::{Turn, lock};
use super::registry::Shared;
use crate::delivery::{Deliveries, Key, attempts, keys};
use crate::error::Error;
use crate::hop::frame::padded;
use crate::hop::{Batch, Frame, Kept, Kind, Run, SharedBytes, Source};
use crate::timer::Deadline;

/// A batch of no more is a message or two.
const FEW_BYTES: usize = 1 << 12;

impl Attachment {
    /// Sends a batch of frames on their way.
    ///
    /// # Errors
    /// [`Error::BadFrame`], and [`Error::Closed`] when this attachment has left: then nothing was sent. A delivery whose
    /// number is held already is a bad frame.
    pub fn submit(&self, bytes: &[u8]) -> Result<(), Error> {
        self.send(bytes, Source::borrowed(bytes))
    }

    /// As [`submit`](Self::submit), for one frame whose payload stands elsewhere: the two are put together in memory that
    /// all its targets share, so that a large payload is copied once on its way in.
    ///
    /// # Errors
    /// As `submit`.
    pub fn submit_apart(&self, head: &[u8], payload: &[u8]) -> Result<(), Error> {
        let size = head.len() + padded(payload.len());
        let mut frame = Vec::with_capacity(size);
        frame.extend_from_slice(head);
        frame.extend_from_slice(payload);
        frame.resize(size, 0);
        let bytes: SharedBytes = Arc::new(frame.into());
        self.send(&bytes, Source::shared(&bytes))
    }

    fn send(&self, bytes: &[u8], source: Source<'_>) -> Result<(), Error> {
        if self.left.load(Ordering::Relaxed) {
            return Err(Error::Closed);
        }
        let batch = Batch::parse(bytes, self.id)?;
        if !bytes.is_empty() {
            self.streams.store(bytes.len() > FEW_BYTES, Ordering::Relaxed);
        }
        let mut turn = (!batch.deliveries.is_empty()).then(|| self.shared.deliveries());
        if let Some(turn) = &mut turn {
            check_numbers(turn.deliveries(), bytes, &batch.deliveries)?;
        }
        for at in batch.own {
            self.keep(&Frame::read(bytes, at)?)?;
        }
        if let Some(turn) = &mut turn {
            for at in batch.deliveries {
                self.deliver(turn, &Frame::read(bytes, at)?);
            }
        }
        drop(turn);
        self.push(batch.runs, source);
        Ok(())
    }

    /// Puts what a batch sends into the inboxes; the room that was taken for it is used up, or free again.
    fn push(&self, runs: Vec<Run>, mut source: Source<'_>) {
        let mut grants = std::mem::take(&mut *lock(&self.grants));
        for Run { target, lane, ranges, messages, deliveries } in runs {
            let segment = source.segment(ranges);
            let promised = grants.entry(target).or_default();
            let found =
                self.shared.members.with(target, |inbox| inbox.push_promised(lane, segment, promised));
            if found.is_none() {
                self.undeliverable.fetch_add((messages - deliveries) as u64, Ordering::Relaxed);
            }
        }
        self.give_back(grants);
    }

    /// Takes a frame that the core keeps for itself.
    fn keep(&self, frame: &Frame<'_>) -> Result<(), Error> {
        let Shared { holding, timer, .. } = &*self.shared;
        let payload = frame.payload();
        match frame.kind() {
            Kind::Arm => timer.arm(self.deadlines, &deadlines(payload))?,
            Kind::Disarm => timer.disarm(self.deadlines, &slots(payload)),
            Kind::Dead => lock(&holding.letters).bury(payload),
            kind => match Kept::of(frame) {
                Some(frame) if kind == Kind::Schedule => self.shared.schedule(frame),
                Some(frame) => lock(&holding.retained).write(frame),
                None => {}
            },
        }
        Ok(())
    }

    /// Takes a delivery, or what is said of some.
    fn deliver(&self, turn: &mut Turn<'_>, frame: &Frame<'_>) {
        let payload = frame.payload();
        match frame.kind() {
            Kind::Settle => keys(payload).for_each(|key| turn.deliveries().settle(key)),
            Kind::Attempt => attempts(payload).for_each(|tried| turn.deliveries().attempt(self.id, tried)),
            Kind::Release => {
                turn.send(|deliveries, around| deliveries.release(self.id, keys(payload), around));
            }
            _ => turn.send(|deliveries, around| deliveries.accept(frame, around)),
        }
    }
}

/// Whether the numbers of a batch's deliveries are free: with two of the same, who settles one would settle the other.
fn check_numbers(deliveries: &Deliveries, bytes: &[u8], starts: &[usize]) -> Result<(), Error> {
    let mut numbers = HashSet::new();
    for &at in starts {
        let frame = Frame::read(bytes, at)?;
        let key = Key { sender: frame.sender(), number: frame.delivery() };
        if key.number != 0 && (deliveries.has(key) || !numbers.insert(key.number)) {
            return Err(Error::BadFrame { reason: "its delivery is held already", at });
        }
    }
    Ok(())
}

fn deadlines(payload: &[u8]) -> Vec<Deadline> {
    let (entries, _) = payload.as_chunks::<16>();
    entries
        .iter()
        .map(|&[s0, s1, s2, s3, g0, g1, g2, g3, due @ ..]| Deadline {
            slot: u32::from_le_bytes([s0, s1, s2, s3]),
            generation: u32::from_le_bytes([g0, g1, g2, g3]),
            due_ms: f64::from_le_bytes(due),
        })
        .collect()
}

fn slots(payload: &[u8]) -> Vec<u32> {
    let (entries, _) = payload.as_chunks::<4>();
    entries.iter().map(|&slot| u32::from_le_bytes(slot)).collect()
}
