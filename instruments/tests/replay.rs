//! A conversation taken down and played again.

use etalon_instruments::{
    clock::Clock,
    conformance::{Ability, check, check_over, peer::Peer},
    framing::Framing,
    link::{Link, Wiring},
    resource::Resource,
    transcript::{Lines, Recent},
    transport::{
        Connector, Pending, Remedy, Transport, TransportError, in_process,
        replay::{BrokenLine, Player},
    },
};
use std::{sync::Arc, time::Duration};

const SOON: Duration = Duration::from_secs(2);

/// What was said on 5 January.
const TRANSCRIPT: &str = "\
2026-01-05T08:00:00.001000Z SIM::ref > *IDN?\\n
2026-01-05T08:00:00.002000Z SIM::ref < ACME,R1,1001,2.0\\n
2026-01-05T08:00:00.003000Z SIM::ref - cleared
2026-01-05T08:00:00.004000Z SIM::ref > CURV?\\n
2026-01-05T08:00:00.005000Z SIM::ref < #15ab\\ncd\\xff
";

async fn played() -> Link {
    let wiring =
        Wiring::new(Arc::new(Player::parse(TRANSCRIPT).expect("a transcript")), Clock::real());
    Link::open(Resource::parse("SIM::ref").expect("it holds on this bench"), &wiring, SOON)
        .await
        .expect("it holds on this bench")
}

#[tokio::test]
async fn a_transcript_answers_as_the_instrument_did() {
    let link = played().await;
    let identity = link.query("*IDN?\n", Framing::line(64), SOON).await.unwrap();
    assert_eq!(identity, b"ACME,R1,1001,2.0\n");
    let block = Framing::Block488 { terminator: b"\n".to_vec(), max: 64 };
    assert_eq!(link.query("CURV?\n", block, SOON).await.unwrap(), b"#15ab\ncd");
}

#[tokio::test]
async fn a_transcript_refuses_anything_else_than_what_was_said() {
    let link = played().await;
    let refusal = link.query("*RST\n", Framing::line(64), SOON).await.unwrap_err();
    let words = refusal.to_string();
    assert!(words.contains("\"*RST\\n\" is said where the transcript has \"*IDN?\\n\""), "{words}");
    let nothing = played().await;
    nothing.query("*IDN?\n", Framing::line(64), SOON).await.unwrap();
    nothing.write("CURV?\n", SOON).await.unwrap();
    let over = nothing.write("MORE\n", SOON).await.unwrap_err();
    assert_ne!(over.remedy(), Remedy::Reestablish, "{over}");
}

#[tokio::test]
async fn a_transcript_names_its_broken_line_and_the_address_it_does_not_have() {
    let broken = TRANSCRIPT.replace("- cleared", "");
    assert_eq!(Player::parse(&broken).unwrap_err(), BrokenLine(3));
    let player = Player::parse(TRANSCRIPT).unwrap();
    let other = Resource::parse("SIM::dut").unwrap();
    let refusal = player.connect(&other, SOON).await.map(drop).unwrap_err();
    assert!(refusal.to_string().contains("nothing of this address"), "{refusal}");
}

/// Links to one conformance peer inside this process, which outlives its links.
#[derive(Default)]
struct InProcess {
    peer: Arc<tokio::sync::Mutex<Peer>>,
}

impl Connector for InProcess {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            let (ours, peers) = in_process::pair(resource.to_string());
            let peer = Arc::clone(&self.peer);
            tokio::spawn(async move { peer.lock().await.serve(peers).await });
            Ok(Box::new(ours) as Box<dyn Transport>)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_recorded_can_be_played_from_its_text() {
    let lines = Arc::new(Lines::new(Vec::new()));
    let clock = Clock::virtual_from("2026-01-05T08:00:00Z".parse().unwrap());
    let wiring = Wiring::new(Arc::new(InProcess::default()), clock).with_transcript(lines.clone());
    let link = Link::open(Resource::parse("SIM::peer").unwrap(), &wiring, SOON).await.unwrap();
    let block = || Framing::Block488 { terminator: b"\n".to_vec(), max: 4096 };
    let told = link.query("BLOCK\n", block(), SOON).await.unwrap();
    let echo = link.query("ECHO > \"x\" <\n", Framing::line(64), SOON).await.unwrap();
    drop((link, wiring));
    // The owner task lets go of its transcript when the last handle is gone.
    let lines = loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if Arc::strong_count(&lines) == 1 {
            break Arc::into_inner(lines).unwrap();
        }
    };
    let text = String::from_utf8(lines.into_inner()).unwrap();
    let wiring = Wiring::new(Arc::new(Player::parse(&text).unwrap()), clock);
    let link = Link::open(Resource::parse("SIM::peer").unwrap(), &wiring, SOON).await.unwrap();
    assert_eq!(link.query("BLOCK\n", block(), SOON).await.unwrap(), told);
    let again = link.query("ECHO > \"x\" <\n", Framing::line(64), SOON).await.unwrap();
    assert_eq!(again, echo);
}

/// What the suite did over a link in this process is played, and the suite does the same over what is
/// played: every rule holds that has a meaning without time and without a far end.
#[tokio::test(start_paused = true)]
async fn a_played_transcript_conforms_in_everything_but_time_and_hanging_up() {
    let clock = Clock::virtual_from("2026-01-05T08:00:00Z".parse().unwrap());
    let recent = Arc::new(Recent::new(10_000));
    let recorded =
        Wiring::new(Arc::new(InProcess::default()), clock).with_transcript(recent.clone());
    let resource = || Resource::parse("SIM::peer").unwrap();
    check_over(&recorded, resource(), Ability::PLAYED).await.unwrap();
    let lines = recent.utterances().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let played = Arc::new(Player::parse(&lines).unwrap());
    let left_out = check(played, resource(), clock, Ability::PLAYED).await.unwrap();
    let rules: Vec<&str> = left_out.iter().map(|one| one.rule).collect();
    assert_eq!(
        rules,
        [
            "a message longer than allowed is refused",
            "silence ends at the deadline",
            "a late answer is not taken for the next one",
            "the answer to a cancelled question is not taken for the next one",
            "a cancelled message is finished, or never begun",
            "a wait is broken off at once",
            "a peer that hangs up is noticed at once",
            "a link that is gone can be made again",
        ]
    );
    assert!(left_out.iter().all(|one| !one.reason.is_empty()));
    assert!(Ability::WHOLE.left_out().is_empty(), "a line of this house leaves nothing out");
}
