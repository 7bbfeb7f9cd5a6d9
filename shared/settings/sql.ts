/** @module Statements about settings. Each merges within the row, so that no change is lost. */
import type { Sql } from "../platform/postgres.ts";
import type { StoredPreference } from "./rules.ts";
import type {
  PatchFeedPreference,
  PatchNotificationSettings,
  PatchSettings,
  Settings,
} from "./schemas.ts";

/** Settings as the database has them: the feed without its defaults. */
export type StoredSettings = Omit<Settings, "feed"> & { readonly feed: StoredPreference };

/** Reads the viewer's settings. */
export function selectSettings(sql: Sql) {
  return sql<{ settings: StoredSettings | null }[]>`
    select private.present_settings() as settings`;
}

/** Changes whom the viewer lets reach and see them. */
export function updatePrivacy(sql: Sql, patch: NonNullable<PatchSettings["privacy"]>) {
  return sql`
    update private.profile_settings s
    set (who_can_message, who_can_mention, who_can_invite, hide_followers, hide_following,
      private_receipts, hide_typing, hide_presence, link_previews, analytics_opt_out) = (
      select n.who_can_message, n.who_can_mention, n.who_can_invite, n.hide_followers,
        n.hide_following, n.private_receipts, n.hide_typing, n.hide_presence, n.link_previews,
        n.analytics_opt_out
      from jsonb_populate_record(s, ${JSON.stringify(patch)}::text::jsonb) n)
    where s.profile_id = (select auth.uid())`;
}

/** Changes how the viewer is told of things. Types merge by channel. */
export function updateNotificationSettings(sql: Sql, patch: PatchNotificationSettings) {
  const { types = {}, quiet_hours: quiet = null, strangers = null } = patch;
  return sql`
    update public.notification_preferences n set
      types = n.types || (
        select coalesce(jsonb_object_agg(t.key, coalesce(n.types -> t.key, '{}') || t.value), '{}')
        from jsonb_each(${JSON.stringify(types)}::text::jsonb) t),
      quiet_hours = case when ${patch.quiet_hours === undefined}::boolean then n.quiet_hours
        else ${quiet === null ? null : JSON.stringify(quiet)}::text::jsonb end,
      strangers = coalesce(${strangers}::text, n.strangers)
    where n.profile_id = (select auth.uid())`;
}

/** Changes the viewer's feed. Weights merge by name, and a weight of null is taken back. */
export function updateFeedPreference(sql: Sql, patch: PatchFeedPreference) {
  return sql`
    update private.profile_settings s
    set feed = jsonb_strip_nulls(s.feed || (
      select coalesce(jsonb_object_agg(p.key, case
        when p.key in ('weights', 'authors', 'topics')
          then coalesce(s.feed -> p.key, '{}') || p.value
        else p.value end), '{}')
      from jsonb_each(${JSON.stringify(patch)}::text::jsonb) p))
    where s.profile_id = (select auth.uid())`;
}

/** Reads what the viewer has chosen for their feed, without the defaults. */
export function selectPreference(sql: Sql) {
  return sql<{ feed: StoredPreference }[]>`
    select s.feed from private.profile_settings s where s.profile_id = (select auth.uid())`;
}

/** Forgets what the viewer has chosen for their feed. */
export function clearPreference(sql: Sql) {
  return sql`
    update private.profile_settings set feed = '{}' where profile_id = (select auth.uid())`;
}

/** Which of these people the viewer cannot see, and has not given a weight before. */
export function selectUnknownAuthors(sql: Sql, ids: readonly string[]) {
  return sql<{ id: string }[]>`
    select a.id from unnest(${[...ids]}::uuid[]) as a (id)
    where not exists (select from public.profiles p where p.id = a.id)
      and not exists (select from private.profile_settings s
        where s.profile_id = (select auth.uid()) and s.feed -> 'authors' ? a.id::text)`;
}
