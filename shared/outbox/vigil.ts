/**
 * @module After a nudge the relay goes on looking by itself for a while and says so, so that
 * writers need not wake it each time: a nudge costs an HTTP request, a look one index probe.
 */
import { runInBackground } from "../platform/background.ts";
import { keepRelayAwake, selectWaiting } from "./sql.ts";
import type { Relay, RelayDeps } from "./relay.ts";

/** How it looks. */
export interface VigilTiming {
  /** Between two looks, while events keep coming and after that. */
  readonly busyMs: number;
  readonly quietMs: number;
  /** For how long it counts as busy after an event. */
  readonly busyForMs: number;
  /** What is promised at a time; writers wake the relay when less than five seconds are left. */
  readonly promiseSeconds: number;
  /** Left of a promise when it is renewed, if there was an event since. */
  readonly renewBelowMs: number;
}

const TIMING: VigilTiming = {
  busyMs: 25,
  quietMs: 50,
  busyForMs: 1_000,
  promiseSeconds: 15,
  renewBelowMs: 8_000,
};

/** Carries what is due, then begins to look or goes on; gives how many events left at once. */
export type Vigil = () => Promise<number>;

/** Makes the vigil of a process over its relay. */
export function createVigil(
  deps: RelayDeps,
  relay: Relay,
  timing: VigilTiming = TIMING,
  inBackground: (work: Promise<void>) => void = runInBackground,
): Vigil {
  let running: Promise<void> | undefined;
  let lastEventAt = 0;

  async function promise(): Promise<number> {
    await deps.db.asServiceOnce(
      "settings of the deployment belong to nobody",
      (sql) => keepRelayAwake(sql, timing.promiseSeconds),
    );
    // Counted from later than what was promised: it looks for longer, never for less.
    return performance.now() + timing.promiseSeconds * 1_000;
  }

  async function look(): Promise<void> {
    const [row] = await deps.db.asServiceOnce("the outbox belongs to nobody", selectWaiting);
    if (row?.waits === true && await relay.drain() > 0) lastEventAt = performance.now();
  }

  async function keepLooking(): Promise<void> {
    let promisedAt = performance.now();
    let endsAt = await promise();
    while (performance.now() < endsAt) {
      const isBusy = performance.now() - lastEventAt < timing.busyForMs;
      await new Promise((done) => setTimeout(done, isBusy ? timing.busyMs : timing.quietMs));
      await look();
      const isWanted = lastEventAt > promisedAt;
      if (isWanted && endsAt - performance.now() < timing.renewBelowMs) {
        promisedAt = performance.now();
        endsAt = await promise();
      }
    }
  }

  async function run(): Promise<void> {
    try {
      await keepLooking();
    } catch (error) {
      // Writers who relied on it are served by the watch, within seconds; then nudges come again.
      deps.log.warn("the relay looks no more", { error });
    }
    // At once: a nudge after the last look must begin another.
    running = undefined;
  }

  return async function wake() {
    const published = await relay.drain();
    if (published > 0) lastEventAt = performance.now();
    if (running === undefined) {
      running = run();
      inBackground(running);
    }
    return published;
  };
}
