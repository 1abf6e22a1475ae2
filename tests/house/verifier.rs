//! Whoever only verifies a certificate has to trust a list that fits on a screen.

use std::{collections::BTreeSet, process::Command};

use crate::tree;

/// The most packages that the verifier may be built from, itself included.
///
/// Chosen: what a screen shows at once, so that a court's expert can read it.
const SCREEN: usize = 60;

/// The packages that `etalon-certificates` without features is linked from.
fn packages() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "etalon-certificates"])
        .args(["--no-default-features", "--edges", "normal,no-proc-macro", "--prefix", "none"])
        .args(["--format", "{p}"])
        .current_dir(tree::root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_verifiers_dependency_list_fits_on_one_screen() {
    let packages = packages();
    assert!(packages.contains("etalon-certificates"), "cargo tree printed {packages:?}");
    let list = packages.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let count = packages.len();
    assert!(count <= SCREEN, "{count} packages are more than the {SCREEN} of one screen: {list}");
}

#[test]
fn the_verifier_is_built_without_layout_engine_ports_or_keys() {
    let packages = packages();
    for beyond in ["typst", "pkcs8", "tokio", "serialport", "rusqlite", "etalon-instruments"] {
        assert!(!packages.contains(beyond), "the verifier is linked with {beyond}");
    }
}
