//! Who signs for a certificate, what is signed, and what becomes of a certificate afterwards.

use etalon::act;
use etalon::issue::signatures::{self, Subject};
use etalon::issue::standing::{self, Standing};
use etalon::issue::{self, Certificate, IssueRefusal, Order};
use etalon::keyring;
use etalon::lab::Lab;
use etalon::lab::demo::{ITEMS, PERSONS};
use etalon::people::PersonRefusal;
use etalon::people::secrets::Secrets;
use etalon::people::signing::{Meaning, SigningRefusal, Statement, sign};
use etalon_certificates::fonts::Fonts;
use etalon_certificates::key::Signer;
use etalon_certificates::record::Languages;
use etalon_uncertainty::text::Text;
use jiff::Timestamp;

use crate::bench::{Laboratory, only_listen};

const PASSWORD: &str = "correct horse battery";

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn order<'a>(run: &'a str, item: &'a str) -> Order<'a> {
    let (_, checked, approved) = PERSONS;
    Order { run, item, checked, approved, languages: Languages::En, now: now() }
}

/// One meter, measured.
async fn measured() -> (Laboratory, String, Signer) {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let signer = keyring::signer(&laboratory.lab, jiff::civil::date(2026, 11, 23)).unwrap();
    (laboratory, run, signer)
}

fn issued(
    laboratory: &Laboratory,
    run: &str,
    signer: &Signer,
) -> Result<Certificate, IssueRefusal> {
    let order = order(run, ITEMS[0]);
    issue::issue(&laboratory.lab, &laboratory.journal, &order, signer, &Fonts::latin())
}

/// The demonstration's folder as a laboratory of real people, each with a password.
fn in_earnest(laboratory: &mut Laboratory) {
    let root = laboratory.lab.root().to_owned();
    let file = root.join("etalon.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let earnest: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("demonstration")).collect();
    std::fs::write(&file, earnest.join("\n")).unwrap();
    let mut secrets = Secrets::default();
    for person in ["chen.yu", "wang.min", "zhao.lei"] {
        secrets.set(person, PASSWORD, jiff::civil::date(2026, 11, 23)).unwrap();
    }
    secrets.write(&root).unwrap();
    laboratory.lab = Lab::open(&root).unwrap();
    assert!(!laboratory.lab.identity.demonstration);
}

/// ISO/IEC 17025 7.8.8: a second certificate replaces the first one and says so, and only when its
/// amendment was ordered; the first one stands as superseded for ever.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_8_second_certificate_replaces_the_first_and_says_why() {
    let (laboratory, run, signer) = measured().await;
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let first = issued(&laboratory, &run, &signer).unwrap();
    let again = issued(&laboratory, &run, &signer).unwrap_err();
    assert!(matches!(again, IssueRefusal::AlreadyCertified { .. }) && again.is_rule(), "{again}");

    let statement =
        Statement { meaning: Meaning::Administered, subject: &first.number, content: "" };
    let signature = sign(lab, journal, (PERSONS.2, None), statement, now()).unwrap();
    let reason = Text::new("the customer moved", "委托方地址变更");
    let ordered = (act::AMENDMENT_ORDERED, first.number.as_str());
    standing::end(journal, ordered, &reason, &signature, now()).unwrap();
    let second = issued(&laboratory, &run, &signer).unwrap();

    let note = format!("This certificate replaces {}. Reason: the customer moved", first.number);
    assert!(second.record.notes.iter().any(|own| own.en() == note), "{:?}", second.record.notes);
    let (known, acts) = (standing::certificates(journal).unwrap(), act::acts(journal).unwrap());
    let found = standing::standing(&known, &acts, &first.number);
    assert!(matches!(&found, Standing::Superseded { by, .. } if *by == second.number), "{found:?}");
    assert_eq!(standing::standing(&known, &acts, &second.number), Standing::InForce);
    let late = standing::end(journal, ordered, &reason, &signature, now()).unwrap_err();
    assert!(matches!(late, IssueRefusal::NotInForce { .. }), "{late}");
    let third = issued(&laboratory, &run, &signer).unwrap_err();
    assert!(matches!(third, IssueRefusal::AlreadyCertified { .. }), "{third}");
}

/// ISO/IEC 17025 7.10: a revoked certificate is known as revoked, with the reason in both languages.
#[tokio::test(start_paused = true)]
async fn iso17025_7_10_revoked_certificate_is_known_as_revoked() {
    let (laboratory, run, signer) = measured().await;
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let number = issued(&laboratory, &run, &signer).unwrap().number;
    let statement = Statement { meaning: Meaning::Administered, subject: &number, content: "" };
    let signature = sign(lab, journal, (PERSONS.2, None), statement, now()).unwrap();
    let reason = Text::new("the reference was damaged", "标准器损坏");
    standing::end(journal, (act::REVOKED, &number), &reason, &signature, now()).unwrap();

    let (known, acts) = (standing::certificates(journal).unwrap(), act::acts(journal).unwrap());
    let found = standing::standing(&known, &acts, &number).sentence();
    assert_eq!(found.en(), "revoked on 2026-11-23: the reference was damaged");
    assert_eq!(found.zh(), "已于 2026-11-23 撤销：标准器损坏");
    let unknown = standing::standing(&known, &acts, "SPECIMEN-2026-0999");
    assert_eq!(unknown, Standing::NotInRecord);
}

/// ISO/IEC 17025 7.8.1.1, 21 CFR 11.10 f and g: nobody checks their own work, nothing is approved
/// before it is checked, nothing issued before it is approved, and each refusal stands in the record.
#[tokio::test(start_paused = true)]
async fn cfr21_11_10_f_checked_then_approved_then_issued_by_three_persons() {
    let (mut laboratory, run, signer) = measured().await;
    in_earnest(&mut laboratory);
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let subject = Subject { run: &run, item: ITEMS[0] };
    let attempt = |person: &str, password: &str, meaning: Meaning| {
        signatures::sign(lab, journal, subject, (person, Some(password)), meaning, now()).map(drop)
    };
    let last = || act::acts(journal).unwrap().pop().unwrap();

    let unsigned = issued(&laboratory, &run, &signer).unwrap_err();
    assert!(matches!(unsigned, IssueRefusal::NotSigned { missing: "checked", .. }), "{unsigned}");
    let early = attempt("zhao.lei", PASSWORD, Meaning::Approved).unwrap_err();
    assert!(matches!(early, IssueRefusal::NotSigned { missing: "checked", .. }), "{early}");
    let wrong = attempt("wang.min", "a wrong password", Meaning::Checked).unwrap_err();
    assert!(matches!(wrong, IssueRefusal::Signing(SigningRefusal::WrongPassword { .. })));
    assert_eq!((last().act.as_str(), last().fact("wrong_password")), (act::REFUSED, "yes"));
    attempt("wang.min", PASSWORD, Meaning::Checked).unwrap();
    attempt("zhao.lei", PASSWORD, Meaning::Approved).unwrap();
    assert_eq!(last().subject, format!("{run} {}", ITEMS[0]));
    issued(&laboratory, &run, &signer).unwrap();
}

/// ISO/IEC 17025 4.1, 6.2: the operator does not check, a technician does not approve, and an
/// authorisation that ended yesterday is none; refused, recorded, named.
#[tokio::test(start_paused = true)]
async fn iso17025_6_2_own_work_wrong_duty_and_expired_authorisation_are_refused_and_recorded() {
    let (mut laboratory, run, _signer) = measured().await;
    in_earnest(&mut laboratory);
    let people = laboratory.lab.path("people.toml");
    let text = std::fs::read_to_string(&people).unwrap();
    let both = text.replacen(
        r#"duties        = ["technician"]"#,
        r#"duties = ["technician", "checker"]"#,
        1,
    );
    assert_ne!(text, both);
    std::fs::write(&people, both).unwrap();
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let subject = Subject { run: &run, item: ITEMS[0] };
    let attempt = |person: &str, meaning: Meaning, at: &str| {
        let given = (person, Some(PASSWORD));
        let at = at.parse().unwrap();
        let refused = signatures::sign(lab, journal, subject, given, meaning, at).unwrap_err();
        assert!(refused.is_rule(), "{refused}");
        let last = act::acts(journal).unwrap().pop().unwrap();
        assert_eq!((last.act.as_str(), last.subject.as_str()), (act::REFUSED, person));
        assert_eq!(last.fact("reason"), refused.to_string());
        refused
    };
    let own = attempt("chen.yu", Meaning::Checked, "2026-11-23T12:00:00Z");
    let IssueRefusal::Signing(SigningRefusal::Person(own)) = own else { panic!("{own}") };
    assert!(matches!(own, PersonRefusal::OwnWork { first: "performed", second: "checked", .. }));
    let duty = attempt("wang.min", Meaning::Approved, "2026-11-23T12:00:00Z").to_string();
    assert!(duty.contains("wang.min is no approver"), "{duty}");
    let late = attempt("wang.min", Meaning::Checked, "2028-01-01T12:00:00Z").to_string();
    assert!(late.contains("not authorised for calibration"), "{late}");
}

/// 21 CFR 11.70: a signature is on one content; where the content changes it counts no more.
#[tokio::test(start_paused = true)]
async fn cfr21_11_70_signature_does_not_pass_to_other_contents() {
    let (mut laboratory, run, _signer) = measured().await;
    in_earnest(&mut laboratory);
    let subject = Subject { run: &run, item: ITEMS[0] };
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let given = ("wang.min", Some(PASSWORD));
    signatures::sign(lab, journal, subject, given, Meaning::Checked, now()).unwrap();
    let signed = |lab: &Lab| {
        let (_, record) = signatures::unsigned(lab, journal, subject, now()).unwrap();
        let acts = act::acts(journal).unwrap();
        signatures::signed(&acts, subject, &signatures::content(&record)).checked
    };
    assert_eq!(signed(lab).as_deref(), Some("wang.min"));
    let mut moved = lab.clone();
    moved.identity.address = Text::new("elsewhere", "他处");
    assert_eq!(signed(&moved), None);
}

/// ILAC-P14, CNAS-CL01-G003: no U below the capability; no accreditation where a row is outside.
#[tokio::test(start_paused = true)]
async fn ilac_p14_scope_is_consulted_row_by_row() {
    let (mut laboratory, run, _signer) = measured().await;
    let capability = |to: &str, cmc: &str| {
        format!(
            "schema = \"etalon.scope/1\"\n[[capability]]\nmeasurand = \"x-etalon:Measure.Energy.AC.Active\"\n\
             method = \"JJG 596-2012\"\nquantity = \"I\"\nfrom = \"0.1 A\"\nto = \"{to}\"\ncmc = \"{cmc}\"\n"
        )
    };
    laboratory.lab.identity.accreditation = Some("CNAS L0000".to_owned());
    let file = laboratory.lab.path("scope.toml");
    let draft = |scope: String| {
        std::fs::write(&file, scope).unwrap();
        let order = order(&run, ITEMS[0]);
        issue::draft(&laboratory.lab, &laboratory.journal, &order, &Fonts::latin())
    };
    let refused = draft(capability("60 A", "0.5 %")).unwrap_err();
    assert!(matches!(refused, IssueRefusal::BelowCapability { .. }) && refused.is_rule());
    assert!(refused.to_string().contains("row basic_error/"), "{refused}");
    let whole = draft(capability("60 A", "0.005 %")).unwrap();
    assert_eq!(whole.laboratory.code.as_deref(), Some("CNAS L0000"));
    let partly = draft(capability("10 A", "0.005 %")).unwrap();
    assert_eq!(partly.laboratory.code, None);
    let nothing = draft("schema = \"etalon.scope/1\"\n".to_owned()).unwrap();
    assert_eq!(nothing.laboratory.code, None);
}
