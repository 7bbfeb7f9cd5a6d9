/** @module The place that an open socket takes: kept by heartbeats, given back at the end. */
import { ApiProblem, type CallApi } from "./api.ts";
import type { Timers } from "./typing.ts";

interface Connection {
  readonly id: string;
  readonly heartbeat_s: number;
}

/** What a lease needs. */
export interface LeaseContext {
  readonly call: CallApi;
  readonly timers: Timers;
  readonly device: string;
  /** Rooms that are listened to, for counting. */
  roomIds(): readonly string[];
  /** All places are taken, or the server is out of reach. */
  failed(problem: ApiProblem): void;
}

/** Pause before another try where none is asked for. */
const RETRY_MS = 5_000;
const ROOMS_MAX = 100;

/** Keeps a lease until it is closed. */
export class Lease {
  readonly #context: LeaseContext;
  #id: string | undefined;
  #isClosed = false;
  #cancel: () => void = () => undefined;

  constructor(context: LeaseContext) {
    this.#context = context;
  }

  /** Takes a place, or prolongs the one that is held. */
  async beat(): Promise<void> {
    this.#cancel();
    try {
      const { id, heartbeat_s } = await this.#ask();
      this.#id = id;
      this.#next(heartbeat_s * 1_000);
    } catch (error) {
      const problem = error instanceof ApiProblem ? error : undefined;
      // A place that was missed for too long is gone: another is taken.
      if (problem?.status === 404 && this.#id !== undefined) {
        this.#id = undefined;
        return await this.beat();
      }
      if (problem !== undefined) this.#context.failed(problem);
      this.#next((problem?.retryAfterSeconds ?? 0) * 1_000 || RETRY_MS);
    }
    if (this.#isClosed) await this.close();
  }

  /** Gives the place back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    const id = this.#id;
    this.#id = undefined;
    // Nobody waits for it: time frees the place as well.
    if (id !== undefined) {
      await this.#context.call("DELETE", `/realtime/connections/${id}`).catch(() => undefined);
    }
  }

  #ask(): Promise<Connection> {
    const { call, device, roomIds } = this.#context;
    return this.#id === undefined
      ? call("POST", "/realtime/connections", { device })
      : call("PATCH", `/realtime/connections/${this.#id}`, {
        room_ids: roomIds().slice(0, ROOMS_MAX),
      });
  }

  #next(ms: number): void {
    this.#cancel();
    if (!this.#isClosed) this.#cancel = this.#context.timers.after(ms, () => void this.beat());
  }
}
