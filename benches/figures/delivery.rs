//! A large XZuFi delivery, as a Land's editors hand it over, and its import by the program.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What an import took.
pub struct Import {
    /// Size of the delivery in MB.
    pub megabytes: f64,
    /// From exec to exit.
    pub took: Duration,
    /// The most memory, in MiB.
    pub highest: f64,
}

/// Imports a delivery of about so many bytes into an empty SQLite database, on any core.
pub fn import(bytes: usize) -> Import {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = |name: &str| folder.path().join(name);
    let written = write(&place("lieferung.xml"), bytes);
    tenant(folder.path());
    let begun = Instant::now();
    let mut child = Command::new("taskset")
        .args(["-c", "0,1", env!("CARGO_BIN_EXE_antragsassistent"), "--config", "config/demo.toml"])
        .args(["directory", "import", "--mandant", "land"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("ANTRAG__MANDANTEN__DIR", place("mandanten"))
        .env("ANTRAG__STORE__URL", format!("sqlite:{}", place("antrag.db").display()))
        .env("ANTRAG__KEYS__FILE", place("master.key"))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut highest = 0.0_f64;
    let status = loop {
        // taskset becomes the program: the process is the same.
        highest = highest.max(peak(child.id()));
        if let Some(status) = child.try_wait().expect("it is our child") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = begun.elapsed();
    assert!(status.success(), "the import succeeds");
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    Import { megabytes: written as f64 / 1e6, took, highest }
}

fn peak(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default()
        / 1024.0
}

fn tenant(folder: &Path) {
    let demo = std::fs::read_to_string("config/mandanten/OZG-Antragsassistent.toml").expect("the demo's tenant");
    let gebiete = std::fs::canonicalize("config/verzeichnis/gebiete.tsv").expect("the demo's table");
    let logo = std::fs::canonicalize("config/mandanten/logo.svg").expect("the demo's logo");
    let tenant = demo
        .replace(
            "adapter = \"directory\"",
            &format!("adapter = \"xzufi\"\ngebiete = {:?}", gebiete.display().to_string()),
        )
        .replace("../verzeichnis/sachsen-anhalt.toml", "../lieferung.xml")
        .replace("\"logo.svg\"", &format!("{:?}", logo.display().to_string()));
    std::fs::create_dir(folder.join("mandanten")).expect("a folder");
    std::fs::write(folder.join("mandanten/land.toml"), tenant).expect("a file");
}

/// Services of some 7 KB with HTML in their texts, and an office with thirty responsibilities after each.
fn write(path: &Path, bytes: usize) -> usize {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let mut written = 0;
    let mut put = |text: &str| {
        file.write_all(text.as_bytes()).expect("room on the disk");
        written += text.len();
        written
    };
    put(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<x:transfer xmlns:x=\"http://xoev.de/schemata/xzufi/2_2_0\" xzufiVersion=\"2.2.0\">\n",
    );
    for number in 0.. {
        put(&leistung(number));
        if put(&stelle(number)) >= bytes {
            break;
        }
    }
    let written = put("</x:transfer>\n");
    file.flush().expect("room on the disk");
    written
}

fn leistung(number: usize) -> String {
    let mut text = format!(
        "<x:schreibe><x:leistung><x:id schemeAgencyID=\"L100042\" schemeID=\"LB\">{number}</x:id>\
         <x:referenzLeiKa listURI=\"urn:de:fim:leika:leistung\" listVersionID=\"1\"><code>99{number:012}</code></x:referenzLeiKa>"
    );
    let paragraph = "&lt;p&gt;Sie k\u{f6}nnen den Antrag pers\u{f6}nlich oder schriftlich stellen &amp;amp; müssen sich ausweisen. \
                     Bitte bringen Sie alle Unterlagen im Original mit, damit die Behörde sie prüfen kann.&lt;/p&gt;\n";
    let list = "&lt;ul&gt;&lt;li&gt;Personalausweis oder Reisepass&lt;/li&gt;&lt;li&gt;aktuelles Lichtbild&lt;/li&gt;&lt;/ul&gt;\n";
    for code in ["02", "03", "05", "06", "07", "08", "09", "11", "15", "18"] {
        let content = match code {
            "02" | "03" => format!("Erlaubnis Nummer {number} beantragen"),
            "06" | "11" => paragraph.repeat(6),
            "08" | "09" => format!("{paragraph}{list}"),
            _ => paragraph.to_owned(),
        };
        let _ = writeln!(
            text,
            "<x:modulText><x:positionDarstellung>1</x:positionDarstellung><x:leikaTextmodul listURI=\"urn:de:xzufi:codeliste:leistungstextmodulleika\" \
             listVersionID=\"1.0\"><code>{code}</code></x:leikaTextmodul><x:inhalt languageCode=\"de\">{content}</x:inhalt></x:modulText>"
        );
    }
    text.push_str("</x:leistung></x:schreibe>\n");
    text
}

fn stelle(number: usize) -> String {
    let mut text = format!(
        "<x:schreibe><x:organisationseinheit><x:id schemeAgencyID=\"L100042\" schemeID=\"OE\">{number}</x:id>\
         <x:name><x:name languageCode=\"de\">Amt Nummer {number}</x:name></x:name><x:anschrift><x:typ><code>001</code></x:typ>\
         <x:strasse>Am Markt</x:strasse><x:hausnummer>10</x:hausnummer><x:postleitzahl>39291</x:postleitzahl><x:ort>Möckern</x:ort></x:anschrift>\
         <x:kommunikationssystem><x:typ><code>ozg-antragsassistent</code></x:typ><x:kennung>amt{number}@land.example</x:kennung></x:kommunikationssystem>\n"
    );
    for row in 0..30 {
        let _ = writeln!(
            text,
            "<x:zustaendigkeit><x:id schemeAgencyID=\"L100042\" schemeID=\"ZUST\">{number}-{row}</x:id>\
             <x:leistungID schemeAgencyID=\"L100042\" schemeID=\"LB\">{}</x:leistungID>\
             <x:gebietID schemeID=\"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs\">15{:010}</x:gebietID>\
             <x:rolle><code>01</code></x:rolle></x:zustaendigkeit>",
            (number + row) % (number + 1),
            number * 100 + row
        );
    }
    text.push_str("</x:organisationseinheit></x:schreibe>\n");
    text
}
