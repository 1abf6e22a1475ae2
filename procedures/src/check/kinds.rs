//! Names, kinds and dimensions of every expression.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Kind, NumberKind};
use etalon_uncertainty::unit::Unit;

use super::scopes::{Scopes, interval};
use crate::finding;
use crate::formula::Formula;
use crate::procedure::table::Cell;
use crate::procedure::{
    Decision, Definition, Distribution, Earlier, Input, InputSource, Model, Place, Procedure,
    Scale, Table,
};
use crate::scope::Kinds;
use crate::source::Source;

/// Checks every expression outside the actions.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure, scopes: &Scopes) {
    for field in &procedure.item.fields {
        if let Some(check) = &field.check {
            wanted(source, check, &scopes.item, &Kind::Truth);
        }
    }
    definitions(source, &procedure.item.derive, &scopes.item);
    for table in &procedure.tables {
        self::table(source, procedure, table, scopes);
    }
    points(source, procedure, scopes);
    for role in &procedure.roles {
        for formula in role.max_u.iter().chain(&role.max_mpe) {
            any(source, formula, &scopes.point);
        }
        if let Some(media) = &role.media {
            wanted(source, media, &scopes.item, &Kind::Text);
        }
        for envelope in &role.over {
            for formula in std::iter::once(&envelope.low).chain(&envelope.high) {
                any(source, formula, &with_columns(procedure, scopes));
            }
        }
    }
    for model in &procedure.models {
        self::model(source, model, scopes);
    }
    for decision in procedure.decisions.iter().filter(|own| !own.is_shared) {
        self::decision(source, decision, scopes);
    }
    let mut report = scopes.results.clone();
    report.declare("verdict", Kind::Text);
    for column in &procedure.report.columns {
        any(source, column, &report);
    }
}

/// The names of a point with `points.NAME` for the whole column.
fn with_columns(procedure: &Procedure, scopes: &Scopes) -> Kinds {
    let mut kinds = scopes.point.clone();
    let Some(points) = &procedure.points else { return kinds };
    for column in &points.columns {
        let kind = column.unit.as_ref().map_or(Kind::Text, Kind::of_unit);
        kinds.declare(format!("points.{}", column.name), Kind::List(Box::new(kind)));
    }
    for definition in &points.define {
        if let Ok(kind) = definition.formula.check(&scopes.point) {
            kinds.declare(format!("points.{}", definition.name), Kind::List(Box::new(kind)));
        }
    }
    kinds
}

fn points(source: &Source<'_>, procedure: &Procedure, scopes: &Scopes) {
    let Some(points) = &procedure.points else { return };
    for row in &points.rows {
        if let Some(when) = &row.when {
            wanted(source, when, &scopes.item, &Kind::Truth);
        }
        for (column, cell) in points.columns.iter().zip(&row.cells) {
            self::cell(source, cell, column.unit.as_ref(), &scopes.item);
        }
    }
    definitions(source, &points.define, &scopes.point);
    if let Some(hold) = &points.hold {
        let time = NumberKind::of(etalon_uncertainty::unit::Dimension::TIME);
        wanted(source, &hold.duration, &scopes.item, &Kind::Number(time));
        if let Some(watch) = &hold.watch {
            wanted(source, watch, &scopes.live, &Kind::Truth);
        }
    }
    let mut columns = scopes.item.clone();
    for column in &points.columns {
        let kind = column.unit.as_ref().map_or(Kind::Text, Kind::of_unit);
        columns.declare(column.name.clone(), Kind::List(Box::new(kind)));
    }
    for definition in &points.define {
        if let Ok(kind) = definition.formula.check(&scopes.point) {
            columns.declare(definition.name.clone(), Kind::List(Box::new(kind)));
        }
    }
    for check in &points.check {
        wanted(source, check, &columns, &Kind::Truth);
    }
}

fn definitions(source: &Source<'_>, definitions: &[Definition], scope: &Kinds) {
    for definition in definitions {
        any(source, &definition.formula, scope);
    }
}

fn cell(source: &Source<'_>, cell: &Cell, unit: Option<&Unit>, scope: &Kinds) {
    if let (Cell::Formula(formula), Some(unit)) = (cell, unit) {
        wanted(source, formula, scope, &Kind::of_unit(unit));
    }
}

fn table(source: &Source<'_>, procedure: &Procedure, table: &Table, scopes: &Scopes) {
    for row in &table.rows {
        for (column, cell) in table.columns.iter().zip(&row.cells) {
            self::cell(source, cell, column.unit.as_ref(), &scopes.item);
        }
    }
    let interval = table.interval.as_ref().map(|interval| interval.column.as_str());
    for key in table.key.iter().map(String::as_str).chain(interval) {
        let known = scopes.point.names().any(|name| name == key);
        let column = |name: &str| table.columns.iter().any(|column| column.name == name);
        let has_columns = if interval == Some(key) {
            column(&format!("{key}_lo")) && column(&format!("{key}_hi"))
        } else {
            column(key)
        };
        let missing = match (known, has_columns) {
            (true, true) => continue,
            (false, _) => "neither the points nor the unit under test have it",
            (true, false) if interval == Some(key) => {
                "the table lacks its columns `…_lo` and `…_hi`"
            }
            (true, false) => "the table has no such column",
        };
        source.report(
            Diagnostic::error(
                finding::TABLE_KEY,
                format!("table `{}` is looked up by `{key}`: {missing}", table.name),
            )
            .at(table.place.clone()),
        );
    }
    if procedure.points.is_none() && table.interval.is_some() {
        return;
    }
    let mut row = scopes.item.clone();
    for column in &table.columns {
        row.declare(column.name.clone(), column.unit.as_ref().map_or(Kind::Text, Kind::of_unit));
    }
    definitions(source, &table.define, &row);
}

fn model(source: &Source<'_>, model: &Model, scopes: &Scopes) {
    let mut inputs = Kinds::default();
    for input in &model.inputs {
        inputs.declare(input.name.clone(), Kind::of_unit(&input.unit));
    }
    wanted(source, &model.equation, &inputs, &Kind::of_unit(&model.unit));
    for input in &model.inputs {
        self::input(source, input, scopes);
        for contribution in &input.contributions {
            if let Distribution::Repeats { relative, .. } = &contribution.distribution {
                own_repeats(source, model, input, *relative, &contribution.place);
            }
        }
    }
}

/// A standard deviation of the model's values has their dimension, or none when
/// it is taken relative to their mean.
fn own_repeats(source: &Source<'_>, model: &Model, input: &Input, relative: bool, place: &Place) {
    let wanted = if relative { Unit::one().dimension() } else { model.unit.dimension() };
    if input.unit.dimension() == wanted && !(relative && model.unit.is_affine()) {
        return;
    }
    let message = format!(
        "`{}` has the unit {} and takes the {}standard deviation of `{}` in {}",
        input.name,
        input.unit,
        if relative { "relative " } else { "" },
        model.name,
        model.unit
    );
    source.report(Diagnostic::error(finding::TYPE_A_OF, message).at(place.clone()));
}

fn input(source: &Source<'_>, input: &Input, scopes: &Scopes) {
    match &input.source {
        InputSource::Formula(formula) => {
            wanted(source, formula, &scopes.point, &Kind::of_unit(&input.unit));
        }
        InputSource::Value(value) if !value.unit().is_compatible(&input.unit) => source.report(
            Diagnostic::error(
                finding::DIMENSION,
                format!("`{}` has the value {value} and the unit {}", input.name, input.unit),
            )
            .at(input.place.clone()),
        ),
        _ => {}
    }
    let width = interval(&input.unit);
    for contribution in &input.contributions {
        match &contribution.distribution {
            Distribution::Normal(Scale::Standard { u, dof }) => {
                wanted(source, u, &scopes.point, &width);
                if let Some(dof) = dof {
                    wanted(source, dof, &scopes.point, &Kind::Number(NumberKind::ONE));
                }
            }
            Distribution::Normal(Scale::Expanded { expanded, k }) => {
                wanted(source, expanded, &scopes.point, &width);
                wanted(source, k, &scopes.point, &Kind::Number(NumberKind::ONE));
            }
            Distribution::Rectangular(half)
            | Distribution::Triangular(half)
            | Distribution::Arcsine(half) => wanted(source, half, &scopes.point, &width),
            Distribution::Pooled { s, dof, .. }
            | Distribution::Repeats { earlier: Some(Earlier { s, dof }), .. } => {
                wanted(source, s, &scopes.point, &width);
                wanted(source, dof, &scopes.point, &Kind::Number(NumberKind::ONE));
            }
            Distribution::Repeats { earlier: None, .. } => {}
        }
    }
}

fn decision(source: &Source<'_>, decision: &Decision, scopes: &Scopes) {
    let scope = &scopes.results;
    let judged = decision.quantity.as_ref().and_then(|quantity| any(source, quantity, scope));
    let same = |formula: &Formula| match &judged {
        Some(Kind::Number(kind)) => {
            wanted(source, formula, scope, &Kind::Number(NumberKind::of(kind.dimension)));
        }
        _ => drop(any(source, formula, scope)),
    };
    if let Some(tolerance) = &decision.tolerance {
        same(tolerance);
    }
    if let Some(rounding) = &decision.rounding {
        same(&rounding.step);
    }
    if let Some(require) = &decision.require {
        wanted(source, require, scope, &Kind::Truth);
    }
}

/// Whether an expression uses a name whose own definition has a finding.
pub(super) fn rests_on_broken(formula: &Formula, scope: &Kinds) -> bool {
    formula.expression.symbols().iter().any(|symbol| scope.is_broken(&symbol.path))
}

/// Checks an expression; its kind when there is no finding.
pub(super) fn any(source: &Source<'_>, formula: &Formula, scope: &Kinds) -> Option<Kind> {
    if rests_on_broken(formula, scope) {
        return None;
    }
    match formula.check(scope) {
        Ok(kind) => Some(kind),
        Err(findings) => {
            source.report_all(findings);
            None
        }
    }
}

/// Checks an expression that must have this kind.
pub(super) fn wanted(source: &Source<'_>, formula: &Formula, scope: &Kinds, kind: &Kind) {
    let Some(found) = any(source, formula, scope) else { return };
    if found == *kind {
        return;
    }
    let both_numbers = matches!((&found, kind), (Kind::Number(_), Kind::Number(_)));
    let code = if both_numbers { finding::DIMENSION } else { finding::KIND };
    source.report(
        Diagnostic::error(code, format!("`{}` is {found}, wanted {kind}", formula.text))
            .at(formula.place.clone()),
    );
}
