/** @module What a channel needs of the feed of table changes. */
import type { ChangeBinding } from "./join_config.ts";
import type { RealtimeClaims } from "./tokens.ts";

/** A channel that wants to hear of table changes. */
export interface ChangesListener {
  /** Whether it wants nothing any more. */
  readonly closed: boolean;
  /** Takes one change, as the client is to read it. Must not throw. */
  deliverChange(payload: unknown): void;
}

/** A binding as it is echoed to the client. */
export type DescribedBinding = ChangeBinding & { readonly id: number };

/** The feed of table changes. */
export interface Changes extends AsyncDisposable {
  /** The bindings with their ids, equal ones only once. */
  describe(bindings: readonly ChangeBinding[]): DescribedBinding[];
  /** Delivers the changes of the bindings from now on. Rejects with what the client may read. */
  subscribe(
    listener: ChangesListener,
    bindings: readonly ChangeBinding[],
    claims: RealtimeClaims,
  ): Promise<void>;
  /** Goes on with other rights. */
  changeClaims(listener: ChangesListener, claims: RealtimeClaims): void;
  /** Ends all deliveries to a listener. */
  unsubscribe(listener: ChangesListener): void;
}
