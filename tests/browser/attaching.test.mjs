// Pictures and files on what people say: pasted with scripts, chosen without, and shown to whoever reads.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, signIn } from "./browser.mjs";
import { Hall, sample } from "./hall.mjs";

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const picture = { name: "meter.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") };

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

/// Whether every picture of the page came and was understood.
const allShown = (page) => page.evaluate(() =>
  [...document.querySelectorAll("main img[src^='/files/']")].map((image) => image.complete && image.naturalWidth > 0));

test("a picture is pasted into the text, and stands there", async () => {
  const page = await browser.visit(hall);
  await signIn(page, sample.customer);
  await page.goto("/say");
  await page.getByLabel("What do you want to say?").fill("The meter shows nonsense. Look at it:");
  await page.getByLabel("What do you want to say?").press("End");
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "meter.png", { type: "image/png" }));
    document.querySelector("#text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, pixel);
  assert.match(await page.locator("#text").inputValue(), /!\[meter\.png\]\(attached:1\)/);
  await page.getByRole("button", { name: "Say it" }).click();
  await page.getByRole("heading", { name: "The meter shows nonsense." }).waitFor();
  await page.waitForFunction(() => document.querySelector(".prose img")?.complete);
  assert.deepEqual(await allShown(page), [true]);
  assert.equal(await page.locator(".prose img").getAttribute("alt"), "meter.png");
  assert.equal(await page.locator(".attached").count(), 0, "it is not shown once more below");
  assertQuiet(page);
});

test("files are attached without scripts, described, and taken away again", async () => {
  const page = await browser.visit(hall, { javaScriptEnabled: false });
  await signIn(page, sample.customer);
  const voice = await hall.say("A leak in the cellar");
  await page.goto(`/voices/${voice.id}`);
  await page.getByLabel("Your reply").fill("Here it is");
  await page.getByText("Attach pictures or files").click();
  await page.locator("#files").setInputFiles([picture, { name: "readings.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]);
  await page.locator("#alt").fill("Water on the floor");
  await page.getByRole("button", { name: "Reply" }).click();
  await page.getByRole("link", { name: "readings.csv" }).waitFor();
  assert.equal(await page.getByRole("img", { name: "Water on the floor" }).count(), 1);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "readings.csv" }).click()]);
  assert.equal(download.suggestedFilename(), "readings.csv");

  await page.getByRole("link", { name: "Edit" }).last().click();
  await page.getByLabel("What does the picture show?").fill("Two fingers of water");
  await page.getByLabel("Take away").last().check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("img", { name: "Two fingers of water" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "readings.csv" }).count(), 0);
  assertQuiet(page);
});
