//! The papers of a run: every document it rests on, by the name under which the
//! record keeps it. With them it can be resumed, replayed and evaluated again
//! without any file of the laboratory's folder.

use std::collections::BTreeMap;

use crate::bench::Bench;
use crate::item::Item;
use crate::plan::Plan;
use crate::register::Register;

/// Everything but the plan, which is added when the run begins.
#[must_use]
pub fn gather(
    plan: &Plan,
    procedure: &str,
    bench: &Bench,
    register: &Register,
    items: &[Item],
) -> BTreeMap<String, String> {
    let mut papers = BTreeMap::from([
        ("procedure".to_owned(), procedure.to_owned()),
        ("bench".to_owned(), bench.text.clone()),
    ]);
    for id in plan.roles.iter().filter_map(|binding| binding.standard.as_ref()) {
        if let Some(standard) = register.standard(id) {
            papers.insert(format!("register/{id}"), standard.text.clone());
        }
    }
    for item in items {
        papers.insert(format!("item/{}", item.id), item.text.clone());
    }
    papers
}
