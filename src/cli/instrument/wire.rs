//! One line to one instrument, with every word on it kept.

use std::{fs::OpenOptions, io::Write, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use etalon_instruments::{
    clock::Clock,
    link::{Link, Wiring},
    protocol::dlms::security::MeterKeys,
    resource::{Resource, SerialSettings},
    transcript::{Recent, Transcript},
    transport::{TransportError, ports::Ports},
};

use crate::{
    cli::{CliError, Output},
    lab::Lab,
    meter_keys,
};

/// Most words of a talk that are kept: more than anybody asks at a terminal.
const MOST: usize = 10_000;

/// How an instrument is reached, for every command that speaks to one.
#[derive(Args, Debug)]
pub struct WireArgs {
    /// The address, as a bench file writes it (`TCPIP::192.0.2.7::5025::SOCKET`, `ASRL/dev/ttyUSB0::INSTR` …)
    pub resource: String,
    /// The model it is; without one it is spoken to in plain lines that end with a line feed
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// Its address on a line that several share (a meter's number, a Modbus unit)
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    pub address: String,
    /// Speed and character of a serial line, such as "9600 8N1"
    #[arg(long, value_name = "SETTINGS")]
    pub line: Option<String>,
    /// How long an answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    pub within: f64,
    /// A file to which everything that is said is appended
    #[arg(long, value_name = "FILE")]
    pub transcript: Option<PathBuf>,
}

/// A wire that listens to itself.
pub(super) struct Wire {
    pub(super) resource: Resource,
    pub(super) wiring: Wiring,
    pub(super) within: Duration,
    heard: Arc<Recent>,
    file: Option<PathBuf>,
}

impl Wire {
    /// What the arguments describe, with the keys that the laboratory has for the address; nothing is
    /// opened yet.
    pub(super) fn of(args: &WireArgs, lab: Option<&Lab>) -> Result<Self, CliError> {
        let resource = Resource::parse(&args.resource)
            .map_err(|refused| CliError::request(refused.to_string()))?;
        if resource.is_in_process() {
            return Err(CliError::request(format!(
                "{resource} stands for an instrument inside a simulated bench, which only a run has"
            ))
            .hint("`etalon serve BENCH` opens its instruments to everybody and prints their addresses"));
        }
        let resource = match &args.line {
            None => resource,
            Some(text) => {
                let settings = SerialSettings::parse(text);
                let settings =
                    settings.map_err(|refused| CliError::request(refused.to_string()))?;
                resource.with_serial(settings)
            }
        };
        let within = Duration::try_from_secs_f64(args.within).ok().filter(|time| !time.is_zero());
        let within = within.ok_or_else(|| {
            CliError::request(format!("--within {} is no time to wait", args.within))
        })?;
        let heard = Arc::new(Recent::new(MOST));
        let wiring = Wiring::new(Arc::new(Ports), Clock::real());
        let wiring = wiring
            .with_meter_keys(keys(args, lab)?)
            .with_transcript(Arc::clone(&heard) as Arc<dyn Transcript>);
        Ok(Self { resource, wiring, within, heard, file: args.transcript.clone() })
    }

    /// A link of its own, for plain lines.
    pub(super) async fn link(&self) -> Result<Link, CliError> {
        let link = Link::open(self.resource.clone(), &self.wiring, self.within).await;
        link.map_err(|failure| refused(&failure))
    }

    /// What was said, one line a word.
    pub(super) fn said(&self) -> Vec<String> {
        self.heard.utterances().iter().map(ToString::to_string).collect()
    }

    /// Shows what was said and appends it to the file that was asked for.
    pub(super) fn keep(&self, output: &Output) -> Result<(), CliError> {
        let said = self.said();
        for line in &said {
            output.remark(line);
        }
        let Some(path) = &self.file else { return Ok(()) };
        let written = || {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            said.iter().try_for_each(|line| writeln!(file, "{line}"))
        };
        written().map_err(|reason: std::io::Error| {
            CliError::request(format!("{} cannot be written: {reason}", path.display()))
        })
    }
}

/// The keys of the address; where no laboratory is there are none, and the meter is refused by name.
fn keys(args: &WireArgs, lab: Option<&Lab>) -> Result<MeterKeys, CliError> {
    let Some(lab) = lab else { return Ok(MeterKeys::default()) };
    meter_keys::of_address(lab, &args.address)
        .map_err(|refused| CliError::request(refused.to_string()))
}

/// A line that fails. Nobody there, or a wrong address, is a wrong request (2); somebody who does
/// not answer is the answer no (1).
pub(super) fn refused(failure: &TransportError) -> CliError {
    match failure {
        TransportError::Silent { .. } | TransportError::Malformed { .. } => {
            CliError::answer_is_no(failure.to_string())
                .hint("it may speak another language or end its lines otherwise: name its --model")
        }
        other => CliError::request(other.to_string()),
    }
}

/// Runs what speaks over the wire in a runtime of its own.
pub(super) fn spoken<T>(talk: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::request(format!("no runtime for the links: {error}")))?;
    runtime.block_on(talk)
}
