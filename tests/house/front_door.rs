//! The front door: what the README tells a newcomer to type is what is run.

use crate::tree;

/// The README in both languages.
const EDITIONS: [&str; 2] = ["README.md", "README.zh.md"];

/// The commands in a README's fenced `sh` blocks, one a line.
fn commands(page: &str) -> Vec<String> {
    let text = tree::text(page);
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            command if inside && !command.is_empty() => found.push(command.to_owned()),
            _ => {}
        }
    }
    found
}

#[test]
fn the_readme_names_two_commands_in_both_languages() {
    for page in EDITIONS {
        let commands = commands(page);
        let typed: Vec<&str> =
            commands.iter().filter_map(|line| line.split('#').next()).map(str::trim).collect();
        assert_eq!(typed, ["cargo run --release -- demo", "./test"], "{page}");
    }
}

/// What stands between backticks is typed or named: the same in both languages.
#[test]
fn both_readmes_name_the_same_commands_and_folders() {
    let named = |page: &str| -> std::collections::BTreeSet<String> {
        let text = tree::text(page);
        let spans = text.split('`').skip(1).step_by(2).map(str::to_owned);
        spans.filter(|span| !span.contains('\n') && !span.is_empty()).collect()
    };
    let [english, chinese] = EDITIONS;
    assert_eq!(named(english), named(chinese));
}

/// The second command is the one that runs now; it reads the first one from
/// the README, so that the two cannot drift apart.
#[test]
fn the_test_command_runs_the_demonstration_as_the_readme_writes_it() {
    let script = tree::text("test");
    assert!(script.contains("README.md"), "./test does not read the README's first command");
}

#[test]
fn continuous_integration_runs_the_readmes_test_command_and_nothing_else() {
    let script = tree::text(".ci/run");
    let last = script.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    assert_eq!(last.trim(), "exec ./test \"$@\"");
}

#[test]
fn every_picture_and_page_that_the_readme_names_exists() {
    for page in EDITIONS {
        let text = tree::text(page);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(
                tree::root().join(target).exists(),
                "{page} names {target}, which is not there"
            );
        }
    }
}

#[test]
fn every_page_that_the_docs_name_exists() {
    for page in tree::files("docs", "md") {
        let folder = page.parent().expect("a page lies in a folder").to_path_buf();
        let text = tree::text(&page);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let place = tree::root().join(&folder).join(target);
            assert!(place.exists(), "{} names {target}, which is not there", page.display());
        }
    }
}
