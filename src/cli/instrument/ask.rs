//! `etalon instrument ask`: one sentence to one instrument.

use std::{path::Path, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};
use etalon_instruments::{framing::Framing, instrument::Instrument};
use serde::Serialize;

use super::{
    surroundings::Surroundings,
    wire::{Wire, WireArgs, refused, spoken},
};
use crate::cli::{CliError, ExitStatus, Output};

/// Longest answer shown.
const LONGEST: usize = 1 << 20;

/// How lines to and from an instrument without a model end.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum End {
    /// A line feed.
    Lf,
    /// A carriage return and a line feed.
    Crlf,
    /// A carriage return.
    Cr,
}

impl End {
    fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::Crlf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// Say one sentence to an instrument and show its answer
///
/// A sentence that ends with a question mark is a question; any other is an order,
/// unless --answer says that it is answered. An order may move something: it is you
/// who gives it. With --model the sentence is one of the model's language.
///
/// Example: etalon instrument ask TCPIP::192.0.2.7::5025::SOCKET "SYST:ERR?"
#[derive(Args, Debug)]
pub struct AskArgs {
    #[command(flatten)]
    wire: WireArgs,
    /// What is said
    text: String,
    /// It is answered although it does not end with a question mark
    #[arg(long)]
    answer: bool,
    /// How lines end, where no model says it
    #[arg(long, value_enum, default_value_t = End::Lf)]
    end: End,
}

#[derive(Serialize)]
struct Asked<'a> {
    resource: String,
    sent: &'a str,
    reply: Option<&'a str>,
    transcript: Vec<String>,
}

/// Runs `etalon instrument ask`.
///
/// # Errors
/// A wrong address or nobody there (exit code 2), no answer (1), a bench that a run holds (5).
pub fn run(args: &AskArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let surroundings = Surroundings::of(lab)?;
    let wire = Wire::of(&args.wire, surroundings.lab.as_ref())?;
    surroundings.leave_runs_alone(&wire.resource)?;
    let is_answered = args.answer || args.text.trim_end().ends_with('?');
    let reply = spoken(async {
        match &args.wire.model {
            Some(model) => {
                let model = surroundings.model(model)?.model;
                in_its_language(&wire, &args.wire.address, model, &args.text, is_answered).await
            }
            None => plainly(&wire, &args.text, args.end, is_answered).await,
        }
    });
    wire.keep(output)?;
    let reply = reply?;
    output.json(&Asked {
        resource: wire.resource.to_string(),
        sent: &args.text,
        reply: reply.as_deref(),
        transcript: wire.said(),
    })?;
    if let Some(reply) = reply {
        output.line(reply);
    }
    Ok(ExitStatus::Done)
}

async fn plainly(
    wire: &Wire,
    text: &str,
    end: End,
    is_answered: bool,
) -> Result<Option<String>, CliError> {
    let link = wire.link().await?;
    let line = format!("{text}{}", end.text());
    if !is_answered {
        return link.write(line, wire.within).await.map(|()| None).map_err(|no| refused(&no));
    }
    let framing = Framing::Terminator { bytes: end.text().into(), max: LONGEST };
    let reply = link.query(line, framing, wire.within).await.map_err(|no| refused(&no))?;
    Ok(Some(reply.trim_ascii_end().escape_ascii().to_string()))
}

async fn in_its_language(
    wire: &Wire,
    address: &str,
    model: etalon_instruments::catalogue::Model,
    text: &str,
    is_answered: bool,
) -> Result<Option<String>, CliError> {
    let is_framed = model.language.is_framed();
    let (id, model) = (model.id.clone(), Arc::new(model));
    let resource = wire.resource.clone();
    let opened = Instrument::open_at(&id, model, resource, address, &wire.wiring).await;
    let said_no = |no: etalon_instruments::instrument::InstrumentError| {
        CliError::answer_is_no(no.to_string())
    };
    let instrument = opened.map_err(said_no)?;
    // In a language of frames every sentence is answered.
    if is_answered || is_framed {
        return instrument.ask(text).await.map(Some).map_err(said_no);
    }
    let patience: Option<Duration> = None;
    instrument.command(text, patience).await.map(|()| None).map_err(said_no)
}
