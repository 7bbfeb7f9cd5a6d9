/**
 * @module The privacy proof: who gets what, tried as everybody on everything.
 *
 * `deno task privacy [--write] [--mutate]`, explained in docs/PRIVACY.md.
 */
import postgres from "postgres";
import { buildWorld } from "./privacy/database.ts";
import { compareMatrices, type Difference, formatMatrix, parseMatrix } from "./privacy/grid.ts";
import { prepareProbe, runProbe } from "./privacy/matrix.ts";
import { EXPECTATION_FILE, PREFACE } from "./privacy/expectation.ts";
import { runMutants } from "./privacy/mutate.ts";
import { openScratchDatabase } from "./scratch_database.ts";

function describe({ object, attempt, persona, expected, got }: Difference): string {
  return `${object}: ${attempt}: as ${persona}: expected ${expected}, got ${got}`;
}

async function main(args: readonly string[]): Promise<boolean> {
  const startedAt = performance.now();
  await using database = await openScratchDatabase();
  await using stack = new AsyncDisposableStack();
  const sql = postgres(database.adminUrl, { max: 1, onnotice: () => undefined });
  stack.defer(() => sql.end());
  await buildWorld(sql);
  const probe = await prepareProbe(sql);
  const matrix = await runProbe(sql, probe);
  if (args.includes("--write")) {
    await Deno.writeTextFile(EXPECTATION_FILE, formatMatrix(matrix, probe.personas, PREFACE));
    console.log(`Written: ${EXPECTATION_FILE}. Review every changed cell.`);
  }
  const text = await Deno.readTextFile(EXPECTATION_FILE).catch(() => "");
  const expected = parseMatrix(text, probe.personas.length);
  const differences = compareMatrices(expected, matrix, probe.personas).map(describe);
  const problems = [...probe.gaps, ...differences];
  for (const problem of problems) console.log(problem);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(
    `${matrix.size} objects, ${probe.attempts.length} attempts as ${probe.personas.length} ` +
      `personas in ${seconds} s: ${
        problems.length === 0 ? "as reviewed" : `${problems.length} RED`
      }`,
  );
  if (!args.includes("--mutate") || problems.length > 0) return problems.length === 0;
  const { tried, survivors } = await runMutants(sql, probe, matrix, {
    onSurvivor: (name) => console.log(`survived: ${name}`),
  });
  const score = (100 * (tried - survivors.length) / tried).toFixed(1);
  console.log(`${tried} mutants, ${survivors.length} survived: mutation score ${score} %`);
  return survivors.length === 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args) ? 0 : 1);
