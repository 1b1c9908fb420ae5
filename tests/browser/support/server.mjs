// A server of its own for each test file: free ports, empty SQLite, mail as files, everything in a folder that goes away.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = process.env.ANTRAG_BIN ?? path.join(ROOT, "target/debug/antragsassistent");

/** The pilot: Kinderreisepass verlängern in Möckern. */
export const PILOT = { pstId: "297492149", areaId: "38693732" };

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the program and waits until it is ready. `settings` are further lines of TOML, `environment` further variables. */
export async function serve({ settings = "", environment = {} } = {}) {
  const dir = await mkdtemp(path.join(tmpdir(), "antrag-browser-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${port}`;
  const file = path.join(dir, "test.toml");
  await writeFile(
    file,
    `[server]
listen = "127.0.0.1:${port}"
public_url = "${origin}"
admin_listen = "127.0.0.1:${adminPort}"
[store]
url = "sqlite:${dir}/antrag.db"
[mail]
url = "file:${dir}/mail"
[keys]
file = "${dir}/master.key"
${settings}`,
  );
  const child = spawn(PROGRAM, ["--config", "config/demo.toml", "--config", file, "serve"], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  let ended = null;
  const end = new Promise((resolve) => {
    child.once("error", (error) => resolve((ended = `cannot be started: ${error.message}`)));
    child.once("exit", (code, signal) => resolve((ended = `ended with ${code ?? signal}`)));
  });

  const stop = async () => {
    if (ended === null) {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
      await end;
      clearTimeout(late);
    }
    await rm(dir, { recursive: true, force: true });
  };

  const deadline = Date.now() + 60_000;
  for (;;) {
    if (ended !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${PROGRAM} ${ended ?? "is not ready after 60 s"}\n${log}`);
    }
    const answer = await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => null);
    if (answer?.ok) break;
    await pause(50);
  }

  const mailbox = path.join(dir, "mail", "new");
  return {
    origin,
    dir,
    stop,
    /** Everything the program wrote so far. */
    log: () => log,
    /** A deep link; both ids default to the pilot's. */
    link: ({ zugang = "standard", ...ids } = {}) => {
      const query = new URLSearchParams({ ...PILOT, ...ids });
      for (const [name, value] of [...query]) if (value === "undefined") query.delete(name);
      return `${origin}/forms/OZG-Antragsassistent/${zugang}/OZG-Antragsassistent?${query}`;
    },
    /** All mails so far, as files. */
    mails: async () =>
      (await readdir(mailbox).catch(() => [])).filter((name) => name.endsWith(".eml")).map((name) => path.join(mailbox, name)),
    /** Waits until so many mails lie there; fails if they do not come. */
    async mailsOnce(count) {
      const until = Date.now() + 30_000;
      for (;;) {
        const found = await this.mails();
        if (found.length >= count) return found;
        if (Date.now() > until) throw new Error(`${found.length} of ${count} mails after 30 s\n${log}`);
        await pause(50);
      }
    },
  };
}
