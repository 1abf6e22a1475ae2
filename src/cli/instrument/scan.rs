//! `etalon instrument scan`: addresses at which somebody may answer.

use std::{net::SocketAddr, path::Path, time::Duration};

use clap::Args;
use etalon_instruments::{
    discovery::{self, Found, NotLooked, Way},
    resource::Resource,
};
use serde::Serialize;

use super::{surroundings::Surroundings, wire::spoken};
use crate::cli::{CliError, ExitStatus, Output, table::Table};

/// How long a named host may take to answer a call.
const KNOCK: Duration = Duration::from_millis(800);

/// List addresses at which instruments may answer; nothing is opened or asked
///
/// Serial ports and USB devices of this machine, and the usual ports of the hosts
/// that the laboratory's benches name. Strangers on the network are asked with
/// --network only, a VISA library with --visa only: it may ask the network itself.
///
/// Example: etalon instrument scan --host 192.0.2.7 --network
#[derive(Args, Debug)]
pub struct ScanArgs {
    /// A host to look at, too; may be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Ask the local network: VXI-11 by broadcast, and what announces itself (LXI)
    #[arg(long)]
    network: bool,
    /// Where VXI-11 is asked for
    #[arg(long, value_name = "ADDR:PORT", default_value = "255.255.255.255:111")]
    broadcast: SocketAddr,
    /// Ask the VISA library, too
    #[arg(long)]
    visa: bool,
    /// How long the network is listened to, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    within: f64,
}

#[derive(Serialize)]
struct Scan {
    found: Vec<Row>,
    not_looked: Vec<Missing>,
}

#[derive(Serialize)]
struct Row {
    way: String,
    resource: String,
    words: String,
    bench: Option<String>,
    instrument: Option<String>,
}

#[derive(Serialize)]
struct Missing {
    way: String,
    reason: String,
}

/// Runs `etalon instrument scan`.
///
/// # Errors
/// A laboratory that cannot be read, a time that is none (exit code 2). What cannot be looked
/// along is listed, never left out.
pub fn run(args: &ScanArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let surroundings = Surroundings::of(lab)?;
    let patience = Duration::try_from_secs_f64(args.within)
        .map_err(|_| CliError::request(format!("--within {} is no time", args.within)))?;
    let (found, not_looked) = spoken(async { Ok(look(args, &surroundings, patience).await) })?;
    let rows = found.into_iter().map(|found| {
        let resource = Resource::parse(&found.resource).ok();
        let wired = resource.and_then(|resource| surroundings.wired(&resource));
        let (bench, instrument) = wired.map(|own| (own.bench, own.instrument)).unzip();
        let (way, resource, words) = (found.way.to_string(), found.resource, found.words);
        Row { way, resource, words, bench, instrument }
    });
    let missing = not_looked.into_iter().map(|not| {
        let (way, reason) = (not.way.to_string(), not.reason);
        Missing { way, reason }
    });
    let scan = Scan { found: rows.collect(), not_looked: missing.collect() };
    output.json(&scan)?;
    print(&scan, output);
    Ok(ExitStatus::Done)
}

async fn look(
    args: &ScanArgs,
    surroundings: &Surroundings,
    patience: Duration,
) -> (Vec<Found>, Vec<NotLooked>) {
    let (mut found, mut not_looked) = (Vec::new(), Vec::new());
    let mut note = |looked: Result<Vec<Found>, NotLooked>| match looked {
        Ok(more) => found.extend(more),
        Err(reason) => not_looked.push(reason),
    };
    note(discovery::serial_ports());
    note(discovery::usb_instruments().await);
    let mut hosts = surroundings.hosts();
    hosts.extend(args.hosts.iter().cloned());
    for host in hosts {
        note(Ok(discovery::hosts(&host, KNOCK).await));
    }
    let unasked =
        |way, option: &str| Err(NotLooked { way, reason: format!("not asked for ({option})") });
    if args.network {
        let asked = discovery::broadcast(args.broadcast, patience);
        let (answered, announced) = tokio::join!(asked, discovery::announced(patience));
        note(answered);
        note(announced);
    } else {
        note(unasked(Way::Broadcast, "--network"));
        note(unasked(Way::Announced, "--network"));
    }
    note(if args.visa { discovery::visa_resources().await } else { unasked(Way::Visa, "--visa") });
    (found, not_looked)
}

fn print(scan: &Scan, output: &Output) {
    let mut table = Table::new(&["WAY", "RESOURCE", "BENCH", "WORDS"]);
    for row in &scan.found {
        let bench = match (&row.bench, &row.instrument) {
            (Some(bench), Some(instrument)) => format!("{bench}/{instrument}"),
            _ => "-".to_owned(),
        };
        table.row(&[&row.way, &row.resource, &bench, &row.words]);
    }
    if table.is_empty() {
        output.line("nothing was found");
    } else {
        output.line(table.text());
    }
    for missing in &scan.not_looked {
        output.remark(format!("{}: {}", missing.way, missing.reason));
    }
}
