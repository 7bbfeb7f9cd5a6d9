/** @module Connects a command to a running stack, or to any project by its environment. */
import { readConfig } from "../shared/core/config.ts";
import { type AppDeps, createDeps } from "../shared/platform/deps.ts";

/** Where `deno task start` says how it can be reached. */
export const STACK_FILE = ".townsquare/stack.json";

/** What a command needs of `stack.json`. */
interface StackFile {
  readonly url: string;
  readonly secret_key: string;
  readonly db_url: string;
}

/** Reads options of the form `--name value` or `--name=value`. */
export function readOptions(args: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  const pending = [...args];
  while (pending.length > 0) {
    const [name = "", given] = (pending.shift() ?? "").replace(/^--/, "").split(/=(.*)/s);
    options.set(name, given ?? (pending[0]?.startsWith("--") ? "" : pending.shift() ?? ""));
  }
  return options;
}

/** The product's adapters on the stack that `--stack` names, or on the environment's project. */
export async function connectStack(options: Map<string, string>): Promise<AppDeps> {
  const environment = Deno.env.toObject();
  if (options.get("stack") === undefined && environment.SUPABASE_URL !== undefined) {
    return createDeps(readConfig(environment), "cli");
  }
  const path = options.get("stack") ?? STACK_FILE;
  let stack: StackFile;
  try {
    stack = JSON.parse(await Deno.readTextFile(path));
  } catch {
    console.error(`No running stack at ${path}: start one, or set SUPABASE_URL and its keys.`);
    Deno.exit(1);
  }
  const config = readConfig({
    ...environment,
    SUPABASE_URL: stack.url,
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: stack.secret_key }),
    DATABASE_URL: stack.db_url,
  });
  return createDeps(config, "cli");
}
