/** @module Remembers the requests that were taken while their signature holds: each counts once. */
import { SIGNATURE_TOLERANCE_SECONDS } from "../../shared/platform/signed_request.ts";

const NONCE_FORM = /^[\w-]{16,64}$/;
/** A clock may be off by the tolerance in either direction. */
const KEPT_MS = 2 * SIGNATURE_TOLERANCE_SECONDS * 1000;
/** More requests than the pool can work on in that time. */
const MAX_KEPT = 100_000;

/** Gives what tells whether a request came before; one without a number counts as one that did. */
export function createReplayGuard(): (nonce: string | null) => boolean {
  const seenAt = new Map<string, number>();

  function forget(now: number): void {
    // In the order of arrival: the first that is young enough ends it.
    for (const [nonce, at] of seenAt) {
      if (now - at <= KEPT_MS && seenAt.size <= MAX_KEPT) return;
      seenAt.delete(nonce);
    }
  }

  return function isReplay(nonce) {
    if (nonce === null || !NONCE_FORM.test(nonce) || seenAt.has(nonce)) return true;
    const now = Date.now();
    seenAt.set(nonce, now);
    forget(now);
    return false;
  };
}
