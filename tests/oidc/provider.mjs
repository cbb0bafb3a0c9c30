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
