// Wrong answers, missing answers, wrong files, ways back and forward: nothing that was entered is lost, nothing is skipped.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, launch, picture, visitor } from "./support/browser.mjs";
import { pdf, wrong } from "./support/files.mjs";
import { ANSWERS, answer, application, begin, field, fillAngaben, onwardToReview, press, step, toReview } from "./support/journey.mjs";
import { serve } from "./support/server.mjs";

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The error summary's links. */
const summary = (page) => page.locator('main [role="alert"] a[href^="#feld-"], main .kern-alert a[href^="#feld-"], main a[href^="#feld-"]');

for (const script of [true, false]) {
  const how = script ? "with script" : "without script";

  test(`an error names its field, and every valid entry stays, ${how}`, async () => {
    const { page, check } = await visitor(browser, server.origin, { script });
    await begin(page, server.link());
    await fillAngaben(page, { geburtsdatum: "31.02.1980", plz: "3929", nachname: "" });
    const [response] = await Promise.all([page.waitForNavigation(), page.locator('button[name="aktion"][value="weiter"]').first().click()]);
    assert.equal(response.status(), 422);
    assert.equal(step(page), "angaben");
    assert.match(await page.title(), /^Fehler/i);

    const links = await summary(page).evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    assert.deepEqual(links, ["#feld-nachname", "#feld-geburtsdatum", "#feld-plz"], "in the order of the page");
    const kept = { vorname: ANSWERS.angaben.vorname, ort: "Möckern", email: ANSWERS.angaben.email, geburtsdatum: "31.02.1980", plz: "3929" };
    for (const [name, value] of Object.entries(kept)) assert.equal(await field(page, name).inputValue(), value, name);
    for (const name of ["geburtsland", "staatsangehoerigkeit", "land"]) {
      assert.notEqual(await field(page, name).inputValue(), "", `${name} stays chosen`);
    }
    assert.equal((await field(page, "anliegen").inputValue()).replaceAll("\r", ""), ANSWERS.angaben.anliegen);
    assert.equal(await field(page, "plz").getAttribute("aria-invalid"), "true");

    if (script) {
      await accessible(page, "angaben with errors");
      await picture(page, "angaben-fehler-1280");
      for (const link of await summary(page).all()) {
        const target = await link.getAttribute("href");
        await link.click();
        const focused = await page.evaluate(
          (id) => document.activeElement !== document.body && (document.activeElement.id === id || document.getElementById(id)?.contains(document.activeElement)),
          target.slice(1),
        );
        assert.ok(focused, `${target} moves the focus to its field`);
      }
    }
    await answer(page, "nachname", "Beispiel");
    await answer(page, "geburtsdatum", "29.02.1980");
    await answer(page, "plz", "39291");
    await press(page, "weiter");
    assert.equal(step(page), "stelle");
    await check();
  });
}

test("an empty page lists what is missing once, and no contact is one complaint", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await press(page, "weiter");
  assert.equal(step(page), "angaben");
  const links = await summary(page).evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.ok(links.includes("#feld-nachname") && links.includes("#feld-geburtsdatum"));
  assert.equal(new Set(links).size, links.length, "every field once");
  assert.equal(links.filter((link) => /telefon|mobil|telefax|email|de_mail/.test(link)).length, 1);
  await accessible(page, "angaben empty");
  await check();
});

test("a character that no register knows is named", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page, { nachname: "Müller★" });
  await press(page, "weiter");
  assert.ok((await page.locator("main").innerText()).includes("★"), "the message shows the character");
  assert.equal(await field(page, "nachname").inputValue(), "Müller★");
  await check();
});

test("a declaration that is not agreed to stops, the others stay", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page);
  await press(page, "weiter");
  await press(page, "weiter");
  for (const name of ANSWERS.erklaerungen.slice(0, 4)) await answer(page, name, "ja");
  await press(page, "weiter");
  assert.equal(step(page), "erklaerungen");
  assert.deepEqual(await summary(page).evaluateAll((all) => all.map((link) => link.getAttribute("href"))), ["#feld-missbrauch"]);
  for (const name of ANSWERS.erklaerungen.slice(0, 4)) assert.ok(await field(page, name).isChecked(), `${name} stays`);
  await accessible(page, "erklaerungen with an error");
  await picture(page, "erklaerungen-fehler-1280");
  await check();
});

test("a wrong file is refused and the rest of the page survives", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page, { files: [pdf("Meldebescheinigung.pdf"), wrong("rechnung.pdf")] });
  await press(page, "weiter");
  assert.equal(step(page), "angaben");
  const text = await page.locator("main").innerText();
  assert.ok(text.includes("Meldebescheinigung.pdf"), "the right file is taken");
  assert.deepEqual(await summary(page).evaluateAll((all) => all.map((link) => link.getAttribute("href"))), ["#feld-anlagen"]);
  assert.equal(await field(page, "nachname").inputValue(), ANSWERS.angaben.nachname);
  await accessible(page, "angaben with a refused file");
  await picture(page, "angaben-datei-1280");
  await press(page, "weiter");
  assert.equal(step(page), "stelle", "without another wrong file it goes on");
  await check();
});

test("files are added, listed and removed without leaving the page", async () => {
  const { page, check } = await visitor(browser, server.origin, { script: false });
  await begin(page, server.link());
  await answer(page, "nachname", "Beispiel");
  await answer(page, "anlagen", [pdf("eins.pdf")]);
  await press(page, "hochladen");
  assert.equal(step(page), "angaben");
  await answer(page, "anlagen", [pdf("zwei.pdf")]);
  await press(page, "hochladen");
  const list = async () => (await page.locator("main").innerText()).match(/(eins|zwei)\.pdf/g);
  assert.deepEqual([...new Set(await list())], ["eins.pdf", "zwei.pdf"]);
  await Promise.all([page.waitForNavigation(), page.locator('button[name="aktion"][value^="entfernen:"]').first().click()]);
  assert.deepEqual([...new Set(await list())], ["zwei.pdf"]);
  assert.equal(await field(page, "nachname").inputValue(), "Beispiel");
  await check();
});

test("nobody jumps ahead", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  const base = `${server.origin}/antrag/${application(page)}`;
  for (const place of ["stelle", "erklaerungen", "bestaetigung", "quittung"]) {
    await page.goto(`${base}/${place}`);
    assert.equal(step(page), "angaben", `${place} leads back`);
  }
  await fillAngaben(page);
  await press(page, "weiter");
  await page.goto(`${base}/bestaetigung`);
  assert.equal(step(page), "stelle");
  await check();
});

test("going back loses nothing, even what is not valid yet", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await toReview(page, server.link());
  for (const place of ["erklaerungen", "stelle", "angaben"]) {
    await press(page, "zurueck");
    assert.equal(step(page), place);
  }
  for (const name of ["nachname", "vorname", "strasse", "telefon"]) {
    assert.equal((await field(page, name).inputValue()).normalize("NFC"), ANSWERS.angaben[name].normalize("NFC"));
  }
  await press(page, "weiter");
  await press(page, "weiter");
  for (const name of ANSWERS.erklaerungen) assert.ok(await field(page, name).isChecked());
  await answer(page, "missbrauch", "ja");
  await press(page, "weiter");
  assert.equal(step(page), "bestaetigung");
  await check();
});

test("every Ändern link of the review leads to its page, and a change shows", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await toReview(page, server.link());
  const links = page.locator("main a", { hasText: "Ändern" });
  const targets = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname.split("/").at(-1)));
  assert.deepEqual(new Set(targets), new Set(["angaben", "stelle", "erklaerungen"]));
  const names = await links.evaluateAll((all) => all.map((link) => (link.getAttribute("aria-label") ?? link.textContent).replaceAll(/\s+/g, " ").trim()));
  assert.equal(new Set(names).size, names.length, `each says what it changes: ${names.join(" | ")}`);
  await Promise.all([page.waitForNavigation(), links.first().click()]);
  assert.equal(step(page), "angaben");
  await answer(page, "vorname", "Annegret");
  await press(page, "weiter");
  await onwardToReview(page);
  assert.match(await page.locator("main").innerText(), /Annegret/);
  await check();
});

test("Abbrechen asks once and then deletes", async () => {
  const { page, check, context } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page);
  await press(page, "weiter");
  const address = page.url();
  await press(page, "abbrechen");
  assert.equal(step(page), "abbrechen");
  await accessible(page, "abbrechen");
  await picture(page, "abbrechen-1280");
  await page.goto(address);
  assert.equal(step(page), "stelle", "asked only: everything is still there");
  await press(page, "abbrechen");
  await press(page, "abbrechen");
  await accessible(page, "abgebrochen");
  await picture(page, "abgebrochen-1280");
  assert.deepEqual(await context.cookies(address), []);
  const gone = await page.goto(address);
  assert.equal(gone.status(), 404);
  await accessible(page, "gone");
  await picture(page, "sitzung-weg-1280");
  await check();
});
