// The widget on a page of somebody else, on another host and under a strict policy of its own.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { Browser, signIn } from "./browser.mjs";
import { Hall, sample, until } from "./hall.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let hall;
let browser;
let site; // the shop's own server
let secret;
let page_html = "";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
/// As docs/widget.md has it.
function token(user) {
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...user, exp: Math.floor(Date.now() / 1000) + 600 })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

before(async () => {
  hall = await Hall.open();
  browser = await Browser.open();
  site = createServer((request, response) => {
    // No style, no image, no script but the widget's: what a careful shop sends.
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": `default-src 'none'; script-src ${hall.url}; frame-src ${hall.url}; base-uri 'none'`,
    });
    response.end(page_html);
  });
  await new Promise((resolve) => { site.listen(0, "127.0.0.1", resolve); });
  // Another host than the hall's: another site to the browser, and to its cookies.
  site.url = `http://localhost:${site.address().port}`;

  const owner = await browser.visit(hall);
  await signIn(owner, sample.owner);
  await owner.goto("/settings/widget");
  await owner.getByLabel("Sites whose pages may hold it").fill(site.url);
  await owner.getByRole("button", { name: "Save" }).click();
  await owner.getByText("Saved.").waitFor();
  await owner.getByRole("button", { name: "Make a new secret" }).click();
  secret = await owner.locator(".notice code").textContent();
  await owner.context().close();
});
after(async () => {
  await browser?.close();
  await new Promise((resolve) => { site.close(resolve); });
  await hall?.close();
});

const shop = (attributes, language = "en", body = "") =>
  `<!doctype html><html lang="${language}"><title>A shop</title><body><main><h1>A shop</h1>${body}</main>` +
  `<script src="${hall.url}/widget.js" ${attributes} async></script></body></html>`;

/// A visitor of the shop; what the shop's policy forbids is a fault.
async function visit(options = {}) {
  const page = await browser.visit({ url: site.url }, options);
  page.faults.length = 0;
  page.violations = [];
  page.on("console", (message) => { if (message.type() === "error") page.violations.push(message.text()); });
  await page.goto("/");
  return page;
}

test("says, supports and shows what was answered, by keyboard, without a cookie", async () => {
  page_html = shop(`data-token="${token({ sub: "7", email: "mira@shop.example", name: "Mira" })}"`);
  const page = await visit();
  const button = page.getByRole("button", { name: "Tell us" });
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  const frame = page.frameLocator("iframe");
  await frame.getByText("as Mira").waitFor();
  await frame.getByLabel("What do you want to say?").fill("I want bread every day");
  await frame.getByRole("button", { name: "Say it" }).press("Enter");
  await frame.getByText("You were heard.").waitFor();
  await frame.getByRole("heading", { name: "What you said" }).waitFor();
  const said = (await hall.api("GET", "/voices?query=bread")).items.find((one) => one.title === "I want bread every day");
  assert.equal(said.author.name, "Mira");

  const others = frame.getByRole("region", { name: "What others say" });
  const wanted = await others.getByRole("link").first().getAttribute("href");
  const supporters = async () => (await hall.api("GET", `/voices/${wanted.slice(8, 21)}`)).supporters;
  const before = await supporters();
  await others.getByRole("button", { name: /^Me too/ }).first().press("Enter");
  await frame.getByText("Saved.").waitFor();
  assert.equal(await supporters(), before + 1);

  await hall.api("PATCH", `/voices/${said.id}`, { status: "done", reason: "From tomorrow on" }, hall.ownerToken);
  await page.reload();
  await button.click();
  await frame.getByText("From tomorrow on").first().waitFor();

  await page.keyboard.press("Escape");
  await until("the box to close", async () => (await button.getAttribute("aria-expanded")) === "false");
  assert.ok(await button.evaluate((element) => element === document.activeElement), "the focus is back at the button");
  assert.deepEqual(await page.context().cookies(), [], "nobody set a cookie");
  assert.deepEqual(page.violations, []);
  await page.context().close();
});

test("a box inside a page, in each language, with nothing an inspector of accessibility objects to", async () => {
  for (const [language, heading] of [["en", "Tell Northwater"], ["fr", "Dites-le à Northwater"], ["tr", "Northwater: bize söyleyin"],
    ["fi", "Kerro: Northwater"]]) {
    page_html = shop(`data-inline="#place" data-token="${token({ sub: "8", name: "Ari" })}"`, language, '<div id="place"></div>');
    const page = await visit({ viewport: { width: 390, height: 800 } });
    const frame = page.frameLocator("iframe");
    await frame.locator("#text").waitFor();
    await frame.getByRole("heading", { name: heading }).waitFor();
    const inner = page.frames().find((one) => one.url().startsWith(hall.url));
    await inner.evaluate(await readFile(axe, "utf8"));
    const found = await inner.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map((one) =>
      `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`));
    assert.deepEqual(found, [], language);
    const width = await inner.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(width <= 0, `${language}: nothing is wider than the box`);
    assert.deepEqual(page.violations, []);
    await page.context().close();
  }
});

test("without a token people read and are led to the hall; a wrong one opens nothing", async () => {
  page_html = shop("");
  const page = await visit();
  await page.getByRole("button", { name: "Tell us" }).click();
  const frame = page.frameLocator("iframe");
  await frame.getByRole("link", { name: "Say something" }).waitFor();
  assert.equal(await frame.locator("#text").count(), 0);
  await page.context().close();

  page_html = shop(`data-token="${token({ sub: "9" }).slice(0, -2)}AA"`);
  const wrong = await visit();
  await wrong.getByRole("button", { name: "Tell us" }).click();
  await wrong.frameLocator("iframe").getByText("does not say who you are").waitFor();
  await wrong.context().close();
});

test("another site cannot hold the frame", async () => {
  page_html = shop(`data-token="${token({ sub: "7" })}"`);
  // The same page under another name: another origin, which nobody named.
  const page = await browser.visit({ url: site.url.replace("localhost", "127.0.0.1") });
  await page.goto("/");
  await page.getByRole("button", { name: "Tell us" }).click();
  await until("the browser to refuse", () => page.faults.some((fault) => fault.includes("frame-ancestors")));
  await page.context().close();
});
