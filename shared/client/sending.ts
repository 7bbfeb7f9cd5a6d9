/** @module Sending a message until it has arrived: under one id, so that it arrives once. */
import { ApiProblem, type CallApi } from "./api.ts";
import type { Timeline } from "./timeline.ts";
import type { Timers } from "./typing.ts";
import type { Draft, Message } from "./types.ts";

/** How often a message is tried before it is for the person to decide. */
const TRIES_MAX = 6;
const PAUSE_FIRST_MS = 300;
const PAUSE_MAX_MS = 10_000;

/** What a body that is a command answers. */
export interface CommandReply {
  readonly command: string;
  readonly reply: { readonly body: string; readonly body_html: string };
}

/** Waits. */
export function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((done) => {
    timers.after(ms, done);
  });
}

/** Milliseconds before the next try: doubled each time, or as long as the server asks for. */
export function pauseBefore(attempt: number, retryAfterSeconds: number | undefined): number {
  const asked = (retryAfterSeconds ?? 0) * 1_000;
  return Math.min(PAUSE_MAX_MS, Math.max(asked, PAUSE_FIRST_MS * 2 ** attempt));
}

/** Sends a message. A try whose answer was lost is repeated; the server knows the id. */
export async function sendDraft(
  { call, timers }: { readonly call: CallApi; readonly timers: Timers },
  roomId: string,
  draft: Draft,
): Promise<Message | CommandReply> {
  for (let attempt = 0;; attempt++) {
    try {
      return await call("POST", `/rooms/${roomId}/messages`, { ...draft });
    } catch (error) {
      const mayPass = error instanceof ApiProblem && error.isPassing;
      if (!mayPass || attempt + 1 >= TRIES_MAX) throw error;
      await pause(timers, pauseBefore(attempt, error.retryAfterSeconds));
    }
  }
}

/** Where a message that is on its way is shown. */
export interface Outgoing {
  readonly timeline: Timeline;
  readonly draft: Draft;
  /** Whether what was said stands in these lines. */
  keeps(message: Message): boolean;
  changed(): void;
}

/** Shows a message, sends it, and shows what came of it; nothing where it failed. */
export async function sendInto(
  context: { readonly call: CallApi; readonly timers: Timers },
  roomId: string,
  { timeline, draft, keeps, changed }: Outgoing,
): Promise<Message | CommandReply | undefined> {
  timeline.draft(draft);
  changed();
  try {
    const said = await timeline.turns.take(() => sendDraft(context, roomId, draft));
    if ("command" in said || !keeps(said)) timeline.discard(draft.id);
    else timeline.apply(said);
    return said;
  } catch (error) {
    timeline.draft(draft, error instanceof Error ? error : new Error(String(error)));
    return undefined;
  } finally {
    changed();
  }
}
