//! A folder as the way out: each mail becomes one file, whole or not at all, and a repetition none.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::super::DeliveryError;
use super::TransportError;
use crate::outbox::letter::Letter;

/// Longest time for one mail; a disk that takes longer is as good as gone.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// A folder with `tmp/` for what is being written and `new/` for what has arrived, as in a maildir.
#[derive(Clone, Debug)]
pub struct Folder {
    tmp: Arc<Path>,
    new: Arc<Path>,
}

impl Folder {
    /// Makes the folder, readable by its owner only, and tries to write there.
    pub fn open(dir: &Path) -> Result<Self, TransportError> {
        let folder = Self { tmp: dir.join("tmp").into(), new: dir.join("new").into() };
        for part in [&folder.tmp, &folder.new] {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(part)
                .map_err(|error| TransportError(format!("{} cannot be made: {error}", part.display())))?;
        }
        let trial = folder.draft("trial");
        create(&trial)
            .and_then(|_| fs::remove_file(&trial))
            .map_err(|error| TransportError(format!("{} cannot be written: {error}", folder.tmp.display())))?;
        Ok(folder)
    }

    /// Writes the mail to disk for good. One that is there already was sent before: the same name is the same mail.
    pub async fn send(&self, letter: &Letter) -> Result<(), DeliveryError> {
        let folder = self.clone();
        let name = letter.name.clone();
        let bytes = letter.bytes.clone();
        let written = tokio::task::spawn_blocking(move || folder.write(&name, &bytes));
        match tokio::time::timeout(TIMEOUT, written).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(DeliveryError::Later(format!("the mail folder cannot be written: {error}"))),
            Ok(Err(_)) => Err(DeliveryError::Later("writing to the mail folder broke off".to_owned())),
            Err(_) => Err(DeliveryError::Later("the mail folder does not answer".to_owned())),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.new.join(format!("{name}.eml"));
        if !target.try_exists()? {
            let draft = self.draft(name);
            let renamed = create(&draft)
                .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
                .and_then(|()| fs::rename(&draft, &target));
            if renamed.is_err() {
                // Best effort: what matters is the first error.
                let _ = fs::remove_file(&draft);
            }
            renamed?;
        }
        // Also for a mail found in place: the run that wrote it may have died before its name was safe.
        File::open(&self.new)?.sync_all()
    }

    /// A name in `tmp/` that no other writer has, in this process or another.
    fn draft(&self, name: &str) -> PathBuf {
        static TURN: AtomicU64 = AtomicU64::new(0);
        self.tmp.join(format!("{name}.{}.{}", process::id(), TURN.fetch_add(1, Ordering::Relaxed)))
    }
}

/// A file that only its owner reads. One left by a process of the same number that died is written anew.
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(bytes: &[u8]) -> Letter {
        Letter {
            name: "20200619337550065600-mail".to_owned(),
            from: "a@example.org".parse().unwrap(),
            to: "b@example.org".parse().unwrap(),
            bytes: bytes.to_vec().into(),
        }
    }

    fn files(dir: &Path) -> Vec<String> {
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_mail_arrives_once_however_often_it_is_sent() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(&dir.path().join("deep/mail")).unwrap();
        let letter = letter(b"Subject: x\r\n\r\ny\r\n");
        let (one, two) = tokio::join!(folder.send(&letter), folder.send(&letter));
        one.unwrap();
        two.unwrap();
        folder.send(&letter).await.unwrap();
        assert_eq!(files(&folder.new), ["20200619337550065600-mail.eml"]);
        assert_eq!(fs::read(folder.new.join("20200619337550065600-mail.eml")).unwrap(), letter.bytes);
        assert!(files(&folder.tmp).is_empty());
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_means_later() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(&dir.path().join("mail")).unwrap();
        fs::remove_dir_all(dir.path().join("mail")).unwrap();
        assert!(matches!(folder.send(&letter(b"x")).await, Err(DeliveryError::Later(_))));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told_at_start() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "x").unwrap();
        let error = Folder::open(&file).unwrap_err().to_string();
        assert!(error.starts_with("mail.url: ") && error.contains("cannot be made"), "{error}");
    }
}
