// An identity provider that lies as it is told to: a small one of our own, since a real one cannot be made to.
import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

export const client = { id: "hall", secret: "secret of the hall" };

const pair = (type, options, kid, alg) => {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" } };
};
export const keys = {
  rsa: pair("rsa", { modulusLength: 2048 }, "rsa", "RS256"),
  ec: pair("ec", { namedCurve: "P-256" }, "ec", "ES256"),
  weak: pair("rsa", { modulusLength: 1024 }, "weak", "RS256"),
  thief: pair("rsa", { modulusLength: 2048 }, "rsa", "RS256"),
};
/// What an HMAC would be made with by somebody who takes the public key for a secret.
export const publicText = createPublicKey(keys.rsa.privateKey).export({ format: "pem", type: "spki" });

const encoded = (part) => Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

/// A token in three parts; `how` says by whom and how it is signed.
export function token(head, claims, how = {}) {
  const text = `${encoded(head)}.${encoded(claims)}`;
  if (how.signature !== undefined) return `${text}.${how.signature}`;
  if (how.secret) return `${text}.${createHmac("sha256", how.secret).update(text).digest("base64url")}`;
  const { privateKey } = how.key ?? keys.rsa;
  const options = privateKey.asymmetricKeyType === "ec" ? { dsaEncoding: "ieee-p1363" } : {};
  return `${text}.${sign("sha256", Buffer.from(text), { key: privateKey, ...options }).toString("base64url")}`;
}

/// Each lie has an issuer of its own below the same address, because a hall remembers what it has read.
export class Liar {
  /// What was asked of it, as "METHOD /path".
  asked = [];

  static async open() {
    const liar = new Liar();
    liar.server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => { body += part; });
      request.on("end", () => liar.answer(request, response, body));
    });
    liar.server.listen(0, "127.0.0.1");
    await once(liar.server, "listening");
    liar.url = `http://127.0.0.1:${liar.server.address().port}`;
    return liar;
  }

  /// Tells the lie from now on, under a new issuer.
  tell(lie, number) {
    this.lie = lie;
    this.issuer = `${this.url}/${number}`;
    this.nonce = "";
    this.asked = [];
  }

  discovery() {
    return { issuer: this.issuer, authorization_endpoint: `${this.issuer}/authorize`, token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`, userinfo_endpoint: `${this.issuer}/userinfo`, ...this.lie.discovery?.(this) };
  }

  claims() {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, aud: client.id, sub: "mallory", exp: now + 300, iat: now, nonce: this.nonce,
      email: "mallory@evil.example", email_verified: true, name: "Mallory", ...this.lie.claims?.(this, now) };
  }

  answer(request, response, body) {
    this.asked.push(`${request.method} ${request.url}`);
    const say = (text, status = 200, headers = {}) => response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(typeof text === "string" ? text : JSON.stringify(text));
    const part = request.url.slice(request.url.lastIndexOf("/") + 1);
    if (this.lie.answers?.[part]) return this.lie.answers[part](say, this, body);
    if (part === "openid-configuration") return say(this.discovery());
    if (part === "keys") return say({ keys: [keys.rsa.jwk, keys.ec.jwk, ...this.lie.keys ?? []] });
    if (part === "userinfo") return say({ sub: "mallory", email: "mallory@evil.example", email_verified: true });
    if (part === "token") {
      const claims = this.claims();
      return say({ access_token: "access", token_type: "Bearer",
        id_token: this.lie.token?.(claims, this) ?? token({ alg: "RS256", kid: "rsa" }, claims) });
    }
    return say("{}", 404);
  }

  async close() {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}
