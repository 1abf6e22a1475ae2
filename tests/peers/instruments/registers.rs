//! Meters of our served bench, read by other people's clients: dlt645, gurux-dlms, dlms-cosem.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use super::{
    served::{Served, terminal},
    talk::Client,
};

/// So long a client may read until the energy has grown.
const PATIENCE: Duration = Duration::from_secs(20);

/// Energises the served bench: 39.6 kW through every meter.
fn energise(served: &Served) {
    let parts: Vec<&str> = served.resource("source", "SOCKET").split("::").collect();
    let ["TCPIP", host, port, "SOCKET"] = parts.as_slice() else { panic!("{parts:?}") };
    let mut source = TcpStream::connect(format!("{host}:{port}")).expect("the source listens");
    source.write_all(b"SOUR:VOLT 220;SOUR:CURR 60;OUTP ON;OUTP?\n").expect("it hears");
    let mut answer = String::new();
    BufReader::new(source).read_line(&mut answer).expect("it answers");
    assert_eq!(answer, "1\n");
}

fn number(words: &[String], at: usize) -> f64 {
    let word = words.get(at).and_then(|word| word.parse().ok());
    word.unwrap_or_else(|| panic!("{words:?}"))
}

/// Lets a client read until the energy has grown by so much, or for too long; its last words.
fn grown_by(client: &mut Client, before: &[String], wanted: f64) -> Vec<String> {
    let start = Instant::now();
    loop {
        let after = client.again();
        if number(&after, 0) - number(before, 0) >= wanted || start.elapsed() > PATIENCE {
            return after;
        }
    }
}

/// The register of meter 1 stands at 12.34 kWh; 39.6 kW at fifty times the speed are 0.55 kWh a
/// second.
#[test]
fn dlt645_client_sees_the_energy_of_a_served_meter_grow() {
    let served = Served::open("meters-3p", &["--time-scale", "50"]);
    let port = terminal(served.resource("meter-1", "ASRL"));
    let mut client = Client::of("dlt645_client.py", &[port, "330000000001"]);
    let before = client.line("energy");
    assert!((number(&before, 0) - 12.34).abs() < 1e-9, "{before:?}");
    energise(&served);
    let start = Instant::now();
    let after = grown_by(&mut client, &before, 0.5);
    let most = 0.55 * start.elapsed().as_secs_f64() + 0.6;
    let grown = number(&after, 0) - number(&before, 0);
    assert!((0.5..most).contains(&grown), "{before:?}, then {after:?}");
    assert!((number(&after, 1) - 220.0).abs() < 0.5, "{after:?}");
}

#[test]
fn gurux_client_sees_the_energy_of_a_served_meter_grow() {
    let served = Served::open("meters-3p", &["--time-scale", "50"]);
    let port = terminal(served.resource("optical-3", "ASRL"));
    sees_it_grow(&served, &mut Client::of("dlms_client.py", &[port]));
}

/// The register of the meter under optical head 3 stands at 987.65 kWh; it is energised, and the
/// client sees the energy grow and the voltage appear.
fn sees_it_grow(served: &Served, client: &mut Client) {
    assert_eq!(client.line("serial"), ["DT26000003"]);
    let before = client.line("energy");
    // Wh, unit 30.
    assert!((number(&before, 0) - 987_650.0).abs() < 0.2, "{before:?}");
    assert_eq!(before.get(1).map(String::as_str), Some("30"));
    energise(served);
    let start = Instant::now();
    let after = grown_by(client, &before, 500.0);
    let most = 550.0 * start.elapsed().as_secs_f64() + 600.0;
    let grown = number(&after, 0) - number(&before, 0);
    assert!((500.0..most).contains(&grown), "{before:?}, then {after:?}");
    assert!((number(&after, 2) - 220.0).abs() < 0.5, "{after:?}");
}

#[test]
fn dlms_cosem_client_sees_the_energy_of_a_served_meter_grow_over_hdlc() {
    let served = Served::open("meters-3p", &["--time-scale", "50"]);
    let port = terminal(served.resource("optical-3", "ASRL"));
    let mut client = Client::of("dlms_cosem_client.py", &["hdlc", port]);
    sees_it_grow(&served, &mut client);
    client.told("absent");
    assert!(client.line("refused").join(" ").contains("OBJECT_UNDEFINED"));
}

#[test]
fn dlms_cosem_client_sees_the_energy_of_a_served_meter_grow_over_the_wrapper() {
    let served = Served::open("meters-3p", &["--time-scale", "50", "--also", "dlms-tcp"]);
    let parts: Vec<&str> = served.resource("optical-3", "SOCKET").split("::").collect();
    let ["TCPIP", host, port, "SOCKET"] = parts.as_slice() else { panic!("{parts:?}") };
    let mut client = Client::of("dlms_cosem_client.py", &["tcp", host, port]);
    sees_it_grow(&served, &mut client);
    client.told("absent");
    assert!(client.line("refused").join(" ").contains("OBJECT_UNDEFINED"));
}

#[test]
fn gurux_client_sees_the_energy_of_a_served_meter_grow_over_the_wrapper() {
    let served = Served::open("meters-3p", &["--time-scale", "50", "--also", "dlms-tcp"]);
    let parts: Vec<&str> = served.resource("optical-3", "SOCKET").split("::").collect();
    let ["TCPIP", host, port, "SOCKET"] = parts.as_slice() else { panic!("{parts:?}") };
    sees_it_grow(&served, &mut Client::of("dlms_client.py", &[host, port]));
}

/// Keys of the first meter of the row, from its description: encryption, authentication.
const KEYS: [&str; 2] = ["71BA464B429302F2308BD6CB46BCCF7D", "55FE38E7155A1CA5188AD4289A4CF96E"];

/// gurux-dlms at the first meter, with these keys; the number of its first message.
fn secured(served: &Served, keys: [&str; 2], number: &str) -> Client {
    let parts: Vec<&str> = served.resource("optical-1", "SOCKET").split("::").collect();
    let ["TCPIP", host, port, "SOCKET"] = parts.as_slice() else { panic!("{parts:?}") };
    Client::of("dlms_secured_client.py", &[host, port, keys[0], keys[1], number])
}

/// Origin of what is refused: Green Book, high-level security 5 (both sides prove that they have the
/// keys), and invocation counters, which must grow: exception response D8, service not allowed (01),
/// invocation counter (06), with the least number that would do: that of the replayed message and one.
#[test]
fn gurux_client_reads_a_served_meter_ciphered_and_neither_wrong_keys_nor_old_numbers_do() {
    let served = Served::open("meters-3p", &["--also", "dlms-tcp"]);
    let mut client = secured(&served, KEYS, "10");
    client.line("associated");
    assert_eq!(client.line("serial"), ["DT26000001"]);
    // Wh, unit 30; general global ciphering.
    let wanted = ["12340.0", "30", "asked", "db"];
    assert_eq!(client.line("energy"), wanted);
    assert_eq!(client.again(), wanted);
    client.told("replay");
    let answered = client.line("answered").concat();
    assert!(answered.starts_with("d80106000000"), "{answered}");
    // What was replayed has cost the client nothing.
    assert_eq!(client.again(), wanted);
    drop(client);

    for changed in 0..2 {
        let mut keys = KEYS;
        keys[changed] = "00000000000000000000000000000000";
        let refused = secured(&served, keys, "100").line("refused").join(" ");
        assert!(refused.contains("Authentication failure"), "{refused}");
    }
    let refused = secured(&served, KEYS, "3").line("refused").join(" ");
    assert!(refused.contains("Invocation counter is invalid"), "{refused}");
    secured(&served, KEYS, "1000").line("associated");
}
