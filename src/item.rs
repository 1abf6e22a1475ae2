//! A unit under test: what came in, from whom, and what its plate says (`etalon.item/1`).
//!
//! The `[fields]` are what a procedure asks about the unit under test; the procedure checks them,
//! this room only keeps them as written.

pub mod fit;

use std::collections::BTreeMap;

use etalon_uncertainty::text::Text;
use jiff::civil::Date;

use crate::{
    form::{self, Form, Read},
    journal::chain::sha256_hex,
};

/// Schema of an item file.
pub const SCHEMA: &str = "etalon.item/1";

/// A unit under test (ISO/IEC 17025, 7.4).
#[derive(Clone, Debug)]
pub struct Item {
    /// Name in the laboratory.
    pub id: String,
    /// What it is.
    pub name: Text,
    /// Maker.
    pub maker: String,
    /// Model number.
    pub model_number: String,
    /// Serial number.
    pub serial: String,
    /// Whose it is.
    pub customer: Customer,
    /// When it came.
    pub received: Date,
    /// In which condition it came.
    pub condition: Text,
    /// What its plate says, by the procedure's field names.
    pub fields: BTreeMap<String, String>,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's text.
    pub sha256: String,
}

/// Who ordered the calibration (ISO/IEC 17025, 7.8.2.1 e).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Name.
    pub name: Text,
    /// Address.
    pub address: Text,
    /// ISO 3166-1 code of the country, two capital letters.
    pub country: String,
}

/// Checks the text of an item file, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Item> {
    form::read(text, SCHEMA, |form| {
        let item = form.section("item");
        let customer = form.section("customer");
        let fields = form.section("fields");
        let customer = customer.map(|section| self::customer(&section));
        let fields = fields.map(|section| read_fields(&section));
        let mut item = identity(&item?)?;
        item.customer = customer??;
        item.fields = fields??;
        text.clone_into(&mut item.text);
        item.sha256 = sha256_hex(text.as_bytes());
        Some(item)
    })
}

fn identity(form: &Form<'_>) -> Option<Item> {
    let (id, name) = (form.name("id"), form.bilingual("name"));
    let (maker, model, serial) = (form.text("maker"), form.text("model"), form.text("serial"));
    let (received, condition) = (form.date("received"), form.bilingual("condition"));
    form.close();
    Some(Item {
        id: id?.value,
        name: name?,
        maker: maker?.value,
        model_number: model?.value,
        serial: serial?.value,
        customer: Customer {
            name: Text::default(),
            address: Text::default(),
            country: String::new(),
        },
        received: received?.value,
        condition: condition?,
        fields: BTreeMap::new(),
        text: String::new(),
        sha256: String::new(),
    })
}

/// Reads a `[customer]`.
pub(crate) fn customer(form: &Form<'_>) -> Option<Customer> {
    let (name, address) = (form.bilingual("name"), form.bilingual("address"));
    let country = form.country("country");
    form.close();
    Some(Customer { name: name?, address: address?, country: country? })
}

fn read_fields(form: &Form<'_>) -> Option<BTreeMap<String, String>> {
    let names = form.keys().into_iter().map(|key| key.value);
    names.map(|name| Some((name.clone(), form.text(&name)?.value))).collect()
}
