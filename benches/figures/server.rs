//! The program as a child process on its own core: started, waited for, weighed, stopped.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::super::SERVER_CORE;
use super::floor;

/// Ticks of `/proc/<pid>/stat` a second; fixed at 100 on Linux for user space.
const TICKS: u32 = 100;

/// Where mail goes.
pub enum Mail {
    /// A folder.
    Files,
    /// A sink.
    Smtp(SocketAddr),
}

/// A running child.
pub struct Server {
    child: Child,
    folder: TempDir,
    /// Address of its pages.
    pub base: String,
    /// From exec to ready.
    pub ready_after: Duration,
}

/// Memory in MiB.
pub struct Memory {
    /// Now.
    pub resident: f64,
    /// The most it ever had.
    pub highest: f64,
}

impl Server {
    /// The release program with an empty SQLite database and full durability, as its defaults are.
    pub async fn start(mail: &Mail) -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary folder"), mail).await
    }

    async fn start_in(folder: TempDir, mail: &Mail) -> Self {
        let (page_port, admin_port) = (free_port(), free_port());
        let base = format!("http://127.0.0.1:{page_port}");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mail = match mail {
            Mail::Files => format!("file:{}", path("mail")),
            Mail::Smtp(address) => format!("smtp://{address}?tls=none"),
        };
        let begun = Instant::now();
        let child = on_core(SERVER_CORE, env!("CARGO_BIN_EXE_antragsassistent"))
            .args(["--config", "config/demo.toml", "serve"])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .env("ANTRAG__SERVER__LISTEN", format!("127.0.0.1:{page_port}"))
            .env("ANTRAG__SERVER__PUBLIC_URL", &base)
            .env("ANTRAG__SERVER__ADMIN_LISTEN", format!("127.0.0.1:{admin_port}"))
            .env("ANTRAG__STORE__URL", format!("sqlite:{}", path("antrag.db")))
            .env("ANTRAG__KEYS__FILE", path("master.key"))
            .env("ANTRAG__MAIL__URL", mail)
            .env("ANTRAG__COURIER__FIRST_RETRY_SECONDS", "1")
            .env("ANTRAG__COURIER__LONGEST_RETRY_SECONDS", "1")
            .env("ANTRAG__LOG__FORMAT", "json")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut server = Self { child, folder, base, ready_after: Duration::ZERO };
        let ready = format!("http://127.0.0.1:{admin_port}/readyz");
        let client = reqwest::Client::new();
        loop {
            if client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the program is not ready after 30 s");
            assert!(server.child.try_wait().expect("it is our child").is_none(), "the program ended at once");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.ready_after = begun.elapsed();
        server
    }

    /// A floor page, served by this very program under another argument.
    pub fn floor(size: usize, lists: usize) -> Self {
        let mut child = on_core(SERVER_CORE, &std::env::current_exe().expect("we run").display().to_string())
            .args([floor::ARGUMENT, &size.to_string(), &lists.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the floor starts");
        let mut address = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut address).expect("the floor says where it listens");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { child, folder, base: format!("http://{}", address.trim()), ready_after: Duration::ZERO }
    }

    /// CPU time so far, all threads, user and system.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the child runs");
        // After the name in parentheses: state is field 3, utime 14, stime 15.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: u32 = [11, 12].map(|at: usize| fields[at].parse::<u32>().expect("a number of ticks")).iter().sum();
        Duration::from_secs(1) * ticks / TICKS
    }

    /// Memory now and at its highest.
    pub fn memory(&mut self) -> Memory {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the child runs");
        let of = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).expect("the kernel tells it");
            line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok()).expect("kibibytes") / 1024.0
        };
        Memory { resident: of("VmRSS:"), highest: of("VmHWM:") }
    }

    /// Waits until so many mails lie in the folder.
    pub async fn mails(&self, count: usize) {
        let folder = self.folder.path().join("mail/new");
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            let found = std::fs::read_dir(&folder).map_or(0, Iterator::count);
            if found >= count {
                return;
            }
            assert!(Instant::now() < deadline, "{found} of {count} mails after two minutes");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops it as an operator does.
    pub async fn stop(mut self) {
        self.end().await;
    }

    /// Stops it, then lets time pass.
    pub async fn stopped_and_waiting(mut self, time: Duration) -> Self {
        self.end().await;
        tokio::time::sleep(time).await;
        self
    }

    /// Stops it and starts it again on the same database.
    pub async fn restarted(mut self, mail: &Mail) -> Self {
        self.end().await;
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().expect("a temporary folder"));
        Self::start_in(folder, mail).await
    }

    async fn end(&mut self) {
        if self.child.try_wait().expect("it is our child").is_some() {
            return;
        }
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.child.try_wait().expect("it is our child").is_none() {
            if Instant::now() > deadline {
                let _ = self.child.kill();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that runs on one core.
fn on_core(core: usize, program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string(), program]);
    command
}

/// Keeps this process off the server's core.
pub fn pin_this_process(core: usize) {
    let pinned = Command::new("taskset")
        .args(["-a", "-p", "-c", &core.to_string(), &std::process::id().to_string()])
        .stdout(Stdio::null())
        .status();
    assert!(pinned.is_ok_and(|status| status.success()), "taskset cannot pin to core {core}: two cores are needed");
}

/// CPU time of the calling thread.
pub fn cpu_of_this_thread() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the kernel keeps schedstat");
    Duration::from_nanos(text.split_whitespace().next().and_then(|number| number.parse().ok()).expect("nanoseconds"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
