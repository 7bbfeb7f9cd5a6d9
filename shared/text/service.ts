/** @module What is done with a text before it is stored. */
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { screenText, type Verdict } from "../platform/screening.ts";
import { detectLanguage } from "./language.ts";
import { type Entity, renderMarkdown } from "./markdown.ts";
import { type PreparedText, selectEntities, setPrepared } from "./sql.ts";

/** Without one of these a text names nothing (private.entities_in), and nothing has to be asked. */
const NAMING = /[@#\uff20\uff03]|:\/\//;

/** Whether a text may name somebody or something: whether it is worth asking `selectEntities`. */
export function isNaming(body: string): boolean {
  return NAMING.test(body);
}

type Ask = (statement: (sql: Sql) => ReturnType<typeof selectEntities>) => Promise<
  readonly { readonly entities: Entity[] }[]
>;

function screenAll(texts: readonly string[]): Verdict {
  const verdicts = texts.map((text) => screenText(text));
  return verdicts.find(({ status }) => status === "held") ?? { status: "published", reasons: [] };
}

async function findEntities(ask: Ask, body: string): Promise<Entity[]> {
  if (!isNaming(body)) return [];
  const [row] = await ask((sql) => selectEntities(sql, body));
  return row?.entities ?? [];
}

async function prepare(ask: Ask, body: string, { status }: Verdict): Promise<PreparedText> {
  const entities = await findEntities(ask, body);
  return {
    body,
    body_html: renderMarkdown(body, entities),
    lang: detectLanguage(body),
    entities: entities.map(({ user_id: _, ...entity }) => entity),
    status,
  };
}

/**
 * Screens and renders a text as the caller's: only people whom they see become links. What comes
 * out goes into `setPrepared` before the row is written; `besides` is what is shown with it: one
 * held text holds all of it.
 */
export function readText(
  { db }: Pick<AppDeps, "db">,
  viewer: Person,
  body: string,
  besides: readonly string[] = [],
): Promise<PreparedText> {
  return prepare((statement) => db.read(viewer, statement), body, screenAll([body, ...besides]));
}

/**
 * As {@linkcode readText}, within a transaction that goes on: the row that is written next in it
 * with this very text takes the outcome over.
 */
export async function prepareText(
  sql: Sql,
  body: string,
  besides: readonly string[] = [],
): Promise<Verdict> {
  const verdict = screenAll([body, ...besides]);
  await setPrepared(sql, await prepare((statement) => statement(sql), body, verdict));
  return verdict;
}

/** Renders a text for its writer, before it is sent. */
export async function previewText(
  deps: Pick<AppDeps, "db">,
  viewer: Person,
  body: string,
): Promise<{ body_html: string }> {
  const entities = await findEntities((statement) => deps.db.read(viewer, statement), body);
  return { body_html: renderMarkdown(body, entities) };
}
