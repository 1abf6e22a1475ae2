//! `etalon instrument identify`: who answers here, and does the laboratory know it.

use std::{path::Path, sync::Arc};

use clap::Args;
use etalon_instruments::{
    framing::Framing,
    instrument::{Identity, Instrument},
};
use serde::Serialize;

use super::{
    surroundings::{Registered, Surroundings, Wired},
    wire::{Wire, WireArgs, refused, spoken},
};
use crate::{
    cli::{CliError, ExitStatus, Output},
    lab::models::KnownModel,
};

/// The question that every instrument of IEEE 488.2 answers (10.14), and its answer.
const WHO: &str = "*IDN?";
/// Longest answer to it.
const LONGEST: usize = 4096;

/// Ask an instrument who it is; match it with catalogue, bench and register
///
/// Without --model the one question is put that every SCPI instrument answers
/// (`*IDN?`); an instrument of another language is named by its model.
/// Exit code 1 when no model of the catalogue fits, or the bench file says
/// another model or serial number at this address.
///
/// Example: etalon instrument identify TCPIP::192.0.2.7::5025::SOCKET
#[derive(Args, Debug)]
pub struct IdentifyArgs {
    #[command(flatten)]
    wire: WireArgs,
}

/// A model of the catalogue that fits: those that name it, or else those that take everybody.
#[derive(Debug, Serialize)]
struct Fitting {
    id: String,
    title: String,
    status: &'static str,
    /// Whether it names this maker and model, rather than taking everybody.
    particular: bool,
}

#[derive(Serialize)]
struct Identified {
    resource: String,
    reply: Option<String>,
    identity: Option<Said>,
    models: Vec<Fitting>,
    bench: Option<Wired>,
    standard: Option<Registered>,
    findings: Vec<String>,
    transcript: Vec<String>,
}

#[derive(Serialize)]
struct Said {
    maker: String,
    model: String,
    serial: String,
    firmware: String,
}

/// Runs `etalon instrument identify`.
///
/// # Errors
/// A wrong address or nobody there (exit code 2), no answer (1), a bench that a run holds (5).
pub fn run(args: &IdentifyArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let surroundings = Surroundings::of(lab)?;
    let wire = Wire::of(&args.wire, surroundings.lab.as_ref())?;
    surroundings.leave_runs_alone(&wire.resource)?;
    let models = surroundings.models()?;
    let answered = spoken(async {
        match &args.wire.model {
            Some(id) => particular(&wire, &args.wire.address, surroundings.model(id)?).await,
            None => anybody(&wire, &models).await,
        }
    });
    wire.keep(output)?;
    let (reply, identity, models) = answered?;
    let bench = surroundings.wired(&wire.resource);
    let standard = match &identity {
        Some(said) => surroundings.registered(&said.serial, &said.model)?,
        None => None,
    };
    let findings = findings(&models, bench.as_ref(), identity.as_ref());
    let status = if findings.is_empty() { ExitStatus::Done } else { ExitStatus::AnswerIsNo };
    let told = identity.as_ref().map(Identity::to_string);
    let identified = Identified {
        resource: wire.resource.to_string(),
        reply,
        identity: identity.map(Said::from),
        models,
        bench,
        standard,
        findings,
        transcript: wire.said(),
    };
    output.json(&identified)?;
    print(&identified, told, surroundings.lab.is_some(), output);
    Ok(status)
}

type Answered = (Option<String>, Option<Identity>, Vec<Fitting>);

/// Asks as one model is asked. Somebody else who answers is refused by its name.
async fn particular(wire: &Wire, address: &str, known: KnownModel) -> Result<Answered, CliError> {
    let fitting = Fitting::of(&known);
    let (id, model) = (known.model.id.clone(), Arc::new(known.model));
    let resource = wire.resource.clone();
    let opened = Instrument::open_at(&id, model, resource, address, &wire.wiring).await;
    match opened {
        Ok(instrument) => Ok((None, instrument.identity().cloned(), vec![fitting])),
        Err(no) => Err(CliError::answer_is_no(no.to_string())),
    }
}

/// Asks as every SCPI instrument is asked, and finds the models that would take the answer.
async fn anybody(wire: &Wire, models: &[KnownModel]) -> Result<Answered, CliError> {
    let link = wire.link().await?;
    let reply = link.query(format!("{WHO}\n"), Framing::line(LONGEST), wire.within).await;
    let reply = reply.map_err(|no| refused(&no))?;
    let text = String::from_utf8_lossy(reply.trim_ascii()).into_owned();
    let mut identity = None;
    let mut fitting = Vec::new();
    for known in models {
        let Some(wanted) = &known.model.identity else { continue };
        if wanted.query.to_string() != WHO || !wanted.also.is_empty() {
            continue;
        }
        let Some(parts) = wanted.reply.read(&text) else { continue };
        let parts = parts.into_iter().map(|(part, said)| (part.to_owned(), said.to_owned()));
        let said = Identity::of_parts(&parts.collect());
        let fits = wanted.fits(&said.maker, &said.model);
        if fits {
            fitting.push(Fitting::of(known));
        }
        // Who names it knows best what stands where in the answer.
        if identity.is_none() || (fits && wanted.is_particular()) {
            identity = Some(said);
        }
    }
    // Those that take everybody are told of only where nobody names it.
    if fitting.iter().any(|model| model.particular) {
        fitting.retain(|model| model.particular);
    }
    Ok((Some(text), identity, fitting))
}

fn findings(models: &[Fitting], bench: Option<&Wired>, said: Option<&Identity>) -> Vec<String> {
    let mut findings = Vec::new();
    if models.is_empty() {
        findings.push("no model of the catalogue fits this answer".to_owned());
    }
    let (Some(bench), Some(said)) = (bench, said) else { return findings };
    if let Some(wanted) = &bench.serial
        && !wanted.eq_ignore_ascii_case(&said.serial)
    {
        findings.push(format!(
            "bench {} wants serial number {wanted} here, {} answers",
            bench.bench, said.serial
        ));
    }
    if !models.is_empty() && models.iter().all(|model| model.id != bench.model) {
        findings.push(format!(
            "bench {} wants model {} here, which does not fit {} {}",
            bench.bench, bench.model, said.maker, said.model
        ));
    }
    findings
}

fn print(identified: &Identified, told: Option<String>, has_lab: bool, output: &Output) {
    match (told, &identified.reply) {
        (Some(told), _) => output.line(told),
        (None, Some(reply)) => output.line(format!("it answers \"{}\"", reply.escape_debug())),
        (None, None) => {}
    }
    let general = identified.models.iter().all(|model| !model.particular);
    if identified.reply.is_some() && !identified.models.is_empty() && general {
        output.line("no model of the catalogue names this maker and model; what takes any answer:");
    }
    for model in &identified.models {
        let kind = if model.particular { "" } else { "general " };
        output.line(format!("{kind}model {} ({}; {})", model.id, model.title, model.status));
    }
    if let Some(bench) = &identified.bench {
        output.line(format!("wired as {} of bench {}", bench.instrument, bench.bench));
    }
    match &identified.standard {
        Some(own) => {
            let fit = own.reason.as_deref().unwrap_or("fit today");
            let due = own.due.as_deref().unwrap_or("no due date");
            output.line(format!("register {}: {}, {due}, {fit}", own.id, own.status));
        }
        None if has_lab && identified.identity.is_some() => {
            output.line("the register has nobody of this model and serial number");
        }
        None => {}
    }
    for finding in &identified.findings {
        output.alarm(format!("error: {finding}"));
    }
}

impl Fitting {
    fn of(known: &KnownModel) -> Self {
        let model = &known.model;
        Self {
            id: model.id.clone(),
            title: model.title.en.clone(),
            status: model.status.words(),
            particular: model.identity.as_ref().is_some_and(|own| own.is_particular()),
        }
    }
}

impl From<Identity> for Said {
    fn from(identity: Identity) -> Self {
        let Identity { maker, model, serial, firmware } = identity;
        Self { maker, model, serial, firmware }
    }
}
