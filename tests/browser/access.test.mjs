// axe-core finds nothing against WCAG 2.2 A and AA, by day and by night.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, signIn } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let hall;
let browser;
let axe;
let voice;
let merged;
let held;
before(async () => {
  axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  hall = await Hall.open();
  voice = await hall.say("Ramps at both ends of the bridge", "For chairs and prams.\n\n> So say we all.\n\n- `one`\n- two");
  const reply = await hall.api("POST", `/voices/${voice.id}/replies`, { body: "The east end has one, see [the plan](/roadmap)." });
  assert.ok(reply.id);
  await hall.api("PUT", `/voices/${voice.id}/support`, { matters: "vital" }, hall.employeeToken);
  // One that was merged into it, and one that waits for a steward.
  merged = await hall.say("Ramps for the bridge, please", "For prams.");
  await hall.api("PUT", `/voices/${merged.id}/support`, {}, hall.employeeToken);
  await hall.api("POST", `/voices/${merged.id}/merge`, { into: voice.id }, hall.ownerToken);
  const circle = await hall.api("POST", "/circles", { name: "Looked at", kind: "forum", visibility: "public" },
    hall.ownerToken);
  await hall.api("PATCH", `/circles/${circle.id}`, { moderation: "newcomers" }, hall.ownerToken);
  await hall.api("PUT", `/circles/${circle.id}/members/${(await hall.api("GET", "/me", undefined, hall.customerToken)).id}`,
    { role: "member" }, hall.ownerToken);
  held = await hall.api("POST", "/voices", { title: "Watches, cheap", circle: circle.id }, hall.customerToken);
  browser = await Browser.open();
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

async function findNothing(page, address) {
  await page.goto(address);
  await page.evaluate(axe);
  const found = await page.evaluate((values) => globalThis.axe.run(document, {
    runOnly: { type: "tag", values }, resultTypes: ["violations"],
  }), rules);
  const said = found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.any.map((check) => check.message).join(" ")}`));
  assert.deepEqual(said, [], address);
}

for (const colorScheme of ["light", "dark"]) {
  test(`a visitor's pages, ${colorScheme}`, async () => {
    const page = await browser.visit(hall, { colorScheme });
    for (const address of ["/", "/voices", "/voices?query=ramps", `/voices/${voice.id}`, "/say", "/sign-in", "/people",
      "/circles", "/roadmap", "/strategy", "/together"])
      await findNothing(page, address);
    assertQuiet(page);
  });

  test(`a person's pages, ${colorScheme}`, async () => {
    const page = await browser.visit(hall, { colorScheme });
    await signIn(page, sample.employee);
    for (const address of ["/", "/voices", `/voices/${voice.id}`, "/say", "/people", "/circles", "/settings",
      `/voices/${merged.id}?alone=yes`, `/voices/${voice.id}/merging`, "/merging", "/moderation/log"])
      await findNothing(page, address);
    assertQuiet(page);
  });

  test(`an owner's pages and a phone, ${colorScheme}`, async () => {
    const page = await browser.visit(hall, { colorScheme, viewport: { width: 390, height: 844 } });
    await signIn(page, sample.owner);
    for (const address of ["/", `/voices/${voice.id}`, "/settings", "/settings/import", "/moderation",
      `/things/${held.id}/declining?block=yes`]) await findNothing(page, address);
    assertQuiet(page);
  });
}

test("a form that was refused says why beside its field", async () => {
  const page = await browser.visit(hall);
  await signIn(page, sample.employee);
  await page.goto("/say");
  // The browser itself would ask first; a program or an old browser would not.
  await page.locator("form[action='/say']").evaluate((form) => { form.noValidate = true; });
  await page.getByRole("button", { name: "Say it" }).click();
  const field = page.locator("[aria-invalid=true]").first();
  await field.waitFor();
  const words = await field.getAttribute("aria-describedby");
  assert.ok(words, "The field names its error.");
  for (const id of words.split(" ")) assert.ok(await page.locator(`[id="${id}"]`).innerText());
});
