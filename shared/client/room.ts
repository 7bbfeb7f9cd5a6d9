/** @module One room, live: nothing lost over a reconnect, nothing twice, in order. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { ApiProblem, type CallApi } from "./api.ts";
import { createEmitter, createSeen } from "./emitter.ts";
import { sendInto } from "./sending.ts";
import { LiveThread } from "./thread.ts";
import { isInHistory, Timeline } from "./timeline.ts";
import { type Timers, TypingSender, TypingState } from "./typing.ts";
import type { Draft, EndReason, Entry, LiveEvent, Message, Room } from "./types.ts";

/** Messages of one page of history; the most that the API gives. */
const PAGE = 100;
/** Pages by which a gap is filled; past that the conversation begins anew at its end. */
const GAP_PAGES_MAX = 20;
/** Pause before a gap that shows in live events is filled: the missing one may just be late. */
const GAP_PAUSE_MS = 300;

/** What a room says. */
export interface RoomEvents {
  /** The lines changed: read `entries`. */
  change: readonly Entry[];
  /** Ids of those who type, the first who began first. */
  typing: readonly string[];
  /** A reply in a thread; threads are not part of the lines: open the thread for those. */
  reply: Message;
  /** Any other event of the room's topic, by its name. */
  event: { readonly name: string; readonly payload: LiveEvent };
  /** The socket is (again) where it was, and the gap is filled. */
  live: { readonly topic: string };
  /** The socket or the topic is gone; it is being looked for. */
  lost: { readonly error: Error | undefined };
  /** It is over: nothing more comes. */
  end: { readonly reason: EndReason };
  /** A slash command was carried out; only the sender sees the reply. */
  command: unknown;
}

/** What a room needs of the helper around it. */
export interface RoomContext {
  readonly supabase: SupabaseClient;
  readonly call: CallApi;
  readonly timers: Timers;
  readonly userId: string;
  isBlocked(userId: string): boolean;
  /** Called once when the room has ended. */
  ended(roomId: string): void;
}

interface Page {
  readonly items: readonly Message[];
}

/** A room that is listened to. */
export class LiveRoom {
  readonly id: string;
  readonly #context: RoomContext;
  readonly #emitter = createEmitter<RoomEvents>();
  readonly #isNew = createSeen();
  readonly #timeline = new Timeline();
  readonly #typing: TypingState;
  readonly #sender: TypingSender;
  readonly #threads = new Map<string, LiveThread>();
  #topic = "";
  #channels: RealtimeChannel[] = [];
  /** Callbacks of channels that were left know an older number. */
  #generation = 0;
  #seenSeq = 0;
  #isDirect = false;
  #deliveredSeq = 0;
  #filling: Promise<void> | undefined;
  #fillsAgain = false;
  #isVerifying = false;
  #hasEnded = false;
  #cancelGap: () => void = () => undefined;

  constructor(context: RoomContext, id: string) {
    this.id = id;
    this.#context = context;
    this.#typing = new TypingState(
      (people) => this.#emitter.emit("typing", people),
      context.timers,
    );
    this.#sender = new TypingSender((typing) => this.#sayTyping(typing), context.timers);
  }

  /** Listens; the answer stops listening. */
  on: ReturnType<typeof createEmitter<RoomEvents>>["on"] = (name, listener) =>
    this.#emitter.on(name, listener);

  /** What was said, in order, and what is on its way. */
  get entries(): readonly Entry[] {
    return this.#timeline.entries;
  }

  /** Ids of those who type. */
  get typing(): readonly string[] {
    return this.#typing.people;
  }

  /** The topic that is listened to now. */
  get topic(): string {
    return this.#topic;
  }

  /** Joins the topics. Fails where the caller is not in the room. */
  async start(): Promise<void> {
    const room = await this.#context.call<Room>("GET", `/rooms/${this.id}`);
    if (room.viewer.role === null) {
      throw new ApiProblem(403, "not-permitted", "Join the room first", undefined);
    }
    this.#isDirect = room.kind === "direct";
    this.moveTo(room.topic);
  }

  /** Says something. It shows at once; it is sent once, however often it is tried. */
  send(body: string, more: Omit<Draft, "id" | "body"> = {}): Promise<Message | undefined> {
    this.#sender.stop();
    return this.#send({ ...more, id: crypto.randomUUID(), body });
  }

  /** Tries a message that could not be sent again, under its own id. */
  retry(id: string): Promise<Message | undefined> {
    const draft = this.#timeline.failed(id);
    return draft === undefined ? Promise.resolve(undefined) : this.#send(draft);
  }

  /** Takes a message that could not be sent away. */
  discard(id: string): void {
    this.#timeline.discard(id);
    this.#changed();
  }

  /** Listens to the thread of a message; the same thread twice is the same. */
  async openThread(rootId: string): Promise<LiveThread> {
    const open = this.#threads.get(rootId);
    if (open !== undefined) return open;
    const { call, timers, isBlocked } = this.#context;
    const closed = (id: string) => void this.#threads.delete(id);
    const thread = new LiveThread({ call, timers, isBlocked, closed }, this.id, rootId);
    this.#threads.set(rootId, thread);
    try {
      await thread.start();
    } catch (error) {
      thread.close();
      throw error;
    }
    return thread;
  }

  /** Gives an emoji to a message, or takes it back. */
  async react(messageId: string, emoji: string, isGiven = true): Promise<void> {
    const path = `/rooms/${this.id}/messages/${messageId}/reactions`;
    if (isGiven) {
      const { reactions } = await this.#context.call<Message>("POST", path, { emoji });
      this.#timeline.react(messageId, reactions);
    } else {
      await this.#context.call("DELETE", `${path}/${encodeURIComponent(emoji)}`);
      this.#timeline.takeBack(messageId, emoji);
    }
    this.#changed();
  }

  /** Tells that everything that has arrived has been read. */
  async markRead(): Promise<void> {
    const last = this.#timeline.last;
    if (last === undefined) return;
    await this.#context.call("POST", `/rooms/${this.id}/read`, { message_id: last.id });
  }

  /** To be called at every key. */
  pressKey(): void {
    this.#sender.press();
  }

  /** Listens on another topic: the room has been re-keyed. */
  moveTo(topic: string): void {
    if (this.#hasEnded || topic === this.#topic) return;
    this.#leave();
    this.#topic = topic;
    const generation = this.#generation;
    const config = { config: { private: true } };
    const main = this.#context.supabase.channel(topic, config)
      .on("broadcast", { event: "*" }, ({ event, payload }) => {
        if (generation === this.#generation) this.#take(event, payload);
      });
    const live = this.#context.supabase.channel(`${topic}:live`, config)
      .on("broadcast", { event: "typing" }, ({ payload }) => {
        if (generation === this.#generation) this.#takeTyping(payload);
      });
    this.#channels = [main, live];
    main.subscribe((state, error) => {
      if (generation !== this.#generation) return;
      if (state === "SUBSCRIBED") {
        void this.fill().then(() => this.#emitter.emit("live", { topic }), () => undefined);
      } else {
        this.#typing.clear();
        this.#emitter.emit("lost", { error });
        void this.verify();
      }
    });
    live.subscribe();
  }

  /** Asks whether one is still in the room, and where it is. */
  async verify(): Promise<void> {
    if (this.#isVerifying || this.#hasEnded) return;
    this.#isVerifying = true;
    try {
      const room = await this.#context.call<Room>("GET", `/rooms/${this.id}`);
      if (room.viewer.role === null) this.end("removed");
      else this.moveTo(room.topic);
    } catch (error) {
      // Out of reach is no reason to give up: the socket comes back, and this is asked again.
      if (error instanceof ApiProblem && [403, 404].includes(error.status)) this.end("removed");
    } finally {
      this.#isVerifying = false;
    }
  }

  /** Fetches what was said while nobody listened. Several at once are one. */
  async fill(): Promise<void> {
    if (this.#filling !== undefined) {
      this.#fillsAgain = true;
      return await this.#filling;
    }
    this.#filling = this.#fillAll();
    try {
      await this.#filling;
    } finally {
      this.#filling = undefined;
    }
  }

  /** Stops; nothing more comes. */
  end(reason: EndReason): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#sender.stop();
    this.#leave();
    for (const thread of [...this.#threads.values()]) thread.close();
    this.#emitter.emit("end", { reason });
    this.#context.ended(this.id);
  }

  async #fillAll(): Promise<void> {
    do {
      this.#fillsAgain = false;
      for (const thread of this.#threads.values()) void thread.fill();
      await this.#fillOnce().catch((error: unknown) => {
        if (error instanceof ApiProblem && [403, 404].includes(error.status)) return this.verify();
        this.#gapLater(GAP_PAUSE_MS * 10);
      });
    } while (this.#fillsAgain && !this.#hasEnded);
  }

  async #fillOnce(): Promise<void> {
    const last = this.#timeline.last;
    // The newest page brings edits and removals too; mostly it reaches back to what is known.
    const newest = await this.#page("");
    const first = newest[0];
    if (last !== undefined && first !== undefined && first.seq > last.seq + 1) {
      if (!await this.#bridge(last, first.seq)) this.#timeline.clear();
    }
    this.#applyAll(newest);
    this.#changed();
    this.#acknowledge();
  }

  /** Walks from one message to a place; false where the way is too long, or the message is gone. */
  async #bridge(from: Message, seq: number): Promise<boolean> {
    let anchor = from;
    for (let page = 0; page < GAP_PAGES_MAX; page++) {
      const items = await this.#page(`&after=${anchor.id}`).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 404) return undefined;
        throw error;
      });
      if (items === undefined) return false;
      this.#applyAll(items);
      const end = items.at(-1);
      if (end === undefined || end.seq >= seq) return true;
      anchor = end;
    }
    return false;
  }

  async #page(anchor: string): Promise<readonly Message[]> {
    const path = `/rooms/${this.id}/messages?limit=${PAGE}${anchor}`;
    return (await this.#context.call<Page>("GET", path)).items;
  }

  #applyAll(messages: readonly Message[]): void {
    for (const message of messages) {
      this.#seenSeq = Math.max(this.#seenSeq, message.seq);
      this.#timeline.apply(message);
    }
  }

  #take(name: string, payload: LiveEvent): void {
    if (!this.#isNew(payload.event_id)) return;
    if (name === "room.rekeyed" && typeof payload["topic"] === "string") {
      return this.moveTo(payload["topic"]);
    }
    if (name === "reaction.changed") {
      const { message_id: id, reactions } = payload as unknown as {
        message_id: string;
        reactions: Message["reactions"];
      };
      if (this.#timeline.react(id, reactions)) this.#changed();
      for (const thread of this.#threads.values()) thread.react(id, reactions);
    } else if (name === "receipt.changed" && payload["user_id"] !== this.#context.userId) {
      const { message_id: id, status } = payload as unknown as {
        message_id: string;
        status: "delivered" | "read";
      };
      if (this.#timeline.receive(id, status)) this.#changed();
    } else if (name === "pin.changed") {
      const { message_id: id, pinned } = payload as unknown as {
        message_id: string;
        pinned: boolean;
      };
      if (this.#timeline.pin(id, pinned)) this.#changed();
    } else if (name.startsWith("message.")) {
      return this.#takeMessage(payload["message"] as Message);
    }
    this.#emitter.emit("event", { name, payload });
  }

  #takeMessage(message: Message): void {
    if (message.seq > this.#seenSeq + 1 && this.#seenSeq > 0) this.#gapLater(GAP_PAUSE_MS);
    this.#seenSeq = Math.max(this.#seenSeq, message.seq);
    if (this.#context.isBlocked(message.author.id)) return;
    this.#typing.take(message.author.id, false);
    this.#threads.get(message.parent_id ?? message.id)?.take(message);
    if (!isInHistory(message)) this.#emitter.emit("reply", message);
    else if (this.#timeline.apply(message)) this.#changed();
    this.#acknowledge();
  }

  /** Tells the other side of a conversation how far it has come to this device. */
  #acknowledge(): void {
    const last = this.#isDirect ? this.#timeline.lastNotOf(this.#context.userId) : undefined;
    if (last === undefined || last.seq <= this.#deliveredSeq) return;
    this.#deliveredSeq = last.seq;
    // Should it be lost, the next message, or reading, tells it as well.
    void this.#context.call("POST", `/messages/${last.id}/delivered`).catch(() => undefined);
  }

  #takeTyping(payload: { user_id?: unknown; typing?: unknown }): void {
    const { user_id: userId, typing } = payload;
    if (typeof userId !== "string" || typeof typing !== "boolean") return;
    if (userId === this.#context.userId || this.#context.isBlocked(userId)) return;
    this.#typing.take(userId, typing);
  }

  #gapLater(ms: number): void {
    this.#cancelGap();
    this.#cancelGap = this.#context.timers.after(ms, () => void this.fill());
  }

  async #send(draft: Draft): Promise<Message | undefined> {
    const said = await sendInto(this.#context, this.id, {
      timeline: this.#timeline,
      draft,
      keeps: isInHistory,
      changed: () => this.#changed(),
    });
    if (said === undefined || !("command" in said)) return said;
    this.#emitter.emit("command", said);
    return undefined;
  }

  #sayTyping(typing: boolean): void {
    const [, live] = this.#channels;
    if (live === undefined || live.state !== "joined") return;
    const payload = { user_id: this.#context.userId, typing };
    void live.send({ type: "broadcast", event: "typing", payload });
  }

  #leave(): void {
    this.#generation += 1;
    this.#cancelGap();
    this.#typing.clear();
    for (const channel of this.#channels) void this.#context.supabase.removeChannel(channel);
    this.#channels = [];
  }

  #changed(): void {
    this.#emitter.emit("change", this.#timeline.entries);
  }
}
