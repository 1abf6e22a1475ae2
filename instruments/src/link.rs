//! The owner of a line: one task that alone writes and reads, and everybody's handle to it.
//!
//! A [`Link`] is cheap to clone. Each *exchange* (a question, or a setting with the
//! look into the error queue behind it) is carried out as a whole by the owner
//! task: whoever ordered it may be cancelled, the message is finished all the same
//! and its answer is not left for the next one to find. After a failure the link
//! is *out of step* and refuses everything until it is cleared or made again.
//!
//! It never writes a message twice. It never waits without a deadline.

use crate::{
    clock::Clock,
    framing::Framing,
    protocol::dlms::security::MeterKeys,
    resource::{Resource, SerialSettings},
    transcript::Transcript,
    transport::{Cleared, Connector, Signal, TransportError},
};
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot, watch};

mod owner;

/// How many exchanges may wait for a line.
const WAITING: usize = 256;

/// What links of a bench are made with.
#[derive(Clone)]
pub struct Wiring {
    /// Makes the links.
    pub connector: Arc<dyn Connector>,
    /// The bench's time.
    pub clock: Clock,
    /// Who listens to the lines, if anybody.
    pub transcript: Option<Arc<dyn Transcript>>,
    /// What meters want to know before they answer, by the names that addresses use.
    pub meter_keys: MeterKeys,
}

impl Wiring {
    /// Links made by `connector`, timed by `clock`, unrecorded.
    #[must_use]
    pub fn new(connector: Arc<dyn Connector>, clock: Clock) -> Self {
        Self { connector, clock, transcript: None, meter_keys: MeterKeys::default() }
    }

    /// The same, with keys for the meters that want them.
    #[must_use]
    pub fn with_meter_keys(self, meter_keys: MeterKeys) -> Self {
        Self { meter_keys, ..self }
    }

    /// The same, with every byte taken down.
    #[must_use]
    pub fn with_transcript(self, transcript: Arc<dyn Transcript>) -> Self {
        Self { transcript: Some(transcript), ..self }
    }
}

impl fmt::Debug for Wiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wiring").field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// One step of an exchange.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// Write these bytes.
    Write(Vec<u8>),
    /// Write these bytes, in which a secret stands: the transcript has `shown` in their place.
    WriteSecret {
        /// What is written.
        bytes: Vec<u8>,
        /// The same without the secret.
        shown: Vec<u8>,
    },
    /// Read one message.
    Read(Framing),
    /// Set the line to another speed or character, as optical heads do in the middle of a talk.
    SetLine(SerialSettings),
    /// Go on as the messages read so far say.
    Then(Continuation),
}

/// What depends on the messages read so far: the further steps, or why there are none.
type Onward = dyn Fn(&[Vec<u8>]) -> Result<Vec<Step>, String> + Send + Sync;

/// The further steps of an exchange, once its earlier messages are known.
#[derive(Clone)]
pub struct Continuation(Arc<Onward>);

impl Continuation {
    /// Goes on with the steps that `onward` gives for the messages read so far. Its error
    /// says what is wrong with them; the exchange then ends as [`TransportError::Malformed`].
    pub fn new(
        onward: impl Fn(&[Vec<u8>]) -> Result<Vec<Step>, String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(onward))
    }

    /// The further steps.
    ///
    /// # Errors
    /// What is wrong with the messages.
    pub fn steps(&self, messages: &[Vec<u8>]) -> Result<Vec<Step>, String> {
        (self.0)(messages)
    }
}

impl PartialEq for Continuation {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Continuation {}

impl fmt::Debug for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Continuation")
    }
}

/// A handle to the owner of a line.
#[derive(Clone, Debug)]
pub struct Link {
    orders: mpsc::Sender<owner::Order>,
    broken_off: Arc<watch::Sender<u64>>,
    resource: Arc<str>,
}

impl Link {
    /// Makes a link and the task that owns it. Call it inside a runtime.
    ///
    /// # Errors
    /// What the connector says.
    pub async fn open(
        resource: Resource,
        wiring: &Wiring,
        deadline: Duration,
    ) -> Result<Self, TransportError> {
        let name: Arc<str> = resource.to_string().into();
        let transport = wiring.connector.connect(&resource, deadline).await?;
        let (orders, taken) = mpsc::channel(WAITING);
        let (broken_off, watched) = watch::channel(0);
        let owner = owner::Owner::new(transport, resource, wiring.clone(), watched);
        tokio::spawn(owner.serve(taken));
        Ok(Self { orders, broken_off: Arc::new(broken_off), resource: name })
    }

    /// Address of the line, as written in the bench file.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Carries out `steps` without anybody else in between, all within `deadline`, which
    /// begins when the line is free. Returns what was read, one message per reading step.
    ///
    /// # Errors
    /// The first failure; the steps behind it were not begun.
    pub async fn exchange(
        &self,
        steps: Vec<Step>,
        deadline: Duration,
    ) -> Result<Vec<Vec<u8>>, TransportError> {
        let begun = *self.broken_off.borrow();
        self.order(|reply| owner::Order::Exchange { steps, deadline, begun, reply }).await
    }

    /// Writes one message.
    ///
    /// # Errors
    /// See [`TransportError`].
    pub async fn write(
        &self,
        message: impl Into<Vec<u8>>,
        deadline: Duration,
    ) -> Result<(), TransportError> {
        self.exchange(vec![Step::Write(message.into())], deadline).await.map(drop)
    }

    /// Puts a question and reads its answer.
    ///
    /// # Errors
    /// See [`TransportError`].
    pub async fn query(
        &self,
        question: impl Into<Vec<u8>>,
        framing: Framing,
        deadline: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let steps = vec![Step::Write(question.into()), Step::Read(framing)];
        let answers = self.exchange(steps, deadline).await?;
        Ok(answers.into_iter().next_back().unwrap_or_default())
    }

    /// Gives a signal beside the data (status byte, trigger, lock, service request), where
    /// the kind of link has such signals. The answer is the status byte where one was asked
    /// for, zero otherwise.
    ///
    /// # Errors
    /// [`TransportError::Unsupported`] where the link has no such signal.
    pub async fn signal(&self, signal: Signal, deadline: Duration) -> Result<u8, TransportError> {
        self.order(|reply| owner::Order::Signal { signal, deadline, reply }).await
    }

    /// Brings the link back into step: clears it in place where its kind can, makes it again otherwise.
    ///
    /// # Errors
    /// See [`TransportError`]; the link is then still out of step.
    pub async fn clear(&self, deadline: Duration) -> Result<Cleared, TransportError> {
        self.order(|reply| owner::Order::Clear { deadline, again: false, reply }).await
    }

    /// Closes the link and makes it again.
    ///
    /// # Errors
    /// See [`TransportError`]; the link is then out of step, and may be made again later.
    pub async fn make_again(&self, deadline: Duration) -> Result<(), TransportError> {
        self.order(|reply| owner::Order::Clear { deadline, again: true, reply }).await.map(drop)
    }

    /// Breaks off the wait under way and every exchange still waiting for the line.
    ///
    /// Only for making the bench safe: it may leave the link out of step. A message
    /// being written is finished first.
    pub fn break_off(&self) {
        self.broken_off.send_modify(|count| *count += 1);
    }

    async fn order<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<T, TransportError>>) -> owner::Order,
    ) -> Result<T, TransportError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.orders.send(order(reply)).await.is_ok();
        match answer.await {
            Ok(result) if sent => result,
            _ => Err(TransportError::hung_up(&self.resource)),
        }
    }
}
