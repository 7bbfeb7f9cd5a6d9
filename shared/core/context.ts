/** @module What is known of the request or job at hand, without handing it from call to call. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Trace } from "./trace.ts";

/** The correlation data of one request or job. */
export interface Context {
  readonly requestId: string;
  readonly trace: Trace;
}

const storage = new AsyncLocalStorage<Context>();

/** Runs `work` so that {@linkcode currentContext} answers `context` within it. */
export function runInContext<T>(context: Context, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the running request or job, if there is one. */
export function currentContext(): Context | undefined {
  return storage.getStore();
}
