//! Judges of the PDF: its signature, its structure, what is attached, what it says.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    demonstration::{Demonstration, demonstration, strange_authority},
    document,
    judge::{Answer, ask, python, word},
};

/// A database of trusted authorities as the browsers' cryptography keeps it.
fn trusting(authority: &Path, folder: &Path) -> String {
    let database = format!("sql:{}", word(folder));
    let made = ask("certutil", &["-N", "-d", &database, "--empty-password"]);
    assert!(made.is_yes, "{}", made.words);
    let trust =
        ["-A", "-d", &database, "-n", "authority", "-t", "CT,C,C", "-a", "-i", word(authority)];
    let added = ask("certutil", &trust);
    assert!(added.is_yes, "{}", added.words);
    database
}

fn pdfsig(page: &Path, database: &str) -> Answer {
    ask("pdfsig", &["-nssdir", database, word(page)])
}

fn pyhanko(page: &Path, authority: &Path) -> Answer {
    let arguments = ["sign", "validate", "--no-revocation-check", "--trust", word(authority)];
    let rest = ["--trust-replace", "--pretty-print", word(page)];
    ask(python("pyhanko"), &[&arguments[..], &rest[..]].concat())
}

/// The page with one bit changed in the comment of its second line, which the
/// signature covers and which no reader looks at.
fn with_one_flipped_bit(page: &Path, folder: &Path) -> PathBuf {
    let mut bytes = fs::read(page).expect("the page can be read");
    let comment = bytes.windows(2).position(|pair| pair == b"\n%").expect("a second line");
    *bytes.get_mut(comment + 2).expect("a comment of some length") ^= 1;
    let path = folder.join("flipped.pdf");
    fs::write(&path, bytes).expect("the scratch folder can be written");
    path
}

/// Issue: `pdfsig` with the demonstration's authority as trust.
#[test]
fn pdfsig_calls_every_signature_valid_and_trusted() {
    let demo = demonstration();
    let scratch = demo.scratch();
    let database = trusting(&demo.authority(), scratch.path());
    for certificate in demo.certificates() {
        let answer = pdfsig(&certificate.page, &database);
        assert!(answer.words.contains("Signature is Valid."), "{}", answer.words);
        assert!(answer.words.contains("Certificate is Trusted."), "{}", answer.words);
        assert!(answer.words.contains("Total document signed"), "{}", answer.words);
        assert!(answer.words.contains("ETSI.CAdES.detached"), "{}", answer.words);
    }
}

#[test]
fn pdfsig_refuses_one_flipped_bit_and_a_strange_authority() {
    let demo = demonstration();
    let (own, strange) = (demo.scratch(), demo.scratch());
    let page = demo.certificate().page;

    let database = trusting(&demo.authority(), own.path());
    let flipped = pdfsig(&with_one_flipped_bit(&page, own.path()), &database);
    assert!(flipped.words.contains("Digest Mismatch"), "{}", flipped.words);

    let database = trusting(&strange_authority(strange.path()), strange.path());
    let unknown = pdfsig(&page, &database);
    assert!(unknown.words.contains("Signature is Valid."), "{}", unknown.words);
    assert!(!unknown.words.contains("Certificate is Trusted."), "{}", unknown.words);
}

#[test]
fn pyhanko_calls_every_signature_valid_with_the_laboratory_as_trust() {
    let demo = demonstration();
    for certificate in demo.certificates() {
        let answer = pyhanko(&certificate.page, &demo.authority());
        assert!(answer.is_yes, "{}", answer.words);
        assert!(answer.words.contains("The signature is judged VALID."), "{}", answer.words);
    }
}

#[test]
fn pyhanko_refuses_one_flipped_bit_and_a_strange_authority() {
    let demo = demonstration();
    let scratch = demo.scratch();
    let page = demo.certificate().page;

    let flipped = pyhanko(&with_one_flipped_bit(&page, scratch.path()), &demo.authority());
    assert!(!flipped.is_yes, "{}", flipped.words);
    assert!(flipped.words.contains("INVALID"), "{}", flipped.words);

    let unknown = pyhanko(&page, &strange_authority(scratch.path()));
    assert!(!unknown.is_yes, "{}", unknown.words);
    assert!(unknown.words.contains("INVALID"), "{}", unknown.words);
}

#[test]
fn qpdf_finds_every_page_well_formed_and_a_cut_one_not() {
    let demo = demonstration();
    for certificate in demo.certificates() {
        let answer = ask("qpdf", &["--check", word(&certificate.page)]);
        assert!(answer.is_yes, "{}", answer.words);
        assert!(answer.words.contains("No syntax or stream encoding errors"), "{}", answer.words);
    }

    let scratch = demo.scratch();
    let bytes = fs::read(demo.certificate().page).expect("the page can be read");
    let cut = scratch.path().join("cut.pdf");
    let kept = bytes.len() * 9 / 10;
    fs::write(&cut, &bytes[..kept]).expect("the scratch folder can be written");
    let answer = ask("qpdf", &["--check", word(&cut)]);
    assert!(!answer.is_yes, "{}", answer.words);
}

/// ISO 19005-3: the attached file is the issued one, byte for byte.
#[test]
fn pdfdetach_finds_the_issued_document_and_nothing_else() {
    let demo = demonstration();
    for certificate in demo.certificates() {
        let scratch = demo.scratch();
        let folder = scratch.path();
        let answer = ask("pdfdetach", &["-saveall", "-o", word(folder), word(&certificate.page)]);
        assert!(answer.is_yes, "{}", answer.words);
        let saved: Vec<PathBuf> = fs::read_dir(folder)
            .expect("the scratch folder can be read")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        let [attached] = saved.as_slice() else { panic!("attached: {saved:?}") };
        let issued = fs::read(&certificate.document).expect("the document can be read");
        assert!(
            fs::read(attached).expect("the attachment can be read") == issued,
            "{} is not the issued {}",
            attached.display(),
            certificate.document.display()
        );
    }
}

/// The words of a page, all its pages or one.
fn words(page: &Path, number: Option<&str>) -> String {
    let mut arguments = vec!["-layout"];
    if let Some(number) = number {
        arguments.extend(["-f", number, "-l", number]);
    }
    arguments.extend([word(page), "-"]);
    let answer = ask("pdftotext", &arguments);
    assert!(answer.is_yes, "{}", answer.words);
    answer.words
}

fn count_pages(page: &Path) -> usize {
    let answer = ask("pdfinfo", &[word(page)]);
    let line = answer.words.lines().find_map(|line| line.strip_prefix("Pages:"));
    line.and_then(|count| count.trim().parse().ok()).expect("pdfinfo counts pages")
}

#[test]
fn pdftotext_reads_every_result_of_the_document_on_the_page() {
    for certificate in demonstration().certificates() {
        let xml = fs::read_to_string(&certificate.document).expect("the document is UTF-8");
        let page = words(&certificate.page, None);
        // Typeset numbers carry a minus sign, not a hyphen.
        let page = page.replace('\u{2212}', "-");
        let printed: Vec<&str> = page.split_whitespace().collect();
        let numbers = document::results(&xml);
        assert!(numbers.len() >= 10, "few results in the document: {numbers:?}");
        for number in numbers {
            // Limits that differ by their sign only are printed once, as ±.
            let pair = format!("±{}", number.trim_start_matches('-'));
            let stands = |word: &&str| word.trim_start_matches('+') == number || *word == pair;
            assert!(
                printed.iter().any(stands),
                "{number} of {} is not on its page",
                certificate.document.display()
            );
        }
    }
}

/// Invariant 10: what a simulated bench produced says so on every page.
#[test]
fn pdftotext_reads_specimen_on_every_page() {
    for certificate in demonstration().certificates() {
        for number in 1..=count_pages(&certificate.page) {
            let said = words(&certificate.page, Some(&number.to_string())).to_uppercase();
            let compact: String = said.split_whitespace().collect();
            assert!(compact.contains("SPECIMEN"), "page {number} does not say it:\n{said}");
        }
    }
}

/// How many of a hundred picture elements are not white.
fn percentage_inked(demo: &Demonstration, page: &Path, number: &str) -> usize {
    let scratch = demo.scratch();
    let stem = scratch.path().join("page");
    let size = ["-gray", "-r", "60", "-singlefile", "-f", number];
    let answer = ask("pdftoppm", &[&size[..], &[word(page), word(&stem)]].concat());
    assert!(answer.is_yes, "{}", answer.words);
    let bytes = fs::read(stem.with_extension("pgm")).expect("pdftoppm wrote a picture");
    // A PGM file: three header lines, then one byte for each picture element.
    let header = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(2);
    let start = header.map(|(at, _)| at + 1).expect("a header of three lines");
    let elements = bytes.get(start..).expect("a picture after its header");
    let inked = elements.iter().filter(|grey| **grey < 200).count();
    inked * 100 / elements.len()
}

#[test]
fn pdftoppm_draws_every_page_and_none_is_blank_or_black() {
    let demo = demonstration();
    for certificate in demo.certificates() {
        for number in 1..=count_pages(&certificate.page) {
            let inked = percentage_inked(demo, &certificate.page, &number.to_string());
            assert!(
                (1..40).contains(&inked),
                "{inked} % of page {number} of {} is inked",
                certificate.page.display()
            );
        }
    }
}
