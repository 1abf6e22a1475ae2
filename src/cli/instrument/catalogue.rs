//! `etalon instrument catalogue`: what each model can do, and how far its file has been tried.

use std::path::Path;

use clap::Args;
use etalon_instruments::catalogue::{
    Capability,
    model::{Language, Model},
};
use etalon_uncertainty::quantity::Quantity;
use serde::Serialize;

use super::surroundings::Surroundings;
use crate::{
    cli::{CliError, ExitStatus, Output, table::Table},
    lab::models::KnownModel,
};

/// List the models that can be driven, or show one of them
///
/// Inside a laboratory its own models (`catalogue/*.toml`) stand first.
///
/// Example: etalon instrument catalogue keysight-34401a
#[derive(Args, Debug)]
pub struct CatalogueArgs {
    /// One model
    model: Option<String>,
    /// Only models with this capability: identify, source, measure, settle, count, weigh, divert,
    /// vent, ambient, "read register", "safe state"
    #[arg(long, conflicts_with = "model", value_parser = capability)]
    can: Option<Capability>,
    /// Print the model's file as it is, to begin one's own with
    #[arg(long, requires = "model")]
    file: bool,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    title: Titles,
    language: &'static str,
    status: &'static str,
    own: bool,
    functions: Vec<String>,
    capabilities: Vec<String>,
}

#[derive(Serialize)]
struct Titles {
    en: String,
    zh: String,
}

#[derive(Serialize)]
struct Catalogue {
    models: Vec<Listed>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    listed: Listed,
    manual: String,
    note: String,
    serial: Option<String>,
    hazard: bool,
    safe_state: Vec<String>,
    quantities: Vec<Ability>,
}

/// One thing the model can do.
#[derive(Serialize)]
struct Ability {
    function: String,
    does: &'static str,
    quantity: String,
    unit: Option<String>,
    min: Option<String>,
    max: Option<String>,
    command: Option<String>,
}

/// Runs `etalon instrument catalogue`.
///
/// # Errors
/// A model that nobody has written, a laboratory that cannot be read (exit code 2).
pub fn run(args: &CatalogueArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let surroundings = Surroundings::of(lab)?;
    match &args.model {
        None => {
            let mut models = surroundings.models()?;
            models.retain(|known| args.can.is_none_or(|wanted| wanted.is_of(&known.model)));
            list(&models, output)?;
        }
        Some(id) => {
            let known = surroundings.model(id)?;
            if args.file {
                output.raw(&known.text);
                return Ok(ExitStatus::Done);
            }
            show(&known, output)?;
        }
    }
    Ok(ExitStatus::Done)
}

fn capability(text: &str) -> Result<Capability, String> {
    let names = Capability::NAMES;
    let found = names.iter().find(|(name, _)| *name == text).map(|(_, found)| *found);
    found.ok_or_else(|| {
        let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        format!("\"{text}\" is no capability; known: {}", known.join(", "))
    })
}

fn list(models: &[KnownModel], output: &Output) -> Result<(), CliError> {
    let catalogue = Catalogue { models: models.iter().map(listed).collect() };
    output.json(&catalogue)?;
    let mut table = Table::new(&["MODEL", "LANGUAGE", "STATUS", "TITLE"]);
    for model in &catalogue.models {
        let own = if model.own { "own, " } else { "" };
        let status = format!("{own}{}", model.status);
        table.row(&[&model.id, model.language, &status, &model.title.en]);
    }
    output.line(table.text());
    Ok(())
}

fn show(known: &KnownModel, output: &Output) -> Result<(), CliError> {
    let model = &known.model;
    let shown = Shown {
        listed: listed(known),
        manual: format!("{}, {}", model.manual.title, model.manual.edition),
        note: model.manual.note.clone(),
        serial: model.line.as_ref().and_then(|line| line.serial).map(|line| line.to_string()),
        hazard: model.safe_state.hazard,
        safe_state: model.safe_state.commands.iter().map(ToString::to_string).collect(),
        quantities: abilities(model),
    };
    output.json(&shown)?;
    let Titles { en, zh } = &shown.listed.title;
    output.line(format!("{}: {en} · {zh}", model.id));
    output.line(format!("language {}, {}", shown.listed.language, shown.listed.status));
    if !shown.listed.capabilities.is_empty() {
        output.line(format!("good for: {}", shown.listed.capabilities.join(", ")));
    }
    output.line(format!("manual: {}", shown.manual));
    if !shown.note.is_empty() {
        output.line(&shown.note);
    }
    let mut table = Table::new(&["FUNCTION", "DOES", "QUANTITY", "FROM", "TO", "UNIT", "COMMAND"]);
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    for row in &shown.quantities {
        table.row(&[
            &row.function,
            row.does,
            &row.quantity,
            &or_dash(&row.min),
            &or_dash(&row.max),
            &or_dash(&row.unit),
            &or_dash(&row.command),
        ]);
    }
    if !table.is_empty() {
        output.line(table.text());
    }
    if shown.hazard {
        let commands = shown.safe_state.join("; ");
        let by_hand = &model.safe_state.by_hand;
        let how = if commands.is_empty() { by_hand.en.clone() } else { commands };
        output.line(format!("safe state: {how}"));
    }
    Ok(())
}

fn listed(known: &KnownModel) -> Listed {
    let model = &known.model;
    let language = Language::NAMES.iter().find(|(_, language)| *language == model.language);
    Listed {
        id: model.id.clone(),
        title: Titles { en: model.title.en.clone(), zh: model.title.zh.clone() },
        language: language.map_or("", |(name, _)| name),
        status: model.status.words(),
        own: known.is_own,
        functions: model.functions.iter().map(|own| own.taxon.as_str().to_owned()).collect(),
        capabilities: model.capabilities().iter().map(ToString::to_string).collect(),
    }
}

fn abilities(model: &Model) -> Vec<Ability> {
    let text = |quantity: &Option<Quantity>| quantity.as_ref().map(Quantity::to_string);
    let mut abilities = Vec::new();
    for function in &model.functions {
        let taxon = || function.taxon.as_str().to_owned();
        abilities.extend(function.settings.iter().map(|own| Ability {
            function: taxon(),
            does: "set",
            quantity: own.quantity.clone(),
            unit: Some(own.unit.symbol().to_owned()),
            min: text(&own.min),
            max: text(&own.max),
            command: own.command.as_ref().map(ToString::to_string),
        }));
        abilities.extend(function.choices.iter().map(|own| Ability {
            function: taxon(),
            does: "choose",
            quantity: own.quantity.clone(),
            unit: None,
            min: None,
            max: None,
            command: Some(own.commands.keys().cloned().collect::<Vec<_>>().join(" | ")),
        }));
        abilities.extend(function.readings.iter().map(|own| Ability {
            function: taxon(),
            does: "read",
            quantity: own.quantity.clone(),
            unit: Some(own.unit.symbol().to_owned()),
            min: text(&own.min),
            max: text(&own.max),
            command: own.query.as_ref().map(ToString::to_string),
        }));
    }
    abilities
}
