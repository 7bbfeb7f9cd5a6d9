/** @module What every part of one running message service shares. */
import type { ISql, JSONValue, Sql } from "postgres";

/** A connection or a transaction. */
export type Db = ISql;

/** State and settings of one running service. */
export interface QstashContext {
  readonly sql: Sql;
  readonly token: string;
  /** The time, which tests may move. */
  now(): Date;
  /** Tells the dispatcher that there may be work. */
  wake(): void;
  /** Seconds of waiting by the number of the retry, as {@link defaultBackoff} gives it. */
  readonly backoff: (retry: number) => number;
}

/** A JSON parameter. The driver's own type asks for an index signature that interfaces lack. */
export function json(db: Db, value: unknown): ReturnType<Db["json"]> {
  return db.json(value as JSONValue);
}
