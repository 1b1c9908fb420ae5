//! The files of a delivery, in order: one file, those that `index.txt` lists, or all XML files of a folder by name.

use std::path::{Component, Path, PathBuf};

use crate::problem::Problem;

/// The list of files in a delivery.
const INDEX: &str = "index.txt";
/// Largest list, in bytes.
const LARGEST_INDEX: u64 = 4 * 1024 * 1024;
/// Most files of one delivery.
const MOST_FILES: usize = 100_000;

/// The files in the order in which they are read, or every one that is missing.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let whole = |message: String| vec![Problem::whole(&path.display().to_string(), message)];
    let kind = std::fs::metadata(path).map_err(|cause| whole(format!("die Lieferung ist nicht lesbar ({cause})")))?;
    if kind.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let index = path.join(INDEX);
    let files =
        if index.is_file() { listed(path, &index)? } else { found(path).map_err(|cause| whole(cause.to_string()))? };
    match files.len() {
        0 => Err(whole("die Lieferung enthält keine XML-Datei".to_owned())),
        1..=MOST_FILES => Ok(files),
        _ => Err(whole(format!("die Lieferung hat mehr als {MOST_FILES} Dateien"))),
    }
}

fn listed(folder: &Path, index: &Path) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let name = index.display().to_string();
    let whole = |message: String| vec![Problem::whole(&name, message)];
    let length = std::fs::metadata(index).map_or(0, |metadata| metadata.len());
    if length > LARGEST_INDEX {
        return Err(whole(format!("die Liste ist größer als {LARGEST_INDEX} Byte")));
    }
    let text =
        std::fs::read_to_string(index).map_err(|cause| whole(format!("die Liste ist nicht lesbar ({cause})")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut files, mut problems, mut at) = (Vec::new(), Vec::new(), 0);
    for raw in text.split('\n') {
        let span = at..at + raw.len();
        at = span.end + 1;
        // Further columns (size, checksum) may follow.
        let listed = raw.split(['\t', ';']).next().unwrap_or_default().trim();
        if listed.is_empty() || listed.starts_with('#') || listed == INDEX {
            continue;
        }
        let file = folder.join(listed);
        let inside =
            Path::new(listed).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            problems.push(Problem::at(&name, text, span, "die Datei liegt nicht in der Lieferung"));
        } else if file.is_file() {
            files.push(file);
        } else {
            problems.push(Problem::at(&name, text, span, "die Datei fehlt in der Lieferung"));
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

fn found(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_read_in_the_order_of_its_index() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.xml", "a.XML", "c.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names = || {
            files(folder.path()).map(|files| {
                files.iter().map(|file| file.file_name().unwrap().to_str().unwrap().to_owned()).collect::<Vec<_>>()
            })
        };
        assert_eq!(names().unwrap(), ["a.XML", "b.xml"]);
        std::fs::write(folder.path().join(INDEX), "\u{feff}# Lieferung\r\nb.xml;17;abc\r\n\r\na.XML\r\n").unwrap();
        assert_eq!(names().unwrap(), ["b.xml", "a.XML"]);
        std::fs::write(folder.path().join(INDEX), "b.xml\nfehlt.xml\n../a.xml\n/etc/passwd\n").unwrap();
        let lines: Vec<_> = names().unwrap_err().into_iter().map(|problem| (problem.line, problem.message)).collect();
        let (missing, outside) = ("die Datei fehlt in der Lieferung", "die Datei liegt nicht in der Lieferung");
        assert_eq!(lines, [(2, missing.to_owned()), (3, outside.to_owned()), (4, outside.to_owned())]);
    }

    #[test]
    fn a_delivery_without_files_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(files(folder.path()).is_err());
        assert!(files(&folder.path().join("fehlt")).is_err());
    }
}
