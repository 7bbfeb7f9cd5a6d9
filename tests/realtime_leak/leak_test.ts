/**
 * @module Who hears of something = who may read it, at every moment, on real sockets.
 *
 * `LEAK_SEEDS=200` tries so many worlds, `LEAK_SEED=7` one again (both: so many from there on).
 * `LEAK_MUTANTS=all`, or a part of a name, breaks the protection in all ways that mutants.ts knows.
 */
import assert from "node:assert/strict";
import { listMutants, type Mutant } from "./mutants.ts";
import { prove } from "./proof.ts";

const SEEDS = 1;
/** Worlds in which a mutant has to show. */
const WORLDS_PER_MUTANT = 8;
const SEED_MAX = 2 ** 31;

function seeds(): number[] {
  const given = Deno.env.get("LEAK_SEED");
  const first = Number(given ?? Math.floor(Math.random() * SEED_MAX));
  const count = Number(Deno.env.get("LEAK_SEEDS") ?? (given === undefined ? SEEDS : 1));
  return Array.from({ length: count }, (_, n) => first + n);
}

/** The first thing that goes wrong with a mutant; nothing when it survives. */
async function findRed(mutant: Mutant): Promise<string | undefined> {
  const first = Math.floor(Math.random() * SEED_MAX);
  for (let n = 0; n < WORLDS_PER_MUTANT; n++) {
    const { problems } = await prove(first + n, { breakIt: mutant.sql });
    if (problems.length > 0) return problems[0];
  }
  return undefined;
}

Deno.test("[B2] [OB-17] realtime: those who hear of it are those who may read it", async () => {
  let [events, deliveries] = [0, 0];
  for (const seed of seeds()) {
    const outcome = await prove(seed);
    assert.deepEqual(outcome.problems, [], `LEAK_SEED=${seed} repeats this`);
    console.log(`seed ${seed}: ${outcome.events} events, ${outcome.deliveries} deliveries`);
    events += outcome.events;
    deliveries += outcome.deliveries;
  }
  assert.ok(events > 0 && deliveries > events);
});

Deno.test("[B2] realtime: what breaks the protection of topics turns the proof red", async () => {
  const all = await listMutants();
  const asked = Deno.env.get("LEAK_MUTANTS");
  // One that every world shows, and any policy or guard: the others may take several worlds.
  const quick = all.filter(({ name }) => /policy|answers/.test(name));
  const sample = [
    ...all.filter(({ name }) => name === "the epoch of a room does not rise"),
    ...quick.slice(Math.floor(Math.random() * quick.length)).slice(0, 1),
  ];
  const tried = asked === undefined
    ? sample
    : all.filter(({ name }) => asked === "all" || name.includes(asked));
  const survivors: string[] = [];
  for (const mutant of tried) {
    const found = await findRed(mutant);
    console.log(`${mutant.name}: ${found ?? "SURVIVED"}`);
    if (found === undefined) survivors.push(mutant.name);
  }

  assert.ok(tried.length > 0);
  assert.deepEqual(survivors, []);
});
