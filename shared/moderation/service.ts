/** @module Reports are filed by anybody who sees the thing; cases are decided by moderators. */
import { AppError } from "../core/errors.ts";
import { Answer } from "../http/route.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, viewerKey } from "../platform/postgres.ts";
import type { CaseDetail, CreateDecision, QueueQuery, ReportBody } from "./schemas.ts";
import { decideCase, fileReport, selectCase, selectQueue } from "./sql.ts";

/** What moderation needs. */
export type ModerationDeps = Pick<AppDeps, "db" | "cursors">;

/** Files a report; a second one by the same person changes nothing and answers 200. */
export async function reportSubject(
  deps: ModerationDeps,
  viewer: Person,
  subject: { type: string; id: string },
  input: ReportBody,
) {
  const { created, ...receipt } = await deps.db.asViewer(
    viewer,
    (sql) =>
      fileReport(sql, { ...subject, reason: input.reason, note: input.note?.trim() || null }),
  );
  return new Answer(receipt, { status: created ? 201 : 200 });
}

/** Lists cases, most urgent first. */
export async function listCases(deps: ModerationDeps, viewer: Person, query: QueueQuery) {
  const scope = { list: `moderation:${query.status}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => selectQueue(sql, query.status, after, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.priority, row.created_at, row.id],
  });
  return { ...page, items: page.items.map(({ item }) => item) };
}

function found(detail: CaseDetail | null | undefined): CaseDetail {
  if (detail === null || detail === undefined) {
    throw new AppError("not-found", "There is no such case");
  }
  return detail;
}

/** Reads one case with what reporters said. */
export async function readCase(deps: ModerationDeps, viewer: Person, id: string) {
  const [row] = await deps.db.read(viewer, (sql) => selectCase(sql, id));
  return found(row?.detail);
}

/** Decides a case, and answers with it as it is then. */
export async function decide(
  deps: ModerationDeps,
  viewer: Person,
  id: string,
  decision: CreateDecision,
) {
  return await deps.db.asViewer(viewer, async (sql) => {
    await decideCase(sql, id, decision);
    const [row] = await selectCase(sql, id);
    return found(row?.detail);
  });
}
