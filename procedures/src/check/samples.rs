//! Points and tables for every sample item that the golden tests bring along.
//!
//! Borders and points may depend on the unit under test (`I_max / I_b`), so that
//! gaps, overlaps and zeros are looked for on the items of the tests.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Kind, Value};

use super::reach;
use crate::expand::{Point, expand};
use crate::finding::{self, MAX_COMPARED};
use crate::item::{ItemFields, item};
use crate::lookup::{borders, cell_of, cell_value, row};
use crate::procedure::{
    Action, AppliesTo, Gap, Generated, Interval, IntervalEnd, PointOrder, Procedure, Row, Step,
    Table, Wait,
};
use crate::scope::{Bindings, PointScope};
use crate::source::Source;

/// Checks every sample item.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure) {
    let rows = procedure.points.iter().flat_map(|points| &points.rows).enumerate();
    let mut sampler = Sampler {
        source,
        procedure,
        places: rows.map(|(place, row)| (row.id.as_str(), place)).collect(),
        seen: BTreeSet::new(),
        covered: BTreeSet::new(),
        compared: 0,
    };
    let mut items: Vec<&BTreeMap<String, String>> = Vec::new();
    for test in &procedure.tests {
        match item(procedure, &test.item) {
            _ if test.item.is_empty() || items.contains(&&test.item) => {}
            Ok(fields) => {
                items.push(&test.item);
                sampler.item(&fields);
            }
            Err(findings) => {
                for finding in findings {
                    let message = format!("the test `{}`: {}", test.name, finding.message);
                    source.report(
                        Diagnostic::error(finding::TEST_GIVEN, message).at(test.place.clone()),
                    );
                }
            }
        }
    }
    if source.errors() == 0 && !items.is_empty() {
        sampler.uncovered_rows();
    }
}

struct Sampler<'a, 's> {
    source: &'a Source<'s>,
    procedure: &'a Procedure,
    /// Point id → its row.
    places: BTreeMap<&'a str, usize>,
    /// Code and place of what was reported: two items find the same flaw.
    seen: BTreeSet<(String, usize)>,
    /// Places of the rows that some point looked up.
    covered: BTreeSet<usize>,
    /// Rows that were compared with points so far.
    compared: usize,
}

impl Sampler<'_, '_> {
    fn report(&mut self, finding: Diagnostic) {
        let start = finding.span.as_ref().map_or(0, |span| span.start);
        if self.seen.insert((finding.code.clone(), start)) {
            self.source.report(finding);
        }
    }

    fn item(&mut self, fields: &ItemFields) {
        let procedure = self.procedure;
        let before = self.seen.len();
        for table in &procedure.tables {
            if let Some(interval) = &table.interval {
                self.walk_borders(table, interval, fields);
            }
        }
        let bordered = self.seen.len() == before;
        if !self.is_affordable(fields) {
            return;
        }
        match expand(procedure, fields) {
            Ok(points) => {
                let settings = reach::settings(procedure);
                let stimuli = stimuli(procedure);
                for point in &points {
                    if bordered {
                        self.look_up(fields, point);
                    }
                    self.zero(point, &stimuli);
                    self.demands(fields, point);
                    let place = self.point_place(point);
                    let reach = reach::of_point(procedure, &settings, (fields, point), &place);
                    reach.into_iter().for_each(|finding| self.report(finding));
                }
                self.time(fields, points.len());
            }
            Err(findings) => findings.into_iter().for_each(|finding| self.report(finding)),
        }
    }

    /// Whether the rows of all tables may still be compared with all points.
    fn is_affordable(&mut self, fields: &ItemFields) -> bool {
        let procedure = self.procedure;
        let points = size(procedure, fields);
        let rows = procedure.tables.iter().map(|table| table.rows.len()).sum::<usize>();
        let defined = procedure.points.as_ref().map_or(0, |points| points.define.len());
        let of_point = rows.saturating_mul(defined.saturating_add(1)).saturating_add(100);
        let each = of_point.saturating_mul(points);
        self.compared = self.compared.saturating_add(each);
        if self.compared <= MAX_COMPARED {
            return true;
        }
        let largest = procedure.tables.iter().max_by_key(|table| table.rows.len());
        let place = largest.map_or(0..0, |table| table.place.clone());
        let message = format!(
            "{rows} rows of tables at {points} points of every item are more than can be compared"
        );
        self.report(Diagnostic::error(finding::TABLE_TOO_LARGE, message).at(place));
        false
    }

    /// Every table at every point.
    fn look_up(&mut self, fields: &ItemFields, point: &Point) {
        let procedure = self.procedure;
        let outer = Bindings::default();
        let scope = PointScope { procedure, item: fields, point: Some(point), outer: &outer };
        for table in &procedure.tables {
            match row(table, &scope) {
                Ok(row) => {
                    self.covered.insert(row.place.start);
                }
                Err(finding) if finding.code == finding::TABLE_GAP => {
                    if table.on_gap == Gap::Error {
                        let mut finding = finding;
                        finding.message = format!("{} (point `{}`)", finding.message, point.id);
                        let place = self.point_place(point);
                        finding = finding.other(table.place.clone(), "the table");
                        self.report(finding.at(place));
                    }
                }
                Err(finding) => self.report(finding),
            }
        }
    }

    fn point_place(&self, point: &Point) -> crate::procedure::Place {
        let points = self.procedure.points.as_ref();
        points
            .and_then(|points| points.rows.get(*self.places.get(point.id.as_str())?))
            .map(|row| row.place.clone())
            .or_else(|| points.map(|points| points.place.clone()))
            .unwrap_or(0..0)
    }

    /// Neighbouring rows of the same keys meet: no gap, no overlap.
    fn walk_borders(&mut self, table: &Table, interval: &Interval, fields: &ItemFields) {
        let mut groups: BTreeMap<String, Vec<(Decimal, Decimal, &Row)>> = BTreeMap::new();
        for row in &table.rows {
            match borders(table, interval, row, fields) {
                Ok((low, high)) if low < high || low == high && closed(interval) => {
                    groups.entry(group(table, row, fields)).or_default().push((low, high, row));
                }
                Ok((low, high)) => self.report(
                    Diagnostic::error(
                        finding::TABLE_OVERLAP,
                        format!("the row ends at {high} before it begins at {low}"),
                    )
                    .at(row.place.clone()),
                ),
                Err(finding) => self.report(finding),
            }
        }
        for rows in groups.values_mut() {
            rows.sort_by(|left, right| left.0.cmp(&right.0));
            for pair in rows.windows(2) {
                if let [(_, end, first), (begin, _, second)] = pair {
                    self.meeting(table, interval, (end, first), (begin, second));
                }
            }
        }
    }

    fn meeting(
        &mut self,
        table: &Table,
        interval: &Interval,
        (end, first): (&Decimal, &Row),
        (begin, second): (&Decimal, &Row),
    ) {
        let both = (interval.upper, interval.lower);
        let overlaps =
            begin < end || begin == end && both == (IntervalEnd::Closed, IntervalEnd::Closed);
        let gapes = begin > end || begin == end && both == (IntervalEnd::Open, IntervalEnd::Open);
        let column = &interval.column;
        if overlaps {
            self.report(
                Diagnostic::error(
                    finding::TABLE_OVERLAP,
                    format!("`{column}` from {begin} lies in the row that ends at {end}"),
                )
                .at(second.place.clone())
                .other(first.place.clone(), "that row"),
            );
        } else if gapes && table.on_gap == Gap::Error {
            self.report(
                Diagnostic::error(
                    finding::TABLE_GAP,
                    format!("no row of `{}` covers `{column}` from {end} to {begin}", table.name),
                )
                .at(second.place.clone())
                .other(first.place.clone(), "the row before"),
            );
        }
    }

    /// A limit in per cent of a quantity that is zero at a point says nothing. (Angles
    /// and ratios may be zero: no limit is relative to them.)
    fn zero(&mut self, point: &Point, stimuli: &[String]) {
        let procedure = self.procedure;
        let is_relative = |table: &&Table| {
            matches!(
                table.applies_to,
                Some(AppliesTo::TrueValue | AppliesTo::Nominal | AppliesTo::Indication)
            )
        };
        let Some(table) = procedure.tables.iter().find(is_relative) else { return };
        for name in stimuli {
            if let Some(Value::Number { si, kind }) = point.values.get(name)
                && *si == 0.0
                && !kind.affine
                && !kind.dimension.is_one()
            {
                let finding = Diagnostic::error(
                    finding::NOMINAL_ZERO,
                    format!(
                        "`{name}` is zero at the point `{}`, where the relative limit of `{}` says nothing",
                        point.id, table.name
                    ),
                )
                .at(self.point_place(point))
                .other(table.place.clone(), "the relative limit");
                self.report(finding);
            }
        }
    }

    /// `max_U` and `max_mpe` are positive at every point where nothing of the plan
    /// is needed to know them.
    fn demands(&mut self, fields: &ItemFields, point: &Point) {
        let procedure = self.procedure;
        let outer = Bindings::default();
        let scope = PointScope { procedure, item: fields, point: Some(point), outer: &outer };
        for role in &procedure.roles {
            for (key, demand) in [("max_U", &role.max_u), ("max_mpe", &role.max_mpe)] {
                let Some(demand) = demand else { continue };
                if let Ok(Value::Number { si, .. }) = demand.evaluate(&scope)
                    && si <= 0.0
                {
                    let finding = Diagnostic::error(
                        finding::ROLE_NEED,
                        format!(
                            "`{key}` of `{}` is not positive at the point `{}`",
                            role.name, point.id
                        ),
                    )
                    .at(demand.place.clone())
                    .other(self.point_place(point), "the point");
                    self.report(finding);
                }
            }
        }
    }

    /// The stated time is at least that of the fixed waits.
    fn time(&mut self, fields: &ItemFields, points: usize) {
        let procedure = self.procedure;
        let Some(stated) = &procedure.est_time else { return };
        let count = u32::try_from(points).map_or(f64::MAX, f64::from);
        let stages = procedure.stages.iter().filter(|stage| stage.when.is_none());
        let mut least = 0.0;
        for stage in stages {
            let repeated = stage.repeat.as_ref().map_or(0.0, |repeat| {
                let steps = if repeat.steps.is_empty() { &stage.steps } else { &repeat.steps };
                f64::from(repeat.n) * waits(steps)
            });
            let whole_list = stage.repeat.as_ref().is_some_and(|repeat| repeat.steps.is_empty());
            let once = if whole_list { 0.0 } else { waits(&stage.steps) };
            least += (once + repeated) * if stage.over_points { count } else { 1.0 };
        }
        let hold = procedure.points.as_ref().and_then(|points| points.hold.as_ref());
        if let Some(Ok(Value::Number { si, .. })) = hold.map(|hold| hold.duration.evaluate(fields))
        {
            least += si;
        }
        if stated.si() < least {
            let minutes = (least / 60.0).ceil();
            let message =
                format!("`est_time` is {stated}, and the fixed waits alone take {minutes} min");
            let place = procedure.est_time_at.clone();
            self.report(Diagnostic::error(finding::TIME_TOO_SHORT, message).at(place));
        }
    }

    fn uncovered_rows(&self) {
        let tables = self.procedure.tables.iter().filter(|table| !table.key.is_empty());
        for (table, row) in tables.flat_map(|table| table.rows.iter().map(move |row| (table, row)))
        {
            if !self.covered.contains(&row.place.start) {
                self.source.report(
                    Diagnostic::warning(
                        finding::ROW_UNTESTED,
                        format!("no test item reaches this row of `{}`", table.name),
                    )
                    .at(row.place.clone()),
                );
            }
        }
    }
}

/// The columns of the points that a traceable role is meant for.
fn stimuli(procedure: &Procedure) -> Vec<String> {
    let envelopes =
        procedure.roles.iter().filter(|role| role.traceable).flat_map(|role| &role.over);
    let symbols = envelopes.flat_map(|envelope| envelope.low.expression.symbols());
    symbols.filter_map(|symbol| symbol.path.strip_prefix("points.").map(str::to_owned)).collect()
}

/// How many points an item has at most, before they are expanded.
fn size(procedure: &Procedure, fields: &ItemFields) -> usize {
    let Some(points) = &procedure.points else { return 0 };
    let listed = match &points.generated {
        None => points.rows.len(),
        Some(Generated::From { list, .. }) => match list.evaluate(fields) {
            Ok(Value::List(values)) => values.len(),
            _ => 1,
        },
        Some(Generated::Product { axes }) => {
            axes.iter().fold(1_usize, |size, (_, cells)| size.saturating_mul(cells.len()))
        }
    };
    listed.saturating_mul(if points.order == PointOrder::UpDown { 2 } else { 1 })
}

/// The seconds that actions wait at least.
fn waits(steps: &[Step]) -> f64 {
    steps
        .iter()
        .map(|step| match &step.action {
            Action::Wait(Wait::For { duration, .. }) => duration.si(),
            Action::Wait(Wait::Until { at_least, .. }) => {
                at_least.as_ref().map_or(0.0, etalon_uncertainty::quantity::Quantity::si)
            }
            _ => 0.0,
        })
        .sum()
}

fn closed(interval: &Interval) -> bool {
    (interval.lower, interval.last_upper) == (IntervalEnd::Closed, IntervalEnd::Closed)
}

/// The keys of a row as one text.
fn group(table: &Table, row: &Row, fields: &ItemFields) -> String {
    let shown = |key: &String| match cell_of(table, row, key).map(|cell| cell_value(cell, fields)) {
        Some(Ok(Value::Text(text))) => text,
        Some(Ok(Value::Number { si, .. })) => format!("{si:e}"),
        Some(Ok(other)) => match other.kind() {
            Kind::Truth => format!("{other:?}"),
            kind => kind.to_string(),
        },
        Some(Err(_)) | None => String::new(),
    };
    table.key.iter().map(shown).collect::<Vec<_>>().join("\u{1f}")
}
