//! A private PostgreSQL server: a data folder of its own, a socket and no network, stopped with the
//! test that needs it, however that ends.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use etalon::store::address::Address;

/// An account without rights, for tests that run as root: `initdb` refuses root.
const NOBODY: &str = "nobody";

/// The server ends when the standard input of this ends: with the test's process, at the latest.
const WHILE_STDIN_IS_OPEN: &str = r#"
"$1" -D "$2" -k "$3" -c listen_addresses='' -c max_connections=40 -c logging_collector=off \
    >"$3/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
"#;

/// A running server.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: tempfile::TempDir,
    bin: PathBuf,
    running: Mutex<Option<Child>>,
}

/// The server that tests of one process share; the last one stops it.
static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

impl Cluster {
    /// The server that tests share.
    pub(crate) fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let started = Arc::new(Self::start());
        *shared = Arc::downgrade(&started);
        started
    }

    /// A server of its own, which the test may stop.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").unwrap();
        if is_root() {
            let owned = Command::new("chown").arg(NOBODY).arg(folder.path()).status().unwrap();
            assert!(owned.success(), "the folder is handed to {NOBODY}");
        }
        let cluster = Self { folder, bin: programs(), running: Mutex::new(None) };
        let mut initdb = as_ordinary_user(&cluster.bin.join("initdb"));
        // What initdb wrote need not survive a power cut; what the server confirms must.
        initdb.args(["-U", "etalon", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "-D"]);
        let made = initdb.arg(cluster.data()).current_dir("/").output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.go_on();
        cluster
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the socket is.
    pub(crate) fn socket(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server, again where it was stopped, and returns when it answers.
    pub(crate) fn go_on(&self) {
        let mut command = as_ordinary_user(Path::new("sh"));
        command.args(["-c", WHILE_STDIN_IS_OPEN, "sh"]).arg(self.bin.join("postgres"));
        command.arg(self.data()).arg(self.socket()).current_dir("/").stdin(Stdio::piped());
        *self.running.lock().unwrap() = Some(command.spawn().unwrap());
        let until = Instant::now() + Duration::from_secs(60);
        while !self.answers() {
            let log = std::fs::read_to_string(self.socket().join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "the server does not start:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn answers(&self) -> bool {
        let ready = Command::new(self.bin.join("pg_isready"))
            .args(["-q", "-h"])
            .arg(self.socket())
            .status();
        ready.is_ok_and(|status| status.success())
    }

    /// Stops the server at once, as a crash would: open transactions are lost.
    pub(crate) fn crash(&self) {
        let mut stop = as_ordinary_user(&self.bin.join("pg_ctl"));
        let stopped = stop.args(["-s", "-m", "immediate", "-D"]).arg(self.data()).arg("stop");
        assert!(stopped.current_dir("/").status().unwrap().success());
        self.end();
    }

    fn end(&self) {
        if let Some(mut child) = self.running.lock().unwrap().take() {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
    }

    /// Runs statements as the server's superuser; what psql printed.
    pub(crate) fn sql(&self, database: &str, statements: &str) -> Result<String, String> {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "etalon", "-h"]);
        psql.arg(self.socket()).args(["-d", database]).env("PGOPTIONS", "-c search_path=etalon");
        let mut running = psql
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        running.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
        let done = running.wait_with_output().unwrap();
        if done.status.success() {
            Ok(String::from_utf8(done.stdout).unwrap().trim().to_owned())
        } else {
            Err(String::from_utf8_lossy(&done.stderr).into_owned())
        }
    }

    /// A new, empty database.
    pub(crate) fn database(&self) -> String {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("lab{}_{number}", std::process::id());
        self.sql("postgres", &format!("CREATE DATABASE {name}")).unwrap();
        name
    }

    /// The address of a database for one of its roles.
    pub(crate) fn url(&self, role: &str, database: &str) -> String {
        format!("postgresql://{role}@localhost/{database}?host={}", self.socket().display())
    }

    /// The address of a laboratory's usual chain.
    pub(crate) fn address(&self, database: &str) -> Address {
        Address::new(&self.url("etalon", database), "lab", "main")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end();
    }
}

pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

pub(crate) fn as_ordinary_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", NOBODY, "--regid", "nogroup", "--clear-groups", "--"]).arg(program);
    command
}

/// The folder of the newest server that Debian's packages installed, or the one on the path.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let folders = installed.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let newest = folders.filter(|folder| folder.join("initdb").is_file()).max();
    newest.unwrap_or_else(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file());
        found.expect("no initdb: ./test installs PostgreSQL")
    })
}
