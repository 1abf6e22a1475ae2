//! The laboratory's thread on a real demonstration laboratory: lists, follows,
//! runs and stops, as the window asks it to.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use etalon_gui::{
    mark::Mark,
    state::{LaboratoryState, Outcome, RunState, TimeState},
    worker::{News, Pace, Worker},
};

/// Longer than any of these runs takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a window would know after the news so far.
#[derive(Default)]
struct Seen {
    laboratory: Option<LaboratoryState>,
    run: Option<RunState>,
    running: Option<String>,
    failures: Vec<String>,
    /// Whether the output was seen on while the run went on.
    was_energised: bool,
    /// The largest number of values seen before anything was judged.
    live: usize,
}

fn worker(times: f64) -> Worker {
    let pace = Pace::new(times).expect("a pace from 1 to a million");
    Worker::start(pace, || {}).expect("a thread")
}

fn demonstration(folder: &Path) {
    etalon::demonstration::laboratory(folder).expect("a folder that is empty");
}

/// Listens until something is so.
fn until(worker: &Worker, seen: &mut Seen, so: impl Fn(&Seen) -> bool) {
    let began = Instant::now();
    while !so(seen) {
        assert!(began.elapsed() < PATIENCE, "it never came: {:?} {:?}", seen.failures, seen.run);
        match worker.news_within(Duration::from_millis(200)) {
            Some(News::Laboratory(state)) => seen.laboratory = Some(*state),
            Some(News::Running(run)) => seen.running = run,
            Some(News::Failed(words)) => seen.failures.push(words),
            Some(News::Run(state)) => {
                seen.was_energised |= state.is_energised;
                let live = state.cells.values().filter(|cell| cell.mark == Mark::Live).count();
                seen.live = seen.live.max(live);
                seen.run = Some(*state);
            }
            None => {}
        }
    }
}

fn is_over(seen: &Seen) -> bool {
    seen.running.is_none() && seen.run.as_ref().is_some_and(|run| run.end.is_some())
}

#[test]
fn a_folder_without_a_laboratory_is_refused_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let worker = worker(1e6);
    assert!(worker.open(folder.path()));
    let mut seen = Seen::default();
    until(&worker, &mut seen, |seen| !seen.failures.is_empty());
    assert!(seen.failures[0].contains("is not a laboratory"), "{}", seen.failures[0]);
}

/// Positions 4 and 5 are planted as nonconforming in the simulated world.
#[test]
fn the_demonstration_run_grows_and_ends_as_it_was_planted() {
    let folder = tempfile::tempdir().unwrap();
    demonstration(folder.path());
    let worker = worker(2000.0);
    assert!(worker.open(folder.path()));
    let mut seen = Seen::default();
    until(&worker, &mut seen, |seen| seen.laboratory.is_some());
    assert!(worker.demonstrate());
    until(&worker, &mut seen, |seen| seen.running.is_some());
    until(&worker, &mut seen, is_over);

    assert_eq!(seen.failures, Vec::<String>::new());
    assert!(seen.was_energised && seen.live > 0, "{} live values", seen.live);
    let run = seen.run.unwrap();
    let end = run.end.unwrap();
    assert_eq!((end.outcome, end.is_safe), (Outcome::Done, true));
    assert_eq!((run.points.len(), run.cells.len()), (15, 90));
    assert!(run.is_specimen && !run.is_energised && run.progress.is_none());
    assert_eq!(run.time, TimeState::Simulated { times: None });
    let failing: Vec<u32> =
        run.overall.iter().filter(|(_, mark)| **mark == Mark::Fail).map(|(at, _)| *at).collect();
    assert_eq!(failing, [4, 5]);
    assert_eq!(run.overall[&1], Mark::Pass);
    let line = &seen.laboratory.unwrap().runs[0];
    assert_eq!(line.end, Some(Outcome::Done));
}

#[test]
fn a_stop_ends_the_run_in_the_safe_state_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    demonstration(folder.path());
    let worker = worker(60.0);
    assert!(worker.open(folder.path()));
    assert!(worker.demonstrate());
    let mut seen = Seen::default();
    until(&worker, &mut seen, |seen| seen.run.as_ref().is_some_and(|run| run.is_energised));
    let pressed = Instant::now();
    worker.stop();
    until(&worker, &mut seen, is_over);

    assert!(pressed.elapsed() < Duration::from_secs(10), "{:?}", pressed.elapsed());
    let run = seen.run.unwrap();
    let end = run.end.unwrap();
    assert_eq!((end.outcome, end.is_safe), (Outcome::Aborted, true));
    assert_eq!(end.reason, "stopped at the window");
    assert!(run.overall.values().all(|mark| *mark == Mark::NotEvaluated), "{:?}", run.overall);
}

#[test]
fn a_run_of_somebody_else_is_followed_and_cannot_be_stopped_from_here() {
    let folder = tempfile::tempdir().unwrap();
    demonstration(folder.path());
    let (there, here) = (worker(300.0), worker(1e6));
    assert!(there.open(folder.path()) && there.demonstrate() && here.open(folder.path()));
    let mut seen = Seen::default();
    until(&here, &mut seen, |seen| {
        seen.laboratory.as_ref().is_some_and(|laboratory| !laboratory.runs.is_empty())
    });
    let name = seen.laboratory.as_ref().unwrap().runs[0].run.clone();
    assert!(here.show(&name));
    until(&here, &mut seen, |seen| seen.run.as_ref().is_some_and(|run| !run.cells.is_empty()));
    let run = seen.run.as_ref().unwrap();
    assert!(run.is_elsewhere && run.end.is_none(), "{run:?}");
    here.stop();
    until(&here, &mut seen, is_over);
    let end = seen.run.unwrap().end.unwrap();
    assert_eq!((end.outcome, end.is_safe), (Outcome::Done, true));
}

#[test]
fn a_window_that_is_closed_leaves_the_bench_safe() {
    let folder = tempfile::tempdir().unwrap();
    demonstration(folder.path());
    let worker = worker(60.0);
    assert!(worker.open(folder.path()) && worker.demonstrate());
    let mut seen = Seen::default();
    until(&worker, &mut seen, |seen| seen.run.as_ref().is_some_and(|run| run.is_energised));
    drop(worker);
    let journal = etalon::lab::Lab::open(folder.path()).unwrap().journal().unwrap();
    let run = journal.runs().unwrap().remove(0);
    assert_eq!((run.state.word(), run.safe), ("aborted", Some(true)));
}
