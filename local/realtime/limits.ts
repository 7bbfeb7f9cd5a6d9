/** @module What a project may do at once: the numbers of the hosted plan without a spend cap. */

/** Limits of one project. All rates are averages over the last minute. */
export interface RealtimeLimits {
  /** Open sockets. */
  readonly maxConnections: number;
  /** Events received plus events delivered, per second. */
  readonly messagesPerSecond: number;
  /** Joins per second. */
  readonly joinsPerSecond: number;
  /** Channels of one socket. */
  readonly channelsPerClient: number;
  /** Bytes of one broadcast's payload. */
  readonly payloadBytes: number;
  /** Presence events of all clients, per second. */
  readonly presencePerSecond: number;
  /** Presence calls of one channel in 30 seconds. */
  readonly presenceCallsPerClient: number;
  /** Bytes that may wait for one socket before it counts as too slow and is dropped. */
  readonly bufferedBytes: number;
}

/** The limits when nothing else is asked for. */
export const DEFAULT_LIMITS: RealtimeLimits = {
  maxConnections: 10_000,
  messagesPerSecond: 2_500,
  joinsPerSecond: 2_500,
  channelsPerClient: 100,
  payloadBytes: 3_000 * 1_000 + 500,
  presencePerSecond: 1_000,
  presenceCallsPerClient: 5,
  bufferedBytes: 16 * 1024 * 1024,
};

/** Window in which the presence calls of one client are counted. */
export const PRESENCE_WINDOW_MS = 30_000;

/** Bytes of one frame; a socket that sends more is closed. */
export const MAX_FRAME_BYTES = 5_000_000;

const BUCKET_MS = 5_000;
const BUCKETS = 12;

/** Counts events in a rolling minute. */
export class RateCounter {
  readonly #perSecond: number;
  readonly #counts = new Float64Array(BUCKETS);
  #bucket = 0;
  #sum = 0;

  /** Makes a counter that is over its limit above `perSecond` events a second on average. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  #advance(): void {
    const now = Math.floor(Date.now() / BUCKET_MS);
    const steps = Math.min(now - this.#bucket, BUCKETS);
    for (let step = steps - 1; step >= 0; step -= 1) {
      const slot = (now - step) % BUCKETS;
      this.#sum -= this.#counts[slot] ?? 0;
      this.#counts[slot] = 0;
    }
    this.#bucket = now;
  }

  /** Counts events. */
  add(count = 1): void {
    this.#advance();
    const slot = this.#bucket % BUCKETS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
    this.#sum += count;
  }

  /** Whether the average is above the limit. */
  get exceeded(): boolean {
    this.#advance();
    return this.#sum > this.#perSecond * BUCKETS * (BUCKET_MS / 1_000);
  }
}
