//! The library itself: looked for once, and never trusted to answer only what it may.

use std::panic::{AssertUnwindSafe, catch_unwind};
use thiserror::Error;
use visa_rs::{AsResourceManager, DefaultRM, VisaString, enums::status::ErrorCode};

/// The environment variable that names the library's file.
pub const LIBRARY: &str = "ETALON_VISA_LIBRARY";

/// Why the library did not do what it was asked for.
#[derive(Clone, Debug, Error)]
pub(super) enum Trouble {
    /// There is none, or it cannot be loaded.
    #[error("no VISA library: {reason}; install one, or name its file in {LIBRARY}")]
    NoLibrary {
        /// The loader's account of it.
        reason: String,
    },
    /// It answered with an error of the standard.
    #[error("the VISA library says: {0}")]
    Status(ErrorCode),
    /// It lacks a function, or answered with a status that the standard does not have.
    #[error("the VISA library answered as the standard does not allow: {0}")]
    Unruly(String),
}

impl Trouble {
    /// Whether it is this error of the standard.
    pub(super) fn is(&self, wanted: ErrorCode) -> bool {
        matches!(self, Self::Status(code) if *code == wanted)
    }
}

/// Makes sure that a library is loaded.
pub(super) fn load() -> Result<(), Trouble> {
    let named = std::env::var_os(LIBRARY);
    let loaded = match &named {
        // An empty path would be this program itself.
        Some(path) if path.is_empty() => {
            return Err(Trouble::NoLibrary { reason: format!("{LIBRARY} is empty") });
        }
        Some(path) => visa_sys::load_visa_library_from_path(path),
        None => visa_sys::load_visa_library(),
    };
    loaded.map_err(|reason| Trouble::NoLibrary { reason: reason.to_string() })
}

/// Calls the library. The binding gives up in a panic where a function is missing or a status is
/// not one of the standard's; here that becomes an error like every other.
pub(super) fn called<T>(call: impl FnOnce() -> visa_rs::Result<T>) -> Result<T, Trouble> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(visa_rs::Error(code))) => Err(Trouble::Status(code)),
        Err(thrown) => {
            let words = thrown.downcast_ref::<String>().cloned();
            let words = words.or_else(|| thrown.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Err(Trouble::Unruly(words.unwrap_or_else(|| "it says nothing".to_owned())))
        }
    }
}

/// Everything the library finds by itself. It may take seconds: some libraries ask the network.
///
/// # Errors
/// Why nothing can be found, in words: no library, or its own account.
pub fn found() -> Result<Vec<String>, String> {
    load().map_err(|trouble| trouble.to_string())?;
    let everything = VisaString::from_string("?*".to_owned());
    let everything = everything.expect("the text holds no zero byte");
    let list = called(|| {
        let manager = DefaultRM::new()?;
        let names = manager.find_res_list(&everything)?;
        names.map(|name| Ok(name?.to_string_lossy().into_owned())).collect()
    });
    match list {
        Err(trouble) if trouble.is(ErrorCode::ErrorRsrcNfound) => Ok(Vec::new()),
        other => other.map_err(|trouble| trouble.to_string()),
    }
}
