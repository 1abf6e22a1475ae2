//! Parties: laboratory, customer, persons, and the item between them.

use super::DccError;
use super::wording::{
    every, identification, inside, line, optional, optional_identification, plain_name,
    read_identification, read_line, read_plain_name, read_texts, texts, wrong,
};
use crate::canonical::Element;
use crate::record::{Item, Organisation, Part, Person, Rating, Text};

const SERIAL: &str = "basic_serialNumber";
const INVENTORY: &str = "basic_inventoryNumber";

const PARTS: [(Part, &str); 3] =
    [(Part::Performed, "performed"), (Part::Checked, "checked"), (Part::Approved, "approved")];

/// `items`: the one item calibrated.
pub(super) fn items(item: &Item) -> Element {
    let serial = Text::new("Serial number", "出厂编号");
    let inventory = Text::new("Inventory number", "设备编号");
    let inventory = item
        .inventory
        .as_ref()
        .map(|number| identification(INVENTORY, "owner", number, &inventory));
    let identifications = Element::new("dcc:identifications")
        .child(identification(SERIAL, "manufacturer", &item.serial, &serial))
        .children(inventory);
    let ratings = item.ratings.iter().map(|rating| {
        Element::new("dcc:itemQuantity")
            .child(texts("dcc:name", &rating.name))
            .child(texts("dcc:noQuantity", &rating.value))
    });
    let ratings: Vec<_> = ratings.collect();
    let mut one = Element::new("dcc:item")
        .child(texts("dcc:name", &item.name))
        .child(texts("dcc:description", &item.condition))
        .child(Element::new("dcc:manufacturer").child(plain_name(&item.manufacturer)))
        .child(line("dcc:model", &item.model))
        .child(identifications);
    if !ratings.is_empty() {
        one = one.child(Element::new("dcc:itemQuantities").children(ratings));
    }
    Element::new("dcc:items").child(one)
}

/// `calibrationLaboratory`, which announces its signature.
pub(super) fn laboratory(laboratory: &Organisation) -> Element {
    let code = laboratory.code.as_ref();
    Element::new("dcc:calibrationLaboratory")
        .children(code.map(|code| line("dcc:calibrationLaboratoryCode", code)))
        .child(contact("dcc:contact", laboratory))
        .child(line("dcc:cryptElectronicSignature", "true"))
}

/// `customer`.
pub(super) fn customer(customer: &Organisation) -> Element {
    contact("dcc:customer", customer)
}

fn contact(name: &str, party: &Organisation) -> Element {
    let location = Element::new("dcc:location")
        .child(line("dcc:countryCode", &party.country))
        .child(texts("dcc:further", &party.address));
    Element::new(name)
        .child(texts("dcc:name", &party.name))
        .children(party.email.as_ref().map(|mail| line("dcc:eMail", mail)))
        .children(party.phone.as_ref().map(|phone| line("dcc:phone", phone)))
        .child(location)
}

/// `respPersons`; the one who authorises is the main signer.
pub(super) fn persons(persons: &[Person]) -> Element {
    let each = persons.iter().map(|person| {
        let part = PARTS.iter().find(|(part, _)| *part == person.part);
        let main = if person.part == Part::Approved { "true" } else { "false" };
        Element::new("dcc:respPerson")
            .child(Element::new("dcc:person").child(texts("dcc:name", &person.name)))
            .child(line("dcc:role", part.map_or("", |(_, name)| name)))
            .child(line("dcc:mainSigner", main))
    });
    Element::new("dcc:respPersons").children(each)
}

pub(super) fn read_item(administrative: &Element) -> Result<Item, DccError> {
    let item = inside(inside(administrative, "dcc:items")?, "dcc:item")?;
    let ratings = optional(item, "dcc:itemQuantities").map(|list| {
        every(list, "dcc:itemQuantity")
            .map(|quantity| {
                let name = read_texts(quantity, "dcc:name")?;
                Ok(Rating { name, value: read_texts(quantity, "dcc:noQuantity")? })
            })
            .collect::<Result<Vec<_>, DccError>>()
    });
    Ok(Item {
        name: read_texts(item, "dcc:name")?,
        manufacturer: read_plain_name(inside(item, "dcc:manufacturer")?)?,
        model: read_line(item, "dcc:model")?,
        serial: read_identification(item, SERIAL)?,
        inventory: optional_identification(item, INVENTORY)?,
        condition: read_texts(item, "dcc:description")?,
        ratings: ratings.transpose()?.unwrap_or_default(),
    })
}

pub(super) fn read_laboratory(administrative: &Element) -> Result<Organisation, DccError> {
    let laboratory = inside(administrative, "dcc:calibrationLaboratory")?;
    let code = optional(laboratory, "dcc:calibrationLaboratoryCode").map(Element::own_text);
    Ok(Organisation { code, ..read_contact(inside(laboratory, "dcc:contact")?)? })
}

pub(super) fn read_customer(administrative: &Element) -> Result<Organisation, DccError> {
    read_contact(inside(administrative, "dcc:customer")?)
}

fn read_contact(contact: &Element) -> Result<Organisation, DccError> {
    let location = inside(contact, "dcc:location")?;
    Ok(Organisation {
        name: read_texts(contact, "dcc:name")?,
        address: read_texts(location, "dcc:further")?,
        country: read_line(location, "dcc:countryCode")?,
        email: optional(contact, "dcc:eMail").map(Element::own_text),
        phone: optional(contact, "dcc:phone").map(Element::own_text),
        code: None,
    })
}

pub(super) fn read_persons(administrative: &Element) -> Result<Vec<Person>, DccError> {
    every(inside(administrative, "dcc:respPersons")?, "dcc:respPerson")
        .map(|responsible| {
            let role = read_line(responsible, "dcc:role")?;
            let part = PARTS
                .iter()
                .find(|(_, name)| *name == role)
                .ok_or_else(|| wrong("dcc:role", &role, "performed, checked or approved"))?
                .0;
            let name = read_texts(inside(responsible, "dcc:person")?, "dcc:name")?;
            Ok(Person { name, part })
        })
        .collect()
}
