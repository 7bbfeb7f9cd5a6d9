/** @module Runs a request's statements in one transaction, as the request's role. */
import postgres, { type ReservedSql, type Sql } from "postgres";
import type { Statement } from "./sql_text.ts";

/** A transaction to run. */
export interface Work {
  readonly readOnly: boolean;
  /** Settings of the transaction, in order. */
  readonly settings: readonly (readonly [string, string])[];
  /** Isolation level, when the role or function asks for one. */
  readonly isolation: string | undefined;
  /** Runs before everything else. */
  readonly preRequest: string | undefined;
  readonly statements: readonly Statement[];
  /** Undoes everything at the end. */
  readonly rollback: boolean;
  /** Refuses what was done by throwing, which undoes it. */
  readonly check: ((results: readonly Rows[]) => void) | undefined;
}

/** A row of texts; bytes stay what they are. */
export type Row = Readonly<Record<string, string | Uint8Array | null>>;
/** Rows of one statement. */
export type Rows = readonly Row[];

const POOL_SIZE = 10;
const IDLE_SECONDS = 30;
const LIFETIME_SECONDS = 600;
const CONNECT_SECONDS = 10;
/** Statements that connections remember; the rest is parsed each time. */
const MAX_PREPARED = 1000;
/** Types that the driver would write in its own way; here every value is a text as it came. */
const TYPES = { json: 114, jsonb: 3802, bool: 16, bytea: 17 } as const;
const TIMES = [1082, 1114, 1184];
const NUMBERS = [21, 23, 26, 700, 701];
/** Levels that transactions can have. */
const ISOLATIONS = new Set(["repeatable read", "serializable", "read committed"]);
const CHECK_NOW = "set constraints all immediate";

function asText(value: unknown): string {
  return String(value);
}

function asBytes(value: string): Uint8Array {
  return Uint8Array.fromHex(value.slice("\\x".length));
}

/** Opens the service's connections. */
export function openPool(databaseUrl: string): Sql {
  const text = { serialize: asText, parse: asText };
  return postgres(databaseUrl, {
    max: POOL_SIZE,
    idle_timeout: IDLE_SECONDS,
    max_lifetime: LIFETIME_SECONDS,
    connect_timeout: CONNECT_SECONDS,
    // Without the look at types the driver never hands out a connection made for `reserve()`.
    fetch_types: true,
    onnotice: () => undefined,
    connection: { application_name: "postgrest" },
    types: {
      json: { to: TYPES.json, from: [TYPES.json, TYPES.jsonb], ...text },
      boolean: { to: TYPES.bool, from: [TYPES.bool], ...text },
      bytea: { to: TYPES.bytea, from: [TYPES.bytea], serialize: asText, parse: asBytes },
      date: { to: 1184, from: TIMES, ...text },
      number: { to: 0, from: NUMBERS, ...text },
    },
  }) as unknown as Sql;
}

const prepared = new Set<string>();

/** Whether a statement is worth remembering. */
function isPrepared(text: string): boolean {
  if (prepared.has(text)) return true;
  if (prepared.size >= MAX_PREPARED) return false;
  prepared.add(text);
  return true;
}

/** The driver's hook to learn of a lost connection, which its types leave out. */
function watchLoss(onLoss: () => void): postgres.UnsafeQueryOptions {
  const options = {
    onexecute(connection: { onclose: (() => void) | null }): boolean {
      connection.onclose = onLoss;
      return true;
    },
  };
  return options as postgres.UnsafeQueryOptions;
}

/** One connection, held for one transaction. */
class Held {
  #lost = false;

  constructor(private readonly sql: ReservedSql) {}

  begin(work: Work): Promise<unknown> {
    const level = work.isolation?.toLowerCase() ?? "";
    const isolation = ISOLATIONS.has(level) ? ` isolation level ${level}` : "";
    const text = `begin${isolation} ${work.readOnly ? "read only" : "read write"}`;
    const options = watchLoss(() => {
      this.#lost = true;
    });
    return this.sql.unsafe(text, [], options).execute();
  }

  /** Sends a statement; a lost connection's handle would run it elsewhere. */
  send(text: string, values: readonly (string | null)[] = []) {
    if (this.#lost) {
      throw Object.assign(new Error("connection lost"), { code: "CONNECTION_CLOSED" });
    }
    const prepare = isPrepared(text);
    return this.sql.unsafe<Row[]>(text, [...values], { prepare })
      .execute();
  }

  release(failure: unknown): void {
    const isFatal = failure instanceof postgres.PostgresError && failure.severity === "FATAL";
    if (!this.#lost && !isFatal) this.sql.release();
  }
}

function settingsStatement(settings: Work["settings"]): Statement {
  const values = settings.flat();
  const calls = settings.map((_, index) =>
    `set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`
  );
  return { text: `select ${calls.join(", ")}`, values };
}

function throwFirst(answers: readonly PromiseSettledResult<unknown>[]): void {
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function valueOf<T>(answer: PromiseSettledResult<T> | undefined): T {
  if (answer?.status !== "fulfilled") throw new Error("A statement gave no answer");
  return answer.value;
}

async function rollback(held: Held): Promise<void> {
  try {
    await held.send("rollback");
  } catch {
    // The connection is lost, and with it the transaction.
  }
}

/** Begin, identity, statements and end travel in one flight, unless the result is checked. */
async function transact(held: Held, work: Work): Promise<readonly Rows[]> {
  const { text, values } = settingsStatement(work.settings);
  const opening = [
    held.begin(work),
    held.send(text, values),
    ...work.preRequest === undefined ? [] : [held.send(work.preRequest)],
  ];
  const statements = work.statements.map((item) => held.send(item.text, item.values));
  const closing = work.rollback ? [held.send(CHECK_NOW)] : [];
  const isFlight = work.check === undefined;
  const end = isFlight ? held.send(work.rollback ? "rollback" : "commit") : undefined;
  const [opened, answers, closed, [ended]] = await Promise.all([
    Promise.allSettled(opening),
    Promise.allSettled(statements),
    Promise.allSettled(closing),
    Promise.allSettled([end]),
  ]);
  try {
    throwFirst([...opened, ...answers, ...closed]);
    const results = answers.map((answer) => valueOf<Rows>(answer));
    work.check?.(results);
    const finished = isFlight
      ? valueOf(ended)
      : await held.send(work.rollback ? "rollback" : "commit");
    if (!work.rollback && finished?.command === "ROLLBACK") {
      throw new Error("The transaction was rolled back");
    }
    return results;
  } catch (error) {
    if (!isFlight) await rollback(held);
    throw error;
  }
}

/** Runs a transaction. */
export async function execute(pool: Sql, work: Work): Promise<readonly Rows[]> {
  const held = new Held(await pool.reserve());
  let failure: unknown;
  try {
    return await transact(held, work);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    held.release(failure);
  }
}
