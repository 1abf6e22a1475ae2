//! `etalon serve`: a simulated bench for third-party clients, in real time or faster.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use etalon_fixtures::{
    faults, library,
    serve::{Announcement, Protocol, ServeError, ServeOptions, serve},
    world::{Kind, World},
};

use super::{CliError, ExitStatus, Output};

/// Serves a simulated bench to other programs until it is interrupted
///
/// Prints one line `NAME  RESOURCE` per instrument, then `ready`. What a client
/// energised stays energised when the client vanishes, as on a real bench.
///
/// Example: etalon serve meters-6 --listen 127.0.0.1:5025 --log world.jsonl
#[derive(Args, Debug)]
#[command(after_long_help = worlds_and_faults())]
pub struct ServeArgs {
    /// A shipped world (`meters-6`) or the path of a world file
    bench: String,
    /// Address on the loopback and port of the first instrument; the others follow (port 0: any)
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    listen: SocketAddr,
    /// Seed of everything random in the world
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Something that is to go wrong; may be repeated
    #[arg(long = "fault", value_name = "NAME")]
    faults: Vec<String>,
    /// How many times as fast as real time the world runs
    #[arg(long, default_value_t = 1.0, value_name = "X")]
    time_scale: f64,
    /// Where the world's own account is appended: what was energised when, true values
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// A further way to the instruments, may be repeated: hislip or vxi11 to those that speak SCPI
    /// over a socket, modbus-rtu on a serial line to those that speak Modbus over TCP, dlms-tcp to
    /// those that speak DLMS on a serial line; technician to the person who serves the bench. Their
    /// lines stand behind the others
    #[arg(long, value_name = "WAY")]
    also: Vec<Protocol>,
    /// A stable path that shall lead to the serial line
    #[arg(long, value_name = "PATH")]
    serial_link: Option<PathBuf>,
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// An unknown bench, an unusable world file, a port that is taken, an unknown
/// fault: nothing is served then (exit code 2).
pub fn run(args: ServeArgs, output: &Output) -> Result<ExitStatus, CliError> {
    let world = world(&args.bench, args.seed)?;
    let kind = world.kind();
    let options = ServeOptions {
        listen: args.listen,
        time_scale: args.time_scale,
        faults: args.faults,
        log: args.log,
        serial_link: args.serial_link,
        also: args.also,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::request(format!("no runtime for the links: {error}")))?;
    runtime.block_on(async {
        let interrupted = interrupted()?;
        let served = serve(world, options, |line| announce(&line, output), interrupted).await;
        served.map_err(|error| refusal(error, kind))
    })?;
    Ok(ExitStatus::Done)
}

/// What is shipped, and everything that can be made to go wrong, for `--help`.
fn worlds_and_faults() -> String {
    let mut text = "Worlds:\n".to_owned();
    for (file, _) in library::LIBRARY {
        text.push_str(&format!("  {}\n", file.trim_end_matches(".toml")));
    }
    text.push_str("\nFaults (N a position, NAME an instrument, @S a moment in seconds):\n");
    for fault in faults::KNOWN {
        let everywhere = fault.kinds.len() == Kind::ALL.len();
        let kinds: Vec<&str> = fault.kinds.iter().map(|kind| kind.word()).collect();
        let on = if everywhere { "every bench".to_owned() } else { kinds.join(", ") };
        text.push_str(&format!("  {:<20} {} [{on}]\n", fault.name, fault.what));
    }
    text
}

/// The world of a shipped name or a file.
fn world(bench: &str, seed: u64) -> Result<World, CliError> {
    let file = std::path::Path::new(bench);
    let text = match library::world(bench) {
        Some(text) if !file.is_file() => text.to_owned(),
        _ => std::fs::read_to_string(file).map_err(|error| {
            let shipped: Vec<_> = library::LIBRARY.iter().map(|(name, _)| *name).collect();
            CliError::request(format!("no world \"{bench}\": {error}"))
                .hint(format!("shipped worlds: {}", shipped.join(", ")))
        })?,
    };
    World::from_toml(&text, seed).map_err(|error| CliError::request(format!("{bench}: {error}")))
}

/// Why it is not served; whoever misspelt a fault wants to know what each one does.
fn refusal(error: ServeError, kind: Kind) -> CliError {
    let message = CliError::request(error.to_string());
    let ServeError::Fault(_) = error else { return message };
    let known = faults::known_to(kind).map(|known| format!("{} ({})", known.name, known.what));
    message.hint(format!("faults: {}", known.collect::<Vec<_>>().join(", ")))
}

fn announce(line: &Announcement, output: &Output) {
    output.raw(line.to_string());
}

/// Resolves when somebody wants this to end.
fn interrupted() -> Result<impl Future<Output = ()>, CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    let no_signal = |error| CliError::request(format!("cannot listen for signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signal)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signal)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
