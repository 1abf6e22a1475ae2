//! Three other programs evaluate the reference cases of the uncertainty engine.

use std::path::Path;

use crate::{
    demonstration::ETALON,
    judge::{ask, python, word},
};

/// Every case with a model, side by side; what differs with a known reason is in
/// the script, and so is the least number of cases on which every peer agrees.
#[test]
fn gtc_uncertainties_and_metrolopy_agree_on_the_reference_cases() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("tests/peers/uncertainty_peers.py");
    let cases = here.join("uncertainty/tests/cases");
    let answer = ask(python("python"), &[word(&script), ETALON, word(&cases)]);
    assert!(answer.is_yes, "{}", answer.words);
}

/// A peer that never says no proves nothing: with one number of one case changed
/// for the peers only, the comparison must fail.
#[test]
fn a_changed_number_is_noticed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("tests/peers/uncertainty_peers.py");
    let cases = here.join("uncertainty/tests/cases");
    let arguments = [word(&script), ETALON, word(&cases), "--change-one"];
    let answer = ask(python("python"), &arguments);
    assert!(!answer.is_yes && answer.words.contains("ours"), "{}", answer.words);
}
