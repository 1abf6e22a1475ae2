//! The serial transport on pseudo-terminals.

use etalon_instruments::{
    catalogue,
    clock::Clock,
    conformance::{
        Ability, check,
        peer::{Act, Peer},
    },
    instrument::Instrument,
    link::Wiring,
    resource::Resource,
    transport::{Connector, Remedy, TransportError, ports::Ports},
};
use nix::{
    pty::openpty,
    sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
    unistd::ttyname,
};
use std::{
    fs::File,
    io::{Read, Write},
    os::fd::OwnedFd,
    sync::Arc,
    time::Duration,
};

/// A terminal: the instrument's end, the cable (which stays when a program closes the
/// port), and the path that a program opens.
struct Terminal {
    instruments_end: File,
    cable: OwnedFd,
    resource: Resource,
}

fn terminal() -> Terminal {
    let ends = openpty(None, None).expect("the system has pseudo-terminals");
    let mut settings = tcgetattr(&ends.slave).expect("a terminal has settings");
    cfmakeraw(&mut settings);
    tcsetattr(&ends.slave, SetArg::TCSANOW, &settings).expect("a terminal can be raw");
    let path = ttyname(&ends.slave).expect("a terminal has a name");
    let address = format!("ASRL{}::INSTR", path.display());
    let resource = Resource::parse(&address).expect("a path makes an address");
    Terminal { instruments_end: File::from(ends.master), cable: ends.slave, resource }
}

/// Serves the instrument's end on a thread of its own until `hear` hangs up.
fn serve(terminal: Terminal, mut hear: impl FnMut(&[u8]) -> Vec<Act> + Send + 'static) -> Resource {
    let Terminal { mut instruments_end, cable, resource } = terminal;
    std::thread::spawn(move || {
        let mut chunk = [0_u8; 1024];
        while let Ok(count) = instruments_end.read(&mut chunk) {
            for act in hear(chunk.get(..count).unwrap_or_default()) {
                match act {
                    Act::Say(bytes) => instruments_end.write_all(&bytes).expect("the line stands"),
                    Act::Wait(pause) => wait(pause),
                    Act::HangUp => return drop(cable),
                }
            }
        }
    });
    resource
}

#[expect(
    clippy::disallowed_methods,
    reason = "a thread at the far end of a real line waits really"
)]
fn wait(pause: Duration) {
    std::thread::sleep(pause);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serial_transport_conforms_on_a_pseudo_terminal() {
    let mut peer = Peer::default();
    let resource = serve(terminal(), move |bytes| peer.hear(bytes));
    // The terminal goes with the peer's end of it; a real port would still be there.
    let ability = Ability { connects_again: false, ..Ability::WHOLE };
    check(Arc::new(Ports), resource, Clock::real(), ability).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serial_port_is_ours_alone_and_free_again_after_closing() {
    let mut peer = Peer::default();
    let resource = serve(terminal(), move |bytes| peer.hear(bytes));
    let deadline = Duration::from_secs(2);

    let first = Ports.connect(&resource, deadline).await.unwrap();
    let second = Ports.connect(&resource, deadline).await.map(drop).unwrap_err();
    assert!(matches!(second, TransportError::Held { .. }), "{second}");
    assert_eq!(second.remedy(), Remedy::Stop);

    first.close().await;
    Ports.connect(&resource, deadline).await.map(drop).unwrap();
}

/// An ambient probe whose answers may come late, and one at a time, as on a real line.
fn slow_probe() -> impl FnMut(&[u8]) -> Vec<Act> + Send {
    let mut heard = Vec::new();
    let mut asked = 0;
    move |bytes| {
        heard.extend_from_slice(bytes);
        let mut acts = Vec::new();
        while let Some(end) = heard.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = heard.drain(..=end).collect();
            let answer: &[u8] = match line.as_slice() {
                b"*IDN?\n" => b"ETALON,SIM-TH1,TH100001,1.0\n",
                b"SYST:ERR?\n" => b"0,\"No error\"\n",
                b"MEAS:TEMP?\n" => {
                    asked += 1;
                    if asked == 1 {
                        // Longer than the deadline and than the line is listened to while clearing.
                        acts.push(Act::Wait(Duration::from_millis(2600)));
                    }
                    b"+2.31E+01\n"
                }
                b"MEAS:HUM?\n" => b"+4.80E+01\n",
                _ => b"",
            };
            acts.push(Act::Say(answer.to_vec()));
        }
        acts
    }
}

/// A serial line cannot be cleared by closing it. The temperature that comes 0.6 s after its
/// deadline meets the question for the name, and is passed over; it never becomes a humidity.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_later_than_any_clearing_never_becomes_the_answer_to_the_next_question() {
    let resource = serve(terminal(), slow_probe());
    let model = Arc::new(catalogue::shipped("etalon-sim-th1").unwrap());
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    let probe = Instrument::open("ambient", model, resource, &wiring).await.unwrap();

    let failure = probe.read("t_amb").await.unwrap_err();
    assert_eq!(failure.remedy(), Remedy::Resynchronise, "{failure}");
    probe.recover(failure.remedy()).await.unwrap();

    assert_eq!(probe.read("rh").await.unwrap().text, "+4.80E+01");
    assert_eq!(probe.read("t_amb").await.unwrap().text, "+2.31E+01");
}
