//! From names to a plan and its papers: what the command line, the
//! demonstration and the window have in common before anything moves.

use std::collections::BTreeMap;

use etalon_procedures::procedure::{Activity, Procedure};
use etalon_uncertainty::{
    diagnostic::{Diagnostic, nearest},
    text::Text,
};
use jiff::civil::Date;
use thiserror::Error;

use super::papers;
use crate::bench::Bench;
use crate::deviation;
use crate::item::{Item, fit};
use crate::lab::models::KnownModel;
use crate::lab::{Lab, LabError, Laboratory};
use crate::plan::bind::{Equipment, Models};
use crate::plan::{self, Plan, PlanError, Wanted, accreditation};
use crate::release;

/// What is asked for, by names.
#[derive(Clone, Debug)]
pub struct Request {
    /// Name or file of the procedure.
    pub procedure: String,
    /// Name or file of the bench.
    pub bench: String,
    /// Names or files of the items, in the order of the positions.
    pub items: Vec<String>,
    /// What the run is for.
    pub activity: Activity,
    /// The day for which due dates are judged.
    pub date: Date,
    /// Seed of the run.
    pub seed: u64,
}

/// Everything that is ready before a run begins.
#[derive(Clone, Debug)]
pub struct Preparation {
    /// The procedure.
    pub procedure: Procedure,
    /// The bench.
    pub bench: Bench,
    /// The items, by position.
    pub items: Vec<Item>,
    /// The plan.
    pub plan: Plan,
    /// The documents for the record.
    pub papers: BTreeMap<String, String>,
}

/// Why nothing could be prepared.
#[derive(Debug, Error)]
pub enum PreparationError {
    /// The laboratory's files.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The procedure has findings.
    #[error("procedure {place} cannot be used as it is")]
    Procedure {
        /// Where its text is from.
        place: String,
        /// Its text.
        text: String,
        /// The findings.
        diagnostics: Vec<Diagnostic>,
    },
    /// No plan can be made.
    #[error("{source}")]
    Plan {
        /// Where the procedure's text is from.
        place: String,
        /// Its text.
        text: String,
        /// Why.
        source: Box<PlanError>,
    },
}

/// Prepares a run.
///
/// # Errors
/// [`PreparationError`].
pub fn prepare(lab: &Lab, request: &Request) -> Result<Preparation, PreparationError> {
    let found = lab.procedure(&request.procedure)?;
    let checked = etalon_procedures::check(&found.text);
    let Some(procedure) = checked.procedure else {
        return Err(PreparationError::Procedure {
            place: found.place,
            text: found.text,
            diagnostics: checked.diagnostics,
        });
    };
    let bench = lab.bench(&request.bench)?;
    let register = lab.register()?;
    let specifications = lab.specifications()?;
    let items: Vec<Item> =
        request.items.iter().map(|name| lab.item(name)).collect::<Result<_, _>>()?;
    fitting(lab, request, (&procedure, &found.text), &items)?;
    let refused = |source: PlanError| PreparationError::Plan {
        place: found.place.clone(),
        text: found.text.clone(),
        source: Box::new(source),
    };
    let models = models(&lab.models()?, &bench).map_err(refused)?;
    let site = site(lab);
    let mut plan = plan::make(&Wanted {
        procedure: &procedure,
        text: &found.text,
        equipment: Equipment {
            bench: &bench,
            register: &register,
            specifications: &specifications,
            models: &models,
            date: request.date,
        },
        items: &items,
        activity: request.activity,
        seed: request.seed,
        site: &site,
    })
    .map_err(refused)?;
    let scope = lab.scope_text()?;
    if scope.is_some() {
        plan.scope = accreditation::remarks(&plan, &procedure.methods, &lab.scope()?);
    }
    let shelves = papers::Shelves { register: &register, specifications: &specifications };
    let mut papers = papers::gather(&plan, &found.text, &bench, shelves, &items);
    let deviations = deviation::in_force(lab)?;
    papers.extend(papers::beyond(&papers, &bench, shelves, &models, &deviations));
    papers.extend(scope.map(|text| ("scope".to_owned(), text)));
    let standing = release::standing(lab, &lab.journal().map_err(LabError::from)?, &procedure);
    plan.procedure.release = standing.mark();
    plan.procedure.withdrawn = standing.withdrawal();
    if let Some(record) = &standing.record {
        papers.insert("release".to_owned(), record.text.clone());
    }
    papers.insert("laboratory".to_owned(), lab.identity.text.clone());
    papers.insert("people".to_owned(), lab.people()?.text);
    Ok(Preparation { procedure, bench, items, plan, papers })
}

/// Every item has the fields that the procedure asks for; what is wrong with all of them is told
/// at once, in their own files.
fn fitting(
    lab: &Lab,
    request: &Request,
    (procedure, text): (&Procedure, &str),
    items: &[Item],
) -> Result<(), LabError> {
    let files = request.items.iter().map(|name| lab.item_file(name));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let faults = fit::faults(procedure, text, &files.into_iter().zip(items).collect::<Vec<_>>());
    if faults.is_empty() { Ok(()) } else { Err(LabError::Files(faults)) }
}

/// The models that the bench names, among those that the laboratory knows.
fn models(known: &[KnownModel], bench: &Bench) -> Result<Models, PlanError> {
    let mut models = Models::new();
    for instrument in &bench.instruments {
        let found = known.iter().find(|known| known.model.id == instrument.model);
        let found = found.ok_or_else(|| PlanError::Model {
            model: instrument.model.clone(),
            instrument: instrument.id.clone(),
            reason: Box::new(missing_model(&instrument.model, known)),
        })?;
        models.insert(instrument.model.clone(), (found.model.clone(), found.text.clone()));
    }
    Ok(models)
}

/// Nobody has written the model; the name that it was most likely meant to be, where there is one.
fn missing_model(model: &str, known: &[KnownModel]) -> Text {
    let near = nearest(model, known.iter().map(|known| known.model.id.as_str()));
    let (en, zh) = near.map_or_else(Default::default, |near| {
        (format!("; did you mean {near}?"), format!("；是否应为 {near}？"))
    });
    Text::new(
        format!("neither the laboratory's catalogue nor the shipped one has it{en}"),
        format!("实验室的型号目录与程序自带的目录中都没有{zh}"),
    )
}

/// The numbers of the site that procedures may ask for.
fn site(lab: &Lab) -> BTreeMap<String, (etalon_uncertainty::quantity::Quantity, String)> {
    site_of(&lab.identity)
}

/// The same of any laboratory, also of one as a record keeps it.
#[must_use]
pub fn site_of(
    identity: &Laboratory,
) -> BTreeMap<String, (etalon_uncertainty::quantity::Quantity, String)> {
    let site = &identity.site;
    BTreeMap::from([
        ("g".to_owned(), (site.gravity.clone(), site.gravity_source.clone())),
        ("altitude".to_owned(), (site.altitude.clone(), "etalon.toml, [site]".to_owned())),
    ])
}
