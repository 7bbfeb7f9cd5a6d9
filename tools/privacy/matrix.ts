/** @module Runs the attempts as every persona and reads the answers into a matrix. */
import type { Sql } from "postgres";
import {
  type Attempt,
  isPure,
  labelOf,
  listAttempts,
  listGaps,
  readWorld,
  type World,
} from "./attempts.ts";
import { readCalls } from "./calls.ts";
import {
  readPlatformRoutines,
  readRelations,
  readRoutines,
  type Relation,
  type Routine,
} from "./catalogue.ts";
import { attemptKey, type Cells, type Matrix, type ObjectGrid } from "./grid.ts";

/** What the probe of the database says of one attempt of one persona. */
interface Answer {
  readonly value?: unknown;
  readonly state?: string;
  readonly message?: string;
}

/** The catalogue, the world and what follows from them. */
export interface Probe {
  readonly relations: readonly Relation[];
  readonly routines: readonly Routine[];
  readonly platform: readonly string[];
  readonly world: World;
  readonly attempts: readonly Attempt[];
  readonly personas: readonly string[];
  readonly gaps: readonly string[];
}

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const MARK = /mark\(([^()]*)\)/g;
/** The topic's own answers; the table itself is only reached through them. */
const TOPICS = "realtime topics";

const STATES: Readonly<Record<string, string>> = { "23505": "dup", "23503": "ref", "23514": "chk" };

function stateCell({ state = "?", message = "" }: Answer): string {
  if (state === "42501") return message.includes("row-level security") ? "pol" : "-";
  if (state.startsWith("PT")) return state.slice(2);
  return STATES[state] ?? state.slice(0, 4);
}

/** A row on every topic: who may read it may join there. */
async function placeProbes(sql: Sql, { topics }: World): Promise<void> {
  await sql`
    insert into realtime.messages (topic, extension, event, payload, private)
    select distinct replace(t.topic, '{me}', coalesce(p.claims ->> 'sub', 'nobody')), e.name,
      'probe', '{}'::jsonb, true
    from unnest(${topics.map(({ topic }) => topic)}::text[]) as t (topic)
    cross join privacy.personas p cross join (values ('broadcast'), ('presence')) as e (name)`;
}

/** Reads the catalogue and the world, and lists what to try. */
export async function prepareProbe(sql: Sql): Promise<Probe> {
  const relations = await readRelations(sql);
  const routines = await readRoutines(sql);
  const world = await readWorld(sql, relations);
  const calls = await readCalls();
  await placeProbes(sql, world);
  const people = await sql<{ name: string }[]>`select name from privacy.personas order by place`;
  return {
    relations,
    routines,
    platform: await readPlatformRoutines(sql),
    world,
    attempts: listAttempts(relations, routines, world, calls),
    personas: people.map((row) => row.name),
    gaps: listGaps(relations, routines, world, calls),
  };
}

/** Things that a text names, by id or mark, but for those that the caller named. */
function namedIn(text: string, world: World, known: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const [id] of text.matchAll(ID)) {
    const label = world.labels.get(id);
    if (label !== undefined && !known.has(id)) found.add(label);
  }
  for (const [, mark = ""] of text.matchAll(MARK)) {
    if (!known.has(world.ids.get(mark) ?? "")) found.add(mark);
  }
  return found;
}

/** Things of the persona's own are called `{me}`, so that they share a line. */
function ownName(label: string, persona: string): string {
  return label === persona || label.endsWith(` of ${persona}`) || label.endsWith(`.${persona}`)
    ? `${label.slice(0, -persona.length)}{me}`
    : label;
}

function isNothing(value: unknown): boolean {
  return value === null || value === false || value === undefined || value === "" ||
    (Array.isArray(value) && value.length === 0);
}

/** One cell for what a function gave: a number stands as itself. */
function callCell(rows: unknown): string {
  const list = Array.isArray(rows) ? rows as Record<string, unknown>[] : [];
  const values = list.flatMap((row) => Object.values(row));
  const [only] = values;
  if (values.length === 1 && (typeof only === "number" || /^\d{1,4}$/.test(String(only)))) {
    return String(only);
  }
  if (values.length === 1 && typeof only === "string" && /^[a-z]{2,4}$/.test(only)) return only;
  return values.every(isNothing) ? "." : "x";
}

type Lines = Map<string, string[]>;

function put(
  lines: Lines,
  key: string,
  place: number,
  width: number,
  cell: string,
  rest = ".",
): void {
  const cells = lines.get(key) ?? new Array<string>(width).fill(rest);
  cells[place] = cell;
  lines.set(key, cells);
}

function readRows(
  attempt: Attempt,
  answers: readonly Answer[],
  relation: Relation,
  { world, personas }: Probe,
): Lines {
  const lines: Lines = new Map();
  const known = relation.rowSecurity
    ? (world.rows.get(relation.name) ?? []).map((row) => row.label)
    : ["rows"];
  const totals = new Map<string, number>();
  for (const label of known) totals.set(label, (totals.get(label) ?? 0) + 1);
  for (const [place, answer] of answers.entries()) {
    const rows = (answer.value ?? []) as Record<string, unknown>[];
    const seen = new Map<string, number>();
    for (const row of rows) {
      const label = relation.rowSecurity ? labelOf(row, relation.key, world.labels) : "rows";
      seen.set(label, (seen.get(label) ?? 0) + 1);
    }
    for (const label of new Set([...known, ...seen.keys()])) {
      const [count, total] = [seen.get(label) ?? 0, totals.get(label) ?? 0];
      const cell = answer.state !== undefined
        ? stateCell(answer)
        : count === 0
        ? "."
        : count === total || !relation.rowSecurity
        ? "x"
        : String(count);
      const name = label === personas[place] ? "{me}" : label;
      put(lines, attemptKey(attempt.verb, name), place, answers.length, cell);
    }
    // Ids name rows that are judged on their own; marks in the row's columns are secrets.
    for (const mark of namedIn(JSON.stringify(rows).replace(ID, ""), world, new Set())) {
      if (world.ids.has(mark)) continue;
      const name = ownName(mark, personas[place] ?? "");
      put(lines, attemptKey("shows", name), place, answers.length, "x");
    }
  }
  return lines;
}

function readCall(attempt: Attempt, answers: readonly Answer[], probe: Probe): Lines {
  const lines: Lines = new Map();
  const named = new Set([...attempt.sql.matchAll(ID)].map(([id]) => id));
  const isBulk = named.size > 3;
  for (const [place, answer] of answers.entries()) {
    const cell = answer.state === undefined ? callCell(answer.value) : stateCell(answer);
    put(lines, attemptKey("call", attempt.label), place, answers.length, cell);
    const persona = probe.personas[place] ?? "";
    const me = probe.world.ids.get(persona) ?? "";
    const known = new Set([...(isBulk ? [] : named), me]);
    for (const label of namedIn(JSON.stringify(answer.value ?? ""), probe.world, known)) {
      const key = attemptKey("shows", `${ownName(label, persona)} < ${attempt.label}`);
      put(lines, key, place, answers.length, "x");
    }
  }
  return lines;
}

function readAnswers(attempt: Attempt, answers: readonly Answer[], probe: Probe): Lines {
  if (attempt.read === "call") return readCall(attempt, answers, probe);
  const relation = probe.relations.find((found) => found.name === attempt.object);
  if (attempt.read === "rows" && relation !== undefined) {
    return readRows(attempt, answers, relation, probe);
  }
  const cells = answers.map((answer) => {
    if (answer.state !== undefined) return stateCell(answer);
    const count = Array.isArray(answer.value) ? answer.value.length : Number(answer.value);
    return count === 0 ? "." : attempt.read === "number" ? String(count) : "x";
  });
  const own = probe.personas.indexOf(attempt.label);
  const lines: Lines = new Map([[attemptKey(attempt.verb, attempt.label), cells]]);
  if (own >= 0) {
    put(lines, attemptKey(attempt.verb, "{me}"), own, cells.length, cells[own] ?? ".");
    cells[own] = ".";
  }
  return lines;
}

/** Adds the lines of one attempt; several fill the line of what is one's own. */
function addLines(lines: Lines, added: Lines): void {
  for (const [key, cells] of added) {
    const known = lines.get(key);
    if (known === undefined) lines.set(key, cells);
    else for (const [place, cell] of cells.entries()) if (cell !== ".") known[place] = cell;
  }
}

function addNotes(probe: Probe, grids: Map<string, ObjectGrid>): void {
  for (const relation of probe.relations) {
    const notes = relation.open
      ? [relation.rowSecurity ? "row-level security" : "NO row-level security", ...relation.notes]
      : ["closed to anon and authenticated"];
    grids.set(relation.name, { notes, lines: grids.get(relation.name)?.lines ?? new Map() });
  }
  for (const routine of probe.routines) {
    const lines = grids.get(routine.signature)?.lines ?? new Map<string, Cells>();
    const notes = [
      `${routine.anonymous ? "anon and authenticated" : "authenticated"} may call it` +
      (routine.definer ? ", definer" : "") + (isPure(routine) ? ", computes only" : ""),
    ];
    grids.set(routine.signature, { notes, lines });
  }
  grids.set("functions of the platform", { notes: probe.platform, lines: new Map() });
  const topics = grids.get(TOPICS);
  if (topics !== undefined) {
    grids.set(TOPICS, { ...topics, notes: ["policies of realtime.messages"] });
  }
}

/** Runs attempts, all or those on some objects, and gives the matrix of what came back. */
export async function runProbe(
  sql: Sql,
  probe: Probe,
  objects?: ReadonlySet<string>,
): Promise<Matrix> {
  const attempts = probe.attempts.filter((a) => objects === undefined || objects.has(a.object));
  const tasks = attempts.map(({ kind, sql, topic, key, direct = false }, n) => ({
    n,
    kind,
    sql,
    direct,
    ...(topic === undefined ? {} : { topic }),
    ...(key === undefined ? {} : { key }),
  }));
  const rows = await sql<{ n: number; persona: string; answer: Answer }[]>`
    select n, persona, answer from privacy.run(${JSON.stringify(tasks)}::text::jsonb)`;
  const places = new Map(probe.personas.map((name, place) => [name, place]));
  const answers = attempts.map(() => new Array<Answer>(probe.personas.length).fill({}));
  for (const { n, persona, answer } of rows) {
    const list = answers[n];
    if (list !== undefined) list[places.get(persona) ?? 0] = answer;
  }
  const grids = new Map<string, { notes: string[]; lines: Lines }>();
  for (const [n, attempt] of attempts.entries()) {
    const grid = grids.get(attempt.object) ?? { notes: [], lines: new Map() };
    addLines(grid.lines, readAnswers(attempt, answers[n] ?? [], probe));
    grids.set(attempt.object, grid);
  }
  const matrix = new Map<string, ObjectGrid>(grids);
  addNotes(probe, matrix);
  return matrix;
}
