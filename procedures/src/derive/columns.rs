//! The points of a run by their values in the columns that something is taken over: looked up once,
//! because every check at every point asks for its group.

use std::collections::BTreeMap;

use etalon_uncertainty::expression::Value;

use super::{Belongs, Visited};
use crate::expand::Point;
use crate::lookup::carried;
use crate::procedure::{CheckScope, Grouping, Procedure};

/// The groups of one column.
#[derive(Debug, Default)]
struct Column {
    /// The groups, in the order in which their values first occur.
    groups: Vec<(Belongs, Vec<usize>)>,
    /// The group of every point; `None` where the column has no value.
    of_point: Vec<Option<usize>>,
}

/// All columns that derived quantities or checks are taken over.
#[derive(Debug, Default)]
pub(crate) struct Columns(BTreeMap<String, Column>);

impl Columns {
    /// The columns of a procedure over the points of a run.
    pub(crate) fn of(procedure: &Procedure, visited: &[Visited<'_>]) -> Self {
        let derives = procedure.derives.iter().filter_map(|derive| match &derive.grouping {
            Grouping::Column(column) => Some(column),
            _ => None,
        });
        let checks = procedure.decisions.iter().flat_map(|decision| &decision.checks);
        let checks = checks.filter_map(|check| match &check.each {
            CheckScope::Column(column) => Some(column),
            _ => None,
        });
        let names = derives.chain(checks);
        Self(names.map(|name| (name.clone(), Column::of(procedure, visited, name))).collect())
    }

    /// The groups of a column with what each belongs to.
    pub(crate) fn groups(&self, column: &str) -> &[(Belongs, Vec<usize>)] {
        self.0.get(column).map_or(&[], |column| &column.groups)
    }

    /// The points of the group that all of these belong to.
    pub(crate) fn group_of(&self, column: &str, points: &[usize]) -> Option<&[usize]> {
        let column = self.0.get(column)?;
        let (first, others) = points.split_first()?;
        let group = column.group(*first)?;
        let is_same = others.iter().all(|other| column.group(*other) == Some(group));
        let (_, members) = column.groups.get(group).filter(|_| is_same)?;
        Some(members)
    }
}

impl Column {
    fn of(procedure: &Procedure, visited: &[Visited<'_>], name: &str) -> Self {
        let mut column = Self::default();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (index, visited) in visited.iter().enumerate() {
            // An empty word is no value: such a point belongs to no group.
            let value = text(procedure, visited.point, name).filter(|value| !value.is_empty());
            let group = value.map(|value| {
                let next = column.groups.len();
                let group = *known.entry(value.clone()).or_insert(next);
                if group == next {
                    let of = Belongs::Column { name: name.to_owned(), value };
                    column.groups.push((of, Vec::new()));
                }
                if let Some((_, members)) = column.groups.get_mut(group) {
                    members.push(index);
                }
                group
            });
            column.of_point.push(group);
        }
        column
    }

    fn group(&self, point: usize) -> Option<usize> {
        self.of_point.get(point).copied().flatten()
    }
}

fn text(procedure: &Procedure, point: &Point, column: &str) -> Option<String> {
    point.text(procedure, column).or_else(|| match point.values.get(column)? {
        Value::Number { si, .. } => carried(*si).ok().map(|number| number.to_string()),
        _ => None,
    })
}
