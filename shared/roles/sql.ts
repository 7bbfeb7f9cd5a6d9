/** @module Statements of roles. Who may do what is checked by the functions they call. */
import type { CursorValue } from "../core/cursor.ts";
import type { Sql } from "../platform/postgres.ts";
import type { ChangeRole, CreateRole, Role, UserRole } from "./schemas.ts";

/** Where a list goes on. */
type After = readonly CursorValue[] | undefined;

/** Roles by name. */
export function selectRoles(sql: Sql, after: After, limit: number) {
  const [name = null] = after ?? [];
  return sql<{ name: string; item: Role }[]>`
    select name, item from private.list_roles(${name}::text, ${limit}::int)`;
}

/** Roles of a person by name. */
export function selectUserRoles(sql: Sql, person: string, after: After, limit: number) {
  const [role = null] = after ?? [];
  return sql<{ role: string; item: UserRole }[]>`
    select role, item from private.list_user_roles(${person}, ${role}::text, ${limit}::int)`;
}

/** Makes a role. */
export function insertRole(sql: Sql, role: CreateRole) {
  return sql<{ item: Role }[]>`
    select private.create_role(${role.name}, ${role.description ?? null}::text,
      ${role.permissions}::text[]) as item`;
}

/** Changes a role. */
export function updateRole(sql: Sql, key: string, change: ChangeRole) {
  return sql<{ item: Role }[]>`
    select private.update_role(${key}, ${change.name ?? null}::text,
      ${change.description ?? null}::text, ${change.permissions ?? null}::text[]) as item`;
}

/** Deletes a role. */
export function deleteRole(sql: Sql, key: string) {
  return sql`select private.delete_role(${key})`;
}

/** Gives a person a role. */
export function grantRole(sql: Sql, person: string, role: string) {
  return sql<{ item: UserRole }[]>`select private.grant_role(${person}, ${role}) as item`;
}

/** Takes a role from a person. */
export function revokeRole(sql: Sql, person: string, role: string) {
  return sql`select private.revoke_role(${person}, ${role})`;
}
