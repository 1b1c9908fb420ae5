// The pilot's journey, page by page, as a person walks it. Only names that the contract fixes are used.

import assert from "node:assert/strict";

/** What the pilot answers; field ids of the contract. */
export const ANSWERS = {
  angaben: {
    anrede: { label: "Frau" },
    nachname: "Müller-Łukasiewicz",
    vorname: "Şerife Ḩanna",
    geburtsname: "Größer",
    geburtsdatum: "20.12.1980",
    geburtsort: "Köthen (Anhalt)",
    geburtsland: { label: "Deutschland" },
    staatsangehoerigkeit: { label: "deutsch" },
    strasse: "Straße der Einheit",
    hausnummer: "12 a",
    plz: "39291",
    ort: "Möckern",
    land: { label: "Deutschland" },
    telefon: "039221 12345",
    email: "serife.mueller@example.org",
    anliegen: "Der Pass meines Kindes läuft im Mai ab.\nIch bitte um Verlängerung.",
  },
  erklaerungen: ["gebuehren", "richtigkeit", "datenschutz_betreiber", "datenschutz_stelle", "missbrauch"],
};

/** The control of a question. */
export const field = (page, name) => page.locator(`main [name="${name}"]:not([type="hidden"])`);

/** The button that sends `aktion`. */
export const button = (page, action) => page.locator(`button[name="aktion"][value="${action}"]`).first();

/** Answers one question, whatever its widget. A label is matched from its beginning. */
export async function answer(page, name, value) {
  const control = field(page, name);
  const kind = await control.first().evaluate((element) => (element.tagName === "SELECT" ? "select" : element.type));
  if (kind === "select") {
    const options = await control.locator("option").evaluateAll((all) => all.map((one) => ({ value: one.value, label: one.label })));
    const found = options.find((one) => (value.label ? one.label.startsWith(value.label) : one.value === value));
    assert.ok(found, `${name} offers ${JSON.stringify(value)}; it has ${options.slice(0, 5).map((one) => one.label)} …`);
    await control.selectOption(found.value);
  } else if (kind === "radio") {
    const chosen = value.label ? page.locator("main label", { hasText: value.label }).first() : page.locator(`main [name="${name}"][value="${value}"]`);
    await chosen.click();
  } else if (kind === "checkbox") {
    await control.check();
  } else if (kind === "file") {
    await control.setInputFiles(value);
  } else {
    await control.fill(value);
  }
}

/** Presses a button and waits for the page that follows. */
export async function press(page, action) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), button(page, action).click()]);
}

/** Name of the step in the address. */
export const step = (page) => new URL(page.url()).pathname.split("/").at(-1);

/** Id of the application in the address. */
export const application = (page) => new URL(page.url()).pathname.match(/\/antrag\/([^/]+)/)?.[1];

/** Opens a deep link and begins. */
export async function begin(page, link) {
  const response = await page.goto(link);
  assert.equal(response.status(), 200);
  await press(page, "starten");
  assert.equal(step(page), "angaben");
}

/** Fills the first page; `files` go to the attachments. */
export async function fillAngaben(page, { files = [], ...other } = {}) {
  for (const [name, value] of Object.entries({ ...ANSWERS.angaben, ...other })) await answer(page, name, value);
  if (files.length > 0) await answer(page, "anlagen", files);
}

/** From the office's page to the review. */
export async function onwardToReview(page) {
  assert.equal(step(page), "stelle");
  await press(page, "weiter");
  assert.equal(step(page), "erklaerungen");
  for (const name of ANSWERS.erklaerungen) await answer(page, name, "ja");
  await press(page, "weiter");
  assert.equal(step(page), "bestaetigung");
}

/** From the deep link to the review. */
export async function toReview(page, link, options = {}) {
  await begin(page, link);
  await fillAngaben(page, options);
  await press(page, "weiter");
  await onwardToReview(page);
}

/** The Vorgangsnummer on the receipt. */
export async function vorgangsnummer(page) {
  assert.equal(step(page), "quittung");
  const text = await page.locator("main").innerText();
  const found = text.replaceAll(/(?<=\d)[\s\u00a0\u202f](?=\d)/g, "").match(/20\d{18}/);
  assert.ok(found, `a Vorgangsnummer stands on the receipt: ${text.slice(0, 300)}`);
  return found[0];
}
