/**
 * @module Settings: what a person has chosen about privacy, notifications and their feed. Whom they
 * let reach them is decided in the database, by `private.may_contact`.
 */
export { settingsRoutes } from "./routes.ts";
export {
  changePreference,
  readPreference,
  replacePreference,
  type SettingsDeps,
} from "./preference_service.ts";
export { selectPreference } from "./sql.ts";
export { completePreference } from "./rules.ts";
export { FeedPreference, PatchFeedPreference, PutFeedPreference } from "./schemas.ts";
