/** @module Brings what the database sends (rows of `realtime.messages`) to the sockets. */
import type { Sql } from "postgres";
import { rawBroadcast } from "./broadcast.ts";
import type { Hub } from "./hub.ts";
import type { RateCounter } from "./limits.ts";
import { readWal, type RowChange, type WalReader } from "./wal_reader.ts";

/** What the feed is made of. */
export interface MessageFeedOptions {
  readonly sql: Sql;
  readonly databaseUrl: string;
  readonly hub: Hub;
  /** Above this rate rows are dropped; they stay readable by replay. */
  readonly messages: RateCounter;
}

const PUBLICATION = "supabase_realtime_messages_publication";
const SLOT_PREFIX = "supabase_realtime_messages_replication_slot";
/**
 * A transaction may commit this much later than it wrote `inserted_at` and is still found after a
 * reconnect.
 */
const LATE_COMMIT_S = 60;
/** Ids kept to tell what was delivered already, and rows looked at after a reconnect. */
const MAX_REMEMBERED = 50_000;

interface MessageRow {
  readonly id: string | null;
  readonly topic: string | null;
  readonly event: string | null;
  readonly private: boolean;
  /** JSON as text. */
  readonly payload: string | null;
  readonly binary: Uint8Array | null;
  readonly extension: string | null;
  readonly insertedAtMs: number;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function fromHex(value: string | null): Uint8Array | null {
  return value === null ? null : Uint8Array.fromHex(value.slice("\\x".length));
}

/** Reads a row as the write-ahead log has it: every value is text. */
function fromWal(row: Record<string, unknown>): MessageRow {
  return {
    id: text(row.id),
    topic: text(row.topic),
    event: text(row.event),
    private: row.private === "t",
    payload: text(row.payload),
    binary: fromHex(text(row.binary_payload)),
    extension: text(row.extension),
    insertedAtMs: Date.parse(`${String(row.inserted_at).replace(" ", "T")}Z`),
  };
}

/** Ids of rows that were delivered, the oldest forgotten first. */
class Delivered {
  readonly #ids = new Set<string>();

  /** False when the id is known. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > MAX_REMEMBERED) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}

class Feed {
  readonly #options: MessageFeedOptions;
  readonly #delivered = new Delivered();
  readonly #encoder = new TextEncoder();
  #newestMs: number | undefined;
  #caughtUp: Promise<void> = Promise.resolve();
  #starts = 0;

  constructor(options: MessageFeedOptions) {
    this.#options = options;
  }

  /** Remembers what was there before the first slot: it is not news. */
  async prepare(): Promise<void> {
    if (this.#newestMs !== undefined) return;
    const { sql } = this.#options;
    const rows = await sql<{ id: string }[]>`
      select id from realtime.messages
      where inserted_at > (now() at time zone 'utc') - make_interval(secs => ${LATE_COMMIT_S})
      order by inserted_at desc limit ${MAX_REMEMBERED}`;
    for (const { id } of rows.reverse()) this.#delivered.add(id);
    const [clock] = await sql<{ ms: number }[]>`select extract(epoch from now()) * 1000 as ms`;
    this.#newestMs = Number(clock?.ms);
  }

  /** Called with every new slot; all but the first follow a gap. */
  onStart(): void {
    this.#starts += 1;
    if (this.#starts > 1) this.#caughtUp = this.#catchUp();
    // Whoever waits for it hears of a failure; nobody may wait for it at all.
    this.#caughtUp.catch(() => {});
  }

  async onChange(change: RowChange): Promise<void> {
    await this.#caughtUp;
    if (change.tag === "insert") this.#deliver(fromWal(change.new));
  }

  async #catchUp(): Promise<void> {
    const { sql } = this.#options;
    const since = (this.#newestMs ?? Date.now()) / 1_000 - LATE_COMMIT_S;
    const rows = await sql<MessageRow[]>`
      select id, topic, event, private, payload::text as payload, binary_payload as binary,
        extension, (extract(epoch from inserted_at) * 1000)::float8 as "insertedAtMs"
      from realtime.messages
      where inserted_at >= to_timestamp(${since}::float8) at time zone 'utc'
      order by inserted_at, ctid limit ${MAX_REMEMBERED}`;
    if (rows.length === MAX_REMEMBERED) {
      console.warn("realtime: more messages were missed than can be caught up with");
    }
    for (const row of rows) this.#deliver(row);
  }

  #deliver(row: MessageRow): void {
    const { id, topic, event, extension } = row;
    if (id === null || !this.#delivered.add(id)) return;
    this.#newestMs = Math.max(this.#newestMs ?? 0, row.insertedAtMs);
    if (topic === null || event === null || extension !== "broadcast") return;
    const payload = row.payload === null ? row.binary : this.#encoder.encode(row.payload);
    if (payload === null) return;
    const name = { name: topic, private: row.private };
    const { hub, messages } = this.#options;
    if (!hub.has(name)) return;
    if (messages.exceeded) {
      return console.warn(`realtime: too many messages a second, one for "${topic}" is dropped`);
    }
    const encoding = row.payload === null ? "binary" : "json";
    hub.publish(name, rawBroadcast({ topic, event, encoding, payload, id }));
  }
}

/** Starts to deliver the messages of the database. */
export function startMessageFeed(options: MessageFeedOptions): WalReader {
  const feed = new Feed(options);
  return readWal({
    databaseUrl: options.databaseUrl,
    slotPrefix: SLOT_PREFIX,
    publications: () => Promise.resolve([PUBLICATION]),
    onChange: (change) => feed.onChange(change),
    beforeStart: () => feed.prepare(),
    onStart: () => feed.onStart(),
  });
}
