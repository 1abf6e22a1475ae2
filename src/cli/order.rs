//! `etalon order`: what customers asked for, what came in, what went back.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use etalon_instruments::clock::Clock;
use etalon_uncertainty::text::Text;
use jiff::{Timestamp, civil::Date};

use super::{CliError, ExitStatus, Output, password::PasswordArgs, table::Table};
use crate::{
    act::{self, Act, Deed},
    issue::standing::{self, Known},
    item::{self, Customer},
    journal::runs::RunSummary,
    lab::{Lab, LabError},
    order::{
        self, Decision, FOLDER, Order, OrderedItem, batch,
        progress::{self, Progress, RECEIVED, RETURNED, Stage},
    },
    people::signing::{self, Meaning, Statement},
    register::change,
    store::Journal,
};

/// Work orders: customers, items, what was agreed, and where each item stands
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// What to do
    #[command(subcommand)]
    pub action: OrderAction,
}

/// What can be done with orders.
#[derive(Debug, Subcommand)]
pub enum OrderAction {
    /// Write an order for items that have their files already
    ///
    /// Example: etalon order new W2026-001 --procedure cn.jjg596.direct.basic-error --item DD26000001 --agreed-by "Ms Sun"
    New(NewArgs),
    /// Write an order and the files of its items from a table (CSV), one line for each item
    ///
    /// Example: etalon order batch W2026-002 lot.csv --procedure cn.jjg596.direct.basic-error --customer "Example Power" …
    Batch(BatchArgs),
    /// An item came in: its condition, by whom it was taken
    ///
    /// Example: etalon order receive W2026-001 DD26000001 --condition "seals whole" --condition-zh 铅封完整 --by chen.yu
    Receive(ReceiveArgs),
    /// Every order, or the items of one with where each stands
    ///
    /// Example: etalon order status W2026-001
    Status {
        /// The order; all where left out
        order: Option<String>,
    },
    /// An item goes back to its customer
    ///
    /// Example: etalon order return W2026-001 DD26000001 --to "Mr Qian" --by chen.yu
    Return(ReturnArgs),
}

/// What was agreed.
#[derive(Args, Debug)]
pub struct Agreed {
    /// Name of the order
    order: String,
    /// Identifier of the procedure
    #[arg(long, value_name = "ID")]
    procedure: String,
    /// calibration or verification
    #[arg(long, default_value = "calibration", value_parser = ["calibration", "verification"])]
    activity: String,
    /// Who agreed to the procedure's decision rule; without it certificates state no conformity
    #[arg(long, value_name = "NAME")]
    agreed_by: Option<String>,
    /// When the rule was agreed; today where left out
    #[arg(long, value_name = "YYYY-MM-DD", requires = "agreed_by")]
    agreed_on: Option<Date>,
}

/// An order for known items.
#[derive(Args, Debug)]
pub struct NewArgs {
    #[command(flatten)]
    agreed: Agreed,
    /// The items; all must be of one customer
    #[arg(long = "item", required = true, num_args = 1.., value_name = "ITEM")]
    items: Vec<String>,
}

/// An order for a lot.
#[derive(Args, Debug)]
pub struct BatchArgs {
    #[command(flatten)]
    agreed: Agreed,
    /// The table
    csv: PathBuf,
    /// Customer's name, English
    #[arg(long, value_name = "NAME")]
    customer: String,
    /// Customer's name, Chinese
    #[arg(long, value_name = "NAME")]
    customer_zh: Option<String>,
    /// Customer's address, English
    #[arg(long, value_name = "TEXT")]
    address: String,
    /// Customer's address, Chinese
    #[arg(long, value_name = "TEXT")]
    address_zh: Option<String>,
    /// Customer's country, ISO 3166-1
    #[arg(long, default_value = "CN", value_name = "CODE")]
    country: String,
}

/// An item that came in.
#[derive(Args, Debug)]
pub struct ReceiveArgs {
    /// The order
    order: String,
    /// The item
    item: String,
    /// Condition on receipt, English
    #[arg(long, value_name = "TEXT")]
    condition: String,
    /// Condition on receipt, Chinese
    #[arg(long, value_name = "TEXT")]
    condition_zh: String,
    /// Who took it
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// An item that goes back.
#[derive(Args, Debug)]
pub struct ReturnArgs {
    /// The order
    order: String,
    /// The item
    item: String,
    /// Who took it at the customer's
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Who gave it
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Runs `etalon order`.
///
/// # Errors
/// An unknown order or item, a table with findings (exit code 2), a rule about persons or the
/// sequence of receipt and return (5).
pub fn run(args: &OrderArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let reception = Reception { journal: lab.journal()?, lab, output, now: Clock::real().utc() };
    match &args.action {
        OrderAction::New(args) => reception.new_order(args),
        OrderAction::Batch(args) => reception.batch(args),
        OrderAction::Receive(args) => reception.receive(args),
        OrderAction::Status { order: None } => reception.overview(),
        OrderAction::Status { order: Some(order) } => reception.status(order),
        OrderAction::Return(args) => reception.give_back(args),
    }
}

/// Where orders and items come in.
struct Reception<'a> {
    lab: Lab,
    journal: Journal,
    output: &'a Output,
    now: Timestamp,
}

/// What the record says about orders.
struct Facts {
    acts: Vec<Act>,
    runs: Vec<RunSummary>,
    known: Vec<Known>,
}

impl Reception<'_> {
    fn today(&self) -> Date {
        self.lab.identity.civil_day(self.now)
    }

    fn facts(&self) -> Result<Facts, CliError> {
        Ok(Facts {
            acts: act::acts(&self.journal)?,
            runs: self.journal.runs()?,
            known: standing::certificates(&self.journal)?,
        })
    }

    fn found(&self, id: &str) -> Result<Order, CliError> {
        let all = order::all(&self.lab)?;
        let known: Vec<String> = all.iter().map(|own| own.id.clone()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        all.into_iter().find(|own| own.id == id).ok_or_else(|| {
            CliError::request(format!("no order is called `{id}`"))
                .hint(format!("there is {known}"))
        })
    }

    fn order(&self, agreed: &Agreed, customer: Customer, items: Vec<OrderedItem>) -> Order {
        let decision = match &agreed.agreed_by {
            None => Decision::None,
            Some(by) => {
                let on = agreed.agreed_on.unwrap_or_else(|| self.today());
                Decision::OfProcedure { agreed_by: by.clone(), on }
            }
        };
        Order {
            id: agreed.order.clone(),
            received: self.today(),
            procedure: agreed.procedure.clone(),
            activity: agreed.activity.clone(),
            decision,
            customer,
            items,
        }
    }

    fn new_order(&self, args: &NewArgs) -> Result<ExitStatus, CliError> {
        let items = args.items.iter().map(|item| self.lab.item(item));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let Some(first) = items.first() else {
            return Err(CliError::request("an order needs an item"));
        };
        if let Some(other) = items.iter().find(|item| item.customer != first.customer) {
            return Err(CliError::request(format!(
                "{} is of {}, {} of {}: one order, one customer",
                first.id,
                first.customer.name.en(),
                other.id,
                other.customer.name.en()
            )));
        }
        let ordered =
            |item: &item::Item| OrderedItem { id: item.id.clone(), accessories: Vec::new() };
        let customer = first.customer.clone();
        let order = self.order(&args.agreed, customer, items.iter().map(ordered).collect());
        self.write(&order, &[])
    }

    fn batch(&self, args: &BatchArgs) -> Result<ExitStatus, CliError> {
        let text = std::fs::read_to_string(&args.csv)
            .map_err(|error| CliError::request(format!("{}: {error}", args.csv.display())))?;
        let both = |en: &String, zh: &Option<String>| Text::new(en, zh.as_ref().unwrap_or(en));
        let customer = Customer {
            name: both(&args.customer, &args.customer_zh),
            address: both(&args.address, &args.address_zh),
            country: args.country.clone(),
        };
        // A spreadsheet writes a byte order mark before the first heading.
        let table = text.trim_start_matches('\u{feff}');
        let lot = batch::read(table, &customer, self.today()).map_err(|findings| {
            CliError::request(format!("{} cannot be taken over", args.csv.display()))
                .findings(&args.csv, &text, findings)
        })?;
        let files: Vec<(PathBuf, String)> = lot
            .files
            .into_iter()
            .map(|(id, text)| (self.lab.path("items").join(format!("{id}.toml")), text))
            .collect();
        let order = self.order(&args.agreed, customer, lot.items);
        self.write(&order, &files)
    }

    /// Writes an order and the files of its items: all of them new, or nothing.
    fn write(&self, order: &Order, items: &[(PathBuf, String)]) -> Result<ExitStatus, CliError> {
        self.lab.procedure(&order.procedure)?;
        let text = order::text(order);
        let file = self.lab.path(FOLDER).join(format!("{}.toml", order.id));
        let checked = order::check(&text);
        if checked.value.is_none() {
            return Err(CliError::request("the order cannot stand as it is").findings(
                file,
                text,
                checked.diagnostics,
            ));
        }
        let mut there =
            items.iter().map(|(file, _)| file).chain([&file]).filter(|own| own.exists());
        if let Some(there) = there.next() {
            let message = format!("{} exists already: nothing was written", there.display());
            return Err(CliError::request(message));
        }
        for folder in [FOLDER, "items"].map(|name| self.lab.path(name)) {
            std::fs::create_dir_all(&folder)
                .map_err(|error| CliError::request(format!("{}: {error}", folder.display())))?;
        }
        for (file, text) in items.iter().map(|(file, text)| (file, text)).chain([(&file, &text)]) {
            change::write(file, text).map_err(LabError::from)?;
        }
        self.output.json(&serde_json::json!({
            "order": order.id, "file": file,
            "items": order.items.iter().map(|own| &own.id).collect::<Vec<_>>(),
        }))?;
        self.output.line(format!("order {} for {} items", order.id, order.items.len()));
        if order.decision == Decision::None {
            self.output.remark("no decision rule is agreed: certificates will state no conformity");
        }
        Ok(ExitStatus::Done)
    }

    /// Somebody of the laboratory signs for an item that comes or goes.
    fn hand_over(
        &self,
        (order, item): (&str, &str),
        (by, password): (&str, &PasswordArgs),
        deed: Deed,
    ) -> Result<(), CliError> {
        let meaning = Meaning::Administered;
        let subject = progress::subject(order, item);
        let statement = Statement { meaning, subject: &subject, content: "" };
        let password = password.password(&self.lab, by, meaning, self.output)?;
        let given = (by, password.as_deref());
        signing::sign(&self.lab, &self.journal, given, statement, self.now)?;
        Ok(deed.record(&self.journal, self.now)?)
    }

    fn item(&self, order: &str, item: &str) -> Result<(Order, Progress), CliError> {
        let order = self.found(order)?;
        let facts = self.facts()?;
        let all = progress::progress(&order, &facts.acts, &facts.runs, &facts.known);
        let known: Vec<&str> = order.items.iter().map(|own| own.id.as_str()).collect();
        let hint = format!("it has {}", known.join(", "));
        let found = all.into_iter().find(|own| own.item == item).ok_or_else(|| {
            CliError::request(format!("order {} has no item `{item}`", order.id)).hint(hint)
        })?;
        Ok((order, found))
    }

    fn receive(&self, args: &ReceiveArgs) -> Result<ExitStatus, CliError> {
        let (order, found) = self.item(&args.order, &args.item)?;
        if let (Some(at), None) = (&found.received_at, &found.returned_at) {
            return Err(CliError::refused(format!(
                "rule `an item comes in once`: {} came in at {at}",
                args.item
            )));
        }
        let subject = progress::subject(&order.id, &args.item);
        let deed = Deed::new(RECEIVED, subject, &args.by)
            .fact("condition", &args.condition)
            .fact("condition_zh", &args.condition_zh);
        self.hand_over((&order.id, &args.item), (&args.by, &args.password), deed)?;
        self.output.json(
            &serde_json::json!({ "order": order.id, "item": args.item, "stage": "received" }),
        )?;
        self.output.line(format!("{} is received: {}", args.item, args.condition));
        Ok(ExitStatus::Done)
    }

    fn give_back(&self, args: &ReturnArgs) -> Result<ExitStatus, CliError> {
        let (order, found) = self.item(&args.order, &args.item)?;
        if found.received_at.is_none() || found.stage == Stage::Returned {
            return Err(CliError::refused(format!(
                "rule `what goes back has come in`: {} is {}",
                args.item,
                found.stage.words().0
            )));
        }
        let subject = progress::subject(&order.id, &args.item);
        let deed = Deed::new(RETURNED, subject, &args.by).fact("to", &args.to);
        self.hand_over((&order.id, &args.item), (&args.by, &args.password), deed)?;
        self.output.json(
            &serde_json::json!({ "order": order.id, "item": args.item, "stage": "returned" }),
        )?;
        self.output.line(format!("{} went back to {}", args.item, args.to));
        if found.stage != Stage::Certified {
            self.output.remark("it went back without a certificate in force");
        }
        Ok(ExitStatus::Done)
    }

    fn status(&self, id: &str) -> Result<ExitStatus, CliError> {
        let order = self.found(id)?;
        let facts = self.facts()?;
        let all = progress::progress(&order, &facts.acts, &facts.runs, &facts.known);
        let decision = match &order.decision {
            Decision::None => "none asked for".to_owned(),
            Decision::OfProcedure { agreed_by, on } => format!("agreed by {agreed_by} on {on}"),
        };
        self.output.json(&serde_json::json!({
            "order": order.id, "customer": order.customer.name, "received": order.received.to_string(),
            "procedure": order.procedure, "activity": order.activity, "decision": decision, "items": all,
        }))?;
        self.output.line(format!(
            "{} of {}: {} with {}; decision rule: {decision}",
            order.id,
            order.customer.name.en(),
            order.activity,
            order.procedure
        ));
        let mut table = Table::new(&["ITEM", "STANDS", "", "RUNS", "CERTIFICATES"]);
        for own in &all {
            let (en, zh) = own.stage.words();
            table.row(&[&own.item, en, zh, &own.runs.join(", "), &own.certificates.join(", ")]);
        }
        self.output.line(table.text());
        Ok(ExitStatus::Done)
    }

    fn overview(&self) -> Result<ExitStatus, CliError> {
        let (orders, facts) = (order::all(&self.lab)?, self.facts()?);
        let mut table = Table::new(&["ORDER", "RECEIVED", "CUSTOMER", "ITEMS", "STAND"]);
        let mut documents = Vec::new();
        for order in &orders {
            let all = progress::progress(order, &facts.acts, &facts.runs, &facts.known);
            let counted = progress::counted(&all);
            let words: Vec<String> =
                counted.iter().map(|(stage, n)| format!("{n} {}", stage.words().0)).collect();
            let (received, items) = (order.received.to_string(), order.items.len().to_string());
            table.row(&[&order.id, &received, order.customer.name.en(), &items, &words.join(", ")]);
            documents.push(serde_json::json!({
                "order": order.id, "received": received, "customer": order.customer.name, "items": all,
            }));
        }
        self.output.json(&serde_json::json!({ "orders": documents }))?;
        self.output.line(if table.is_empty() { "no order yet".to_owned() } else { table.text() });
        Ok(ExitStatus::Done)
    }
}
