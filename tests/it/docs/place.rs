//! Where the examples run: a copy of the repository's forms, tenants and directories, and the folders of a server beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::reading::root;

/// What stands for a server's folders.
const SERVER: [&str; 2] = ["/etc/antragsassistent", "/var/lib/antragsassistent"];

/// A folder with everything that the examples need.
pub struct Place {
    folder: TempDir,
}

/// How a command ended.
pub struct Ended {
    /// Exit code.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it printed on the error output.
    pub errors: String,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["config", "forms", "tests/forms"] {
            copy(&root().join(folder), &place.path(folder));
        }
        for (from, to) in [("forms", "forms"), ("config/mandanten", "mandanten"), ("config/verzeichnis", "verzeichnis")]
        {
            copy(&root().join(from), &place.path(SERVER[0]).join(to));
        }
        let delivery = place.path(SERVER[1]).join("xzufi");
        std::fs::create_dir_all(&delivery).unwrap();
        std::fs::copy(root().join("tests/xzufi/pilot.xml"), delivery.join("1.xml")).unwrap();
        std::fs::create_dir(place.folder.path().join("bin")).unwrap();
        std::os::unix::fs::symlink(
            env!("CARGO_BIN_EXE_antragsassistent"),
            place.folder.path().join("bin/antragsassistent"),
        )
        .unwrap();
        place
    }

    /// A path of the docs in here: of the repository, or of a server.
    pub fn path(&self, path: &str) -> PathBuf {
        match path.strip_prefix('/') {
            Some(server) => self.folder.path().join("server").join(server),
            None => self.folder.path().join("repository").join(path),
        }
    }

    /// A text of the docs with the folders of a server in here.
    fn here(&self, text: &str) -> String {
        SERVER
            .iter()
            .fold(text.to_owned(), |text, folder| text.replace(folder, &self.path(folder).display().to_string()))
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path(path), self.here(text)).unwrap();
    }

    /// Adds to a file.
    pub fn append(&self, path: &str, text: &str) {
        let before = std::fs::read_to_string(self.path(path)).unwrap();
        std::fs::write(self.path(path), format!("{before}\n{text}")).unwrap();
    }

    /// Runs lines of a shell as a reader types them; the first that fails ends it.
    pub fn shell(&self, lines: &str) -> Ended {
        let path = format!("{}/bin:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-euc", &self.here(lines)])
            .current_dir(self.path(""))
            .env("PATH", path)
            .env("KEY", "0123456789")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), out: text(output.stdout), errors: text(output.stderr) }
    }

    /// What is wrong with forms, tenants and directories; nothing if all is well.
    pub fn check(&self) -> Result<(), String> {
        let Ended { code, out, errors } = self.shell("antragsassistent --config config/demo.toml check");
        if code == 0 { Ok(()) } else { Err(format!("{out}{errors}")) }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
