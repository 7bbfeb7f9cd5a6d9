/** @module Runs a request's statements in one transaction, as the request's role. */
import postgres, { type ReservedSql, type Sql } from "postgres";
import type { Statement } from "./sql_text.ts";

/** A transaction to run. */
export interface Work {
  readonly readOnly: boolean;
  /** Settings of the transaction, in order. */
  readonly settings: readonly (readonly [string, string])[];
  /** Isolation level, when the role asks for one. */
  readonly isolation?: string;
  /** Runs before everything else. */
  readonly preRequest: string | undefined;
  readonly statements: readonly Statement[];
  /** Refuses what was done by throwing, which undoes it. */
  readonly check?: (results: readonly Rows[]) => void;
}

/** Rows of one statement. */
export type Rows = readonly Readonly<Record<string, string | null>>[];

/** What a transaction gave. */
export interface Outcome {
  readonly results: readonly Rows[];
  /** The settings `response.headers` and `response.status`. */
  readonly headers: string | null;
  readonly status: string | null;
}

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
const RESPONSE = "select nullif(current_setting('response.headers', true), '') as headers, " +
  "nullif(current_setting('response.status', true), '') as status";

function asText(value: unknown): string {
  return String(value);
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
      bytea: { to: TYPES.bytea, from: [TYPES.bytea], ...text },
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
    const isolation = work.isolation === undefined ? "" : ` isolation level ${work.isolation}`;
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
    return this.sql.unsafe<Record<string, string | null>[]>(text, [...values], { prepare })
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

/** Begin, identity, statements and commit travel in one flight, unless the result is checked. */
async function transact(held: Held, work: Work): Promise<Outcome> {
  const { text, values } = settingsStatement(work.settings);
  const opening = [
    held.begin(work),
    held.send(text, values),
    ...work.preRequest === undefined ? [] : [held.send(work.preRequest)],
  ];
  const statements = work.statements.map((item) => held.send(item.text, item.values));
  const response = held.send(RESPONSE);
  const isFlight = work.check === undefined;
  const end = isFlight ? held.send("commit") : undefined;
  const [opened, answers, [responded], [ended]] = await Promise.all([
    Promise.allSettled(opening),
    Promise.allSettled(statements),
    Promise.allSettled([response]),
    Promise.allSettled([end]),
  ]);
  try {
    throwFirst([...opened, ...answers, responded]);
    const results = answers.map((answer) => valueOf<Rows>(answer));
    work.check?.(results);
    const committed = isFlight ? valueOf(ended) : await held.send("commit");
    if (committed?.command === "ROLLBACK") throw new Error("The transaction was rolled back");
    const [row] = valueOf<Rows>(responded);
    return { results, headers: row?.headers ?? null, status: row?.status ?? null };
  } catch (error) {
    if (!isFlight) await rollback(held);
    throw error;
  }
}

/** Runs a transaction. */
export async function execute(pool: Sql, work: Work): Promise<Outcome> {
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
