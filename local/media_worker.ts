/** @module Runs the project's media worker, a process beside the functions, when there is one. */
import { join } from "node:path";
import { denoEnvironment, forwardLines } from "./deno_process.ts";
import { freePort } from "./postgres/free_port.ts";

/** A worker that runs, or starts again when it ends. */
export interface MediaWorker extends AsyncDisposable {
  readonly url: string;
  readonly secret: string;
  /** Settles when the worker accepts connections, or when it is clear that it will not. */
  readonly ready: Promise<void>;
}

const FOLLOW_HOST = new URL("./follow_host.ts", import.meta.url);
const MAX_RESTARTS = 5;
const RESTART_DELAY_MS = 500;
const STOP_TIMEOUT_MS = 4_000;
const READY_TIMEOUT_MS = 15_000;
const POLL_MS = 20;

function spawn(projectDir: string, entry: string, port: number, secret: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--quiet",
      `--preload=${FOLLOW_HOST.href}`,
      "--allow-net=127.0.0.1",
      "--allow-env",
      "--allow-read",
      // Videos are worked on in a temporary folder.
      `--allow-write=${Deno.env.get("TMPDIR") ?? "/tmp"}`,
      "--allow-ffi",
      "--allow-sys",
      `--allow-run=${Deno.execPath()}`,
      entry,
    ],
    clearEnv: true,
    env: { ...denoEnvironment(), MEDIA_WORKER_SECRET: secret, PORT: String(port) },
    cwd: projectDir,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Starts `workers/media/main.ts` of the project; undefined when it has none. */
export async function startMediaWorker(
  projectDir: string,
  log: (line: string) => void,
): Promise<MediaWorker | undefined> {
  const entry = join(projectDir, "workers", "media", "main.ts");
  if (!await Deno.stat(entry).then((info) => info.isFile, () => false)) return undefined;
  const port = freePort();
  const secret = crypto.randomUUID();
  let closing = false;
  let child = spawn(projectDir, entry, port, secret);

  async function watch(): Promise<void> {
    for (let restarts = 0;; restarts++) {
      const onLine = (line: string) => {
        if (!/\blistening on\b/.test(line)) log(`[media] ${line}`);
      };
      await Promise.allSettled([
        forwardLines(child.stdout, onLine),
        forwardLines(child.stderr, onLine),
        child.status,
      ]);
      if (closing || restarts >= MAX_RESTARTS) return;
      await new Promise((done) => setTimeout(done, RESTART_DELAY_MS));
      if (closing) return;
      child = spawn(projectDir, entry, port, secret);
    }
  }
  async function waitUntilListening(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!closing && Date.now() < deadline) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return;
      } catch {
        await new Promise((done) => setTimeout(done, POLL_MS));
      }
    }
    if (!closing) log("[media] does not answer; pictures cannot be processed");
  }
  const watching = watch();
  return {
    ready: waitUntilListening(),
    url: `http://127.0.0.1:${port}`,
    secret,
    async [Symbol.asyncDispose]() {
      closing = true;
      await child.stdin.close().catch(() => undefined);
      const timer = setTimeout(() => {
        try {
          child.kill("SIGKILL");
        } catch {
          // It has ended meanwhile.
        }
      }, STOP_TIMEOUT_MS);
      await watching;
      clearTimeout(timer);
    },
  };
}
