/** @module Runs helper programs and turns their failures into messages a person can act on. */

const SHOWN_LINES = 12;

/** Options of a helper program. */
export interface RunOptions {
  readonly uid?: number;
  readonly gid?: number;
}

/** What to tell when a tool's output names a cause that has a well-known cure. */
export function explain(output: string, what: string): string {
  if (/no space left on device|could not write .*: disk full/i.test(output)) {
    return `${what} failed: the disk is full. Free some space and start again.`;
  }
  if (/address already in use/i.test(output)) {
    return `${what} failed: the port is taken by another program.`;
  }
  if (/permission denied|operation not permitted/i.test(output)) {
    return `${what} failed: not permitted.\n${lastLines(output)}`;
  }
  if (/database files are incompatible|not initialized by this server version/i.test(output)) {
    return `${what} failed: the data directory was made by another version of Postgres. ` +
      "Start afresh with `deno task reset`.";
  }
  return `${what} failed:\n${lastLines(output)}`;
}

/** The end of a log, which holds the reason. */
export function lastLines(output: string): string {
  return output.trim().split("\n").slice(-SHOWN_LINES).join("\n");
}

/**
 * Runs a program to its end.
 *
 * @throws with the explained output when it fails
 */
export async function runChecked(
  program: string,
  args: readonly string[],
  what: string,
  options: RunOptions = {},
): Promise<void> {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd: "/",
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
  });
  const result = await command.output();
  if (result.success) return;
  const decoder = new TextDecoder();
  throw new Error(explain(decoder.decode(result.stdout) + decoder.decode(result.stderr), what));
}
