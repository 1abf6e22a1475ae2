//! Bytes over TCP: SCPI sockets, terminal servers, bridges.

use super::{TransportError, stream::StreamTransport};
use std::{io, sync::Arc, time::Duration};
use tokio::net::TcpStream;

/// A link over TCP.
pub type TcpTransport = StreamTransport<TcpStream>;

/// Connects to `host`:`port`; `resource` is the address as the bench file writes it.
///
/// Nagle's algorithm is switched off: with it, a question put right after a setting
/// waits for the acknowledgement of the setting, some 40 ms.
///
/// # Errors
/// [`TransportError::Unreachable`].
pub async fn connect(
    host: &str,
    port: u16,
    resource: String,
    deadline: Duration,
) -> Result<TcpTransport, TransportError> {
    let connecting = async {
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        Ok::<_, io::Error>(stream)
    };
    let stream = match tokio::time::timeout(deadline, connecting).await {
        Ok(result) => result,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "nobody answered the call")),
    };
    match stream {
        Ok(stream) => Ok(StreamTransport::new(stream, resource)),
        Err(source) => Err(TransportError::Unreachable { resource, source: Arc::new(source) }),
    }
}
