//! The plan again: made from the papers that the record keeps with a run, by the planner that made
//! it first.
//!
//! A replay rests on it: equations, limits, values of the certificates and seeds are not believed
//! because a plan states them, but because procedure, specifications and register of that day give
//! them again, byte for byte. A recall rests on it too, with another value of one standard.
//!
//! | it knows                       | it must never know              |
//! |--------------------------------|---------------------------------|
//! | the papers of a run, the plan  | today's files of the laboratory |

use std::collections::BTreeMap;

use etalon_instruments::catalogue;
use etalon_procedures::procedure::Activity;
use etalon_uncertainty::quantity::Quantity;
use jiff::civil::Date;
use serde_json::Value;
use thiserror::Error;

use crate::{
    deviation,
    engine::session::preparation,
    issue::papers::Papers,
    plan::{
        self, Plan, PlanError, Wanted, accreditation,
        bind::{Equipment, Models},
    },
    register::{Leave, Register, Standard, fitness::RULES},
};

/// How many differing places are named.
///
/// Chosen: the first ones tell what happened; another limit stands in an entry of every item.
const NAMED: usize = 5;

/// Why there is no second plan.
#[derive(Debug, Error)]
pub enum ReplanError {
    /// A paper of the run is missing or does not check.
    #[error("paper {name} of the run does not check")]
    Paper {
        /// Its name.
        name: String,
    },
    /// The planner refuses.
    #[error("it cannot be planned again: {0}")]
    Plan(#[from] Box<PlanError>),
}

/// The run planned again with a register.
///
/// # Errors
/// [`ReplanError`].
pub fn planned(papers: &Papers, register: &Register) -> Result<Plan, ReplanError> {
    let missing = |name: &str| ReplanError::Paper { name: name.to_owned() };
    let date: Date = papers.plan.date.parse().map_err(|_| missing("plan"))?;
    let models = models(papers)?;
    let items = papers.plan.items.iter().map(|planned| papers.items.get(&planned.id).cloned());
    let items = items.collect::<Option<Vec<_>>>().ok_or_else(|| missing("item"))?;
    let activities = [Activity::Calibration, Activity::Verification];
    let activity = activities.into_iter().find(|own| own.word() == papers.plan.activity);
    let site = site(papers);
    let wanted = Wanted {
        procedure: &papers.procedure,
        text: &papers.procedure_text,
        equipment: Equipment {
            bench: &papers.bench,
            register,
            specifications: &papers.specifications,
            models: &models,
            date,
        },
        items: &items,
        activity: activity.ok_or_else(|| missing("plan"))?,
        seed: papers.plan.seed,
        site: &site,
    };
    let mut plan = plan::make(&wanted).map_err(Box::new)?;
    if let Some(scope) = &papers.scope {
        plan.scope = accreditation::remarks(&plan, &papers.procedure.methods, scope);
    }
    // Whether the procedure was released says its release, a signed document of its own.
    plan.procedure.release.clone_from(&papers.plan.procedure.release);
    plan.procedure.withdrawn.clone_from(&papers.plan.procedure.withdrawn);
    Ok(plan)
}

/// A register of these standards in which everything was let through that a rule could hold back:
/// for questions that are not about the rules.
#[must_use]
pub fn lenient(standards: Vec<Standard>, day: Date) -> Register {
    let leave = |standard: &Standard| {
        RULES.map(|(_, rule)| {
            let deviation = String::new();
            (standard.id.clone(), Leave { deviation, rule, from: day, until: day })
        })
    };
    let leaves = standards.iter().flat_map(leave).collect();
    Register::of(standards).with_leaves(leaves)
}

/// The places at which the plan that the record keeps is not the one that the run's papers give, at
/// most the first few, in words; empty where both are the same to the last byte.
///
/// Records of earlier versions keep no candidates: who else could have served is not compared there.
///
/// # Errors
/// [`ReplanError`].
pub fn differences(papers: &Papers) -> Result<Vec<String>, ReplanError> {
    let day: Date = papers.plan.date.parse().unwrap_or_default();
    let has_candidates = !papers.models.is_empty();
    let register = if has_candidates {
        let all: Vec<_> = papers.standards.iter().chain(&papers.candidates).cloned().collect();
        Register::of(all).with_leaves(deviation::leaves(&papers.deviations))
    } else {
        lenient(papers.standards.clone(), day)
    };
    let again = planned(papers, &register)?.to_json();
    if again == papers.plan_text {
        return Ok(Vec::new());
    }
    let read = |text: &str| {
        let mut value = serde_json::from_str(text).unwrap_or_default();
        if !has_candidates {
            forget_the_rejected(&mut value);
        }
        value
    };
    let (kept, again) = (read(&papers.plan_text), read(&again));
    let mut found = Vec::new();
    compare("", &kept, &again, &mut found);
    if found.is_empty() && has_candidates {
        found.push("its bytes, although every value is the same".to_owned());
    }
    Ok(found)
}

fn forget_the_rejected(plan: &mut Value) {
    let roles = plan.get_mut("roles").and_then(Value::as_array_mut);
    for role in roles.into_iter().flatten().filter_map(Value::as_object_mut) {
        role.remove("rejected");
    }
}

/// Walks both documents side by side.
fn compare(place: &str, kept: &Value, again: &Value, found: &mut Vec<String>) {
    if kept == again || found.len() >= NAMED {
        return;
    }
    match (kept, again) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> =
                one.keys().chain(other.keys()).collect();
            for key in keys {
                let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned();
                let (one, other) = (of(one).unwrap_or_default(), of(other).unwrap_or_default());
                compare(&format!("{place}/{key}"), &one, &other, found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(&format!("{place}/{index}"), one, other, found);
            }
        }
        _ => found.push(format!("{place}: kept is {kept}, its papers give {again}")),
    }
}

/// The models of the bench: as papers of their own, in earlier records those that took part.
fn models(papers: &Papers) -> Result<Models, ReplanError> {
    let missing = |name: String| ReplanError::Paper { name };
    let mut models = Models::new();
    for instrument in &papers.plan.instruments {
        let model = catalogue::parse(&instrument.model_file);
        let model = model.map_err(|_| missing("plan".to_owned()))?;
        models.insert(instrument.model.clone(), (model, instrument.model_file.clone()));
    }
    for (id, text) in &papers.models {
        let model = catalogue::parse(text).map_err(|_| missing(format!("model/{id}")))?;
        models.insert(id.clone(), (model, text.clone()));
    }
    Ok(models)
}

fn site(papers: &Papers) -> BTreeMap<String, (Quantity, String)> {
    papers.identity.as_ref().map(preparation::site_of).unwrap_or_default()
}
