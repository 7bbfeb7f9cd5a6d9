/** @module Messages of a private topic that are still stored, for those who come late. */
import type { Sql } from "postgres";
import type { ReplayRequest } from "./join_config.ts";

/** A stored message. */
export interface StoredMessage {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

const MAX_REPLAYED = 25;
const RETENTION_HOURS = 72;

/** What may be asked of the store. */
export interface ReplayRange {
  readonly sinceMs: number;
  readonly limit: number;
}

/** Reads a request for replay; undefined when its numbers make no sense. */
export function readReplayRange(request: ReplayRequest): ReplayRange | undefined {
  const { since, limit = MAX_REPLAYED } = request;
  if (typeof since !== "number" || !Number.isSafeInteger(since) || since < 0) return undefined;
  if (typeof limit !== "number" || !Number.isInteger(limit)) return undefined;
  if (limit < 1 || limit > MAX_REPLAYED) return undefined;
  return { sinceMs: since, limit };
}

/** The newest messages of a range, oldest first. */
export async function storedMessages(
  sql: Sql,
  topic: string,
  { sinceMs, limit }: ReplayRange,
): Promise<StoredMessage[]> {
  const rows = await sql<StoredMessage[]>`
    select id, event, payload from realtime.messages
    where topic = ${topic} and private and extension = 'broadcast'
      and event is not null and payload is not null
      and inserted_at >= greatest(
        to_timestamp(${sinceMs / 1_000}::float8) at time zone 'utc',
        (now() at time zone 'utc') - make_interval(hours => ${RETENTION_HOURS})
      )
    order by inserted_at desc, ctid desc limit ${limit}`;
  return rows.reverse();
}
