//! The calls that are rare. Their doc comments are JavaScript's words: they become the declaration file.
#![expect(unreachable_pub, reason = "JavaScript reaches them")]

use std::collections::HashMap;

use napi::Env;
use napi::bindgen_prelude::Function;
use napi_derive::napi;

use super::env;
use super::error::Result;
use super::hot;
use crate::bus::Reception;
use crate::hop::frame;
use crate::router::Role;
use crate::topic::{Pattern, check_user_topic};

/// The version of the package that this binary belongs to.
#[napi]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// The layout of frames and the statuses of the hot calls, by name; the TypeScript constants are generated from it.
#[napi(catch_unwind)]
pub fn frame_layout() -> HashMap<String, i32> {
    let words = frame::layout().into_iter().map(|(name, value)| (name, i32::try_from(value).unwrap_or(i32::MAX)));
    words.chain(hot::STATUSES).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What `attach` returns.
#[napi(object)]
pub struct Attached {
    /// Names the attachment in all other calls of this thread.
    pub handle: u32,
    /// The attachment's id, unique on the bus.
    pub id: u32,
    /// The options of the bus: those of the first opener, as canonical JSON.
    pub options: String,
}

/// Attaches this thread to the bus `name`; throws `ERR_BUS_OPTIONS_DIFFER`.
///
/// `asked` tells whether the caller named options at all; `wake` is called when there is something to drain.
#[napi(catch_unwind)]
pub fn attach(env: Env, name: String, options: String, asked: bool, wake: Function<'_, (), ()>) -> Result<Attached> {
    let (handle, id, options) = env::attach(env, &name, &options, asked, &wake)?;
    Ok(Attached { handle, id, options })
}

/// Leaves the bus: its endpoints go, its deadlines are forgotten, the other attachments are told.
#[napi(catch_unwind)]
pub fn detach(handle: u32) {
    env::detach(handle);
}

/// What `register` returns.
#[napi(object)]
pub struct RegisteredEndpoint {
    /// The endpoint's id, unique on the bus.
    pub endpoint: u32,
    /// The topic, where the pattern means one topic alone.
    pub exact: Option<String>,
}

/// Adds an endpoint to the routing table; throws `ERR_BUS_INVALID_PATTERN`.
///
/// With `flags`, `pattern` is the source of a regular expression.
#[napi(catch_unwind)]
pub fn register(
    handle: u32,
    pattern: String,
    flags: Option<String>,
    is_handler: bool,
    priority: i32,
) -> Result<RegisteredEndpoint> {
    let parsed = match flags {
        Some(flags) => Pattern::parse_regex(&pattern, &flags)?,
        None => Pattern::parse(&pattern)?,
    };
    let role = if is_handler { Role::Handler } else { Role::Subscription };
    let registered =
        env::with_attachment(handle, |attachment| Ok(attachment.register(parsed, Reception { role, priority })?))?;
    Ok(RegisteredEndpoint { endpoint: registered.endpoint, exact: registered.exact.map(String::from) })
}

/// Takes an endpoint off the routing table; `false` when it was not there.
#[napi(catch_unwind)]
pub fn unregister(handle: u32, endpoint: u32) -> Result<bool> {
    env::with_attachment(handle, |attachment| Ok(attachment.unregister(endpoint)))
}

/// As `unregister`, but `withdrawn` still finds the endpoint.
#[napi(catch_unwind)]
pub fn withdraw(handle: u32, endpoint: u32) -> Result<bool> {
    env::with_attachment(handle, |attachment| Ok(attachment.withdraw(endpoint)))
}

/// The endpoints that were withdrawn and that `topic` was meant for.
#[napi(catch_unwind)]
pub fn withdrawn(handle: u32, topic: String) -> Result<Vec<u32>> {
    env::with_attachment(handle, |attachment| Ok(attachment.withdrawn(&topic)))
}

/// Asks every other attachment to say `token` when it has seen all that happened before; returns whom.
#[napi(catch_unwind)]
pub fn sync(handle: u32, token: u32) -> Result<Vec<u32>> {
    env::with_attachment(handle, |attachment| Ok(attachment.sync(token)))
}

/// Milliseconds of the core's clock, which deadlines are given in.
#[napi(catch_unwind)]
pub fn now_ms(handle: u32) -> Result<f64> {
    env::with_attachment(handle, |attachment| Ok(attachment.now_ms()))
}

/// How many frames of this attachment found their target gone.
#[napi(catch_unwind)]
pub fn undeliverable(handle: u32) -> Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a counter; exact up to 2^53")]
    env::with_attachment(handle, |attachment| Ok(attachment.undeliverable() as f64))
}

/// Says in full what is wrong with a topic; throws `ERR_BUS_INVALID_TOPIC`.
#[napi(catch_unwind)]
pub fn check_topic(topic: String) -> Result<()> {
    Ok(check_user_topic(&topic)?)
}
