//! The calls about what threads count. Their doc comments are JavaScript's words, as in `cold`.
#![expect(unreachable_pub, reason = "JavaScript reaches them")]
#![expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is copied, and so owned")]

use napi_derive::napi;

use super::cold::whole;
use super::env;
use super::error::Result;
use crate::bus::Label as CoreLabel;

/// The row of `key` among what is counted; absent when there is no room for another one.
#[napi(catch_unwind)]
pub fn row(handle: u32, key: String) -> Result<Option<u32>> {
    env::with_attachment(handle, |attachment| Ok(attachment.row(&key)))
}

/// The keys of the rows from `first` on.
#[napi(catch_unwind)]
pub fn row_keys(handle: u32, first: f64) -> Result<Vec<String>> {
    env::with_attachment(handle, |attachment| Ok(attachment.row_keys(whole(first))))
}

/// An endpoint by what its users call it.
#[napi(object)]
pub struct Label {
    /// Whether it is a handler; a subscription otherwise.
    pub is_handler: bool,
    /// Its name.
    pub name: Option<String>,
    /// Its pattern; of a regular expression the source between slashes, and the flags.
    pub pattern: String,
}

/// What the users of an endpoint, in whichever thread, call it; absent when it is gone.
#[napi(catch_unwind)]
pub fn label(handle: u32, endpoint: u32) -> Result<Option<Label>> {
    env::with_attachment(handle, |attachment| {
        let label = attachment.label(endpoint);
        Ok(label.map(|CoreLabel { is_handler, name, pattern }| Label { is_handler, name, pattern }))
    })
}
