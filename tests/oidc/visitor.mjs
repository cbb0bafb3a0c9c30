// Somebody at a browser without scripts, and an owner who sets up the identity provider of a hall.
import assert from "node:assert/strict";

/// The hidden field that every form has.
export const csrf = (text) => /name="csrf" value="([^"]+)"/.exec(text)[1];

/// A browser without scripts: keeps cookies for each origin and follows redirects when it is told to.
export class Visitor {
  cookies = new Map();

  async ask(url, form) {
    const { origin } = new URL(url);
    const jar = this.cookies.get(origin) ?? new Map();
    const answer = await fetch(url, {
      method: form ? "POST" : "GET", redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "), accept: "text/html" },
      body: form && new URLSearchParams(form),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    this.cookies.set(origin, jar);
    const to = answer.headers.get("location");
    return { status: answer.status, to: to && new URL(to, url).href, text: await answer.text() };
  }

  /// Follows redirects until an address begins with `stop`, which is not asked for, or there are no more.
  async follow(url, stop) {
    for (let hops = 0; hops < 20; ++hops) {
      if (stop && url.startsWith(stop)) return { to: url };
      const answer = await this.ask(url);
      if (!answer.to) return { ...answer, url };
      url = answer.to;
    }
    throw new Error(`too many redirects at ${url}`);
  }

  /// Signs in at the provider and agrees; gives the address that it sends the browser back to.
  async signInThere(start, login, callback) {
    let page = await this.follow(start, callback);
    while (!page.to?.startsWith(callback)) {
      const action = /<form[^>]*action="([^"]+)"/.exec(page.text);
      if (!action) throw new Error(`no form on ${page.url}: ${page.text.slice(0, 300)}`);
      const prompt = /name="prompt" value="(\w+)"/.exec(page.text)[1];
      const sent = await this.ask(new URL(action[1], page.url).href, { prompt, login, password: "any" });
      page = await this.follow(sent.to, callback);
    }
    return page.to;
  }
}

/// A signed-in owner's visitor, by a link of the command line.
export async function owner(hall) {
  const visitor = new Visitor();
  const said = await hall.command("token", "--email", "owner@northwater.example", "--link");
  const link = said.trim().split("\n").at(-1);
  const page = await visitor.ask(link);
  const sent = await visitor.ask(`${hall.url}/sign-in/link`,
    { csrf: csrf(page.text), secret: new URL(link).searchParams.get("secret") });
  assert.equal(sent.status, 303);
  return visitor;
}

/// What the page of settings says after something was sent there.
export async function settings(hall, visitor, path, fields = {}) {
  const page = await visitor.ask(`${hall.url}/settings/identity`);
  const sent = await visitor.ask(`${hall.url}${path}`, { csrf: csrf(page.text), ...fields });
  return sent.to ? (await visitor.ask(sent.to)).text : sent.text;
}

export async function signedIn(hall, visitor) {
  return !(await visitor.ask(`${hall.url}/settings`)).status.toString().startsWith("4");
}
