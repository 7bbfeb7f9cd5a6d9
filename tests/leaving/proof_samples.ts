/** @module One row for every column of the product that can name a person. */
import type { TestApp, TestPerson } from "../support/app.ts";

/** Words that stand nowhere but in what the erased person wrote. */
export const MARKER = "xylographic_marmalade";

/** Who is erased, who stays, and things of both. */
export interface World {
  readonly app: TestApp;
  readonly gone: TestPerson;
  readonly stays: TestPerson;
  readonly ids: Readonly<Record<"post" | "theirPost" | "room" | "message" | "media", string>>;
}

/**
 * A statement for each column that refers to a person. `$1` is who is erased, `$2` who stays, `$3`
 * a post of the latter, `$4` a room, `$5` a post and `$6` a message of the former. What the
 * product fills by itself has none. They run without triggers.
 */
export const SAMPLES: Readonly<Record<string, string>> = {
  "private.account_states.changed_by":
    "insert into private.account_states (profile_id, changed_by, reason) values ($2, $1, 'x')",
  "private.account_states.profile_id":
    "insert into private.account_states (profile_id, reason) values ($1, 'x')",
  "private.account_imports.profile_id":
    `insert into private.account_imports (id, profile_id, sha256)
     values (gen_random_uuid(), $1, 'x')`,
  "private.archive_imports.created_by":
    `insert into private.archive_imports (id, created_by, format, file_name)
     values (gen_random_uuid(), $1, 'irc', 'x')`,
  "private.imported_profiles.profile_id":
    "insert into private.imported_profiles (profile_id, format) values ($1, 'irc')",
  "private.audiences.owner_id": "insert into private.audiences (owner_id, name) values ($1, 'A')",
  "private.audience_members.profile_id":
    `with list as (insert into private.audiences (owner_id, name) values ($2, 'B') returning id)
     insert into private.audience_members (audience_id, profile_id) select id, $1 from list`,
  "private.post_audiences.owner_id":
    `insert into private.post_audiences (post_id, owner_id, audience_id)
     values (gen_random_uuid(), $1, gen_random_uuid())`,
  "private.connections.profile_id":
    "insert into private.connections (profile_id, expires_at) values ($1, now())",
  "private.call_participants.profile_id":
    `with call as (insert into public.calls (room_id, kind) values ($4, 'audio') returning id)
     insert into private.call_participants (call_id, profile_id, state, joined_at)
     select id, $1, 'joined', now() from call`,
  "private.dismissed_suggestions.profile_id":
    "insert into private.dismissed_suggestions (profile_id, person_id) values ($1, $2)",
  "private.dismissed_suggestions.person_id":
    "insert into private.dismissed_suggestions (profile_id, person_id) values ($2, $1)",
  "private.backups.requested_by": "insert into private.backups (requested_by) values ($1)",
  "private.block_sides.profile_id":
    "insert into private.block_sides (profile_id, other_id, is_blocker) values ($1, $2, true)",
  "private.block_sides.other_id":
    "insert into private.block_sides (profile_id, other_id, is_blocker) values ($2, $1, true)",
  "private.exports.profile_id":
    "insert into private.exports (profile_id, path) values ($1, $1 || '/archive.zip')",
  "private.feed_feedback.profile_id":
    "insert into private.feed_feedback (profile_id, kind, post_id) values ($1, 'hide_post', $3)",
  "private.feed_feedback.author_id":
    `insert into private.feed_feedback (profile_id, kind, author_id)
     values ($2, 'not_interested_author', $1)`,
  "private.feed_snapshots.viewer_id":
    "insert into private.feed_snapshots (viewer_id, items) values ($1, '[]')",
  "private.hashtag_follows.profile_id":
    "insert into private.hashtag_follows (profile_id, tag) values ($1, 'tea')",
  "private.post_views.viewer_id":
    "insert into private.post_views (viewer_id, post_id, counted_at) values ($1, $3, now())",
  "public.shares.profile_id": "insert into public.shares (profile_id, post_id) values ($1, $3)",
  "public.bookmarks.profile_id":
    "insert into public.bookmarks (profile_id, post_id) values ($1, $3)",
  "private.legal_holds.placed_by":
    `insert into private.legal_holds (subject_type, subject_id, reason, placed_by)
     values ('post', gen_random_uuid(), 'order of a court', $1)`,
  "private.moderation_cases.owner_id":
    `insert into private.moderation_cases (subject_type, subject_id, owner_id,
       priority, reasons, sla_at)
     values ('post', $5, $1, 10, '{spam}', now())`,
  "private.moderation_cases.assigned_to":
    `insert into private.moderation_cases (subject_type, subject_id, assigned_to,
       priority, reasons, sla_at)
     values ('post', $3, $1, 10, '{spam}', now()), ('user', $1, null, 10, '{spam}', now())`,
  "private.moderation_decisions.moderator_id":
    `insert into private.moderation_decisions (case_id, moderator_id, action, reason)
     select id, $1, 'dismiss', 'fine' from private.moderation_cases limit 1`,
  "private.password_history.user_id":
    "insert into private.password_history (user_id, hash) values ($1, 'x')",
  "private.poll_votes.profile_id":
    "insert into private.poll_votes (post_id, profile_id, options) values ($3, $1, '{0}')",
  "private.private_accounts.profile_id":
    "insert into private.private_accounts values ($1) on conflict do nothing",
  "private.role_log.actor_id":
    "insert into private.role_log (action, role, actor_id) values ('create', 'guide', $1)",
  "private.role_log.profile_id":
    "insert into private.role_log (action, role, profile_id) values ('grant', 'guide', $1)",
  "private.retired_handles.profile_id":
    "insert into private.retired_handles values ('h', $1, now() + interval '1 day')",
  "private.room_invite_people.profile_id":
    `with made as (insert into public.room_invites (room_id, created_by)
       values ($4, $2) returning id)
     insert into private.room_invite_people (invite_id, profile_id) select id, $1 from made`,
  "private.room_log.actor_id":
    "insert into private.room_log (room_id, actor_id, action) values ($4, $1, 'archive')",
  "private.room_log.profile_id":
    "insert into private.room_log (room_id, profile_id, action) values ($4, $1, 'kick')",
  "private.room_member_states.muted_by":
    `insert into private.room_member_states (room_id, profile_id, muted_by) values ($4, $2, $1)
     on conflict (room_id, profile_id) do update set muted_by = excluded.muted_by`,
  "public.room_invites.created_by":
    "insert into public.room_invites (room_id, created_by) values ($4, $1)",
  "private.room_member_states.profile_id":
    `insert into private.room_member_states (room_id, profile_id) values ($4, $1)
     on conflict do nothing`,
  "private.message_requests.profile_id":
    `insert into private.message_requests (room_id, profile_id, from_id, state)
     values ($4, $1, $2, 'waiting')`,
  "private.message_requests.from_id":
    `with made as (insert into public.rooms (name) values ('asked') returning id)
     insert into private.message_requests (room_id, profile_id, from_id, state)
     select id, $2, $1, 'waiting' from made`,
  "private.user_roles.profile_id":
    "insert into private.user_roles (profile_id, role) values ($1, 'moderator')",
  "private.user_roles.granted_by":
    "insert into private.user_roles (profile_id, role, granted_by) values ($2, 'moderator', $1)",
  "private.message_pins.pinned_by":
    `insert into private.message_pins (message_id, room_id, place, pinned_by)
     values ($6, $4, 1, $1)`,
  "private.message_versions.changed_by":
    `insert into private.message_versions (message_id, body, mention_ids, kind,
       changed_at, changed_by)
     values ($6, '${MARKER}', array[$1::uuid], 'edit', now(), $1)`,
  "private.thread_members.profile_id":
    `insert into private.thread_members (message_id, profile_id) values ($6, $1)
     on conflict do nothing`,
  "public.message_reactions.profile_id":
    "insert into public.message_reactions (message_id, profile_id, emoji) values ($6, $1, '👍')",
  "public.message_receipts.profile_id":
    `insert into public.message_receipts (message_id, profile_id, room_id, seq, status)
     values ($6, $1, $4, 1, 'read')`,
  "public.calls.started_by": `insert into public.calls (room_id, kind, state, started_by, ended_at)
     values ($4, 'audio', 'missed', $1, now())`,
  "public.blocks.blocker_id":
    "insert into public.blocks (blocker_id, blocked_id) values ($1, private.deleted_profile_id())",
  "public.blocks.blocked_id":
    "insert into public.blocks (blocker_id, blocked_id) values (private.deleted_profile_id(), $1)",
  "public.follow_requests.requester_id":
    "insert into public.follow_requests (requester_id, target_id) values ($1, $2)",
  "public.follow_requests.target_id":
    "insert into public.follow_requests (requester_id, target_id) values ($2, $1)",
  "public.mutes.muter_id": "insert into public.mutes (muter_id, muted_id) values ($1, $2)",
  "public.mutes.muted_id": "insert into public.mutes (muter_id, muted_id) values ($2, $1)",
  "public.notifications.recipient_id":
    `insert into public.notifications (recipient_id, type, actor_id, subject_type,
       subject_id, source_id)
     values ($1, 'comment', $2, 'post', $5, $5)`,
  "public.notifications.actor_id":
    `insert into public.notifications (recipient_id, type, actor_id, subject_type,
       subject_id, source_id)
     values ($2, 'comment', $1, 'post', $3, $3), ($2, 'report_decided', null, 'user', $1, $3)`,
  "private.bots.owner_id": `with made as (select gen_random_uuid() as id), account as (
       insert into auth.users (id, instance_id, aud, role)
       select id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated'
       from made), profile as (
       insert into public.profiles (id, handle, display_name, is_bot)
       select id, 'proof_bot', 'Bot', true from made)
     insert into private.bots (profile_id, owner_id) select id, $1 from made`,
  "private.bots.profile_id": "insert into private.bots (profile_id, owner_id) values ($1, $2)",
  "private.incoming_webhooks.created_by":
    `insert into private.incoming_webhooks (room_id, name, secret_hash, created_by)
     values ($4, 'Builds', gen_random_uuid()::text::bytea, $1)`,
  "private.room_feeds.created_by": `insert into private.room_feeds (room_id, url, created_by)
     values ($4, 'https://a.example/feed', $1)`,
  "private.webhook_endpoints.owner_id":
    `insert into private.webhook_endpoints (owner_id, url, events)
     values ($1, 'https://a.example/${MARKER}', '{*}')`,
  "private.webhook_deliveries.actor_id":
    `with hook as (insert into private.webhook_endpoints (owner_id, url, events)
       values ($2, 'https://a.example', '{*}') returning id)
     insert into private.webhook_deliveries (endpoint_id, event_id, type, actor_id, body)
     select id, gen_random_uuid(), 'user.created', $1, '${MARKER}' from hook`,
  "private.reminders.profile_id": `insert into private.reminders (profile_id, room_id, body, due_at)
     values ($1, $4, '${MARKER}', now() + interval '1 day')`,
  "private.welcomes.profile_id":
    "insert into private.welcomes (profile_id, room_id) values ($1, $4) on conflict do nothing",
  "private.notification_actors.recipient_id":
    `select private.join_notification($1, 'like', $2, 'post', $5, $5, '{}', '{in_app}')`,
  "private.notification_actors.actor_id":
    `select private.join_notification($2, 'like', $1, 'post', $3, $3, '{}', '{in_app}')`,
  "private.digests.profile_id":
    "insert into private.digests (profile_id, sent_for, told_to) values ($1, '2026-01-01', now())",
  "public.push_subscriptions.profile_id":
    `insert into public.push_subscriptions (profile_id, session_id, endpoint, p256dh, auth_secret)
     values ($1, gen_random_uuid(), 'https://push.townsquare.test/${MARKER}', repeat('A', 87),
       repeat('A', 22))`,
  "private.scheduled_messages.author_id":
    `insert into private.scheduled_messages (room_id, author_id, body, publish_at)
     values ($4, $1, '${MARKER}', now() + interval '1 day')`,
  "private.announcements.created_by":
    "insert into private.announcements (title, created_by) values ('News', $1)",
  "private.announcement_dismissals.profile_id":
    `with news as (insert into private.announcements (title) values ('Old') returning id)
     insert into private.announcement_dismissals (announcement_id, profile_id)
     select id, $1 from news`,
  "private.spotlights.placed_by":
    "insert into private.spotlights (post_id, until, placed_by) values ($3, now(), $1)",
  "public.stories.author_id":
    `insert into public.stories (author_id, text) values ($1, '${MARKER}')`,
  "public.story_views.viewer_id":
    `with story as (insert into public.stories (author_id, text) values ($2, 'x') returning id)
     insert into public.story_views (story_id, viewer_id) select id, $1 from story`,
  "public.reports.reporter_id":
    `insert into public.reports (reporter_id, subject_type, subject_id, reason, note)
     values ($1, 'post', $3, 'spam', '${MARKER}')`,
  "public.reports.reported_user_id":
    `insert into public.reports (reporter_id, subject_type, subject_id, reported_user_id, reason)
     values ($2, 'user', $1, $1, 'spam')`,
};

/** What names a person without a foreign key. The same parameters. */
export const LOOSE_SAMPLES: readonly string[] = [
  `insert into private.dead_jobs (message_id, topic, error, attempts, first_at, payload)
   values ('m1', 'x.y', 'failed', 5, now(), jsonb_build_object('actor_id', $1))`,
  `insert into private.outbox (topic, subject_id, actor_id, payload, published_at)
   values ('user.updated', $1, $1, '{}', now()),
     ('x.y', $3, null, jsonb_build_object('who', $1), now())`,
  `insert into private.idempotency_keys (actor, route, key, body_hash, body)
   values ($1, 'POST /posts', 'k1', 'h', null),
     ($2, 'POST /posts', 'k2', 'h', jsonb_build_object('author', $1))`,
  "insert into private.media_trash (path) values ($1 || '/x/original.png')",
  `insert into private.settings (name, value) values ('media_sweep_object', $1 || '/x')
   on conflict (name) do update set value = excluded.value`,
  "insert into private.rate_limits (key, arrival_at) values ('write:' || $1, now())",
  `update private.profile_settings
   set feed = jsonb_build_object('authors', jsonb_build_object($1, 1))
   where profile_id = $2`,
  "update public.posts set audience_ids = array[$1]::uuid[] where id = $3",
  `insert into private.post_versions (post_id, body, mention_ids, edited_at)
   values ($3, 'hello @zq_vanishing', array[$1]::uuid[], now())`,
  `insert into private.counter_drift (subject_id, kind, expected, found)
   values ($1, 'followers', 1, 2)`,
  `update private.counter_checks set position = $1 where source = 'profiles'`,
  `insert into private.counters (subject_id, kind, value) values ($1, 'followers', 0)
   on conflict do nothing`,
  `insert into auth.audit_log_entries (id, instance_id, payload, created_at, ip_address)
   values (gen_random_uuid(), gen_random_uuid(), json_build_object('actor_id', $1), now(), '')`,
  `insert into auth.refresh_tokens (token, user_id, created_at, updated_at)
   values ('t1', $1, now(), now())`,
  `insert into auth.identities (provider_id, user_id, identity_data, provider,
     created_at, updated_at)
   values ($1, $1, jsonb_build_object('sub', $1), 'email', now(), now())`,
  `insert into realtime.messages (topic, extension, payload, event, private)
   values ('room:1:1', 'broadcast', jsonb_build_object('by', $1), 'x', true)`,
];

async function run(world: World, statement: string): Promise<void> {
  const { app, gone, stays, ids } = world;
  const values = [gone.id, stays.id, ids.theirPost, ids.room, ids.post, ids.message];
  // As literals, which fit columns of any type.
  const text = statement.replace(/\$(\d)/g, (_, n) => `'${values[Number(n) - 1]}'`);
  await app.db.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql.unsafe(text);
  });
}

/** Writes every sample. */
export async function writeSamples(world: World): Promise<void> {
  await world.app.db.sql`select private.ensure_deleted_profile()`;
  for (const statement of Object.values(SAMPLES)) await run(world, statement);
  for (const statement of LOOSE_SAMPLES) await run(world, statement);
}
