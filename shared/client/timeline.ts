/** @module A conversation as it is known here: in order, each message once, drafts at the end. */
import type { Draft, Entry, Message, MessageReaction } from "./types.ts";

/** Messages that are kept; the oldest go first. */
const MESSAGES_MAX = 2_000;

function versionOf({ created_at, edited_at, deleted_at }: Message): string {
  return deleted_at ?? edited_at ?? created_at;
}

/** What others see does not say what one has reacted oneself: that is kept. */
function mergeReactions(
  known: readonly MessageReaction[],
  next: readonly MessageReaction[],
): MessageReaction[] {
  const mine = new Set(known.filter(({ me }) => me === true).map(({ emoji }) => emoji));
  return next.map((reaction) => ({ ...reaction, me: reaction.me ?? mine.has(reaction.emoji) }));
}

/** Whether a message stands in the main history; replies stand in their threads. */
export function isInHistory(message: Message): boolean {
  return message.parent_id === null || message.also_in_room === true;
}

/** Lets one go after the other, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does something once everything before it is done or has failed. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine;
    return mine;
  }
}

/** Keeps a conversation. */
export class Timeline {
  /** What one writes quickly arrives in the order in which it was written. */
  readonly turns = new Turns();
  readonly #messages = new Map<string, Message>();
  /** How far the other side has got, by position. */
  readonly #come = { delivered: 0, read: 0 };
  readonly #drafts = new Map<string, Exclude<Entry, { state: "sent" }>>();

  /** Takes a message in, however often and in whatever order; tells whether anything changed. */
  apply(message: Message): boolean {
    const known = this.#messages.get(message.id);
    if (known !== undefined && versionOf(known) > versionOf(message)) return false;
    this.#drafts.delete(message.id);
    const reactions = mergeReactions(known?.reactions ?? [], message.reactions);
    this.#messages.set(message.id, this.#withReceipt({ ...known, ...message, reactions }));
    this.#trim();
    return true;
  }

  /** Changes how often a message was reacted to. */
  react(id: string, reactions: readonly MessageReaction[]): boolean {
    const known = this.#messages.get(id);
    if (known === undefined) return false;
    this.#messages.set(id, { ...known, reactions: mergeReactions(known.reactions, reactions) });
    return true;
  }

  /** Notes that a reaction is one's own no more; how often it stands there, everybody is told. */
  takeBack(id: string, emoji: string): void {
    const known = this.#messages.get(id);
    if (known === undefined) return;
    const reactions = known.reactions.map((reaction) =>
      reaction.emoji === emoji ? { ...reaction, me: false } : reaction
    );
    this.#messages.set(id, { ...known, reactions });
  }

  /** Notes what was pinned, and what no more. */
  pin(id: string, pinned: boolean): boolean {
    const known = this.#messages.get(id);
    if (known === undefined || known.pinned === pinned) return false;
    this.#messages.set(id, { ...known, pinned });
    return true;
  }

  /** Notes how far one's own messages up to this one have come; never back. */
  receive(id: string, status: "delivered" | "read"): boolean {
    const seq = this.#messages.get(id)?.seq ?? 0;
    if (seq <= this.#come[status]) return false;
    this.#come[status] = seq;
    for (const [key, message] of this.#messages) {
      this.#messages.set(key, this.#withReceipt(message));
    }
    return true;
  }

  /** Shows what is being sent, or why it could not be; nothing once it has arrived. */
  draft(draft: Draft, problem?: Error): void {
    if (this.#messages.has(draft.id)) return;
    const entry = { id: draft.id, draft };
    this.#drafts.set(
      draft.id,
      problem === undefined
        ? { ...entry, state: "sending" }
        : { ...entry, state: "failed", problem },
    );
  }

  /** A message that could not be sent. */
  failed(id: string): Draft | undefined {
    const entry = this.#drafts.get(id);
    return entry?.state === "failed" ? entry.draft : undefined;
  }

  /** Takes a draft away. */
  discard(id: string): void {
    this.#drafts.delete(id);
  }

  /** Forgets what has arrived; drafts stay. */
  clear(): void {
    this.#messages.clear();
  }

  /** The last message that has arrived. */
  get last(): Message | undefined {
    return this.#sorted().at(-1);
  }

  /** The last message that somebody else has written. */
  lastNotOf(userId: string): Message | undefined {
    return this.#sorted().findLast(({ author, kind }) => kind !== "system" && author.id !== userId);
  }

  /** All lines: what has arrived by its place in the room, then what is on its way. */
  get entries(): readonly Entry[] {
    const sent = this.#sorted().map((message) =>
      ({ id: message.id, state: "sent", message }) as const
    );
    return [...sent, ...this.#drafts.values()];
  }

  /** The answer to a message of one's own may come after the news of how far it has come. */
  #withReceipt(message: Message): Message {
    if (message.receipt === undefined || message.receipt === "read") return message;
    if (message.seq <= this.#come.read) return { ...message, receipt: "read" };
    return message.seq <= this.#come.delivered ? { ...message, receipt: "delivered" } : message;
  }

  #sorted(): Message[] {
    return [...this.#messages.values()].sort((one, other) => one.seq - other.seq);
  }

  #trim(): void {
    if (this.#messages.size <= MESSAGES_MAX) return;
    const [oldest] = this.#sorted();
    if (oldest !== undefined) this.#messages.delete(oldest.id);
  }
}
