/** @module The feed's part of settings, which has addresses of its own as well. */
import { AppError, type FieldError } from "../core/errors.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Person, Sql } from "../platform/postgres.ts";
import { completePreference } from "./rules.ts";
import type { FeedPreference, PatchFeedPreference } from "./schemas.ts";
import {
  clearPreference,
  selectPreference,
  selectUnknownAuthors,
  updateFeedPreference,
} from "./sql.ts";

/** What settings need. */
export type SettingsDeps = Pick<AppDeps, "config" | "db">;

/** Refuses weights for people who are not there for the viewer; `path` is where the weights are. */
export async function checkAuthors(sql: Sql, patch: PatchFeedPreference, path: string) {
  const weighted = Object.entries(patch.authors ?? {}).filter(([, weight]) => weight !== null);
  if (weighted.length === 0) return;
  const unknown = await selectUnknownAuthors(sql, weighted.map(([id]) => id));
  if (unknown.length === 0) return;
  const errors = unknown.map(({ id }): FieldError => ({
    path: `${path}.${id}`,
    message: "There is no such person",
  }));
  throw new AppError("invalid-input", "There is no such person", { errors });
}

async function present(deps: SettingsDeps, sql: Sql): Promise<FeedPreference> {
  const [row] = await selectPreference(sql);
  if (row === undefined) throw new AppError("not-found", "The account does not exist any more");
  return completePreference(row.feed, deps.config.env.RECOMMENDATION_ALGO);
}

/** Reads what the viewer has chosen for their feed, with the defaults where nothing was chosen. */
export async function readPreference(deps: SettingsDeps, viewer: Person): Promise<FeedPreference> {
  return await deps.db.asViewer(viewer, (sql) => present(deps, sql));
}

/** Changes what is named; the rest stays. */
export async function changePreference(
  deps: SettingsDeps,
  viewer: Person,
  patch: PatchFeedPreference,
): Promise<FeedPreference> {
  return await deps.db.asViewer(viewer, async (sql) => {
    await checkAuthors(sql, patch, "authors");
    await updateFeedPreference(sql, patch);
    return await present(deps, sql);
  });
}

/** Takes a whole preference in place of the present one. */
export async function replacePreference(
  deps: SettingsDeps,
  viewer: Person,
  whole: FeedPreference,
): Promise<FeedPreference> {
  return await deps.db.asViewer(viewer, async (sql) => {
    await checkAuthors(sql, whole, "authors");
    await clearPreference(sql);
    await updateFeedPreference(sql, whole);
    return await present(deps, sql);
  });
}
