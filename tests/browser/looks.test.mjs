// Phones, dark rooms, languages, and what a first visit weighs.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, lightness, overflow, signIn } from "./browser.mjs";
import { Hall, sample, until } from "./hall.mjs";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const bytesMax = 60 * 1024;
const requestsMax = 8;

let hall;
let browser;
let voice;
before(async () => {
  hall = await Hall.open();
  browser = await Browser.open();
  // Enough that a list is full, with long words in one of them.
  for (let number = 1; number <= 30; number += 1)
    await hall.say(`Water quarter ${number}: tell us before the street is opened`,
      "A week is enough; a letter in the box, or a line here. We had to carry buckets twice this year already.");
  voice = await hall.say(`Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ${"w".repeat(100)}`,
    `${"https://example.org/" + "path".repeat(60)}\n\n    ${"code ".repeat(60)}\n\n| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n|${" figure in a table |".repeat(6)}\n`);
  await hall.api("POST", `/voices/${voice.id}/replies`, { body: "x".repeat(300) });
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

test("on a phone nothing is wider than the page", async () => {
  const page = await browser.visit(hall, phone);
  for (const address of ["/", "/voices", `/voices/${voice.id}`, "/say", "/sign-in", "/people", "/circles", "/roadmap", "/strategy"]) {
    await page.goto(address);
    assert.equal(await overflow(page), 0, address);
  }
  await signIn(page, sample.owner);
  for (const address of ["/", "/voices", `/voices/${voice.id}`, "/say", "/settings"]) {
    await page.goto(address);
    assert.equal(await overflow(page), 0, `${address}, signed in`);
  }
  assertQuiet(page);
});

test("neither a long sentence on a button nor an endless name makes a page wider than a small phone", async () => {
  const theme = await hall.api("POST", "/themes", { title: "Wasserzählerablesung".repeat(8) }, hall.ownerToken);
  await hall.api("PUT", `/themes/${theme.id}/voices/${voice.id}`, {}, hall.ownerToken);
  const promise = await hall.api("POST", "/commitments",
    { what: "A letter a week before", due: "2099-01-31", voice: voice.id }, hall.ownerToken);
  const procedure = await hall.api("POST", "/procedures", { title: "Works in a street", words: "Ask first." },
    hall.ownerToken);
  const page = await browser.visit(hall, { ...phone, viewport: { width: 320, height: 640 }, locale: "fi-FI" });
  for (const address of [`/promises/${promise.id}`, `/procedures/${procedure.id}`, "/report"]) {
    await page.goto(address);
    assert.equal(await overflow(page), 0, address);
  }
  assertQuiet(page);
});

test("on a phone the menu opens, leads on, and closes", async () => {
  const page = await browser.visit(hall, phone);
  await page.goto("/");
  const menu = page.locator("details.menu");
  const link = menu.getByRole("link", { name: "Voices" });
  assert.equal(await link.isVisible(), false);
  await menu.locator("summary").tap();
  await link.waitFor();
  assert.equal(await overflow(page), 0);
  await page.keyboard.press("Escape");
  await link.waitFor({ state: "hidden" });
  await menu.locator("summary").tap();
  await link.tap();
  await page.getByRole("heading", { level: 1, name: "Voices" }).waitFor();
  assertQuiet(page);
});

test("what is pressed on a phone is 24 pixels or more", async () => {
  const page = await browser.visit(hall, phone);
  await signIn(page, sample.customer);
  for (const address of ["/voices", `/voices/${voice.id}`, "/say"]) {
    await page.goto(address);
    const small = await page.locator("button, summary, select, input:not([type=hidden], [type=checkbox], [type=radio])")
      .evaluateAll((elements) => elements.filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && !element.closest(".visually-hidden") && (box.width < 24 || box.height < 24);
      }).map((element) => `${element.outerHTML.slice(0, 120)} ${element.getBoundingClientRect().height}`));
    assert.deepEqual(small, [], address);
  }
});

test("it is dark where the device is dark, or where the reader says so", async () => {
  const night = await browser.visit(hall, { colorScheme: "dark" });
  await night.goto("/voices");
  assert.ok(await lightness(night, "body") < 0.2);
  assert.ok(await lightness(night, "h1", "color") > 0.7);
  await night.getByRole("link", { name: "Light", exact: true }).click();
  await night.locator("html[data-theme=light]").waitFor({ state: "attached" });
  assert.ok(await lightness(night, "body") > 0.8);

  const day = await browser.visit(hall, { colorScheme: "light" });
  await day.goto("/voices");
  assert.ok(await lightness(day, "body") > 0.8);
  await day.getByRole("link", { name: "Dark", exact: true }).click();
  await day.locator("html[data-theme=dark]").waitFor({ state: "attached" });
  await day.goto("/say");
  assert.ok(await lightness(day, "body") < 0.2, "It is remembered.");
  assertQuiet(night);
  assertQuiet(day);
});

test("it speaks the reader's language, English or French", async () => {
  const catalogue = await readFile(new URL("../../locale/fr.po", import.meta.url), "utf8");
  const french = (sentence) => {
    const at = catalogue.indexOf(`\nmsgid "${sentence}"\nmsgstr "`);
    assert.ok(at >= 0, `fr.po has "${sentence}".`);
    return catalogue.slice(at).match(/msgstr "(.+)"/)[1];
  };
  const page = await browser.visit(hall, { locale: "fr-FR" });
  await page.goto("/say");
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await page.getByRole("button", { name: french("Say it"), exact: true }).waitFor();
  await page.goto("/voices");
  await page.getByRole("heading", { level: 1, name: french("Voices"), exact: true }).waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { level: 1, name: "Voices", exact: true }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.getByRole("link", { name: "Français" }).click();
  await page.locator("html[lang=fr]").waitFor({ state: "attached" });
  await page.goto("/");
  assert.equal(await page.locator("html").getAttribute("lang"), "fr", "It is remembered.");
  assertQuiet(page);
});

test("a first visit to the voices weighs 60 KB at most, in 8 requests at most", async () => {
  const page = await browser.visit(hall);
  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const asked = [];
  let bytes = 0;
  let open = 0;
  network.on("Network.requestWillBeSent", ({ request, type }) => {
    asked.push(request.url);
    if (type !== "EventSource") open += 1;
  });
  const finished = ({ encodedDataLength = 0 }) => {
    bytes += encodedDataLength;
    open -= 1;
  };
  network.on("Network.loadingFinished", finished);
  network.on("Network.loadingFailed", finished);
  await page.goto("/voices", { waitUntil: "load" });
  await until("the last answer", () => open <= 0);
  assert.ok(await page.locator(".row").count() >= 20, "The list is full.");
  assert.ok(asked.length <= requestsMax, `${asked.length} requests:\n${asked.join("\n")}`);
  assert.ok(bytes > 5000 && bytes <= bytesMax, `${bytes} bytes`);
  assertQuiet(page);
});
