/** @module One channel of one socket: what it hears, what it may say, and when it ends. */
import { type Asker, type Extension, type Grants, mayWrite, readGrants } from "./authorization.ts";
import { type Broadcast, rawBroadcast, textBroadcast, wireTopic } from "./broadcast.ts";
import type { ChangesListener } from "./changes.ts";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";
import { type BroadcastFrame, encodeText, isObject, type Ref, type TextFrame } from "./frames.ts";
import type { Listener, TopicName } from "./hub.ts";
import { type JoinConfig, ownToken } from "./join_config.ts";
import { PRESENCE_WINDOW_MS } from "./limits.ts";
import type { StoredMessage } from "./replay.ts";
import { checkToken, expired, type RealtimeClaims } from "./tokens.ts";

/** What a channel is made of once its join was accepted. */
export interface ChannelParts {
  readonly topic: TopicName;
  readonly joinRef: Ref;
  readonly config: JoinConfig;
  readonly token: string;
  readonly claims: RealtimeClaims;
  readonly grants: Grants;
  /** Called once when the channel ends by itself. */
  readonly onClose: (channel: Channel) => void;
}

/** Live messages that wait while a join is being answered. */
const MAX_WAITING = 1_000;
const TOKEN_CHECK_MS = 5 * 60_000;
const READY_POLL_MS = 500;
const READY_TIMEOUT_MS = 60_000;

/** A channel. Its messages are handled one after the other by its socket. */
export class Channel implements Listener, ChangesListener {
  readonly connection: Connection;
  readonly joinRef: Ref;
  readonly topic: TopicName;
  readonly #env: Environment;
  readonly #config: JoinConfig;
  readonly #onClose: (channel: Channel) => void;
  #token: string;
  #claims: RealtimeClaims;
  #grants: Grants;
  #write: Partial<Record<Extension, boolean>> = {};
  #presenceEnabled: boolean;
  #presenceCalls: number[] = [];
  #waiting: Broadcast[] | undefined = [];
  #replayed: ReadonlySet<string> = new Set();
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #readyPoll: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** Makes a channel that hears its topic from now on, but passes nothing on before `start`. */
  constructor(env: Environment, connection: Connection, parts: ChannelParts) {
    this.#env = env;
    this.connection = connection;
    this.topic = parts.topic;
    this.joinRef = parts.joinRef;
    this.#config = parts.config;
    this.#token = parts.token;
    this.#claims = parts.claims;
    this.#grants = parts.grants;
    this.#onClose = parts.onClose;
    this.#presenceEnabled = parts.config.presenceEnabled;
    env.hub.join(this.topic, this);
  }

  /** Answers the join, then sends the state, stored messages and what came in meanwhile. */
  start(ref: Ref, replay: readonly StoredMessage[]): void {
    const changes = this.#env.changes.describe(this.#config.changes);
    this.reply(ref, "ok", { postgres_changes: changes });
    if (this.#presenceEnabled) this.#pushPresence();
    for (const { id, event, payload } of replay) {
      const meta = { id, replayed: true };
      this.#push("broadcast", { type: "broadcast", event, payload, meta });
    }
    this.#replayed = new Set(replay.map((message) => message.id));
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const message of waiting) this.deliver(message);
    this.#watchExpiry();
    if (this.#config.replicationReady) this.#awaitFeed(Date.now() + READY_TIMEOUT_MS);
    if (changes.length > 0) this.#subscribeChanges();
  }

  /** Takes a broadcast of the topic. */
  deliver(message: Broadcast): void {
    if (this.#closed || (this.topic.private && !this.#grants.broadcast)) return;
    if (this.#waiting !== undefined) {
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
      return;
    }
    if (message.id !== undefined && this.#replayed.has(message.id)) return;
    this.#forward(message);
  }

  /** Takes a change of presence. */
  deliverPresence(message: Broadcast): void {
    if (this.#closed || !this.#presenceEnabled) return;
    if (this.topic.private && !this.#grants.presence) return;
    // While joining nothing is lost: the state that follows the answer has it all.
    if (this.#waiting === undefined) this.#forward(message);
  }

  /** Takes database changes for this channel. */
  deliverChange(payload: unknown): void {
    if (this.#closed) return;
    this.#env.rates.messages.add();
    this.#sendAs(null, null, "postgres_changes", payload);
  }

  /** Handles a message that the client sent on this channel. */
  async handle(frame: TextFrame | BroadcastFrame): Promise<void> {
    if (this.#closed) return;
    this.#env.rates.messages.add();
    if (this.#env.rates.messages.exceeded) return this.fail("Too many messages per second");
    if (frame.kind === "broadcast" || frame.event === "broadcast") {
      await this.#broadcast(frame);
    } else if (frame.event === "presence") {
      await this.#presence(frame);
    } else if (frame.event === "access_token") {
      await this.#refresh(frame.payload.access_token);
    }
  }

  /** Answers a push. */
  reply(ref: Ref, status: "ok" | "error", response: unknown): void {
    const payload = { status, response };
    this.#sendAs(this.joinRef, ref, "phx_reply", payload);
  }

  /** Says why the channel ends, and ends it. */
  fail(message: string, status: "ok" | "error" = "error"): void {
    if (this.#closed) return;
    this.system("system", status, message);
    this.close(true);
  }

  /** Sends a notice of the server. */
  system(extension: string, status: "ok" | "error", message: string): void {
    this.#push("system", { extension, status, message, channel: this.topic.name });
  }

  /** Whether the channel has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Ends the channel; with `tell`, the client hears of it. */
  close(tell: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#expiry);
    clearTimeout(this.#readyPoll);
    this.#env.hub.leave(this.topic, this, this.#config.presenceKey);
    this.#env.changes.unsubscribe(this);
    if (tell) this.#sendAs(this.joinRef, this.joinRef, "phx_close", {});
    this.#onClose(this);
  }

  async #broadcast(frame: TextFrame | BroadcastFrame): Promise<void> {
    const { ack, self } = this.#config;
    if (this.topic.private && !(await this.#mayWrite("broadcast"))) return;
    if (frame.size > this.#env.limits.payloadBytes) {
      if (ack) this.reply(frame.ref, "error", { error: "payload_size_exceeded" });
      return;
    }
    const message = frame.kind === "text"
      ? textBroadcast(this.topic.name, frame.payload)
      : rawBroadcast({ ...frame, topic: this.topic.name });
    this.#env.hub.publish(this.topic, message, self ? undefined : this);
    if (ack) this.reply(frame.ref, "ok", {});
  }

  #presenceLimit(): string | undefined {
    const now = Date.now();
    this.#presenceCalls = this.#presenceCalls.filter((at) => now - at < PRESENCE_WINDOW_MS);
    this.#presenceCalls.push(now);
    if (this.#presenceCalls.length > this.#env.limits.presenceCallsPerClient) {
      return "Client presence rate limit exceeded";
    }
    this.#env.rates.presence.add();
    return this.#env.rates.presence.exceeded ? "Too many presence messages per second" : undefined;
  }

  async #presence(frame: TextFrame): Promise<void> {
    const limit = this.#presenceLimit();
    if (limit !== undefined) return this.fail(limit);
    const { event, payload } = frame.payload;
    if (event === "track") {
      if (frame.size > this.#env.limits.payloadBytes) {
        return this.fail("Track message size exceeded");
      }
      if (!this.#presenceEnabled) await this.#enablePresence();
      const allowed = !this.topic.private ||
        (this.#grants.presence && await this.#mayWrite("presence"));
      // Without permission the hosted server says nothing either.
      if (allowed && !this.#closed) {
        const { presenceKey } = this.#config;
        this.#env.hub.track(this.topic, this, presenceKey, isObject(payload) ? payload : {});
      }
    } else if (event === "untrack") {
      this.#env.hub.untrack(this.topic, this, this.#config.presenceKey);
    } else {
      return this.reply(frame.ref, "error", { reason: "unknown presence event" });
    }
    this.reply(frame.ref, "ok", {});
  }

  /** Someone who tracks also wants to see: presence is then as if asked for at the join. */
  async #enablePresence(): Promise<void> {
    if (this.topic.private) {
      const read = await readGrants(this.#env.sql, this.#asker(), ["presence"]);
      this.#grants = { ...this.#grants, presence: read.presence };
    }
    this.#presenceEnabled = true;
    this.#pushPresence();
  }

  async #refresh(value: unknown): Promise<void> {
    const token = ownToken(value);
    if (token === undefined || token === this.#token) return;
    const check = await checkToken(token, this.#env.jwt);
    if (!check.ok) return this.fail(check.refusal.message);
    this.#token = token;
    this.#claims = check.claims;
    this.#write = {};
    if (this.topic.private) {
      this.#grants = await readGrants(this.#env.sql, this.#asker(), this.#extensions());
      if (!this.#grants.broadcast && !this.#grants.presence) {
        const { name } = this.topic;
        return this.fail(`You no longer have permission to read from this Channel topic: ${name}`);
      }
    }
    if (this.#closed) return;
    this.#watchExpiry();
    this.#env.changes.changeClaims(this, check.claims);
  }

  #extensions(): Extension[] {
    return this.#presenceEnabled ? ["broadcast", "presence"] : ["broadcast"];
  }

  #asker(): Asker {
    const { headers } = this.connection;
    return { topic: this.topic.name, claims: this.#claims, headers };
  }

  async #mayWrite(extension: Extension): Promise<boolean> {
    const known = this.#write[extension];
    if (known !== undefined) return known;
    const answer = await mayWrite(this.#env.sql, this.#asker(), extension);
    this.#write[extension] = answer;
    return answer;
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const remaining = this.#claims.exp * 1_000 - Date.now();
    if (remaining <= 0) return this.fail(expired(this.#claims.exp).message);
    const wait = Math.min(remaining, TOKEN_CHECK_MS);
    this.#expiry = setTimeout(() => this.#watchExpiry(), wait);
  }

  #awaitFeed(deadline: number): void {
    if (this.#env.feedReady()) {
      return this.system("system", "ok", "Replication connection established");
    }
    if (Date.now() > deadline) {
      return this.fail("Replication connection was not established in time");
    }
    this.#readyPoll = setTimeout(() => this.#awaitFeed(deadline), READY_POLL_MS);
  }

  #subscribeChanges(): void {
    const { changes } = this.#config;
    this.#env.changes.subscribe(this, changes, this.#claims).then(
      () => {
        if (this.#closed) return;
        // The token may have been renewed while the feed was starting.
        this.#env.changes.changeClaims(this, this.#claims);
        this.system("postgres_changes", "ok", "Subscribed to PostgreSQL");
      },
      (error: unknown) => {
        if (this.#closed) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.system("postgres_changes", "error", reason);
      },
    );
  }

  #pushPresence(): void {
    if (this.topic.private && !this.#grants.presence) return;
    this.#push("presence_state", this.#env.hub.presences(this.topic));
  }

  #forward(message: Broadcast): void {
    const frame = message.frame(this.connection.version);
    if (frame === undefined) return;
    this.#env.rates.messages.add();
    this.connection.send(frame);
  }

  #push(event: string, payload: unknown): void {
    this.#sendAs(this.joinRef, null, event, payload);
  }

  #sendAs(joinRef: Ref, ref: Ref, event: string, payload: unknown): void {
    const topic = wireTopic(this.topic.name);
    const frame = { joinRef, ref, topic, event, payload };
    this.connection.send(encodeText(this.connection.version, frame));
  }
}
