/** @module Listeners by name, typed. */

/** Says what happened to whoever listens. */
export interface Emitter<Events> {
  /** Listens; the answer stops listening. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

/** Makes an emitter. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(event: never) => void>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    emit(name, event) {
      // Kept under the name of its own kind of event.
      for (const listener of [...listeners.get(name) ?? []]) listener(event as never);
    },
  };
}

/** How many ids of events are remembered. */
const EVENTS_REMEMBERED_MAX = 2_000;

/** Tells whether something is seen for the first time; forgets the oldest. */
export function createSeen(max = EVENTS_REMEMBERED_MAX): (id: string) => boolean {
  const seen = new Set<string>();
  return function isNew(id) {
    if (seen.has(id)) return false;
    seen.add(id);
    if (seen.size > max) {
      for (const oldest of [...seen].slice(0, seen.size - max)) seen.delete(oldest);
    }
    return true;
  };
}
