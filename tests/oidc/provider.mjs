// A real identity provider (the npm package oidc-provider) on a port of the loopback, and a browser's part of its pages.
import { once } from "node:events";
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

export const client = { id: "hall", secret: "a secret of the hall: with:colons & signs" };

export class IdentityProvider {
  /// `accounts`: what the provider says of each person, by her login. May be changed while it runs.
  static async open(callback, accounts) {
    const made = new IdentityProvider();
    made.accounts = accounts;
    made.server = createServer((request, response) => made.handle(request, response));
    made.server.listen(0, "127.0.0.1");
    await once(made.server, "listening");
    made.issuer = `http://127.0.0.1:${made.server.address().port}`;
    const key = (type, options, extra) => ({
      ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), use: "sig", ...extra,
    });
    made.provider = new Provider(made.issuer, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [callback],
        id_token_signed_response_alg: made.algorithm ?? "RS256" }],
      jwks: { keys: [key("rsa", { modulusLength: 2048 }, { kid: "first", alg: "RS256" }),
        key("ec", { namedCurve: "P-256" }, { kid: "second", alg: "ES256" })] },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
      scopes: ["openid", "email", "profile", "groups"],
      pkce: { required: () => true, methods: ["S256"] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...made.accounts[id] }) }),
      cookies: { keys: ["for tests only"] },
      features: { devInteractions: { enabled: true } },
    });
    made.answer = made.provider.callback();
    return made;
  }

  handle(request, response) {
    return this.answer(request, response);
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

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
