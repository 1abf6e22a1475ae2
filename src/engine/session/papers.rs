//! The papers of a run: every document it rests on, by the name under which the
//! record keeps it. With them it can be resumed, replayed and evaluated again
//! without any file of the laboratory's folder.

use std::collections::BTreeMap;

use crate::bench::Bench;
use crate::deviation::Deviation;
use crate::item::Item;
use crate::plan::Plan;
use crate::plan::bind::Models;
use crate::register::{Register, Standard};
use crate::specification::Specifications;

/// Where the papers of standards are found.
#[derive(Clone, Copy)]
pub struct Shelves<'a> {
    /// The register.
    pub register: &'a Register,
    /// What makers promise.
    pub specifications: &'a Specifications,
}

impl Shelves<'_> {
    /// The paper of the specification that a standard names.
    fn sheet(&self, standard: &Standard) -> Option<(String, String)> {
        let sheet = self.specifications.get(standard.sheet.as_ref()?)?;
        Some((sheet.file.clone(), sheet.text.clone()))
    }
}

/// Everything but the plan, which is added when the run begins.
#[must_use]
pub fn gather(
    plan: &Plan,
    procedure: &str,
    bench: &Bench,
    shelves: Shelves<'_>,
    items: &[Item],
) -> BTreeMap<String, String> {
    let mut papers = BTreeMap::from([
        ("procedure".to_owned(), procedure.to_owned()),
        ("bench".to_owned(), bench.text.clone()),
    ]);
    for id in plan.roles.iter().filter_map(|binding| binding.standard.as_ref()) {
        let Some(standard) = shelves.register.standard(id) else { continue };
        papers.insert(format!("register/{id}"), standard.text.clone());
        papers.extend(shelves.sheet(standard));
    }
    for item in items {
        papers.insert(format!("item/{}", item.id), item.text.clone());
    }
    papers
}

/// What the choice of the standards rested on besides: the models of the bench, the entries of the
/// register that could have served, the deviations in force. With them the plan can be made again,
/// byte for byte.
#[must_use]
pub fn beyond(
    papers: &BTreeMap<String, String>,
    bench: &Bench,
    shelves: Shelves<'_>,
    models: &Models,
    deviations: &[Deviation],
) -> BTreeMap<String, String> {
    let mut beyond = BTreeMap::new();
    for (id, (_, text)) in models {
        beyond.insert(format!("model/{id}"), text.clone());
    }
    let named = bench.instruments.iter().filter_map(|instrument| instrument.standard.as_ref());
    let candidates = named.filter(|id| !papers.contains_key(&format!("register/{id}")));
    for standard in candidates.filter_map(|id| shelves.register.standard(id)) {
        beyond.insert(format!("candidate/{}", standard.id), standard.text.clone());
        beyond.extend(shelves.sheet(standard));
    }
    for deviation in deviations {
        beyond.insert(format!("deviation/{}", deviation.id), deviation.text.clone());
    }
    beyond
}
