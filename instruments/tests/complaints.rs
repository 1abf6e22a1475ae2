//! What users of other instrument libraries complain about, one named test each.
//!
//! Complaints 2 (blocks), 3 (locale) and 4 (number formatting) stand beside the code that
//! answers them: `protocol/scpi/block.rs`, `protocol/scpi.rs`, `protocol/scpi/number.rs`.

use etalon_instruments::{
    catalogue,
    clock::Clock,
    instrument::{Instrument, InstrumentError},
    link::Wiring,
    resource::Resource,
    transcript::Recent,
    transport::{Cleared, Connector, Pending, Remedy, Transport, TransportError, in_process},
};
use etalon_uncertainty::quantity::Quantity;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream},
    task::AbortHandle,
};

/// A model file as a laboratory writes it: a source that ramps, and says when it has finished.
const RAMPING_SOURCE: &str = include_str!("complaints/ramping-source.toml");

/// An instrument with a few habits; every link to it ends with the test.
#[derive(Clone, Default)]
struct Ramping {
    state: Arc<Mutex<State>>,
    open: Arc<AtomicUsize>,
    most_open: Arc<AtomicUsize>,
    links: Arc<Mutex<Vec<AbortHandle>>>,
}

#[derive(Default)]
struct State {
    heard: Vec<String>,
    queue: Vec<String>,
    output: bool,
    busy: Duration,
    set: String,
    serial: String,
    answers: BTreeMap<String, String>,
}

impl Ramping {
    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().expect("nobody panicked"))
    }

    fn pull_the_cable(&self) {
        for link in self.links.lock().expect("nobody panicked").drain(..) {
            link.abort();
        }
    }

    /// What it says to a line, and how long it takes to.
    fn hear(&self, line: &str) -> (Duration, Option<String>) {
        self.state(|state| {
            state.heard.push(line.to_owned());
            if let Some(answer) = state.answers.get(line) {
                return (Duration::ZERO, Some(answer.clone()));
            }
            let answer = match line {
                "*IDN?" if state.serial.is_empty() => "ACME,R1,1001,2.0".to_owned(),
                "*IDN?" => format!("ACME,R1,{},2.0", state.serial),
                "*OPC?" => return (std::mem::take(&mut state.busy), Some("1\n".to_owned())),
                "SYST:ERR?" if state.queue.is_empty() => "0,\"No error\"".to_owned(),
                "SYST:ERR?" => state.queue.remove(0),
                "OUTP?" => if state.output { "1" } else { "0" }.to_owned(),
                "MEAS?" => "+1.0E+00".to_owned(),
                "OUTP ON" | "OUTP OFF" => {
                    state.output = line.ends_with("ON");
                    return (Duration::ZERO, None);
                }
                _ if line.starts_with("VOLT ") => {
                    state.set = line.to_owned();
                    state.busy = Duration::from_secs(60);
                    return (Duration::ZERO, None);
                }
                _ => {
                    state.queue.push("-113,\"Undefined header\"".to_owned());
                    return (Duration::ZERO, None);
                }
            };
            (Duration::ZERO, Some(format!("{answer}\n")))
        })
    }

    async fn serve(self, end: DuplexStream) {
        let _counted = Counted::new(&self);
        let (reading, mut writing) = tokio::io::split(end);
        let mut lines = BufReader::new(reading).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let (pause, answer) = self.hear(&line);
            tokio::time::sleep(pause).await;
            if let Some(answer) = answer
                && writing.write_all(answer.as_bytes()).await.is_err()
            {
                break;
            }
        }
    }
}

/// One more link open, for as long as it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(ramping: &Ramping) -> Self {
        let now = ramping.open.fetch_add(1, Ordering::SeqCst) + 1;
        ramping.most_open.fetch_max(now, Ordering::SeqCst);
        Self(Arc::clone(&ramping.open))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Connector for Ramping {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            // A server needs a moment to see that the old link is gone.
            tokio::time::sleep(Duration::from_millis(1)).await;
            let (ours, theirs) = in_process::pair(resource.to_string());
            let task = tokio::spawn(self.clone().serve(theirs));
            self.links.lock().expect("nobody panicked").push(task.abort_handle());
            Ok(Box::new(ours) as Box<dyn Transport>)
        })
    }
}

async fn opened(ramping: &Ramping) -> Instrument {
    let model = Arc::new(catalogue::parse(RAMPING_SOURCE).expect("the model file is sound"));
    let start = "2026-01-05T08:00:00Z".parse().expect("a time");
    let wiring = Wiring::new(Arc::new(ramping.clone()), Clock::virtual_from(start));
    let resource = Resource::parse("SIM::source").expect("an address");
    Instrument::open("source", model, resource, &wiring).await.expect("it opens")
}

fn volts(text: &str) -> Quantity {
    Quantity::parse(text).expect("a quantity")
}

#[tokio::test(start_paused = true)]
async fn complaint_1_terminators_an_empty_line_is_an_answer_and_carriage_returns_do_not_count() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    for (answer, read) in [("+1.5\r\n", "+1.5"), ("+1.5\n", "+1.5"), ("\r\n", ""), ("\n", "")] {
        ramping.state(|state| state.answers.insert("MEAS?".into(), answer.into()));
        // An empty line does not make the link wait for a second one until the deadline.
        assert_eq!(source.ask("MEAS?").await.unwrap(), read);
    }
    let empty = source.read("U").await.unwrap_err().to_string();
    assert!(empty.contains("the reply is empty"), "{empty}");
    ramping.state(|state| state.answers.insert("MEAS?".into(), "+1.5\n\r".into()));
    assert_eq!(source.ask("MEAS?").await.unwrap(), "+1.5");
    ramping.state(|state| state.answers.clear());
    assert_eq!(source.read("U").await.unwrap().text, "+1.0E+00");
}

#[tokio::test(start_paused = true)]
async fn complaint_5_error_queue_is_read_behind_each_setting_and_names_the_command() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    ramping.state(|state| {
        state.queue = vec!["-222,\"Data out of range\"".into(), "-350,\"Queue overflow\"".into()];
    });
    let refusal = source.set("U", &volts("5 V")).await.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "source refused \"VOLT 5.00000E0\": -222,\"Data out of range\"; -350,\"Queue overflow\""
    );
    assert_eq!(refusal.remedy(), Remedy::Stop);
    source.set("U", &volts("5 V")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn complaint_5_error_queue_tells_why_a_question_was_not_answered() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    let silence = source.ask("MEAS:NONSENSE?").await.unwrap_err();
    assert_eq!(silence.remedy(), Remedy::Resynchronise, "{silence}");
    let recovery = source.recover(silence.remedy()).await.unwrap();
    assert_eq!(recovery.queued, ["-113,\"Undefined header\""]);
}

#[tokio::test(start_paused = true)]
async fn complaint_5_error_queue_that_never_becomes_empty_is_a_fault_and_not_an_endless_loop() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    let overflow = "-350,\"Queue overflow\"\n".to_owned();
    ramping.state(|state| state.answers.insert("SYST:ERR?".into(), overflow));
    let before = ramping.state(|state| state.heard.len());
    let fault = source.error_queue().await.unwrap_err();
    assert!(fault.to_string().ends_with("the queue does not become empty"), "{fault}");
    assert_eq!(fault.remedy(), Remedy::Stop);
    // The model file gives no number, so that the usual 30 entries and one more were read.
    assert_eq!(ramping.state(|state| state.heard.len()) - before, 31);
}

#[tokio::test(start_paused = true)]
async fn complaint_6_long_operations_have_their_own_patience_and_questions_keep_theirs() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    let began = tokio::time::Instant::now();
    // The ramp takes a minute: longer than the line's second, shorter than its own two minutes.
    source.set("U", &volts("5 V")).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 60);

    let began = tokio::time::Instant::now();
    assert!(source.ask("MUTE?").await.is_err());
    assert_eq!(began.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn complaint_7_reconnects_restore_the_set_up_leave_the_output_and_leak_no_link() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    source.set("U", &volts("5 V")).await.unwrap();
    source.switch(true).await.unwrap();
    for _ in 0..20 {
        ramping.pull_the_cable();
        // Power-cycled: the set-up is gone, the output is off.
        ramping.state(|state| {
            state.set.clear();
            state.output = false;
        });
        let gone = source.read("U").await.unwrap_err();
        assert_eq!(gone.remedy(), Remedy::Reestablish, "{gone}");
        let recovery = source.recover(gone.remedy()).await.unwrap();
        assert_eq!(recovery.link, Cleared::MakeAgain);
        assert_eq!(recovery.restored, ["VOLT 5.00000E0"]);
        assert_eq!((recovery.output_wanted, recovery.output_found), (Some(true), Some(false)));
        assert_eq!(ramping.state(|state| state.set.clone()), "VOLT 5.00000E0");
        source.read("U").await.unwrap();
    }
    assert_eq!(ramping.most_open.load(Ordering::SeqCst), 1, "links were open side by side");
}

#[tokio::test(start_paused = true)]
async fn complaint_7_reconnects_refuse_another_instrument_behind_the_same_address() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    ramping.pull_the_cable();
    ramping.state(|state| state.serial = "1002".into());
    let gone = source.read("U").await.unwrap_err();
    let exchanged = source.recover(gone.remedy()).await.unwrap_err();
    assert!(matches!(exchanged, InstrumentError::NotTheOne { .. }), "{exchanged}");
    assert_eq!(exchanged.remedy(), Remedy::Stop);
}

#[tokio::test(start_paused = true)]
async fn a_setting_outside_the_range_is_refused_and_nothing_is_said() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    let before = ramping.state(|state| state.heard.len());
    for value in ["10.001 V", "-1 mV", "1 kV"] {
        let refusal = source.set("U", &volts(value)).await.unwrap_err();
        assert!(matches!(refusal, InstrumentError::OutOfRange { .. }), "{refusal}");
        assert!(refusal.to_string().contains(&format!("U = {value} is outside 0 V to 10 V")));
    }
    let refusal = source.set("U", &volts("1 A")).await.unwrap_err();
    assert!(matches!(refusal, InstrumentError::WrongUnit { .. }), "{refusal}");
    let refusal = source.set("Uo", &volts("1 V")).await.unwrap_err().to_string();
    assert!(refusal.ends_with("cannot set Uo, it can set U"), "{refusal}");
    assert_eq!(ramping.state(|state| state.heard.len()), before);
}

#[tokio::test(start_paused = true)]
async fn the_safe_state_does_not_wait_for_a_long_operation_and_is_confirmed() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    source.switch(true).await.unwrap();
    let setting = {
        let source = source.clone();
        tokio::spawn(async move { source.set("U", &volts("5 V")).await })
    };
    tokio::time::sleep(Duration::from_secs(5)).await;

    let began = tokio::time::Instant::now();
    let report = source.make_safe().await;

    assert!(report.confirmed, "{report:?}");
    assert!(began.elapsed() < Duration::from_secs(1));
    assert!(!ramping.state(|state| state.output));
    let broken_off = setting.await.unwrap().unwrap_err().to_string();
    assert!(broken_off.contains("broken off"), "{broken_off}");
}

#[tokio::test(start_paused = true)]
async fn a_setting_cancelled_while_it_waits_for_the_line_is_never_said() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    let ramp = {
        let source = source.clone();
        tokio::spawn(async move { source.set("U", &volts("5 V")).await })
    };
    tokio::time::sleep(Duration::from_secs(5)).await;
    let nine = volts("9 V");
    let waiting = source.set("U", &nine);
    assert!(tokio::time::timeout(Duration::from_secs(1), waiting).await.is_err());
    ramp.await.unwrap().unwrap();
    source.read("U").await.unwrap();
    assert_eq!(ramping.state(|state| state.set.clone()), "VOLT 5.00000E0");
}

#[tokio::test(start_paused = true)]
async fn the_safe_state_of_a_dead_instrument_is_not_confirmed_and_does_not_hang() {
    let ramping = Ramping::default();
    let source = opened(&ramping).await;
    for question in ["SYST:ERR?", "OUTP?", "*IDN?"] {
        ramping.state(|state| state.answers.insert(question.into(), String::new()));
    }
    let began = tokio::time::Instant::now();
    let report = source.make_safe().await;
    assert!(!report.confirmed && !report.failures.is_empty(), "{report:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert!(ramping.state(|state| state.heard.contains(&"OUTP OFF".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn every_byte_is_taken_down_with_its_time() {
    let ramping = Ramping::default();
    let recent = Arc::new(Recent::new(100));
    let model = Arc::new(catalogue::parse(RAMPING_SOURCE).unwrap());
    let clock = Clock::virtual_from("2026-01-05T08:00:00Z".parse().unwrap());
    let wiring = Wiring::new(Arc::new(ramping), clock).with_transcript(recent.clone());
    let resource = Resource::parse("SIM::source").unwrap();
    let source = Instrument::open("source", model, resource, &wiring).await.unwrap();
    source.read("U").await.unwrap();
    let lines: Vec<_> = recent.utterances().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            r"2026-01-05T08:00:00.001000Z SIM::source > *IDN?\n",
            r"2026-01-05T08:00:00.001000Z SIM::source < ACME,R1,1001,2.0\n",
            r"2026-01-05T08:00:00.001000Z SIM::source > SYST:ERR?\n",
            r#"2026-01-05T08:00:00.001000Z SIM::source < 0,\"No error\"\n"#,
            r"2026-01-05T08:00:00.001000Z SIM::source > MEAS?\n",
            r"2026-01-05T08:00:00.001000Z SIM::source < +1.0E+00\n",
        ]
    );
}
