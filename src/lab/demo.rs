//! The demonstration laboratory: a simulated bench, invented people, six meters.
//!
//! Dates are counted back and forth from the day of founding, so that the demonstration runs on any
//! day and its standards fall due like real ones. The reference was calibrated half a year before,
//! which is the age that the simulated world gives it.

use std::path::Path;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{Lab, LabError};

const FILES: [(&str, &str); 68] = [
    (super::FILE, include_str!("demo/etalon.toml")),
    ("people.toml", include_str!("demo/people.toml")),
    ("scope.toml", include_str!("demo/scope.toml")),
    ("register/PC600001.toml", include_str!("demo/register/PC600001.toml")),
    ("register/PS100001.toml", include_str!("demo/register/PS100001.toml")),
    ("register/RM050001.toml", include_str!("demo/register/RM050001.toml")),
    ("register/TH100001.toml", include_str!("demo/register/TH100001.toml")),
    ("register/PP500001.toml", include_str!("demo/register/PP500001.toml")),
    ("register/PR250001.toml", include_str!("demo/register/PR250001.toml")),
    ("register/TH200001.toml", include_str!("demo/register/TH200001.toml")),
    ("register/16010001.toml", include_str!("demo/register/16010001.toml")),
    ("register/MY53230001.toml", include_str!("demo/register/MY53230001.toml")),
    ("register/PTU30001.toml", include_str!("demo/register/PTU30001.toml")),
    ("register/TW100001.toml", include_str!("demo/register/TW100001.toml")),
    ("register/WB600001.toml", include_str!("demo/register/WB600001.toml")),
    ("register/PC120001.toml", include_str!("demo/register/PC120001.toml")),
    ("register/PS300001.toml", include_str!("demo/register/PS300001.toml")),
    ("register/RM300001.toml", include_str!("demo/register/RM300001.toml")),
    ("register/TH300001.toml", include_str!("demo/register/TH300001.toml")),
    ("benches/meters-3p.toml", include_str!("demo/benches/meters-3p.toml")),
    ("items/DT26000001.toml", include_str!("demo/items/DT26000001.toml")),
    ("items/DT26000001-Q.toml", include_str!("demo/items/DT26000001-Q.toml")),
    ("items/DT26000002.toml", include_str!("demo/items/DT26000002.toml")),
    ("items/DT26000002-Q.toml", include_str!("demo/items/DT26000002-Q.toml")),
    ("items/DT26000003.toml", include_str!("demo/items/DT26000003.toml")),
    ("items/DT26000003-Q.toml", include_str!("demo/items/DT26000003-Q.toml")),
    ("register/PC120002.toml", include_str!("demo/register/PC120002.toml")),
    ("register/PS300002.toml", include_str!("demo/register/PS300002.toml")),
    ("register/RM200001.toml", include_str!("demo/register/RM200001.toml")),
    ("register/TH300002.toml", include_str!("demo/register/TH300002.toml")),
    ("benches/meters-3w.toml", include_str!("demo/benches/meters-3w.toml")),
    ("items/DS26000001.toml", include_str!("demo/items/DS26000001.toml")),
    ("items/DS26000002.toml", include_str!("demo/items/DS26000002.toml")),
    ("items/DS26000003.toml", include_str!("demo/items/DS26000003.toml")),
    ("benches/flow-gravimetric.toml", include_str!("demo/benches/flow-gravimetric.toml")),
    ("benches/meters-6.toml", include_str!("demo/benches/meters-6.toml")),
    ("benches/pressure-1.toml", include_str!("demo/benches/pressure-1.toml")),
    ("benches/dead-weight-1.toml", include_str!("demo/benches/dead-weight-1.toml")),
    ("register/DW250001.toml", include_str!("demo/register/DW250001.toml")),
    ("register/DM400001.toml", include_str!("demo/register/DM400001.toml")),
    ("register/TW200001.toml", include_str!("demo/register/TW200001.toml")),
    ("items/PG26000001.toml", include_str!("demo/items/PG26000001.toml")),
    ("benches/bell-1.toml", include_str!("demo/benches/bell-1.toml")),
    ("register/16040001.toml", include_str!("demo/register/16040001.toml")),
    ("register/TH600001.toml", include_str!("demo/register/TH600001.toml")),
    ("items/GM26000002.toml", include_str!("demo/items/GM26000002.toml")),
    ("benches/master-1.toml", include_str!("demo/benches/master-1.toml")),
    ("register/MM250001.toml", include_str!("demo/register/MM250001.toml")),
    ("register/GC200001.toml", include_str!("demo/register/GC200001.toml")),
    ("register/16030001.toml", include_str!("demo/register/16030001.toml")),
    ("register/TH400001.toml", include_str!("demo/register/TH400001.toml")),
    ("items/TM26000002.toml", include_str!("demo/items/TM26000002.toml")),
    ("benches/nozzle-1.toml", include_str!("demo/benches/nozzle-1.toml")),
    ("register/16020001.toml", include_str!("demo/register/16020001.toml")),
    ("register/GC100001.toml", include_str!("demo/register/GC100001.toml")),
    ("register/TH500001.toml", include_str!("demo/register/TH500001.toml")),
    ("items/GM26000001.toml", include_str!("demo/items/GM26000001.toml")),
    ("benches/transmitter-1.toml", include_str!("demo/benches/transmitter-1.toml")),
    ("register/MY57340001.toml", include_str!("demo/register/MY57340001.toml")),
    ("items/PT26000001.toml", include_str!("demo/items/PT26000001.toml")),
    ("items/BG26000001.toml", include_str!("demo/items/BG26000001.toml")),
    ("items/TM26000001.toml", include_str!("demo/items/TM26000001.toml")),
    ("items/DD26000001.toml", include_str!("demo/items/DD26000001.toml")),
    ("items/DD26000002.toml", include_str!("demo/items/DD26000002.toml")),
    ("items/DD26000003.toml", include_str!("demo/items/DD26000003.toml")),
    ("items/DD26000004.toml", include_str!("demo/items/DD26000004.toml")),
    ("items/DD26000005.toml", include_str!("demo/items/DD26000005.toml")),
    ("items/DD26000006.toml", include_str!("demo/items/DD26000006.toml")),
];

/// Items of the demonstration, in the order of their positions.
pub const ITEMS: [&str; 6] =
    ["DD26000001", "DD26000002", "DD26000003", "DD26000004", "DD26000005", "DD26000006"];

/// The bench of the demonstration.
pub const BENCH: &str = "meters-6";

/// The procedure of the demonstration.
pub const PROCEDURE: &str = "cn.jjg596.direct.basic-error";

/// Who performs, checks and approves in the demonstration.
pub const PERSONS: (&str, &str, &str) = ("chen.yu", "wang.min", "zhao.lei");

/// Days from the founding to each date that the files name; negative before.
const DATES: [(&str, i32); 8] = [
    ("@bought@", -400),
    ("@performed@", -182),
    ("@issued@", -175),
    ("@reviewed@", -170),
    ("@due@", 183),
    ("@characterised@", -30),
    ("@received@", -3),
    ("@authorised_until@", 365),
];

impl Lab {
    /// Founds the demonstration laboratory in a folder that is empty or does not exist yet, with
    /// the program's procedures written out.
    ///
    /// # Errors
    /// [`LabError::NotEmpty`] and whatever the file system or the record refuses.
    pub fn init_demo(root: &Path, now: Timestamp) -> Result<Self, LabError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let dated = FILES.map(|(name, text)| (name.to_owned(), dated(text, today)));
        let procedures = etalon_procedures::LIBRARY.iter().map(|(file, text)| {
            let name = file.rsplit('/').next().unwrap_or(file);
            (format!("procedures/{name}"), (*text).to_owned())
        });
        let files: Vec<_> = dated.into_iter().chain(procedures).collect();
        Self::found_with(root, &files, &now.to_string())
    }
}

fn dated(text: &str, today: Date) -> String {
    DATES.iter().fold(text.to_owned(), |text, (name, days)| {
        text.replace(name, &today.saturating_add(days.days()).to_string())
    })
}
