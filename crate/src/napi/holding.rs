//! The calls about what the core has in hand for all threads. Their doc comments are JavaScript's words, as in `cold`.
#![expect(unreachable_pub, reason = "JavaScript reaches them")]
#![expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is copied, and so owned")]

use napi::Env;
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use super::cold::{number, whole};
use super::env;
use super::error::{Result, internal};

/// Takes an id in the dedupe window of an endpoint; `false` when it is taken already.
#[napi(catch_unwind)]
pub fn claim(handle: u32, endpoint: u32, id: String) -> Result<bool> {
    env::with_attachment(handle, |attachment| Ok(attachment.claim(endpoint, &id)))
}

/// Gives back an id that was claimed for a message that was not accepted after all.
#[napi(catch_unwind)]
pub fn unclaim(handle: u32, endpoint: u32, id: String) -> Result<()> {
    env::with_attachment(handle, |attachment| {
        attachment.unclaim(endpoint, &id);
        Ok(())
    })
}

/// Whether a delivery of this attachment is held.
#[napi(catch_unwind)]
pub fn holds(handle: u32, delivery: u32) -> Result<bool> {
    env::with_attachment(handle, |attachment| Ok(attachment.holds(delivery)))
}

/// Puts the retained messages that an endpoint matches into this attachment's inbox; returns how many.
#[napi(catch_unwind)]
pub fn replay(handle: u32, endpoint: u32) -> Result<f64> {
    env::with_attachment(handle, |attachment| Ok(number(attachment.replay(endpoint))))
}

/// A dead letter.
#[napi(object, object_from_js = false)]
pub struct DeadLetter<'env> {
    /// Its place in the order.
    pub number: f64,
    /// What was buried.
    pub bytes: Uint8ArraySlice<'env>,
}

/// At most `limit` dead letters whose numbers are greater than `after`, in their order.
#[napi(catch_unwind)]
pub fn dead_letters(env: &Env, handle: u32, after: f64, limit: f64) -> Result<Vec<DeadLetter<'_>>> {
    let letters = env::with_attachment(handle, |attachment| {
        Ok(attachment.dead_letters(whole(after) as u64, whole(limit)))
    })?;
    let letters = letters.into_iter().map(|(number, bytes)| {
        // A copy: some runtimes refuse memory that is not their own.
        let bytes = Uint8ArraySlice::copy_from(env, bytes).map_err(|error| internal(&error))?;
        #[expect(clippy::cast_precision_loss, reason = "a counter; exact up to 2^53")]
        Ok(DeadLetter { number: number as f64, bytes })
    });
    letters.collect()
}

/// Takes dead letters out of the list: those of the given numbers, or all; returns how many there were.
#[napi(catch_unwind)]
pub fn remove_dead_letters(handle: u32, numbers: Option<Vec<f64>>) -> Result<f64> {
    let are_whole = |number: &f64| number.fract() == 0.0;
    let numbers: Option<Vec<u64>> = numbers
        .map(|numbers| numbers.into_iter().filter(are_whole).map(|number| whole(number) as u64).collect());
    env::with_attachment(handle, |attachment| Ok(number(attachment.remove_dead_letters(numbers.as_deref()))))
}

/// What the core has in hand for all threads of a bus.
#[napi(object)]
pub struct Holdings {
    /// Deliveries that no thread has finished with.
    pub held: f64,
    /// Those of them that wait for an endpoint.
    pub parked: f64,
    /// Messages whose time has not come.
    pub scheduled: f64,
    /// Topics that have a retained message.
    pub retained: f64,
    /// Dead letters that are listed.
    pub dead_letters: f64,
    /// Dead letters that were thrown away to make room.
    pub dead_letters_evicted: f64,
    /// The bytes of what is held and of what is scheduled.
    pub held_bytes: f64,
    /// The bytes of what is retained.
    pub retained_bytes: f64,
}

/// How many bytes wait in the inbox of this attachment, or are promised to those who write.
#[napi(catch_unwind)]
pub fn inbox_bytes(handle: u32) -> Result<f64> {
    env::with_attachment(handle, |attachment| Ok(number(attachment.inbox_bytes())))
}

/// How much the core has in hand for all threads of the bus.
#[napi(catch_unwind)]
pub fn holdings(handle: u32) -> Result<Holdings> {
    env::with_attachment(handle, |attachment| {
        let holdings = attachment.holdings();
        #[expect(clippy::cast_precision_loss, reason = "a counter; exact up to 2^53")]
        let dead_letters_evicted = holdings.dead_letters_evicted as f64;
        Ok(Holdings {
            held: number(holdings.held),
            parked: number(holdings.parked),
            scheduled: number(holdings.scheduled),
            retained: number(holdings.retained),
            dead_letters: number(holdings.dead_letters),
            dead_letters_evicted,
            held_bytes: number(holdings.held_bytes),
            retained_bytes: number(holdings.retained_bytes),
        })
    })
}
