//! The catalogue: what each model understands, as data.
//!
//! One TOML file per model (`instruments/catalogue/*.toml`, format
//! `etalon.instrument/1`) holds its identity, its commands and replies, its ranges
//! and settling times, and how it is made safe. A laboratory adds a model by
//! writing such a file from the maker's manual.
//!
//! # For those who write a model file
//! - Write nothing that the manual does not say: `[manual]` names it, `status` says
//!   how far the file has been tried. A model without a public description is
//!   written with `language = "by hand"`: a person reads it and sets it.
//! - `[[function]]` names what the model can do by its taxon; below it stand
//!   `[[function.set]]` (a setting), `[[function.choose]]` (a setting by words) and
//!   `[[function.read]]` (a reading). A quantity has the same name everywhere
//!   (`U`, `I`, `phi`, `f`, `P`, `t_amb`, `rh`, `p_amb`).
//! - `{value}` in a command is a locale-free number in the setting's unit; a value
//!   outside `min` to `max` is refused, never clipped.
//! - Places in reply patterns take what stands between the literal texts.

use etalon_uncertainty::diagnostic::Diagnostic;

mod capability;
mod demand;
mod field;
mod finding;
pub mod model;
mod reading;
mod sheet;

pub use capability::Capability;
pub use demand::Demand;
pub use model::Model;

/// The version of the format that this program reads and ships.
pub const SCHEMA: &str = "etalon.instrument/1";

/// The shipped model files: name and text.
pub const LIBRARY: &[(&str, &str)] = &[
    ("clou-cl3115.toml", include_str!("../catalogue/clou-cl3115.toml")),
    ("dead-weight-tester.toml", include_str!("../catalogue/dead-weight-tester.toml")),
    ("dhi-ppc4.toml", include_str!("../catalogue/dhi-ppc4.toml")),
    ("dlms-meter.toml", include_str!("../catalogue/dlms-meter.toml")),
    ("dlt645-meter.toml", include_str!("../catalogue/dlt645-meter.toml")),
    ("druck-pace5000.toml", include_str!("../catalogue/druck-pace5000.toml")),
    ("druck-pace6000.toml", include_str!("../catalogue/druck-pace6000.toml")),
    ("etalon-sim-dial.toml", include_str!("../catalogue/etalon-sim-dial.toml")),
    ("etalon-sim-dm1.toml", include_str!("../catalogue/etalon-sim-dm1.toml")),
    ("etalon-sim-gc1.toml", include_str!("../catalogue/etalon-sim-gc1.toml")),
    ("etalon-sim-gc2.toml", include_str!("../catalogue/etalon-sim-gc2.toml")),
    ("etalon-sim-gc3.toml", include_str!("../catalogue/etalon-sim-gc3.toml")),
    ("etalon-sim-hand.toml", include_str!("../catalogue/etalon-sim-hand.toml")),
    ("etalon-sim-pc12.toml", include_str!("../catalogue/etalon-sim-pc12.toml")),
    ("etalon-sim-pc6.toml", include_str!("../catalogue/etalon-sim-pc6.toml")),
    ("etalon-sim-plc1.toml", include_str!("../catalogue/etalon-sim-plc1.toml")),
    ("etalon-sim-plc2.toml", include_str!("../catalogue/etalon-sim-plc2.toml")),
    ("etalon-sim-plc3.toml", include_str!("../catalogue/etalon-sim-plc3.toml")),
    ("etalon-sim-plc4.toml", include_str!("../catalogue/etalon-sim-plc4.toml")),
    ("etalon-sim-ps1.toml", include_str!("../catalogue/etalon-sim-ps1.toml")),
    ("etalon-sim-ps3.toml", include_str!("../catalogue/etalon-sim-ps3.toml")),
    ("etalon-sim-rm05.toml", include_str!("../catalogue/etalon-sim-rm05.toml")),
    ("etalon-sim-rm2.toml", include_str!("../catalogue/etalon-sim-rm2.toml")),
    ("etalon-sim-rm3.toml", include_str!("../catalogue/etalon-sim-rm3.toml")),
    ("etalon-sim-th1.toml", include_str!("../catalogue/etalon-sim-th1.toml")),
    ("etalon-sim-tw1.toml", include_str!("../catalogue/etalon-sim-tw1.toml")),
    ("fluke-1586a.toml", include_str!("../catalogue/fluke-1586a.toml")),
    ("fluke-5522a.toml", include_str!("../catalogue/fluke-5522a.toml")),
    ("fluke-6105a.toml", include_str!("../catalogue/fluke-6105a.toml")),
    ("fluke-6270a.toml", include_str!("../catalogue/fluke-6270a.toml")),
    ("fluke-7250.toml", include_str!("../catalogue/fluke-7250.toml")),
    ("fluke-8588a.toml", include_str!("../catalogue/fluke-8588a.toml")),
    ("generic-scpi-dmm.toml", include_str!("../catalogue/generic-scpi-dmm.toml")),
    ("generic-scpi-source.toml", include_str!("../catalogue/generic-scpi-source.toml")),
    ("keysight-34401a.toml", include_str!("../catalogue/keysight-34401a.toml")),
    ("keysight-34461a.toml", include_str!("../catalogue/keysight-34461a.toml")),
    ("keysight-34465a.toml", include_str!("../catalogue/keysight-34465a.toml")),
    ("keysight-53220a.toml", include_str!("../catalogue/keysight-53220a.toml")),
    ("keysight-53230a.toml", include_str!("../catalogue/keysight-53230a.toml")),
    ("manual.toml", include_str!("../catalogue/manual.toml")),
    ("mensor-cpc6050.toml", include_str!("../catalogue/mensor-cpc6050.toml")),
    ("modbus-plc.toml", include_str!("../catalogue/modbus-plc.toml")),
    ("mt-sics.toml", include_str!("../catalogue/mt-sics.toml")),
    ("pulse-meter.toml", include_str!("../catalogue/pulse-meter.toml")),
    ("sartorius-sbi.toml", include_str!("../catalogue/sartorius-sbi.toml")),
    ("vaisala-ptu300.toml", include_str!("../catalogue/vaisala-ptu300.toml")),
    ("yokogawa-wt3000e.toml", include_str!("../catalogue/yokogawa-wt3000e.toml")),
    ("yokogawa-wt5000.toml", include_str!("../catalogue/yokogawa-wt5000.toml")),
    ("zera-mt.toml", include_str!("../catalogue/zera-mt.toml")),
];

/// Everything that is to be said about a model file, all at once.
#[must_use]
pub fn check(text: &str) -> Vec<Diagnostic> {
    reading::model(text).1
}

/// The model in a file.
///
/// # Errors
/// All findings, when one of them is an error.
pub fn parse(text: &str) -> Result<Model, Vec<Diagnostic>> {
    match reading::model(text) {
        (Some(model), findings) if !findings.iter().any(Diagnostic::is_error) => Ok(model),
        (_, findings) => Err(findings),
    }
}

/// A shipped model by its id, which is the name of its file.
#[must_use]
pub fn shipped(id: &str) -> Option<Model> {
    let file = format!("{id}.toml");
    let (_, text) = LIBRARY.iter().find(|(name, _)| *name == file)?;
    parse(text).ok()
}
