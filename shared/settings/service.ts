/** @module Reading and changing one's own settings. */
import { AppError } from "../core/errors.ts";
import type { Person } from "../platform/postgres.ts";
import { checkAuthors, type SettingsDeps } from "./preference_service.ts";
import { completePreference } from "./rules.ts";
import type { PatchSettings, Settings } from "./schemas.ts";
import {
  selectSettings,
  type StoredSettings,
  updateFeedPreference,
  updateNotificationSettings,
  updatePrivacy,
} from "./sql.ts";

function complete(deps: SettingsDeps, row: { settings: StoredSettings | null } | undefined) {
  const stored = row?.settings ?? null;
  if (stored === null) throw new AppError("not-found", "The account does not exist any more");
  const algorithm = deps.config.env.RECOMMENDATION_ALGO;
  return { ...stored, feed: completePreference(stored.feed, algorithm) };
}

/** Reads the viewer's settings, with the defaults where nothing was chosen. */
export async function readSettings(deps: SettingsDeps, viewer: Person): Promise<Settings> {
  const [row] = await deps.db.read(viewer, selectSettings);
  return complete(deps, row);
}

/** Changes the settings that are named; all of them, or none when one is refused. */
export async function changeSettings(
  deps: SettingsDeps,
  viewer: Person,
  patch: PatchSettings,
): Promise<Settings> {
  return await deps.db.asViewer(viewer, async (sql) => {
    if (patch.privacy !== undefined) await updatePrivacy(sql, patch.privacy);
    if (patch.notifications !== undefined) {
      await updateNotificationSettings(sql, patch.notifications);
    }
    if (patch.feed !== undefined) {
      await checkAuthors(sql, patch.feed, "feed.authors");
      await updateFeedPreference(sql, patch.feed);
    }
    const [row] = await selectSettings(sql);
    return complete(deps, row);
  });
}
