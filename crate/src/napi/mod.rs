//! The boundary to Node.js, and nothing else: it converts, calls, and converts back.
//!
//! What is called once a batch or on a cache miss is written by hand over `napi::sys` in `hot`; what is rare is
//! written with `#[napi]` in `cold`, `counting` and `holding`. Nothing is called per message.

mod cold;
mod counting;
mod env;
mod error;
mod holding;
mod hot;
mod wake;
