// Every page in every size: axe at load, no scrolling to the side at 360 px and at 400 % zoom, a picture to look at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, fits, launch, picture, visitor } from "./support/browser.mjs";
import { pdf } from "./support/files.mjs";
import { answer, ANSWERS, begin, button, fillAngaben, press, step, vorgangsnummer } from "./support/journey.mjs";
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

/** Phone, desktop, and 1280 px at 400 % zoom, which is 320 px wide (WCAG 1.4.10). */
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
  { width: 320, height: 256 },
];

/** One heading of the first order, a title, a language; then axe, width and picture. */
async function looksRight(page, name, width) {
  assert.equal(await page.locator("h1").count(), 1, `${name} has one h1`);
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  assert.ok((await page.title()).length > 10, `${name} has a title`);
  await fits(page, name);
  await accessible(page, `${name} at ${width} px`);
  if (width !== 320) await picture(page, `${name}-${width}`);
}

for (const { width, height } of SIZES) {
  test(`the journey's pages at ${width} px`, async () => {
    const { page, check } = await visitor(browser, server.origin, { width, height });
    await page.goto(`${server.origin}/`);
    await looksRight(page, "portal", width);
    await page.goto(server.link());
    await looksRight(page, "start", width);
    await begin(page, server.link());
    await looksRight(page, "angaben", width);
    await fillAngaben(page, { files: [pdf("Ein sehr langer Dateiname wie ihn Scanner vergeben 2026-11-21 0001.pdf")], anliegen: "Donaudampfschifffahrtsgesellschaftskapitänsmützenverlängerung".repeat(3) });
    await press(page, "hochladen");
    await looksRight(page, "angaben-gefuellt", width);
    await press(page, "weiter");
    await looksRight(page, "stelle", width);
    await press(page, "weiter");
    await looksRight(page, "erklaerungen", width);
    for (const name of ANSWERS.erklaerungen) await answer(page, name, "ja");
    await press(page, "weiter");
    assert.equal(step(page), "bestaetigung");
    await looksRight(page, "bestaetigung", width);
    await press(page, "einreichen");
    await vorgangsnummer(page);
    await looksRight(page, "quittung", width);
    await check();
  });

  test(`errors at ${width} px`, async () => {
    const { page, check } = await visitor(browser, server.origin, { width, height });
    await begin(page, server.link());
    await press(page, "weiter");
    await looksRight(page, "angaben-leer", width);
    await check();
  });
}

/** What a deep link meets that cannot be begun, and what the page must say then. */
const UNHAPPY = {
  "leistung-waehlen": { link: { pstId: undefined }, status: 200, says: /Wohngeld beantragen/ },
  "ort-waehlen": { link: { areaId: undefined }, status: 200, says: /Ort/ },
  "leistung-unbekannt": { link: { pstId: "1" }, status: 404, says: /Leistung/ },
  "ort-unbekannt": { link: { areaId: "1" }, status: 404, says: /Ort/ },
  schriftform: { link: { pstId: "297490016" }, status: 200, says: /schriftlich/ },
  "keine-stelle": { link: { pstId: "297490008" }, status: 200, says: /115/ },
  "ohne-kontaktsystem": { link: { pstId: "297490012", areaId: "15086015" }, status: 200, says: /Stadt Burg/ },
  "falsches-kontaktsystem": { link: { pstId: "297490010", areaId: "15086040" }, status: 200, says: /Stadt Genthin/ },
};

for (const [name, { link, status, says }] of Object.entries(UNHAPPY)) {
  test(`${name} says what to do next`, async () => {
    for (const { width, height } of SIZES) {
      const { page, context, check } = await visitor(browser, server.origin, { width, height });
      const response = await page.goto(server.link(link));
      assert.equal(response.status(), status);
      const text = await page.locator("main").innerText();
      assert.match(text, says);
      assert.doesNotMatch(text, /Kontaktsystem|Error|null|undefined|KEINE ORGANISATION/, "no operator's words");
      assert.equal(await button(page, "starten").count(), 0, "nothing can be begun");
      assert.deepEqual(await context.cookies(), []);
      await looksRight(page, name, width);
      await check();
    }
  });
}

test("several offices are a choice, and the chosen one gets the application", async () => {
  const { page, check } = await visitor(browser, server.origin);
  const earlier = (await server.mails()).length;
  await begin(page, server.link({ pstId: "297490001", areaId: "15002000" }));
  await fillAngaben(page);
  await press(page, "weiter");
  const offices = page.locator('main input[name="stelle"]');
  assert.equal(await offices.count(), 2);
  assert.equal(await page.locator('main input[name="stelle"]:checked').count(), 0, "nobody chooses for the citizen");
  await press(page, "weiter");
  assert.equal(step(page), "stelle", "a choice is needed");
  await accessible(page, "stelle without a choice");
  await picture(page, "stelle-fehler-1280");
  await answer(page, "stelle", "halle-am-stadion");
  await press(page, "weiter");
  for (const name of ANSWERS.erklaerungen) await answer(page, name, "ja");
  await press(page, "weiter");
  assert.match(await page.locator("main").innerText(), /Am Stadion/);
  await press(page, "einreichen");
  const number = await vorgangsnummer(page);
  const { mail } = await import("./support/documents.mjs");
  const { head } = (await server.mailsOnce(earlier + 1)).map(mail).find(({ head: { subject } }) => subject.includes(number));
  assert.match(head.to, /stadion/i);
  await check();
});

test("searching finds both Möckern, told apart by Kreis and Land", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await page.goto(server.link({ areaId: undefined }));
  const input = page.locator('main input[type="search"], main input[type="text"]').first();
  await input.fill("Möckern");
  await Promise.all([page.waitForNavigation(), input.press("Enter")]);
  const text = await page.locator("main").innerText();
  assert.match(text, /Jerichower Land/);
  assert.match(text, /Thüringen/);
  await accessible(page, "ort-waehlen with results");
  await picture(page, "ort-gefunden-1280");
  await Promise.all([page.waitForNavigation(), page.locator("main li", { hasText: "Jerichower Land" }).locator("a").first().click()]);
  assert.ok(await button(page, "starten").isVisible());
  await check();
});

for (const place of ["impressum", "datenschutz", "barrierefreiheit", "hilfe", "gibt-es-nicht"]) {
  test(`/${place} reads well`, async () => {
    for (const { width, height } of SIZES) {
      const { page, check } = await visitor(browser, server.origin, { width, height });
      const response = await page.goto(`${server.origin}/${place}`);
      assert.equal(response.status(), place === "gibt-es-nicht" ? 404 : 200);
      await looksRight(page, place, width);
      await check();
    }
  });
}

test("in the dark and with forced colours it stays readable", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(server.link());
  await accessible(page, "start in the dark");
  await picture(page, "start-dunkel-1280");
  await begin(page, server.link());
  await press(page, "weiter");
  await accessible(page, "angaben with errors in the dark");
  await picture(page, "angaben-dunkel-1280");
  await page.emulateMedia({ forcedColors: "active" });
  await picture(page, "angaben-kontrast-1280");
  await check();
});
