// Everything can be done with the keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, signIn } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

let hall;
let browser;
let page;
before(async () => {
  hall = await Hall.open();
  for (const title of ["A bell at the lock", "A roof at the stop", "A tap in the park"])
    await hall.say(title, "Please.", hall.employeeToken);
  browser = await Browser.open();
  page = await browser.visit(hall);
  await signIn(page, sample.customer);
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

const focused = (selector) => page.evaluate((wanted) => document.activeElement.matches(wanted), selector);

test("the first Tab reaches a link that skips the menu", async () => {
  await page.goto("/voices");
  await page.keyboard.press("Tab");
  assert.ok(await focused("a.skip"));
  const box = await page.locator("a.skip").boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.height >= 24, "It is seen while it has the focus.");
  await page.keyboard.press("Enter");
  assert.ok(await focused("#main"));
  await page.keyboard.press("Tab");
  assert.ok(await focused("#main *"));
});

test("what has the focus can be seen", async () => {
  await page.goto("/voices");
  for (let step = 0; step < 25; step += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return true;
      const style = getComputedStyle(element);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
    });
    assert.ok(seen, await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200)));
  }
});

test("? shows the list of shortcuts, Escape closes it", async () => {
  await page.goto("/voices");
  await page.keyboard.press("?");
  await page.locator("dialog#shortcuts[open]").waitFor();
  await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog#shortcuts").waitFor({ state: "hidden" });
});

test("/ searches, j and k step, o opens, n speaks", async () => {
  await page.goto("/voices?sort=newest");
  await page.keyboard.press("/");
  assert.ok(await focused("input[type=search]"));
  await page.keyboard.type("n");
  assert.equal(await page.getByRole("searchbox").inputValue(), "n", "In a field a letter is a letter.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const second = page.locator("[data-row]").nth(1);
  assert.match(await second.getAttribute("class"), /is-current/);
  const title = await second.locator(".row-title").innerText();
  await page.keyboard.press("o");
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await page.keyboard.press("n");
  await page.waitForURL("**/say");
  await page.locator("#text").waitFor();
});

test("m says \"me too\", r replies, Ctrl and Enter send", async () => {
  const voice = await hall.say("A clock on the tower", "It stopped.", hall.employeeToken);
  await page.goto(`/voices/${voice.id}`);
  await page.keyboard.press("m");
  await page.locator("article button.support[aria-pressed=true]").waitFor();
  await page.keyboard.press("r");
  assert.ok(await focused("[data-reply]"));
  await page.keyboard.type("It goes again.");
  await page.keyboard.press("Control+Enter");
  await page.locator(".thread .reply", { hasText: "It goes again." }).waitFor();
});

test("g and a letter lead through the menu", async () => {
  await page.goto("/");
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await page.getByRole("heading", { level: 1, name: "Voices" }).waitFor();
  assertQuiet(page);
});
