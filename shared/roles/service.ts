/** @module Making roles, and giving and taking them. */
import type { ListQuery } from "../core/shapes.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, viewerKey } from "../platform/postgres.ts";
import type { ChangeRole, CreateRole } from "./schemas.ts";
import {
  deleteRole,
  grantRole,
  insertRole,
  revokeRole,
  selectRoles,
  selectUserRoles,
  updateRole,
} from "./sql.ts";

/** What roles need. */
export type RolesDeps = Pick<AppDeps, "db" | "cursors">;

/** Lists roles by name. */
export async function listRoles(deps: RolesDeps, viewer: Person, query: ListQuery) {
  const scope = { list: "roles", viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(viewer, (sql) => selectRoles(sql, after, query.limit + 1));
  const page = deps.cursors.page(scope, rows, { limit: query.limit, keyOf: ({ name }) => [name] });
  return { ...page, items: page.items.map(({ item }) => item) };
}

/** Lists the roles that a person holds. */
export async function listUserRoles(
  deps: RolesDeps,
  viewer: Person,
  person: string,
  query: ListQuery,
) {
  const scope = { list: `roles:${person}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => selectUserRoles(sql, person, after, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, { limit: query.limit, keyOf: ({ role }) => [role] });
  return { ...page, items: page.items.map(({ item }) => item) };
}

/** Runs a command that answers with one row, or fails by itself. */
async function command<T>(
  deps: RolesDeps,
  viewer: Person,
  run: (sql: Sql) => Promise<readonly { item: T }[]>,
): Promise<T> {
  const [row] = await deps.db.asViewer(viewer, run);
  if (row === undefined) throw new Error("a command about roles answers with one row");
  return row.item;
}

/** Makes a role. */
export function makeRole(deps: RolesDeps, viewer: Person, role: CreateRole) {
  return command(deps, viewer, (sql) => insertRole(sql, role));
}

/** Changes a role. */
export function changeRole(deps: RolesDeps, viewer: Person, key: string, change: ChangeRole) {
  return command(deps, viewer, (sql) => updateRole(sql, key, change));
}

/** Deletes a role that nobody holds. */
export async function removeRole(deps: RolesDeps, viewer: Person, key: string): Promise<void> {
  await deps.db.asViewer(viewer, (sql) => deleteRole(sql, key));
}

/** Gives a person a role; given again, the first grant stands. */
export function giveRole(deps: RolesDeps, viewer: Person, person: string, role: string) {
  return command(deps, viewer, (sql) => grantRole(sql, person, role));
}

/** Takes a role from a person. */
export async function takeRole(
  deps: RolesDeps,
  viewer: Person,
  person: string,
  role: string,
): Promise<void> {
  await deps.db.asViewer(viewer, (sql) => revokeRole(sql, person, role));
}
