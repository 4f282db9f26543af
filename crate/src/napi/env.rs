//! What this thread's environment holds: its attachments by handle, and the doorbell that they share.

use std::cell::RefCell;
use std::panic::catch_unwind;
use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::Function;

use super::error::{Error, Result, internal};
use super::wake::EnvWake;
use crate::bus::{Attachment, Opened, Options, Registry};
use crate::error::Error as CoreError;
use crate::hop::Drain;
use crate::router::Draft;
use crate::timer::Timer;

/// An attachment and the owner's side of its inbox, which no other thread may touch.
pub(super) struct Local {
    pub(super) attachment: Arc<Attachment>,
    pub(super) drain: Drain,
    /// Room for what is looked up.
    pub(super) draft: Draft,
}

#[derive(Default)]
struct State {
    attached: Vec<Option<Local>>,
    wake: EnvWake,
    has_hook: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Runs `body` with the attachment of `handle`, or returns `None` when there is none.
pub(super) fn with<T>(handle: u32, body: impl FnOnce(&mut Local) -> T) -> Option<T> {
    // A call from inside `body` would find the cell borrowed: nothing in the core calls back into JavaScript.
    STATE.with(|state| state.try_borrow_mut().ok()?.attached.get_mut(handle as usize)?.as_mut().map(body))
}

/// As [`with`], with an error where there is no such attachment.
pub(super) fn with_attachment<T>(handle: u32, body: impl FnOnce(&Attachment) -> Result<T>) -> Result<T> {
    with(handle, |local| body(&local.attachment)).unwrap_or_else(|| Err(CoreError::Closed.into()))
}

/// Attaches this thread to the bus `name`; returns the handle, the attachment's id and the options of the bus.
pub(super) fn attach(
    env: Env,
    name: &str,
    options: Options<'_>,
    callback: &Function<'_, (), ()>,
) -> Result<(u32, u32, String)> {
    STATE.with_borrow_mut(|state| {
        if !state.has_hook {
            env.add_env_cleanup_hook((), |()| detach_all()).map_err(|error| internal(&error))?;
            state.has_hook = true;
        }
        state.wake.connect(callback)?;
        let wake = Box::new(state.wake.clone());
        let opened = Registry::process().open(name, options, Timer::process(), wake);
        let Opened { attachment, drain, options } = opened.map_err(Error::from)?;
        let id = attachment.id();
        let free = state.attached.iter().position(Option::is_none).unwrap_or(state.attached.len());
        if free == state.attached.len() {
            state.attached.push(None);
        }
        if let Some(place) = state.attached.get_mut(free) {
            *place = Some(Local { attachment, drain, draft: Draft::default() });
        }
        Ok((u32::try_from(free).unwrap_or(u32::MAX), id, options))
    })
}

/// Leaves the bus of `handle`; the handle is free again.
pub(super) fn detach(handle: u32) {
    let (local, wake) = STATE.with_borrow_mut(|state| {
        let local = state.attached.get_mut(handle as usize).and_then(Option::take);
        let last = state.attached.iter().all(Option::is_none);
        (local, last.then(|| state.wake.clone()))
    });
    if let Some(local) = local {
        Registry::process().leave(&local.attachment);
    }
    if let Some(wake) = wake {
        wake.disconnect();
    }
}

/// The environment goes away: with the thread, or with the process.
fn detach_all() {
    let (handles, wake) = STATE.with_borrow_mut(|state| {
        state.has_hook = false;
        (u32::try_from(state.attached.len()).unwrap_or(u32::MAX), state.wake.clone())
    });
    for handle in 0..handles {
        // Node.js calls this from C++, which no panic may reach; the other attachments have to leave all the same.
        let _ = catch_unwind(|| detach(handle));
    }
    // Also where no attachment was made after all: the first one may have been refused.
    wake.disconnect();
}
