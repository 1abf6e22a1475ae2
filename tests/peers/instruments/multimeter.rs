//! Other people's drivers of the 34401A read our simulated one: sigrok-cli and PyMeasure.

use etalon_fixtures::multimeter::{Multimeter, Terminals};

use super::server::script;
use crate::judge::{ask, python, word};

/// What lies at the terminals.
const AT: Terminals = Terminals {
    direct_v: 7.250_001,
    alternating_v: 2.5,
    frequency_hz: 50.0,
    resistance_ohm: 4_700.0,
    direct_a: 0.012,
};

/// Switches the multimeter on; its port. It runs until the test ends.
fn switched_on() -> u16 {
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime for the loopback");
        runtime.block_on(async {
            let listener =
                tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("the loopback has ports");
            let port = listener.local_addr().expect("it is bound").port();
            ready.send(port).expect("somebody waits for it");
            Multimeter::new(AT, 1).serve(listener).await;
        });
    });
    is_ready.recv().expect("it is switched on")
}

fn near(text: &str, wanted: f64, within: f64) {
    let read: f64 = text.parse().unwrap_or_else(|_| panic!("`{text}` is not a number"));
    assert!((read - wanted).abs() <= within, "{read}, wanted {wanted} ± {within}");
}

/// sigrok's driver asks for the function, starts, reads and stops, with `*OPC?` behind each step.
#[test]
fn sigrok_reads_the_simulated_34401a() {
    let device = format!("scpi-dmm:conn=tcp-raw/127.0.0.1/{}", switched_on());
    let answer = ask("sigrok-cli", &["-d", &device, "--samples", "2"]);
    assert!(answer.is_yes, "{}", answer.words);
    let readings: Vec<&str> = answer.words.lines().filter(|line| line.contains("P1:")).collect();
    assert_eq!(readings.len(), 2, "{}", answer.words);
    for reading in readings {
        let words: Vec<&str> = reading.split_whitespace().collect();
        let ["P1:", value, "V", "DC"] = words.as_slice() else { panic!("{reading}") };
        // Noise of 2e-7 of the range of 10 V, and the digits that sigrok prints.
        near(value, AT.direct_v, 2e-5);
    }
}

#[test]
fn pymeasure_reads_the_simulated_34401a() {
    let client = script("pymeasure_client.py");
    // PyMeasure warns on standard error that it does not know whether a HP speaks SCPI.
    let port = switched_on().to_string();
    let answer = ask(python("python"), &["-W", "ignore", word(&client), &port]);
    assert!(answer.is_yes, "{}", answer.words);
    let said: Vec<&str> = answer.words.lines().collect();
    let [function, direct, alternating, resistance] = said.as_slice() else {
        panic!("{}", answer.words)
    };
    assert_eq!(*function, "DCV");
    near(direct, AT.direct_v, 2e-5);
    near(alternating, AT.alternating_v, 2e-5);
    near(resistance, AT.resistance_ohm, 2e-2);
}
