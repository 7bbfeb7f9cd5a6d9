/** @module Chance that can be repeated: a failed test says its seed, `TEST_SEED` sets it. */

/** A seed, and numbers from 0 up to 1 that follow from it. */
export interface Seeded {
  readonly seed: number;
  readonly random: () => number;
}

const SEEDS = 2 ** 31;

/** The numbers of one seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  // Mulberry32: small, and the same everywhere.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Takes `TEST_SEED` or a new seed, and prints it. */
export function seeded(): Seeded {
  const seed = Number(Deno.env.get("TEST_SEED") ?? Math.floor(Math.random() * SEEDS));
  console.log(`TEST_SEED=${seed} repeats this`);
  return { seed, random: randomOf(seed) };
}
