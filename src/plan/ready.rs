//! Items made ready for a plan: their fields typed, their points expanded, every name at a point known.

use std::collections::BTreeMap;

use etalon_procedures::expand::{self, Point};
use etalon_procedures::item::{self, ItemFields};
use etalon_procedures::procedure::Procedure;

use super::make::Wanted;
use super::names::{Desk, Names};
use super::refusal::{Disagreement, PlanError, line};
use super::table::{Seat, Table};
use crate::item::Item;

/// One item made ready: its fields typed, its points expanded.
pub(super) struct Ready<'a> {
    pub(super) position: u32,
    pub(super) item: &'a Item,
    pub(super) fields: ItemFields,
    pub(super) points: Vec<Point>,
    /// Point id → its place among them.
    pub(super) places: BTreeMap<String, usize>,
    /// Names at every point, by model and point id.
    pub(super) names: BTreeMap<(String, String), Names>,
    /// Names that are the same at every point: for stages without points.
    pub(super) nothing: Names,
}

/// Every item made ready, with the same points.
///
/// # Errors
/// What is wrong with an item, a name that nobody knows, and items whose points differ.
pub(super) fn all<'a>(
    wanted: &Wanted<'a>,
    positions: &[u32],
    desk: &Desk<'_>,
) -> Result<Vec<Ready<'a>>, PlanError> {
    let mut ready: Vec<Ready<'a>> = Vec::new();
    for (position, item) in positions.iter().zip(wanted.items) {
        ready.push(one(desk, *position, item)?);
    }
    if let Some((first, others)) = ready.split_first() {
        let ids = |one: &Ready<'_>| -> Vec<String> {
            one.points.iter().map(|point| point.id.clone()).collect()
        };
        if let Some(other) = others.iter().find(|other| ids(other) != ids(first)) {
            return Err(PlanError::from(Box::new(Disagreement {
                role: "the procedure".to_owned(),
                quantity: "list of points".to_owned(),
                first: ids(first).join(", "),
                item: first.item.id.clone(),
                second: ids(other).join(", "),
                other: other.item.id.clone(),
                line: wanted
                    .procedure
                    .points
                    .as_ref()
                    .map_or(1, |all| line(wanted.text, &all.place)),
                at: "all points".to_owned(),
            })));
        }
    }
    Ok(ready)
}

fn one<'a>(desk: &Desk<'_>, position: u32, item: &'a Item) -> Result<Ready<'a>, PlanError> {
    let about =
        |diagnostics| PlanError::Findings { about: format!("item {}", item.id), diagnostics };
    let procedure = desk.procedure;
    let fields = item::item(procedure, &item.fields).map_err(about)?;
    let mut points = expand::expand(procedure, &fields).map_err(about)?;
    points.retain(|point| !desk.choices.without.contains(&point.id));
    let mut names = BTreeMap::new();
    let asked = desk.asked_by_points();
    for point in &mut points {
        // A certificate may be looked up by a value that itself rests on a name: what is known
        // already is put in first, and what is missing then is refused below.
        if let Some(model) = procedure.models.first().filter(|_| !asked.is_empty()) {
            let known = desk.known(&asked, point, &model.name);
            drop(expand::bind(procedure, &fields, point, &known.bindings));
        }
        for model in &procedure.models {
            let found = desk.names(point, &model.name)?;
            names.insert((model.name.clone(), point.id.clone()), found);
        }
        if let Some(model) = procedure.models.first()
            && let Some(found) = names.get(&(model.name.clone(), point.id.clone()))
        {
            expand::bind(procedure, &fields, point, &found.bindings)
                .map_err(|finding| about(vec![finding]))?;
        }
    }
    let nothing = desk.names_of_no_point()?;
    let places = points.iter().enumerate().map(|(place, point)| (point.id.clone(), place));
    let places = places.collect();
    Ok(Ready { position, item, fields, points, places, names, nothing })
}

impl Ready<'_> {
    /// The seat of this item at a point.
    pub(super) fn seat(&self, procedure: &Procedure, point: Option<&str>) -> Seat<'_> {
        let point = point.and_then(|id| self.places.get(id));
        let point = point.and_then(|place| self.points.get(*place));
        let names = point.and_then(|point| {
            let model = procedure.models.first()?;
            self.names.get(&(model.name.clone(), point.id.clone()))
        });
        Seat {
            position: self.position,
            item: &self.item.id,
            fields: &self.fields,
            point,
            names: names.unwrap_or(&self.nothing),
        }
    }
}

/// All items at a point of a stage, or where there is no point.
pub(super) fn table<'a>(
    desk: &'a Desk<'a>,
    ready: &'a [Ready<'a>],
    stage: &str,
    point: Option<&str>,
) -> Table<'a> {
    let at = point.map_or_else(|| stage.to_owned(), |point| format!("{stage}/{point}"));
    Table { desk, seats: ready.iter().map(|one| one.seat(desk.procedure, point)).collect(), at }
}
