/** @module What is done with a text before it is stored. */
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { screenText, type Verdict } from "../platform/screening.ts";
import { detectLanguage } from "./language.ts";
import { renderMarkdown } from "./markdown.ts";
import { selectEntities, setPrepared } from "./sql.ts";

/** A text as readers get it. */
export interface RenderedText {
  readonly body_html: string;
  readonly lang: string | null;
}

function screenAll(texts: readonly string[]): Verdict {
  const verdicts = texts.map((text) => screenText(text));
  return verdicts.find(({ status }) => status === "held") ?? { status: "published", reasons: [] };
}

/** Renders a text as the caller's: only people whom they see become links. */
export async function renderText(sql: Sql, body: string): Promise<RenderedText> {
  const [row] = await selectEntities(sql, body);
  return { body_html: renderMarkdown(body, row?.entities ?? []), lang: detectLanguage(body) };
}

/**
 * Screens and renders a text, and tells the tables the outcome: the row that is written next in
 * this transaction with this very text takes it over. `besides` is what is shown with it: one held
 * text holds all of it.
 */
export async function prepareText(
  sql: Sql,
  body: string,
  besides: readonly string[] = [],
): Promise<Verdict> {
  const verdict = screenAll([body, ...besides]);
  await setPrepared(sql, body, { ...await renderText(sql, body), status: verdict.status });
  return verdict;
}

/** Renders a text for its writer, before it is sent. */
export async function previewText(
  deps: Pick<AppDeps, "db">,
  viewer: Person,
  body: string,
): Promise<{ body_html: string }> {
  const { body_html } = await deps.db.asViewer(viewer, (sql) => renderText(sql, body));
  return { body_html };
}
