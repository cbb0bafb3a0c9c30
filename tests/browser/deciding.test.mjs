// Conversations, shared budgets, votes that were handed on, and the highest number of wants, as people use them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, findNothing, overflow, signIn, tabTo } from "./browser.mjs";
import { Hall, sample, until } from "./hall.mjs";

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const phone = { viewport: { width: 390, height: 844 } };

let hall;
let browser;
/// The sample's conversation, its closed budget, and a budget on whose roll everybody is: paths without the title's words.
let conversation;
let closed;
let open;

before(async () => {
  hall = await Hall.open();
  browser = await Browser.open();
  conversation = `/conversations/${(await hall.api("GET", "/conversations")).items[0].id}`;
  const { items: decided } = await hall.api("GET", "/decisions?state=closed");
  closed = `/decisions/${decided.find((one) => one.method === "equal-shares").id}`;
  const { items: circles } = await hall.api("GET", "/circles", undefined, hall.ownerToken);
  const { id } = await hall.api("POST", "/decisions", { title: "A fund for the bridge", belief: "what is chosen will be used",
    for: "whoever crosses", measure: "projects in use", target: "all", review_on: day(200), method: "equal-shares",
    budget: { amount: 1000, unit: "€", ballot: "approval" },
    electorates: [{ circle: circles.find((one) => one.name === "Everyone").id, threshold: 0, quorum: 0 }] }, hall.ownerToken);
  for (const [title, cost] of [["A bench", 400], ["A lamp", 350.5], ["Trees", 600]])
    await hall.api("POST", `/decisions/${id}/projects`, { title, cost, words: "For all." }, hall.ownerToken);
  await hall.api("POST", `/decisions/${id}/open`, {}, hall.ownerToken);
  open = `/decisions/${id}`;
});
after(async () => {
  await browser?.close();
  await hall?.close();
});

for (const [colorScheme, window, options] of [["light", "a phone", phone], ["dark", "a desk", {}]])
  test(`axe finds nothing, ${colorScheme}, on ${window}`, async () => {
    const page = await browser.visit(hall, { colorScheme, ...options });
    await signIn(page, sample.employee);
    for (const address of ["/conversations", conversation, `${conversation}/statements`, `${conversation}/statements/new`,
      "/budgets", open, closed, "/delegations", "/priorities"])
      await findNothing(page, address);
    assertQuiet(page);
  });

test("a conversation is taken part in with the keyboard alone, on a phone", async () => {
  const page = await browser.visit(hall, phone);
  await signIn(page, sample.customer);
  await page.goto(conversation);
  const card = page.locator("#say");
  assert.match(await card.innerText(), /After 7 more votes you are placed on the map: with fewer than 7 too little is known/);
  assert.equal(await page.locator("#map .you").count(), 0);
  const answers = ["agree", "disagree", "pass", "agree", "agree", "disagree", "agree"];
  const seen = new Set();
  for (const [voted, answer] of answers.entries()) {
    seen.add(await card.locator(".opinion-text").innerText());
    await tabTo(page, `#say button[value=${answer}]`);
    await page.keyboard.press("Enter");
    await card.getByText(`${voted + 1} of 14 statements`).waitFor();
    await until("the focus to be on the button again, so that the next statement is one key away", () => page.evaluate(
      (value) => document.activeElement.matches(`#say:not(.htmx-settling) button[value=${value}]`), answer), 5);
    const missing = answers.length - voted - 1;
    if (missing) assert.match(await card.innerText(), new RegExp(`After ${missing} more votes? you are placed`));
  }
  assert.equal(seen.size, answers.length, "each time another statement");
  assert.match(await card.innerText(), /You are on the map, in group [A-E]/);

  await page.reload();
  assert.equal(await page.locator("#map svg[role=img][aria-label] .you").count(), 1);
  await tabTo(page, "#map + details > summary");
  await page.keyboard.press("Enter");
  const table = page.locator("#map + details table");
  assert.equal(await table.locator("tbody tr").count(), await page.locator("#map .hull").count());
  assert.equal(await table.getByText("you", { exact: true }).count(), 1);

  await page.goto(`${conversation}/mine`);
  assert.equal(await page.locator("main button[aria-pressed=true]").count(), answers.length);
  const first = page.locator("main li.row").first();
  const other = await first.locator("button[aria-pressed=false]").first().getAttribute("value");
  await first.locator(`button[value=${other}]`).press("Enter");
  await page.locator(`main li.row:first-child button[value=${other}][aria-pressed=true]`).waitFor();
  assert.equal(await overflow(page), 0);
  assertQuiet(page);
});

test("a statement that somebody proposes waits, and it is said", async () => {
  const page = await browser.visit(hall, phone);
  await signIn(page, sample.customer);
  await page.goto(conversation);
  await page.getByRole("link", { name: "Propose a statement" }).click();
  await page.locator("#text").fill("Whoever reports a leak should get a week free");
  await page.getByRole("button", { name: "Propose it" }).click();
  await page.getByText("Thank you. It waits for who leads the conversation.").waitFor();
  await page.getByRole("link", { name: "2 wait" }).click();
  assert.equal(await page.locator("main li.row", { hasText: "Whoever reports a leak" }).count(), 1);
  assert.equal(await overflow(page), 0);
  assertQuiet(page);
});

test("a budget is voted on with a running total, and the vote is changed", async () => {
  const page = await browser.visit(hall, phone);
  await signIn(page, sample.customer);
  await page.goto(open);
  const form = page.locator("#vote-form");
  const total = form.locator(".budget-total");
  assert.match(await total.innerText(), /costs €0, of €1,000/);
  await form.getByLabel("A bench").check();
  await form.getByLabel("A lamp").check();
  assert.match(await total.innerText(), /costs €750\.50, of €1,000/);
  await form.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByText("Your vote is in the urn. You can change it until the close.").waitFor();
  assert.ok(await form.getByLabel("A bench").isChecked());
  await form.getByLabel("A bench").uncheck();
  await form.getByLabel("Trees").check();
  await form.getByRole("button", { name: "Change my vote" }).click();
  await page.waitForLoadState();
  await page.goto(open);
  assert.match(await total.innerText(), /costs €950\.50/);
  assert.ok(!await form.getByLabel("A bench").isChecked() && await form.getByLabel("Trees").isChecked());
  assert.equal((await hall.api("GET", open)).voters, 1, "one vote, changed");
  assert.equal(await overflow(page), 0);
  assertQuiet(page);
});

test("a closed budget says why, where the money went, what other rules would have done, and is a file", async () => {
  const page = await browser.visit(hall, phone);
  await page.goto(closed);
  const rows = (head) => page.locator(`h3:text-is("${head}") ~ ol.rows`).first().locator("li.row");
  const won = rows("Bought with shares, in this order");
  assert.ok(await won.count() >= 2);
  for (const one of await won.all())
    assert.match(await one.innerText(), /people wanted it\. Bought as number \d+; \d+ (person|people) paid for it/);
  const lost = rows("Not bought").first();
  assert.match(await lost.innerText(), /It would have won at a cost of €[\d,.]+/);
  for (const words of await page.locator("section[aria-labelledby=budget] .row-text").all())
    assert.ok(await words.evaluate((one) => one.scrollHeight <= one.clientHeight + 1), "No explanation is cut.");

  const picture = page.locator("svg.flow[role=img]");
  assert.ok(await picture.getAttribute("aria-label"));
  assert.ok(await picture.locator("path").count() >= 5 && await picture.isVisible());
  await page.locator("summary", { hasText: "The same as a table" }).click();
  assert.ok(await page.getByRole("table", { name: "Who paid for what" }).getByRole("row").count() >= 6);
  const others = page.getByRole("table", { name: "The same ballots, counted three ways" });
  assert.equal(await others.locator("tbody tr").count(), 3);
  assert.equal(await others.getByText("it counts").count(), 1);
  assert.equal(await overflow(page), 0, "with the tables open");

  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download as .pb" }).click()]);
  assert.match(file.suggestedFilename(), /\.pb$/);
  assert.match(await readFile(await file.path(), "utf8"), /^META\n[^]*\nPROJECTS\n[^]*\nVOTES\n/);
  assertQuiet(page);
});

test("a vote is handed on, taken, and taken back", async () => {
  const [page, taker] = [await browser.visit(hall, phone), await browser.visit(hall)];
  const { name } = await hall.api("GET", "/me", undefined, hall.employeeToken);
  await signIn(page, sample.customer);
  await page.goto("/delegations");
  const given = page.locator("section[aria-labelledby=given]");
  await given.getByText("You vote for yourself everywhere.").waitFor();
  await page.getByLabel("To whom?").fill("Nobody Whom Anybody Knows");
  await page.getByLabel("On what?").selectOption({ label: "Everyone" });
  await page.getByLabel("Until the end of").fill(day(30));
  await page.getByRole("button", { name: "Hand it on" }).click();
  await page.getByText("There is no such person that you can see.").waitFor();
  assert.match(page.faults.splice(0).join(), /^console: [^,]* status of 422 [^,]*$/, "A refusal is no answer to be quiet about.");
  await page.getByLabel("To whom?").fill(name);
  await page.getByRole("button", { name: "Hand it on" }).click();
  await given.getByText("not answered yet").waitFor();
  await signIn(taker, sample.employee);
  await taker.goto("/delegations");
  await taker.locator("section[aria-labelledby=taken] li.row", { hasText: "Everyone" }).getByRole("button", { name: "Say yes" }).click();
  await taker.locator("section[aria-labelledby=taken] li.row", { hasText: "Everyone" }).getByText("accepted").waitFor();
  await page.reload();
  await given.getByText("accepted").waitFor();
  assert.equal(await overflow(page), 0);
  await given.getByRole("button", { name: "Take it back" }).click();
  await given.getByText("You vote for yourself everywhere.").waitFor();
  assertQuiet(page);
  assertQuiet(taker);
});

test("the highest number of wants: as many days, and which fit", async () => {
  const page = await browser.visit(hall, phone);
  await signIn(page, sample.customer);
  const chosen = page.locator("main section.card").first().locator("ol > li");
  await page.goto("/priorities");
  const many = await chosen.count();
  assert.ok(many >= 2 && await page.locator("main section.card details li").count() > 0);
  await page.locator("main form input").first().fill("9");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/capacity=9/);
  assert.ok(await chosen.count() < many, "Fewer days, fewer wants.");
  await chosen.first().getByRole("link").click();
  await page.waitForURL(/\/voices\//);
  assertQuiet(page);
});

test("without scripts a conversation and a budget are voted on", async () => {
  const page = await browser.visit(hall, { javaScriptEnabled: false, ...phone });
  await signIn(page, sample.employee);
  await page.goto(conversation);
  const [, before] = /(\d+) of \d+ statements/.exec(await page.locator("#say").innerText());
  for (const answer of ["agree", "disagree", "pass"]) await page.locator(`#say button[value=${answer}]`).click();
  await page.locator("#say").getByText(`${Number(before) + 3} of`).waitFor();
  assert.ok(await page.locator("#map svg").isVisible());

  await page.goto(open);
  await page.locator("#vote-form").getByLabel("Trees").check();
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByText("Your vote is in the urn.").waitFor();
  assert.match(await page.locator(".budget-total").innerText(), /costs €600/);
  await page.locator("#vote-form").getByLabel("A lamp").check();
  await page.getByRole("button", { name: "Change my vote" }).click();
  await until("the changed vote", async () => /costs €950\.50/.test(await page.locator(".budget-total").innerText()));
  assertQuiet(page);
});
