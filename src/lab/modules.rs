//! The modules of procedures: the folder `modules` beside the file.

use std::path::Path;

use etalon_procedures::module;

use crate::folder;

/// Folder of the modules, beside the procedures that use them.
pub const FOLDER: &str = "modules";

/// The whole text of a procedure that lies at a path. Modules that cannot be read are left out, and
/// the checker says that they are not there.
#[must_use]
pub fn whole(text: String, file: &Path) -> String {
    if module::used(&text).is_empty() {
        return text;
    }
    let beside = file.parent().unwrap_or(Path::new("."));
    let files = folder::files(&beside.join(FOLDER)).unwrap_or_default();
    let texts: Vec<String> = files.iter().filter_map(|file| folder::text(file).ok()).collect();
    module::whole(&text, texts.iter().map(String::as_str))
}
