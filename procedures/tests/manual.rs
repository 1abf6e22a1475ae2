//! Every snippet of the manual, in either language, is what it says: the blocks together are the
//! shipped procedure, byte for byte, and each wrong line, put in the place of the right one, gives
//! exactly the findings that are printed.

use std::fs;
use std::path::Path;

use etalon_procedures::{LIBRARY, check};

/// Both editions.
const EDITIONS: [&str; 2] = ["procedures.md", "procedures.zh.md"];

struct Block {
    kind: String,
    text: String,
}

fn manual(edition: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/manual").join(edition);
    fs::read_to_string(path).expect("the manual")
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(kind), false) => {
                blocks.push(Block { kind: kind.to_owned(), text: String::new() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().expect("a block is open");
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}

fn whole(blocks: &[Block]) -> String {
    let pieces = blocks.iter().filter(|block| block.kind == "toml");
    pieces.map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// `shipped_procedures_…` of the library holds that it checks clean and passes its cases.
#[test]
fn the_blocks_of_the_manual_are_the_shipped_procedure_byte_for_byte() {
    let named = |(name, _): &&(&str, &str)| *name == "pressure/jjg52-bourdon-up-down.toml";
    let (_, shipped) = LIBRARY.iter().find(named).expect("it is shipped");
    for edition in EDITIONS {
        let text = whole(&blocks(&manual(edition)));
        let differing = text.lines().zip(shipped.lines()).find(|(own, their)| own != their);
        assert_eq!(differing, None, "{edition}");
        assert!(text == *shipped, "{edition}: {} bytes and {}", text.len(), shipped.len());
    }
}

#[test]
fn every_wrong_line_of_the_manual_gives_the_findings_that_are_printed() {
    for edition in EDITIONS {
        assert_eq!(wrong_lines(&manual(edition)), 2, "{edition}");
    }
}

/// Tries every wrong line; how many there are.
fn wrong_lines(text: &str) -> usize {
    let blocks = blocks(text);
    let right = whole(&blocks);
    let mut shown = 0;
    for pair in blocks.windows(2) {
        let [wrong, found] = pair else { continue };
        if wrong.kind != "toml wrong" {
            continue;
        }
        assert_eq!(found.kind, "text found", "what the checker says follows");
        let start: String = wrong.text.chars().take(18).collect();
        let line = right.lines().find(|line| line.starts_with(&start)).expect("the right line");
        let broken = right.replace(line, wrong.text.trim_end());
        let findings: Vec<String> = check(&broken)
            .diagnostics
            .iter()
            .map(|finding| format!("{} {}", finding.code, finding.message))
            .collect();
        let wanted: Vec<&str> = found.text.lines().collect();
        assert_eq!(findings.len(), wanted.len(), "{findings:#?}");
        for wanted in wanted {
            let (code, rest) = wanted.split_once(' ').expect("code and words");
            let fits = |finding: &String| finding.starts_with(code) && finding.contains(rest);
            assert!(findings.iter().any(fits), "{wanted}: {findings:#?}");
        }
        shown += 1;
    }
    shown
}
