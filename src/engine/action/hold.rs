//! A load held while a condition is watched.

use std::collections::BTreeMap;

use crate::engine::failure::Failure;
use crate::engine::live::series::Series;
use crate::engine::work::{Place, Work};
use crate::journal::Body;
use crate::plan::judgement::{self, Past};
use crate::plan::step::Hold;
use crate::plan::watched::Watched;

/// Time between two looks, in seconds.
const LOOK_S: f64 = 5.0;

/// Holds for its time; the condition must be true at every look from the second on.
///
/// # Errors
/// [`Failure::NotHeld`] when it is not, and whatever an instrument or the store refuses.
pub(super) async fn hold(work: &Work, place: &Place, hold: &Hold) -> Result<(), Failure> {
    let watched = hold.watch.as_ref().map(Watched::new).transpose()?;
    let mut series = Series::default();
    let began = work.clock.now();
    loop {
        let now_s = work.clock.since(began).as_secs_f64();
        if let (Some(condition), Some(watched)) = (&hold.watch, &watched) {
            super::until::look(work, watched, &mut series, now_s).await?;
            let names: Option<BTreeMap<_, _>> = series.names(watched, now_s);
            if let Some(names) = names
                && !judgement::judge(condition, &watched.text, 0, names, Past::default())?
            {
                kept(work, place, hold, now_s, false).await?;
                let (condition, place) = (condition.text.clone(), place.to_string());
                return Err(Failure::NotHeld { condition, after_s: now_s, place });
            }
        }
        if now_s >= hold.seconds {
            return kept(work, place, hold, now_s, true).await;
        }
        work.sleep_s((hold.seconds - now_s).min(LOOK_S)).await;
    }
}

async fn kept(
    work: &Work,
    place: &Place,
    hold: &Hold,
    now_s: f64,
    met: bool,
) -> Result<(), Failure> {
    let until = hold.watch.as_ref().map_or("hold", |watch| &watch.text).to_owned();
    let (stage, point) = (place.stage.clone(), place.point.clone());
    work.keep(vec![Body::Waited { stage, point, until, seconds: format!("{now_s:.3}"), met }]).await
}
