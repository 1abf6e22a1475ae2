//! The list of runs.

use crate::{
    state::{LaboratoryState, Outcome, RunLine},
    words::{Language, Word},
};

/// The list as it is shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RunsView {
    /// Name of the laboratory.
    pub laboratory: String,
    /// What stands where there is nothing to list.
    pub empty: Option<&'static str>,
    /// One for each run, newest first.
    pub lines: Vec<LineView>,
    /// Why the demonstration run cannot be started here, where it cannot.
    pub not_startable: Option<&'static str>,
}

/// One run of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LineView {
    /// What choosing it shows.
    pub run: String,
    /// First line: when.
    pub when: String,
    /// Second line: which, and how it ended.
    pub which: String,
    /// Third line: by what procedure.
    pub procedure: String,
    /// Whether it is the one shown.
    pub is_chosen: bool,
}

/// The list for a laboratory, with the run that is shown.
#[must_use]
pub fn view(state: &LaboratoryState, chosen: Option<&str>, language: Language) -> RunsView {
    let line = |line: &RunLine| LineView {
        run: line.run.clone(),
        when: began(line, language),
        which: format!("{} · {}", line.run, language.say(ending(line.end))),
        procedure: line.procedure.clone(),
        is_chosen: chosen == Some(line.run.as_str()),
    };
    RunsView {
        laboratory: language.choose(&state.name.en, &state.name.zh).to_owned(),
        empty: state.runs.is_empty().then(|| language.say(Word::NoRuns)),
        lines: state.runs.iter().map(line).collect(),
        not_startable: (!state.is_demonstration).then(|| language.say(Word::DemonstrationOnly)),
    }
}

/// When a run began, and whose time that is: runs stand in the order in which they were begun, and
/// the time of a simulated bench runs ahead.
fn began(line: &RunLine, language: Language) -> String {
    let zone = if line.is_simulated_time { language.say(Word::Simulated) } else { "UTC" };
    format!("{} {zone}", moment(&line.began))
}

/// How a run ended, in a word.
#[must_use]
pub fn ending(end: Option<Outcome>) -> Word {
    match end {
        None => Word::Running,
        Some(Outcome::Done) => Word::Done,
        Some(Outcome::Failed) => Word::Failed,
        Some(Outcome::Aborted) => Word::Aborted,
        Some(Outcome::Interrupted) => Word::Interrupted,
    }
}

/// A moment to the second, with a blank where the standard has a letter.
fn moment(at: &str) -> String {
    let to_the_second = at.split(['.', 'Z', '+']).next().unwrap_or(at);
    to_the_second.replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Bilingual;

    #[test]
    fn a_run_shows_when_it_began_and_how_it_ended() {
        let state = LaboratoryState {
            folder: "demo".to_owned(),
            name: Bilingual { en: "Demonstration".to_owned(), zh: "演示".to_owned() },
            runs: vec![RunLine {
                run: "r1".to_owned(),
                began: "2026-11-23T08:15:02.123Z".to_owned(),
                is_simulated_time: false,
                procedure: "cn.jjg596".to_owned(),
                end: Some(Outcome::Aborted),
            }],
            is_demonstration: true,
        };
        let shown = view(&state, Some("r1"), Language::Chinese);
        assert_eq!(shown.laboratory, "演示");
        assert_eq!(shown.lines[0].when, "2026-11-23 08:15:02 UTC");
        assert_eq!(shown.lines[0].which, "r1 · 已中止");
        assert!(shown.lines[0].is_chosen && shown.empty.is_none());
    }

    #[test]
    fn a_stamp_of_simulated_time_says_so() {
        let line = RunLine {
            run: "r1".to_owned(),
            began: "2026-11-23T12:00:00Z".to_owned(),
            is_simulated_time: true,
            procedure: String::new(),
            end: None,
        };
        assert_eq!(began(&line, Language::English), "2026-11-23 12:00:00 simulated");
        assert_eq!(began(&line, Language::Chinese), "2026-11-23 12:00:00 仿真时间");
    }

    #[test]
    fn a_laboratory_without_runs_says_so() {
        let shown = view(&LaboratoryState::default(), None, Language::English);
        assert_eq!(shown.empty, Some("No runs yet."));
    }
}
