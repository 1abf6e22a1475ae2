//! A run that goes on and on: what a repeat costs, in time and memory, does not grow with the repeats
//! before it.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use etalon::{
    engine::{Notice, Outcome, Sink, run},
    journal::Body,
    lab::demo::ITEMS,
};

use crate::bench::Laboratory;

const POINT: &str = "imax-1";
/// Repeats of the one point; six positions are read in each.
const REPEATS: u32 = 600;
/// A repeat at the end may take so many times as long as one at the beginning: other programs run too.
const LONGER: f64 = 2.0;
/// Memory that one reading may keep in this process, in bytes: by the engine, because it is asked for
/// again when further repeats are decided on, and by the simulated bench, which keeps its own account.
const BYTES_A_READING: u64 = 4000;

/// When each repeat was begun to be kept, and how much memory the process held then.
#[derive(Default)]
struct Watch(Mutex<Vec<(u32, Instant, u64)>>);

fn resident_bytes() -> u64 {
    4096 * crate::resident_pages()
}

impl Sink for Watch {
    fn notice(&self, notice: Notice) {
        let Notice::Event(event) = notice else { return };
        let Body::Reading { repeat, .. } = event.body else { return };
        let mut told = self.0.lock().unwrap();
        if told.last().is_none_or(|(last, ..)| *last < repeat) {
            told.push((repeat, Instant::now(), resident_bytes()));
        }
    }
}

#[tokio::test(start_paused = true)]
#[expect(
    clippy::await_holding_lock,
    reason = "one runtime and thread each; the other test waits in its own"
)]
async fn repeat_takes_no_longer_and_no_more_memory_after_thousands_of_readings() {
    let _alone = crate::alone();
    let laboratory = Laboratory::new();
    let (bench, clock) = laboratory.bench(&[]);
    let mut prepared = laboratory.prepare(&ITEMS);
    for stage in &mut prepared.plan.stages {
        stage.points.retain(|point| point.id.is_empty() || point.id == POINT);
        for point in stage.points.iter_mut().filter(|point| point.id == POINT) {
            (point.repeat.n, point.repeat.max) = (REPEATS, REPEATS);
        }
    }
    prepared.plan.entries.retain(|entry| entry.point == POINT);
    let (mut session, _controller) = laboratory.session(&bench, clock, &prepared.plan, None);
    let watch = Arc::new(Watch::default());
    session.sink = Arc::clone(&watch) as Arc<dyn Sink>;
    let conclusion = run(&session, prepared.plan, prepared.papers).await.unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");

    let told = watch.0.lock().unwrap();
    assert_eq!(told.len(), REPEATS as usize);
    // The first repeats pay for what is made once, such as the page cache of the record.
    let (tenth, half) = (told.len() / 10, told.len() / 2);
    let between = |from: usize, to: usize| {
        let ((_, one, before), (_, other, after)) = (told[from], told[to]);
        let repeats = (to - from) as f64;
        (other.duration_since(one).as_secs_f64() / repeats * 1e3, after.saturating_sub(before))
    };
    let ((early_ms, _), (late_ms, _)) =
        (between(tenth, 3 * tenth), between(told.len() - 1 - 2 * tenth, told.len() - 1));
    let (_, grown) = between(half, told.len() - 1);
    let readings = u64::from(REPEATS) / 2 * ITEMS.len() as u64;
    println!(
        "{REPEATS} repeats of {} positions: {early_ms:.2} ms a repeat early, {late_ms:.2} ms late; \
         {} bytes of memory a reading in the second half",
        ITEMS.len(),
        grown / readings
    );
    assert!(late_ms < LONGER * early_ms, "{early_ms} ms a repeat early, {late_ms} ms late");
    assert!(grown / readings < BYTES_A_READING, "{} bytes a reading", grown / readings);
}
