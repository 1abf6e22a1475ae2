//! Every snippet of the manual is what it says: the blocks together are a
//! procedure that checks clean and passes its cases, and each wrong line, put in
//! the place of the right one, gives exactly the findings that are printed.

use std::fs;
use std::path::Path;

use etalon_procedures::{check, run_tests};

struct Block {
    kind: String,
    text: String,
}

fn manual() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/manual/procedures.md");
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

#[test]
fn the_procedure_of_the_manual_checks_clean_and_passes_its_cases() {
    let text = whole(&blocks(&manual()));
    let checked = check(&text);
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let outcomes = run_tests(&checked.procedure.expect("clean"));
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        assert!(outcome.passed(), "{outcome:#?}");
    }
}

#[test]
fn every_wrong_line_of_the_manual_gives_the_findings_that_are_printed() {
    let text = manual();
    let blocks = blocks(&text);
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
    assert_eq!(shown, 2);
}
