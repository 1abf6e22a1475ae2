//! `etalon.toml`: who the laboratory is, where it stands, where its record lies.

use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity, text::Text};

use jiff::{Timestamp, civil::Date, tz::Offset};

use crate::{
    form::{self, Form, Read},
    journal::chain::sha256_hex,
    store::address::{Address, USUAL_CHAIN},
};

/// Schema of `etalon.toml`.
pub const SCHEMA: &str = "etalon.laboratory/1";

/// Languages in which certificates can be printed.
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// Who the laboratory is.
#[derive(Clone, Debug)]
pub struct Laboratory {
    /// Short name, written into the record's first event.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Address.
    pub address: Text,
    /// ISO 3166-1 code of its country, two capital letters.
    pub country: String,
    /// How it is reached.
    pub contact: String,
    /// Accreditation, where it has one.
    pub accreditation: Option<String>,
    /// `true` for a demonstration: whatever it issues is a specimen.
    pub demonstration: bool,
    /// Where it stands.
    pub site: Site,
    /// Where the record is: a file inside the folder, or the address of a PostgreSQL database.
    pub store: String,
    /// Name of the record's chain in a database, where the laboratory has several.
    pub chain: String,
    /// Languages of certificates, first one first.
    pub languages: Vec<String>,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's text.
    pub sha256: String,
}

/// What the place does to measurements.
#[derive(Clone, Debug)]
pub struct Site {
    /// Local gravity.
    pub gravity: Quantity,
    /// How the gravity is known.
    pub gravity_source: String,
    /// Altitude above sea level.
    pub altitude: Quantity,
    /// How far civil time is ahead of UTC: certificates and due dates count civil days.
    pub utc_offset: Offset,
}

impl Laboratory {
    /// The laboratory's civil day at a moment.
    #[must_use]
    pub fn civil_day(&self, at: Timestamp) -> Date {
        self.site.utc_offset.to_datetime(at).date()
    }
}

/// Checks the text of `etalon.toml`, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Laboratory> {
    form::read(text, SCHEMA, |form| {
        let laboratory = form.section("laboratory");
        let site = form.section("site").map(|section| site(&section));
        let store = form.section("record").and_then(|section| store(&section));
        let languages = form.section("certificates").and_then(|section| languages(&section));
        let (laboratory, (store, chain)) = (laboratory?, store?);
        let (id, name) = (laboratory.name("id"), laboratory.bilingual("name"));
        let address = laboratory.bilingual("address");
        let (country, contact) = (laboratory.country("country"), laboratory.text("contact"));
        let accreditation = laboratory.optional_text("accreditation");
        let demonstration = laboratory.flag("demonstration");
        laboratory.close();
        Some(Laboratory {
            id: id?.value,
            name: name?,
            address: address?,
            country: country?,
            contact: contact?.value,
            accreditation: accreditation.map(|text| text.value),
            demonstration,
            site: site??,
            store,
            chain,
            languages: languages?,
            text: text.to_owned(),
            sha256: sha256_hex(text.as_bytes()),
        })
    })
}

fn site(form: &Form<'_>) -> Option<Site> {
    let (gravity, source) = (form.quantity("gravity", "m/s^2"), form.text("gravity_source"));
    let altitude = form.quantity("altitude", "m");
    let utc_offset = offset(form);
    form.close();
    Some(Site {
        gravity: gravity?.value,
        gravity_source: source?.value,
        altitude: altitude?.value,
        utc_offset: utc_offset?,
    })
}

/// `utc_offset = "+08:00"`.
fn offset(form: &Form<'_>) -> Option<Offset> {
    let written = form.text("utc_offset")?;
    // A moment with this offset is read, so that the offset's form is exactly that of RFC 3339.
    let moment = format!("1970-01-01T00:00:00{}", written.value);
    let read = jiff::fmt::temporal::Pieces::parse(&moment).ok();
    let offset = read.and_then(|pieces| pieces.to_numeric_offset());
    if offset.is_none() {
        let message =
            format!("`{}` is no offset from UTC, wanted a form like `+08:00`", written.value);
        form.finding(Diagnostic::error("R0192", message).at(written.span));
    }
    offset
}

/// `store` and, for a database, the `chain` in it.
fn store(form: &Form<'_>) -> Option<(String, String)> {
    let (store, chain) = (form.text("store"), form.optional_text("chain"));
    form.close();
    let store = store?;
    let is_address = Address::is_one(&store.value);
    if Address::has_password(&store.value) {
        let message = "the address holds a password, and this file is kept with every run: it belongs into .pgpass or PGPASSWORD";
        form.finding(Diagnostic::error("R0193", message).at(store.span));
    }
    if let Some(chain) = chain.as_ref().filter(|_| !is_address) {
        let message =
            "a record in a file has one chain and no name for it; `chain` belongs to a database";
        form.finding(Diagnostic::error("R0194", message).at(chain.span.clone()));
    }
    let chain = chain.map_or_else(|| USUAL_CHAIN.to_owned(), |chain| chain.value);
    Some((store.value, chain))
}

fn languages(form: &Form<'_>) -> Option<Vec<String>> {
    let languages = form.texts("languages");
    form.close();
    for language in languages.iter().filter(|own| !LANGUAGES.contains(&own.value.as_str())) {
        let message =
            format!("no certificate can be printed in `{}`, wanted `en` or `zh`", language.value);
        form.finding(Diagnostic::error("R0191", message).at(language.span.clone()));
    }
    if languages.is_empty() {
        form.finding(
            Diagnostic::error("R0104", "`languages` is empty, wanted `en`, `zh` or both")
                .at(form.span()),
        );
        return None;
    }
    Some(languages.into_iter().map(|language| language.value).collect())
}
