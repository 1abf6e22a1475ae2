//! What differs between two evaluations of one run.

use serde::Serialize;

use super::{Item, Number, Point, Results};

/// What differs between two evaluations of one run, one sentence for each result and verdict.
#[must_use]
pub fn differences(before: &Results, after: &Results) -> Vec<Difference> {
    let mut found = Vec::new();
    if before.seed != after.seed {
        found.push(Difference::of_run(&format!("seed {}, was {}", after.seed, before.seed)));
    }
    let has_across = before.format == after.format;
    for item in &after.items {
        let earlier = before.items.iter().find(|earlier| earlier.position == item.position);
        let Some(earlier) = earlier else {
            found.push(Difference::of_run(&format!("position {} is new", item.position)));
            continue;
        };
        found.extend(of_points(item, &earlier.results, &item.results));
        if has_across {
            found.extend(of_points(item, &earlier.across, &item.across));
        }
        if (&earlier.verdict, &earlier.removed) != (&item.verdict, &item.removed) {
            found.push(Difference {
                position: item.position,
                item: item.id.clone(),
                key: String::new(),
                before: earlier.verdict.clone(),
                after: item.verdict.clone(),
                changes_verdict: earlier.verdict != item.verdict,
            });
        }
    }
    found
}

fn of_points(item: &Item, before: &[Point], after: &[Point]) -> Vec<Difference> {
    let was = |key: &str| before.iter().find(|was| was.key == key);
    let others =
        after.iter().filter_map(|point| Difference::of_point(item, was(&point.key), point));
    let gone = before.iter().filter(|was| !after.iter().any(|point| point.key == was.key));
    others.chain(gone.map(|was| Difference::of_gone(item, was))).collect()
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Position, from 1; 0 for the run as a whole.
    pub position: u32,
    /// The item.
    pub item: String,
    /// `stage/point`, or `stage/name/of` across points; empty for the verdict over the item.
    pub key: String,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
    /// Whether a verdict differs, and not only a number.
    pub changes_verdict: bool,
}

impl Difference {
    fn of_run(what: &str) -> Self {
        Self {
            position: 0,
            item: String::new(),
            key: String::new(),
            before: String::new(),
            after: what.to_owned(),
            changes_verdict: false,
        }
    }

    fn of_gone(item: &Item, before: &Point) -> Self {
        Self {
            position: item.position,
            item: item.id.clone(),
            key: before.key.clone(),
            before: stated(before),
            after: "no result".to_owned(),
            changes_verdict: true,
        }
    }

    fn of_point(item: &Item, before: Option<&Point>, after: &Point) -> Option<Self> {
        if before == Some(after) {
            return None;
        }
        Some(Self {
            position: item.position,
            item: item.id.clone(),
            key: after.key.clone(),
            before: before.map_or_else(|| "no result".to_owned(), stated),
            after: stated(after),
            changes_verdict: before.map(|point| &point.verdict) != Some(&after.verdict),
        })
    }
}

/// A result in one line, to the last binary digit: what differs must show.
fn stated(point: &Point) -> String {
    let Point { verdict, reason, number, .. } = point;
    match number {
        Some(Number { value, expanded, unit, printed, .. }) => {
            format!("{value} {unit} (printed {printed}), U = {expanded} {unit}: {verdict}")
        }
        None => format!("{verdict}: {reason}"),
    }
}
