// Debian's Chromium, and pages that remember what went wrong on them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const executable = process.env.MOOTHALL_CHROMIUM ?? "/usr/bin/chromium";

export class Browser {
  static async open() {
    const browser = new Browser();
    browser.chromium = await chromium.launch({
      executablePath: executable,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync"],
    });
    browser.contexts = [];
    return browser;
  }

  /// A page of a visitor of her own; options are those of Playwright's newContext.
  async visit(hall, options = {}) {
    const context = await this.chromium.newContext({
      baseURL: hall.url, locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options,
    });
    this.contexts.push(context);
    // Generous: a slow machine is no fault of the page.
    context.setDefaultTimeout(60000);
    const page = await context.newPage();
    page.faults = [];
    // A breach of the content security policy is an error in the console too.
    page.on("console", (message) => {
      if (message.type() === "error") page.faults.push(`console: ${message.text()} (${page.url()})`);
    });
    page.on("pageerror", (error) => page.faults.push(`script: ${error.message} (${page.url()})`));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && protocol !== "blob:" && origin !== hall.url)
        page.faults.push(`asked another host: ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 500) page.faults.push(`${response.status()}: ${response.url()}`);
    });
    return page;
  }

  async close() {
    await this.chromium.close();
  }
}

/// No console error, no breach of the policy, no request to another host, no failed answer.
export function assertQuiet(page) {
  assert.deepEqual(page.faults, []);
}

/// Signs in by the button of the sample's page.
export async function signIn(page, person) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: person.button }).click();
  await page.locator("details.account").waitFor({ state: "attached" });
}

/// What a colour of the page measures: 0 is black, 1 is white.
export function lightness(page, selector, property = "background-color") {
  return page.locator(selector).first().evaluate((element, name) => {
    const canvas = document.createElement("canvas");
    const painter = canvas.getContext("2d");
    painter.fillStyle = getComputedStyle(element).getPropertyValue(name);
    painter.fillRect(0, 0, 1, 1);
    const [red, green, blue] = painter.getImageData(0, 0, 1, 1).data;
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  }, property);
}

/// How many pixels a page is wider than the window.
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let axe;

/// Goes to a page, on which axe-core finds nothing against WCAG 2.2 A and AA and which is no wider than the window.
export async function findNothing(page, address) {
  const answer = await page.goto(address);
  assert.equal(answer.status(), 200, address);
  await page.evaluate(() => document.querySelectorAll("main details").forEach((fold) => { fold.open = true; }));
  axe ??= await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  await page.evaluate(axe);
  const found = await page.evaluate((values) => globalThis.axe.run(document, {
    runOnly: { type: "tag", values }, resultTypes: ["violations"],
  }), rules);
  const said = found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.any.map((check) => check.message).join(" ")}`));
  assert.deepEqual(said, [], address);
  assert.equal(await overflow(page), 0, `${address} is wider than the window`);
}

/// Presses Tab until something has the focus.
export async function tabTo(page, selector) {
  for (let step = 0; step < 120; step += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${selector}.`);
}
