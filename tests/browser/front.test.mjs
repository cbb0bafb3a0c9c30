// The front page says in the company's own figures what comes of what people say; who comes in stands before the same.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, overflow, signIn } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

const stages = ["Hear", "Make sense", "Decide", "Organise", "Act", "Tell", "Learn"];

let hall;
let browser;
let axe;
before(async () => {
  axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  hall = await Hall.open();
  browser = await Browser.open();
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

test("each stage of the loop shows its figure, and leads to what is behind it", async () => {
  const page = await browser.visit(hall);
  await page.goto("/");
  const stops = page.locator("ol.loop > li");
  assert.deepEqual(await stops.locator("b").allInnerTexts(), stages);
  const addresses = await stops.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  assert.ok(addresses.length >= 6, `The sample has figures at nearly all stages: ${addresses}`);
  for (const address of addresses) assert.equal((await page.goto(address)).status(), 200, address);
  await page.goto("/");
  for (const heading of ["What we heard", "What we changed", "What we will do"]) {
    const card = page.locator("section.card").filter({ has: page.getByRole("heading", { name: heading }) });
    assert.ok(await card.locator("[data-row]").count() > 0, heading);
  }
  assertQuiet(page);
});

test("who comes in as one of the sample's people stands before the loop", async () => {
  for (const person of [sample.customer, sample.employee, { button: "Be the mayor" }]) {
    const page = await browser.visit(hall);
    await page.goto("/sign-in");
    await page.getByRole("button", { name: person.button }).click();
    await page.locator("ol.loop").waitFor();
    // The mayor reads it in French.
    const shown = await page.locator("ol.loop b").allInnerTexts();
    assert.deepEqual(shown, await page.locator("html").getAttribute("lang") === "en" ? stages : shown);
    assert.equal(shown.length, stages.length);
    assertQuiet(page);
  }
});

test("axe finds nothing on the front page and the strategy, on a phone, by night, and in Turkish", async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  for (const options of [{}, { colorScheme: "dark" }, { ...phone, colorScheme: "dark" }, { ...phone, locale: "tr" }]) {
    const page = await browser.visit(hall, options);
    for (const address of ["/", "/strategy"]) {
      await page.goto(address);
      assert.equal(await overflow(page), 0, `${address} ${JSON.stringify(options)}`);
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }, resultTypes: ["violations"],
      }));
      assert.deepEqual(found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)), [], address);
    }
    assertQuiet(page);
  }
});

test("a goal of the sample shows its voices, and a question that was answered", async () => {
  const page = await browser.visit(hall);
  await signIn(page, sample.customer);
  await page.goto("/strategy");
  await page.getByRole("link", { name: "Nobody is shut off by mistake" }).click();
  await page.getByRole("heading", { level: 1, name: "Nobody is shut off by mistake" }).waitFor();
  await page.getByLabel("What do you question?").fill("Who looks the second time?");
  await page.getByRole("button", { name: "Question this goal" }).click();
  await page.getByText("must answer in the open").first().waitFor();
  await page.getByRole("link", { name: "Who looks the second time?" }).waitFor();
  assertQuiet(page);
});
