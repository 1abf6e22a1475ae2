//! Administration: the certificate's own identity and the program that wrote it.

use super::DccError;
use super::wording::{
    LANGUAGES, identification, inside, line, optional_identification, plain_name,
    read_identification, read_line, read_plain_name, wrong,
};
use crate::canonical::Element;
use crate::document::{Document, Statement, Topic};
use crate::record::{
    Agreement, Item, Languages, Organisation, Page, Place, PlaceKind, ProcedureIdentity, Record,
    SCHEMA, Software, Text,
};

const RUN: &str = "etalon_run";
const ISSUED_AT: &str = "etalon_issuedAt";
const PAGE_LANGUAGES: &str = "etalon_pageLanguages";
const PAGE_LAYOUT: &str = "etalon_pageLayout";
const PAGE_FONT: &str = "etalon_pageFont";

const LANGUAGE_NAMES: [(Languages, &str); 3] =
    [(Languages::En, "en"), (Languages::Zh, "zh"), (Languages::Both, "en zh")];

const PLACE_NAMES: [(PlaceKind, &str); 5] = [
    (PlaceKind::Laboratory, "laboratory"),
    (PlaceKind::Customer, "customer"),
    (PlaceKind::LaboratoryBranch, "laboratoryBranch"),
    (PlaceKind::CustomerBranch, "customerBranch"),
    (PlaceKind::Other, "other"),
];

/// A list of one program. The Schematron wants a letter before the number.
pub(super) fn software(name: &str, software: &Software) -> Element {
    let program = Element::new("dcc:software")
        .child(plain_name(&software.name))
        .child(line("dcc:release", &format!("v{}", software.version)))
        .child(line("dcc:type", "application"));
    Element::new(name).child(program)
}

/// `coreData`: number, dates, place, and how the page is set.
pub(super) fn identity(document: &Document) -> Element {
    let record = &document.record;
    let mut data = Element::new("dcc:coreData")
        .child(line("dcc:countryCodeISO3166_1", &record.laboratory.country))
        .children(LANGUAGES.map(|code| line("dcc:usedLangCodeISO639_1", code)))
        .child(line("dcc:mandatoryLangCodeISO639_1", "en"))
        .child(line("dcc:uniqueIdentifier", &record.number))
        .child(identifications(record, document.layout));
    if let Some(received) = &record.received {
        data = data.child(line("dcc:receiptDate", received));
    }
    let place = PLACE_NAMES.iter().find(|(kind, _)| *kind == record.place.kind);
    data.child(line("dcc:beginPerformanceDate", &record.performed_from))
        .child(line("dcc:endPerformanceDate", &record.performed_until))
        .child(line("dcc:performanceLocation", place.map_or("other", |(_, name)| name)))
        .child(line("dcc:issueDate", &record.issued))
}

fn identifications(record: &Record, layout: u32) -> Element {
    let languages = LANGUAGE_NAMES.iter().find(|(known, _)| *known == record.page.languages);
    let own = |kind: &str, value: &str, en: &str, zh: &str| {
        identification(kind, "calibrationLaboratory", value, &Text::new(en, zh))
    };
    let font = record.page.cjk_font_sha256.as_ref();
    Element::new("dcc:identifications")
        .child(own(RUN, &record.run, "Run in the journal", "运行记录号"))
        .child(own(ISSUED_AT, &record.issued_at, "Moment of issue", "签发时刻"))
        .child(own(
            PAGE_LANGUAGES,
            languages.map_or("en", |(_, name)| name),
            "Languages of the page",
            "页面语言",
        ))
        .child(own(PAGE_LAYOUT, &layout.to_string(), "Layout of the page", "页面版式"))
        .children(font.map(|digest| own(PAGE_FONT, digest, "SHA-256 of the font", "字体 SHA-256")))
}

/// A record with the certificate's own identity; the other parts still empty.
pub(super) fn read(administrative: &Element, statements: &[Statement]) -> Result<Record, DccError> {
    let data = inside(administrative, "dcc:coreData")?;
    let sentence = |topic: Topic| statements.iter().find(|statement| statement.topic == topic);
    let text = |topic: Topic| sentence(topic).map(|s| s.text.clone()).unwrap_or_default();
    let all = |topic: Topic| {
        statements.iter().filter(|s| s.topic == topic).map(|s| s.text.clone()).collect()
    };
    let place = read_line(data, "dcc:performanceLocation")?;
    let kind = PLACE_NAMES
        .iter()
        .find(|(_, name)| *name == place)
        .ok_or_else(|| wrong("dcc:performanceLocation", &place, "a kind of place"))?
        .0;
    let received = super::wording::optional(data, "dcc:receiptDate").map(Element::own_text);
    Ok(Record {
        schema: SCHEMA.to_owned(),
        specimen: sentence(Topic::Specimen).is_some(),
        title: text(Topic::Title),
        place: Place { kind, text: text(Topic::Place) },
        number: read_line(data, "dcc:uniqueIdentifier")?,
        run: read_identification(data, RUN)?,
        received,
        performed_from: read_line(data, "dcc:beginPerformanceDate")?,
        performed_until: read_line(data, "dcc:endPerformanceDate")?,
        issued: read_line(data, "dcc:issueDate")?,
        issued_at: read_identification(data, ISSUED_AT)?,
        deviations: all(Topic::Deviation),
        notes: all(Topic::Note),
        traceability: text(Topic::Traceability),
        agreement: sentence(Topic::DecisionRule).map(agreement),
        software: read_software(administrative)?,
        page: read_page(data)?,
        ..empty()
    })
}

fn agreement(statement: &Statement) -> Agreement {
    Agreement {
        rule: statement.text.clone(),
        specification: statement.norm.clone().unwrap_or_default(),
        clause: statement.clause.clone().unwrap_or_default(),
    }
}

fn read_software(administrative: &Element) -> Result<Software, DccError> {
    let program = inside(inside(administrative, "dcc:dccSoftware")?, "dcc:software")?;
    let release = read_line(program, "dcc:release")?;
    let version = release
        .strip_prefix('v')
        .ok_or_else(|| wrong("dcc:release", &release, "a letter v and numbers"))?;
    Ok(Software { name: read_plain_name(program)?, version: version.to_owned() })
}

fn read_page(data: &Element) -> Result<Page, DccError> {
    let names = read_identification(data, PAGE_LANGUAGES)?;
    let languages = LANGUAGE_NAMES
        .iter()
        .find(|(_, name)| *name == names)
        .ok_or_else(|| wrong("dcc:identification", &names, "en, zh or both"))?
        .0;
    Ok(Page { languages, cjk_font_sha256: optional_identification(data, PAGE_FONT)? })
}

/// Version of the page's arrangement.
pub(super) fn read_layout(administrative: &Element) -> Result<u32, DccError> {
    let layout = read_identification(inside(administrative, "dcc:coreData")?, PAGE_LAYOUT)?;
    layout.parse().map_err(|_| wrong("dcc:identification", &layout, "a whole number"))
}

/// A record before its parts are read.
fn empty() -> Record {
    let nobody = || Organisation {
        name: Text::default(),
        address: Text::default(),
        country: String::new(),
        email: None,
        phone: None,
        code: None,
    };
    Record {
        schema: SCHEMA.to_owned(),
        specimen: false,
        title: Text::default(),
        laboratory: nobody(),
        place: Place { kind: PlaceKind::Other, text: Text::default() },
        number: String::new(),
        run: String::new(),
        customer: nobody(),
        methods: Vec::new(),
        procedure: ProcedureIdentity {
            title: Text::default(),
            id: String::new(),
            version: String::new(),
            sha256: String::new(),
        },
        item: Item {
            name: Text::default(),
            manufacturer: String::new(),
            model: String::new(),
            serial: String::new(),
            inventory: None,
            condition: Text::default(),
            ratings: Vec::new(),
        },
        received: None,
        performed_from: String::new(),
        performed_until: String::new(),
        issued: String::new(),
        issued_at: String::new(),
        results: Vec::new(),
        deviations: Vec::new(),
        persons: Vec::new(),
        environment: Vec::new(),
        standards: Vec::new(),
        traceability: Text::default(),
        agreement: None,
        software: Software { name: String::new(), version: String::new() },
        page: Page { languages: Languages::En, cjk_font_sha256: None },
        notes: Vec::new(),
    }
}
