//! The calls that are rare. Their doc comments are JavaScript's words: they become the declaration file.
#![expect(unreachable_pub, reason = "JavaScript reaches them")]
#![expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is copied, and so owned")]

use std::collections::HashMap;

use napi::Env;
use napi::bindgen_prelude::Function;
use napi_derive::napi;

use super::env;
use super::error::Result;
use super::hot;
use crate::bus::{Options, Reception, Record, Registered, Standing};
use crate::delivery::{DedupeWindow, Scope};
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
    let words =
        frame::layout().into_iter().map(|(name, value)| (name, i32::try_from(value).unwrap_or(i32::MAX)));
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

/// How large a bus may become.
#[napi(object)]
pub struct Bounds {
    /// For how many topics all threads together remember the plan.
    pub match_cache_topics: u32,
    /// How many bytes may wait in the inbox of each attachment.
    pub inbox_bytes: f64,
    /// How many bytes the bus may hold for its attachments.
    pub held_bytes: f64,
}

/// Attaches this thread to the bus `name`; throws `ERR_BUS_OPTIONS_DIFFER`.
///
/// `asked` tells whether the caller named options at all, `virtualTime` whether time moves by `advance` alone; `wake` is called when there is something to drain.
#[napi(catch_unwind)]
pub fn attach(
    env: Env,
    name: String,
    options: String,
    bounds: Bounds,
    asked: bool,
    virtual_time: bool,
    wake: Function<'_, (), ()>,
) -> Result<Attached> {
    let Bounds { match_cache_topics, inbox_bytes, held_bytes } = bounds;
    let (inbox_bytes, held_bytes) = (whole(inbox_bytes), whole(held_bytes));
    let options =
        Options { text: &options, match_cache_topics, inbox_bytes, held_bytes, asked, virtual_time };
    let (handle, id, options) = env::attach(env, &name, options, &wake)?;
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
    /// The endpoint whose name it took over.
    pub replaced: Option<u32>,
}

/// What an endpoint may be registered with besides its role and its priority.
#[napi(object)]
pub struct Details {
    /// Its share of the messages under the policy `weighted`.
    pub weight: u32,
    /// A name: for a handler one that no other handler has.
    pub name: Option<String>,
    /// The service that it belongs to.
    pub service: Option<String>,
    /// The pool that it belongs to.
    pub pool: Option<String>,
    /// What it says of itself, as JSON.
    pub metadata: String,
    /// Whether it takes over its name from a handler that has it.
    pub replace: bool,
    /// Whether only its own thread sees it.
    pub thread_only: bool,
    /// Whether all messages for it are deliveries.
    pub held: bool,
    /// What it remembers of the ids of its messages.
    pub dedupe: Option<Dedupe>,
    /// How it is, where it may be unusable.
    pub standing: Option<StandingDetails>,
}

impl Details {
    fn reception(self, role: Role, priority: i32) -> Reception {
        let Self { weight, name, service, pool, metadata, replace, thread_only, held, dedupe, standing } =
            self;
        let scope = if thread_only { Scope::Thread } else { Scope::Process };
        let standing =
            standing.map(|StandingDetails { word, is_out, is_silent }| Standing { word, is_out, is_silent });
        let dedupe = dedupe.map(|Dedupe { window_ms, size }| DedupeWindow { window_ms, size: whole(size) });
        Reception {
            role,
            priority,
            weight,
            name,
            service,
            pool,
            metadata,
            replace,
            held,
            dedupe,
            scope,
            standing,
        }
    }
}

/// How an endpoint is.
#[napi(object)]
pub struct StandingDetails {
    /// What its thread says of it.
    pub word: u32,
    /// Whether its thread wants no messages for it.
    pub is_out: bool,
    /// Whether its thread has not been heard of in time.
    pub is_silent: bool,
}

/// How long the ids of messages are remembered.
#[napi(object)]
pub struct Dedupe {
    /// Milliseconds.
    pub window_ms: f64,
    /// How many at most.
    pub size: f64,
}

/// Adds an endpoint to the routing table; throws `ERR_BUS_INVALID_PATTERN`, `ERR_BUS_NAME_TAKEN`.
///
/// With `flags`, `pattern` is the source of a regular expression. Without `details` it says nothing else of itself: to read
/// them costs more than the rest.
#[napi(catch_unwind)]
pub fn register(
    handle: u32,
    pattern: String,
    flags: Option<String>,
    is_handler: bool,
    priority: i32,
    details: Option<Details>,
) -> Result<RegisteredEndpoint> {
    let parsed = match flags {
        Some(flags) => Pattern::parse_regex(&pattern, &flags)?,
        None => Pattern::parse(&pattern)?,
    };
    let role = if is_handler { Role::Handler } else { Role::Subscription };
    let reception =
        details.map_or_else(|| Reception::of(role, priority), |details| details.reception(role, priority));
    let registered = env::with_attachment(handle, |attachment| Ok(attachment.register(parsed, reception)?))?;
    let Registered { endpoint, exact, replaced } = registered;
    Ok(RegisteredEndpoint { endpoint, exact: exact.map(String::from), replaced })
}

/// A registered endpoint, in any thread of the process.
#[napi(object)]
pub struct DirectoryEntry {
    /// Its id, unique on the bus.
    pub endpoint: u32,
    /// The attachment whose thread runs it.
    pub attachment: u32,
    /// Its pattern: a topic, a glob, or the source of a regular expression.
    pub pattern: String,
    /// The flags of a regular expression.
    pub flags: Option<String>,
    /// Whether it is a handler; a subscription otherwise.
    pub is_handler: bool,
    /// Higher goes first.
    pub priority: i32,
    /// What else it was registered with.
    pub details: Details,
}

/// All endpoints of the bus, oldest first.
#[napi(catch_unwind)]
pub fn directory(handle: u32) -> Result<Vec<DirectoryEntry>> {
    env::with_attachment(handle, |attachment| {
        let entries = attachment.directory();
        Ok(entries.iter().map(|record| entry(record, attachment.standing(record.endpoint))).collect())
    })
}

/// The name that an endpoint was registered with.
#[napi(catch_unwind)]
pub fn name_of(handle: u32, endpoint: u32) -> Result<Option<String>> {
    env::with_attachment(handle, |attachment| Ok(attachment.name_of(endpoint)))
}

fn entry(record: &Record, standing: Option<Standing>) -> DirectoryEntry {
    let Reception {
        role, priority, weight, name, service, pool, metadata, replace, held, dedupe, scope, ..
    } = record.reception.clone();
    let thread_only = scope == Scope::Thread;
    let standing =
        standing.map(|Standing { word, is_out, is_silent }| StandingDetails { word, is_out, is_silent });
    let dedupe = dedupe.map(|DedupeWindow { window_ms, size }| Dedupe { window_ms, size: number(size) });
    let flags = match &record.pattern {
        Pattern::Regex(regex) => Some(regex.flags().to_owned()),
        Pattern::Exact(_) | Pattern::Globs(_) => None,
    };
    DirectoryEntry {
        endpoint: record.endpoint,
        attachment: record.attachment,
        pattern: record.pattern.source().into_owned(),
        flags,
        is_handler: role == Role::Handler,
        priority,
        details: Details {
            weight,
            name,
            service,
            pool,
            metadata,
            replace,
            thread_only,
            held,
            dedupe,
            standing,
        },
    }
}

/// An endpoint that matches a topic.
#[napi(object)]
pub struct Matched {
    /// The endpoint's id.
    pub endpoint: u32,
    /// How specific its pattern is; of the subscriptions it is not asked.
    pub specificity: u32,
}

/// The endpoints that would receive a topic, or what is sent to an address, were they usable, those that this thread does
/// not see included; oldest first.
#[napi(catch_unwind)]
pub fn unusable(handle: u32, topic: String) -> Result<Vec<DirectoryEntry>> {
    env::with_attachment(handle, |attachment| {
        let unusable = attachment.unusable(&topic);
        Ok(unusable.iter().map(|(record, standing)| entry(record, Some(*standing))).collect())
    })
}

/// Says how an endpoint of this thread is, which is to be heard of again within `leaseMs`, unless that is 0; returns whether that has changed.
#[napi(catch_unwind)]
pub fn set_standing(handle: u32, endpoint: u32, word: u32, is_out: bool, lease_ms: f64) -> Result<bool> {
    env::with_attachment(handle, |attachment| Ok(attachment.set_standing(endpoint, word, is_out, lease_ms)))
}

/// Whose endpoints match a topic, those that this thread does not see included: the subscriptions, then the handlers,
/// each in the order of the plan.
#[napi(catch_unwind)]
pub fn matched(handle: u32, topic: String) -> Result<Vec<Matched>> {
    env::with_attachment(handle, |attachment| {
        let plan = attachment.resolve(&topic);
        let subscriptions =
            plan.subscriptions.iter().map(|entry| Matched { endpoint: entry.endpoint, specificity: 0 });
        let handlers = plan
            .handlers
            .iter()
            .map(|found| Matched { endpoint: found.entry.endpoint, specificity: found.specificity.0 });
        Ok(subscriptions.chain(handlers).collect())
    })
}

/// A named group of a regular expression.
#[napi(object)]
pub struct Capture {
    /// The name of the group.
    pub name: String,
    /// What it matched; absent where it took no part.
    pub text: Option<String>,
}

/// The named groups of an endpoint's regular expression in `topic`.
#[napi(catch_unwind)]
pub fn captures(handle: u32, endpoint: u32, topic: String) -> Result<Vec<Capture>> {
    env::with_attachment(handle, |attachment| {
        let captures = attachment.captures(endpoint, &topic);
        Ok(captures.into_iter().map(|(name, text)| Capture { name, text }).collect())
    })
}

/// How often this thread's look-ups found a plan in the cache of all threads, did not, and replaced another one.
#[napi(catch_unwind)]
pub fn cache_lookups(handle: u32) -> Result<Vec<f64>> {
    #[expect(clippy::cast_precision_loss, reason = "counters; exact up to 2^53")]
    env::with_attachment(handle, |attachment| Ok(attachment.lookups().map(|count| count as f64).to_vec()))
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

/// Moves virtual time on; throws where time moves by itself.
#[napi(catch_unwind)]
pub fn advance(handle: u32, ms: f64) -> Result<()> {
    env::with_attachment(handle, |attachment| Ok(attachment.advance(ms)?))
}

/// Says in full what is wrong with a topic; throws `ERR_BUS_INVALID_TOPIC`.
#[napi(catch_unwind)]
pub fn check_topic(topic: String) -> Result<()> {
    Ok(check_user_topic(&topic)?)
}

/// A number of JavaScript as a count: its whole part, 0 for what is less or no number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is meant")]
pub(super) fn whole(number: f64) -> usize {
    number as usize
}

/// A count as a number of JavaScript.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(super) fn number(count: usize) -> f64 {
    count as f64
}
