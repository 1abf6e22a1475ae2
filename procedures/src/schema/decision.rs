//! Reads `[decision.*]`.

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};

use super::ACTIVITIES;
use crate::finding;
use crate::procedure::{
    Activity, Check, CheckScope, Decision, Guard, JudgedOn, NamedRounding, Place, Provenance, Rule,
};
use crate::source::{Section, Source};

const JUDGED_ON: &[(&str, JudgedOn)] = &[("rounded", JudgedOn::Rounded), ("raw", JudgedOn::Raw)];

/// What a decision does not say again that shares another's.
const SHARED: [&str; 8] =
    ["quantity", "tolerance", "judge", "rounding", "rule", "guard", "require", "checks"];

/// Reads every `[decision.*]`.
pub(crate) fn read(
    source: &Source<'_>,
    root: &mut Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Vec<Decision> {
    let Some(mut section) = root.table(source, "decision") else { return Vec::new() };
    let mut decisions = Vec::new();
    let mut sharing = Vec::new();
    let mut whole = Vec::new();
    for (name, place, value) in section.rest() {
        let Some((_, activity)) = ACTIVITIES.iter().find(|(word, _)| *word == name) else {
            let words: Vec<&str> = ACTIVITIES.iter().map(|(word, _)| *word).collect();
            let finding =
                Diagnostic::error(finding::WORD, format!("`{name}` is no activity")).at(place);
            let near = nearest(name, words.iter().copied()).map(str::to_owned);
            source.report(finding.hint(near.map_or_else(
                || format!("one of {}", words.join(", ")),
                |near| format!("did you mean `{near}`?"),
            )));
            continue;
        };
        match Section::of(source, format!("[decision.{name}]"), value) {
            Some(section) if section.holds("same_as") => sharing.push((*activity, place, section)),
            Some(section) => {
                whole.push(*activity);
                decisions.extend(decision(source, *activity, place, section, provenance));
            }
            None => {}
        }
    }
    let shared: Vec<Decision> = sharing
        .into_iter()
        .filter_map(|(activity, place, section)| {
            let named = shared(source, section, (&whole, &decisions), provenance)?;
            Some(Decision { activity, place, ..named })
        })
        .collect();
    decisions.extend(shared);
    decisions
}

/// What a decision shares with the one that `same_as` names: all but its statement and its source.
fn shared(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
    (whole, decisions): (&[Activity], &[Decision]),
    provenance: &mut Vec<Provenance>,
) -> Option<Decision> {
    let named = section.word(source, "same_as", ACTIVITIES);
    let statement = section.both(source, "statement");
    let part = section.name.trim_matches(['[', ']']).to_owned();
    super::provenance::read(source, &mut section, &part, true, provenance);
    let cited = section.string(source, "source");
    for key in SHARED {
        if section.get(key).is_some() {
            let message = format!("{} shares `{key}` and says it again", section.name);
            source.report(
                Diagnostic::error(finding::DECISION_UNKNOWN, message)
                    .at(section.key_place(key))
                    .hint("same_as goes with a statement and a source of its own, nothing else"),
            );
        }
    }
    let place = section.key_place("same_as");
    section.finish(source);
    let named = named?;
    if !whole.contains(&named) {
        let message = format!("no [decision.{}] says everything itself", named.word());
        source.report(Diagnostic::error(finding::DECISION_UNKNOWN, message).at(place));
    }
    let other = decisions.iter().find(|other| other.activity == named)?.clone();
    let statement = statement.or(other.statement);
    Some(Decision { source: cited?, statement, is_shared: true, ..other })
}

fn decision(
    source: &Source<'_>,
    activity: Activity,
    place: Place,
    mut section: Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Option<Decision> {
    let word = activity.word();
    section.get("same_as");
    let quantity = section.formula(source, "quantity");
    let tolerance = section.formula(source, "tolerance");
    let judged_on = section.need_word(source, "judge", JUDGED_ON);
    let rounding = section
        .get("rounding")
        .and_then(|value| Section::of(source, "`rounding`", value))
        .and_then(|entry| rounding(source, entry));
    let rule = rule(source, &mut section);
    let require = section.formula(source, "require");
    let usual = (judged_on, rounding.as_ref());
    let checks = section
        .tables(source, "checks")
        .into_iter()
        .filter_map(|entry| check(source, entry, usual))
        .collect();
    let statement = section.both(source, "statement");
    super::provenance::read(source, &mut section, &format!("decision.{word}"), true, provenance);
    let cited = section.string(source, "source");
    section.finish(source);
    Some(Decision {
        activity,
        quantity,
        tolerance,
        judged_on: judged_on?,
        rounding,
        rule: rule?,
        require,
        checks,
        source: cited?,
        statement,
        is_shared: false,
        place,
    })
}

fn rounding(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<NamedRounding> {
    let step = section.need_formula(source, "step");
    let rule = section.need_word(
        source,
        "rule",
        &[("half-even", "half-even"), ("half-away-from-zero", "half-away-from-zero")],
    );
    let cited = section.need_string(source, "source");
    section.finish(source);
    Some(NamedRounding { step: step?, rule: rule?.to_owned(), source: cited? })
}

fn rule(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Rule> {
    let guarded = section.need_word(source, "rule", &[("simple", false), ("guarded", true)])?;
    if !guarded {
        return Some(Rule::Simple);
    }
    section.need(source, "guard");
    let mut guard = section.table(source, "guard")?;
    let method = guard.need_word(source, "method", &[("w=U", true), ("w=factor*U", false)]);
    let factor = match method {
        Some(false) => {
            guard.need(source, "factor").and_then(|value| source.decimal("`factor`", value))
        }
        Some(true) => Some("1".to_owned()),
        None => None,
    };
    let conditional = guard.truth(source, "conditional");
    guard.finish(source);
    Some(Rule::Guarded(Guard { factor: factor?, conditional }))
}

/// Reads a check; which number is judged and how it is rounded is the decision's
/// matter, where the check says nothing else.
fn check(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
    usual: (Option<JudgedOn>, Option<&NamedRounding>),
) -> Option<Check> {
    let place = section.place.clone();
    let id = section.need_string(source, "id");
    section.name = format!("the check `{}`", id.as_deref().unwrap_or("?"));
    let title = section.both(source, "title");
    let judged_on = section.word(source, "judge", JUDGED_ON).or(usual.0);
    let own = section
        .get("rounding")
        .and_then(|value| Section::of(source, "`rounding`", value))
        .and_then(|entry| rounding(source, entry));
    let rounding = match judged_on {
        Some(JudgedOn::Rounded) => own.or_else(|| usual.1.cloned()),
        _ => None,
    };
    let each = section.need_string(source, "each").map(|word| match word.as_str() {
        "point" => CheckScope::Point,
        "item" => CheckScope::Item,
        _ => CheckScope::Column(word),
    });
    let value = section.need_formula(source, "value");
    let limit = section.need_formula(source, "limit");
    section.finish(source);
    Some(Check {
        id: id?,
        title,
        each: each?,
        value: value?,
        limit: limit?,
        judged_on: judged_on?,
        rounding,
        place,
    })
}
