/** @module The database: every statement runs in one transaction, as a named identity. */
import type postgres from "postgres";
import { currentContext } from "../core/context.ts";
import { AppError } from "../core/errors.ts";
import { fromPostgres } from "../core/postgres_errors.ts";
import { formatTraceparent } from "../core/trace.ts";
import { type Held, type Mode, openConnections, type Sql } from "./connections.ts";

export type { Sql } from "./connections.ts";

/** A statement that has not been sent yet. */
export type Statement<T extends readonly object[]> = postgres.PendingQuery<T & RowList>;

type RowList = readonly (object | undefined)[];

/** Statements that have not been sent yet, by the rows of each. */
export type Statements<T extends readonly RowList[]> = readonly [
  ...{ [K in keyof T]: postgres.PendingQuery<T[K]> },
];

/** Claims of an access token, as the platform's services put them at the disposal of SQL. */
export type Claims = Readonly<Record<string, unknown>>;

/** The worst state of an account in which something may still be done. */
export type OpenTo = "active" | "suspended" | "banned";

/** A signed-in person. */
export interface Person {
  readonly kind: "person";
  readonly userId: string;
  readonly sessionId: string;
  readonly claims: Claims;
  /** What is being done is refused to accounts in a worse state; without it, to banned ones. */
  readonly openTo?: OpenTo;
  /** Of a bot's token: what it may be used for. People have none and may do all that is theirs. */
  readonly scopes?: readonly string[];
}

/** Somebody who has not signed in. */
export interface Anonymous {
  readonly kind: "anonymous";
}

/** On whose behalf something is done. */
export type Viewer = Person | Anonymous;

/** The viewer of requests without a token. */
export const ANONYMOUS: Anonymous = { kind: "anonymous" };

/** Name of a viewer in keys and cursors. */
export function viewerKey(viewer: Viewer): string {
  return viewer.kind === "person" ? viewer.userId : "anonymous";
}

/** The product's database. */
export interface Database extends AsyncDisposable {
  /** Runs `work` in one transaction in which row-level security sees the viewer. */
  asViewer<T>(viewer: Viewer, work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs one statement as the viewer. Begin, identity, statement and commit travel in one flight,
   * so that row-level security costs no round trip.
   */
  read<T extends readonly RowList[number][]>(
    viewer: Viewer,
    statement: (sql: Sql) => postgres.PendingQuery<T>,
  ): Promise<T>;
  /** As {@linkcode read}, but several statements that see the same rights, in one flight. */
  readAll<T extends readonly RowList[]>(
    viewer: Viewer,
    statements: (sql: Sql) => Statements<T>,
  ): Promise<T>;
  /**
   * Writes as the viewer what is known beforehand: the statements share one transaction and one
   * flight with its begin, identity and commit. When one fails, none has happened.
   */
  write<T extends readonly RowList[]>(
    viewer: Viewer,
    statements: (sql: Sql) => Statements<T>,
  ): Promise<T>;
  /**
   * Runs `work` in one transaction that row-level security does not restrict.
   *
   * @param reason a literal that says why the caller's own rights do not do
   */
  asService<T>(reason: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** As {@linkcode asService}, but one statement in one flight. */
  asServiceOnce<T extends readonly RowList[number][]>(
    reason: string,
    statement: (sql: Sql) => postgres.PendingQuery<T>,
  ): Promise<T>;
  /** As {@linkcode asService}, but reads one moment of the whole database and writes nothing. */
  asSnapshot<T>(reason: string, work: (sql: Sql) => Promise<T>): Promise<T>;
}

/** How the pool behaves. */
export interface DatabaseOptions {
  /** Connections; as many transactions run at once. */
  readonly max?: number;
  /** Transactions that may wait for a connection before more are refused. */
  readonly waitingMax?: number;
}

const CONNECTIONS_DEFAULT = 8;
const WAITING_DEFAULT = 256;

/** First failure among answers that were all awaited. */
function firstFailure(
  answers: readonly PromiseSettledResult<unknown>[],
): { error: unknown } | null {
  const failed = answers.find((answer) => answer.status === "rejected");
  return failed === undefined ? null : { error: failed.reason };
}

/**
 * Sends the statement that gives a transaction its identity. Like `begin`, it is put on the wire by
 * `execute()`: a statement that is merely awaited leaves one turn later, and one of the caller's
 * could overtake it and run with the pool's own rights.
 */
type Enter = (sql: Sql) => Promise<unknown>;

function traceparent(): string | null {
  const trace = currentContext()?.trace;
  return trace === undefined ? null : formatTraceparent(trace);
}

function enterAs(viewer: Viewer): Enter {
  const claims = viewer.kind === "person" ? viewer.claims : { role: "anon" };
  const openTo = viewer.kind === "person" ? viewer.openTo ?? "suspended" : "suspended";
  return (sql) =>
    sql`select private.begin_request(${
      JSON.stringify(claims)
    }::text::jsonb, ${traceparent()}, ${openTo})`.execute();
}

function enterAsService(sql: Sql): Promise<unknown> {
  return sql`select set_config('townsquare.traceparent', ${traceparent() ?? ""}, true)`.execute();
}

/**
 * Runs `work` in a transaction. The opening statements are sent without waiting, so the first
 * statement of `work` travels with them; when the opening failed, its error is the one that counts.
 */
async function transact<T>(
  held: Held,
  enter: Enter,
  work: (sql: Sql) => Promise<T>,
  mode: Mode = "read write",
): Promise<T> {
  const opening = Promise.allSettled([held.begin(mode), enter(held.sql)]);
  const [worked] = await Promise.allSettled([work(held.sql)]);
  const failure = firstFailure([...await opening, worked]);
  if (failure !== null || worked.status === "rejected") {
    await Promise.allSettled([rollback(held.sql)]);
    throw failure?.error;
  }
  const end = await held.sql`commit`;
  if (end.command === "ROLLBACK") {
    throw new Error("A failed statement was ignored, so the transaction was rolled back");
  }
  return worked.value;
}

async function rollback(sql: Sql): Promise<void> {
  await sql`rollback`;
}

/** Sends a whole transaction at once: after a failure the rest of it fails, and it rolls back. */
async function fly<T extends readonly RowList[]>(
  held: Held,
  mode: Mode,
  enter: Enter,
  statements: (sql: Sql) => Statements<T>,
): Promise<T> {
  const { sql } = held;
  const unsent = statements(sql);
  const opening = [held.begin(mode), enter(sql)];
  const sent = unsent.map((statement) => statement.execute());
  const answers = await Promise.allSettled([...opening, ...sent, sql`commit`.execute()]);
  const failure = firstFailure(answers);
  if (failure !== null) throw failure.error;
  // All of them are there, in the order of the statements.
  return await Promise.all(sent) as unknown as T;
}

async function flyAlone<T extends readonly RowList[number][]>(
  held: Held,
  mode: Mode,
  enter: Enter,
  statement: (sql: Sql) => postgres.PendingQuery<T>,
): Promise<T> {
  const [rows] = await fly<readonly [T]>(held, mode, enter, (sql) => [statement(sql)]);
  return rows;
}

/** Opens the database. Connections are made when they are needed. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { max = CONNECTIONS_DEFAULT, waitingMax = WAITING_DEFAULT } = options;
  const connections = openConnections(url, max);
  let underway = 0;

  async function withConnection<T>(use: (held: Held) => Promise<T>): Promise<T> {
    if (underway >= max + waitingMax) {
      throw new AppError("unavailable", "Too many requests wait for the database");
    }
    underway += 1;
    try {
      return await connections.use(use);
    } catch (error) {
      throw fromPostgres(error);
    } finally {
      underway -= 1;
    }
  }

  return {
    asViewer: (viewer, work) => withConnection((held) => transact(held, enterAs(viewer), work)),
    read: (viewer, statement) =>
      withConnection((held) => flyAlone(held, "read only", enterAs(viewer), statement)),
    readAll: (viewer, statements) =>
      withConnection((held) => fly(held, "read only", enterAs(viewer), statements)),
    write: (viewer, statements) =>
      withConnection((held) => fly(held, "read write", enterAs(viewer), statements)),
    asService: (_reason, work) => withConnection((held) => transact(held, enterAsService, work)),
    asServiceOnce: (_reason, statement) =>
      withConnection((held) => flyAlone(held, "read write", enterAsService, statement)),
    asSnapshot: (_reason, work) =>
      withConnection((held) =>
        transact(held, enterAsService, work, "isolation level repeatable read, read only")
      ),
    [Symbol.asyncDispose]: () => connections.close(),
  };
}
