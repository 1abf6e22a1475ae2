//! Calls over the core channel, and what becomes of one that was given up.

use super::{
    GRACE, Vxi11Transport,
    words::{ABORT, CORE, DEVICE_ABORT, ErrorCode, Procedure},
};
use crate::{
    clock::Instant,
    protocol::onc_rpc::{self, Call, Xdr},
    transport::{Transport, TransportError, tcp},
};
use std::{io, sync::Arc, time::Duration};

impl Vxi11Transport {
    /// Calls a procedure and awaits its results. Dropped half way, it leaves word of what is
    /// still to come.
    pub(super) async fn call(
        &mut self,
        procedure: Procedure,
        arguments: Xdr,
        deadline: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        self.settle(deadline).await?;
        let id = self.next_call;
        self.next_call = self.next_call.wrapping_add(1);
        let call = Call {
            id,
            program: CORE.program,
            version: CORE.version,
            procedure: procedure.number(),
            arguments: arguments.bytes(),
        };
        self.half_said = true;
        self.core.write(&call.encode(), deadline).await?;
        self.half_said = false;
        self.under_way = Some(id);
        self.answer(deadline).await
    }

    /// Awaits the answer to a call that was given up, and forgets it.
    pub(super) async fn settle(&mut self, deadline: Duration) -> Result<(), TransportError> {
        if self.under_way.is_some() {
            self.answer(deadline).await?;
        }
        Ok(())
    }

    async fn answer(&mut self, deadline: Duration) -> Result<Vec<u8>, TransportError> {
        let last_moment = Instant::now() + deadline;
        loop {
            let left = last_moment.saturating_duration_since(Instant::now());
            let record = self.core.read(&onc_rpc::framing(), left).await?;
            let (id, results) =
                onc_rpc::answered(&record).map_err(|reason| self.broken(&reason.to_string()))?;
            if Some(id) == self.under_way {
                self.under_way = None;
                return Ok(results);
            }
        }
    }

    /// Asks over the abort channel that the call under way ends. Whether it is heard shows in
    /// the answer to that call, which is awaited anyway.
    pub(super) async fn abort(&self, deadline: Duration) {
        let deadline = deadline.min(2 * GRACE);
        let name = self.resource.clone();
        let Ok(mut channel) = tcp::connect(&self.host, self.abort_port, name, deadline).await
        else {
            return;
        };
        let arguments = Xdr::default().u32(self.link).bytes();
        let (program, version) = (ABORT.program, ABORT.version);
        let call = Call { id: 1, program, version, procedure: DEVICE_ABORT, arguments };
        if channel.write(&call.encode(), deadline).await.is_ok() {
            drop(channel.read(&onc_rpc::framing(), deadline).await);
        }
    }

    pub(super) fn silent(&self, deadline: Duration) -> TransportError {
        let (resource, received) = (self.resource.clone(), self.arrived.len());
        TransportError::Silent { resource, deadline, received }
    }

    pub(super) fn broken(&self, reason: &str) -> TransportError {
        TransportError::Malformed { resource: self.resource.clone(), reason: reason.to_owned() }
    }

    pub(super) fn refused(&self, procedure: &str, code: ErrorCode) -> TransportError {
        let (resource, reason) = (self.resource.clone(), format!("{procedure}: {code}"));
        if code == ErrorCode::LOCKED {
            return TransportError::Held { resource, reason };
        }
        TransportError::Gone { resource, source: Arc::new(io::Error::other(reason)) }
    }
}
