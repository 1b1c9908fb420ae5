// The pilot's journey from the portal to the office's mailbox, with script, without, and by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { keep, mail, pdfText, validXml, xpath } from "./support/documents.mjs";
import { pdf, png } from "./support/files.mjs";
import { ANSWERS, answer, application, begin, button, field, fillAngaben, onwardToReview, press, step, toReview, vorgangsnummer } from "./support/journey.mjs";
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

const PLACE = "Möckern";

for (const script of [true, false]) {
  test(`the pilot's application arrives at the office, ${script ? "with" : "without"} script`, async () => {
    const { page, context, check } = await visitor(browser, server.origin, { script });
    const earlier = (await server.mails()).length;

    await page.goto(`${server.origin}/`);
    const link = page.locator('main a[href*="pstId=297492149"][href*="areaId=38693732"]').first();
    await Promise.all([page.waitForNavigation(), link.click()]);
    const start = await page.locator("main").innerText();
    assert.match(start, /Kinderreisepass/);
    assert.match(start, /Stadt Möckern - Bürgerservice/);
    assert.deepEqual(await context.cookies(), [], "nothing is stored before the application is begun");
    await press(page, "starten");
    assert.equal(step(page), "angaben");

    await fillAngaben(page, { files: [pdf("Geburtsurkunde.pdf"), png("Foto Größe.png")] });
    await press(page, "weiter");
    assert.equal(step(page), "stelle");
    assert.ok(await field(page, "stelle").first().isChecked(), "the only office is chosen already");
    await onwardToReview(page);

    const review = await page.locator("main").innerText();
    for (const shown of ["Müller-Łukasiewicz", "Şerife Ḩanna", "20.12.1980", "Geburtsurkunde.pdf", "./.", "Stadt Möckern - Bürgerservice"]) {
      assert.ok(review.includes(shown.normalize("NFC")), `the review shows ${shown}`);
    }
    const preview = await context.request.get(`${server.origin}/antrag/${application(page)}/vorschau.pdf`);
    assert.equal(preview.status(), 200);
    assert.equal(preview.headers()["content-type"], "application/pdf");
    assert.equal((await preview.body()).subarray(0, 5).toString(), "%PDF-");

    await press(page, "einreichen");
    const number = await vorgangsnummer(page);
    const copies = {};
    for (const name of ["antrag.pdf", "antrag.xml"]) {
      const copy = await context.request.get(`${server.origin}/antrag/${application(page)}/${name}`);
      assert.equal(copy.status(), 200);
      copies[name] = await copy.body();
    }

    const files = await server.mailsOnce(earlier + 1);
    const arrived = files.map((file) => ({ file, ...mail(file) })).filter(({ head }) => head.subject.includes(number));
    assert.equal(arrived.length, 1, "one mail carries the number of the receipt");
    const { head, text, attachments, defects } = arrived[0];
    assert.deepEqual(defects, []);
    assert.equal(head.subject, `OZG Antragsassistent: Kinderreisepass verlängern – ${number}`);
    assert.equal(head["auto-submitted"], "auto-generated");
    assert.ok(text.includes("Ihnen wurde das angehängte Formular zugestellt."));
    assert.ok(text.includes(`Vorgangsnummer: ${number}`));
    assert.match(text, /Ausgefüllt am: \d\d\.\d\d\.\d{4} \d\d:\d\d MES?Z/);
    assert.deepEqual(
      attachments.map(({ name }) => name.normalize("NFC")),
      ["XML-Daten.xml", "OZG-Antragsassistent.pdf", "Geburtsurkunde.pdf", "Foto Größe.png"],
    );
    const [xml, document, , photo] = attachments;
    assert.equal(photo.type, "image/png");

    validXml(xml.path);
    assert.equal(xpath(xml.path, `boolean(//*[contains(normalize-space(.), "${number}")])`), "true");
    const printed = pdfText(document.path);
    for (const shown of [number, "Müller-Łukasiewicz", "Şerife Ḩanna", "20.12.1980", PLACE, "Angaben zur Person", "./."]) {
      assert.ok(printed.includes(shown.normalize("NFC")), `the PDF says ${shown}`);
    }
    const { readFile } = await import("node:fs/promises");
    assert.ok(copies["antrag.pdf"].equals(await readFile(document.path)), "citizen and office have the same PDF");
    assert.ok(copies["antrag.xml"].equals(await readFile(xml.path)), "citizen and office have the same XML");
    await keep(xml.path, `pilot-${script ? "script" : "plain"}.xml`);
    await keep(document.path, `pilot-${script ? "script" : "plain"}.pdf`);

    for (const secret of ["Müller", "Łukasiewicz", "serife.mueller", "Geburtsurkunde", "Straße der Einheit"]) {
      assert.ok(!server.log().includes(secret), "the log holds nothing personal");
    }
    await check();
  });
}

test("a test access marks page, PDF, XML and mail", async () => {
  const { page, check } = await visitor(browser, server.origin);
  const earlier = (await server.mails()).length;
  await toReview(page, server.link({ zugang: "test" }));
  assert.match(await page.locator("body").innerText(), /TEST/i);
  await press(page, "einreichen");
  const number = await vorgangsnummer(page);
  const files = await server.mailsOnce(earlier + 1);
  const { head, text, attachments } = files.map(mail).find(({ head: { subject } }) => subject.includes(number));
  assert.match(`${head.subject}\n${text}`, /TEST/);
  assert.match(text, /Freigeschaltet für: test/);
  validXml(attachments[0].path);
  assert.match(pdfText(attachments[1].path), /TEST/);
  await keep(attachments[0].path, "test.xml");
  await keep(attachments[1].path, "test.pdf");
  await check();
});

/** Presses Tab until the wanted control has the focus. */
async function tabTo(page, wanted, description) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const element = document.activeElement;
      const style = element && getComputedStyle(element);
      return element && { name: element.name, value: element.value, type: element.type, outline: style.outlineStyle, shadow: style.boxShadow, border: style.borderStyle };
    });
    if (here && wanted(here)) return here;
  }
  assert.fail(`Tab reaches ${description}`);
}

const keyboardPress = async (page, action) => {
  const focused = await tabTo(page, (here) => here.name === "aktion" && here.value === action, `button ${action}`);
  assert.ok(focused.outline !== "none" || focused.shadow !== "none", `the focus on ${action} is visible`);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
};

test("the whole journey works by keyboard", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await page.goto(server.link());
  await keyboardPress(page, "starten");
  const { anrede, ...typed } = ANSWERS.angaben;
  await tabTo(page, ({ name }) => name === "anrede", "anrede");
  if ((await field(page, "anrede").first().getAttribute("type")) === "radio") await page.keyboard.press("Space");
  else await page.keyboard.type(anrede.label);
  for (const [name, value] of Object.entries(typed)) {
    const here = await tabTo(page, (element) => element.name === name, name);
    if (here.type === "select-one") await page.keyboard.type(value.label);
    else if (here.type === "textarea") await page.keyboard.type("Eine Zeile");
    else await page.keyboard.type(value);
  }
  await keyboardPress(page, "weiter");
  assert.equal(step(page), "stelle");
  await keyboardPress(page, "weiter");
  assert.equal(step(page), "erklaerungen");
  for (const name of ANSWERS.erklaerungen) {
    await tabTo(page, (element) => element.name === name, name);
    await page.keyboard.press("Space");
  }
  await keyboardPress(page, "weiter");
  assert.equal(step(page), "bestaetigung");
  await keyboardPress(page, "einreichen");
  await vorgangsnummer(page);
  await check();
});

test("Enter in a text field goes onward and removes no file", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page, { files: [pdf("Nachweis.pdf")] });
  await press(page, "weiter");
  await press(page, "zurueck");
  assert.ok((await page.locator("main").innerText()).includes("Nachweis.pdf"));
  await field(page, "vorname").focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  assert.equal(step(page), "stelle");
  await press(page, "zurueck");
  assert.ok((await page.locator("main").innerText()).includes("Nachweis.pdf"), "the file is still there");
  await answer(page, "vorname", "Anna");
  await check();
});

test("an application survives a closed browser tab", async () => {
  const { page, context, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page);
  await press(page, "weiter");
  const address = `${server.origin}/antrag/${application(page)}`;
  await page.close();
  const again = await context.newPage();
  await again.goto(address);
  assert.equal(step(again), "stelle");
  assert.ok(await button(again, "weiter").isVisible());
  await check();
});
