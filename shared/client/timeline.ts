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

/** Keeps a conversation. */
export class Timeline {
  readonly #messages = new Map<string, Message>();
  readonly #drafts = new Map<string, Exclude<Entry, { state: "sent" }>>();

  /** Takes a message in, however often and in whatever order; tells whether anything changed. */
  apply(message: Message): boolean {
    const known = this.#messages.get(message.id);
    if (known !== undefined && versionOf(known) > versionOf(message)) return false;
    this.#drafts.delete(message.id);
    const reactions = mergeReactions(known?.reactions ?? [], message.reactions);
    this.#messages.set(message.id, { ...known, ...message, reactions });
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

  /** All lines: what has arrived by its place in the room, then what is on its way. */
  get entries(): readonly Entry[] {
    const sent = this.#sorted().map((message) =>
      ({ id: message.id, state: "sent", message }) as const
    );
    return [...sent, ...this.#drafts.values()];
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
