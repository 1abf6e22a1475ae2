//! Whoever verifies builds few packages: their list fits on one screen.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::process::Command;

/// Lines of a screen.
const SCREEN: usize = 60;

/// Packages that end up in the verifier; procedural macros run at build time only.
#[test]
fn the_verifiers_dependencies_fit_on_one_screen() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "etalon-certificates", "--offline", "--locked"])
        .args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(" (").next());
    let packages: BTreeSet<_> = names.filter(|name| !name.is_empty()).collect();
    assert!(packages.len() > 10, "the list was not understood: {text}");
    let count = packages.len();
    assert!(count <= SCREEN, "{count} packages, wanted at most {SCREEN}: {packages:#?}");
}
