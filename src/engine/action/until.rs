//! Waiting until a condition over live quantities holds, always bounded, and
//! checking one now.

use std::collections::BTreeMap;

use etalon_uncertainty::expression::Value;

use super::Flow;
use crate::engine::failure::Failure;
use crate::engine::live::series::Series;
use crate::engine::operator::{Answer, Prompt};
use crate::engine::work::{Place, Work};
use crate::journal::Body;
use crate::plan::judgement::{self, Past};
use crate::plan::watched::Watched;
use crate::plan::{AnswerKind, Condition, Step, step::Otherwise};

/// Time between two looks, in seconds.
const LOOK_S: f64 = 1.0;

/// Waits until the condition of a step holds.
///
/// # Errors
/// When it does not in time and the procedure ends the run then.
pub(super) async fn wait(work: &Work, place: &Place, step: &Step) -> Result<Flow, Failure> {
    let Step::Until { condition, at_least_s, at_most_s, otherwise } = step else {
        return Ok(Flow::On);
    };
    let watched = Watched::new(condition)?;
    let mut series = Series::default();
    let began = work.clock.now();
    let met = loop {
        let now_s = work.clock.since(began).as_secs_f64();
        look(work, &watched, &mut series, now_s).await?;
        if now_s >= *at_least_s
            && let Some(names) = series.names(&watched, now_s)
            && judgement::judge(condition, &watched.text, 0, names, Past::default())?
        {
            break true;
        }
        if now_s >= *at_most_s {
            break false;
        }
        work.sleep_s(LOOK_S).await;
    };
    let seconds = format!("{:.3}", work.clock.since(began).as_secs_f64());
    work.keep(vec![Body::Waited {
        stage: place.stage.clone(),
        point: place.point.clone(),
        until: condition.text.clone(),
        seconds,
        met,
    }])
    .await?;
    if met { Ok(Flow::On) } else { missed(work, place, condition, *at_most_s, *otherwise).await }
}

/// Takes one indication of every live quantity.
///
/// # Errors
/// When an instrument does not answer.
pub(super) async fn look(
    work: &Work,
    watched: &Watched,
    series: &mut Series,
    now_s: f64,
) -> Result<(), Failure> {
    for path in &watched.live {
        series.take(path, now_s, &read(work, path).await?);
    }
    Ok(())
}

async fn read(work: &Work, path: &str) -> Result<Value, Failure> {
    let missing = || Failure::Plan { what: format!("live quantity {path}") };
    let (role, quantity) = path.split_once('.').ok_or_else(missing)?;
    work.links.look(role, quantity).await?.as_value()
}

/// Checks the condition of a step now.
///
/// # Errors
/// When it does not hold and the procedure ends the run then.
pub(super) async fn check(work: &Work, place: &Place, step: &Step) -> Result<Flow, Failure> {
    let Step::Check { condition, text, otherwise } = step else { return Ok(Flow::On) };
    let watched = Watched::new(condition)?;
    let mut names = BTreeMap::new();
    for path in &watched.live {
        names.insert(path.clone(), read(work, path).await?);
    }
    if judgement::truth(condition, 0, names)? {
        work.note("note", format!("{place}: {}: holds", text.en())).await?;
        return Ok(Flow::On);
    }
    missed(work, place, condition, 0.0, *otherwise).await
}

async fn missed(
    work: &Work,
    place: &Place,
    condition: &Condition,
    at_most_s: f64,
    otherwise: Otherwise,
) -> Result<Flow, Failure> {
    let failure = Failure::NotReached {
        condition: condition.text.clone(),
        at_most_s,
        place: place.to_string(),
    };
    match otherwise {
        Otherwise::Abort => Err(failure),
        Otherwise::Warn => {
            work.note("warning", failure.to_string()).await?;
            Ok(Flow::On)
        }
        Otherwise::SkipPoint => {
            work.note("warning", format!("{failure}: the point is left")).await?;
            Ok(Flow::SkipPoint)
        }
        Otherwise::AskOperator => ask(work, place, failure).await,
    }
}

async fn ask(work: &Work, place: &Place, failure: Failure) -> Result<Flow, Failure> {
    let prompt = Prompt {
        stage: place.stage.clone(),
        action: 0,
        field: "go-on".to_owned(),
        point: (!place.point.is_empty()).then(|| place.point.clone()),
        repeat: place.repeat,
        position: None,
        en: format!("{failure}. Go on all the same?"),
        zh: format!("{failure}。是否继续？"),
        wanted: AnswerKind::Confirmation,
    };
    match work.ask(&prompt).await? {
        Answer::Confirmation(true) => Ok(Flow::On),
        _ => Err(failure),
    }
}
