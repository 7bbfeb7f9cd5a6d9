/** @module Statements of moderation. Who may do what is checked by the functions they call. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { Verdict } from "../platform/screening.ts";
import type { CaseDetail, CreateDecision, ModerationCase } from "./schemas.ts";

/** What can hold text that is screened. */
export type ScreenedType = "post" | "message" | "story";

/** A report as it was stored. */
export interface StoredReport {
  readonly case_id: string;
  readonly status: ModerationCase["status"];
  /** False when the person had reported the subject before. */
  readonly created: boolean;
}

/** What a report says. */
export interface ReportInput {
  readonly type: string;
  readonly id: string;
  readonly reason: string;
  readonly note: string | null;
}

/** Files a report as the caller. */
export async function fileReport(sql: Sql, report: ReportInput): Promise<StoredReport> {
  const [row] = await sql<{ report: StoredReport }[]>`
    select private.file_report(${report.type}, ${report.id}::uuid, ${report.reason},
      ${report.note}::text) as report`;
  if (row === undefined) throw new Error("file_report answers with one row");
  return row.report;
}

/** A case and its place in the queue. */
export interface QueueRow {
  readonly id: string;
  readonly priority: number;
  readonly created_at: string;
  readonly item: ModerationCase;
}

/** Reads the queue, most urgent first. */
export function selectQueue(
  sql: Sql,
  status: string,
  after: readonly CursorValue[] | undefined,
  limit: number,
) {
  const [priority = null, createdAt = null, id = null] = after ?? [];
  return sql<QueueRow[]>`
    select id, priority, created_at, item from private.moderation_queue(${status},
      ${limit}::int, ${priority}::int, ${createdAt}::timestamptz, ${id}::uuid)`;
}

/** Reads a case. */
export function selectCase(sql: Sql, id: string) {
  return sql<{ detail: CaseDetail | null }[]>`
    select private.case_detail(${id}::uuid) as detail`;
}

/** Decides a case as the caller. */
export async function decideCase(sql: Sql, id: string, decision: CreateDecision) {
  const { action, reason, until = null } = decision;
  await sql`select private.decide_case(
    ${id}::uuid, ${action}, ${reason}, ${until}::timestamptz)`;
}

/** Text and state of what is screened. */
export interface ScreeningState {
  readonly body: string;
  readonly status: string;
  readonly screened: boolean;
  /** What a post shows besides its text: a warning, options of a poll. */
  readonly besides?: readonly string[];
}

/** Reads what is to be screened; nothing when it is gone. */
export async function selectScreeningState(
  sql: Sql,
  type: ScreenedType,
  id: string,
): Promise<ScreeningState | undefined> {
  const [row] = await sql<{ state: ScreeningState | null }[]>`
    select private.screening_state(${type}, ${id}::uuid) as state`;
  return row?.state ?? undefined;
}

/** Stores the verdict on a text, if that text still stands. */
export async function applyVerdict(
  sql: Sql,
  subject: { type: ScreenedType; id: string; body: string },
  verdict: Verdict,
): Promise<void> {
  await sql`select private.apply_verdict(${subject.type}, ${subject.id}::uuid, ${subject.body},
    ${verdict.status}, ${verdict.reasons}::text[])`;
}
