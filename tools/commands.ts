/** @module Runs commands for the development tools. */
import { join } from "node:path";

/** Root of the repository. */
export const ROOT = join(import.meta.dirname ?? ".", "..");

/** The official CLI; not in the lockfile, because not all of its platforms are published. */
export const SUPABASE_CLI = ["npx", "-y", "supabase@3.1.0"];

/** What came of a command. */
export interface CommandResult {
  readonly ok: boolean;
  /** Both streams, without colours. */
  readonly output: string;
}

/** How a command is run. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds after which it is stopped. */
  readonly timeoutSeconds?: number;
}

const TIMEOUT_SECONDS = 600;
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[0-9;]*m/g;

/** Runs a command in the root and gathers what it says. */
export async function run(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const [program = "", ...args] = command;
  const signal = AbortSignal.timeout((options.timeoutSeconds ?? TIMEOUT_SECONDS) * 1_000);
  const child = new Deno.Command(program, {
    args,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  const output = decoder.decode(stdout) + decoder.decode(stderr);
  return { ok: success, output: output.replace(COLOURS, "") };
}
