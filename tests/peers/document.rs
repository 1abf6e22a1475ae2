//! Judges of the digital calibration certificate: signature, schema, Schematron.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    demonstration::{demonstration, strange_authority},
    judge::{Answer, ask, python, word},
};

/// The numbers of every list of values and every expanded uncertainty, as written.
pub(crate) fn results(xml: &str) -> Vec<String> {
    let mut found = Vec::new();
    // What is judged as computed stands in full in the document; the page prints the measured
    // value, which is the same number with the digits of its uncertainty.
    let quantities = xml
        .split("<dcc:quantity ")
        .filter(|quantity| !quantity.starts_with("refType=\"etalon_judgedRaw\""));
    for quantity in quantities {
        for name in ["si:valueXMLList", "si:valueExpandedMUXMLList", "si:valueExpandedMU"] {
            let (opening, closing) = (format!("<{name}>"), format!("</{name}>"));
            let texts = quantity.split(&opening).skip(1);
            let texts = texts.filter_map(|rest| rest.split(&closing).next());
            found.extend(texts.flat_map(str::split_whitespace).map(str::to_owned));
        }
    }
    found
}

/// A copy of the document with one passage put in the place of another.
fn altered(document: &Path, folder: &Path, from: &str, to: &str) -> PathBuf {
    let text = fs::read_to_string(document).expect("the document is UTF-8");
    assert!(text.contains(from), "{from} is not in {}", document.display());
    let path = folder.join("altered.xml");
    fs::write(&path, text.replacen(from, to, 1)).expect("the scratch folder can be written");
    path
}

/// A copy with one bit of the first result flipped: a digit becomes its neighbour.
fn with_one_flipped_bit(document: &Path, folder: &Path) -> PathBuf {
    let text = fs::read_to_string(document).expect("the document is UTF-8");
    let start = text.find("<si:valueXMLList>").expect("a list of values");
    let digit = text[start..].find(|c: char| c.is_ascii_digit()).expect("a number") + start;
    let mut bytes = text.into_bytes();
    *bytes.get_mut(digit).expect("a byte of the number") ^= 1;
    let path = folder.join("flipped.xml");
    fs::write(&path, bytes).expect("the scratch folder can be written");
    path
}

fn xmlsec1(document: &Path, authority: &Path) -> Answer {
    let key = ["--enabled-key-data", "x509", "--trusted-pem", word(authority)];
    ask("xmlsec1", &[&["--verify"][..], &key[..], &[word(document)]].concat())
}

#[test]
fn xmlsec1_calls_every_signature_valid() {
    let demo = demonstration();
    for certificate in demo.certificates() {
        let answer = xmlsec1(&certificate.document, &demo.authority());
        assert!(answer.is_yes, "{}", answer.words);
        assert!(answer.words.contains("OK"), "{}", answer.words);
    }
}

#[test]
fn xmlsec1_refuses_one_flipped_bit_and_a_strange_authority() {
    let demo = demonstration();
    let scratch = demo.scratch();
    let document = demo.certificate().document;
    let flipped = with_one_flipped_bit(&document, scratch.path());
    let answer = xmlsec1(&flipped, &demo.authority());
    assert!(!answer.is_yes, "{}", answer.words);
    let answer = xmlsec1(&document, &strange_authority(scratch.path()));
    assert!(!answer.is_yes, "{}", answer.words);
}

fn dcclib_signature(document: &Path, authority: &Path) -> Answer {
    ask(python("dcclib"), &["signature", "verify", word(authority), word(document)])
}

#[test]
fn dcclib_calls_every_signature_valid_and_refuses_a_flipped_bit() {
    let demo = demonstration();
    for certificate in demo.certificates() {
        let answer = dcclib_signature(&certificate.document, &demo.authority());
        assert!(answer.is_yes, "{}", answer.words);
    }
    let scratch = demo.scratch();
    let flipped = with_one_flipped_bit(&demo.certificate().document, scratch.path());
    let answer = dcclib_signature(&flipped, &demo.authority());
    assert!(!answer.is_yes, "{}", answer.words);
}

/// The schema of DCC 3.3.0, which is not ours to redistribute: from
/// `ETALON_DCC_XSD`, else from the folder beside the checkout. Without either
/// it is said loudly, and where `CI` is set it is an error.
fn schema() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/schemas/dcc/v3.3.0/dcc.xsd");
    let named = std::env::var_os("ETALON_DCC_XSD").map(PathBuf::from);
    if let Some(path) = &named {
        assert!(path.exists(), "ETALON_DCC_XSD names {}, which is not there", path.display());
    }
    let found = named.or_else(|| beside.exists().then_some(beside));
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "no schema: set ETALON_DCC_XSD to dcc.xsd of DCC 3.3.0"
        );
        // Past the capture of the test runner, so that it is seen when all passes.
        let words = "\nNOT VALIDATED against the schema: set ETALON_DCC_XSD to dcc.xsd 3.3.0\n";
        writeln!(std::io::stderr(), "{words}").expect("somebody listens");
    }
    found
}

fn xmllint(document: &Path, schema: &Path) -> Answer {
    ask("xmllint", &["--nonet", "--noout", "--schema", word(schema), word(document)])
}

#[test]
fn xmllint_validates_every_document_against_dcc_3_3_0() {
    let Some(schema) = schema() else { return };
    let demo = demonstration();
    for certificate in demo.certificates() {
        let answer = xmllint(&certificate.document, &schema);
        assert!(answer.is_yes, "{}", answer.words);
    }
    let scratch = demo.scratch();
    let document = demo.certificate().document;
    let wrong =
        altered(&document, scratch.path(), "schemaVersion=\"3.3.0\"", "schemaVersion=\"3\"");
    let answer = xmllint(&wrong, &schema);
    assert!(!answer.is_yes, "{}", answer.words);
}

fn schematron(document: &Path) -> Answer {
    ask(python("dcclib"), &["validate", "schematron", "--format", "plain", word(document)])
}

#[test]
fn dcclib_accepts_the_schematron_of_every_document() {
    for certificate in demonstration().certificates() {
        let answer = schematron(&certificate.document);
        assert!(answer.is_yes, "{}", answer.words);
    }
}

/// The Schematron wants a performance that ends no earlier than it began.
#[test]
fn dcclib_refuses_a_calibration_that_ends_before_it_begins() {
    let demo = demonstration();
    let scratch = demo.scratch();
    let document = demo.certificate().document;
    let opening = "<dcc:endPerformanceDate>2";
    let wrong = altered(&document, scratch.path(), opening, "<dcc:endPerformanceDate>1");
    let answer = schematron(&wrong);
    assert!(!answer.is_yes, "{}", answer.words);
}
