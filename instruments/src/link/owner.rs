//! The task that owns a line.

use super::{Step, Wiring};
use crate::{
    clock::Instant,
    resource::Resource,
    transcript::{Direction, Utterance},
    transport::{Cleared, Signal, Transport, TransportError},
};
use std::{collections::VecDeque, time::Duration};
use tokio::sync::{mpsc, oneshot, watch};

/// Where the result of an order goes.
type Reply<T> = oneshot::Sender<Result<T, TransportError>>;

/// What the owner may be asked for.
#[derive(Debug)]
pub(super) enum Order {
    Exchange { steps: Vec<Step>, deadline: Duration, begun: u64, reply: Reply<Vec<Vec<u8>>> },
    Signal { signal: Signal, deadline: Duration, reply: Reply<u8> },
    Clear { deadline: Duration, again: bool, reply: Reply<Cleared> },
}

/// The owner of one line.
pub(super) struct Owner {
    transport: Option<Box<dyn Transport>>,
    resource: Resource,
    name: String,
    wiring: Wiring,
    broken_off: watch::Receiver<u64>,
    out_of_step: Option<String>,
}

impl Owner {
    pub(super) fn new(
        transport: Box<dyn Transport>,
        resource: Resource,
        wiring: Wiring,
        broken_off: watch::Receiver<u64>,
    ) -> Self {
        let name = resource.to_string();
        Self { transport: Some(transport), resource, name, wiring, broken_off, out_of_step: None }
    }

    /// Serves orders until the last handle is gone.
    pub(super) async fn serve(mut self, mut orders: mpsc::Receiver<Order>) {
        while let Some(order) = orders.recv().await {
            match order {
                // Whoever ordered it has gone before anything was said: nothing is.
                Order::Exchange { reply, .. } if reply.is_closed() => {}
                Order::Exchange { steps, deadline, begun, reply } => {
                    let result = self.exchange(&steps, deadline, begun).await;
                    // A reply nobody awaits any more is dropped here, which is its purpose.
                    drop(reply.send(result));
                }
                Order::Signal { signal, deadline, reply } => {
                    drop(reply.send(self.signal(&signal, deadline).await));
                }
                Order::Clear { deadline, again, reply } => {
                    drop(reply.send(self.clear(deadline, again).await));
                }
            }
        }
        if let Some(transport) = self.transport.take() {
            transport.close().await;
        }
    }

    async fn exchange(
        &mut self,
        steps: &[Step],
        deadline: Duration,
        begun: u64,
    ) -> Result<Vec<Vec<u8>>, TransportError> {
        if *self.broken_off.borrow() > begun {
            return Err(TransportError::BrokenOff { resource: self.name.clone() });
        }
        if let Some(since) = &self.out_of_step {
            let (resource, since) = (self.name.clone(), since.clone());
            return Err(TransportError::OutOfStep { resource, since });
        }
        let result = self.carry_out(steps, deadline, begun).await;
        if let Err(failure) = &result {
            let words = failure.to_string();
            self.take_down(Direction::Event, words.as_bytes());
            self.out_of_step = Some(words);
        }
        result
    }

    async fn carry_out(
        &mut self,
        steps: &[Step],
        deadline: Duration,
        begun: u64,
    ) -> Result<Vec<Vec<u8>>, TransportError> {
        let last_moment = Instant::now() + deadline;
        let speaks_first = matches!(
            steps.first(),
            Some(Step::Write(_) | Step::WriteSecret { .. } | Step::Then(_))
        );
        if speaks_first {
            self.nothing_unasked().await?;
        }
        let mut answers = Vec::new();
        let mut ahead: VecDeque<Step> = steps.iter().cloned().collect();
        while let Some(step) = ahead.pop_front() {
            let left = last_moment.saturating_duration_since(Instant::now());
            let Some(transport) = self.transport.as_mut() else {
                return Err(TransportError::hung_up(&self.name));
            };
            match step {
                Step::Write(message) => {
                    transport.write(&message, left).await?;
                    self.take_down(Direction::Sent, &message);
                }
                Step::WriteSecret { bytes, shown } => {
                    transport.write(&bytes, left).await?;
                    self.take_down(Direction::Sent, &shown);
                }
                Step::Read(framing) => {
                    let answer = tokio::select! {
                        biased;
                        answer = transport.read(&framing, left) => answer?,
                        _ = self.broken_off.wait_for(|count| *count > begun) => {
                            return Err(TransportError::BrokenOff { resource: self.name.clone() });
                        }
                    };
                    self.take_down(Direction::Received, &answer);
                    answers.push(answer);
                }
                Step::SetLine(settings) => {
                    transport.set_line(settings, left).await?;
                    self.take_down(Direction::Event, format!("line at {settings}").as_bytes());
                }
                Step::Then(continuation) => {
                    let onward = continuation.steps(&answers).map_err(|reason| {
                        TransportError::Malformed { resource: self.name.clone(), reason }
                    })?;
                    for step in onward.into_iter().rev() {
                        ahead.push_front(step);
                    }
                }
            }
        }
        Ok(answers)
    }

    /// A signal beside the data is given whether or not the data are in step.
    async fn signal(&mut self, signal: &Signal, deadline: Duration) -> Result<u8, TransportError> {
        let Some(transport) = self.transport.as_mut() else {
            return Err(TransportError::hung_up(&self.name));
        };
        let answer = transport.signal(signal, deadline).await;
        let words = match &answer {
            Ok(byte) => format!("{signal}: {byte}"),
            Err(failure) => format!("{signal}: {failure}"),
        };
        self.take_down(Direction::Event, words.as_bytes());
        answer
    }

    /// What lies on the line before the question is an answer to something else. Line ends
    /// and blanks left over by a generous instrument are not.
    async fn nothing_unasked(&mut self) -> Result<(), TransportError> {
        let Some(transport) = self.transport.as_mut() else {
            return Err(TransportError::hung_up(&self.name));
        };
        let said = transport.unread().await?;
        if said.iter().all(|byte| byte.is_ascii_whitespace()) {
            return Ok(());
        }
        self.take_down(Direction::Received, &said);
        let said = said.escape_ascii().to_string();
        Err(TransportError::Unasked { resource: self.name.clone(), said })
    }

    async fn clear(&mut self, deadline: Duration, again: bool) -> Result<Cleared, TransportError> {
        if !again && let Some(transport) = self.transport.as_mut() {
            match transport.clear(deadline).await {
                Ok(Cleared::InPlace) => {
                    self.take_down(Direction::Event, b"cleared");
                    self.out_of_step = None;
                    return Ok(Cleared::InPlace);
                }
                Ok(Cleared::MakeAgain) => {}
                Err(failure) => self.take_down(Direction::Event, failure.to_string().as_bytes()),
            }
        }
        // The old link is closed first: some instruments take one connection only.
        if let Some(transport) = self.transport.take() {
            transport.close().await;
        }
        match self.wiring.connector.connect(&self.resource, deadline).await {
            Ok(transport) => {
                self.transport = Some(transport);
                self.out_of_step = None;
                self.take_down(Direction::Event, b"made again");
                Ok(Cleared::MakeAgain)
            }
            Err(failure) => {
                self.out_of_step = Some(failure.to_string());
                Err(failure)
            }
        }
    }

    fn take_down(&self, direction: Direction, bytes: &[u8]) {
        if let Some(transcript) = &self.wiring.transcript {
            transcript.record(&Utterance {
                at: self.wiring.clock.utc(),
                resource: self.name.clone(),
                direction,
                bytes: bytes.to_vec(),
            });
        }
    }
}
