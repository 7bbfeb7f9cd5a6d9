/** @module Reads committed changes from Postgres in commit order, and reconnects when it must. */
import { LogicalReplicationService, Pgoutput, PgoutputPlugin } from "pg-logical-replication";
import { delay } from "./delay.ts";

/** Changes of one table: values are Postgres's own text, untouched. */
export type RowChange = Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete;

/** How changes are read. */
export interface WalReaderOptions {
  readonly databaseUrl: string;
  /** Start of the temporary slot's name. */
  readonly slotPrefix: string;
  /** Publications to read; asked again at every connection. */
  readonly publications: () => Promise<readonly string[]>;
  /** Takes one change. While it works nothing more is read. */
  readonly onChange: (change: RowChange, committedAt: Date) => void | Promise<void>;
  /** Called before a slot exists. */
  readonly beforeStart?: () => Promise<void>;
  /** Called when every commit from now on will be seen. */
  readonly onStart?: () => void;
}

/** A reader that runs until it is closed. */
export interface WalReader extends AsyncDisposable {
  /** Whether it is connected. */
  readonly ready: boolean;
  /** Resolves when it is connected for the first time. */
  readonly started: Promise<void>;
}

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
const STOP_TIMEOUT_MS = 2_000;

/** Leaves every value as the text that Postgres sent, so that nothing is lost on the way. */
function keepText(message: Pgoutput.Message): Pgoutput.Message {
  if (message.tag === "relation") {
    for (const column of message.columns) column.parser = (raw: unknown) => raw;
  }
  return message;
}

/** Makes the temporary slot on the very connection that reads it. */
class TemporarySlotPlugin extends PgoutputPlugin {
  override parse(buffer: Buffer): Pgoutput.Message {
    return keepText(super.parse(buffer));
  }

  override async start(
    client: Parameters<PgoutputPlugin["start"]>[0],
    slot: string,
    _lastLsn: string,
  ): Promise<unknown> {
    await client.query(
      `CREATE_REPLICATION_SLOT "${slot}" TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`,
    );
    return await super.start(client, slot, "0/0");
  }
}

/**
 * The position before one. The library confirms the byte after what it is given, but a server that
 * shuts down waits until exactly the position that it sent is confirmed.
 */
function before(lsn: string): string {
  const [high = "0", low = "0"] = lsn.split("/");
  const position = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`) - 1n;
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`;
}

function isRowChange(message: Pgoutput.Message): message is RowChange {
  return message.tag === "insert" || message.tag === "update" || message.tag === "delete";
}

function toDate(microseconds: bigint): Date {
  return new Date(Number(microseconds / 1_000n));
}

class Reader implements WalReader {
  ready = false;
  readonly started: Promise<void>;
  readonly #options: WalReaderOptions;
  readonly #markStarted: () => void;
  readonly #loop: Promise<void>;
  #service: LogicalReplicationService | undefined;
  #closed = false;

  constructor(options: WalReaderOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.started = promise;
    this.#markStarted = resolve;
    this.#loop = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#markStarted();
    await this.#stop();
    await this.#loop;
  }

  async #run(): Promise<void> {
    let wait = FIRST_RETRY_MS;
    while (!this.#closed) {
      try {
        await this.#read(() => wait = FIRST_RETRY_MS);
      } catch (error) {
        if (this.#closed) break;
        const reason = error instanceof Error ? error.message : String(error);
        console.warn(`realtime: reading the write-ahead log failed, trying again: ${reason}`);
      }
      this.ready = false;
      if (this.#closed) break;
      await delay(wait);
      wait = Math.min(wait * 2, MAX_RETRY_MS);
    }
  }

  /** Reads until the connection ends. */
  async #read(onConnected: () => void): Promise<void> {
    await this.#options.beforeStart?.();
    const publicationNames = [...await this.#options.publications()];
    if (this.#closed || publicationNames.length === 0) return;
    const connection = { connectionString: this.#options.databaseUrl };
    const service = new LogicalReplicationService(connection, {
      acknowledge: { auto: false, timeoutSeconds: 0 },
      flowControl: { enabled: true },
    });
    this.#service = service;
    const plugin = new TemporarySlotPlugin({ protoVersion: 1, publicationNames });
    const slot = `${this.#options.slotPrefix}_${crypto.randomUUID().slice(0, 8)}`;
    const { promise: failed, reject } = Promise.withResolvers<never>();
    failed.catch(() => {});
    let committedAt = new Date();
    service.on("error", reject);
    service.on("heartbeat", (lsn: string, _at: number, respond: boolean) => {
      if (respond) service.acknowledge(before(lsn)).catch(reject);
    });
    service.on("data", async (_lsn: string, message: Pgoutput.Message) => {
      if (message.tag === "begin") committedAt = toDate(message.commitTime.valueOf());
      else if (isRowChange(message)) await this.#options.onChange(message, committedAt);
    });
    service.on("start", () => {
      this.ready = true;
      onConnected();
      this.#options.onStart?.();
      this.#markStarted();
    });
    try {
      await Promise.race([service.subscribe(plugin, slot), failed]);
    } finally {
      await this.#stop();
    }
  }

  async #stop(): Promise<void> {
    const service = this.#service;
    this.#service = undefined;
    if (service === undefined) return;
    // A connection that was cut may never confirm that it ended.
    const stopped = service.destroy().catch(() => {});
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, STOP_TIMEOUT_MS);
    await Promise.race([stopped, tooLong]);
    clearTimeout(timer);
  }
}

/** Starts reading. */
export function readWal(options: WalReaderOptions): WalReader {
  return new Reader(options);
}
