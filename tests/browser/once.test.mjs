// One application is one application: two tabs, back, reload and impatience neither mix nor double anything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visitor } from "./support/browser.mjs";
import { mail, pdfText } from "./support/documents.mjs";
import { answer, application, begin, button, field, fillAngaben, onwardToReview, press, step, toReview, vorgangsnummer } from "./support/journey.mjs";
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

/** Another service that the portal offers in Möckern. */
async function otherService(page) {
  await page.goto(`${server.origin}/`);
  const links = await page
    .locator('main a[href*="areaId=38693732"]')
    .evaluateAll((all) => all.map((link) => new URL(link.href).searchParams.get("pstId")).filter((id) => id !== "297492149"));
  for (const pstId of links) {
    await page.goto(server.link({ pstId }));
    if (await button(page, "starten").count()) return pstId;
  }
  return assert.fail("the portal offers a second service that can be begun in Möckern");
}

test("two tabs with two services never mix", async () => {
  const { page: one, context, check } = await visitor(browser, server.origin);
  const two = await context.newPage();
  const pstId = await otherService(two);
  const earlier = (await server.mails()).length;

  await begin(one, server.link());
  await begin(two, server.link({ pstId }));
  assert.notEqual(application(one), application(two));
  await fillAngaben(one, { nachname: "Erster" });
  await fillAngaben(two, { nachname: "Zweiter" });
  await press(one, "weiter");
  await press(two, "weiter");
  await onwardToReview(two);
  await onwardToReview(one);
  const [first, second] = [await one.locator("main").innerText(), await two.locator("main").innerText()];
  assert.ok(first.includes("Erster") && !first.includes("Zweiter"));
  assert.ok(second.includes("Zweiter") && !second.includes("Erster"));
  await press(one, "einreichen");
  assert.equal(step(two), "bestaetigung");
  await press(two, "einreichen");
  const numbers = [await vorgangsnummer(one), await vorgangsnummer(two)];
  assert.notEqual(numbers[0], numbers[1]);

  const mails = (await server.mailsOnce(earlier + 2)).map(mail);
  for (const [number, name, other] of [[numbers[0], "Erster", "Zweiter"], [numbers[1], "Zweiter", "Erster"]]) {
    const { attachments } = mails.find(({ head }) => head.subject.includes(number));
    const text = pdfText(attachments[1].path);
    assert.ok(text.includes(name) && !text.includes(other), number);
  }
  await check();
});

test("one application's key opens no other", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  const address = page.url();
  const stranger = await visitor(browser, server.origin);
  const answered = await stranger.page.goto(address);
  assert.equal(answered.status(), 404);
  assert.match(await stranger.page.locator("main").innerText(), /nicht mehr|abgelaufen|nicht gefunden|beendet/);
  assert.ok(!(await stranger.page.locator("main").innerText()).includes("Kinderreisepass"));
  await stranger.check();
  await check();
});

test("reload, back, a second tab and a second submit end on the same receipt, and one mail goes out", async () => {
  const { page, context, check } = await visitor(browser, server.origin);
  const earlier = (await server.mails()).length;
  await toReview(page, server.link());
  const review = page.url();
  const late = await context.newPage();
  await late.goto(review);

  await press(page, "einreichen");
  const number = await vorgangsnummer(page);
  await page.reload();
  assert.equal(await vorgangsnummer(page), number, "reload");
  await press(late, "einreichen");
  assert.equal(await vorgangsnummer(late), number, "a second tab submits again");
  await page.goBack();
  if (step(page) === "bestaetigung") await press(page, "einreichen");
  assert.equal(await vorgangsnummer(page), number, "back and submit again");
  for (const place of ["", "/angaben", "/stelle", "/erklaerungen", "/bestaetigung", "/abbrechen"]) {
    await page.goto(`${server.origin}/antrag/${application(page)}${place}`);
    assert.equal(await vorgangsnummer(page), number, place);
  }
  const mails = (await server.mailsOnce(earlier + 1)).map(mail).filter(({ head }) => head.subject.includes(number));
  assert.equal(mails.length, 1);
  await check();
});

for (const script of [true, false]) {
  test(`a double click on submit is one submission, ${script ? "with" : "without"} script`, async () => {
    const { page, check } = await visitor(browser, server.origin, { script });
    const earlier = (await server.mails()).length;
    await toReview(page, server.link());
    await button(page, "einreichen").dblclick({ noWaitAfter: true });
    // The second click may end the navigation that the first began: then its own counts.
    await page.waitForURL("**/quittung").catch((error) => {
      if (!error.message.includes("ERR_ABORTED")) throw error;
      return page.waitForURL("**/quittung");
    });
    const number = await vorgangsnummer(page);
    await server.mailsOnce(earlier + 1);
    // A second mail would need a second number; another application after it proves that the courier is through.
    await toReview(page, server.link());
    await press(page, "einreichen");
    const next = await vorgangsnummer(page);
    const numbers = (await server.mailsOnce(earlier + 2)).map((file) => mail(file).head.subject.slice(-20));
    assert.equal(numbers.length, earlier + 2);
    assert.ok(numbers.includes(number) && numbers.includes(next));
    await check();
  });
}

test("what another tab changed is shown again before it is submitted", async () => {
  const { page, context, check } = await visitor(browser, server.origin);
  await toReview(page, server.link());
  const other = await context.newPage();
  await other.goto(`${server.origin}/antrag/${application(page)}/angaben`);
  await answer(other, "vorname", "Geändert");
  await press(other, "weiter");

  const [response] = await Promise.all([page.waitForNavigation(), button(page, "einreichen").click()]);
  assert.equal(response.status(), 409);
  assert.equal(step(page), "bestaetigung");
  assert.match(await page.locator("main").innerText(), /Geändert/);
  await press(page, "einreichen");
  await vorgangsnummer(page);
  await check();
});

test("the back button after an error loses nothing", async () => {
  const { page, check } = await visitor(browser, server.origin);
  await begin(page, server.link());
  await fillAngaben(page, { plz: "1" });
  await press(page, "weiter");
  assert.equal(step(page), "angaben");
  await answer(page, "plz", "39291");
  await press(page, "weiter");
  assert.equal(step(page), "stelle");
  const address = `${server.origin}/antrag/${application(page)}/angaben`;
  // The refused page was the answer to a POST and is not kept: Chromium asks before it sends the form again. A person who then
  // loads the address sees what was entered last.
  await page.goBack().catch(async (error) => {
    assert.match(error.message, /ERR_CACHE_MISS/);
    await page.waitForURL(/^chrome-error:/);
  });
  await page.goto(address);
  assert.equal(await field(page, "plz").inputValue(), "39291");
  await check();
});
