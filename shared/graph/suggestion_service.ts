/** @module Suggestions whom to follow. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import { type Person, viewerKey } from "../platform/postgres.ts";
import type { GraphDeps } from "./service.ts";
import { insertDismissal, selectSuggestions } from "./suggestion_sql.ts";

/** Lists people whom the viewer might follow: by mutuals, then by what is popular. */
export async function listSuggestions(deps: GraphDeps, viewer: Person, query: ListQuery) {
  const scope = { list: "suggestions", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => selectSuggestions(sql, after, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.score, row.id],
  });
  return { ...page, items: page.items.map(({ item }) => item) };
}

/** Has a person suggested no more. */
export async function dismissSuggestion(
  deps: Pick<GraphDeps, "db">,
  viewer: Person,
  id: string,
): Promise<void> {
  await deps.db.asViewer(viewer, async (sql) => {
    const [person] = await insertDismissal(sql, id);
    if (person === undefined) throw new AppError("not-found", "There is no such recommendation");
  });
}
