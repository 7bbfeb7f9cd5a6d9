/** @module Who is present on a topic, and what changed. */
import type { JsonObject } from "./frames.ts";

/** What one channel says of itself, with the reference that tells versions of it apart. */
export type PresenceMeta = JsonObject & { phx_ref: string };

/** Metas under each key. */
export type PresenceEntries = Record<string, { metas: PresenceMeta[] }>;

/** Who came and who went. */
export interface PresenceDiff {
  readonly joins: PresenceEntries;
  readonly leaves: PresenceEntries;
}

function entry(key: string, meta: PresenceMeta): PresenceEntries {
  return { [key]: { metas: [meta] } };
}

function newRef(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 20);
}

/** The presences of one topic. `Owner` is the channel that tracks. */
export class PresenceRoom<Owner extends object> {
  readonly #keys = new Map<string, Map<Owner, PresenceMeta>>();

  /** Sets what an owner says of itself under a key. */
  track(owner: Owner, key: string, payload: JsonObject): PresenceDiff {
    const metas = this.#keys.get(key) ?? new Map<Owner, PresenceMeta>();
    this.#keys.set(key, metas);
    const old = metas.get(owner);
    const previous = old === undefined ? {} : { phx_ref_prev: old.phx_ref };
    const meta = { ...payload, ...previous, phx_ref: newRef() };
    metas.set(owner, meta);
    return { joins: entry(key, meta), leaves: old === undefined ? {} : entry(key, old) };
  }

  /** Takes an owner away; undefined when it was not there. */
  untrack(owner: Owner, key: string): PresenceDiff | undefined {
    const metas = this.#keys.get(key);
    const old = metas?.get(owner);
    if (metas === undefined || old === undefined) return undefined;
    metas.delete(owner);
    if (metas.size === 0) this.#keys.delete(key);
    return { joins: {}, leaves: entry(key, old) };
  }

  /** Everyone who is present. */
  state(): PresenceEntries {
    // A key may have any name, so the object may have no prototype.
    const entries: PresenceEntries = Object.create(null);
    for (const [key, metas] of this.#keys) entries[key] = { metas: [...metas.values()] };
    return entries;
  }
}
