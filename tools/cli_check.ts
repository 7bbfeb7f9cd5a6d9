/**
 * @module Proves the migrations with the official CLI: `db push` applies them to a database as the
 * platform provides it, and `db advisors` finds nothing.
 */
import { run, SUPABASE_CLI } from "./commands.ts";
import { openScratchDatabase } from "./scratch_database.ts";

/** What the advisors say when they have nothing to say. */
const NO_FINDINGS = /No issues found|^\s*\[\s*\]\s*$|"?result"?:\s*\[\s*\]/m;

async function main(): Promise<number> {
  await using database = await openScratchDatabase({ migrated: false });
  const remote = `--remote=${database.url}`;
  const pushed = await run([...SUPABASE_CLI, "db", "push", remote, "--yes"]);
  if (!pushed.ok) {
    console.error(pushed.output);
    return 1;
  }
  const advised = await run([
    ...SUPABASE_CLI,
    ...["db", "advisors", remote, "--level", "warn", "--fail-on", "warn"],
  ]);
  console.log(advised.output);
  return advised.ok && NO_FINDINGS.test(advised.output) ? 0 : 1;
}

Deno.exit(await main());
