//! An instrument that knows one dialogue by heart, byte by byte.

use etalon_instruments::{
    catalogue::{self, Model},
    clock::Clock,
    instrument::{Instrument, InstrumentError},
    link::Wiring,
    resource::Resource,
    transport::{Connector, Pending, Transport, TransportError, in_process},
};
use etalon_uncertainty::quantity::Quantity;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
};

/// What is heard, and what is answered.
pub(crate) type Talk = &'static [(&'static [u8], &'static [u8])];

/// The same, made while the test runs.
pub(crate) type Words = Vec<(Vec<u8>, Vec<u8>)>;

/// The links to the instrument, one after the other.
struct Scripted(Mutex<VecDeque<Box<dyn Transport>>>);

impl Connector for Scripted {
    fn connect<'a>(
        &'a self,
        _resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        let ours = self.0.lock().expect("nobody panicked").pop_front();
        Box::pin(async move { Ok(ours.expect("there is a dialogue for every link")) })
    }
}

/// Opens a shipped model against a dialogue; the task ends when all of it was said, and fails
/// when anything else was.
pub(crate) async fn open(
    model: &str,
    talk: Talk,
) -> (Result<Instrument, InstrumentError>, JoinHandle<()>) {
    let model = catalogue::shipped(model).expect("the model is shipped");
    let words = talk.iter().map(|(heard, said)| (heard.to_vec(), said.to_vec()));
    spoken(model, words.collect()).await
}

/// The same for any model.
pub(crate) async fn spoken(
    model: Model,
    talk: Words,
) -> (Result<Instrument, InstrumentError>, JoinHandle<()>) {
    spoken_over(model, vec![talk]).await
}

/// The same over several links: when the dialogue on one has come to its end, its cable is
/// pulled, and the next dialogue is for the link made again. The last one stays.
pub(crate) async fn spoken_over(
    model: Model,
    talks: Vec<Words>,
) -> (Result<Instrument, InstrumentError>, JoinHandle<()>) {
    let mut links: VecDeque<Box<dyn Transport>> = VecDeque::new();
    let mut ends = VecDeque::new();
    for talk in talks {
        let (ours, end) = in_process::pair("SIM::it".to_owned());
        links.push_back(Box::new(ours));
        ends.push_back((end, talk));
    }
    let speaking = tokio::spawn(async move {
        while let Some((mut end, talk)) = ends.pop_front() {
            for (wanted, answer) in talk {
                let mut heard = vec![0; wanted.len()];
                end.read_exact(&mut heard).await.expect("the line stands");
                assert_eq!(heard.escape_ascii().to_string(), wanted.escape_ascii().to_string());
                end.write_all(&answer).await.expect("the line stands");
            }
            if ends.is_empty() {
                let mut more = Vec::new();
                end.read_to_end(&mut more).await.expect("the line stands");
                assert_eq!(more.escape_ascii().to_string(), "", "more was said than was foreseen");
            }
        }
    });
    let start = "2026-01-05T08:00:00Z".parse().expect("a time");
    let wiring = Wiring::new(Arc::new(Scripted(Mutex::new(links))), Clock::virtual_from(start));
    let resource = Resource::parse("SIM::it").expect("an address");
    (Instrument::open("it", Arc::new(model), resource, &wiring).await, speaking)
}

/// Opens, reads these quantities, and makes sure that nothing else was said.
pub(crate) async fn reads(model: &str, talk: Talk, wanted: &[(&str, &str, &str)]) {
    let (instrument, speaking) = open(model, talk).await;
    let instrument = instrument.unwrap_or_else(|failure| panic!("{model}: {failure}"));
    for (quantity, shown, unit) in wanted {
        let indication =
            instrument.read(quantity).await.unwrap_or_else(|failure| panic!("{model}: {failure}"));
        assert_eq!(indication.decimal.to_string(), *shown, "{model} {quantity}");
        assert_eq!(indication.unit, *unit, "{model} {quantity}");
    }
    drop(instrument);
    speaking.await.expect("it holds on this bench");
}

pub(crate) fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).expect("a quantity")
}
