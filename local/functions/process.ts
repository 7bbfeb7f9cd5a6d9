/** @module One function in a Deno process of its own, with what hosted edge permits and no more. */
import { join } from "node:path";
import { denoEnvironment, forwardLines } from "../deno_process.ts";
import type { FunctionSpec } from "./catalog.ts";

/** What all functions of a project share. */
export interface FunctionHost {
  readonly projectDir: string;
  /** Folder of the sockets and of the functions' temporary files. */
  readonly scratchDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Told each line that a function prints. */
  readonly log: (line: string) => void;
}

/** The function did not come up; its output tells why. */
export class BootError extends Error {
  override readonly name = "BootError";
}

const BOOT_TIMEOUT_MS = 60_000;
const POLL_MS = 10;
const STOP_TIMEOUT_MS = 4_000;
const EDGE_RUNTIME = new URL("./edge_runtime.ts", import.meta.url);

/** A module that only exports a handler is served; one that serves by itself is run. */
async function commandFor(entrypoint: string): Promise<"run" | "serve"> {
  const text = await Deno.readTextFile(entrypoint).catch(() => "");
  const exportsHandler = /^\s*export\s+default\b/m.test(text);
  return exportsHandler && !/\bDeno\.serve\s*\(/.test(text) ? "serve" : "run";
}

/** A running process. */
export class FunctionProcess {
  readonly client: Deno.HttpClient;
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #socket: string;
  #alive = true;
  #open = 0;
  #idle: (() => void) | undefined;

  private constructor(child: Deno.ChildProcess, socket: string, host: FunctionHost, name: string) {
    this.#child = child;
    this.#socket = socket;
    this.client = Deno.createHttpClient({ proxy: { transport: "unix", path: socket } });
    const onLine = (line: string) => {
      if (!/^(?:deno serve: )?Listening on /.test(line)) host.log(`[${name}] ${line}`);
    };
    const output = Promise.all([
      forwardLines(child.stdout, onLine),
      forwardLines(child.stderr, onLine),
    ]).catch(() => undefined);
    this.ended = Promise.all([child.status, output]).then(() => {
      this.#alive = false;
      this.client.close();
    });
    child.status.then(() => this.#alive = false);
  }

  /**
   * Starts a function and waits until it accepts connections.
   *
   * @throws {BootError} when it ends or stays silent instead
   */
  static async boot(spec: FunctionSpec, host: FunctionHost): Promise<FunctionProcess> {
    // Short, because the path of a socket may have little more than 100 bytes.
    const id = crypto.randomUUID().slice(0, 8);
    const socket = join(host.scratchDir, `${spec.name.slice(0, 24)}-${id}.sock`);
    const readable = [host.projectDir, host.scratchDir].join(",");
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        await commandFor(spec.entrypoint),
        "--no-prompt",
        "--no-check",
        "--quiet",
        ...spec.importMap,
        `--preload=${EDGE_RUNTIME.href}`,
        "--allow-net",
        "--allow-env",
        "--allow-import",
        "--allow-sys=hostname",
        `--allow-read=${readable}`,
        `--allow-write=${host.scratchDir}`,
        spec.entrypoint,
      ],
      clearEnv: true,
      env: {
        ...denoEnvironment(),
        TMPDIR: host.scratchDir,
        ...host.env,
        ...spec.env,
        SUPABASE_FUNCTION_SLUG: spec.name,
        DENO_SERVE_ADDRESS: `unix:${socket}`,
      },
      cwd: host.projectDir,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    const started = new FunctionProcess(command.spawn(), socket, host, spec.name);
    try {
      await started.#waitUntilListening();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  async #waitUntilListening(): Promise<void> {
    const deadline = Date.now() + BOOT_TIMEOUT_MS;
    while (this.#alive && Date.now() < deadline) {
      try {
        (await Deno.connect({ transport: "unix", path: this.#socket })).close();
        return;
      } catch {
        await new Promise((done) => setTimeout(done, POLL_MS));
      }
    }
    throw new BootError(this.#alive ? "does not listen" : "ended while it started");
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Marks a request as running, so that a restart waits for it. */
  enter(): Disposable {
    this.#open += 1;
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        this.#open -= 1;
        if (this.#open === 0) this.#idle?.();
      },
    };
  }

  /** Stops once the running requests have been answered, or after a while. */
  async retire(waitMs: number): Promise<void> {
    if (this.#open > 0) {
      const timer = Promise.withResolvers<void>();
      const id = setTimeout(timer.resolve, waitMs);
      await Promise.race([new Promise<void>((done) => this.#idle = done), timer.promise]);
      clearTimeout(id);
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    if (this.#alive) {
      this.#child.kill("SIGTERM");
      const id = setTimeout(() => {
        if (this.#alive) this.#child.kill("SIGKILL");
      }, STOP_TIMEOUT_MS);
      await this.#child.status;
      clearTimeout(id);
    }
    await this.#child.stdin.close().catch(() => undefined);
    await this.ended;
    await Deno.remove(this.#socket).catch(() => undefined);
  }
}
