//! The `etalon-gui` program: reads the arguments, opens the window.

use std::{path::PathBuf, process::ExitCode, sync::mpsc};

use clap::{Parser, ValueEnum};
use etalon_gui::{
    app::{App, Wanted},
    words::Language,
};

/// Name of the window, for the screen and for whoever looks for it there.
const NAME: &str = "Etalon";

/// Size at the start, in points: everything of a run at six positions without scrolling.
const SIZE: [f32; 2] = [1280.0, 860.0];

/// Smallest size at which nothing is cut off that cannot be scrolled to, in points.
const LEAST: [f32; 2] = [900.0, 560.0];

/// Exit code for a request that is wrong or cannot be carried out, as `etalon` has it.
const WRONG_REQUEST: u8 = 2;

/// The window of Etalon: opens a laboratory, lists its runs, shows one live
///
/// Example: etalon-gui etalon-demo --lang zh
#[derive(Debug, Parser)]
#[command(name = "etalon-gui", version)]
struct Arguments {
    /// The laboratory's folder; asked for in the window when left out
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Language to begin with
    #[arg(long, value_enum, default_value_t = Spoken::En)]
    lang: Spoken,
    /// Leave a picture of the window in FILE (PNG) and close
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Spoken {
    /// English
    En,
    /// Chinese
    Zh,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match show(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            say(&words);
            ExitCode::from(WRONG_REQUEST)
        }
    }
}

fn show(arguments: Arguments) -> Result<(), String> {
    let wanted = Wanted {
        folder: arguments.folder.map(|folder| folder.display().to_string()),
        language: match arguments.lang {
            Spoken::En => Language::English,
            Spoken::Zh => Language::Chinese,
        },
        picture: arguments.screenshot,
    };
    let viewport = egui::ViewportBuilder::default()
        .with_title(NAME)
        .with_app_id("etalon-gui")
        .with_inner_size(SIZE)
        .with_min_inner_size(LEAST);
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    // Whoever asked for a picture hears why there is none after the window has closed.
    let (tell, told) = mpsc::channel();
    let create = move |creation: &eframe::CreationContext<'_>| {
        let app = App::new(&creation.egui_ctx, wanted, tell)?;
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native(NAME, options, Box::new(create))
        .map_err(|error| format!("no window could be opened: {error}"))?;
    told.try_recv().map_or(Ok(()), Err)
}

#[expect(clippy::print_stderr, reason = "the program's own last word, where no window is")]
fn say(words: &str) {
    eprintln!("error: {words}");
}
