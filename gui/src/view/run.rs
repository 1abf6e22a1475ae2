//! The head of a run: what it is, how far it is, whether the bench is safe.

use crate::{
    state::{RunState, TimeState},
    view::{duration, runs},
    words::{Language, Word},
};

/// The head as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadView {
    /// What the procedure is called.
    pub title: String,
    /// Run, procedure, bench, operator, time and the conditions last observed in one line.
    pub facts: String,
    /// What nobody may overlook about the results.
    pub specimen: Option<&'static str>,
    /// How far it is; `None` once it is over.
    pub progress: Option<ProgressView>,
    /// The state of the bench.
    pub bench: BenchView,
    /// How it ended, and why.
    pub end: Option<String>,
    /// What a person must see at once.
    pub alarms: Vec<String>,
    /// What the reader of the results should know.
    pub remarks: Vec<String>,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressView {
    /// From 0 to 1.
    pub share: f32,
    /// Points done, time to come and the step in hand.
    pub said: String,
}

/// The state of the bench, in the order of what matters most.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum BenchView {
    /// A person must look.
    Unsafe(String),
    /// An output is on.
    Energised(String),
    /// A stop is under way.
    Stopping(&'static str),
    /// Known to be safe.
    Safe(&'static str),
    /// Nothing to say.
    Quiet,
}

/// The head of a run.
#[must_use]
pub fn view(state: &RunState, language: Language) -> HeadView {
    let fact = |word, text: &str| format!("{} {text}", language.say(word));
    let mut facts = vec![
        state.run.clone(),
        fact(Word::Procedure, &state.procedure),
        fact(Word::Bench, &state.bench),
        fact(Word::Operator, &state.operator),
    ];
    facts.extend(time(state.time, language));
    facts.extend(state.conditions.iter().cloned());
    HeadView {
        title: language.choose(&state.title.en, &state.title.zh).to_owned(),
        facts: facts.join(" · "),
        specimen: state.is_specimen.then(|| language.say(Word::Specimen)),
        progress: progress(state, language),
        bench: bench(state, language),
        end: end(state, language),
        alarms: state.alarms.clone(),
        remarks: state.remarks.clone(),
    }
}

/// How a run's own time goes, where it is not the wall's.
fn time(time: TimeState, language: Language) -> Option<String> {
    let said = language.say(Word::SimulatedTime);
    match time {
        TimeState::Real => None,
        TimeState::Simulated { times: None } => Some(said.to_owned()),
        TimeState::Simulated { times: Some(times) } => Some(format!("{said} ×{times}")),
    }
}

fn progress(state: &RunState, language: Language) -> Option<ProgressView> {
    let progress = state.progress.as_ref().filter(|_| state.end.is_none())?;
    let said = format!(
        "{} {} / {} · {} {} · {}",
        language.say(Word::Point),
        progress.points_done,
        state.points.len(),
        language.say(Word::Remaining),
        duration(progress.remaining_s),
        progress.step
    );
    // A bar on a screen needs no more digits than a pixel is wide.
    #[expect(clippy::cast_possible_truncation, reason = "a share of a bar's length")]
    let share = progress.share.clamp(0.0, 1.0) as f32;
    Some(ProgressView { share, said })
}

fn bench(state: &RunState, language: Language) -> BenchView {
    match &state.end {
        Some(end) if end.is_safe => BenchView::Safe(language.say(Word::SafeConfirmed)),
        Some(_) => BenchView::Unsafe(unconfirmed(state, language)),
        None if state.is_stopping => BenchView::Stopping(language.say(Word::Stopping)),
        None if state.is_energised => BenchView::Energised(energised(state, language)),
        None => BenchView::Quiet,
    }
}

/// That it is not safe, and what the procedure has a person do about it.
fn unconfirmed(state: &RunState, language: Language) -> String {
    let said = language.say(Word::SafeUnconfirmed);
    let by_hand = language.choose(&state.by_hand.en, &state.by_hand.zh);
    if by_hand.is_empty() {
        return said.to_owned();
    }
    format!("{said}. {}: {by_hand}", language.say(Word::ByHand))
}

/// That it is energised, and with what.
fn energised(state: &RunState, language: Language) -> String {
    let said = language.say(Word::Energised);
    if state.settings.is_empty() {
        return said.to_owned();
    }
    format!("{said} · {}: {}", language.say(Word::LastSet), state.settings.join(", "))
}

fn end(state: &RunState, language: Language) -> Option<String> {
    let end = state.end.as_ref()?;
    let word = language.say(runs::ending(Some(end.outcome)));
    Some(if end.reason.is_empty() { word.to_owned() } else { format!("{word}: {}", end.reason) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal;
    use crate::state::{EndState, Outcome};

    #[test]
    fn a_live_output_is_said_before_anything_else() {
        let head = view(&rehearsal::begun(), Language::English);
        assert!(matches!(head.bench, BenchView::Energised(_)), "{:?}", head.bench);
        let said = head.progress.expect("it goes on").said;
        assert_eq!(said, "Point 1 / 3 · remaining 2 min 05 s · count pulses");
    }

    #[test]
    fn a_safe_state_that_nobody_confirmed_is_an_alarm() {
        let mut state = rehearsal::begun();
        let reason = "the source does not answer".to_owned();
        state.end = Some(EndState { outcome: Outcome::Failed, is_safe: false, reason });
        let head = view(&state, Language::English);
        assert!(matches!(head.bench, BenchView::Unsafe(_)));
        assert_eq!(head.end.as_deref(), Some("failed: the source does not answer"));
        assert!(head.progress.is_none());
    }

    #[test]
    fn what_was_set_last_stands_beside_the_warning() {
        let head = view(&rehearsal::begun(), Language::English);
        let BenchView::Energised(said) = head.bench else { panic!("{:?}", head.bench) };
        assert!(said.ends_with("last set: I = 60 A, U = 220 V"), "{said}");
    }

    #[test]
    fn simulated_time_is_said_with_its_pace() {
        let head = view(&rehearsal::begun(), Language::English);
        assert!(head.facts.ends_with("simulated time ×60 · 23.4 °C · 46 %RH"), "{}", head.facts);
        let over = view(&rehearsal::finished(), Language::Chinese);
        assert!(over.facts.contains("仿真时间 · "), "{}", over.facts);
    }

    #[test]
    fn an_unconfirmed_safe_state_says_what_a_person_does() {
        let mut state = rehearsal::finished();
        state.by_hand.en = "Open switch Q1.".to_owned();
        state.end =
            Some(EndState { outcome: Outcome::Failed, is_safe: false, reason: String::new() });
        let BenchView::Unsafe(said) = view(&state, Language::English).bench else { panic!() };
        assert!(said.contains("look at the bench now. By hand: Open switch Q1."), "{said}");
    }

    #[test]
    fn a_specimen_says_so_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            assert!(view(&rehearsal::finished(), language).specimen.is_some());
        }
    }
}
