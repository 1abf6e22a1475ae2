//! Somebody else's editor talks to the language server.

use std::path::Path;

use crate::{
    demonstration::ETALON,
    judge::{ask, python, word},
};

#[test]
fn pygls_sees_findings_completion_hover_and_definitions_of_a_procedure_and_the_desks_files() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("tests/peers/lsp_client.py");
    let procedure = here.join("procedures/library/electricity/jjg596-direct-basic-error.toml");
    let desk = here.join("tests/author/cases");
    let arguments = [word(&script), word(&procedure), word(&desk), ETALON, "lsp"];
    let answer = ask(python("python"), &arguments);
    assert!(answer.is_yes && answer.words.contains("the editor is content"), "{}", answer.words);
}
