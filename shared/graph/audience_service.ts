/** @module Lists of people that a post can be kept to. */
import { AppError } from "../core/errors.ts";
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, viewerKey } from "../platform/postgres.ts";
import type { Audience, AudienceInput } from "./audience_schemas.ts";
import * as statements from "./audience_sql.ts";
import { idOf } from "./service.ts";
import { selectCard } from "./sql.ts";

/** What lists of people need. */
export type AudienceDeps = Pick<AppDeps, "db" | "cursors" | "newId">;

function absent(): AppError {
  return new AppError("not-found", "The list does not exist");
}

async function requireAudience(sql: Sql, id: string): Promise<Audience> {
  const [audience] = await statements.selectAudiences(sql, { id, limit: 1 });
  if (audience === undefined) throw absent();
  return audience;
}

/** The only thing unique about a list is its name among its owner's. */
async function nameTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isTaken = error instanceof AppError && error.problem === "conflict" &&
      error.cause instanceof Error && "code" in error.cause && error.cause.code === "23505";
    if (!isTaken) throw error;
    const message = "You have a list of this name";
    throw new AppError("conflict", message, { cause: error, errors: [{ path: "name", message }] });
  }
}

/** Lists the viewer's lists, newest first. */
export async function listAudiences(deps: AudienceDeps, viewer: Person, query: ListQuery) {
  const scope = { list: "audiences", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => statements.selectAudiences(sql, { after, limit: query.limit + 1 }),
  );
  return deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.created_at, row.id],
  });
}

/** Makes an empty list. */
export function createAudience(deps: AudienceDeps, viewer: Person, input: AudienceInput) {
  const id = deps.newId();
  return nameTaken(deps.db.asViewer(viewer, async (sql) => {
    await statements.insertAudience(sql, id, input.name);
    return await requireAudience(sql, id);
  }));
}

/** Renames a list. */
export function renameAudience(
  deps: AudienceDeps,
  viewer: Person,
  id: string,
  input: AudienceInput,
) {
  return nameTaken(deps.db.asViewer(viewer, async (sql) => {
    await statements.updateAudience(sql, id, input.name);
    return await requireAudience(sql, id);
  }));
}

/** Drops a list. Posts that were kept to it are then seen by their author only. */
export async function deleteAudience(deps: AudienceDeps, viewer: Person, id: string) {
  await deps.db.asViewer(viewer, async (sql) => {
    const [gone] = await statements.deleteAudience(sql, id);
    if (gone === undefined) throw absent();
  });
}

/** Puts a person on a list, once. They are not told. */
export function addMember(deps: AudienceDeps, viewer: Person, id: string, key: string) {
  return deps.db.asViewer(viewer, async (sql) => {
    await requireAudience(sql, id);
    const person = await idOf(sql, key);
    await statements.insertMember(sql, id, person);
    const [row] = await selectCard(sql, person);
    if (row === undefined) throw new AppError("not-found", "No such person");
    return row.card;
  });
}

/** Takes a person off a list; from then on they do not see what is kept to it. */
export async function removeMember(deps: AudienceDeps, viewer: Person, id: string, key: string) {
  await deps.db.asViewer(viewer, async (sql) => {
    await requireAudience(sql, id);
    await statements.deleteMember(sql, id, await idOf(sql, key));
  });
}

/** Lists people on a list, the latest first. */
export async function listMembers(
  deps: AudienceDeps,
  viewer: Person,
  id: string,
  query: ListQuery,
) {
  const scope = { list: `audience:${id}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.asViewer(viewer, async (sql) => {
    await requireAudience(sql, id);
    return await statements.selectMembers(sql, id, after, query.limit + 1);
  });
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.at, row.id],
  });
  return { ...page, items: page.items.map(({ item }) => item) };
}
