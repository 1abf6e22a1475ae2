//! From the tree of the file to a typed procedure: shape, types, units.
//!
//! Each table has a reader of its own below. A reader reports everything it
//! finds wrong and returns what it could read; whether the parts fit together
//! is the matter of `check`.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::taxonomy::Taxon;
use toml::Spanned;
use toml::de::DeTable;

use crate::check::modules::Named;
use crate::finding;
use crate::module::Used;
use crate::procedure::{Activity, Place, Procedure, Provenance, Resume, SafeState};
use crate::source::{Section, Source};

mod action;
mod decision;
mod derive;
mod environment;
mod golden;
mod item;
mod model;
mod points;
mod provenance;
mod role;
mod stage;
mod table;

/// The schema this crate reads.
pub(crate) const SCHEMA: &str = "etalon.procedure/1";

/// Words of an activity.
pub(crate) const ACTIVITIES: &[(&str, Activity)] =
    &[("verification", Activity::Verification), ("calibration", Activity::Calibration)];

/// The parts of a procedure as far as they could be read.
pub(crate) struct Draft {
    /// The procedure; its hashes are still empty.
    pub(crate) procedure: Procedure,
    /// Whether `[safe_state]` was written.
    pub(crate) has_safe_state: bool,
    /// The modules it names, with their places.
    pub(crate) named: Vec<Named>,
}

/// Reads the whole document.
pub(crate) fn read(source: &Source<'_>, document: &Spanned<DeTable<'_>>) -> Option<Draft> {
    let mut root = crate::source::root(document);
    schema(source, &mut root);
    let named = modules(source, &mut root);
    let mut provenance = Vec::new();
    let head = head(source, &mut root);
    let item = item::read(source, &mut root);
    let environment = environment::read(source, &mut root, &mut provenance);
    let needs = role::needs(source, &mut root);
    let roles = role::roles(source, &mut root);
    let tables = table::read(source, &mut root, &mut provenance);
    let points = points::read(source, &mut root, &mut provenance);
    let models = model::models(source, &mut root);
    let derives = derive::derives(source, &mut root);
    let stages = stage::stages(source, &mut root, &mut provenance);
    let decisions = decision::read(source, &mut root, &mut provenance);
    let safe_state = stage::safe_state(source, &mut root);
    let report = golden::report(source, &mut root);
    let tests = golden::read(source, &mut root);
    root.finish(source);
    let has_safe_state = safe_state.is_some();
    let safe_state = safe_state.or_else(no_safe_state)?;
    let head = head?;
    let Head { id, version, title, methods, activities, measurand, resume, est_time, est_time_at } =
        head;
    let procedure = Procedure {
        id,
        version,
        title,
        methods,
        activities,
        measurand,
        resume,
        est_time,
        est_time_at,
        item,
        environment,
        needs,
        roles,
        tables,
        points,
        models,
        derives,
        stages,
        decisions,
        safe_state,
        report,
        tests,
        provenance: provenance_in_order(provenance),
        sha256: String::new(),
        modules: named.iter().map(|named| named.used.clone()).collect(),
        semantic_sha256: String::new(),
    };
    Some(Draft { procedure, has_safe_state, named })
}

/// A procedure without hazards has nothing to bring to a safe state.
fn no_safe_state() -> Option<SafeState> {
    let timeout = etalon_uncertainty::quantity::Quantity::parse("0 s").ok()?;
    Some(SafeState {
        timeout,
        steps: Vec::new(),
        verify: Vec::new(),
        manual: etalon_uncertainty::text::Text::default(),
        place: 0..0,
    })
}

fn provenance_in_order(mut provenance: Vec<Provenance>) -> Vec<Provenance> {
    provenance.sort_by_key(|entry| entry.place.start);
    provenance
}

fn schema(source: &Source<'_>, root: &mut Section<'_, '_>) {
    let Some(value) = root.need(source, "schema") else { return };
    match source.string("`schema`", value) {
        Some((text, place, _)) if text != SCHEMA => source.report(
            Diagnostic::error(finding::SCHEMA, format!("schema is `{text}`, wanted `{SCHEMA}`"))
                .at(place),
        ),
        _ => {}
    }
}

/// Reads `use`.
fn modules(source: &Source<'_>, root: &mut Section<'_, '_>) -> Vec<Named> {
    let read = |mut section: Section<'_, '_>| {
        let place = section.place.clone();
        let module = checked(source, &mut section, "module", finding::IDENTIFIER, is_identifier);
        let version =
            checked(source, &mut section, "version", finding::VERSION, is_semantic_version);
        let sha256 = checked(source, &mut section, "sha256", finding::MODULE_CHANGED, is_sha256);
        section.finish(source);
        Some(Named { used: Used { module: module?, version: version?, sha256: sha256? }, place })
    };
    root.tables(source, "use").into_iter().filter_map(read).collect()
}

struct Head {
    id: String,
    version: String,
    title: etalon_uncertainty::text::Text,
    methods: Vec<String>,
    activities: Vec<Activity>,
    measurand: Taxon,
    resume: Resume,
    est_time: Option<etalon_uncertainty::quantity::Quantity>,
    est_time_at: Place,
}

fn head(source: &Source<'_>, root: &mut Section<'_, '_>) -> Option<Head> {
    let value = root.need(source, "procedure")?;
    let mut section = Section::of(source, "[procedure]", value)?;
    let id = checked(source, &mut section, "id", finding::IDENTIFIER, is_identifier);
    let version = checked(source, &mut section, "version", finding::VERSION, is_semantic_version);
    let title = section.need_both(source, "title");
    let methods = section.strings(source, "methods").into_iter().map(|(text, _)| text).collect();
    section.need(source, "methods");
    let activities = activities(source, &mut section);
    let measurand = section
        .need(source, "measurand")
        .and_then(|value| source.string("`measurand`", value))
        .and_then(|(text, place, _)| taxon(source, &text, place));
    let resume = section.need_word(
        source,
        "resume",
        &[("repeat", Resume::Repeat), ("point", Resume::Point), ("cycle", Resume::Cycle)],
    );
    let est_time = section.quantity(source, "est_time");
    let est_time_at = section.key_place("est_time");
    section.finish(source);
    Some(Head {
        id: id?,
        version: version?,
        title: title?,
        methods,
        activities,
        measurand: measurand?,
        resume: resume?,
        est_time,
        est_time_at,
    })
}

fn activities(source: &Source<'_>, section: &mut Section<'_, '_>) -> Vec<Activity> {
    let Some(value) = section.need(source, "activity") else { return Vec::new() };
    source
        .array("`activity`", value)
        .into_iter()
        .filter_map(|word| source.word("`activity`", word, ACTIVITIES))
        .collect()
}

pub(crate) fn checked(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    key: &'static str,
    code: &'static str,
    is_valid: fn(&str) -> bool,
) -> Option<String> {
    let value = section.need(source, key)?;
    let (text, place, _) = source.string(&format!("`{key}`"), value)?;
    if is_valid(&text) {
        return Some(text);
    }
    source.report(Diagnostic::error(code, format!("`{text}` is no valid `{key}`")).at(place));
    None
}

/// A taxon, or a finding.
pub(crate) fn taxon(source: &Source<'_>, text: &str, place: Place) -> Option<Taxon> {
    match Taxon::parse(text) {
        Ok(taxon) => Some(taxon),
        Err(error) => {
            source.report(Diagnostic::error(finding::TAXON, error.to_string()).at(place));
            None
        }
    }
}

/// Lower-case words, digits and hyphens between dots.
pub(crate) fn is_identifier(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    text.len() <= 100 && text.split('.').all(is_word)
}

/// MAJOR.MINOR.PATCH (Semantic Versioning 2.0.0, clause 2).
pub(crate) fn is_semantic_version(text: &str) -> bool {
    let is_number = |part: &str| {
        !part.is_empty()
            && part.len() <= 9
            && part.bytes().all(|b| b.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    text.split('.').count() == 3 && text.split('.').all(is_number)
}

/// Sixty-four digits in lower-case hexadecimal (FIPS 180-4).
fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A name of the author's own: letter, then letters, digits, underscore, hyphen.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Reports a name that cannot stand in an expression; `true` when it can.
pub(crate) fn name_is_usable(source: &Source<'_>, name: &str, place: &Place) -> bool {
    if !is_name(name) {
        source.report(
            Diagnostic::error(finding::IDENTIFIER, format!("`{name}` cannot be used as a name"))
                .at(place.clone())
                .hint("a letter, then letters, digits and underscores"),
        );
        return false;
    }
    true
}
