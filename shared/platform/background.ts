/** @module Work that goes on after the answer was sent. */

/** The part of the hosted runtime that keeps a process alive for unfinished work. */
interface EdgeRuntime {
  waitUntil(work: Promise<unknown>): void;
}

function isEdgeRuntime(value: unknown): value is EdgeRuntime {
  return typeof value === "object" && value !== null && "waitUntil" in value;
}

/** Lets `work` go on after the answer; it must handle its own failures. */
export function runInBackground(work: Promise<unknown>): void {
  const runtime: unknown = Reflect.get(globalThis, "EdgeRuntime");
  if (isEdgeRuntime(runtime)) runtime.waitUntil(work);
}

/** Does `work` when the runtime tells the process to end; it gets little time for it. */
export function beforeEnd(work: () => Promise<unknown>): void {
  globalThis.addEventListener("beforeunload", () => runInBackground(work()));
}
