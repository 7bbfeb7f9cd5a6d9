/** @module The ears of one session: a real socket that joins whatever it may and never leaves. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { type TestPerson, tokenFor } from "../support/app.ts";
import type { TestRealtime } from "../support/realtime.ts";
import { until } from "../support/until.ts";

/** Something that was heard. */
export interface Heard {
  readonly topic: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A public topic: what comes there comes after everything that was said before. */
export const BARRIER = "barrier";
const JOINS_AT_ONCE = 8;

/**
 * Waits until the server has dealt with what was sent on a channel. What is refused has no answer,
 * but comes in order with what has one: to be present no more.
 */
async function settle(channel: RealtimeChannel): Promise<void> {
  if (channel.state === "joined") await channel.untrack();
}

/** The socket of one session. It obeys no event: it stays wherever it once was let in. */
export class Ears {
  /** Topics on which nothing more may come: the right was lost, and the token is a new one. */
  readonly silenced = new Set<string>();
  /** What the server has answered about writing on a channel; it asks once per token. */
  readonly mayWrite = new Map<string, boolean>();
  readonly person: TestPerson;
  #token: string;
  #client: SupabaseClient | undefined;
  readonly #channels = new Map<string, RealtimeChannel>();
  #heard: Heard[] = [];
  #barrier = 0;

  private constructor(person: TestPerson, token: string) {
    this.person = person;
    this.#token = token;
  }

  /** Opens a socket for a session. */
  static async open(
    realtime: TestRealtime,
    person: TestPerson,
    token = person.token,
  ): Promise<Ears> {
    const ears = new Ears(person, token);
    const client = await realtime.clientOf(() => Promise.resolve(ears.#token));
    ears.#client = client;
    await client.realtime.setAuth();
    const barrier = client.channel(BARRIER)
      .on("broadcast", { event: "*" }, ({ payload }) => {
        ears.#barrier = Math.max(ears.#barrier, Number(payload["n"] ?? 0));
      });
    await new Promise<void>((resolve, reject) =>
      barrier.subscribe((state, error) =>
        state === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(state))
      )
    );
    return ears;
  }

  /** Topics that are listened to. */
  get topics(): readonly string[] {
    return [...this.#channels.keys()];
  }

  /** Whether a topic is listened to. */
  isOn(topic: string): boolean {
    return this.#channels.has(topic);
  }

  /** Takes what was heard since. */
  take(): Heard[] {
    return this.#heard.splice(0);
  }

  /** Tries all topics that are not listened to. */
  async joinAll(topics: readonly string[]): Promise<void> {
    const missing = topics.filter((topic) => !this.#channels.has(topic));
    for (let n = 0; n < missing.length; n += JOINS_AT_ONCE) {
      await Promise.all(missing.slice(n, n + JOINS_AT_ONCE).map((topic) => this.#join(topic)));
    }
  }

  /** Says something on a topic that is listened to, and waits until the server has decided. */
  async say(topic: string, event: string, payload: Record<string, unknown>): Promise<void> {
    const channel = this.#channels.get(topic);
    if (channel === undefined) return;
    await channel.send({ type: "broadcast", event, payload });
    await settle(channel);
  }

  /** The token in use. */
  get token(): string {
    return this.#token;
  }

  /** The token is due: a new one of the same session goes to every channel. */
  async renew(): Promise<void> {
    this.#token = await tokenFor(this.person, { jti: crypto.randomUUID() });
    await this.#client?.realtime.setAuth();
    this.mayWrite.clear();
    await Promise.all([...this.#channels.values()].map(settle));
  }

  /** Waits for the n-th barrier. */
  async reach(n: number): Promise<void> {
    await until(() => this.#barrier >= n, `barrier ${n} at ${this.person.handle}`);
  }

  async #join(topic: string): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const channel = client.channel(topic, { config: { private: true } })
      .on("broadcast", { event: "*" }, ({ event, payload }) => {
        this.#heard.push({ topic, event, payload });
      });
    const isIn = await new Promise<boolean>((resolve) => {
      channel.subscribe((state) => {
        if (state !== "SUBSCRIBED") this.#channels.delete(topic);
        resolve(state === "SUBSCRIBED");
      });
    });
    if (isIn) this.#channels.set(topic, channel);
    else await client.removeChannel(channel);
  }
}
