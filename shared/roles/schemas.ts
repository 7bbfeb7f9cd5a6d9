/** @module Shapes of roles. */
import { z } from "zod";
import { Id, Permission, Time } from "../core/shapes.ts";
import { ProfileSummary, UserParams } from "../profiles/schemas.ts";

const DESCRIPTION_LENGTH_MAX = 500;

/** Name of a role; the table has the same form. */
export const RoleName = z.string().regex(
  /^[a-z][a-z0-9_]{1,39}$/,
  "2 to 40 of a-z, 0-9 and _, a letter first",
);

const Permissions = z.array(Permission).max(Permission.options.length);

/** Path of a role: its id or its name. */
export const RoleParams = z.object({ id: z.union([Id, RoleName]) });

/** Path of a role of a person. */
export const UserRoleParams = UserParams.extend({ role: z.union([Id, RoleName]) });

/** What a new role needs. */
export const CreateRole = z.object({
  name: RoleName,
  permissions: Permissions,
  description: z.string().trim().max(DESCRIPTION_LENGTH_MAX).optional(),
});
/** What a new role needs. */
export type CreateRole = z.output<typeof CreateRole>;

/** What may be changed of a role. */
export const ChangeRole = CreateRole.partial().refine(
  (change) => Object.keys(change).length > 0,
  "Name something to change",
);
/** What may be changed of a role. */
export type ChangeRole = z.output<typeof ChangeRole>;

/** A role. */
export const Role = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  permissions: z.array(Permission),
  built_in: z.boolean(),
  holders: z.number().int(),
  created_at: Time,
}).meta({ id: "Role" });
/** A role. */
export type Role = z.output<typeof Role>;

/** A role that a person holds, with who gave it when; null is whoever set up the product. */
export const UserRole = z.object({
  role: z.string(),
  permissions: z.array(Permission),
  granted_by: ProfileSummary.nullable(),
  granted_at: Time,
}).meta({ id: "UserRole" });
/** A role that a person holds. */
export type UserRole = z.output<typeof UserRole>;
