//! What a certificate states (ISO/IEC 17025:2017, 7.8.2, 7.8.4, 7.8.6), item by item,
//! each taken from where it was recorded.

use etalon_certificates::{
    fonts::Fonts,
    record::{
        self, Agreement, Languages, Method, MethodPurpose, Organisation, Page, Part, Person, Place,
        PlaceKind, ProcedureIdentity, Record, Software,
    },
};
use etalon_procedures::procedure::Procedure;
use etalon_uncertainty::text::Text;
use jiff::{Timestamp, civil::Date};

use super::{
    IssueRefusal, Order, across,
    capability::{self, Coverage},
    circumstances,
    papers::Papers,
    results, settings, standing,
};
use crate::{
    act,
    decide::{self, ItemVerdict},
    deviation,
    evaluate::{self, ItemResults, ResultState},
    item::{Customer, Item},
    journal::{Body, Event},
    lab::Lab,
    order::{self, Decision, Order as WorkOrder},
    people::{Person as LaboratoryPerson, Signatories},
    store::Journal,
};

/// Where the statements come from.
pub struct Sources<'a> {
    /// The laboratory on the day of issue.
    pub lab: &'a Lab,
    /// Its record.
    pub journal: &'a Journal,
    /// The run.
    pub papers: &'a Papers,
    /// Who signs for what; nobody where it is not known yet.
    pub signatories: Option<&'a Signatories>,
    /// What was ordered.
    pub order: &'a Order<'a>,
    /// Number of the certificate.
    pub number: String,
    /// Fonts of the page.
    pub fonts: &'a Fonts,
}

/// The record of one certificate.
///
/// # Errors
/// [`IssueRefusal`]: no such item, no result, or something required that was
/// not recorded.
pub fn record(sources: &Sources<'_>) -> Result<Record, IssueRefusal> {
    let Sources { lab, papers, order, fonts, .. } = sources;
    let item = item(papers, order)?;
    let results = item_results(papers, order)?;
    let (from, until) = performed(lab, papers);
    let day = papers.plan.date.parse::<Date>().unwrap_or(from);
    let work = order::of_item(lab, order.item, day)?;
    let customer = work.as_ref().map_or(&item.customer, |work| &work.customer);
    let is_agreed = work.as_ref().is_none_or(|work| work.decision != Decision::None);
    let tables = results::tables(papers, &results, is_agreed)?;
    let common = settings::common(&papers.events, &tables);
    let coverage = capability::coverage(&lab.scope()?, papers, &tables)?;
    let languages = match fonts.cjk_sha256() {
        Some(_) => order.languages,
        None => Languages::En,
    };
    let cjk_font_sha256 =
        (languages != Languages::En).then(|| fonts.cjk_sha256().map(str::to_owned));
    Ok(Record {
        schema: record::SCHEMA.to_owned(),
        specimen: papers.summary.specimen || lab.identity.demonstration,
        title: Text::new("Calibration Certificate", "校准证书"),
        laboratory: laboratory(lab, &coverage),
        place: Place { kind: PlaceKind::Laboratory, text: lab.identity.address.clone() },
        number: sources.number.clone(),
        run: order.run.to_owned(),
        customer: organisation(customer),
        methods: methods(&papers.procedure),
        procedure: procedure(&papers.procedure),
        item: described(item, &papers.procedure),
        received: Some(item.received.to_string()),
        performed_from: from.to_string(),
        performed_until: until.to_string(),
        issued: lab.identity.civil_day(order.now).to_string(),
        issued_at: order.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        results: tables,
        deviations: let_through(sources, customer)?
            .into_iter()
            .chain(deviations(&results))
            .collect(),
        persons: sources.signatories.map(persons).unwrap_or_default(),
        environment: circumstances::environment(&papers.events),
        standards: papers.standards.iter().filter_map(circumstances::standard).collect(),
        traceability: circumstances::traceability(&papers.standards),
        agreement: agreement(papers, &results, work.as_ref()),
        software: Software {
            name: "Etalon".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        page: Page { languages, cjk_font_sha256: cjk_font_sha256.flatten() },
        notes: common
            .into_iter()
            .chain(replaced(sources)?)
            .chain(notes(papers, &results, is_agreed))
            .collect(),
    })
}

fn item<'a>(papers: &'a Papers, order: &Order<'_>) -> Result<&'a Item, IssueRefusal> {
    papers.items.get(order.item).ok_or_else(|| {
        let known: Vec<&str> = papers.items.keys().map(String::as_str).collect();
        IssueRefusal::NoSuchItem {
            run: order.run.to_owned(),
            item: order.item.to_owned(),
            known: known.join(", "),
        }
    })
}

fn item_results(papers: &Papers, order: &Order<'_>) -> Result<ItemResults, IssueRefusal> {
    let found = evaluate::evaluate_item(&papers.plan, &papers.events, order.item)?;
    let refusal = |reason: String| IssueRefusal::NoResult {
        run: order.run.to_owned(),
        item: order.item.to_owned(),
        reason,
    };
    let found = found.ok_or_else(|| refusal("it had no position".to_owned()))?;
    let measured = |state: &ResultState| matches!(state, ResultState::Measured(_));
    if found.results.iter().any(|result| measured(&result.state)) {
        Ok(found)
    } else {
        Err(refusal(found.removed.unwrap_or_else(|| "nothing was measured".to_owned())))
    }
}

/// What the certificate says about the one that it replaces.
fn replaced(sources: &Sources<'_>) -> Result<Option<Text>, IssueRefusal> {
    let Sources { journal, order, .. } = sources;
    let (known, acts) = (standing::certificates(journal)?, act::acts(journal)?);
    match standing::succession(&known, &acts, order.run, order.item) {
        Ok(found) => Ok(found.map(|succession| succession.note())),
        // A draft may be looked at; `issue` refuses it.
        Err(IssueRefusal::AlreadyCertified { .. }) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The laboratory, with its accreditation only where every result lies within the scope.
fn laboratory(lab: &Lab, coverage: &Coverage) -> Organisation {
    let identity = &lab.identity;
    Organisation {
        name: identity.name.clone(),
        address: identity.address.clone(),
        country: identity.country.clone(),
        email: identity.contact.contains('@').then(|| identity.contact.clone()),
        phone: (!identity.contact.contains('@')).then(|| identity.contact.clone()),
        code: identity.accreditation.clone().filter(|_| coverage.is_whole()),
    }
}

fn organisation(customer: &Customer) -> Organisation {
    Organisation {
        name: customer.name.clone(),
        address: customer.address.clone(),
        country: customer.country.clone(),
        email: None,
        phone: None,
        code: None,
    }
}

/// The documents the procedure names, and the guides by which uncertainty is evaluated.
fn methods(procedure: &Procedure) -> Vec<Method> {
    let calibration = procedure.methods.iter().map(|norm| Method {
        purpose: MethodPurpose::Calibration,
        name: procedure.title.clone(),
        norm: norm.clone(),
        clause: None,
    });
    let guides = [
        (
            "JJF 1059.1-2012",
            "Evaluation and expression of measurement uncertainty (GUM)",
            "测量不确定度评定与表示",
        ),
        (
            "JCGM 101:2008",
            "Propagation of distributions by a Monte Carlo method",
            "用蒙特卡洛法传播概率分布",
        ),
    ];
    let uncertainty = guides.map(|(norm, en, zh)| Method {
        purpose: MethodPurpose::Uncertainty,
        name: Text::new(en, zh),
        norm: norm.to_owned(),
        clause: None,
    });
    calibration.chain(uncertainty).collect()
}

fn procedure(procedure: &Procedure) -> ProcedureIdentity {
    ProcedureIdentity {
        title: procedure.title.clone(),
        id: procedure.id.clone(),
        version: procedure.version.clone(),
        sha256: procedure.sha256.clone(),
    }
}

fn described(item: &Item, procedure: &Procedure) -> record::Item {
    let labelled = procedure.item.fields.iter().filter_map(|field| {
        let value = item.fields.get(&field.name)?;
        let name = field.label.clone().unwrap_or_else(|| Text::english(field.name.clone()));
        Some(record::Rating { name, value: Text::english(value.clone()) })
    });
    record::Item {
        name: item.name.clone(),
        manufacturer: item.maker.clone(),
        model: item.model_number.clone(),
        serial: item.serial.clone(),
        inventory: (item.id != item.serial).then(|| item.id.clone()),
        condition: item.condition.clone(),
        ratings: labelled.collect(),
    }
}

/// First and last civil day on which a reading was taken.
fn performed(lab: &Lab, papers: &Papers) -> (Date, Date) {
    let is_reading = |event: &&Event| matches!(event.body, Body::Reading { .. });
    let mut days = papers.events.iter().filter(is_reading).filter_map(|event| {
        event.at.parse::<Timestamp>().ok().map(|at| lab.identity.civil_day(at))
    });
    let first = days.next();
    let last = days.next_back().or(first);
    let started = papers.summary.started.parse::<Timestamp>().unwrap_or_default();
    let fallback = lab.identity.civil_day(started);
    (first.unwrap_or(fallback), last.unwrap_or(fallback))
}

/// Rules that spoke against a standard on the day of the run, each let through by an approved
/// deviation with this customer's consent.
fn let_through(sources: &Sources<'_>, customer: &Customer) -> Result<Vec<Text>, IssueRefusal> {
    let Sources { lab, papers, .. } = sources;
    let Ok(day) = papers.plan.date.parse::<Date>() else { return Ok(Vec::new()) };
    let mut statements = Vec::new();
    let mut known = None;
    for standard in &papers.standards {
        for rule in standard.objections(day) {
            if known.is_none() {
                known = Some(deviation::in_force(lab)?);
            }
            let found = known.iter().flatten().find(|own| {
                let covers = (own.from..=own.until).contains(&day);
                own.standard == standard.id && own.rule == rule && covers
            });
            let refusal = |reason| IssueRefusal::NotLetThrough {
                standard: standard.id.clone(),
                rule: rule.word(),
                reason,
            };
            let found =
                found.ok_or_else(|| refusal("no approved deviation covers the day".to_owned()))?;
            if found.consent.customer != customer.name.en() {
                return Err(refusal(format!(
                    "deviation {} has the consent of {}, the item is of {}",
                    found.id,
                    found.consent.customer,
                    customer.name.en()
                )));
            }
            statements.push(found.statement());
        }
    }
    Ok(statements)
}

/// Points that were not measured, and a position that was taken out.
fn deviations(results: &ItemResults) -> Vec<Text> {
    let missing = results.results.iter().filter_map(|result| match &result.state {
        ResultState::Measured(_) => None,
        ResultState::NotMeasured { reason } => Some((result.key.as_str(), reason.as_str())),
    });
    let missing: Vec<_> = missing.collect();
    let Some((_, reason)) = missing.first() else { return Vec::new() };
    let keys: Vec<&str> = missing.iter().map(|(key, _)| *key).collect();
    let keys = keys.join(", ");
    vec![Text::new(
        format!("Not measured: {keys} ({reason})."),
        format!("未测量：{keys}（{reason}）。"),
    )]
}

fn persons(signatories: &Signatories) -> Vec<Person> {
    let person = |person: &LaboratoryPerson, part| Person { name: person.name.clone(), part };
    vec![
        person(&signatories.performed, Part::Performed),
        person(&signatories.checked, Part::Checked),
        person(&signatories.approved, Part::Approved),
    ]
}

/// The rule that was agreed for the activity, and where the limits come from.
fn agreement(
    papers: &Papers,
    results: &ItemResults,
    work: Option<&WorkOrder>,
) -> Option<Agreement> {
    let is_refused = work.is_some_and(|work| work.decision == Decision::None);
    if is_refused || matches!(decide::decide(results), ItemVerdict::NotEvaluated { .. }) {
        return None;
    }
    let activity = papers.plan.activity.as_str();
    let mut decisions = papers.procedure.decisions.iter();
    let decision = decisions.find(|decision| decision.activity.word() == activity)?;
    let of_points = results.results.iter().find_map(|result| match &result.state {
        ResultState::Measured(measured) => measured.evaluation.limit.as_ref(),
        ResultState::NotMeasured { .. } => None,
    });
    let mut checks = results.across.iter().flat_map(|across| &across.checks);
    let of_checks = || checks.find_map(|check| check.value()?.evaluation.limit.as_ref());
    let source = &of_points.or_else(of_checks)?.source;
    let (specification, clause) = norm_and_clause(source);
    let rule = decision.statement.clone()?;
    Some(Agreement {
        rule: match work.and_then(order::agreed) {
            Some(agreed) => Text::new(
                format!("{} {}", rule.en(), agreed.en()),
                format!("{}{}", rule.zh(), agreed.zh()),
            ),
            None => rule,
        },
        specification: specification.to_owned(),
        clause: clause.to_owned(),
    })
}

/// A source in two parts: the norm, and behind the first comma or colon where in it or what it says.
fn norm_and_clause(source: &str) -> (&str, &str) {
    let parts = [", ", ": "].into_iter().filter_map(|mark| source.split_once(mark));
    parts.min_by_key(|(norm, _)| norm.len()).unwrap_or((source, source))
}

/// What the reader should know: why it is a specimen, what the run noted, where
/// the second opinion differs.
fn notes(papers: &Papers, results: &ItemResults, is_agreed: bool) -> Vec<Text> {
    let mut notes = Vec::new();
    if papers.plan.bench.simulated {
        let bench = &papers.plan.bench.id;
        notes.push(Text::new(
            format!("Specimen: bench {bench} is simulated."),
            format!("样张：装置 {bench} 为模拟装置。"),
        ));
    }
    let unchecked = papers.plan.procedure.unchecked_sources.len();
    if unchecked > 0 {
        notes.push(Text::new(
            format!("Specimen: {unchecked} sources of the procedure have not been compared with the bought texts yet."),
            format!("样张：规程文件中有 {unchecked} 处出处尚未与正式文本核对。"),
        ));
    }
    let position = format!("position {}", results.position);
    let noted = papers.events.iter().filter_map(|event| match &event.body {
        Body::Noted { text, .. } if text.contains(&position) => Some(Text::english(text.clone())),
        _ => None,
    });
    notes.extend(noted);
    if let ItemVerdict::NotEvaluated { reason } = decide::decide(results) {
        notes.push(Text::new(
            format!("No statement of conformity is made: {reason}."),
            format!("不作符合性判定：{reason}。"),
        ));
    }
    let is_decided =
        is_agreed && !matches!(decide::decide(results), ItemVerdict::NotEvaluated { .. });
    notes.extend(across::sentences(papers, results, is_decided));
    notes.extend(results::second_opinion(results));
    notes
}
