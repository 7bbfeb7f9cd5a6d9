/** @module Statements of the upkeep of counts. */
import type { Sql } from "../platform/postgres.ts";

/** Folds that many changes into counts; says how many there were. */
export function fold(sql: Sql, limit: number) {
  return sql<{ folded: number }[]>`select private.fold_counters(${limit}::int) as folded`;
}

/** Checks and repairs counts of the next subjects; no row when all were checked lately. */
export function reconcile(sql: Sql, limit: number) {
  return sql<{ source: string; checked: number; drifted: number }[]>`
    select * from private.reconcile_counters(${limit}::int)`;
}
