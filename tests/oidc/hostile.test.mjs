// What a provider that lies, or somebody between it and us, may try: nobody is ever signed in by it, the server never
// breaks, and whoever tried reads a plain sentence.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, sample } from "../browser/hall.mjs";
import { Liar, client, keys, publicText, token } from "./liar.mjs";
import { Visitor, owner, settings, signedIn } from "./visitor.mjs";

let hall;
let liar;
let visitor;
let callback;
let number = 0;

before(async () => {
  hall = await Hall.open("private_addresses = true\n");
  callback = `${hall.url}/sign-in/oidc/callback`;
  liar = await Liar.open();
  visitor = await owner(hall);
});
after(async () => {
  await liar?.close();
  await hall?.close();
});

async function setUp(lie) {
  liar.tell(lie, ++number);
  const saved = await settings(hall, visitor, "/settings/identity", { issuer: liar.issuer, client_id: client.id,
    client_secret: client.secret, scopes: "openid email profile", label: "", mapping: "", private_addresses: "yes" });
  assert.match(saved, /Saved\./);
}

/// Sets out; the provider has nobody sign in, and the address that it would send the browser back to is given.
async function setOut(browser) {
  const start = await browser.ask(`${hall.url}/sign-in/oidc`);
  assert.equal(start.status, 303);
  if (start.to === `${hall.url}/sign-in`) return start;
  const asked = new URL(start.to).searchParams;
  liar.nonce = asked.get("nonce");
  return { ...start, back: `${callback}?code=one&state=${asked.get("state")}` };
}

/// Nobody is signed in, and the page of signing in says why in words.
async function refused(browser, answer) {
  assert.equal(answer.status, 303);
  assert.equal(answer.to, `${hall.url}/sign-in`);
  const page = await browser.ask(answer.to);
  assert.equal(page.status, 200);
  const said = /<(?:div|p)[^>]*class="[^"]*notice[^"]*"[^>]*>([\s\S]*?)<\/(?:div|p)>/.exec(page.text)?.[1]
    .replace(/<[^>]*>/g, " ").trim();
  assert.ok(said, "a sentence is on the page");
  assert.match(said, /^[“\p{L}\d][^{}<>]{15,}[.?!]$/su, `a plain sentence: ${said}`);
  assert.ok(!(await signedIn(hall, browser)), said);
  return said;
}

const head = { alg: "RS256", kid: "rsa" };
const withHead = (changed) => (claims) => token({ ...head, ...changed }, claims);
const without = (name) => (claims) => token(head, { ...claims, [name]: undefined });

/// A sign-in that all goes well but for this.
const lies = {
  "the token is of another issuer": { claims: () => ({ iss: "https://evil.example" }) },
  "the token's issuer has a slash more": { claims: (one) => ({ iss: `${one.issuer}/` }) },
  "the token is for another client": { claims: () => ({ aud: "another" }) },
  "the token is for nobody": { token: without("aud") },
  "the token is for several and does not say to whom it was given": { claims: () => ({ aud: [client.id, "another"] }) },
  "the token was given to another client": { claims: () => ({ aud: [client.id, "another"], azp: "another" }) },
  "the nonce is another": { claims: () => ({ nonce: "another" }) },
  "there is no nonce": { token: without("nonce") },
  "the token has expired": { claims: (_, now) => ({ exp: now - 3600 }) },
  "the token never expires": { token: without("exp") },
  "the token expires in words": { claims: () => ({ exp: "tomorrow" }) },
  "the token was made tomorrow": { claims: (_, now) => ({ iat: now + 86400 }) },
  "the token is not good yet": { claims: (_, now) => ({ nbf: now + 3600 }) },
  "the token is about nobody": { token: without("sub") },
  "the token's subject is a number": { claims: () => ({ sub: 7 }) },
  "the subject is endless": { claims: () => ({ sub: "x".repeat(300) }) },
  "a claim stands there twice": { token: (claims) => token(head, JSON.stringify(claims).replace("{", '{"sub":"owner",')) },
  "the token is not signed": { token: (claims) => token({ alg: "none" }, claims, { signature: "" }) },
  "the token is not signed, in other letters": { token: (claims) => token({ alg: "NoNe", kid: "rsa" }, claims, { signature: "" }) },
  "the signature is left out": { token: (claims) => token(head, claims, { signature: "" }) },
  "the public key is taken for a secret": { token: (claims) => token({ alg: "HS256", kid: "rsa" }, claims, { secret: publicText }) },
  "the client's secret signs": { token: (claims) => token({ alg: "HS256" }, claims, { secret: client.secret }) },
  "the key is unknown": { token: withHead({ kid: "never published" }) },
  "the key has a path for a name": { token: withHead({ kid: "../../../../dev/null" }) },
  "another key signs under the same name": { token: (claims) => token(head, claims, { key: keys.thief }) },
  "a key of the other kind is named": { token: withHead({ alg: "ES256" }) },
  "the token brings its own key": { token: (claims) => token({ ...head, kid: undefined, jwk: keys.thief.jwk }, claims, { key: keys.thief }) },
  "the token says where its key is": { token: (claims, one) => token({ ...head, jku: `${one.issuer}/stolen` }, claims, { key: keys.thief }) },
  "the signature is all zeros": { token: (claims) => token({ alg: "ES256", kid: "ec" }, claims, { signature: Buffer.alloc(64).toString("base64url") }) },
  "the key is weak": { keys: [keys.weak.jwk], token: (claims) => token({ alg: "RS256", kid: "weak" }, claims, { key: keys.weak }) },
  "the head demands what nobody knows": { token: withHead({ crit: ["exp"] }) },
  "the token is of another sort": { token: withHead({ typ: "at+jwt" }) },
  "the claims were changed after signing": { token: (claims) => {
    const [first, , last] = token(head, claims).split(".");
    return `${first}.${Buffer.from(JSON.stringify({ ...claims, sub: "owner" })).toString("base64url")}.${last}`;
  } },
  "the token is encrypted": { token: () => "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d" },
  "the token is no token": { token: () => "..." },
  "the token is huge": { claims: () => ({ extra: "x".repeat(200_000) }) },
  "the address is not verified": { claims: () => ({ email_verified: false }) },
  "nothing is said of whether the address is verified": { token: without("email_verified") },
  "the address is verified, maybe": { claims: () => ({ email_verified: "maybe" }) },
  "the owner's address, not verified": { claims: () => ({ email: sample.owner.email, email_verified: false }) },
  "the userinfo is about somebody else": { token: without("email"), answers: {
    userinfo: (say) => say({ sub: "owner", email: sample.owner.email, email_verified: true }) } },
  "the userinfo is not of this sign-in": { token: (claims) => token(head, { ...claims, email: undefined, at_hash: "another" }) },
  "the userinfo is of nobody": { token: without("email"), answers: { userinfo: (say) => say("null") } },
  "the keys are garbage": { answers: { keys: (say) => say('{"keys": 7') } },
  "there are no keys": { answers: { keys: (say) => say({ keys: [] }) } },
  "the keys are no keys": { answers: { keys: (say) => say({ keys: [{ kty: "RSA", kid: "rsa", n: "", e: "" }, 7, null] }) } },
  "the keys are huge": { answers: { keys: (say) => say(`{"keys":["${"x".repeat(5_000_000)}"]}`) } },
  "the keys are elsewhere, behind the wall": { answers: { keys: (say) => say("", 302, { location: "http://169.254.169.254/keys" }) } },
  "the code is answered by garbage": { answers: { token: (say) => say("\u0000{{{") } },
  "the code is answered by a list": { answers: { token: (say) => say("[1]") } },
  "the code is answered by a failure": { answers: { token: (say) => say("<html>", 500) } },
  "the code is answered by an error with marks": { answers: { token: (say) => say({ error: "<script>alert(1)</script>" }, 400) } },
  "the code is answered by a redirect": { answers: { token: (say, one) => say("", 307, { location: `${one.issuer}/stolen` }) } },
  "the ID token is a number": { answers: { token: (say) => say({ access_token: "a", id_token: 7 }) } },
};

/// What is wrong before anybody sets out.
const wrongDocuments = {
  "the document is of another issuer": { discovery: () => ({ issuer: "https://evil.example" }) },
  "the document has no issuer": { discovery: () => ({ issuer: undefined }) },
  "the document is huge": { answers: { "openid-configuration": (say) => say(`{"issuer":"${"x".repeat(5_000_000)}"}`) } },
  "the document is garbage": { answers: { "openid-configuration": (say) => say("{\"issuer\": \u0007") } },
  "the document is a page": { answers: { "openid-configuration": (say) => say("<!doctype html><p>Hello", 200, { "content-type": "text/html" }) } },
  "the document is nested without end": { answers: { "openid-configuration": (say) => say("[".repeat(200_000)) } },
  "the document is a redirect to a cloud's metadata": { answers: {
    "openid-configuration": (say) => say("", 302, { location: "http://169.254.169.254/latest/meta-data/" }) } },
  "the document is a redirect to a file": { answers: { "openid-configuration": (say) => say("", 302, { location: "file:///etc/passwd" }) } },
  "the document is a redirect without end": { answers: {
    "openid-configuration": (say, one) => say("", 302, { location: `${one.issuer}/.well-known/openid-configuration` }) } },
  "the token endpoint is a cloud's metadata": { discovery: () => ({ token_endpoint: "http://169.254.169.254/token" }) },
  "the keys are a file": { discovery: () => ({ jwks_uri: "file:///etc/passwd" }) },
  "the way there is a script": { discovery: () => ({ authorization_endpoint: "javascript:alert(1)" }) },
  "the way there breaks the line": { discovery: (one) => ({ authorization_endpoint: `${one.issuer}/a\r\nSet-Cookie: session=x` }) },
  "the document lacks the token endpoint": { discovery: () => ({ token_endpoint: undefined }) },
  "nothing but the implicit flow": { discovery: () => ({ response_types_supported: ["id_token"] }) },
  "nothing but unsigned tokens": { discovery: () => ({ id_token_signing_alg_values_supported: ["none"] }) },
};

test("the liar is believed when it tells the truth", async () => {
  for (const lie of [{}, { token: (claims) => token({ alg: "ES256", kid: "ec" }, claims, { key: keys.ec }) },
    { claims: () => ({ aud: [client.id, "another"], azp: client.id }) }, { token: without("email") }]) {
    await setUp({ ...lie, claims: (one, now) => ({ ...lie.claims?.(one, now), sub: "truth", email: "truth@evil.example" }),
      answers: { userinfo: (say) => say({ sub: "truth", email: "truth@evil.example", email_verified: true }) } });
    const browser = new Visitor();
    const { back } = await setOut(browser);
    assert.equal((await browser.ask(back)).to, `${hall.url}/`);
    assert.ok(await signedIn(hall, browser));
  }
});

for (const [name, lie] of Object.entries(lies))
  test(`not signed in: ${name}`, async () => {
    await setUp(lie);
    const browser = new Visitor();
    const { back } = await setOut(browser);
    await refused(browser, await browser.ask(back));
    assert.ok(!liar.asked.some((one) => one.endsWith("/stolen")), "nothing was fetched from where the lie says");
  });

for (const [name, lie] of Object.entries(wrongDocuments))
  test(`nobody sets out: ${name}`, async () => {
    await setUp(lie);
    const browser = new Visitor();
    await refused(browser, await setOut(browser));
    // The owner's button says what is wrong, too.
    const tried = await settings(hall, visitor, "/settings/identity/test");
    assert.doesNotMatch(tried, /The provider answers/);
    assert.doesNotMatch(tried, /Something went wrong|incident/i);
  });

test("a state and a code are good once, in the browser that set out, and at our provider", async () => {
  await setUp({ claims: () => ({ sub: "once", email: "once@evil.example" }) });
  const browser = new Visitor();
  const { back } = await setOut(browser);
  await browser.ask(back);
  assert.ok(await signedIn(hall, browser));
  const before = liar.asked.length;
  const cookies = new Visitor();
  await setOut(cookies);
  await refused(cookies, await cookies.ask(back)); // the state of another browser, and a second time
  const none = new Visitor();
  await refused(none, await none.ask(back)); // no cookie at all
  assert.equal(liar.asked.length, before, "no code was sent for a state that is not good");

  for (const change of ["state=", "iss=https://evil.example", "error=access_denied", "error=<script>", "code="]) {
    const one = new Visitor();
    const there = new URL((await setOut(one)).back);
    const [field, value] = change.split("=");
    there.searchParams.set(field, value);
    await refused(one, await one.ask(there.href));
    // Used up by that, whatever it was, but for a state that was never ours.
    if (field !== "state") await refused(one, await one.ask((await setOut(new Visitor())).back));
  }
});

test("a code that was begun at one provider never goes to another", async () => {
  await setUp({});
  const browser = new Visitor();
  const { back } = await setOut(browser);
  await setUp({});
  await refused(browser, await browser.ask(back));
  assert.ok(!liar.asked.some((one) => one.includes("/token")));
});

test("a provider that is slow is left, and others are answered meanwhile", async () => {
  for (const part of ["openid-configuration", "token"]) {
    await setUp({ answers: { [part]: () => {} } });
    const browser = new Visitor();
    const begun = Date.now();
    const waiting = (async () => {
      const out = await setOut(browser);
      return out.back ? browser.ask(out.back) : out;
    })();
    const others = new Visitor();
    for (let times = 0; times < 5; ++times) {
      const asked = Date.now();
      assert.equal((await others.ask(`${hall.url}/sign-in`)).status, 200);
      assert.ok(Date.now() - asked < 5000, "others wait for nothing");
    }
    await refused(browser, await waiting);
    assert.ok(Date.now() - begun < 30_000);
  }
});

test("nobody came in", async () => {
  const page = await visitor.ask(`${hall.url}/settings/people?query=mallory`);
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.text, /mallory@evil/);
});
