// Two people talk: each sees the other's words without loading the page, and a broken line loses nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, assertQuiet, signIn } from "./browser.mjs";
import { Hall, sample, until } from "./hall.mjs";

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

const lines = (page) => page.locator(".chat-line:not(.unsent) .prose").allInnerTexts();

test("two people talk, live, in one order, and nothing is lost on a broken line", async () => {
  const bob = (await hall.api("GET", "/me", undefined, hall.employeeToken)).id;
  const aino = await browser.visit(hall);
  await signIn(aino, sample.customer);
  await aino.goto(`/people/${bob}`);
  await aino.getByRole("link", { name: /^Write to Bob/ }).click();
  await aino.getByLabel("What would you like to say?").fill("Is my meter *really* frozen?");
  await aino.getByRole("button", { name: "Send" }).click();
  await aino.locator("#chat").waitFor();
  const path = new URL(aino.url()).pathname;

  const other = await browser.visit(hall);
  await signIn(other, sample.employee);
  await other.goto(path);
  await other.getByText("frozen?").waitFor();
  await other.getByLabel("Your words").fill("It is. I come on Tuesday.");
  await aino.getByText("is writing").waitFor();
  await other.keyboard.press("Enter");
  await aino.getByText("I come on Tuesday.").waitFor();
  await aino.locator(".mine .chat-read:not([hidden])").first().waitFor();

  // The line breaks; what she writes meanwhile waits and is sent once, what he says is there afterwards.
  await aino.context().setOffline(true);
  await aino.getByLabel("Your words").fill("Tuesday is good.");
  await aino.keyboard.press("Enter");
  await aino.locator(".unsent").waitFor();
  await hall.api("POST", `/chats/${path.split("/").pop()}/messages`, { body: "At nine.", client_id: "nine" }, hall.employeeToken);
  await aino.context().setOffline(false);
  await until("both lines", async () => (await lines(aino)).length === 4);
  await until("the same order for both", async () => JSON.stringify(await lines(aino)) === JSON.stringify(await lines(other)));
  assert.equal(await aino.locator(".unsent").count(), 0);
  assert.equal((await lines(other)).filter((text) => text === "Tuesday is good.").length, 1);
  assertQuiet(other);
});

test("without scripts the same chat is a page with a form and a button that looks for more", async () => {
  const bob = (await hall.api("GET", "/me", undefined, hall.employeeToken)).id;
  const chat = await hall.api("POST", "/chats", { person: bob, body: "Without scripts" });
  await hall.api("POST", `/chats/${chat.id}/messages`, { body: "It works", client_id: "a" }, hall.employeeToken);
  const page = await browser.visit(hall, { javaScriptEnabled: false });
  await signIn(page, sample.customer);
  await page.goto(`/chats/${chat.id}`);
  await page.getByText("It works").waitFor();
  await page.getByLabel("Your words").fill("So it does");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("So it does").waitFor();
  await page.getByRole("button", { name: "Mark as read and look for more" }).click();
  assert.equal((await hall.api("GET", `/chats/${chat.id}`)).unread, 0);
});
