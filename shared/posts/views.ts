/** @module Counts who opens posts, behind the answer: a reader never waits for a number. */
import type { AppDeps } from "../platform/deps.ts";
import { runInBackground } from "../platform/background.ts";
import { type Viewer, viewerKey } from "../platform/postgres.ts";
import { countViews } from "./sql.ts";

/** What counting needs of the outside. */
export type ViewsDeps = Pick<AppDeps, "db" | "log">;

/** Somebody has opened a post. */
export interface View {
  readonly viewer: string;
  readonly post: string;
}

/** Views that wait for the statement before theirs; a flood beyond them is not counted. */
const WAITING_MAX = 1_000;

/**
 * Makes a counter. One statement is under way at a time and takes along all that has come in
 * meanwhile, so that many readers cost a few statements. The database knows what counts.
 */
export function createViewCounter(deps: ViewsDeps) {
  const waiting = new Map<string, View>();
  let isWriting = false;

  async function write(): Promise<void> {
    isWriting = true;
    try {
      while (waiting.size > 0) {
        const views = [...waiting.values()];
        waiting.clear();
        await deps.db.asService("a reader may not write counts", (sql) => countViews(sql, views));
      }
    } finally {
      // At once: a view that comes in after the last look must start the next writing.
      isWriting = false;
    }
  }

  return function noteView(viewer: Viewer, post: string): void {
    if (viewer.kind !== "person" || waiting.size >= WAITING_MAX) return;
    const person = viewerKey(viewer);
    waiting.set(`${person}:${post}`, { viewer: person, post });
    if (isWriting) return;
    runInBackground(
      write().catch((error) => deps.log.warn("views were not counted", { error })),
    );
  };
}
