// Chromium, watched: no request leaves the server, nothing is blocked by the Content Security Policy, no script fails.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";
import { ROOT } from "./server.mjs";

export const OUT = path.join(ROOT, "tests/browser/out");
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Starts Chromium. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A fresh visitor: own cookies, own watch. `check()` at the end says what the watch saw.
 */
export async function visitor(browser, origin, { script = true, width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: script,
    viewport: { width, height },
    locale: "de-DE",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(15_000);
  const seen = [];
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:") && !url.startsWith("blob:")) seen.push(`request to ${url}`);
  });
  context.on("console", (message) => {
    const text = message.text();
    // An answer 4xx is part of many cases; Chromium writes a line for each.
    if (message.type() === "error" && !text.startsWith("Failed to load resource: the server responded with a status of 4")) {
      seen.push(`console: ${text.slice(0, 100)} … ${text.slice(-150)}`);
    }
  });
  context.on("weberror", (error) => seen.push(`script: ${error.error().message}`));
  if (script) await context.addInitScript(AXE);
  const page = await context.newPage();
  return {
    context,
    page,
    async check() {
      await context.close();
      assert.deepEqual(seen, []);
    },
  };
}

/** No finding of axe on the page as it is. */
export async function accessible(page, name) {
  const result = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: { type: "tag", values: rules } }), RULES);
  const findings = result.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `    ${html.slice(0, 200)}\n    ${failureSummary.replaceAll("\n", " ")}`).join("\n")}`,
  );
  assert.deepEqual(findings, [], `axe on ${name}`);
  assert.ok(result.passes.length > 10, `axe looked at ${name}`);
}

/** Nothing is wider than the window: no scrolling to the side (WCAG 1.4.10). */
export async function fits(page, name) {
  const { inner, scroll, wide } = await page.evaluate(() => {
    const inner = document.documentElement.clientWidth;
    const wide = [...document.body.querySelectorAll("*")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        // What is clipped on purpose, for screen readers only, does not count.
        return box.width > 1 && box.right > inner + 1;
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return { inner, scroll: document.documentElement.scrollWidth, wide: wide.slice(0, 5) };
  });
  assert.ok(scroll <= inner, `${name} at ${inner} px: page is ${scroll} px wide: ${wide.join(", ")}`);
}

/** A picture of the whole page, to be looked at. */
export async function picture(page, name) {
  await mkdir(OUT, { recursive: true });
  await page.screenshot({ path: path.join(OUT, `${name}.png`), fullPage: true });
}
