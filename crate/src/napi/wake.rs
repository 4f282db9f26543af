//! Wakes the event loop of one environment: one weak `ThreadsafeFunction`, however many buses the thread is on.
//!
//! It is dropped when the thread leaves its last bus, and at the latest in the environment's clean-up hook: one that
//! outlives its environment crashes the process at exit.

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};

use super::error::{Result, internal};
use crate::hop::Wake;

/// No error argument, weak, and no bound on its queue: it is called at most once per sleep.
type Doorbell = ThreadsafeFunction<(), (), (), napi::Status, false, true, 0>;

/// The doorbell of an environment, shared by the inboxes of its attachments.
#[derive(Clone, Default)]
pub(super) struct EnvWake {
    doorbell: Arc<Mutex<Option<Doorbell>>>,
}

impl EnvWake {
    pub(super) fn connect(&self, callback: &Function<'_, (), ()>) -> Result<()> {
        let mut doorbell = self.doorbell.lock().unwrap_or_else(PoisonError::into_inner);
        if doorbell.is_none() {
            let built = callback.build_threadsafe_function().weak::<true>().build();
            *doorbell = Some(built.map_err(|error| internal(&error))?);
        }
        Ok(())
    }

    pub(super) fn disconnect(&self) {
        // Dropped outside the lock: the drop goes into the environment, and a waker may hold the lock meanwhile.
        let doorbell = self.doorbell.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(doorbell);
    }
}

impl Wake for EnvWake {
    fn wake(&self) {
        let doorbell = self.doorbell.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(doorbell) = doorbell.as_ref() {
            // Any status but `Ok` says that the environment is closing: its attachments are on their way out.
            let _ = doorbell.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}
