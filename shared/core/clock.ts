/** @module The clock, handed in wherever time matters, so that tests own it. */

/** Tells the present moment. */
export type Clock = () => Date;

/** The machine's clock. */
export function systemClock(): Date {
  return new Date();
}
