//! The core's errors as JavaScript errors: the stable code becomes `error.code`.

pub(super) type Error = napi::Error<&'static str>;
pub(super) type Result<T> = std::result::Result<T, Error>;

impl From<crate::error::Error> for Error {
    fn from(error: crate::error::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// An error of N-API itself: never of the caller's making.
pub(super) fn internal(error: &napi::Error) -> Error {
    crate::error::Error::Internal { reason: error.to_string() }.into()
}
