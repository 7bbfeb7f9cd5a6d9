/** @module One client's socket: reads frames, keeps channels, drops those who read too slowly. */
import { delay } from "./delay.ts";
import type { Frame } from "./broadcast.ts";
import type { Channel } from "./channel.ts";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";
import {
  type BroadcastFrame,
  decodeBinary,
  decodeText,
  encodeText,
  type Ref,
  type TextFrame,
  type Version,
} from "./frames.ts";
import { isChannelTopic, JoinRefused, openChannel } from "./join.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";

/** Who opened a socket. */
export interface ClientInfo {
  readonly version: Version;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Frames of one socket that may wait for an answer of the database. */
const MAX_PENDING_FRAMES = 2_000;
const CLOSE_NORMAL = 1000;
const CLOSE_TOO_BIG = 1009;
const CLOSE_TRY_LATER = 1013;

type AnyFrame = TextFrame | BroadcastFrame;

/** A client's socket. */
export class ClientSocket implements Connection {
  readonly version: Version;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #socket: WebSocket;
  readonly #env: Environment;
  readonly #onEnd: () => void;
  readonly #channels = new Map<string, Channel>();
  /** Messages of one topic are handled in the order in which they came. */
  readonly #lanes = new Map<string, Promise<void>>();
  #pending = 0;
  #lastHeard = Date.now();
  #ended = false;

  /** Takes over a socket that is being opened. */
  constructor(env: Environment, socket: WebSocket, client: ClientInfo, onEnd: () => void) {
    this.#env = env;
    this.#socket = socket;
    this.#onEnd = onEnd;
    this.version = client.version;
    this.token = client.token;
    this.headers = client.headers;
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event: MessageEvent) => this.#receive(event.data);
    socket.onclose = () => this.#end();
    // An error is always followed by a close.
    socket.onerror = () => {};
  }

  /** Sends a frame, or drops the socket when the client reads too slowly. */
  send(frame: Frame): void {
    if (this.#ended || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#env.limits.bufferedBytes) {
      console.warn("realtime: a client that reads too slowly is dropped");
      return this.drop(CLOSE_TRY_LATER, "too slow");
    }
    this.#socket.send(frame);
  }

  /** Closes the socket and forgets its channels. */
  drop(code: number = CLOSE_NORMAL, reason = ""): void {
    this.#end();
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code, reason);
  }

  /** Closes the socket when nothing was heard of it since the deadline. */
  dropIfIdle(): void {
    if (Date.now() - this.#lastHeard > this.#env.timings.idleTimeoutMs) this.drop();
  }

  /** Tells every channel that the server goes away, then closes. */
  shutDown(): void {
    for (const channel of [...this.#channels.values()]) {
      channel.fail("Server requested disconnect", "ok");
    }
    this.drop();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const channel of [...this.#channels.values()]) channel.close(false);
    this.#channels.clear();
    this.#onEnd();
  }

  #receive(data: unknown): void {
    this.#lastHeard = Date.now();
    const size = typeof data === "string" ? data.length : (data as ArrayBuffer).byteLength;
    if (size > MAX_FRAME_BYTES) return this.drop(CLOSE_TOO_BIG, "frame too big");
    const frame = typeof data === "string"
      ? decodeText(data, this.version)
      : decodeBinary(new Uint8Array(data as ArrayBuffer));
    // What cannot be read is ignored, as the hosted server does.
    if (frame === undefined || this.#ended) return;
    if (frame.topic === "phoenix") return this.#heartbeat(frame);
    if (this.#pending >= MAX_PENDING_FRAMES) {
      return this.drop(CLOSE_TRY_LATER, "too many messages wait");
    }
    this.#enqueue(frame);
  }

  #enqueue(frame: AnyFrame): void {
    this.#pending += 1;
    const previous = this.#lanes.get(frame.topic) ?? Promise.resolve();
    const next = previous.then(() => this.#handle(frame)).catch((error: unknown) => {
      console.error("realtime: a message failed:", error);
      this.#crash(frame.topic);
    }).finally(() => {
      this.#pending -= 1;
      if (this.#lanes.get(frame.topic) === next) this.#lanes.delete(frame.topic);
    });
    this.#lanes.set(frame.topic, next);
  }

  /** A channel that failed tells its client, which then joins again. */
  #crash(topic: string): void {
    const channel = this.#channels.get(topic);
    if (channel === undefined) return;
    const { joinRef } = channel;
    channel.close(false);
    this.#write(joinRef, joinRef, topic, "phx_error", {});
  }

  async #handle(frame: AnyFrame): Promise<void> {
    if (this.#ended) return;
    if (frame.kind === "text" && frame.event === "phx_join") return await this.#join(frame);
    const leaves = frame.kind === "text" && frame.event === "phx_leave";
    const channel = this.#channels.get(frame.topic);
    if (channel === undefined) {
      return leaves ? this.#ok(frame) : this.#refuse(frame, "unmatched topic");
    }
    // A message of a former join of the topic is not for the present one.
    if (frame.joinRef !== null && String(frame.joinRef) !== String(channel.joinRef)) {
      return leaves ? this.#ok(frame) : undefined;
    }
    if (leaves) {
      channel.reply(frame.ref, "ok", {});
      return channel.close(true);
    }
    await channel.handle(frame);
  }

  async #join(frame: TextFrame): Promise<void> {
    if (!isChannelTopic(frame.topic)) return this.#refuse(frame, "unmatched topic");
    this.#channels.get(frame.topic)?.close(true);
    try {
      this.#checkLimits();
      const channel = await openChannel(this.#env, this, frame, (closed) => {
        if (this.#channels.get(frame.topic) === closed) this.#channels.delete(frame.topic);
      });
      if (this.#ended) channel.close(false);
      else if (!channel.closed) this.#channels.set(frame.topic, channel);
    } catch (error) {
      if (!(error instanceof JoinRefused)) throw error;
      await delay(this.#env.timings.joinErrorDelayMs);
      this.#refuse(frame, error.message);
      if (error.disconnect) this.drop();
    }
  }

  #checkLimits(): void {
    const { rates, limits } = this.#env;
    rates.joins.add();
    if (rates.joins.exceeded) {
      throw new JoinRefused("ClientJoinRateLimitReached: Too many joins per second", true);
    }
    if (this.#channels.size >= limits.channelsPerClient) {
      throw new JoinRefused("ChannelRateLimitReached: Too many channels");
    }
  }

  #heartbeat(frame: AnyFrame): void {
    if (frame.kind === "text" && frame.event === "heartbeat") return this.#ok(frame);
    this.#refuse(frame, "unmatched topic");
  }

  #ok(frame: AnyFrame): void {
    const payload = { status: "ok", response: {} };
    this.#write(frame.joinRef, frame.ref, frame.topic, "phx_reply", payload);
  }

  #refuse(frame: AnyFrame, reason: string): void {
    const payload = { status: "error", response: { reason } };
    this.#write(frame.joinRef, frame.ref, frame.topic, "phx_reply", payload);
  }

  #write(joinRef: Ref, ref: Ref, topic: string, event: string, payload: unknown): void {
    this.send(encodeText(this.version, { joinRef, ref, topic, event, payload }));
  }
}
