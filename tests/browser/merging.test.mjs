// Two voices that say the same become one, and two again; what another program exported comes in, and goes again.
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

/// What a token's holder asks of the API.
async function api(token, method, path, body) {
  const answer = await fetch(`${hall.url}/api/v1${path}`, {
    method, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
  });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

test("a voice is merged after a look at what will be, and whoever meant something else says so", async () => {
  const one = await api(hall.customerToken, "POST", "/voices", { title: "A bench at the well in Saint-Aubin" });
  const same = await api(hall.customerToken, "POST", "/voices", { title: "Somewhere to sit beside the village well" });
  await api(hall.customerToken, "PUT", `/voices/${same.id}/support`);
  await api(hall.employeeToken, "PUT", `/voices/${same.id}/support`);
  await api(hall.employeeToken, "PUT", `/voices/${one.id}/support`);

  const bob = await browser.visit(hall);
  await signIn(bob, sample.employee);
  await bob.goto(`/voices/${same.id}`);
  await bob.locator("article").getByRole("link", { name: "Merge", exact: true }).click();
  await bob.getByLabel("Search", { exact: true }).last().fill("bench at the well");
  await bob.getByRole("main").getByRole("button", { name: "Search" }).click();
  await bob.getByRole("main").getByRole("link", { name: one.title }).click();
  await bob.getByText("1 + 2 people = 2").waitFor();
  await bob.getByRole("button", { name: "Merge" }).click();
  await bob.getByRole("heading", { name: "1 voice was merged into this one" }).waitFor();
  await bob.goto(`/voices/${same.id}`);
  await bob.getByText("says the same and was merged into this voice").waitFor();
  assert.ok(bob.url().includes(one.id), "the old address leads on");
  assertQuiet(bob);

  const aino = await browser.visit(hall);
  await signIn(aino, sample.customer);
  await aino.goto(`/voices/${one.id}`);
  await aino.getByRole("button", { name: "Not what I meant" }).click();
  await aino.getByText("Your “me too” is back where you gave it.").waitFor();
  await aino.getByText("It stands again for 1 person").waitFor();
  assertQuiet(aino);

  await bob.goto(`/voices/${one.id}`);
  await bob.getByRole("button", { name: "Undo the merge" }).click();
  await bob.getByText("It stands by itself again").waitFor();
  assert.equal((await api(hall.employeeToken, "GET", `/voices/${same.id}`)).supporters, 2);
  assertQuiet(bob);
});

test("an export of another program is looked at, brought in and taken back", async () => {
  const page = await browser.visit(hall, { extraHTTPHeaders: {} });
  await signIn(page, sample.owner);
  await page.goto("/settings/import");
  await page.getByLabel("Where does it come from?").selectOption("fider");
  await page.locator("#file").setInputFiles({
    name: "posts.csv", mimeType: "text/csv",
    buffer: Buffer.from("number,title,description,created_at,created_by,votes_count,comments_count,status,responded_by,"
      + "responded_at,response,original_number,original_title,tags\n"
      + "1,Brought from elsewhere,Words,2024-02-01T10:00:00Z,Jon,23,0,planned,,,,,,\n"
      + "2,,,2024-02-01T10:00:00Z,Jon,1,0,open,,,,,,\n"),
  });
  await page.getByRole("button", { name: "Show me what it would become" }).click();
  await page.getByText("1 voice would come in").waitFor();
  await page.getByText("Line 3").waitFor();
  await page.getByRole("button", { name: "Bring in" }).click();
  await page.getByRole("button", { name: "Take this import back" }).waitFor();
  const found = () => api(hall.ownerToken, "GET", "/voices?query=Brought+from+elsewhere");
  assert.equal((await found()).items[0].unattributed, 23);
  await page.getByRole("button", { name: "Take this import back" }).click();
  await page.getByText("1 voice was taken back").waitFor();
  await until("the voice to go", async () => (await found()).items.length === 0);
  assertQuiet(page);
});
