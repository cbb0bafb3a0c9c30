// The pages after hearing: themes, decisions, promises, requests, what waits for me, the report and the clock.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, findNothing, signIn, tabTo } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let hall;
let browser;
let voice;
let decision;
let promise;
let request;
let theme;
/// What everybody may see, and what a person has of her own beside it.
let open;
let own;

before(async () => {
  hall = await Hall.open();
  browser = await Browser.open();
  voice = await hall.say("Ramps at both ends of the bridge", "For chairs and prams.");
  const { items: circles } = await hall.api("GET", "/circles", undefined, hall.ownerToken);
  const everyone = circles.find((circle) => circle.name === "Everyone").id;
  const customer = (await hall.api("GET", "/me")).id;
  const employee = (await hall.api("GET", "/me", undefined, hall.employeeToken)).id;
  decision = await hall.api("POST", "/decisions", { title: "Build both ramps this year", belief: "People with chairs will cross.",
    for: "whoever lives east", measure: "crossings with chairs", target: "ten a day", review_on: day(200), method: "yes-no",
    electorates: [{ circle: everyone, threshold: 0.5, quorum: 0 }], voices: [voice.id] }, hall.ownerToken);
  await hall.api("POST", `/decisions/${decision.id}/arguments`, { body: "The east end is dry already.", side: "for" });
  promise = await hall.api("POST", "/commitments",
    { what: "A plan of the east ramp", to: customer, due: day(20), voice: voice.id }, hall.employeeToken);
  request = await hall.api("POST", "/requests", { about: voice.id, person: employee, words: "Who owns the east bank?" },
    hall.ownerToken);

  const page = await browser.visit(hall);
  await signIn(page, sample.owner);
  await page.goto("/themes/new");
  await page.locator("main form input[type=text]").first().fill("Ways across the water");
  const voices = page.locator("main form input[name=voice]");
  if (await voices.count()) await voices.first().check();
  await page.locator("main form button.button").first().click();
  await page.waitForURL(/\/themes\/(?!new)/);
  theme = new URL(page.url()).pathname;

  open = ["/themes", theme, "/decisions", `/decisions/${decision.id}`, "/promises", `/promises/${promise.id}`, "/report", "/clock"];
  own = [...open, "/mine", "/requests", `/requests/${request.id}`, "/decisions/new", "/promises/new"];
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

for (const colorScheme of ["light", "dark"])
  for (const [window, options] of [["a desk", {}], ["a phone", { viewport: { width: 390, height: 844 } }]]) {
    test(`axe finds nothing on a visitor's pages, ${colorScheme}, on ${window}`, async () => {
      const page = await browser.visit(hall, { colorScheme, ...options });
      for (const address of open) await findNothing(page, address);
      assertQuiet(page);
    });
    test(`axe finds nothing on an employee's pages, ${colorScheme}, on ${window}`, async () => {
      const page = await browser.visit(hall, { colorScheme, ...options });
      await signIn(page, sample.employee);
      for (const address of own) await findNothing(page, address);
      assertQuiet(page);
    });
  }

test("in French they are in French", async () => {
  const [english, french] = [await browser.visit(hall), await browser.visit(hall)];
  await signIn(english, sample.employee);
  await signIn(french, sample.owner);
  await hall.api("PATCH", "/me", { language: "fr" }, hall.ownerToken);
  // What we wrote, and not people: the first column of a table holds their words.
  const words = async (page) => (await page.locator("main :is(label, legend, thead th, button, .lead, .hint)").allInnerTexts())
    .map((text) => text.trim());
  for (const address of own) {
    await findNothing(french, address);
    await english.goto(address);
    assert.equal(await french.locator("html").getAttribute("lang"), "fr");
    const there = await words(english);
    const same = (await words(french)).filter((text) => there.includes(text) && /^[A-Z][a-z]+ [a-z ]+[a-z.]$/.test(text));
    assert.deepEqual(same, [], `${address} says this in both languages`);
  }
  await hall.api("PATCH", "/me", { language: "en" }, hall.ownerToken);
  assertQuiet(french);
});

test("the loop line says on a phone too who promised what by when, and what is missing and who could do it", async () => {
  const page = await browser.visit(hall, { viewport: { width: 390, height: 844 } });
  for (const address of [`/voices/${voice.id}`, theme, `/decisions/${decision.id}`, `/promises/${promise.id}`]) {
    await page.goto(address);
    const stops = page.locator("ol.loop > li");
    assert.equal(await stops.count(), 7, address);
    assert.equal(await page.locator('ol.loop > li > svg[aria-hidden="true"]').count(), 7, address);
    for (const stop of await stops.all()) {
      const name = await stop.locator("b").innerText();
      if (await stop.locator("a").count()) continue;
      const note = stop.locator(".meta");
      assert.ok(await note.isVisible() && (await note.innerText()).trim(), `${address}: ${name} says who could do it`);
    }
    if (address !== theme) assert.ok(await stops.first().locator("a").count(), `${address} leads to the voice`);
  }
  for (const address of [`/voices/${voice.id}`, `/promises/${promise.id}`]) {
    await page.goto(address);
    const promised = page.locator("ol.loop > li").filter({ hasText: "A plan of the east ramp" });
    assert.match(await promised.innerText(), /Bob[\w ]*, by \d+ \w+ \d{4}/, address);
    await promised.locator("a").click();
    await page.waitForURL(/\/promises\//);
  }
  assertQuiet(page);
});

test("a vote is cast, changed and read again with the keyboard alone", async () => {
  const page = await browser.visit(hall);
  await signIn(page, sample.customer);
  await page.goto(`/decisions/${decision.id}`);
  await tabTo(page, "#vote-form input[type=radio]");
  await page.keyboard.press("Space");
  await tabTo(page, "#vote-form button");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/receipt$/);
  await page.goto(`/decisions/${decision.id}`);
  const first = await page.locator("#vote-form input:checked").getAttribute("value");
  await tabTo(page, "#vote-form input[type=radio]");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "#vote-form button");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/receipt$/);
  await page.goto(`/decisions/${decision.id}`);
  assert.notEqual(await page.locator("#vote-form input:checked").getAttribute("value"), first);
  const { voters } = await hall.api("GET", `/decisions/${decision.id}`);
  assert.equal(voters, 1, "one vote, changed");
  assertQuiet(page);
});

test("without scripts a vote is cast, a promise kept and a request taken", async () => {
  const page = await browser.visit(hall, { javaScriptEnabled: false });
  await signIn(page, sample.employee);
  for (const address of own) assert.equal((await page.goto(address)).status(), 200, address);

  await page.goto(`/decisions/${decision.id}`);
  await page.locator("#vote-form input[type=radio]").first().check();
  await page.locator("#vote-form button").click();
  assert.match(page.url(), /\/receipt$/);
  assert.equal((await hall.api("GET", `/decisions/${decision.id}`)).voters, 2);

  await page.goto(`/requests/${request.id}`);
  await page.locator(`form[action="/requests/${request.id}/taking"] button`).click();
  assert.equal((await hall.api("GET", `/requests/${request.id}`, undefined, hall.employeeToken)).state, "taken");

  await page.goto(`/promises/${promise.id}`);
  const kept = page.locator(`form[action="/promises/${promise.id}/keeping"]`);
  for (const fold of await page.locator(`details:has(form[action="/promises/${promise.id}/keeping"]):not([open]) > summary`).all())
    await fold.click();
  for (const words of await kept.locator("textarea, input[type=text]").all()) await words.fill("It hangs at the lock.");
  await kept.locator("button").first().click();
  assert.equal((await hall.api("GET", `/commitments/${promise.id}`, undefined, hall.employeeToken)).state, "kept");
  assertQuiet(page);
});

test("the report prints as what it says, without what only a screen needs", async () => {
  const page = await browser.visit(hall);
  await page.goto("/report");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("main h1").isVisible());
  assert.ok((await page.locator("main section h2").count()) > 2);
  for (const heading of await page.locator("main section h2").all()) assert.ok(await heading.isVisible());
  for (const part of [".top .nav", ".footer", "main .side"])
    for (const one of await page.locator(part).all()) assert.ok(!(await one.isVisible()), `${part} is not printed`);
  await page.emulateMedia({ media: null });
});
