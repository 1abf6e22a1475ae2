//! Reads actions: a closed list, each with its own keys.

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};

use crate::finding;
use crate::procedure::{Action, Count, Each, Otherwise, Setting, Statistic, Step, Wait};
use crate::source::{Section, Source};

mod operator;

const WORDS: &[&str] = &[
    "set", "ramp", "approach", "off", "vent", "divert", "drain", "read", "sample", "count", "wait",
    "ask", "confirm", "instruct", "exercise", "check", "note",
];
const OTHERWISE: &[(&str, Otherwise)] = &[
    ("abort", Otherwise::Abort),
    ("skip-point", Otherwise::SkipPoint),
    ("ask-operator", Otherwise::AskOperator),
    ("warn", Otherwise::Warn),
];
const STATISTICS: &[(&str, Statistic)] = &[
    ("mean", Statistic::Mean),
    ("last", Statistic::Last),
    ("max", Statistic::Max),
    ("min", Statistic::Min),
];

/// Reads the actions below a key.
pub(crate) fn steps(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    key: &'static str,
) -> Vec<Step> {
    section.tables(source, key).into_iter().filter_map(|entry| step(source, entry)).collect()
}

fn step(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<Step> {
    let place = section.place.clone();
    let value = section.need(source, "act")?;
    let (word, word_place, _) = source.string("`act`", value)?;
    section.name = format!("the action `{word}`");
    let each = section
        .word(source, "each", &[("position", Each::Position), ("bench", Each::Bench)])
        .unwrap_or(Each::Bench);
    if !WORDS.contains(&word.as_str()) {
        let finding =
            Diagnostic::error(finding::ACTION_UNKNOWN, format!("there is no action `{word}`"))
                .at(word_place);
        source.report(match nearest(&word, WORDS.iter().copied()) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding.hint(format!("the actions are {}", WORDS.join(", "))),
        });
        return None;
    }
    let action = action(source, &mut section, &word);
    section.finish(source);
    Some(Step { action: action?, each, place })
}

fn action(source: &Source<'_>, section: &mut Section<'_, '_>, word: &str) -> Option<Action> {
    match word {
        "set" => set(source, section),
        "ramp" => ramp(source, section),
        "approach" => approach(source, section),
        "off" => section.need_string(source, "role").map(|role| Action::Off { role }),
        "vent" => {
            let max_rate = section.formula(source, "max_rate");
            section.need_string(source, "role").map(|role| Action::Vent { role, max_rate })
        }
        "divert" => divert(source, section),
        "drain" => drain(source, section),
        "read" => read(source, section),
        "sample" => sample(source, section),
        "count" => count(source, section),
        "wait" => wait(source, section).map(Action::Wait),
        "exercise" => exercise(source, section),
        _ => operator::read(source, section, word),
    }
}

/// What is not a key of the action is a quantity of the role.
fn settings(source: &Source<'_>, section: &mut Section<'_, '_>) -> Vec<Setting> {
    let name = section.name.clone();
    let mut settings = Vec::new();
    for (quantity, _, value) in section.rest() {
        if let Some(value) = source.formula(&format!("`{quantity}` in {name}"), value) {
            settings.push(Setting { quantity: quantity.to_owned(), value });
        }
    }
    settings
}

fn set(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let settings = settings(source, section);
    Some(Action::Set { role: role?, settings })
}

fn ramp(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let rate = section.need_formula(source, "rate");
    let settings = settings(source, section);
    Some(Action::Ramp { role: role?, settings, rate: rate? })
}

fn approach(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let target = section.need_formula(source, "target");
    let quantity = section.string(source, "quantity");
    let direction = section.formula(source, "direction");
    let overshoot = section.word(source, "overshoot", &[("forbid", true), ("allow", false)]);
    let target = target?;
    Some(Action::Approach {
        role: role?,
        quantity: quantity.unwrap_or_else(|| target.text.clone()),
        target,
        direction,
        overshoot_forbidden: overshoot.unwrap_or(true),
    })
}

fn divert(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let to = section.need_word(source, "to", &[("tank", "tank"), ("bypass", "bypass")]);
    let gate = section.string(source, "gate");
    let into = section.string(source, "into");
    let duration = section.formula(source, "for");
    Some(Action::Divert { role: role?, to: to?.to_owned(), gate, into, duration })
}

fn drain(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let watch = section.need_formula(source, "watch");
    let below = section.need_formula(source, "below");
    let at_most = section.quantity(source, "at_most");
    if section.get("at_most").is_none() {
        source.report(
            Diagnostic::error(finding::UNBOUNDED_WAIT, "a `drain` lacks `at_most`")
                .at(section.place.clone())
                .hint("at_most = \"120 s\": a drain that is blocked ends the wait"),
        );
    }
    Some(Action::Drain { role: role?, watch: watch?, below: below?, at_most: at_most? })
}

fn samples(source: &Source<'_>, section: &mut Section<'_, '_>) -> u32 {
    section.count(source, "samples").and_then(|n| u32::try_from(n).ok()).unwrap_or(1)
}

fn read(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let into = section.need_string(source, "into");
    let quantity = section.string(source, "quantity").or_else(|| into.clone());
    let samples = samples(source, section);
    let statistic = section.word(source, "use", STATISTICS).unwrap_or(Statistic::Mean);
    let stable = section.truth(source, "stable");
    Some(Action::Read { role: role?, quantity: quantity?, into: into?, samples, statistic, stable })
}

fn sample(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let into = section.need_string(source, "into");
    let quantity = section.string(source, "quantity").or_else(|| into.clone());
    let during = section.need_string(source, "during");
    let statistic = section.word(source, "use", STATISTICS).unwrap_or(Statistic::Mean);
    Some(Action::Sample {
        role: role?,
        quantity: quantity?,
        into: into?,
        during: during?,
        statistic,
    })
}

fn count(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let of = section.need_string(source, "of");
    let gate_pulses = section.need_formula(source, "gate_pulses");
    let into = section.need_string(source, "into");
    let timeout = section.need_formula(source, "timeout");
    Some(Action::Count(Count {
        role: role?,
        of: of?,
        gate_pulses: gate_pulses?,
        into: into?,
        timeout: timeout?,
    }))
}

fn exercise(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let role = section.need_string(source, "role");
    let quantity = section.need_string(source, "quantity");
    let to = section.need_formula(source, "to");
    let times = section.count(source, "times").and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    Some(Action::Exercise { role: role?, quantity: quantity?, to: to?, times })
}

fn wait(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Wait> {
    let duration = section.quantity(source, "for");
    let reason = section.string(source, "reason");
    if section.get("until").is_none() {
        let skip_on_resume_if = section.formula(source, "skip_on_resume_if");
        if section.get("for").is_none() {
            source.report(
                Diagnostic::error(
                    finding::UNBOUNDED_WAIT,
                    "this wait has neither `for` nor `until`",
                )
                .at(section.place.clone()),
            );
        }
        return Some(Wait::For { duration: duration?, reason, skip_on_resume_if });
    }
    let condition = section.formula(source, "until");
    let at_least = section.quantity(source, "at_least");
    let at_most = section.quantity(source, "at_most");
    let otherwise = section.word(source, "else", OTHERWISE);
    let missing: Vec<&str> = ["at_most", "else"]
        .into_iter()
        .filter(|key| match *key {
            "at_most" => section.get("at_most").is_none(),
            _ => section.get("else").is_none(),
        })
        .collect();
    if !missing.is_empty() {
        source.report(
            Diagnostic::error(
                finding::UNBOUNDED_WAIT,
                format!("a wait `until` lacks `{}`", missing.join("` and `")),
            )
            .at(section.key_place("until"))
            .hint("at_most = \"60 s\", else = \"abort\": there is no unbounded wait"),
        );
    }
    Some(Wait::Until { condition: condition?, at_least, at_most: at_most?, otherwise: otherwise? })
}
