//! The head of a run: what it is, how far it is, whether the bench is safe.

use crate::{
    state::RunState,
    view::{duration, runs},
    words::{Language, Word},
};

/// The head as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadView {
    /// What the procedure is called.
    pub title: String,
    /// Run, procedure, bench and operator in one line.
    pub facts: String,
    /// What nobody may overlook about the results.
    pub specimen: Option<&'static str>,
    /// How far it is; `None` once it is over.
    pub progress: Option<ProgressView>,
    /// The state of the bench.
    pub bench: BenchView,
    /// How it ended, and why.
    pub end: Option<String>,
    /// Conditions last observed.
    pub conditions: String,
    /// What a person must see at once.
    pub alarms: Vec<String>,
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
    Unsafe(&'static str),
    /// An output is on.
    Energised(&'static str),
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
    let facts = [
        state.run.clone(),
        fact(Word::Procedure, &state.procedure),
        fact(Word::Bench, &state.bench),
        fact(Word::Operator, &state.operator),
    ];
    HeadView {
        title: language.choose(&state.title.en, &state.title.zh).to_owned(),
        facts: facts.join(" · "),
        specimen: state.is_specimen.then(|| language.say(Word::Specimen)),
        progress: progress(state, language),
        bench: bench(state, language),
        end: end(state, language),
        conditions: state.conditions.join(" · "),
        alarms: state.alarms.clone(),
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
        Some(_) => BenchView::Unsafe(language.say(Word::SafeUnconfirmed)),
        None if state.is_stopping => BenchView::Stopping(language.say(Word::Stopping)),
        None if state.is_energised => BenchView::Energised(language.say(Word::Energised)),
        None => BenchView::Quiet,
    }
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
    fn a_specimen_says_so_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            assert!(view(&rehearsal::finished(), language).specimen.is_some());
        }
    }
}
