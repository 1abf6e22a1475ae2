//! Bytes to an instrument inside this process, for simulated benches on the paused clock.

use super::stream::StreamTransport;
use tokio::io::DuplexStream;

/// A link to an instrument inside this process.
pub type InProcessTransport = StreamTransport<DuplexStream>;

/// How many bytes may be under way in one direction.
const IN_FLIGHT: usize = 16 * 1024;

/// A link called `resource`, and the instrument's end of it.
#[must_use]
pub fn pair(resource: String) -> (InProcessTransport, DuplexStream) {
    let (ours, instruments) = tokio::io::duplex(IN_FLIGHT);
    (StreamTransport::new(ours, resource), instruments)
}
