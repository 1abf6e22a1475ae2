//! One real demonstration, made once, that all judges look at.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The program under judgement.
pub(crate) const ETALON: &str = env!("CARGO_BIN_EXE_etalon");

/// The laboratory that `etalon demo` left behind.
pub(crate) struct Demonstration {
    folder: PathBuf,
}

/// One certificate: the page and the document that was issued with it.
pub(crate) struct Certificate {
    /// The PDF.
    pub(crate) page: PathBuf,
    /// The signed digital calibration certificate.
    pub(crate) document: PathBuf,
}

/// The demonstration of this test run.
pub(crate) fn demonstration() -> &'static Demonstration {
    static MADE: OnceLock<Demonstration> = OnceLock::new();
    MADE.get_or_init(|| {
        // Inside the build folder and made anew each time: what is kept for the
        // length of the program is never tidied away by itself.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the last demonstration goes away");
        }
        fs::create_dir_all(&folder).expect("the build folder can be written");
        let output = Command::new(ETALON)
            .args(["demo", "--out"])
            .arg(folder.join("demo"))
            .output()
            .expect("etalon starts");
        assert!(
            output.status.success(),
            "etalon demo ended with {}:\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Demonstration { folder }
    })
}

impl Demonstration {
    /// The laboratory's folder.
    pub(crate) fn laboratory(&self) -> PathBuf {
        self.folder.join("demo")
    }

    /// The laboratory's own certification authority.
    pub(crate) fn authority(&self) -> PathBuf {
        self.laboratory().join("keys/ca.pem")
    }

    /// A place of one's own for what a test writes.
    pub(crate) fn scratch(&self) -> tempfile::TempDir {
        tempfile::tempdir_in(&self.folder).expect("a temporary folder")
    }

    /// Every certificate issued, in the order of their names.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        let mut pages = Vec::new();
        collect_pages(&self.laboratory().join("certificates"), &mut pages);
        pages.sort();
        assert_eq!(pages.len(), 8, "six meters, a gauge, a turbine meter: {pages:?}");
        pages.into_iter().map(paired).collect()
    }

    /// The first certificate, for what is shown on one alone.
    pub(crate) fn certificate(&self) -> Certificate {
        self.certificates().swap_remove(0)
    }
}

fn collect_pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the demonstration has certificates").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect_pages(&path, pages);
        } else if path.extension().is_some_and(|ending| ending == "pdf") {
            pages.push(path);
        }
    }
}

fn paired(page: PathBuf) -> Certificate {
    let document = page.with_extension("xml");
    assert!(document.exists(), "{} was issued without its document", page.display());
    Certificate { page, document }
}

/// A certification authority that has nothing to do with the laboratory.
pub(crate) fn strange_authority(folder: &Path) -> PathBuf {
    let path = folder.join("strange.pem");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/strange_authority.py");
    let answer = crate::judge::ask(
        crate::judge::python("python"),
        &[crate::judge::word(&script), crate::judge::word(&path)],
    );
    assert!(answer.is_yes, "{}", answer.words);
    path
}
