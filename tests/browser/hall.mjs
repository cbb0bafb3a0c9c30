// A hall of the sample company in a folder of its own, served by the program that people run.
import { execFile, spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const program = path.resolve(process.env.MOOTHALL_PROGRAM ?? path.join(root, "build/release/moothall"));

/// The people of the sample company whom a visitor may be (people/sign_in_pages.cpp).
export const sample = {
  customer: { email: "aino@saint-aubin.example", button: "Be Aino (customer)" },
  employee: { email: "bob@northwater.example", button: "Be Bob (employee)" },
  owner: { email: "owner@northwater.example", button: "Be the owner" },
};

const freePort = () => new Promise((resolve, reject) => {
  const server = createServer();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/// Asks again until something is there; what is waited for is named when it never comes.
export async function until(what, ask, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for ${what}.`);
    await wait(100);
  }
}

export class Hall {
  /// Makes the hall and starts it, with further lines of moothall.toml. `close` ends the server and removes the folder.
  static async open(lines = "") {
    const hall = new Hall();
    const port = await freePort();
    hall.url = `http://127.0.0.1:${port}`;
    hall.folder = await mkdtemp(path.join(tmpdir(), "moothall-browser-"));
    hall.data = path.join(hall.folder, "hall");
    const said = await hall.command("init", "--name", "Northwater", "--owner", sample.owner.email, "--url", hall.url,
      "--sample");
    hall.ownerToken = said.trim().split("\n").at(-1);
    // The tests sign in and speak more often than a person would.
    await appendFile(path.join(hall.data, "moothall.toml"), `rate_limits = false\n${lines}`);
    for (const [who, name] of [["customer", "Aino"], ["employee", "Bob"]])
      hall[`${who}Token`] = (await hall.command("token", "--email", sample[who].email, "--name", name)).trim()
        .split("\n").at(-1);

    hall.server = spawn(program, ["serve", "--data", hall.data, "--listen", `127.0.0.1:${port}`],
      { stdio: ["ignore", "ignore", "inherit"] });
    hall.ended = new Promise((resolve) => { hall.server.once("exit", resolve); });
    await until("the server", () => fetch(`${hall.url}/readyz`).then((answer) => answer.ok, () => false));
    return hall;
  }

  /// Runs a command of the program on this hall and returns what it printed.
  async command(name, ...words) {
    const { stdout } = await run(program, [name, "--data", this.data, ...words]);
    return stdout;
  }

  /// Calls the API as the customer, or as whom the token belongs to.
  async api(method, address, body, token = this.customerToken) {
    const answer = await fetch(`${this.url}/api/v1${address}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  say(title, body, token) {
    return this.api("POST", "/voices", { kind: "want", title, body }, token);
  }

  /// The newest letter to somebody, which the server writes to a folder while no mail server is set.
  letterTo(email) {
    const folder = path.join(this.data, "mail/new");
    return until(`a letter to ${email}`, async () => {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter((one) => one.endsWith(".eml")).sort().reverse()) {
        const letter = await readFile(path.join(folder, name), "utf8");
        if (new RegExp(`^To:.*${email}`, "im").test(letter)) return letter;
      }
      return undefined;
    });
  }

  async close() {
    this.server.kill("SIGTERM");
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
