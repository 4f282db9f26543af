//! The calls that are made once per batch or on a cache miss, written by hand over `napi::sys`: a `#[napi]`
//! function with arguments costs 120–320 ns, these cost what C costs.
//!
//! They throw nothing: each returns a number, and those below zero are statuses.
#![expect(unsafe_code, reason = "the C interface of Node.js")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::slice;
use std::sync::LazyLock;
use std::thread;

use napi::bindgen_prelude::{JsObjectValue, Object};
use napi::{Env, sys};
use napi_derive::napi;

use super::env::{self, Local};
use crate::bus::Attachment;
use crate::delivery::Scope;
use crate::hop::Drained;
use crate::hop::frame::{BOUNDLESS, FLAG_HELD};
use crate::router::{Entry, Match};
use crate::topic::{MAX_TOPIC_BYTES, check_user_topic};

/// Room for a topic, for one more character, of which none is written when it does not fit as a whole, and for the
/// closing NUL.
const TOPIC_BUFFER_BYTES: usize = MAX_TOPIC_BYTES + 4 + 1;

/// The text is no topic; `checkTopic` says why.
const INVALID_TOPIC: i32 = -1;
/// There is no such attachment: the bus is closed.
const NOT_ATTACHED: i32 = -2;
/// The arguments or the frames are not as agreed, or the core panicked: a defect of Busbar.
const DEFECT: i32 = -3;
/// Nothing was waiting, and the thread counts as asleep.
const ASLEEP: i32 = 0;
/// At or below this, minus the value is how large the buffer has to be.
const TOO_SMALL: i32 = -16;

/// With one processor, whoever is woken too early takes it from the sender.
static CAN_OTHERS_RUN: LazyLock<bool> =
    LazyLock::new(|| thread::available_parallelism().map_or(true, |count| count.get() > 1));

pub(super) const STATUSES: [(&str, i32); 5] = [
    ("STATUS_ASLEEP", ASLEEP),
    ("STATUS_INVALID_TOPIC", INVALID_TOPIC),
    ("STATUS_NOT_ATTACHED", NOT_ATTACHED),
    ("STATUS_DEFECT", DEFECT),
    ("STATUS_TOO_SMALL", TOO_SMALL),
];

#[napi(module_exports)]
pub(super) fn exports(mut exports: Object<'_>, env: Env) -> napi::Result<()> {
    for (name, call) in [
        ("submit", submit as Call),
        ("submitApart", submit_apart),
        ("reserve", reserve),
        ("reserveOrWait", reserve_or_wait),
        ("hasFrames", has_frames),
        ("drain", drain),
        ("drainApart", drain_apart),
        ("resolve", resolve),
        ("subscribers", subscribers),
        ("report", report),
        ("collect", collect),
    ] {
        let mut function = ptr::null_mut();
        // SAFETY: `env` is alive during the call; the name is passed with its length; `call` keeps to the signature.
        let status = unsafe {
            sys::napi_create_function(
                env.raw(),
                name.as_ptr().cast(),
                name.len().cast_signed(),
                Some(call),
                ptr::null_mut(),
                &raw mut function,
            )
        };
        napi::check_status!(status)?;
        // SAFETY: `function` was just made in `env`.
        let function = unsafe { napi::Unknown::from_raw_unchecked(env.raw(), function) };
        exports.set_named_property(name, function)?;
    }
    Ok(())
}

type Call = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

/// `submit(handle, buffer: Uint8Array, length): status`: sends the frames in the first `length` bytes.
unsafe extern "C" fn submit(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, buffer, length]| {
        let bytes = bytes(env, buffer)?.get(..number(env, length)? as usize)?;
        env::with(number(env, handle)?, |local| sent(&local.attachment.submit(bytes))).or(Some(NOT_ATTACHED))
    })
}

/// `submitApart(handle, head: Uint8Array, payload: Uint8Array): status`: sends one frame, whose payload stands elsewhere.
unsafe extern "C" fn submit_apart(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, head, payload]| {
        let (head, payload) = (bytes(env, head)?, bytes(env, payload)?);
        env::with(number(env, handle)?, |local| sent(&local.attachment.submit_apart(head, payload)))
            .or(Some(NOT_ATTACHED))
    })
}

fn sent(outcome: &Result<(), crate::error::Error>) -> i32 {
    match outcome {
        Ok(()) => 0,
        Err(crate::error::Error::Closed) => NOT_ATTACHED,
        Err(_) => DEFECT,
    }
}

/// `reserve(handle, target, bytes): bytes`: takes room in the inbox of `target`, for the next batch; 0 where there is not
/// enough. 2³¹−1 where `target` or this attachment is gone: then there is nothing to be careful of. A thread that sleeps is
/// woken already, see `docs/decisions/waking.md`.
unsafe extern "C" fn reserve(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, target, bytes]| {
        let (target, bytes) = (number(env, target)?, number(env, bytes)? as usize);
        let taken = env::with(number(env, handle)?, |local| {
            let taken = local.attachment.reserve(target, bytes);
            if taken > 0 && *CAN_OTHERS_RUN {
                local.attachment.rouse(target);
            }
            taken
        });
        Some(granted(taken))
    })
}

/// Where there is no such attachment, there is nothing to be careful of.
fn granted(taken: Option<usize>) -> i32 {
    i32::try_from(taken.unwrap_or(BOUNDLESS as usize)).unwrap_or(i32::MAX)
}

/// `reserveOrWait(handle, target, bytes): bytes`: as `reserve`; where there is not enough, a frame `Room` will come.
unsafe extern "C" fn reserve_or_wait(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, target, bytes]| {
        let (target, bytes) = (number(env, target)?, number(env, bytes)? as usize);
        let taken = env::with(number(env, handle)?, |local| local.attachment.reserve_or_wait(target, bytes));
        Some(granted(taken))
    })
}

/// `hasFrames(handle): 1 | 0 | status`: whether there is something in the inbox.
unsafe extern "C" fn has_frames(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, _, _]| {
        env::with(number(env, handle)?, |local| i32::from(local.drain.has_frames())).or(Some(NOT_ATTACHED))
    })
}

/// `drain(handle, buffer: Uint8Array): bytes | status`: copies frames out of the inbox.
unsafe extern "C" fn drain(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, buffer, _]| {
        let bytes = bytes(env, buffer)?;
        env::with(number(env, handle)?, |local| written(local.drain.drain(bytes))).or(Some(NOT_ATTACHED))
    })
}

/// `drainApart(handle, head: Uint8Array, payload: Uint8Array): bytes | status`: copies the next frame, its payload apart;
/// returns the bytes of the head.
unsafe extern "C" fn drain_apart(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, head, payload]| {
        let (head, payload) = (bytes(env, head)?, bytes(env, payload)?);
        env::with(number(env, handle)?, |local| written(local.drain.drain_apart(head, payload)))
            .or(Some(NOT_ATTACHED))
    })
}

fn written(drained: Drained) -> i32 {
    match drained {
        Drained::Bytes(written) => i32::try_from(written).unwrap_or(DEFECT),
        Drained::Asleep => ASLEEP,
        Drained::Needs(size) => i32::try_from(size).map_or(DEFECT, |size| -size),
    }
}

/// `resolve(handle, topic, buffer: Uint32Array): words | status`: who receives `topic`.
///
/// Words: how many subscriptions match, how many of them are in this thread and not held (L), in how many other
/// attachments there are such (R), how many handlers match (H), how many subscriptions are held (D); half of the topic's
/// hash; then L endpoints; R attachments; H times endpoint, attachment, priority, specificity, weight, flags; D times endpoint, attachment, flags.
unsafe extern "C" fn resolve(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |arguments| with_topic(env, arguments, write_plan))
}

/// `subscribers(handle, topic, buffer: Uint32Array): words | status`: all subscriptions that match `topic`, each as
/// endpoint, attachment, flags.
unsafe extern "C" fn subscribers(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |arguments| {
        with_topic(env, arguments, |local, topic, words| {
            let Local { attachment, draft, .. } = local;
            let answer = attachment.answer(topic, draft);
            let seen = answer.subscriptions.iter().filter(|entry| is_seen_by(attachment, entry));
            write_words(seen.flat_map(subscriber), words)
        })
    })
}

/// `report(handle, buffer: Float64Array, length): status`: counts the triples in the first `length` numbers.
unsafe extern "C" fn report(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, buffer, length]| {
        let numbers = numbers(env, buffer)?.get(..number(env, length)? as usize)?;
        env::with(number(env, handle)?, |local| local.attachment.report(numbers))
            .map_or(Some(NOT_ATTACHED), |()| Some(0))
    })
}

/// `collect(handle, buffer: Float64Array): numbers | status`: what all threads of the bus have counted.
unsafe extern "C" fn collect(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    answer(env, info, |[handle, buffer, _]| {
        let room = numbers(env, buffer)?;
        env::with(number(env, handle)?, |local| {
            let written = local.attachment.collect(room);
            let count = i32::try_from(written).unwrap_or(i32::MAX);
            if written <= room.len() { count } else { TOO_SMALL.min(-count) }
        })
        .or(Some(NOT_ATTACHED))
    })
}

/// Writes something about a topic to the words that are the third argument.
fn with_topic(
    env: sys::napi_env,
    [handle, topic, buffer]: [sys::napi_value; 3],
    write: impl FnOnce(&mut Local, &str, &mut [u32]) -> i32,
) -> Option<i32> {
    let mut text = [0_u8; TOPIC_BUFFER_BYTES];
    let Some(topic) = topic_text(env, topic, &mut text) else { return Some(INVALID_TOPIC) };
    if !topic.starts_with('$') && check_user_topic(topic).is_err() {
        return Some(INVALID_TOPIC);
    }
    let words = words(env, buffer)?;
    env::with(number(env, handle)?, |local| write(local, topic, words)).or(Some(NOT_ATTACHED))
}

fn write_plan(Local { attachment, draft, .. }: &mut Local, topic: &str, words: &mut [u32]) -> i32 {
    let answer = attachment.answer(topic, draft);
    let own = attachment.id();
    let subscriptions = answer.subscriptions.iter().filter(|entry| is_seen_by(attachment, entry));
    let handlers = answer.handlers.iter().filter(|found| is_seen_by(attachment, &found.entry));
    let is_held = |entry: &&Entry| entry.flags & FLAG_HELD != 0;
    let held = subscriptions.clone().filter(is_held);
    let others = subscriptions.clone().filter(|entry| !is_held(entry));
    let here = others.clone().filter(|entry| entry.attachment == own);
    let mut elsewhere: Vec<u32> =
        others.map(|entry| entry.attachment).filter(|attachment| *attachment != own).collect();
    elsewhere.sort_unstable();
    elsewhere.dedup();
    let (matched, candidates) = (subscriptions.count(), handlers.clone().count());
    let counts = [matched, here.clone().count(), elsewhere.len(), candidates, held.clone().count()];
    let counts = counts.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let hash = u32::try_from(answer.hash >> 32).unwrap_or_default();
    let ranked = handlers.flat_map(|Match { entry, specificity }| {
        let priority = entry.priority.cast_unsigned();
        [entry.endpoint, entry.attachment, priority, specificity.0, entry.weight, entry.flags]
    });
    let receivers = here.map(|entry| entry.endpoint).chain(elsewhere).chain(ranked);
    write_words(counts.into_iter().chain([hash]).chain(receivers).chain(held.flat_map(subscriber)), words)
}

/// Whether messages of the thread of `attachment` go to an endpoint.
fn is_seen_by(attachment: &Attachment, entry: &Entry) -> bool {
    Scope::of_entry_admits(entry, attachment.id())
}

fn subscriber(entry: &Entry) -> [u32; 3] {
    [entry.endpoint, entry.attachment, entry.flags]
}

/// Writes as many words as there is room for; returns how many there are, or how much room they need.
fn write_words(all: impl Iterator<Item = u32>, words: &mut [u32]) -> i32 {
    let mut written = 0;
    for (index, word) in all.enumerate() {
        if let Some(place) = words.get_mut(index) {
            *place = word;
        }
        written = index + 1;
    }
    let count = i32::try_from(written).unwrap_or(i32::MAX);
    if written <= words.len() { count } else { TOO_SMALL.min(-count) }
}

/// Reads three arguments, runs `body` and turns its number into a value. A panic becomes a status.
fn answer(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    body: impl FnOnce([sys::napi_value; 3]) -> Option<i32>,
) -> sys::napi_value {
    let mut arguments = [ptr::null_mut(); 3];
    let mut count = arguments.len();
    // SAFETY: `env` and `info` are those of the running call; the array has the length that `count` says.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut count,
            arguments.as_mut_ptr(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    let result = if status == sys::Status::napi_ok {
        // What a panic leaves behind is this attachment's own state, whose parts are each replaced as a whole.
        catch_unwind(AssertUnwindSafe(|| body(arguments))).ok().flatten().unwrap_or(DEFECT)
    } else {
        DEFECT
    };
    let mut value = ptr::null_mut();
    // SAFETY: `env` is that of the running call. On failure `value` stays null, which is `undefined`.
    unsafe { sys::napi_create_int32(env, result, &raw mut value) };
    value
}

fn number(env: sys::napi_env, value: sys::napi_value) -> Option<u32> {
    let mut number = 0;
    // SAFETY: `env` and `value` are those of the running call; a value that is no number gives a status.
    let status = unsafe { sys::napi_get_value_uint32(env, value, &raw mut number) };
    (status == sys::Status::napi_ok).then_some(number)
}

/// The text of a string of at most [`MAX_TOPIC_BYTES`]; `None` for anything else.
fn topic_text(
    env: sys::napi_env,
    value: sys::napi_value,
    buffer: &mut [u8; TOPIC_BUFFER_BYTES],
) -> Option<&str> {
    let mut length = 0;
    // SAFETY: as above; at most `buffer.len()` bytes are written, the closing NUL among them.
    let status = unsafe {
        sys::napi_get_value_string_utf8(env, value, buffer.as_mut_ptr().cast(), buffer.len(), &raw mut length)
    };
    // Of a longer text more fits than a topic may have, so that its beginning cannot pass for the whole.
    let whole = status == sys::Status::napi_ok && length <= MAX_TOPIC_BYTES;
    whole.then(|| buffer.get(..length)).flatten().and_then(|bytes| str::from_utf8(bytes).ok())
}

fn bytes<'a>(env: sys::napi_env, value: sys::napi_value) -> Option<&'a mut [u8]> {
    let (data, length) = typed_array(env, value, sys::TypedarrayType::uint8_array)?;
    // SAFETY: the array is alive and in place while the call that got it runs, no JavaScript runs meanwhile, and
    // the facade passes each buffer once. The borrow ends with the call.
    Some(unsafe { slice::from_raw_parts_mut(data.cast(), length) })
}

fn words<'a>(env: sys::napi_env, value: sys::napi_value) -> Option<&'a mut [u32]> {
    let (data, length) = typed_array(env, value, sys::TypedarrayType::uint32_array)?;
    // SAFETY: as in `bytes`; a Uint32Array begins on a multiple of 4.
    Some(unsafe { slice::from_raw_parts_mut(data.cast(), length) })
}

fn numbers<'a>(env: sys::napi_env, value: sys::napi_value) -> Option<&'a mut [f64]> {
    let (data, length) = typed_array(env, value, sys::TypedarrayType::float64_array)?;
    // SAFETY: as in `bytes`; a Float64Array begins on a multiple of 8.
    Some(unsafe { slice::from_raw_parts_mut(data.cast(), length) })
}

/// Where the elements of a typed array of kind `kind` are, and how many; `None` for an empty one too.
fn typed_array(
    env: sys::napi_env,
    value: sys::napi_value,
    kind: i32,
) -> Option<(*mut std::ffi::c_void, usize)> {
    let (mut found, mut length, mut data) = (0, 0, ptr::null_mut());
    // SAFETY: `env` and `value` are those of the running call; what is not asked for is null.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env,
            value,
            &raw mut found,
            &raw mut length,
            &raw mut data,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    (status == sys::Status::napi_ok && found == kind && !data.is_null()).then_some((data, length))
}
