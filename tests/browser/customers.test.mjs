// What ten thousand customers of a bank really wrote (banking77, CC BY 4.0) comes in, is searched and is read.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { Browser, assertQuiet } from "./browser.mjs";
import { Hall } from "./hall.mjs";

// The data may not be published with the project; the folder is named where it is at hand.
const data = process.env.MOOTHALL_DATA;

let hall;
let browser;
before(async () => {
  if (!data) return;
  hall = await Hall.open();
  browser = await Browser.open();
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

test("ten thousand messages come in by one command, are searched and are read", { skip: !data && "MOOTHALL_DATA is not set" },
  async () => {
    const said = await hall.command("import", "csv", path.join(data, "banking77/banking77_train.csv"));
    assert.match(said, /10003 rows: 10003 came in, 0 known already and left as they stand, 0 refused/);
    const again = await hall.command("import", "csv", path.join(data, "banking77/banking77_train.csv"));
    assert.match(again, /0 came in, 10003 known already/);

    const page = await browser.visit(hall);
    await page.goto("/voices");
    await page.getByRole("main").getByRole("searchbox").fill("disposable virtual");
    await page.getByRole("main").getByRole("searchbox").press("Enter");
    await page.waitForURL(/query=disposable/);
    const found = page.getByRole("main").getByRole("listitem").filter({ has: page.locator("mark") });
    assert.ok(await found.count() > 10, "the words are marked where they were found");
    const voice = found.getByRole("link", { name: /disposable/i }).first();
    const title = (await voice.innerText()).trim();
    await voice.click();
    await page.getByRole("heading", { level: 1, name: title.slice(0, 40) }).waitFor();

    // Page after page there is more, and nothing twice.
    await page.goto("/voices?sort=oldest");
    const seen = new Set();
    for (let number = 0; number < 3; ++number) {
      const links = await page.getByRole("main").locator("a[href^='/voices/0']").evaluateAll((all) =>
        [...new Set(all.map((link) => link.getAttribute("href").split("#")[0]))]);
      for (const link of links) assert.ok(!seen.has(link), `${link} is on two pages`);
      for (const link of links) seen.add(link);
      if (number < 2) await page.getByRole("main").getByRole("link", { name: /more|next/i }).last().click();
      await page.waitForLoadState();
    }
    assert.ok(seen.size >= 60, `${seen.size} voices on three pages`);
    assertQuiet(page);
  });
