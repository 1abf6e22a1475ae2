//! What driver, link and transcript cost beside a bare socket, printed.
//!
//! `cargo bench -p etalon-instruments`; the figures stand in `docs/campaigns.md`.

#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on stops"
)]

use etalon_instruments::{
    catalogue, clock::Clock, instrument::Instrument, link::Wiring, resource::Resource,
    transcript::Lines, transport::ports::Ports,
};
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

/// Questions in one batch, and batches of each kind, one kind after the other in turn.
const BATCH: u32 = 2_000;
const BATCHES: usize = 9;
/// Links that are asked at once, and how often each.
const LINKS: usize = 64;
const PERIOD: Duration = Duration::from_millis(50);
const WATCHED: Duration = Duration::from_secs(5);

/// An instrument that answers at once; each link has a thread of its own.
fn instrument() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.unwrap()));
        }
    });
    port
}

fn answer(stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    while reader.read_line(&mut line).is_ok_and(|count| count > 0) {
        let said: &[u8] = match line.trim_end() {
            "*IDN?" => b"ANY,DMM,1,1\n",
            "SYST:ERR?" => b"0,\"No error\"\n",
            question if question.ends_with('?') => b"+1.00000023E+01\n",
            _ => b"",
        };
        if writer.write_all(said).is_err() {
            return;
        }
        line.clear();
    }
}

async fn open(port: u16, wiring: &Wiring) -> Instrument {
    let model = Arc::new(catalogue::shipped("generic-scpi-dmm").unwrap());
    let resource = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET")).unwrap();
    Instrument::open("dmm", model, resource, wiring).await.unwrap()
}

/// A batch over a bare blocking socket, per question.
fn bare(reader: &mut BufReader<TcpStream>) -> Duration {
    let began = Instant::now();
    let mut line = String::new();
    for _ in 0..BATCH {
        reader.get_mut().write_all(b"MEAS:VOLT:DC?\n").unwrap();
        line.clear();
        reader.read_line(&mut line).unwrap();
        assert!(line.trim_end().parse::<f64>().unwrap() > 9.9);
    }
    began.elapsed() / BATCH
}

/// A batch through the driver, per question.
async fn driven(dmm: &Instrument) -> Duration {
    let began = Instant::now();
    for _ in 0..BATCH {
        assert!(dmm.read("U_dc").await.unwrap().value > 9.9);
    }
    began.elapsed() / BATCH
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn pairs(one: &[Duration], other: &[Duration], f: fn(Duration, Duration) -> f64) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| f(*one, *other)).collect()
}

/// The least and the median.
fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    format!("{:6.1} {:6.1}", values[0], values[values.len() / 2])
}

/// The time this thread has spent on a core so far.
fn on_core() -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(statistics.split_whitespace().next().unwrap().parse().unwrap())
}

/// The share of one core that so many links asked so often take, the instruments' own not counted.
async fn share(port: u16, wiring: &Wiring) -> f64 {
    let mut dmms = Vec::new();
    for _ in 0..LINKS {
        dmms.push(open(port, wiring).await);
    }
    let (began, before) = (Instant::now(), on_core());
    let mut asking = tokio::task::JoinSet::new();
    for (number, dmm) in (0_u32..).zip(dmms) {
        asking.spawn(async move {
            tokio::time::sleep(PERIOD * number / 64).await;
            let mut beat = tokio::time::interval(PERIOD);
            while began.elapsed() < WATCHED {
                beat.tick().await;
                dmm.read("U_dc").await.unwrap();
            }
        });
    }
    asking.join_all().await;
    (on_core() - before).as_secs_f64() / began.elapsed().as_secs_f64()
}

fn main() {
    let port = instrument();
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut socket = BufReader::new(stream);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let plain = Wiring::new(Arc::new(Ports), Clock::real());
        let file = tempfile();
        let heard = plain.clone().with_transcript(Arc::new(Lines::new(file)));
        let (dmm, noted) = (open(port, &plain).await, open(port, &heard).await);
        let (mut bare_s, mut driven_s, mut noted_s) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..BATCHES {
            bare_s.push(bare(&mut socket));
            driven_s.push(driven(&dmm).await);
            noted_s.push(driven(&noted).await);
        }
        // Rounds of the three kinds stand beside each other in time, so that what the machine
        // does besides falls on all of them; the least round is the one with the least of it.
        let more: Vec<f64> = pairs(&driven_s, &bare_s, |one, other| micros(one) - micros(other));
        let noted: Vec<f64> =
            pairs(&noted_s, &driven_s, |one, other| (micros(one) / micros(other) - 1.0) * 100.0);
        let (bare, driven) = (spread(bare_s.iter().map(|s| micros(*s)).collect()), spread(more));
        println!("bare blocking socket          {bare} µs a question (least, median of {BATCHES})");
        println!("driver and link, beyond that  {driven} µs; at most 30 is wanted");
        println!("transcript in a file, beyond  {} %; under 5 is wanted", spread(noted));
        let share = share(port, &plain).await * 100.0;
        println!(
            "{LINKS} links, each asked {} times a second: {share:.1} % of one core; under 20 is wanted",
            1000 / 50
        );
    });
}

/// A file without a name, as a transcript is written to.
fn tempfile() -> std::io::BufWriter<std::fs::File> {
    let path = std::env::temp_dir().join(format!("etalon-transcript-{}", std::process::id()));
    let file = std::fs::File::create(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    std::io::BufWriter::new(file)
}
