//! The names known at each place of a procedure, with their kinds.

use etalon_uncertainty::expression::{Kind, NumberKind, Scope};
use etalon_uncertainty::unit::Unit;

use super::kinds::rests_on_broken;
use crate::procedure::{Definition, FieldKind, NeedKind, Procedure};
use crate::scope::Kinds;

/// The names known at each place of a procedure.
pub(super) struct Scopes {
    /// The unit under test.
    pub(super) item: Kinds,
    /// A point: item, point, tables, external names, environment.
    pub(super) point: Kinds,
    /// A running bench at a point: also `role.quantity` and live functions.
    pub(super) live: Kinds,
    /// Results at a point: also models as lists, `U(E)`, derived quantities.
    pub(super) results: Kinds,
    /// Between stages: what a point has is the list over the points.
    pub(super) stages: Kinds,
}

impl Scopes {
    /// Collects the names of a procedure.
    pub(super) fn of(procedure: &Procedure) -> Self {
        let item = item_kinds(procedure);
        let mut point = item.clone();
        declare_needs(procedure, &mut point);
        if let Some(points) = &procedure.points {
            for column in &points.columns {
                let kind = column.unit.as_ref().map_or(Kind::Text, Kind::of_unit);
                declare_both(&mut point, "point", &column.name, &kind);
            }
            if points.order == crate::procedure::PointOrder::UpDown {
                declare_both(&mut point, "point", "dir", &Kind::Text);
            }
        }
        declare_tables(procedure, &item, &mut point);
        if let Some(points) = &procedure.points {
            declare_definitions(&points.define, "point", &mut point);
        }
        let mut live = point.clone().live();
        for role in &procedure.roles {
            for quantity in &role.quantities {
                let name = format!("{}.{}", role.name, quantity.name);
                live.declare(name, Kind::of_unit(&quantity.unit));
            }
        }
        let mut results = point.clone();
        for model in &procedure.models {
            let of = Kind::of_unit(&model.unit);
            results.declare(model.name.clone(), Kind::List(Box::new(of)));
            results.declare(format!("U({})", model.name), interval(&model.unit));
        }
        for derive in &procedure.derives {
            results.declare(derive.name.clone(), Kind::of_unit(&derive.unit));
        }
        let stages = stage_kinds(procedure, &item, &results);
        Self { item, point, live, results, stages }
    }
}

/// Between stages there is no point: what belongs to a point or a result becomes
/// the list over the points; the item and the needs stay what they are.
fn stage_kinds(procedure: &Procedure, item: &Kinds, results: &Kinds) -> Kinds {
    let mut kinds = Kinds::default();
    for name in results.names() {
        let Some(kind) = results.kind(name) else { continue };
        let is_of_run = item.kind(name).is_some() || procedure.need(name).is_some();
        let is_list = matches!(kind, Kind::List(_));
        kinds.declare(name, if is_of_run || is_list { kind } else { Kind::List(Box::new(kind)) });
    }
    for derive in &procedure.derives {
        kinds.forget(&derive.name);
    }
    kinds
}

pub(super) fn interval(unit: &Unit) -> Kind {
    Kind::Number(NumberKind::of(unit.dimension()))
}

fn item_kinds(procedure: &Procedure) -> Kinds {
    let mut kinds = Kinds::default();
    for field in &procedure.item.fields {
        let kind = match &field.kind {
            FieldKind::Quantity(unit) => Kind::of_unit(unit),
            FieldKind::List(unit) => Kind::List(Box::new(Kind::of_unit(unit))),
            FieldKind::Enum(_) | FieldKind::Text => Kind::Text,
            FieldKind::Truth => Kind::Truth,
        };
        declare_both(&mut kinds, "dut", &field.name, &kind);
    }
    declare_definitions(&procedure.item.derive, "dut", &mut kinds);
    kinds
}

fn declare_both(kinds: &mut Kinds, prefix: &str, name: &str, kind: &Kind) {
    kinds.declare(name, kind.clone());
    kinds.declare(format!("{prefix}.{name}"), kind.clone());
}

/// Declares what can be typed; what cannot is found by [`check`].
fn declare_definitions(definitions: &[Definition], prefix: &str, kinds: &mut Kinds) {
    for definition in definitions {
        match definition.formula.check(kinds) {
            Ok(kind) if !rests_on_broken(&definition.formula, kinds) => {
                declare_both(kinds, prefix, &definition.name, &kind);
            }
            _ => {
                for prefix in ["", "dut.", "point.", "points."] {
                    kinds.declare_broken(format!("{prefix}{}", definition.name));
                }
            }
        }
    }
}

fn declare_needs(procedure: &Procedure, kinds: &mut Kinds) {
    for need in &procedure.needs {
        kinds.declare(
            need.name.clone(),
            match &need.kind {
                NeedKind::Quantity(unit) => Kind::of_unit(unit),
                NeedKind::Text => Kind::Text,
                NeedKind::Truth => Kind::Truth,
            },
        );
    }
    for limit in &procedure.environment.limits {
        kinds.declare(format!("env.{}", limit.quantity), Kind::of_unit(&limit.unit));
    }
}

fn declare_tables(procedure: &Procedure, item: &Kinds, kinds: &mut Kinds) {
    for table in &procedure.tables {
        let mut row = item.clone();
        for column in &table.columns {
            let kind = column.unit.as_ref().map_or(Kind::Text, Kind::of_unit);
            row.declare(column.name.clone(), kind.clone());
            kinds.declare(format!("{}.{}", table.name, column.name), kind);
        }
        for definition in &table.define {
            match definition.formula.check(&row) {
                Ok(kind) => {
                    row.declare(definition.name.clone(), kind.clone());
                    kinds.declare(format!("{}.{}", table.name, definition.name), kind);
                }
                Err(_) => kinds.declare_broken(format!("{}.{}", table.name, definition.name)),
            }
        }
    }
}
