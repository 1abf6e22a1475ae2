//! A work order: what a customer asked for, which items came in what condition, what was agreed
//! (ISO/IEC 17025, 7.1 and 7.4; `etalon.order/1`).
//!
//! The file says what was agreed. Where each item stands is never written beside it: received and
//! returned are acts, measured and certified are read off the record.
//!
//! | code  | finding                                                |
//! |-------|--------------------------------------------------------|
//! | R0231 | an item that stands twice in one order                 |

pub mod batch;
pub mod progress;

use std::collections::BTreeSet;

use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use jiff::civil::Date;

use crate::{
    folder,
    form::{self, Form, Read},
    item::Customer,
    lab::{Lab, LabError},
};

/// Schema of an order.
pub const SCHEMA: &str = "etalon.order/1";

/// Folder of the laboratory that holds orders.
pub const FOLDER: &str = "orders";

/// A work order.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its name in the laboratory.
    pub id: String,
    /// When it came.
    pub received: Date,
    /// Identifier of the procedure that was agreed.
    pub procedure: String,
    /// `calibration` or `verification`.
    pub activity: String,
    /// Whether a statement of conformity was asked for, and who agreed to its rule.
    pub decision: Decision,
    /// Whose order it is: certificates name this customer.
    pub customer: Customer,
    /// Its items with what came with them.
    pub items: Vec<OrderedItem>,
}

/// What was agreed about a statement of conformity (ISO/IEC 17025, 7.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// None was asked for: certificates state results alone.
    None,
    /// By the rule of the procedure, to which somebody agreed.
    OfProcedure {
        /// Who agreed, at the customer's.
        agreed_by: String,
        /// When.
        on: Date,
    },
}

/// One item of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedItem {
    /// The item.
    pub id: String,
    /// What came with it.
    pub accessories: Vec<String>,
}

/// Checks the text of an order, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Order> {
    form::read(text, SCHEMA, |form| {
        let order = form.section("order");
        let customer = form.section("customer");
        let customer = customer.and_then(|section| crate::item::customer(&section));
        let items = items(form);
        let order = order?;
        let decision = decision(&order);
        let (id, received) = (order.name("id"), order.date("received"));
        let procedure = order.text("procedure");
        let words = [("calibration", "calibration"), ("verification", "verification")];
        let activity = order.word("activity", &words);
        order.close();
        Some(Order {
            id: id?.value,
            received: received?.value,
            procedure: procedure?.value,
            activity: activity?.value.to_owned(),
            decision: decision?,
            customer: customer?,
            items: items?,
        })
    })
}

fn decision(form: &Form<'_>) -> Option<Decision> {
    let section = form.section("decision")?;
    let is_wanted = section.word("rule", &[("none", false), ("procedure", true)]);
    let (agreed_by, on) = (section.optional_text("agreed_by"), section.optional_date("on"));
    section.close();
    if !is_wanted?.value {
        return Some(Decision::None);
    }
    let (Some(agreed_by), Some(on)) = (agreed_by, on) else {
        let message = "a rule is agreed by somebody on a day: `agreed_by` and `on` are missing";
        form.finding(Diagnostic::error("R0104", message).at(section.span()));
        return None;
    };
    Some(Decision::OfProcedure { agreed_by: agreed_by.value, on: on.value })
}

fn items(form: &Form<'_>) -> Option<Vec<OrderedItem>> {
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for section in form.sections("item") {
        let id = section.name("id");
        let accessories = section.texts("accessories");
        section.close();
        let id = id?.value;
        if !seen.insert(id.clone()) {
            let message = format!("item `{id}` stands twice in the order");
            form.finding(Diagnostic::error("R0231", message).at(section.span()));
        }
        let accessories = accessories.into_iter().map(|text| text.value).collect();
        items.push(OrderedItem { id, accessories });
    }
    if items.is_empty() {
        let message = "no `[[item]]`: what is to be calibrated?";
        form.finding(Diagnostic::error("R0104", message));
    }
    Some(items)
}

/// Every order of a laboratory, by the names of the files.
///
/// # Errors
/// [`LabError::Files`].
pub fn all(lab: &Lab) -> Result<Vec<Order>, LabError> {
    let read = folder::read_all(&lab.path(FOLDER), check).map_err(LabError::Files)?;
    Ok(read.into_iter().map(|(_, order)| order).collect())
}

/// The order that an item's run on a day belongs to: of those that hold the item and had come by
/// then, the last one.
///
/// # Errors
/// [`LabError::Files`].
pub fn of_item(lab: &Lab, item: &str, day: Date) -> Result<Option<Order>, LabError> {
    let own = |order: &Order| {
        order.received <= day && order.items.iter().any(|ordered| ordered.id == item)
    };
    Ok(all(lab)?.into_iter().filter(own).max_by_key(|order| order.received))
}

/// The text of an order, as the program writes it.
#[must_use]
pub fn text(order: &Order) -> String {
    use crate::people::change::{bilingual, quoted};
    let decision = match &order.decision {
        Decision::None => "{ rule = \"none\" }".to_owned(),
        Decision::OfProcedure { agreed_by, on } => {
            format!("{{ rule = \"procedure\", agreed_by = {}, on = \"{on}\" }}", quoted(agreed_by))
        }
    };
    let customer = &order.customer;
    let mut lines = vec![
        format!("schema = \"{SCHEMA}\"\n\n[order]"),
        format!("id        = {}", quoted(&order.id)),
        format!("received  = \"{}\"", order.received),
        format!("procedure = {}", quoted(&order.procedure)),
        format!("activity  = {}", quoted(&order.activity)),
        format!("decision  = {decision}   # ISO/IEC 17025, 7.1.3"),
        "\n[customer]".to_owned(),
        format!("name    = {}", bilingual(&customer.name)),
        format!("address = {}", bilingual(&customer.address)),
        format!("country = {}", quoted(&customer.country)),
    ];
    for item in &order.items {
        let accessories: Vec<String> = item.accessories.iter().map(|own| quoted(own)).collect();
        lines.push(format!("\n[[item]]\nid = {}", quoted(&item.id)));
        if !accessories.is_empty() {
            lines.push(format!("accessories = [{}]", accessories.join(", ")));
        }
    }
    lines.join("\n") + "\n"
}

/// The sentence that a certificate adds to its rule: who agreed to it.
#[must_use]
pub fn agreed(order: &Order) -> Option<Text> {
    let Decision::OfProcedure { agreed_by, on } = &order.decision else { return None };
    Some(Text::new(
        format!("Agreed with {agreed_by} on {on} (order {}).", order.id),
        format!("已于 {on} 与 {agreed_by} 约定（委托单 {}）。", order.id),
    ))
}
