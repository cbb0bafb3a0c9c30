// Takes the README's pictures from the running product: a fresh sample company in a temporary folder.
//
//   node tools/pictures/make.mjs [FOLDER]      FOLDER: where they go (docs/pictures)
//
// Needs what the browser tests need: `npm ci` in tests/browser, and the built program
// (MOOTHALL_PROGRAM, or build/release/moothall).
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Browser, assertQuiet, signIn } from "../../tests/browser/browser.mjs";
import { Hall, sample } from "../../tests/browser/hall.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = path.resolve(process.argv[2] ?? path.join(root, "docs/pictures"));
const bytesMax = 200_000;

const wide = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

await mkdir(folder, { recursive: true });
const hall = await Hall.open();
const browser = await Browser.open();
try {
  const take = async (name, address, options, person) => {
    const page = await browser.visit(hall, options);
    if (person) await signIn(page, person);
    await page.goto(address);
    await page.evaluate(() => document.fonts.ready);
    const file = path.join(folder, name);
    await page.screenshot({ path: file });
    assertQuiet(page);
    const { size } = await stat(file);
    if (size > bytesMax) throw new Error(`${name} has ${size} bytes, more than ${bytesMax}.`);
    console.log(`${file}: ${size} bytes`);
  };
  // The voice that people talk about most shows most of what a voice can be.
  const { items } = await hall.api("GET", "/voices?sort=discussed&limit=1");
  await take("front.png", "/", wide, sample.customer);
  await take("voice.png", `/voices/${items[0].id}`, wide, sample.employee);
  await take("voices-dark.png", "/voices", { ...wide, colorScheme: "dark" });
  await take("phone.png", "/voices", phone, sample.customer);
} finally {
  await browser.close();
  await hall.close();
}
