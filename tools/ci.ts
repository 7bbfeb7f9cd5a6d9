/**
 * @module Everything that must hold before a change is taken: `deno task ci`.
 *
 * The last line is `N passed, N failed`: the checks here and the tests together.
 */
import { type CommandResult, ROOT, run } from "./commands.ts";

/** One check. */
interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const DENO = Deno.execPath();
/** Folders with code of our own. */
const CODE = ["shared", "supabase/functions", "local", "workers", "tools", "tests", "bench", "web"];
/** The test command of the README, word for word. */
const TEST_COMMAND = ["task", "test"];
const SUMMARY = /^(\d+) passed, (\d+) failed/;
const TEST_SECONDS_MAX = 3_600;

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(`${ROOT}/${path}`).then(() => true, () => false);
}

async function listChecks(): Promise<Check[]> {
  const folders: string[] = [];
  for (const folder of CODE) if (await exists(folder)) folders.push(folder);
  return [
    { name: "format", command: [DENO, "fmt", "--check"] },
    { name: "lint", command: [DENO, "lint"] },
    { name: "types", command: [DENO, "check", ...folders] },
    { name: "generated files", command: [DENO, "run", "-A", "tools/generate.ts", "--check"] },
    { name: "official CLI", command: [DENO, "run", "-A", "tools/cli_check.ts"] },
    { name: "hosted edge", command: [DENO, "run", "-A", "tools/edge_check.ts"] },
  ];
}

/** Runs a check, and shows what it said when it failed. */
async function isPassed({ name, command }: Check): Promise<boolean> {
  const startedAt = performance.now();
  const result = await run(command).catch((error): CommandResult => ({
    ok: false,
    output: String(error),
  }));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${result.ok ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (!result.ok) console.log(result.output);
  return result.ok;
}

/** Runs the tests, showing their output as it comes; gives their counts. */
async function runTests(): Promise<{ passed: number; failed: number }> {
  const child = new Deno.Command(DENO, {
    args: TEST_COMMAND,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    signal: AbortSignal.timeout(TEST_SECONDS_MAX * 1_000),
  }).spawn();
  let tail = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    await Deno.stdout.write(new TextEncoder().encode(text));
    tail = (tail + text).slice(-4_096);
  }
  const { success } = await child.status;
  const [, passed, failed] = SUMMARY.exec(tail.trimEnd().split("\n").at(-1) ?? "") ?? [];
  const counted = { passed: Number(passed ?? 0), failed: Number(failed ?? 0) };
  return success || counted.failed > 0 ? counted : { ...counted, failed: 1 };
}

async function main(): Promise<number> {
  let passed = 0, failed = 0;
  for (const check of await listChecks()) {
    if (await isPassed(check)) passed += 1;
    else failed += 1;
  }
  const tests = await runTests();
  console.log(`${passed + tests.passed} passed, ${failed + tests.failed} failed`);
  return failed + tests.failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
