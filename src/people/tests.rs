//! Stories of accounts: passwords, locks, authorisations, and what the record says about them.

use std::os::unix::fs::PermissionsExt;

use jiff::{Timestamp, civil::Date};

use super::{
    Authorisation, Duty, PersonRefusal, Work, change,
    secrets::{FILE, Secrets, SecretsError},
    signing::{self, FAILURES_UNTIL_LOCKED, Meaning, SigningRefusal, Statement},
};
use crate::{act, lab::Lab, store::Journal};

const PEOPLE: &str = r#"schema = "etalon.people/1"

# The first one.
[[person]]
id = "li.na"
name = { en = "Li Na", zh = "李娜" }
duties = ["technician", "checker"]

# The second one, and this remark is about her.
[[person]]
id = "zhao.lei"
name = { en = "Zhao Lei", zh = "赵磊" }
duties = ["approver", "administrator"]
"#;

const RIGHT: &str = "correct horse battery";

fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

fn day() -> Date {
    "2026-11-23".parse().unwrap()
}

/// A laboratory that is no demonstration, with two accounts, one of which has a password.
fn laboratory() -> (tempfile::TempDir, Lab, Journal) {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::found(&folder.path().join("lab"), "2026-11-23T07:00:00Z").unwrap();
    std::fs::write(lab.path("people.toml"), PEOPLE).unwrap();
    let mut secrets = Secrets::default();
    secrets.set("li.na", RIGHT, day()).unwrap();
    secrets.write(lab.root()).unwrap();
    let journal = lab.journal().unwrap();
    (folder, lab, journal)
}

fn try_password(lab: &Lab, journal: &Journal, password: &str) -> Result<(), SigningRefusal> {
    let statement =
        Statement { meaning: Meaning::Checked, subject: "R20261123-001 DD26000001", content: "ab" };
    signing::sign(lab, journal, ("li.na", Some(password)), statement, now()).map(drop)
}

/// 21 CFR 11.50: name, moment and meaning of a signature stand in the record.
#[test]
fn cfr21_11_50_signature_keeps_name_moment_and_meaning() {
    let (_folder, lab, journal) = laboratory();
    try_password(&lab, &journal, RIGHT).unwrap();

    let acts = act::acts(&journal).unwrap();
    let signed = acts.last().unwrap();
    assert_eq!((signed.act.as_str(), signed.by.as_str()), (act::SIGNED, "li.na"));
    assert_eq!((signed.fact("meaning"), signed.fact("name")), ("checked", "Li Na"));
    assert_eq!((signed.at.as_str(), signed.fact("content")), ("2026-11-23T08:00:00Z", "ab"));
    assert_eq!(signed.fact("password"), "given");
}

/// 21 CFR 11.300 d: a wrong password is refused, logged and named.
#[test]
fn cfr21_11_300_wrong_password_is_refused_and_recorded() {
    let (_folder, lab, journal) = laboratory();
    let refused = try_password(&lab, &journal, "correct horse").unwrap_err();
    assert!(refused.is_rule());
    assert_eq!(
        refused.to_string(),
        "rule `who signs gives their password`: the password of li.na is another one; 4 more failures lock the account"
    );
    let acts = act::acts(&journal).unwrap();
    let last = acts.last().unwrap();
    assert_eq!((last.act.as_str(), last.subject.as_str()), (act::REFUSED, "li.na"));
    assert_eq!(last.fact("about"), "R20261123-001 DD26000001");
    assert!(!last.fact("reason").contains("correct horse"));
}

#[test]
fn cfr21_11_300_account_locks_after_five_failures_until_somebody_unlocks_it() {
    let (_folder, lab, journal) = laboratory();
    for _ in 0..FAILURES_UNTIL_LOCKED {
        try_password(&lab, &journal, "wrong").unwrap_err();
    }
    let refused = try_password(&lab, &journal, RIGHT).unwrap_err();
    assert!(matches!(refused, SigningRefusal::Locked { .. }), "{refused}");

    act::Deed::new(act::UNLOCKED, "li.na", "zhao.lei").record(&journal, now()).unwrap();
    try_password(&lab, &journal, RIGHT).unwrap();
}

#[test]
fn right_password_ends_a_row_of_failures() {
    let (_folder, lab, journal) = laboratory();
    for _ in 0..3 {
        for _ in 1..FAILURES_UNTIL_LOCKED {
            try_password(&lab, &journal, "wrong").unwrap_err();
        }
        try_password(&lab, &journal, RIGHT).unwrap();
    }
}

#[test]
fn account_without_a_password_and_a_stranger_are_refused_and_recorded() {
    let (_folder, lab, journal) = laboratory();
    for (person, wanted) in [("zhao.lei", "accounts have a password"), ("nobody", "known persons")]
    {
        let statement = Statement { meaning: Meaning::Approved, subject: "x", content: "" };
        let refused = signing::sign(&lab, &journal, (person, Some(RIGHT)), statement, now());
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(wanted), "{refused}");
        let acts = act::acts(&journal).unwrap();
        assert_eq!(
            (acts.last().unwrap().act.as_str(), acts.last().unwrap().subject.as_str()),
            (act::REFUSED, person)
        );
    }
}

#[test]
fn secrets_that_others_could_read_are_refused() {
    let (_folder, lab, _journal) = laboratory();
    let file = lab.path(FILE);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Secrets::read(lab.root()).unwrap_err();
    assert!(matches!(refused, SecretsError::Open { mode: 0o640, .. }), "{refused}");
}

/// The password is never written: neither as it is nor with a salt that two accounts share.
#[test]
fn secrets_hold_salted_argon2id_hashes_only() {
    let mut secrets = Secrets::default();
    secrets.set("a", RIGHT, day()).unwrap();
    secrets.set("b", RIGHT, day()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    secrets.write(folder.path()).unwrap();
    let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(!text.contains(RIGHT));
    let hashes: Vec<&str> = text.lines().filter(|line| line.contains("$argon2id$v=19$")).collect();
    assert_eq!(hashes.len(), 2);
    assert_ne!(hashes[0], hashes[1]);
    assert!(Secrets::read(folder.path()).unwrap().agrees("b", RIGHT));
    assert!(matches!(secrets.set("a", "short", day()), Err(SecretsError::TooShort { found: 5 })));
}

/// ISO/IEC 17025, 6.2.5: authorisation by procedure and activity, with an end; and for checking and
/// approving as much as for operating.
#[test]
fn iso17025_6_2_expired_or_missing_authorisation_is_refused() {
    let (_folder, lab, _journal) = laboratory();
    let file = lab.path("people.toml");
    let given = Authorisation {
        procedure: "cn.jjg596.direct.basic-error".to_owned(),
        activity: "calibration".to_owned(),
        until: day(),
    };
    let text = change::with_authorisation(PEOPLE, "li.na", &given).unwrap();
    let people = change::replace(&file, &text).unwrap();
    let work = |activity, day| Work { procedure: "cn.jjg596.direct.basic-error", activity, day };
    people.authorised("li.na", Duty::Checker, work("calibration", day())).unwrap();
    let late =
        people.authorised("li.na", Duty::Checker, work("calibration", day().tomorrow().unwrap()));
    assert!(matches!(late, Err(PersonRefusal::NotAuthorised { .. })));
    let other = people.authorised("li.na", Duty::Checker, work("verification", day()));
    assert!(matches!(other, Err(PersonRefusal::NotAuthorised { .. })));
    let own = people.signatories("li.na", "li.na", "zhao.lei", work("calibration", day()));
    assert!(matches!(own, Err(PersonRefusal::OwnWork { .. })));
}

#[test]
fn change_of_people_keeps_every_line_that_a_person_wrote() {
    let given = Authorisation { procedure: "*".to_owned(), activity: "*".to_owned(), until: day() };
    let text = change::with_authorisation(PEOPLE, "li.na", &given).unwrap();
    assert!(PEOPLE.lines().all(|line| text.contains(line)));
    let (authorised, remark) =
        (text.find("[[person.authorised]]").unwrap(), text.find("# The second one").unwrap());
    assert!(authorised < remark, "{text}");
    let people = super::check(&text).value.unwrap();
    assert_eq!(people.person("li.na").unwrap().authorisations, [given]);
    assert!(people.person("zhao.lei").unwrap().authorisations.is_empty());
    assert!(
        change::with_authorisation(
            PEOPLE,
            "wang.min",
            &people.person("li.na").unwrap().authorisations[0]
        )
        .is_none()
    );
}

/// 21 CFR 11.100 a: an account is one person's.
#[test]
fn two_persons_of_one_name_are_a_finding() {
    let twice = format!(
        "{PEOPLE}\n{}",
        PEOPLE.split_once("# The second one").unwrap().1.split_once('\n').unwrap().1
    );
    let read = super::check(&twice);
    assert!(read.value.is_none());
    assert_eq!(read.diagnostics[0].message, "two persons are called `zhao.lei`");
}
