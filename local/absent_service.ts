/** @module Stands for a part of the platform that is switched off: it refuses and names itself. */
import type { LocalService } from "./service.ts";

/** A service that answers 501 to everything. */
export function absentService(reason: string): LocalService {
  return {
    fetch: () => Response.json({ message: reason }, { status: 501 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
