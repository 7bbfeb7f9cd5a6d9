/** @module The privacy proof on a database of its own, and that it notices what is planted. */
import assert from "node:assert/strict";
import { buildWorld } from "../../tools/privacy/database.ts";
import { EXPECTATION_FILE } from "../../tools/privacy/expectation.ts";
import { compareMatrices, type Difference, parseMatrix } from "../../tools/privacy/grid.ts";
import { prepareProbe, runProbe } from "../../tools/privacy/matrix.ts";
import { runMutants } from "../../tools/privacy/mutate.ts";
import { openDatabase } from "../support/database.ts";

/** One mutant of so many is tried in a run of the tests. */
const SAMPLE = 40;

async function findDifferences(
  planted = "",
  objects?: ReadonlySet<string>,
): Promise<readonly (string | Difference)[]> {
  await using database = await openDatabase({ template: "product" });
  await using connection = await openConnection(database.adminUrl);
  const { sql } = connection;
  await buildWorld(sql);
  await sql.unsafe(planted);
  const probe = await prepareProbe(sql);
  const expected = parseMatrix(await Deno.readTextFile(EXPECTATION_FILE), probe.personas.length);
  const matrix = await runProbe(sql, probe, objects);
  return [...probe.gaps, ...compareMatrices(expected, matrix, probe.personas, objects)];
}

async function openConnection(url: string) {
  const { default: postgres } = await import("postgres");
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}

Deno.test("[B1] everybody gets what was reviewed from every table, function and topic", async () => {
  assert.deepEqual(await findDifferences(), []);
});

Deno.test("[B1] what breaks the protection turns the matrix red: a sample of mutants", async () => {
  await using database = await openDatabase({ template: "product" });
  await using connection = await openConnection(database.adminUrl);
  const { sql } = connection;
  await buildWorld(sql);
  const probe = await prepareProbe(sql);
  const base = await runProbe(sql, probe);
  // All of them take minutes: `deno task privacy --mutate`.
  const { tried, survivors } = await runMutants(sql, probe, base, { every: SAMPLE });

  assert.ok(tried > 0);
  assert.deepEqual(survivors, []);
});

Deno.test("[B1] a planted leak of rows, of a column and of a function is red", async () => {
  const differences = await findDifferences(
    `create policy planted on public.mutes for select to authenticated using (true);
     grant update (status) on public.posts to authenticated;
     create table public.planted (id int primary key);
     create function private.planted() returns text language sql as 'select 1';
     grant execute on function private.planted() to anon;`,
    new Set(["public.mutes", "public.planted", "private.planted()"]),
  );
  assert.ok(
    differences.some((found) =>
      typeof found === "object" && found.object === "public.mutes" &&
      found.persona === "stranger" &&
      found.expected === "." && found.got === "x"
    ),
  );
  assert.ok(
    differences.some((found) => typeof found === "object" && found.object === "public.planted"),
  );
  assert.ok(differences.includes(
    "private.planted() is never called: write a call in tools/privacy/calls",
  ));
});
