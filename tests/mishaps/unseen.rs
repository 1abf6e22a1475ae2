//! The room's probe behind a real pseudo-terminal is lost while the engine watches it.

use etalon::journal::Body;

use crate::{
    laboratory::{METERS, Place, undisturbed},
    process::When,
};

/// When its cable is pulled, as shares of an undisturbed run.
const AT: [f64; 3] = [0.3, 0.55, 0.8];

#[test]
fn room_probe_unplugged_from_its_line_is_linked_again_and_the_run_ends_with_the_same_verdicts() {
    let (wanted, _) = undisturbed();
    let whole = Place::serve(&METERS, 600, &[]);
    whole.run(&[]).hear(When::Never, |_| ());
    let ended = whole.account().iter().filter_map(|one| one["t"].as_f64()).fold(0.0, f64::max);
    let mut gaps = 0;
    for share in AT {
        let fault = format!("unplugged-ambient@{}", (share * ended) as u64);
        let place = Place::serve(&METERS, 600, std::slice::from_ref(&fault));
        let heard = place.run(&[]).hear(When::Never, |_| ());
        // Two of the six meters do not conform: the answer is no.
        assert_eq!(heard.status.code(), Some(1), "{fault}: {:?}", heard.lines.last());
        assert_eq!(place.told().verdicts, wanted.verdicts, "{fault}");
        let (_, events) = place.begun().unwrap();
        let is_gap = |body: &Body| matches!(body, Body::Noted { text, .. } if text.starts_with("the room is seen again after"));
        gaps += events.iter().filter(|event| is_gap(&event.body)).count();
    }
    println!("{gaps} gaps in which nobody saw the room, in {} runs", AT.len());
}
