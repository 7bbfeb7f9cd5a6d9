/** @module One thread, live: what a room hears of it, and what was missed meanwhile. */
import { createEmitter } from "./emitter.ts";
import type { CallApi } from "./api.ts";
import { sendInto } from "./sending.ts";
import { Timeline } from "./timeline.ts";
import type { Timers } from "./typing.ts";
import type { Draft, Entry, Message, MessageReaction } from "./types.ts";

/** Replies of one page; the most that the API gives. */
const PAGE = 100;
/** Pages that are read in one go; the next sign goes on from there. */
const PAGES_MAX = 20;
/** Pause before a page that could not be had is asked for again. */
const RETRY_MS = 3_000;

/** What a thread says. */
export interface ThreadEvents {
  /** The lines changed: read `entries`. */
  change: readonly Entry[];
}

/** What a thread needs of its room. */
export interface ThreadContext {
  readonly call: CallApi;
  readonly timers: Timers;
  isBlocked(userId: string): boolean;
  /** Called once when nobody wants the thread any more. */
  closed(rootId: string): void;
}

interface ThreadPage {
  readonly root: Message;
  readonly items: readonly Message[];
  readonly next_cursor: string | null;
}

/** A thread that is listened to. Its room joins, moves and ends for it. */
export class LiveThread {
  readonly id: string;
  readonly #roomId: string;
  readonly #context: ThreadContext;
  readonly #emitter = createEmitter<ThreadEvents>();
  readonly #timeline = new Timeline();
  /** Where the last page began: what came since hangs on it. */
  #cursor: string | null = null;
  #root: Message | undefined;
  #filling: Promise<void> | undefined;
  #fillsAgain = false;
  #isClosed = false;
  #cancelRetry: () => void = () => undefined;

  constructor(context: ThreadContext, roomId: string, id: string) {
    this.#context = context;
    this.#roomId = roomId;
    this.id = id;
  }

  /** Listens; the answer stops listening. */
  on: ReturnType<typeof createEmitter<ThreadEvents>>["on"] = (name, listener) =>
    this.#emitter.on(name, listener);

  /** The message that the thread hangs on. */
  get root(): Message | undefined {
    return this.#root;
  }

  /** Replies in the order in which they were said, and what is on its way. */
  get entries(): readonly Entry[] {
    return this.#timeline.entries;
  }

  /** Reads the thread for the first time. Fails where it cannot be seen. */
  async start(): Promise<void> {
    await this.#readOn();
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

  /** Answers in the thread. It shows at once; it is sent once, however often it is tried. */
  async send(
    body: string,
    more: Omit<Draft, "id" | "body" | "parent_id"> = {},
  ): Promise<Message | undefined> {
    const said = await this.#send({ ...more, id: crypto.randomUUID(), body, parent_id: this.id });
    return said !== undefined && "command" in said ? undefined : said;
  }

  /** Tries an answer that could not be sent again, under its own id. */
  async retry(id: string): Promise<void> {
    const draft = this.#timeline.failed(id);
    if (draft !== undefined) await this.#send(draft);
  }

  /** Takes an answer that could not be sent away. */
  discard(id: string): void {
    this.#timeline.discard(id);
    this.#changed();
  }

  /** Takes what the room has heard; tells whether it was of this thread. */
  take(message: Message): boolean {
    if (message.id === this.id) {
      this.#root = { ...this.#root, ...message };
      this.#changed();
      return true;
    }
    if (message.parent_id !== this.id) return false;
    if (this.#timeline.apply(message)) this.#changed();
    return true;
  }

  /** Takes how a message is felt about now. */
  react(id: string, reactions: readonly MessageReaction[]): void {
    if (this.#timeline.react(id, reactions)) this.#changed();
  }

  /** Stops; nothing more comes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelRetry();
    this.#context.closed(this.id);
  }

  async #fillAll(): Promise<void> {
    do {
      this.#fillsAgain = false;
      await this.#readOn().catch(() => {
        // Whether the room is still one's own is for the room to find out.
        this.#cancelRetry();
        this.#cancelRetry = this.#context.timers.after(RETRY_MS, () => void this.fill());
      });
    } while (this.#fillsAgain && !this.#isClosed);
  }

  async #readOn(): Promise<void> {
    for (let page = 0; page < PAGES_MAX && !this.#isClosed; page++) {
      const after = this.#cursor === null ? "" : `&cursor=${encodeURIComponent(this.#cursor)}`;
      const path = `/rooms/${this.#roomId}/messages/${this.id}/thread?limit=${PAGE}${after}`;
      const { root, items, next_cursor } = await this.#context.call<ThreadPage>("GET", path);
      this.#root = root;
      for (const item of items) {
        if (!this.#context.isBlocked(item.author.id)) this.#timeline.apply(item);
      }
      if (next_cursor === null) break;
      this.#cursor = next_cursor;
    }
    this.#changed();
  }

  #send(draft: Draft) {
    return sendInto(this.#context, this.#roomId, {
      timeline: this.#timeline,
      draft,
      keeps: () => true,
      changed: () => this.#changed(),
    });
  }

  #changed(): void {
    if (!this.#isClosed) this.#emitter.emit("change", this.#timeline.entries);
  }
}
