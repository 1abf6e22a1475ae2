//! What a certificate must state before it may leave.
//!
//! Each finding names the clause of ISO/IEC 17025:2017 it comes from.

use crate::moment::{Day, Moment};
use crate::record::{Languages, MethodPurpose, Organisation, Part, Record, SCHEMA, Text};
use etalon_uncertainty::diagnostic::Diagnostic;

mod tables;

/// Every finding at once; the certificate may leave when none is an error.
#[must_use]
pub fn check(record: &Record) -> Vec<Diagnostic> {
    let mut findings = Findings(Vec::new());
    findings.identity(record);
    findings.parties(record);
    findings.item(record);
    findings.dates(record);
    findings.circumstances(record);
    findings.persons(record);
    findings.page(record);
    tables::check(record, &mut findings);
    findings.0
}

/// Findings so far.
pub(super) struct Findings(Vec<Diagnostic>);

impl Findings {
    pub(super) fn error(&mut self, clause: &str, message: String) {
        self.0.push(Diagnostic::error(format!("certificate.{clause}"), message));
    }

    pub(super) fn words(&mut self, clause: &str, what: &str, text: &Text) {
        for (language, words) in [("en", text.en()), ("zh", text.zh())] {
            self.line(clause, &format!("{what} ({language})"), words);
        }
    }

    /// A stated string: present, without outer blanks, printable.
    pub(super) fn line(&mut self, clause: &str, what: &str, text: &str) {
        if text.is_empty() {
            self.error(clause, format!("{what} is not stated"));
        } else if text.trim() != text {
            self.error(clause, format!("{what} {text:?} begins or ends with a blank"));
        } else if text.chars().any(char::is_control) {
            self.error(clause, format!("{what} {text:?} holds a control character"));
        }
    }

    fn identity(&mut self, record: &Record) {
        if record.schema != SCHEMA {
            let found = &record.schema;
            self.error("schema", format!("record of format {found:?}, wanted {SCHEMA:?}"));
        }
        self.words("7-8-2-1-a", "title", &record.title);
        self.words("7-8-2-1-c", "place of performance", &record.place.text);
        self.line("7-8-2-1-d", "certificate number", &record.number);
        self.line("7-5-1", "run", &record.run);
        for method in &record.methods {
            self.words("7-8-2-1-f", "name of a method", &method.name);
            self.line("7-8-2-1-f", "document of a method", &method.norm);
        }
        if !record.methods.iter().any(|method| method.purpose == MethodPurpose::Calibration) {
            self.error("7-8-2-1-f", "no calibration method is named".to_owned());
        }
        let procedure = &record.procedure;
        self.words("7-8-2-1-f", "title of the procedure", &procedure.title);
        self.line("7-8-2-1-f", "identifier of the procedure", &procedure.id);
        self.line("7-8-2-1-f", "version of the procedure", &procedure.version);
        self.digest("digest of the procedure", &procedure.sha256);
    }

    fn digest(&mut self, what: &str, text: &str) {
        let digits = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if text.len() != 64 || !digits {
            let message = format!("{what} {text:?} is no SHA-256 in lower-case hexadecimal");
            self.error("7-5-1", message);
        }
    }

    fn parties(&mut self, record: &Record) {
        self.organisation("7-8-2-1-b", "laboratory", &record.laboratory);
        self.organisation("7-8-2-1-e", "customer", &record.customer);
    }

    fn organisation(&mut self, clause: &str, who: &str, party: &Organisation) {
        self.words(clause, &format!("name of the {who}"), &party.name);
        self.words(clause, &format!("address of the {who}"), &party.address);
        if party.country.len() != 2 || !party.country.bytes().all(|b| b.is_ascii_uppercase()) {
            let found = &party.country;
            let message = format!("country {found:?} of the {who} is no ISO 3166-1 code");
            self.error(clause, message);
        }
        let optional = [("mail", &party.email), ("telephone", &party.phone), ("code", &party.code)];
        for (what, value) in optional {
            if let Some(value) = value {
                self.line(clause, &format!("{what} of the {who}"), value);
            }
        }
    }

    fn item(&mut self, record: &Record) {
        const CLAUSE: &str = "7-8-2-1-g";
        let item = &record.item;
        self.words(CLAUSE, "name of the item", &item.name);
        self.words(CLAUSE, "condition of the item", &item.condition);
        self.line(CLAUSE, "manufacturer of the item", &item.manufacturer);
        self.line(CLAUSE, "model of the item", &item.model);
        self.line(CLAUSE, "serial number of the item", &item.serial);
        if let Some(inventory) = &item.inventory {
            self.line(CLAUSE, "inventory number of the item", inventory);
        }
        for rating in &item.ratings {
            self.words(CLAUSE, "name of a rating", &rating.name);
            self.words(CLAUSE, "value of a rating", &rating.value);
        }
    }

    fn dates(&mut self, record: &Record) {
        let from = self.day("7-8-2-1-i", "first day of performance", &record.performed_from);
        let until = self.day("7-8-2-1-i", "last day of performance", &record.performed_until);
        let issued = self.day("7-8-2-1-j", "day of issue", &record.issued);
        let received =
            record.received.as_ref().and_then(|day| self.day("7-8-2-1-h", "day of receipt", day));
        if Moment::parse(&record.issued_at).is_none() {
            let found = &record.issued_at;
            let message = format!("moment of issue {found:?} is no YYYY-MM-DDThh:mm:ssZ");
            self.error("7-8-2-1-j", message);
        }
        if from > until || (until.is_some() && issued.is_some() && until > issued) {
            let message = format!(
                "performed {} to {}, issued {}: the days are out of order",
                record.performed_from, record.performed_until, record.issued
            );
            self.error("7-8-2-1-i", message);
        }
        if received.is_some() && from.is_some() && received > from {
            let message = "the item was received after the calibration began".to_owned();
            self.error("7-8-2-1-h", message);
        }
    }

    fn day(&mut self, clause: &str, what: &str, text: &str) -> Option<Day> {
        let day = Day::parse(text);
        if day.is_none() {
            self.error(clause, format!("{what} {text:?} is no day YYYY-MM-DD"));
        }
        day
    }

    fn circumstances(&mut self, record: &Record) {
        if record.environment.is_empty() {
            self.error("7-8-4-1-b", "no influence condition is stated".to_owned());
        }
        self.words("7-8-4-1-c", "traceability", &record.traceability);
        if record.standards.is_empty() {
            self.error("7-8-4-1-c", "no reference standard is named".to_owned());
        }
        for standard in &record.standards {
            const CLAUSE: &str = "7-8-4-1-c";
            self.words(CLAUSE, "name of a standard", &standard.name);
            self.words(CLAUSE, "characteristic of a standard", &standard.characteristic);
            let (id, due) = (&standard.id, &standard.due);
            let lines = [
                ("number", id),
                ("manufacturer", &standard.manufacturer),
                ("model", &standard.model),
                ("serial number", &standard.serial),
                ("certificate", &standard.certificate),
                ("issuer of the certificate", &standard.issuer),
            ];
            for (what, text) in lines {
                self.line(CLAUSE, &format!("{what} of standard {id}"), text);
            }
            let until = self.day(CLAUSE, "due day of a standard", due);
            if until.is_some() && Day::parse(&record.performed_until) > until {
                let used = &record.performed_until;
                let message = format!("standard {id} was due on {due} and used on {used}");
                self.error("6-4-13", message);
            }
        }
        for (what, texts) in [("deviation", &record.deviations), ("note", &record.notes)] {
            for text in texts {
                self.words("7-8-2-1-n", what, text);
            }
        }
    }

    fn persons(&mut self, record: &Record) {
        let of = |part: Part| record.persons.iter().filter(move |person| person.part == part);
        for person in &record.persons {
            self.words("7-8-2-1-o", "name of a person", &person.name);
        }
        if of(Part::Performed).count() == 0 {
            self.error("7-5-1", "nobody is named who performed the calibration".to_owned());
        }
        if of(Part::Approved).count() != 1 {
            let message = "wanted exactly one person who authorises the certificate".to_owned();
            self.error("7-8-2-1-o", message);
        }
        for approver in of(Part::Approved) {
            if record.persons.iter().any(|p| p.part != Part::Approved && p.name == approver.name) {
                let message = format!("{} approves their own work", approver.name.en());
                self.error("7-8-1-1", message);
            }
        }
    }

    fn page(&mut self, record: &Record) {
        self.line("7-11-2", "name of the program", &record.software.name);
        let version = &record.software.version;
        // The Schematron of the DCC wants up to four numbers of up to three digits.
        let numbers = version
            .split('.')
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
        if !numbers || version.split('.').count() > 4 {
            self.error("7-11-2", format!("version {version:?} is no list of numbers"));
        }
        match (&record.page.languages, &record.page.cjk_font_sha256) {
            (Languages::En, None) => {}
            (Languages::En, Some(_)) => {
                self.error("page", "an English page names a Chinese font".to_owned());
            }
            (_, Some(digest)) => self.digest("digest of the Chinese font", digest),
            (_, None) => self.error("page", "a Chinese page names no font".to_owned()),
        }
    }
}
