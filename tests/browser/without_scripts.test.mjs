// Every page works without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, signIn } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

let hall;
let browser;
let page;
before(async () => {
  hall = await Hall.open();
  browser = await Browser.open();
  page = await browser.visit(hall, { javaScriptEnabled: false });
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

test("signing in and saying something", async () => {
  await signIn(page, sample.customer);
  await page.goto("/voices");
  await page.getByRole("link", { name: "Say something" }).first().click();
  await page.locator("#text").fill("Plain forms are enough. They always were.");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.locator("section.card", { hasText: "They always were." }).waitFor();
  await page.getByRole("button", { name: "Say it" }).click();
  await page.locator("article.voice h1").waitFor();
  assert.match(await page.locator("article.voice h1").innerText(), /^Plain forms are enough/);
  assertQuiet(page);
});

test("supporting, saying how much it matters, and taking it back", async () => {
  const voice = await hall.say("A lamp by the sluice", "It is dark there.", hall.employeeToken);
  await page.goto(`/voices/${voice.id}`);
  const button = page.locator("article button.support");
  const before = Number(await button.locator("b").innerText());
  await button.click();
  await page.locator("article button.support[aria-pressed=true]").waitFor();
  assert.equal(Number(await button.locator("b").innerText()), before + 1);
  await page.getByRole("button", { name: "Vital" }).click();
  await page.locator("button[value=vital][aria-pressed=true]").waitFor();
  await button.click();
  await page.locator("article button.support[aria-pressed=false]").waitFor();
  assert.equal(Number(await button.locator("b").innerText()), before);
  assertQuiet(page);
});

test("replying", async () => {
  const voice = await hall.say("A ferry on Sundays", "To church and back.", hall.employeeToken);
  await page.goto(`/voices/${voice.id}`);
  await page.getByLabel("Your reply").fill("And to the market.");
  await page.getByRole("main").getByRole("button", { name: "Reply", exact: true }).click();
  await page.locator(".thread .reply", { hasText: "And to the market." }).waitFor();
  assertQuiet(page);
});

test("searching, the menu, and signing out", async () => {
  await page.goto("/voices?query=plain");
  await page.locator(".row mark").first().waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator("details.menu > summary").click();
  await page.locator("details.menu").getByRole("link", { name: "People" }).click();
  assert.equal(new URL(page.url()).pathname, "/people");
  await page.locator("details.account > summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.equal(await page.locator("details.account").count(), 0);
  assert.equal(await page.locator(".needs-script").first().isVisible(), false);
  assertQuiet(page);
});
