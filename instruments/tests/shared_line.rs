//! Two instruments on one line, over a real pseudo-terminal: each is heard under its own address, whatever
//! the other does, and no question begins before the answer to the last one is over.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot go on")]

use etalon_instruments::{
    catalogue,
    catalogue::model::Model,
    clock::Clock,
    instrument::Instrument,
    link::Wiring,
    protocol::dlt645::{Address, Frame},
    resource::Resource,
    transport::{Remedy, ports::Ports},
};
use nix::{
    pty::openpty,
    sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
    unistd::ttyname,
};
use std::{
    fs::File,
    io::{Read, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

/// How one end of the line behaves.
#[derive(Clone, Debug, Default)]
struct Line {
    /// Milliseconds from a question to the answer of the second instrument; 0 for none at all.
    second_ms: Arc<AtomicU64>,
    /// Questions that came while an answer was still to come.
    collisions: Arc<AtomicUsize>,
    /// Whom questions were for, in their order.
    asked: Arc<Mutex<Vec<u8>>>,
}

/// Whom a whole question is for (0, 1), and the answer; nothing before it is whole.
type Understood = fn(&[u8]) -> Option<(u8, Vec<u8>)>;

/// Time from a question to the answer of the first instrument, ms.
const FIRST_MS: u64 = 20;
const NUMBERS: [&str; 2] = ["330000000001", "330000000002"];

#[expect(
    clippy::disallowed_methods,
    reason = "a thread at the far end of a real line waits really"
)]
fn wait(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

impl Line {
    fn new() -> Self {
        let line = Self::default();
        line.second_ms.store(FIRST_MS, Ordering::SeqCst);
        line
    }

    /// A line with two instruments; `understood` says whom a whole question is for (0, 1) and what that one
    /// answers, and nothing before it is whole.
    fn serve(&self, understood: Understood) -> Resource {
        let ends = openpty(None, None).unwrap();
        let mut settings = tcgetattr(&ends.slave).unwrap();
        cfmakeraw(&mut settings);
        tcsetattr(&ends.slave, SetArg::TCSANOW, &settings).unwrap();
        let path = ttyname(&ends.slave).unwrap();
        let mut end = File::from(ends.master);
        let (cable, line) = (ends.slave, self.clone());
        let mut hearing = end.try_clone().unwrap();
        let (sender, arrived) = mpsc::channel::<Vec<u8>>();
        std::thread::spawn(move || {
            let mut chunk = [0_u8; 256];
            while let Ok(count) = hearing.read(&mut chunk) {
                if sender.send(chunk.get(..count).unwrap().to_vec()).is_err() {
                    return;
                }
            }
        });
        std::thread::spawn(move || {
            let _cable = cable;
            let mut heard = Vec::new();
            while let Ok(more) = arrived.recv() {
                heard.extend(more);
                let Some((who, answer)) = understood(&heard) else { continue };
                heard.clear();
                line.asked.lock().unwrap().push(who);
                let after = if who == 0 { FIRST_MS } else { line.second_ms.load(Ordering::SeqCst) };
                if after == 0 {
                    continue;
                }
                wait(after);
                // Who speaks into an answer is not heard.
                while arrived.try_recv().is_ok() {
                    line.collisions.fetch_add(1, Ordering::SeqCst);
                }
                // In two parts, as a line brings them.
                let (front, back) = answer.split_at(answer.len() / 2);
                end.write_all(front).unwrap();
                wait(5);
                end.write_all(back).unwrap();
            }
        });
        Resource::parse(&format!("ASRL{}::INSTR", path.display())).unwrap()
    }
}

/// A meter of DL/T 645: 100 kWh and its last digit, forward; its voltage 220 V and the same.
fn meters(heard: &[u8]) -> Option<(u8, Vec<u8>)> {
    let frame = Frame::decode(heard).ok()?;
    let own = NUMBERS.map(|number| Address::parse(number).unwrap());
    let who = own.iter().position(|own| frame.address == *own);
    assert!(who.is_some(), "a question to whoever is there: both would answer");
    let who = who.unwrap();
    let digit = who as u8 + 1;
    let value = match frame.data.as_slice() {
        [0x00, 0x00, 0x01, 0x00] => vec![0x00, digit, 0x01, 0x00],
        [0x00, 0x01, 0x01, 0x02] => vec![digit, 0x22],
        other => panic!("{other:02X?}"),
    };
    let data = [frame.data.clone(), value].concat();
    let answer = Frame { address: *own.get(who).unwrap(), control: frame.control | 0x80, data };
    Some((who as u8, [vec![0xFE; 4], answer.encode()].concat()))
}

fn shipped(name: &str) -> Arc<Model> {
    let mut library = catalogue::LIBRARY.iter();
    let (_, text) = library.find(|(file, _)| *file == name).unwrap();
    Arc::new(catalogue::parse(text).unwrap())
}

async fn two(resource: Resource, model: &Arc<Model>, addresses: [&str; 2]) -> [Instrument; 2] {
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    let [one, other] = addresses;
    let first = Instrument::open_at("first", Arc::clone(model), resource, one, &wiring).await;
    let first = first.unwrap();
    let second = first.beside("second", Arc::clone(model), other).await.unwrap();
    [first, second]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_meters_on_one_line_are_each_heard_under_their_own_number() {
    let line = Line::new();
    let model = shipped("dlt645-meter.toml");
    let [first, second] = two(line.serve(meters), &model, NUMBERS).await;
    assert_eq!(first.identity().unwrap().serial, NUMBERS[0]);
    assert_eq!(second.identity().unwrap().serial, NUMBERS[1]);
    assert_eq!(first.identity().unwrap().to_string(), "serial 330000000001", "it tells no more");
    // Both are asked at once, twenty times.
    let ask = |meter: Instrument, energy: &'static str, voltage: &'static str| async move {
        for _ in 0..20 {
            assert_eq!(meter.read("E").await.unwrap().text, energy);
            assert_eq!(meter.read("U").await.unwrap().text, voltage);
        }
    };
    let (one, other) = (first.clone(), second.clone());
    let one = tokio::spawn(ask(one, "101.00", "220.1"));
    let other = tokio::spawn(ask(other, "102.00", "220.2"));
    one.await.unwrap();
    other.await.unwrap();
    assert_eq!(line.collisions.load(Ordering::SeqCst), 0);
    let asked = line.asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|who| **who == 0).count(), 41, "{asked:?}");
    let turns = asked.windows(2).filter(|pair| pair.first() != pair.last()).count();
    assert!(turns > 10, "they take turns: {asked:?}");
}

/// The second is silent, then answers too late, into the question to the first: the first is heard all the
/// time, nothing of the other is taken for its answer, and the second is heard again when it is quick.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_and_a_late_meter_leave_the_other_one_of_the_line_alone() {
    let line = Line::new();
    let model = shipped("dlt645-meter.toml");
    let [first, second] = two(line.serve(meters), &model, NUMBERS).await;
    // The model gives a meter two seconds.
    for milliseconds in [0, 2200] {
        line.second_ms.store(milliseconds, Ordering::SeqCst);
        let failure = second.read("E").await.unwrap_err();
        assert!(failure.to_string().contains("second"), "{failure}");
        assert_eq!(failure.remedy(), Remedy::Resynchronise, "{failure}");
        // No time for the late answer to pass by: it comes into this.
        let mut heard = 0;
        for _ in 0..10 {
            match first.read("E").await {
                Ok(energy) => {
                    assert_eq!(energy.text, "101.00");
                    heard += 1;
                }
                Err(failure) => {
                    first.recover(failure.remedy()).await.unwrap();
                }
            }
        }
        assert!(heard >= 9, "{heard} of ten");
    }
    line.second_ms.store(FIRST_MS, Ordering::SeqCst);
    second.recover(Remedy::Resynchronise).await.unwrap();
    assert_eq!(second.read("E").await.unwrap().text, "102.00");
    assert_eq!(first.read("U").await.unwrap().text, "220.1");
}
