/** @module Reading, changing and finding profiles. */
import { AppError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import { type Person, type Sql, type Viewer, viewerKey } from "../platform/postgres.ts";
import type { PatchProfile, Profile, SearchUsersQuery } from "./schemas.ts";
import { searchProfiles, selectProfile, updateProfile } from "./sql.ts";

/** What profiles need. */
export type ProfilesDeps = Pick<AppDeps, "db" | "cursors">;

function found(row: { readonly profile: Profile | null } | undefined): Profile {
  const profile = row?.profile ?? null;
  if (profile === null) throw new AppError("not-found", "No such person");
  return profile;
}

/** Reads a profile by id, handle or `me`; somebody who blocks the viewer is not there. */
export async function readProfile(
  deps: ProfilesDeps,
  viewer: Viewer,
  key: string,
): Promise<Profile> {
  const [row] = await deps.db.read(viewer, (sql) => selectProfile(sql, key));
  return found(row);
}

async function requireProfile(sql: Sql, key: string): Promise<Profile> {
  const [row] = await selectProfile(sql, key);
  return found(row);
}

/** A conflict on this table can only be about the handle: nothing else in it is unique. */
function nameHandle(error: unknown): unknown {
  const isTaken = error instanceof AppError && error.problem === "conflict";
  return isTaken ? handleTaken(error) : error;
}

/** The refusal of a handle that somebody has. */
export function handleTaken(cause?: unknown): AppError {
  const message = "This handle is taken";
  return new AppError("conflict", message, { cause, errors: [{ path: "handle", message }] });
}

/** Changes the viewer's own profile. */
export async function changeProfile(
  deps: ProfilesDeps,
  viewer: Person,
  key: string,
  patch: PatchProfile,
): Promise<Profile> {
  try {
    return await deps.db.asViewer(viewer, async (sql) => {
      const { id } = await requireProfile(sql, key);
      const [changed] = await updateProfile(sql, id, patch);
      if (changed === undefined) {
        throw new AppError("not-permitted", "Only your own profile can be changed");
      }
      return await requireProfile(sql, id);
    });
  } catch (error) {
    throw nameHandle(error);
  }
}

/** Finds people by the beginning of a handle or name, or by what is like it. */
export async function searchUsers(deps: ProfilesDeps, viewer: Person, query: SearchUsersQuery) {
  const scope = { list: `users:search=${query.q}`, viewer: viewerKey(viewer) };
  const after = deps.cursors.open(scope, query.cursor);
  const rows = await deps.db.read(
    viewer,
    (sql) => searchProfiles(sql, query.q, after, query.limit + 1),
  );
  const page = deps.cursors.page(scope, rows, {
    limit: query.limit,
    keyOf: (row) => [row.score, row.id],
  });
  return { ...page, items: page.items.map(({ item }) => item) };
}
