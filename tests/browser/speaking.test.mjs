// What people do every day: sign in, speak, say "me too", reply, find, mend.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, signIn } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

let hall;
let browser;
before(async () => {
  hall = await Hall.open();
  browser = await Browser.open();
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

test("a visitor becomes one of the sample's people and leaves again", async () => {
  const page = await browser.visit(hall);
  await signIn(page, sample.customer);
  await page.locator("details.account > summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.locator("header").getByRole("link", { name: "Sign in" }).first().waitFor();
  assert.equal(await page.locator("details.account").count(), 0);
  assertQuiet(page);
});

test("a code from a letter signs somebody in", async () => {
  const page = await browser.visit(hall);
  await page.goto("/sign-in");
  await page.getByLabel("Your e-mail address").fill(sample.employee.email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByText("A code is on its way").waitFor();
  const letter = await hall.letterTo(sample.employee.email);
  const code = letter.split(/\r?\n\r?\n/).slice(1).join("\n").match(/(?<!\d)\d{6,8}(?!\d)/)?.[0];
  assert.ok(code, `There is no code in this letter:\n${letter}`);
  await page.locator("#code").fill(code);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.locator("details.account").waitFor();
  assertQuiet(page);
});

test("a link from the console signs somebody in, once", async () => {
  const said = await hall.command("token", "--email", sample.employee.email, "--link");
  const link = said.trim().split("\n").at(-1);
  const page = await browser.visit(hall);
  await page.goto(link);
  await page.locator("main form button").first().click();
  await page.locator("details.account").waitFor();
  const second = await browser.visit(hall);
  await second.goto(link);
  const button = second.locator("main form button").first();
  if (await button.count()) await button.click();
  await second.locator("[role=alert], main h1").first().waitFor();
  assert.equal(await second.locator("details.account").count(), 0);
  assertQuiet(page);
});

test("a voice is said, and what was said alike is shown while it is written", async () => {
  const said = await hall.say("Show the colour of the water in the quay's display", "It tells us when the filter is full.");
  // What is new is found while typing a moment later.
  for (let round = 0; round < 60; round += 1) {
    const { items } = await hall.api("GET", "/voices/similar?text=The%20colour%20of%20the%20water%20in%20the%20display");
    if (items.some((voice) => voice.id === said.id)) break;
    await new Promise((resolve) => { setTimeout(resolve, 250); });
  }
  const page = await browser.visit(hall);
  await signIn(page, sample.customer);
  await page.goto("/say");
  await page.locator("#text").pressSequentially("The colour of the water in the display", { delay: 5 });
  await page.locator("#similar a").first().waitFor();
  assert.match(await page.locator("#similar").innerText(), /Show the colour of the water/);
  await page.locator("#text").fill("The pump in the harbour hums all night.\n\nIt **wakes** the children.");
  await page.locator("#title").fill("Quieten the harbour pump");
  await page.getByRole("button", { name: "Say it" }).click();
  await page.getByRole("heading", { level: 1, name: "Quieten the harbour pump" }).waitFor();
  assert.equal(await page.locator(".prose strong").innerText(), "wakes");
  assert.match(new URL(page.url()).pathname, /^\/voices\/[0-9a-z]+-quieten-the-harbour-pump$/i);
  assertQuiet(page);
});

test("\"me too\" counts at once, and is taken back", async () => {
  const voice = await hall.say("A bench at the reservoir", "To sit on.");
  const page = await browser.visit(hall);
  await signIn(page, sample.employee);
  await page.goto(`/voices/${voice.id}`);
  const address = page.url();
  let navigations = 0;
  page.on("framenavigated", () => { navigations += 1; });
  const button = page.locator("article button.support");
  const before = Number(await button.locator("b").innerText());
  await button.click();
  await page.locator("article button.support[aria-pressed=true]").waitFor();
  assert.equal(Number(await button.locator("b").innerText()), before + 1);
  await button.click();
  await page.locator("article button.support[aria-pressed=false]").waitFor();
  assert.equal(Number(await button.locator("b").innerText()), before);
  assert.equal(navigations, 0, "The button is swapped in its place.");
  assert.equal(page.url(), address);
  assertQuiet(page);
});

test("a reply stands under the voice", async () => {
  const voice = await hall.say("A map of the pipes", "For those who dig.");
  const page = await browser.visit(hall);
  await signIn(page, sample.employee);
  await page.goto(`/voices/${voice.id}`);
  await page.getByLabel("Your reply").fill("There is *one* already.");
  await page.getByRole("main").getByRole("button", { name: "Reply", exact: true }).click();
  const reply = page.locator(".thread .reply");
  await reply.first().waitFor();
  assert.match(await reply.first().innerText(), /There is one already\./);
  assert.equal(await reply.first().locator("em").innerText(), "one");
  assert.equal(await page.getByLabel("Your reply").inputValue(), "", "What was sent is no draft any more.");
  assertQuiet(page);
});

test("a search marks the words that it found", async () => {
  await hall.say("Zeppelin moorings over the pumping station", "One mooring is enough.");
  const page = await browser.visit(hall);
  await page.goto("/voices");
  await page.getByRole("searchbox").fill("zeppelin");
  await page.getByRole("search").getByRole("button", { name: "Search" }).click();
  await page.locator(".row mark").first().waitFor();
  assert.equal((await page.locator(".row mark").first().innerText()).toLowerCase(), "zeppelin");
  assert.equal(await page.locator(".row").count(), 1);
  await page.getByRole("searchbox").fill("quaggaxylophone");
  await page.getByRole("search").getByRole("button", { name: "Search" }).click();
  await page.getByText("No voice says this yet").waitFor();
  assertQuiet(page);
});

test("an edit keeps what stood there before", async () => {
  const voice = await hall.say("Bills in pencil", "The old words of this voice.");
  const page = await browser.visit(hall);
  await signIn(page, sample.customer);
  await page.goto(`/voices/${voice.id}`);
  await page.getByRole("main").getByRole("link", { name: "Edit", exact: true }).click();
  await page.locator("main textarea").first().fill("The new words of this voice.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator(".prose", { hasText: "The new words" }).waitFor();
  await page.getByRole("link", { name: "edited" }).click();
  await page.locator("pre", { hasText: "The old words of this voice." }).waitFor();
  assertQuiet(page);
});

test("what people write is shown, never run", async () => {
  const voice = await hall.say("<img src=x onerror=alert(1)>",
    "<script>alert(1)</script> [link](javascript:alert(1)) <img src=https://elsewhere.example/x.png onerror=alert(1)>");
  const page = await browser.visit(hall);
  let dialogs = 0;
  page.on("dialog", (dialog) => {
    dialogs += 1;
    dialog.dismiss();
  });
  await page.goto(`/voices/${voice.id}`);
  assert.equal(await page.locator("h1").innerText(), "<img src=x onerror=alert(1)>");
  await page.goto("/voices?query=onerror");
  assert.equal(dialogs, 0);
  assertQuiet(page);
});
