/** @module The command line of the stack. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The command line asks for something that there is not. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options that most commands share. */
export interface CommonOptions {
  readonly projectDir: string;
  readonly dataDir: string;
}

/** Options of `start`. */
export interface StartOptions extends CommonOptions {
  readonly port: number | undefined;
  readonly fresh: boolean;
  readonly seed: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly watch: boolean;
  readonly allowLoopbackTargets: boolean;
}

/** Options of `local`, which starts one service alone. */
export interface LocalOptions {
  readonly service: string;
  readonly databaseUrl: string;
  readonly port: number;
  readonly schemas: readonly string[];
  readonly anonRole: string;
  readonly jwtSecret: string | undefined;
  readonly dataDir: string;
}

const MAX_PORT = 65_535;

/** What `--help` shows. */
export const USAGE = `Usage: deno task <command> [options]

  start    starts the stack and waits until Ctrl-C
             --port N                  port of the gateway; 0 picks a free one (default 54321)
             --data-dir DIR            where data is kept (default .townsquare)
             --workdir DIR             project folder, which holds supabase/ (default: here)
             --fresh                   throws away what the data directory holds
             --no-seed                 leaves supabase/seed.sql out
             --no-watch                does not restart functions when sources change
             --allow-loopback-targets  lets webhooks and previews reach this machine
             --json                    prints stack.json when ready
             --quiet                   prints nothing but errors
  stop     stops the stack             --data-dir DIR
  status   tells whether it runs       --data-dir DIR --json
  reset    stops it and deletes data   --data-dir DIR
  psql     prints the database's URL   --data-dir DIR
  local <rest|auth|storage|realtime|qstash>  starts one service alone
             --db-url URL --port N [--schemas a,b] [--anon-role R] [--jwt-secret S]`;

function readPort(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= MAX_PORT) return port;
  throw new UsageError(`--port needs a number from 0 to ${MAX_PORT}, not "${value}"`);
}

type OptionTable = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

function parse<T extends NonNullable<OptionTable>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const PLACE = {
  "data-dir": { type: "string" },
  workdir: { type: "string" },
} as const;

function place(values: { "data-dir"?: string; workdir?: string }): CommonOptions {
  const projectDir = resolve(values.workdir ?? Deno.cwd());
  return { projectDir, dataDir: resolve(projectDir, values["data-dir"] ?? ".townsquare") };
}

/** Reads the options of `start`. */
export function parseStart(args: readonly string[]): StartOptions {
  const { values } = parse(args, {
    ...PLACE,
    port: { type: "string" },
    fresh: { type: "boolean", default: false },
    "no-seed": { type: "boolean", default: false },
    "no-watch": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
    "allow-loopback-targets": { type: "boolean", default: false },
  });
  return {
    ...place(values),
    port: readPort(values.port),
    fresh: values.fresh === true,
    seed: values["no-seed"] !== true,
    watch: values["no-watch"] !== true,
    json: values.json === true,
    quiet: values.quiet === true,
    allowLoopbackTargets: values["allow-loopback-targets"] === true,
  };
}

/** Reads the options of commands about a running stack. */
export function parseCommon(args: readonly string[]): CommonOptions & { json: boolean } {
  const { values } = parse(args, { ...PLACE, json: { type: "boolean", default: false } });
  return { ...place(values), json: values.json === true };
}

/** Reads the options of `local`. */
export function parseLocal(args: readonly string[]): LocalOptions {
  const { values, positionals } = parse(args, {
    ...PLACE,
    "db-url": { type: "string" },
    port: { type: "string" },
    schemas: { type: "string" },
    "anon-role": { type: "string" },
    "jwt-secret": { type: "string" },
  });
  const [service] = positionals;
  if (service === undefined) throw new UsageError("local: name the service to start");
  const databaseUrl = values["db-url"];
  if (databaseUrl === undefined) throw new UsageError("local: --db-url is needed");
  return {
    service,
    databaseUrl,
    port: readPort(values.port) ?? 0,
    schemas: (values.schemas ?? "public").split(",").map((name) => name.trim()).filter(Boolean),
    anonRole: values["anon-role"] ?? "anon",
    jwtSecret: values["jwt-secret"],
    dataDir: place(values).dataDir,
  };
}
