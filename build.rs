//! Tells the linker what a Node.js addon needs; a build without the `napi` feature needs nothing.

fn main() {
    #[cfg(feature = "napi")]
    napi_build::setup();
}
