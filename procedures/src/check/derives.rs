//! Derived quantities and the checks of decisions: groupings, names, dimensions.

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::expression::{Kind, NumberKind};
use etalon_uncertainty::unit::Unit;

use super::kinds::{any, wanted};
use super::scopes::Scopes;
use crate::finding;
use crate::formula::Formula;
use crate::procedure::{Check, CheckScope, Derive, Grouping, Place, PointOrder, Procedure};
use crate::scope::Kinds;
use crate::source::Source;

/// Checks every `[[derive]]` and every check of a decision.
pub(super) fn check(source: &Source<'_>, procedure: &Procedure, scopes: &Scopes) {
    for derive in &procedure.derives {
        self::derive(source, procedure, derive, scopes);
    }
    for decision in procedure.decisions.iter().filter(|own| !own.is_shared) {
        for check in &decision.checks {
            self::judged(source, procedure, check, scopes);
        }
    }
}

fn derive(source: &Source<'_>, procedure: &Procedure, derive: &Derive, scopes: &Scopes) {
    let mut scope = scopes.results.clone();
    match &derive.grouping {
        Grouping::Column(column) => {
            if !has_column(procedure, column) {
                no_column(source, procedure, column, &derive.place);
                return;
            }
        }
        Grouping::Points { name, each } => match any(source, each, &scopes.results) {
            Some(kind @ Kind::Number(_)) => {
                scope = scopes.item.clone();
                scope.declare(name.clone(), Kind::List(Box::new(kind)));
            }
            Some(other) => {
                let message = format!("`{}` is {other} at a point, wanted a number", each.text);
                source.report(Diagnostic::error(finding::KIND, message).at(each.place.clone()));
                return;
            }
            None => return,
        },
        Grouping::Repeats => {}
    }
    selections(source, procedure, &derive.equation);
    fits(source, &derive.equation, &scope, &derive.unit);
}

/// The equation gives a number of the unit's dimension.
fn fits(source: &Source<'_>, equation: &Formula, scope: &Kinds, unit: &Unit) {
    match any(source, equation, scope) {
        Some(Kind::Number(kind)) if kind.dimension == unit.dimension() => {}
        Some(found) => {
            let is_number = matches!(found, Kind::Number(_));
            let code = if is_number { finding::DIMENSION } else { finding::KIND };
            let message = format!("`{}` is {found}, its unit is {unit}", equation.text);
            source.report(Diagnostic::error(code, message).at(equation.place.clone()));
        }
        None => {}
    }
}

/// `E[dir='up']` selects by a column that exists.
fn selections(source: &Source<'_>, procedure: &Procedure, formula: &Formula) {
    for symbol in formula.expression.symbols() {
        let Some((_, selected)) = symbol.path.split_once('[') else { continue };
        let Some((column, _)) = selected.split_once('=') else { continue };
        if !has_column(procedure, column) {
            no_column(source, procedure, column, &formula.place_of(&symbol.span));
        }
    }
}

fn has_column(procedure: &Procedure, name: &str) -> bool {
    columns(procedure).contains(name)
}

fn columns(procedure: &Procedure) -> BTreeSet<&str> {
    let Some(points) = &procedure.points else { return BTreeSet::new() };
    let written = points.columns.iter().map(|column| column.name.as_str());
    let defined = points.define.iter().map(|entry| entry.name.as_str());
    let directed = (points.order == PointOrder::UpDown).then_some("dir");
    written.chain(defined).chain(directed).collect()
}

fn no_column(source: &Source<'_>, procedure: &Procedure, name: &str, place: &Place) {
    let finding = Diagnostic::error(finding::SYMBOL, format!("the points have no column `{name}`"))
        .at(place.clone());
    source.report(match nearest(name, columns(procedure)) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding,
    });
}

fn judged(source: &Source<'_>, procedure: &Procedure, check: &Check, scopes: &Scopes) {
    if let CheckScope::Column(column) = &check.each
        && !has_column(procedure, column)
    {
        no_column(source, procedure, column, &check.place);
        return;
    }
    let scope = &scopes.results;
    match any(source, &check.value, scope) {
        Some(Kind::Number(kind)) => {
            let same = Kind::Number(NumberKind::of(kind.dimension));
            wanted(source, &check.limit, scope, &same);
            if let Some(rounding) = &check.rounding {
                wanted(source, &rounding.step, scope, &same);
            }
        }
        Some(other) => {
            let message = format!("`{}` is {other}, wanted a number", check.value.text);
            source.report(Diagnostic::error(finding::KIND, message).at(check.value.place.clone()));
        }
        None => drop(any(source, &check.limit, scope)),
    }
    for symbol in check.value.expression.symbols() {
        let derive = procedure.derives.iter().find(|derive| derive.name == symbol.path);
        let Some(derive) = derive else { continue };
        let is_one = match (&check.each, &derive.grouping) {
            (_, Grouping::Points { .. }) | (CheckScope::Point, _) => true,
            (CheckScope::Column(column), Grouping::Column(over)) => column == over,
            _ => false,
        };
        if !is_one {
            let message = format!(
                "the check `{}` has no single `{}`: it is taken over `{}`",
                check.id, derive.name, derive.over
            );
            source.report(
                Diagnostic::error(finding::CHECK_SCOPE, message)
                    .at(check.place.clone())
                    .other(derive.place.clone(), "where it is derived"),
            );
        }
    }
}
