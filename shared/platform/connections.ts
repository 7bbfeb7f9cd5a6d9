/**
 * @module Connections to the database, each held for one transaction. The driver keeps halves of
 * what a connection was doing when it was lost, and mixes them into what it does on the next one:
 * statements of its queue are never answered, an old error is given to somebody else, a place of
 * the pool stays taken. So once one is lost, all that follows begins on a new pool.
 */
import postgres from "postgres";
import { AppError } from "../core/errors.ts";

/** Runs statements as tagged templates within the transaction at hand. */
export type Sql = postgres.ISql<{ bigint: number; time: string }>;

/** How a transaction looks at the database. */
export type Mode = "read write" | "read only" | "isolation level repeatable read, read only";

/** Port on which hosted Supabase pools per transaction, where prepared statements do not live. */
const TRANSACTION_POOLER_PORT = "6543";
const IDLE_SECONDS = 60;
const CONNECT_TIMEOUT_SECONDS = 10;
/** Statements that have no answer this long after their connection was lost will have none. */
const FORGOTTEN_AFTER_MS = 1_000;
/** Others that were under way when a connection was lost may finish. */
const RETIRED_SECONDS = 60;
/** Pools that come to an end while somebody waits for a place. */
const POOLS_TRIED_MAX = 5;
/** Fields of OIDs in `pg_type`. */
const OID = { int8: 20, timestamp: 1114, timestamptz: 1184 } as const;

/** `2026-01-02 03:04:05.678901+00` as RFC 3339, with every microsecond. */
function parseTime(text: string): string {
  return text.replace(" ", "T").replace(/\+00$/, "Z");
}

function connect(url: string, max: number) {
  return postgres(url, {
    max,
    prepare: new URL(url).port !== TRANSACTION_POOLER_PORT,
    idle_timeout: IDLE_SECONDS,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    onnotice: ignoreNotice,
    connection: { application_name: "townsquare", TimeZone: "UTC" },
    types: {
      bigint: { to: OID.int8, from: [OID.int8], parse: Number, serialize: String },
      time: {
        to: OID.timestamptz,
        from: [OID.timestamp, OID.timestamptz],
        parse: parseTime,
        serialize: (time: unknown) => time instanceof Date ? time.toISOString() : String(time),
      },
    },
  });
}

type Pool = ReturnType<typeof connect>;

function ignoreNotice(): void {}

/** One connection, held for one transaction. */
export interface Held {
  readonly sql: Sql;
  /** Fails a moment after the connection was lost, if it was not given back by then. */
  readonly lost: Promise<never>;
  /** Sends `begin` without waiting for the answer. */
  begin(mode: Mode): Promise<unknown>;
  /** Gives the connection back, unless it is lost or about to be. */
  release(failure?: unknown): void;
}

/** Connections that are made as they are needed. */
export interface Connections {
  /** Runs `work` on a connection that is its own until it is done. */
  use<T>(work: (held: Held) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A pool for as long as none of its connections was lost. */
interface Generation {
  readonly pool: Pool;
  /** Those who wait for a connection; called, they wait no longer. */
  readonly waiting: Set<() => void>;
}

type Connection = Awaited<ReturnType<Pool["reserve"]>>;

function begin(url: string, max: number): Generation {
  return { pool: connect(url, max), waiting: new Set() };
}

/** Takes a connection, or nothing when the pool ends first. */
async function reserve({ pool, waiting }: Generation): Promise<Connection | undefined> {
  const reserved = pool.reserve();
  const { promise: left, resolve: leave } = Promise.withResolvers<undefined>();
  const stopWaiting = () => leave(undefined);
  waiting.add(stopWaiting);
  try {
    const connection = await Promise.race([reserved, left]);
    if (connection === undefined) void reserved.then((late) => late.release(), () => undefined);
    return connection;
  } finally {
    waiting.delete(stopWaiting);
  }
}

/**
 * Watches over a connection. Once it is lost, the driver would open a new one under the same
 * handle, and a statement sent late would run there outside of the transaction and as the pool's
 * own role; so a lost handle refuses everything. Statements that waited on our side are never
 * answered; `lost` ends the wait for them.
 *
 * @param onLoss told when the connection was lost before it was given back
 */
function hold(connection: Connection, onLoss: () => void): Held {
  const state = { lost: false, done: false };
  const { promise: lost, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sql = new Proxy(connection, {
    apply(target, self, args) {
      if (state.lost) throw connectionLost();
      return Reflect.apply(target, self, args);
    },
  });
  return {
    sql,
    lost,
    begin(mode) {
      const options = watchLoss(() => {
        state.lost = true;
        if (state.done) return;
        onLoss();
        timer = setTimeout(() => reject(connectionLost()), FORGOTTEN_AFTER_MS);
      });
      return connection.unsafe(`begin ${mode}`, [], options).execute();
    },
    release(failure) {
      state.done = true;
      clearTimeout(timer);
      if (!state.lost && !isFatal(failure)) return connection.release();
      state.lost = true;
      onLoss();
    },
  };
}

function connectionLost(): AppError {
  return new AppError("unavailable", "The database connection was lost");
}

/** After a fatal error the server closes the connection: nobody else should be given it. */
function isFatal(error: unknown): boolean {
  return error instanceof Error && "severity" in error && error.severity === "FATAL";
}

/**
 * The driver's own transactions learn of a lost connection by this hook, which its types leave out.
 * The type asserts nothing about it: an option that is not known is ignored.
 */
function watchLoss(onLoss: () => void): postgres.UnsafeQueryOptions {
  const options = {
    onexecute(connection: { onclose: (() => void) | null }): boolean {
      connection.onclose = onLoss;
      return true;
    },
  };
  return options as postgres.UnsafeQueryOptions;
}

/** Opens the connections of a process. */
export function openConnections(url: string, max: number): Connections {
  let current = begin(url, max);

  function retire(former: Generation): void {
    if (current !== former) return;
    current = begin(url, max);
    for (const leave of former.waiting) leave();
    void former.pool.end({ timeout: RETIRED_SECONDS }).catch(() => undefined);
  }

  async function take(): Promise<Held> {
    for (let pools = 0; pools < POOLS_TRIED_MAX; pools++) {
      const generation = current;
      const connection = await reserve(generation);
      if (connection !== undefined) return hold(connection, () => retire(generation));
    }
    throw connectionLost();
  }

  return {
    async use(work) {
      const held = await take();
      let failure: unknown;
      try {
        return await Promise.race([work(held), held.lost]);
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        held.release(failure);
      }
    },
    close: () => current.pool.end({ timeout: 1 }),
  };
}
