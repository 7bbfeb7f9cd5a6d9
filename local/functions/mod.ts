/** @module Runs a project's edge functions unmodified, each in a Deno process of its own. */
import { join } from "node:path";
import { type JwtKeys, verifyToken } from "../jwt.ts";
import type { LocalService } from "../service.ts";
import type { ProjectConfig } from "../config_toml.ts";
import { type FunctionSpec, listFunctions } from "./catalog.ts";
import { BootError, type FunctionHost, FunctionProcess } from "./process.ts";
import { forward, forwardSocket } from "./proxy.ts";
import { watchSources } from "./watch.ts";

/** How to start the host. */
export interface FunctionsOptions {
  /** Folder that holds `supabase/`. */
  readonly projectDir: string;
  readonly config: ProjectConfig;
  readonly jwt: JwtKeys;
  /** Environment of all functions. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts functions anew when their sources change; true unless told otherwise. */
  readonly watch?: boolean;
  readonly log?: (line: string) => void;
  /** Notes where temporary files are, so that the start after a crash can remove them. */
  readonly scratchNote?: string;
}

/** The running host. Paths that it sees begin with the function's name. */
export interface FunctionsService extends LocalService {
  readonly names: readonly string[];
  /** Starts every function ahead of its first request. */
  warm(): Promise<void>;
}

/** How long a replaced process may go on with its running requests. */
const RETIRE_WAIT_MS = 10_000;

const SCRATCH_PREFIX = "tsq-fn-";

function failure(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}

/** One function over all its processes. */
class FunctionSlot {
  readonly spec: FunctionSpec;
  readonly #host: FunctionHost;
  #booting: Promise<FunctionProcess> | undefined;
  #ready: FunctionProcess | undefined;
  readonly #retiring = new Set<Promise<void>>();

  constructor(spec: FunctionSpec, host: FunctionHost) {
    this.spec = spec;
    this.#host = host;
  }

  #boot(): Promise<FunctionProcess> {
    this.#ready = undefined;
    const boot = FunctionProcess.boot(this.spec, this.#host);
    this.#booting = boot;
    boot.then((process) => {
      if (this.#booting === boot) this.#ready = process;
    }).catch(() => {
      // The next request tries anew, perhaps after a correction.
      if (this.#booting === boot) this.#booting = undefined;
    });
    return boot;
  }

  /** The process that answers now; started when there is none. */
  process(): Promise<FunctionProcess> {
    const dead = this.#ready !== undefined && !this.#ready.alive;
    return this.#booting === undefined || dead ? this.#boot() : this.#booting;
  }

  /** New requests go to a new process; the old one ends when it has answered. */
  restart(): void {
    const old = this.#booting;
    if (old === undefined) return;
    this.#boot();
    const retired = old.then((process) => process.retire(RETIRE_WAIT_MS)).catch(() => undefined)
      .finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  async stop(): Promise<void> {
    const last = await this.#booting?.catch(() => undefined);
    await last?.stop();
    await Promise.allSettled([...this.#retiring]);
  }
}

async function refusesToken(request: Request, jwt: JwtKeys): Promise<Response | undefined> {
  if (request.method === "OPTIONS") return undefined;
  const header = request.headers.get("authorization");
  if (header === null) {
    const message = "Missing authorization header";
    return failure(401, "UNAUTHORIZED_NO_AUTH_HEADER", message);
  }
  try {
    await verifyToken(header.replace(/^bearer\s+/i, ""), jwt);
    return undefined;
  } catch {
    return Response.json({ msg: "Invalid JWT" }, { status: 401 });
  }
}

async function answer(request: Request, slot: FunctionSlot): Promise<Response> {
  const isSocket = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  const process = await slot.process();
  try {
    return isSocket ? await forwardSocket(request, process) : await forward(request, process);
  } catch (error) {
    if (request.body !== null || isSocket || process.alive) throw error;
    // Nothing of the request is lost: the process ended before it was asked.
    return await forward(request, await slot.process());
  }
}

function explainFailure(error: unknown, name: string, log: (line: string) => void): Response {
  if (error instanceof BootError) {
    return failure(503, "BOOT_ERROR", "Function failed to start (please check logs)");
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return failure(504, "IDLE_TIMEOUT", "The function did not answer in time");
  }
  log(`[${name}] ${error instanceof Error ? error.message : String(error)}`);
  return failure(500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
}

/** A short path, because that of a socket may have little more than 100 bytes. */
async function makeScratchDir(note: string | undefined): Promise<string> {
  const left = note === undefined
    ? undefined
    : await Deno.readTextFile(note).catch(() => undefined);
  if (left?.includes(SCRATCH_PREFIX) === true) {
    await Deno.remove(left, { recursive: true }).catch(() => undefined);
  }
  const made = await Deno.makeTempDir({ prefix: SCRATCH_PREFIX });
  if (note !== undefined) await Deno.writeTextFile(note, made);
  return made;
}

/** Starts the host. Functions start at their first request, or all with `warm`. */
export async function startFunctions(options: FunctionsOptions): Promise<FunctionsService> {
  const log = options.log ?? (() => undefined);
  const scratchDir = await makeScratchDir(options.scratchNote);
  const host: FunctionHost = {
    projectDir: options.projectDir,
    scratchDir,
    env: options.env,
    log,
  };
  const slots = new Map<string, FunctionSlot>();
  for (const spec of await listFunctions(options.projectDir, options.config)) {
    slots.set(spec.name, new FunctionSlot(spec, host));
  }
  const watcher = options.watch === false ? undefined : watchSources(
    [
      join(options.projectDir, "supabase", "functions"),
      join(options.projectDir, "shared"),
    ],
    () => {
      log("[functions] sources changed, starting anew");
      for (const slot of slots.values()) slot.restart();
    },
  );
  return {
    names: [...slots.keys()],
    async fetch(request) {
      const name = new URL(request.url).pathname.split("/")[1] ?? "";
      const slot = slots.get(name);
      if (slot === undefined) {
        return failure(404, "NOT_FOUND", "Requested function was not found");
      }
      const refusal = slot.spec.verifyJwt ? await refusesToken(request, options.jwt) : undefined;
      if (refusal !== undefined) return refusal;
      try {
        return await answer(request, slot);
      } catch (error) {
        return explainFailure(error, name, log);
      }
    },
    async warm() {
      await Promise.allSettled([...slots.values()].map((slot) => slot.process()));
    },
    async [Symbol.asyncDispose]() {
      watcher?.close();
      await Promise.allSettled([...slots.values()].map((slot) => slot.stop()));
      await Deno.remove(scratchDir, { recursive: true }).catch(() => undefined);
    },
  };
}
