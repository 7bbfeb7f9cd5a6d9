/** @module Breaks the protection in every way it knows, and sees whether the matrix notices. */
import type { Sql } from "postgres";
import type { Attempt } from "./attempts.ts";
import { readRelations, readRoutines } from "./catalogue.ts";
import { attemptKey, type Matrix } from "./grid.ts";
import { type Probe, runProbe } from "./matrix.ts";
import { listMutants, type Mutant } from "./mutants.ts";

/** What came of all mutants. */
export interface Mutation {
  readonly tried: number;
  /** Names of those that nobody noticed. */
  readonly survivors: readonly string[];
}

type Filter = (attempt: Attempt) => boolean;

/** Everything, the quick and telling first. */
const STAGES: readonly Filter[] = [
  (attempt) => attempt.verb === "select",
  (attempt) => attempt.verb === "insert",
  (attempt) => attempt.verb === "call",
  (attempt) => attempt.topic !== undefined,
  (attempt) => ["update", "delete", "blind"].includes(attempt.verb),
];

/** Lines that `got` has otherwise than `base`; what was not tried is not in `got`. */
function isChanged(base: Matrix, got: Matrix, attempts: readonly Attempt[]): boolean {
  const tried = new Set(attempts.map((attempt) => attempt.object));
  for (const object of tried) {
    const [before, after] = [base.get(object)?.lines, got.get(object)?.lines];
    if (before === undefined || after === undefined) return true;
    for (const [key, cells] of after) {
      if (before.get(key)?.join() !== cells.join()) return true;
    }
    for (const { object: one, verb, label } of attempts) {
      const key = attemptKey(verb, label);
      if (one === object && before.has(key) && !after.has(key)) return true;
    }
  }
  return false;
}

async function isRightSeen(sql: Sql, base: Matrix, object: string): Promise<boolean> {
  if (object.includes("(")) {
    const routine = (await readRoutines(sql)).find((found) => found.signature === object);
    const note = base.get(object)?.notes[0] ?? "";
    return routine !== undefined && !note.startsWith(routine.anonymous ? "anon" : "authenticated");
  }
  const [relation] = await readRelations(sql, object);
  const notes = base.get(object)?.notes ?? [];
  return relation?.notes.some((note) => !notes.includes(note)) ?? false;
}

async function isSeen(sql: Sql, probe: Probe, base: Matrix, mutant: Mutant): Promise<boolean> {
  if (mutant.rights === true) return await isRightSeen(sql, base, mutant.object ?? "");
  if (
    mutant.verbs?.[0] === "select" &&
    probe.relations.some(({ name, open }) => name === mutant.object && !open)
  ) {
    // Closed to clients: no row of it is tried, so the protection itself is looked at.
    const [relation] = await readRelations(sql, mutant.object);
    return relation?.rowSecurity === false;
  }
  const own: Filter = ({ object }) => object === mutant.object;
  const first: Filter = (attempt) => own(attempt) && (mutant.verbs?.includes(attempt.verb) ?? true);
  const stages = mutant.object === undefined
    ? STAGES
    : [first, (attempt: Attempt) => own(attempt) && !first(attempt), ...STAGES];
  for (const stage of stages) {
    const attempts = probe.attempts.filter(stage);
    if (attempts.length === 0) continue;
    const got = await runProbe(sql, { ...probe, attempts });
    if (isChanged(base, got, attempts)) return true;
  }
  return false;
}

/**
 * Tries all mutants, or every n-th.
 *
 * @param sql the superuser's, with one connection only: each mutant is a transaction rolled back
 */
export async function runMutants(
  sql: Sql,
  probe: Probe,
  base: Matrix,
  options: { every?: number; onSurvivor?: (name: string) => void } = {},
): Promise<Mutation> {
  const mutants = (await listMutants(sql)).filter((_, n) => n % (options.every ?? 1) === 0);
  const survivors: string[] = [];
  for (const mutant of mutants) {
    await sql.unsafe("begin");
    try {
      await sql.unsafe(mutant.sql);
      if (await isSeen(sql, probe, base, mutant)) continue;
      survivors.push(mutant.name);
      options.onSurvivor?.(mutant.name);
    } finally {
      await sql.unsafe("rollback");
    }
  }
  return { tried: mutants.length, survivors };
}
