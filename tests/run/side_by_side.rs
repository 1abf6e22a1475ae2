//! Two programs on one laboratory at once: a run holds its bench, and both see each other's events.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use etalon::lab::demo::{BENCH, ITEMS, PROCEDURE};

use crate::bench::Laboratory;

fn etalon(lab: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
    command.arg("--lab").arg(lab).args(arguments).stdin(Stdio::null());
    command
}

fn done(lab: &Path, arguments: &[&str]) -> (i32, Output) {
    let output = etalon(lab, arguments).output().unwrap();
    (output.status.code().unwrap_or(-1), output)
}

/// The second asker of a bench is told who holds it; what either program writes stands in one chain,
/// and the other one sees it while the first still works.
#[test]
fn second_asker_of_a_bench_is_told_who_holds_it_and_both_share_one_record() {
    let laboratory = Laboratory::new();
    let lab = laboratory.lab.root();
    let answers = lab.join("answers.toml");
    let item = ITEMS[0];
    let text = format!(
        "schema = \"etalon.answers/1\"\n[[answer]]\nfield = \"dut.serial\"\nvalue = \"{item}\"\n\
         [[answer]]\nstage = \"prepare\"\nvalue = \"yes\"\n"
    );
    std::fs::write(&answers, text).unwrap();
    let run = ["run", PROCEDURE, "--bench", BENCH, "--item", item, "--operator", "chen.yu"];
    let with_answers =
        [&run[..], &["--answers", answers.to_str().unwrap(), "--format", "json"]].concat();
    let mut first =
        etalon(lab, &with_answers).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    let started =
        lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("\"run_started\"")));
    started.expect("the run began").unwrap();

    let (code, second) = done(lab, &with_answers);
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(code, 5, "{said}");
    assert!(said.contains(BENCH) && said.contains(&first.id().to_string()), "{said}");

    let (code, listed) = done(lab, &["record", "list", "--format", "json"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(code == 0 && listed.contains("open"), "{listed}");
    let entry =
        ["register", "upkeep", "RM050001", "maintenance", "--text", "cleaned", "--by", "chen.yu"];
    let (code, entered) = done(lab, &entry);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&entered.stderr));

    let interrupted =
        Command::new("kill").args(["-INT", &first.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    for line in lines {
        line.unwrap();
    }
    assert_eq!(first.wait().unwrap().code(), Some(3));
    let (code, verified) = done(lab, &["record", "verify"]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&verified.stdout));
    let acts = etalon::act::acts(&laboratory.journal).unwrap();
    assert_eq!(acts.last().unwrap().subject, "RM050001");
}

/// ISO/IEC 17025 6.2: whoever is not authorised does not operate a bench; refused before anything moves,
/// recorded, named. With a password set the operator gives it, from a file that is theirs alone.
#[test]
fn iso17025_6_2_unauthorised_operator_and_wrong_password_are_refused_before_anything_moves() {
    let laboratory = Laboratory::new();
    let lab = laboratory.lab.root();
    let run = ["run", PROCEDURE, "--bench", BENCH, "--item", ITEMS[0], "--operator"];
    let last = || etalon::act::acts(&laboratory.journal).unwrap().pop().unwrap();
    let (code, refused) = done(lab, &[&run[..], &["zhao.lei"]].concat());
    assert_eq!(code, 5, "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!((last().act.as_str(), last().subject.as_str()), ("refused", "zhao.lei"));
    assert_eq!(last().fact("reason"), "rule `authorised persons only`: zhao.lei is no technician");

    let file = |name: &str, text: &str, mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        let path = lab.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (new, wrong) =
        (file("new", "a long password\n", 0o600), file("wrong", "another one\n", 0o600));
    let open = file("open", "a long password\n", 0o644);
    let passwd = ["person", "passwd", "chen.yu", "--by", "zhao.lei", "--new-password-file", &new];
    let (code, set) = done(lab, &passwd);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&set.stderr));
    let by_file = |password: &str| {
        let (code, said) =
            done(lab, &[&run[..], &["chen.yu", "--password-file", password]].concat());
        (code, String::from_utf8_lossy(&said.stderr).into_owned())
    };
    let (code, said) = by_file(&wrong);
    assert!(code == 5 && said.contains("4 more failures lock the account"), "{said}");
    let (code, said) = by_file(&open);
    assert!(code == 2 && said.contains("others could read it"), "{said}");
    assert!(laboratory.journal.runs().unwrap().is_empty());
}
