//! Licences: what may be linked into a program that a laboratory relies on.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{spdx, tree};

/// Licences that ask for a notice, or for changes to the file itself, and for
/// nothing of the program around it. `deny.toml` carries the same list.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// One package, one licence beyond the list, and why it is bearable.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "epaint_default_fonts",
    "Ubuntu-font-1.0",
    "the window's Latin font; binds copies of the font, not the program that shows it",
)];

/// Every package that is not one of our own.
fn third_party() -> impl Iterator<Item = &'static Value> {
    let packages = tree::metadata()["packages"].as_array().expect("packages are a list");
    packages.iter().filter(|package| package["source"].is_string())
}

#[test]
fn every_dependency_has_a_licence_of_the_list_or_an_exception_with_its_reason() {
    let mut refused = Vec::new();
    for package in third_party() {
        let name = package["name"].as_str().expect("a package has a name");
        let Some(expression) = package["license"].as_str() else {
            refused.push(format!("{name} names no licence"));
            continue;
        };
        let allowed = |licence: &str| {
            ALLOWED.contains(&licence)
                || EXCEPTIONS.iter().any(|(who, what, _)| *who == name && *what == licence)
        };
        match spdx::satisfied(expression, &allowed) {
            Ok(true) => {}
            Ok(false) => refused.push(format!("{name} is licensed {expression}")),
            Err(sentence) => refused.push(format!("{name}: {sentence}")),
        }
    }
    assert!(
        refused.is_empty(),
        "outside the list in tests/house/licences.rs:\n{}",
        refused.join("\n")
    );
}

#[test]
fn every_exception_is_still_needed() {
    for (name, licence, reason) in EXCEPTIONS {
        let needed = third_party().any(|package| {
            package["name"] == *name
                && package["license"].as_str().is_some_and(|text| text.contains(licence))
        });
        assert!(needed, "nothing needs the exception {licence} for {name} any more ({reason})");
    }
}

#[test]
fn every_package_of_our_own_is_mit_or_apache() {
    let packages = tree::metadata()["packages"].as_array().expect("packages are a list");
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        assert_eq!(package["license"], "MIT OR Apache-2.0", "licence of {}", package["name"]);
    }
}

#[test]
fn deny_toml_carries_the_same_list() {
    let deny: toml::Table = tree::text("deny.toml").parse().expect("deny.toml is TOML");
    let written = |value: &toml::Value| -> BTreeSet<String> {
        let list = value.as_array().expect("a list of licences");
        list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let ours: BTreeSet<String> = ALLOWED.iter().map(|&licence| licence.to_owned()).collect();
    assert_eq!(written(&deny["licenses"]["allow"]), ours);

    let exceptions = deny["licenses"]["exceptions"].as_array().expect("a list of exceptions");
    assert_eq!(exceptions.len(), EXCEPTIONS.len());
    for (name, licence, _) in EXCEPTIONS {
        let found = exceptions.iter().any(|exception| {
            exception["crate"].as_str() == Some(name)
                && written(&exception["allow"]).contains(*licence)
        });
        assert!(found, "deny.toml lacks the exception {licence} for {name}");
    }
}
