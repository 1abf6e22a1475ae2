//! Whatever a VISA library can reach: GPIB cards, PXI, the maker's own drivers.
//!
//! The library is looked for only when a resource needs it, and a machine without one says so
//! in words. The file named in the environment variable `ETALON_VISA_LIBRARY` is loaded, or the
//! platform's usual one; the first that loads serves this process to its end, since the standard
//! knows one library per process. Its calls block, so each link has a thread.
//!
//! Definition: VPP-4.3 (IVI Foundation), the VISA library.
//!
//! # What a VISA link cannot do
//! A read cannot be broken off from outside: to make a bench safe over such a link, the wait
//! under way must first come to its deadline.

use super::{
    TransportError,
    threaded::{self, ThreadedTransport},
};
use std::{io, sync::Arc, time::Duration};

mod library;
mod session;

pub use library::{LIBRARY, found};

/// A link over a VISA library; its session closes when it is dropped.
pub type VisaTransport = ThreadedTransport;

/// Opens `name`, the address as the library understands it; `resource` is the address as the
/// bench file writes it.
///
/// # Errors
/// [`TransportError::Unreachable`] when there is no library, or it knows nobody of this name,
/// [`TransportError::Held`] when another program holds it.
pub async fn open(
    name: &str,
    resource: String,
    deadline: Duration,
) -> Result<VisaTransport, TransportError> {
    let (thread, name) = (format!("visa {name}"), name.to_owned());
    let called = resource.clone();
    // Loading the library takes a while of its own.
    let opening = move || session::Session::open(&name, called, deadline);
    threaded::open(thread, resource, deadline + LOADING, opening).await
}

/// How much longer the first link may take, because the library is loaded first.
const LOADING: Duration = Duration::from_secs(10);

/// A link that cannot be made.
fn unreachable(resource: &str, reason: impl ToString) -> TransportError {
    TransportError::Unreachable {
        resource: resource.to_owned(),
        source: Arc::new(io::Error::other(reason.to_string())),
    }
}
