// What reached the office, read with other people's programs: Python for the mail, xmllint for the XML, poppler for the PDF.

import { execFileSync } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { OUT } from "./browser.mjs";
import { ROOT } from "./server.mjs";

const run = (program, args) => execFileSync(program, args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 });

/** A mail: head, text, attachments as files. */
export const mail = (file) => JSON.parse(run("python3", ["tests/tools/mail.py", file, `${file}.parts`]));

/** Throws with xmllint's words if the XML is not valid. */
export const validXml = (file) => run("xmllint", ["--noout", "--nonet", "--schema", "schemas/antrag-1.xsd", file]);

/** Value of an XPath, whatever the namespace prefix; names are matched with local-name(). */
export const xpath = (file, expression) => run("xmllint", ["--nonet", "--xpath", expression, file]).trim();

/** The PDF's text in reading order. */
export const pdfText = (file) => run("pdftotext", ["-enc", "UTF-8", "-layout", file, "-"]).normalize("NFC");

/** Keeps a document for the conformance check that follows the browser tests. */
export async function keep(file, name) {
  const folder = path.join(OUT, "documents");
  await mkdir(folder, { recursive: true });
  await copyFile(file, path.join(folder, name));
}
