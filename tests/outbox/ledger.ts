/** @module A consumer whose effects can be counted, for tests that break things around it. */
import type { Sql } from "postgres";
import { AppError } from "../../shared/core/errors.ts";
import type { Consumer } from "../../shared/outbox/mod.ts";

/** What the consumer does with events; tests change it. */
export interface Ledger extends Consumer {
  /** While set, events whose payload says `fail` do. */
  isBroken: boolean;
}

/** Makes the table: nothing in it keeps an effect from happening twice. */
export async function prepareLedger(sql: Sql): Promise<void> {
  await sql`create table private.ledger (
    event_id uuid not null, subject_id uuid not null, at timestamptz default clock_timestamp())`;
  await sql`grant all on private.ledger to postgres`;
}

/** Makes the consumer; it wants every event. */
export function createLedger(name = "ledger"): Ledger {
  const ledger: Ledger = {
    name,
    topics: ["*"],
    isBroken: true,
    async handle(_deps, event, sql) {
      const { fail } = event.payload;
      if (ledger.isBroken && fail === "hopeless") throw new AppError("invalid-input", "Never");
      await sql`insert into private.ledger (event_id, subject_id)
        values (${event.id}, ${event.subject_id})`;
      if (ledger.isBroken && fail === "always") throw new Error("cannot");
    },
  };
  return ledger;
}
