//! The conformance peer as an instrument that puts its messages into an output queue.

use etalon_instruments::conformance::peer::{Act, Peer};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Notify, mpsc};

/// One message of the instrument: its bytes, whether END goes with the last, and the number of
/// the message it answers.
pub(crate) struct Said {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: bool,
    pub(crate) answers: u32,
}

/// An instrument.
pub(crate) struct Device {
    peer: Mutex<Peer>,
    output: Mutex<VecDeque<Said>>,
    acts: mpsc::UnboundedSender<(u64, u32, Act)>,
    clears: AtomicU64,
    /// Something was put into the output queue.
    pub(crate) changed: Notify,
    /// The line is to be closed.
    pub(crate) hang_up: Notify,
    /// The read under way is to end.
    pub(crate) abort: Notify,
}

impl Device {
    pub(crate) fn new() -> Arc<Self> {
        let (acts, mut ordered) = mpsc::unbounded_channel::<(u64, u32, Act)>();
        let device = Arc::new(Self {
            peer: Mutex::default(),
            output: Mutex::default(),
            acts,
            clears: AtomicU64::new(0),
            changed: Notify::new(),
            hang_up: Notify::new(),
            abort: Notify::new(),
        });
        let acting = Arc::downgrade(&device);
        tokio::spawn(async move {
            while let Some((clears, answers, act)) = ordered.recv().await {
                let Some(device) = acting.upgrade() else { break };
                match act {
                    Act::Wait(pause) => tokio::time::sleep(pause).await,
                    Act::HangUp => device.hang_up.notify_one(),
                    // What was asked before a device clear is not answered behind it.
                    Act::Say(_) if device.clears.load(Ordering::SeqCst) != clears => {}
                    Act::Say(bytes) => {
                        // The one message of the suite that comes in two parts.
                        let end = bytes != b"first ";
                        let said = Said { bytes, end, answers };
                        device.output.lock().expect("it holds on this bench").push_back(said);
                        device.changed.notify_one();
                    }
                }
            }
        });
        device
    }

    /// Hears bytes that belong to message `number`.
    pub(crate) fn hear(&self, bytes: &[u8], number: u32) {
        let clears = self.clears.load(Ordering::SeqCst);
        for act in self.peer.lock().expect("it holds on this bench").hear(bytes) {
            self.acts.send((clears, number, act)).expect("the device acts");
        }
    }

    pub(crate) fn next(&self) -> Option<Said> {
        self.output.lock().expect("it holds on this bench").pop_front()
    }

    pub(crate) fn has_message(&self) -> bool {
        !self.output.lock().expect("it holds on this bench").is_empty()
    }

    pub(crate) fn clear(&self) {
        self.clears.fetch_add(1, Ordering::SeqCst);
        self.link_closed();
        self.output.lock().expect("it holds on this bench").clear();
    }

    pub(crate) fn link_closed(&self) {
        self.peer.lock().expect("it holds on this bench").link_closed();
    }
}
