// Opens every sample page (`cargo test samples` writes them to target/seiten) in Chromium under the real content security
// policy, at phone and desk width, light and dark: no axe violation, no blocked request, no sideways scrolling.
// `node tests/browser/axe-samples.mjs [part of a name]`; PICTURES=<folder> keeps screenshots.
import { createServer } from "node:http";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(process.env.NODE_MODULES ? join(process.env.NODE_MODULES, "x.js") : import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const pages = join(root, "target/seiten");
const assets = join(root, "templates/assets");
const policy =
  "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const types = { css: "text/css", svg: "image/svg+xml", woff2: "font/woff2", html: "text/html; charset=utf-8" };

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
  const asset = path.match(/\/assets\/[0-9a-f]+\/(.+)$/);
  try {
    const body = readFileSync(asset ? join(assets, asset[1]) : join(pages, path));
    response.writeHead(200, { "content-type": types[path.split(".").pop()] ?? "text/plain", "content-security-policy": policy });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const names = readdirSync(pages).filter((name) => name.endsWith(".html") && name.includes(process.argv[2] ?? ""));
const problems = [];
for (const [look, width, colorScheme] of [["telefon", 320, "light"], ["schreibtisch", 1280, "light"], ["dunkel", 1280, "dark"]]) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale: "de-DE", bypassCSP: false });
  const page = await context.newPage();
  let name = "";
  page.on("console", (message) => message.type() === "error" && problems.push(`${look} ${name}: ${message.text()}`));
  page.on("requestfailed", (request) => problems.push(`${look} ${name}: not loaded ${request.url()}`));
  for (name of names) {
    await page.goto(`${base}/${name}`, { waitUntil: "load" });
    const { scroll, small } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      small: [...document.querySelectorAll("button, a.kern-btn, input:not([type=hidden]), select, textarea")]
        .filter((element) => element.tabIndex >= 0 && !["radio", "checkbox"].includes(element.type))
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => element.outerHTML.slice(0, 80)),
    }));
    if (scroll > 0) problems.push(`${look} ${name}: scrolls sideways by ${scroll} px`);
    for (const element of small) problems.push(`${look} ${name}: lower than 44 px: ${element}`);
    // axe comes in through the debugger, which the page's policy does not bind.
    const result = await page.evaluate(`${axe}; axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`);
    for (const violation of result.violations) {
      for (const node of violation.nodes.slice(0, 3)) {
        problems.push(`${look} ${name}: ${violation.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\n")[1]?.trim()}`);
      }
    }
    if (process.env.PICTURES) {
      mkdirSync(process.env.PICTURES, { recursive: true });
      await page.screenshot({ path: join(process.env.PICTURES, `${name.replace(".html", "")}-${look}.png`), fullPage: true });
    }
  }
  await context.close();
}
await browser.close();
server.close();
for (const problem of problems) console.log(problem);
console.log(`${names.length} pages in three looks, ${problems.length} problems`);
process.exit(problems.length || !names.length ? 1 : 0);
