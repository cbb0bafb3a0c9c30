// Signing in through a real provider: the whole way, and what must not be a way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall } from "../browser/hall.mjs";
import { IdentityProvider, client } from "./provider.mjs";
import { Visitor, owner, settings, signedIn } from "./visitor.mjs";

const accounts = {
  ada: { email: "ada@northwater.example", email_verified: true, name: "Ada Lovelace", groups: ["engineers"] },
  eve: { email: "owner@northwater.example", email_verified: false, name: "Eve" },
};

let hall;
let provider;
let callback;

const fields = () => ({ issuer: provider.issuer, client_id: client.id, client_secret: client.secret,
  scopes: "openid email profile groups", label: "Northwater account",
  mapping: "groups = engineers → Engineers, member", private_addresses: "yes" });

before(async () => {
  hall = await Hall.open("private_addresses = true\n");
  callback = `${hall.url}/sign-in/oidc/callback`;
  provider = await IdentityProvider.open(callback, accounts);
  await hall.api("POST", "/circles", { name: "Engineers", kind: "community", visibility: "private" }, hall.ownerToken);
});
after(async () => {
  await provider?.close();
  await hall?.close();
});

test("an owner sets it up, tries it, and never sees the secret again", async () => {
  const visitor = await owner(hall);
  const far = await settings(hall, visitor, "/settings/identity", { ...fields(), private_addresses: "" });
  assert.match(far, /not of the public internet/);
  const saved = await settings(hall, visitor, "/settings/identity", fields());
  assert.match(saved, /Saved\./);
  assert.ok(!saved.includes(client.secret) && !saved.includes("a secret of the hall"));
  assert.match(await settings(hall, visitor, "/settings/identity/test"), /The provider answers/);

  await settings(hall, visitor, "/settings/identity", { ...fields(), issuer: `${provider.issuer}/nowhere` });
  assert.match(await settings(hall, visitor, "/settings/identity/test"), /the answer is 404/);
  await settings(hall, visitor, "/settings/identity", { ...fields(), issuer: "http://127.0.0.1:9" });
  assert.match(await settings(hall, visitor, "/settings/identity/test"), /Nothing answers/);
  assert.match(await settings(hall, visitor, "/settings/identity", fields()), /Saved\./);
});

test("a new person comes in, with the circles that her groups bring", async () => {
  const visitor = new Visitor();
  assert.match((await visitor.ask(`${hall.url}/sign-in`)).text, /Northwater account/);
  const start = await visitor.ask(`${hall.url}/sign-in/oidc?back=/roadmap`);
  assert.equal(start.status, 303);
  const asked = new URL(start.to).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.equal(asked.get("redirect_uri"), callback);

  const back = await visitor.signInThere(start.to, "ada", callback);
  const landed = await visitor.ask(back);
  assert.equal(landed.to, `${hall.url}/roadmap`);
  assert.ok(await signedIn(hall, visitor));
  const circles = (await visitor.ask(`${hall.url}/circles`)).text;
  assert.match(circles, /Engineers/);

  // The same address again, by her and by a thief: it was good once.
  for (const other of [visitor, new Visitor()]) assert.equal((await other.ask(back)).to, `${hall.url}/sign-in`);

  accounts.ada.groups = [];
  const second = new Visitor();
  const again = await second.ask(`${hall.url}/sign-in/oidc`);
  await second.ask(await second.signInThere(again.to, "ada", callback));
  assert.ok(await signedIn(hall, second));
  assert.doesNotMatch((await second.ask(`${hall.url}/circles`)).text, /Engineers/);
});

test("an address that is not verified opens nobody's account", async () => {
  const visitor = new Visitor();
  const start = await visitor.ask(`${hall.url}/sign-in/oidc`);
  const landed = await visitor.ask(await visitor.signInThere(start.to, "eve", callback));
  assert.equal(landed.to, `${hall.url}/sign-in`);
  assert.match((await visitor.ask(landed.to)).text, /does not say that your e-mail address is verified/);
  assert.ok(!(await signedIn(hall, visitor)));
});

test("an answer is good only in the browser that set out, and for its own state", async () => {
  const [first, second] = [new Visitor(), new Visitor()];
  const start = await first.ask(`${hall.url}/sign-in/oidc`);
  const back = await first.signInThere(start.to, "ada", callback);
  await second.ask(`${hall.url}/sign-in/oidc`);
  assert.equal((await second.ask(back)).to, `${hall.url}/sign-in`);
  assert.ok(!(await signedIn(hall, second)));

  for (const change of [(one) => one.searchParams.delete("state"), (one) => one.searchParams.set("state", "x"),
    (one) => one.searchParams.set("iss", "https://evil.example")]) {
    const visitor = new Visitor();
    const begun = await visitor.ask(`${hall.url}/sign-in/oidc`);
    const address = new URL(await visitor.signInThere(begun.to, "ada", callback));
    change(address);
    assert.equal((await visitor.ask(address.href)).to, `${hall.url}/sign-in`);
    assert.ok(!(await signedIn(hall, visitor)));
  }
});

test("of thirty-two at once one gets in at most", async () => {
  const visitor = new Visitor();
  const start = await visitor.ask(`${hall.url}/sign-in/oidc`);
  const back = await visitor.signInThere(start.to, "ada", callback);
  const cookie = [...visitor.cookies.get(hall.url)].map(([name, value]) => `${name}=${value}`).join("; ");
  const answers = await Promise.all(Array.from({ length: 32 }, () =>
    fetch(back, { redirect: "manual", headers: { cookie } })));
  const sessions = answers.filter((answer) => answer.headers.getSetCookie().some((line) => /session=\w/.test(line)));
  // None, when a loser whom the provider refused uses the try up before the winner is back.
  assert.ok(sessions.length <= 1);
});

test("who does not agree is told so", async () => {
  const visitor = new Visitor();
  const start = await visitor.ask(`${hall.url}/sign-in/oidc`);
  const state = new URL(start.to).searchParams.get("state");
  const landed = await visitor.ask(`${callback}?error=access_denied&state=${state}&iss=${encodeURIComponent(provider.issuer)}`);
  assert.match((await visitor.ask(landed.to)).text, /did not let you in/);
});

test("a provider that is gone is said plainly, and the other ways stay", async () => {
  const visitor = await owner(hall);
  await settings(hall, visitor, "/settings/identity", { ...fields(), issuer: "http://127.0.0.1:9" });
  const other = new Visitor();
  const landed = await other.ask(`${hall.url}/sign-in/oidc`);
  const page = await other.ask(landed.to);
  assert.match(page.text, /Nothing answers at 127\.0\.0\.1/);
  assert.match(page.text, /Send me a code/);
});
