-- Written by `deno task generate` from the catalog; do not edit. For reading diffs only.

-- table private.account_imports
--   id uuid not null
--   profile_id uuid not null
--   sha256 text not null
--   path text
--   status text not null default 'queued'::text
--   done integer not null default 0
--   total integer not null default 0
--   errors jsonb not null default '[]'::jsonb
--   created_at timestamp with time zone not null default clock_timestamp()
--   finished_at timestamp with time zone

-- table private.account_states
--   profile_id uuid not null
--   muted_until timestamp with time zone
--   suspended_until timestamp with time zone
--   banned_at timestamp with time zone
--   banned_until timestamp with time zone
--   deactivated_at timestamp with time zone
--   deletion_due_at timestamp with time zone
--   reason text
--   changed_by uuid
--   changed_at timestamp with time zone not null default clock_timestamp()
--   hidden boolean not null default ((banned_at IS NOT NULL) OR (deactivated_at IS NOT NULL) OR (deletion_due_at IS NOT NULL))

-- table private.announcement_dismissals
--   announcement_id uuid not null
--   profile_id uuid not null default uid()
--   dismissed_at timestamp with time zone not null default clock_timestamp()

-- table private.announcements
--   id uuid not null default private.uuid_v7()
--   title text not null
--   body text not null default ''::text
--   body_html text not null default ''::text
--   expires_at timestamp with time zone
--   created_by uuid default uid()
--   created_at timestamp with time zone not null default clock_timestamp()
--   told_to uuid
--   told_at timestamp with time zone

-- table private.archive_imports
--   id uuid not null
--   room_id uuid
--   created_by uuid not null default uid()
--   format text not null
--   file_name text not null
--   path text
--   status text not null default 'queued'::text
--   done integer not null default 0
--   total integer not null default 0
--   part integer not null default 0
--   record integer not null default 0
--   errors jsonb not null default '[]'::jsonb
--   created_at timestamp with time zone not null default clock_timestamp()
--   finished_at timestamp with time zone
--   cancelled_at timestamp with time zone

-- table private.audience_members
--   audience_id uuid not null
--   profile_id uuid not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.audiences
--   id uuid not null default private.uuid_v7()
--   owner_id uuid not null default uid()
--   name text not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.auth_log
--   id uuid not null default private.uuid_v7()
--   user_id uuid not null
--   kind text not null
--   session_id uuid
--   ip inet
--   user_agent text
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.backups
--   id uuid not null default private.uuid_v7()
--   status text not null default 'queued'::text
--   requested_by uuid
--   place text not null default 'bucket'::text
--   created_at timestamp with time zone not null default clock_timestamp()
--   finished_at timestamp with time zone
--   verified_at timestamp with time zone
--   manifest jsonb
--   verification jsonb
--   error text
--   outdated_at timestamp with time zone

-- table private.block_sides
--   profile_id uuid not null
--   other_id uuid not null
--   is_blocker boolean not null

-- table private.blocked_email_domains
--   domain text not null

-- table private.bot_tokens
--   id uuid not null default private.uuid_v7()
--   bot_id uuid not null
--   token_hash bytea not null
--   scopes text[] not null
--   created_at timestamp with time zone not null default clock_timestamp()
--   expires_at timestamp with time zone

-- table private.bots
--   profile_id uuid not null
--   owner_id uuid not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.call_participants
--   call_id uuid not null
--   profile_id uuid not null
--   state text not null
--   joined_at timestamp with time zone
--   left_at timestamp with time zone

-- table private.comment_ranks
--   post_id uuid not null
--   parent_id uuid not null
--   rank double precision not null

-- table private.connections
--   id uuid not null default private.uuid_v7()
--   profile_id uuid not null
--   device text not null default ''::text
--   room_ids uuid[] not null default '{}'::uuid[]
--   opened_at timestamp with time zone not null default clock_timestamp()
--   expires_at timestamp with time zone not null

-- table private.counter_checks
--   source text not null
--   position uuid
--   checked bigint not null default 0
--   drifted bigint not null default 0
--   started_at timestamp with time zone
--   finished_at timestamp with time zone

-- table private.counter_deltas
--   id bigint not null
--   subject_id uuid not null
--   kind text not null
--   delta integer not null

-- table private.counter_drift
--   id bigint not null
--   subject_id uuid not null
--   kind text not null
--   expected bigint not null
--   found bigint not null
--   found_at timestamp with time zone not null default clock_timestamp()

-- table private.counters
--   subject_id uuid not null
--   kind text not null
--   value bigint not null

-- table private.dead_jobs
--   id uuid not null default private.uuid_v7()
--   message_id text not null
--   topic text not null
--   error text not null
--   attempts integer not null
--   first_at timestamp with time zone not null
--   last_at timestamp with time zone not null default now()
--   payload jsonb not null
--   replayed_at timestamp with time zone
--   replayed_by uuid
--   discarded_at timestamp with time zone

-- table private.deletion_ledger
--   person_hash text not null
--   erased_at timestamp with time zone not null default clock_timestamp()

-- table private.digests
--   profile_id uuid not null
--   sent_for date not null
--   told_to timestamp with time zone not null

-- table private.dismissed_suggestions
--   profile_id uuid not null default uid()
--   person_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table private.event_counts
--   topic text not null
--   hour timestamp with time zone not null
--   total bigint not null

-- table private.exports
--   id uuid not null default private.uuid_v7()
--   profile_id uuid not null
--   with_media boolean not null default true
--   status text not null default 'queued'::text
--   created_at timestamp with time zone not null default clock_timestamp()
--   finished_at timestamp with time zone
--   expires_at timestamp with time zone
--   path text
--   manifest jsonb
--   error text

-- table private.feed_feedback
--   id uuid not null default private.uuid_v7()
--   profile_id uuid not null default uid()
--   kind text not null
--   post_id uuid
--   author_id uuid
--   topics text[] not null default '{}'::text[]
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.feed_snapshots
--   id uuid not null default private.uuid_v7()
--   viewer_id uuid not null
--   built_at timestamp with time zone not null default now()
--   fingerprint text not null default ''::text
--   items jsonb not null

-- table private.hashtag_follows
--   profile_id uuid not null default uid()
--   tag text not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.held_records
--   hold_id uuid not null
--   table_name text not null
--   record_id uuid not null
--   content jsonb not null
--   taken_at timestamp with time zone not null default clock_timestamp()

-- table private.idempotency_keys
--   actor text not null
--   route text not null
--   key text not null
--   body_hash text not null
--   status integer
--   headers jsonb
--   body jsonb
--   created_at timestamp with time zone not null default now()
--   finished_at timestamp with time zone

-- table private.imported_posts
--   post_id uuid not null
--   import_id uuid not null

-- table private.imported_profiles
--   profile_id uuid not null
--   format text not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.incoming_webhooks
--   id uuid not null default private.uuid_v7()
--   room_id uuid not null
--   name text not null
--   avatar_url text
--   secret_hash bytea not null
--   created_by uuid
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.job_runs
--   consumer text not null
--   event_id uuid not null
--   started_at timestamp with time zone not null default clock_timestamp()
--   finished_at timestamp with time zone

-- table private.job_stats
--   job text not null
--   outcome text not null
--   minute timestamp with time zone not null
--   bucket smallint not null
--   shard smallint not null
--   runs bigint not null
--   seconds double precision not null
--   waited double precision not null

-- table private.legal_holds
--   id uuid not null default private.uuid_v7()
--   subject_type text not null
--   subject_id uuid not null
--   reason text not null
--   placed_by uuid
--   placed_at timestamp with time zone not null default clock_timestamp()

-- table private.link_previews
--   url text not null
--   preview jsonb
--   fetched_at timestamp with time zone not null default now()

-- table private.media_trash
--   path text not null
--   added_at timestamp with time zone not null default clock_timestamp()

-- table private.media_usage
--   profile_id uuid not null
--   bytes bigint not null

-- table private.message_guises
--   message_id uuid not null
--   name text not null
--   avatar_url text

-- table private.message_pins
--   message_id uuid not null
--   room_id uuid not null
--   place smallint not null
--   pinned_by uuid
--   pinned_at timestamp with time zone not null default clock_timestamp()

-- table private.message_requests
--   room_id uuid not null
--   profile_id uuid not null
--   from_id uuid
--   state text not null
--   asked_at timestamp with time zone

-- table private.message_versions
--   id uuid not null default private.uuid_v7()
--   message_id uuid not null
--   body text not null
--   mention_ids uuid[] not null default '{}'::uuid[]
--   kind text not null
--   changed_at timestamp with time zone not null
--   changed_by uuid

-- table private.metric_levels
--   name text not null
--   labels text[] not null
--   value double precision not null
--   told_at timestamp with time zone not null default clock_timestamp()

-- table private.metric_series
--   name text not null
--   labels text[] not null
--   shard smallint not null
--   counts bigint[] not null
--   total double precision not null
--   told_at timestamp with time zone not null default clock_timestamp()

-- table private.metric_sources
--   name text not null
--   due_at timestamp with time zone not null default '-infinity'::timestamp with time zone
--   took interval not null default '00:00:00'::interval

-- table private.moderation_cases
--   id uuid not null default private.uuid_v7()
--   subject_type text not null
--   subject_id uuid not null
--   owner_id uuid
--   status text not null default 'open'::text
--   priority integer not null
--   reasons text[] not null
--   reporters_count integer not null default 0
--   assigned_to uuid
--   created_at timestamp with time zone not null default clock_timestamp()
--   sla_at timestamp with time zone not null
--   decided_at timestamp with time zone

-- table private.moderation_decisions
--   id uuid not null default private.uuid_v7()
--   case_id uuid not null
--   moderator_id uuid
--   action text not null
--   reason text not null
--   until timestamp with time zone
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.notification_actors
--   recipient_id uuid not null
--   type text not null
--   source_id uuid not null
--   notification_id uuid not null
--   actor_id uuid not null
--   created_at timestamp with time zone not null default clock_timestamp()
--   withdrawn boolean not null default false

-- table private.outbox
--   id uuid not null default private.uuid_v7()
--   topic text not null
--   subject_id uuid not null
--   actor_id uuid
--   payload jsonb not null default '{}'::jsonb
--   traceparent text
--   created_at timestamp with time zone not null default clock_timestamp()
--   available_at timestamp with time zone not null default clock_timestamp()
--   deliver_after timestamp with time zone
--   attempts integer not null default 0
--   locked_until timestamp with time zone
--   published_at timestamp with time zone
--   last_error text

-- table private.password_history
--   id uuid not null default private.uuid_v7()
--   user_id uuid not null
--   hash text not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.poll_closings
--   post_id uuid not null
--   closes_at timestamp with time zone not null

-- table private.poll_votes
--   post_id uuid not null
--   profile_id uuid not null default uid()
--   options smallint[] not null
--   created_at timestamp with time zone not null default now()

-- table private.post_audiences
--   post_id uuid not null
--   owner_id uuid not null
--   audience_id uuid not null

-- table private.post_versions
--   id uuid not null default private.uuid_v7()
--   post_id uuid not null
--   body text not null
--   mention_ids uuid[] not null default '{}'::uuid[]
--   edited_at timestamp with time zone not null

-- table private.post_views
--   viewer_id uuid not null
--   post_id uuid not null
--   counted_at timestamp with time zone not null

-- table private.private_accounts
--   profile_id uuid not null

-- table private.profile_settings
--   profile_id uuid not null
--   who_can_message text not null default 'everyone'::text
--   who_can_mention text not null default 'everyone'::text
--   who_can_invite text not null default 'everyone'::text
--   hide_followers boolean not null default false
--   hide_following boolean not null default false
--   private_receipts boolean not null default false
--   hide_typing boolean not null default false
--   hide_presence boolean not null default false
--   link_previews boolean not null default true
--   analytics_opt_out boolean not null default false
--   feed jsonb not null default '{}'::jsonb
--   updated_at timestamp with time zone not null default now()

-- table private.rate_limits
--   key text not null
--   arrival_at timestamp with time zone not null

-- table private.reminders
--   id uuid not null default private.uuid_v7()
--   profile_id uuid not null
--   room_id uuid
--   body text not null
--   due_at timestamp with time zone not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.reserved_handles
--   handle text not null
--   form text not null default private.reserved_form(handle)
--   holder_id uuid

-- table private.retired_handles
--   skeleton_hash text not null
--   profile_id uuid
--   free_at timestamp with time zone not null

-- table private.role_log
--   id uuid not null default private.uuid_v7()
--   at timestamp with time zone not null default clock_timestamp()
--   actor_id uuid
--   action text not null
--   role text not null
--   profile_id uuid
--   permissions text[]

-- table private.roles
--   name text not null
--   id uuid not null default private.uuid_v7()
--   description text not null default ''::text
--   permissions text[] not null
--   built_in boolean not null default false
--   created_at timestamp with time zone not null default now()

-- table private.room_feed_entries
--   feed_id uuid not null
--   key_hash bytea not null
--   seen_at timestamp with time zone not null default clock_timestamp()

-- table private.room_feeds
--   id uuid not null default private.uuid_v7()
--   room_id uuid not null
--   url text not null
--   title text not null default ''::text
--   created_by uuid
--   etag text
--   last_modified text
--   read_at timestamp with time zone
--   next_read_at timestamp with time zone not null default clock_timestamp()
--   failures integer not null default 0
--   error text
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.room_invite_people
--   invite_id uuid not null
--   profile_id uuid not null

-- table private.room_invite_tokens
--   invite_id uuid not null
--   token_hash bytea not null

-- table private.room_log
--   id uuid not null default private.uuid_v7()
--   at timestamp with time zone not null default clock_timestamp()
--   room_id uuid not null
--   actor_id uuid
--   action text not null
--   profile_id uuid
--   details jsonb not null default '{}'::jsonb

-- table private.room_member_states
--   room_id uuid not null
--   profile_id uuid not null
--   last_read_seq bigint not null default 0
--   muted_until timestamp with time zone
--   muted_by uuid
--   kicked_at timestamp with time zone
--   last_sent_at timestamp with time zone
--   private_receipts boolean
--   hide_typing boolean
--   hide_presence boolean

-- table private.room_sweeps
--   room_id uuid not null
--   up_to_seq bigint not null

-- table private.scheduled_messages
--   id uuid not null default private.uuid_v7()
--   room_id uuid not null
--   author_id uuid not null default uid()
--   body text not null default ''::text
--   parent_id uuid
--   also_in_room boolean not null default false
--   media_ids uuid[] not null default '{}'::uuid[]
--   shared_post_id uuid
--   publish_at timestamp with time zone not null
--   created_at timestamp with time zone not null default clock_timestamp()
--   verdict text
--   prepared text

-- table private.settings
--   name text not null
--   value text not null
--   updated_at timestamp with time zone not null default now()

-- table private.spotlights
--   post_id uuid not null
--   until timestamp with time zone not null
--   placed_by uuid default uid()
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.story_audiences
--   story_id uuid not null
--   audience_id uuid not null

-- table private.thread_members
--   message_id uuid not null
--   profile_id uuid not null
--   level text not null default 'all'::text
--   last_read_seq bigint not null default 0

-- table private.unread_marks
--   room_id uuid not null
--   seq bigint not null

-- table private.user_roles
--   profile_id uuid not null
--   role text not null
--   granted_by uuid
--   granted_at timestamp with time zone not null default now()

-- table private.webhook_deliveries
--   id uuid not null default private.uuid_v7()
--   endpoint_id uuid not null
--   position bigint not null
--   event_id uuid not null
--   type text not null
--   actor_id uuid
--   subject_id uuid
--   body text not null
--   redelivery_of uuid
--   status text not null default 'pending'::text
--   attempts integer not null default 0
--   response_status integer
--   response_body text
--   error text
--   duration_ms integer
--   history jsonb not null default '[]'::jsonb
--   created_at timestamp with time zone not null default clock_timestamp()
--   finished_at timestamp with time zone

-- table private.webhook_endpoints
--   id uuid not null default private.uuid_v7()
--   owner_id uuid not null
--   room_id uuid
--   url text not null
--   description text not null default ''::text
--   events text[] not null
--   failures integer not null default 0
--   failing_since timestamp with time zone
--   disabled_at timestamp with time zone
--   lease uuid
--   leased_until timestamp with time zone
--   retry_at timestamp with time zone
--   seen_to timestamp with time zone
--   active_since timestamp with time zone not null default clock_timestamp()
--   created_at timestamp with time zone not null default clock_timestamp()

-- table private.webhook_secrets
--   endpoint_id uuid not null
--   sealed text not null
--   created_at timestamp with time zone not null default clock_timestamp()
--   expires_at timestamp with time zone

-- table private.welcomes
--   profile_id uuid not null
--   room_id uuid
--   joined_at timestamp with time zone not null default clock_timestamp()
--   done_at timestamp with time zone

-- table public.blocks
--   blocker_id uuid not null default uid()
--   blocked_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table public.bookmarks
--   profile_id uuid not null default uid()
--   post_id uuid not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table public.calls
--   id uuid not null default private.uuid_v7()
--   room_id uuid not null
--   kind text not null
--   state text not null default 'ringing'::text
--   epoch integer not null default 1
--   uses_server boolean not null default false
--   started_by uuid
--   started_at timestamp with time zone not null default clock_timestamp()
--   answered_at timestamp with time zone
--   ended_at timestamp with time zone

-- table public.follow_requests
--   requester_id uuid not null
--   target_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table public.follows
--   follower_id uuid not null default uid()
--   followee_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table public.hashtags
--   tag text not null
--   created_at timestamp with time zone not null default now()

-- table public.media
--   id uuid not null default private.uuid_v7()
--   owner_id uuid not null
--   kind text not null
--   mime_type text not null
--   bytes bigint not null
--   width integer
--   height integer
--   duration_s numeric
--   blurhash text
--   alt text not null default ''::text
--   status text not null default 'ready'::text
--   variants jsonb not null default '{}'::jsonb
--   upload_path text
--   post_id uuid
--   message_id uuid
--   story_id uuid
--   room_id uuid
--   created_at timestamp with time zone not null default now()

-- table public.message_mentions
--   message_id uuid not null
--   profile_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table public.message_reactions
--   message_id uuid not null
--   profile_id uuid not null default uid()
--   emoji text not null
--   created_at timestamp with time zone not null default clock_timestamp()

-- table public.message_receipts
--   message_id uuid not null
--   profile_id uuid not null
--   room_id uuid not null
--   seq bigint not null
--   status text not null
--   at timestamp with time zone not null default clock_timestamp()

-- table public.messages
--   id uuid not null default private.uuid_v7()
--   room_id uuid not null
--   seq bigint not null
--   author_id uuid not null default uid()
--   kind text not null default 'user'::text
--   body text not null default ''::text
--   body_html text not null default ''::text
--   entities jsonb not null default '[]'::jsonb
--   mention_scope text
--   link_preview jsonb
--   parent_id uuid
--   also_in_room boolean not null default false
--   shared_post_id uuid
--   story_id uuid
--   media_ids uuid[] not null default '{}'::uuid[]
--   status text not null default 'published'::text
--   screened_at timestamp with time zone
--   created_at timestamp with time zone not null default clock_timestamp()
--   edited_at timestamp with time zone
--   deleted_at timestamp with time zone

-- table public.mutes
--   muter_id uuid not null default uid()
--   muted_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table public.notification_preferences
--   profile_id uuid not null
--   types jsonb not null default '{}'::jsonb
--   quiet_hours jsonb
--   strangers text not null default 'requests'::text
--   updated_at timestamp with time zone not null default now()

-- table public.notifications
--   id uuid not null default private.uuid_v7()
--   recipient_id uuid not null
--   type text not null
--   actor_id uuid
--   subject_type text not null
--   subject_id uuid not null
--   source_id uuid not null
--   meta jsonb not null default '{}'::jsonb
--   channels text[] not null default '{in_app}'::text[]
--   status text not null default 'pending'::text
--   created_at timestamp with time zone not null default clock_timestamp()
--   delivered_at timestamp with time zone
--   seen_at timestamp with time zone
--   read_at timestamp with time zone
--   withdrawn boolean not null default false

-- table public.post_hashtags
--   post_id uuid not null
--   tag text not null
--   created_at timestamp with time zone not null default now()

-- table public.post_mentions
--   post_id uuid not null
--   profile_id uuid not null
--   created_at timestamp with time zone not null default now()

-- table public.post_reactions
--   post_id uuid not null
--   profile_id uuid not null default uid()
--   kind text not null default 'like'::text
--   created_at timestamp with time zone not null default now()

-- table public.posts
--   id uuid not null default private.uuid_v7()
--   author_id uuid not null default uid()
--   body text not null default ''::text
--   body_html text not null default ''::text
--   lang text
--   visibility text not null default 'public'::text
--   room_id uuid
--   parent_id uuid
--   root_id uuid
--   quoted_id uuid
--   audience_owner_id uuid not null
--   audience_ids uuid[] not null default '{}'::uuid[]
--   audience_id uuid
--   media_ids uuid[] not null default '{}'::uuid[]
--   hashtags text[] not null default '{}'::text[]
--   entities jsonb not null default '[]'::jsonb
--   mention_ids uuid[] not null default '{}'::uuid[]
--   link_preview jsonb
--   sensitive boolean not null default false
--   content_warning text
--   reply_control text not null default 'everyone'::text
--   quote_control text not null default 'everyone'::text
--   poll jsonb
--   publish_at timestamp with time zone
--   status text not null default 'published'::text
--   screened_at timestamp with time zone
--   created_at timestamp with time zone not null default now()
--   edited_at timestamp with time zone
--   published_at timestamp with time zone
--   deleted_at timestamp with time zone

-- table public.profiles
--   id uuid not null
--   handle text not null
--   display_name text not null
--   bio text not null default ''::text
--   links text[] not null default '{}'::text[]
--   location text not null default ''::text
--   is_private boolean not null default false
--   is_bot boolean not null default false
--   avatar_media_id uuid
--   created_at timestamp with time zone not null default now()
--   updated_at timestamp with time zone not null default now()

-- table public.push_subscriptions
--   id uuid not null default private.uuid_v7()
--   profile_id uuid not null
--   session_id uuid not null
--   endpoint text not null
--   p256dh text not null
--   auth_secret text not null
--   created_at timestamp with time zone not null default clock_timestamp()
--   last_ok_at timestamp with time zone

-- table public.reports
--   id uuid not null default private.uuid_v7()
--   reporter_id uuid not null
--   subject_type text not null
--   subject_id uuid not null
--   reported_user_id uuid
--   message_id uuid default 
CASE
    WHEN (subject_type = 'message'::text) THEN subject_id
    ELSE NULL::uuid
END
--   reason text not null
--   note text
--   case_id uuid
--   created_at timestamp with time zone not null default clock_timestamp()

-- table public.room_invites
--   id uuid not null default private.uuid_v7()
--   room_id uuid not null
--   created_by uuid not null
--   is_personal boolean not null default false
--   max_uses integer
--   uses integer not null default 0
--   expires_at timestamp with time zone
--   created_at timestamp with time zone not null default clock_timestamp()

-- table public.room_members
--   room_id uuid not null
--   profile_id uuid not null
--   role text not null default 'member'::text
--   banned boolean not null default false
--   joined_at timestamp with time zone not null default clock_timestamp()

-- table public.rooms
--   id uuid not null default private.uuid_v7()
--   kind text not null default 'channel'::text
--   name text not null
--   description text not null default ''::text
--   guidelines text not null default ''::text
--   is_private boolean not null default false
--   created_by uuid
--   direct_key text
--   who_can_invite text not null default 'members'::text
--   read_only boolean not null default false
--   slow_mode_s integer not null default 0
--   retention_days integer
--   archived_at timestamp with time zone
--   epoch integer not null default 1
--   last_seq bigint not null default 0
--   last_message_at timestamp with time zone
--   created_at timestamp with time zone not null default now()
--   updated_at timestamp with time zone not null default now()

-- table public.shares
--   id uuid not null default private.uuid_v7()
--   post_id uuid not null
--   profile_id uuid not null default uid()
--   created_at timestamp with time zone not null default clock_timestamp()

-- table public.stories
--   id uuid not null default private.uuid_v7()
--   author_id uuid not null default uid()
--   media_id uuid
--   text text
--   audience_id uuid
--   status text not null default 'published'::text
--   screened_at timestamp with time zone
--   created_at timestamp with time zone not null default now()
--   expires_at timestamp with time zone not null default (now() + '24:00:00'::interval)
--   highlighted_at timestamp with time zone

-- table public.story_views
--   story_id uuid not null
--   viewer_id uuid not null default uid()
--   viewed_at timestamp with time zone not null default clock_timestamp()

-- constraint blocks.blocks_blocked_id_fkey
FOREIGN KEY (blocked_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint blocks.blocks_blocker_id_fkey
FOREIGN KEY (blocker_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint blocks.blocks_not_self
CHECK ((blocker_id <> blocked_id))

-- constraint blocks.blocks_pkey
PRIMARY KEY (blocker_id, blocked_id)

-- constraint bookmarks.bookmarks_pkey
PRIMARY KEY (profile_id, post_id)

-- constraint bookmarks.bookmarks_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint bookmarks.bookmarks_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint calls.calls_answered_at_given
CHECK (((state <> 'active'::text) OR (answered_at IS NOT NULL)))

-- constraint calls.calls_ended_at_given
CHECK (((state = ANY (ARRAY['ringing'::text, 'active'::text])) = (ended_at IS NULL)))

-- constraint calls.calls_kind_known
CHECK ((kind = ANY (ARRAY['audio'::text, 'video'::text])))

-- constraint calls.calls_pkey
PRIMARY KEY (id)

-- constraint calls.calls_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint calls.calls_started_by_fkey
FOREIGN KEY (started_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint calls.calls_state_known
CHECK ((state = ANY (ARRAY['ringing'::text, 'active'::text, 'ended'::text, 'missed'::text, 'declined'::text])))

-- constraint follow_requests.follow_requests_a70_withdraw
TRIGGER DEFERRABLE INITIALLY DEFERRED

-- constraint follow_requests.follow_requests_pkey
PRIMARY KEY (requester_id, target_id)

-- constraint follow_requests.follow_requests_requester_id_fkey
FOREIGN KEY (requester_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint follow_requests.follow_requests_target_id_fkey
FOREIGN KEY (target_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint follows.follows_followee_id_fkey
FOREIGN KEY (followee_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint follows.follows_follower_id_fkey
FOREIGN KEY (follower_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint follows.follows_not_self
CHECK ((follower_id <> followee_id))

-- constraint follows.follows_pkey
PRIMARY KEY (follower_id, followee_id)

-- constraint hashtags.hashtags_pkey
PRIMARY KEY (tag)

-- constraint media.media_alt_length
CHECK ((char_length(alt) <= 1500))

-- constraint media.media_bytes_range
CHECK ((bytes >= 0))

-- constraint media.media_kind_known
CHECK ((kind = ANY (ARRAY['image'::text, 'video'::text, 'document'::text])))

-- constraint media.media_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint media.media_original
CHECK (((status <> 'ready'::text) OR (variants ? 'original'::text)))

-- constraint media.media_owner_id_fkey
FOREIGN KEY (owner_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint media.media_pkey
PRIMARY KEY (id)

-- constraint media.media_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint media.media_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE SET NULL

-- constraint media.media_status_known
CHECK ((status = ANY (ARRAY['processing'::text, 'ready'::text, 'rejected'::text])))

-- constraint media.media_story_id_fkey
FOREIGN KEY (story_id) REFERENCES stories(id) ON DELETE CASCADE

-- constraint message_mentions.message_mentions_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint message_mentions.message_mentions_pkey
PRIMARY KEY (message_id, profile_id)

-- constraint message_mentions.message_mentions_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint message_reactions.message_reactions_emoji_form
CHECK (((char_length(emoji) <= 32) AND private.is_emoji(emoji)))

-- constraint message_reactions.message_reactions_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint message_reactions.message_reactions_pkey
PRIMARY KEY (message_id, emoji, profile_id)

-- constraint message_reactions.message_reactions_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint message_receipts.message_receipts_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint message_receipts.message_receipts_pkey
PRIMARY KEY (message_id, profile_id)

-- constraint message_receipts.message_receipts_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint message_receipts.message_receipts_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint message_receipts.message_receipts_status_known
CHECK ((status = ANY (ARRAY['delivered'::text, 'read'::text])))

-- constraint messages.messages_also_in_room_reply
CHECK (((NOT also_in_room) OR (parent_id IS NOT NULL)))

-- constraint messages.messages_author_id_fkey
FOREIGN KEY (author_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint messages.messages_body_length
CHECK ((char_length(body) <= 5000))

-- constraint messages.messages_deleted_empty
CHECK (((deleted_at IS NULL) OR (body = ''::text)))

-- constraint messages.messages_kind_known
CHECK ((kind = ANY (ARRAY['user'::text, 'system'::text, 'bot'::text])))

-- constraint messages.messages_media_ids_count
CHECK ((cardinality(media_ids) <= 10))

-- constraint messages.messages_mention_scope_known
CHECK ((mention_scope = ANY (ARRAY['room'::text, 'here'::text])))

-- constraint messages.messages_parent_id_fkey
FOREIGN KEY (parent_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint messages.messages_pkey
PRIMARY KEY (id)

-- constraint messages.messages_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint messages.messages_room_id_seq_key
UNIQUE (room_id, seq)

-- constraint messages.messages_shared_post_id_fkey
FOREIGN KEY (shared_post_id) REFERENCES posts(id) ON DELETE SET NULL

-- constraint messages.messages_status_known
CHECK ((status = ANY (ARRAY['published'::text, 'held'::text, 'removed'::text])))

-- constraint messages.messages_story_id_fkey
FOREIGN KEY (story_id) REFERENCES stories(id) ON DELETE SET NULL

-- constraint mutes.mutes_muted_id_fkey
FOREIGN KEY (muted_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint mutes.mutes_muter_id_fkey
FOREIGN KEY (muter_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint mutes.mutes_not_self
CHECK ((muter_id <> muted_id))

-- constraint mutes.mutes_pkey
PRIMARY KEY (muter_id, muted_id)

-- constraint notification_preferences.notification_preferences_pkey
PRIMARY KEY (profile_id)

-- constraint notification_preferences.notification_preferences_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint notification_preferences.notification_preferences_quiet_hours_form
CHECK (private.is_quiet_hours(quiet_hours))

-- constraint notification_preferences.notification_preferences_strangers_known
CHECK ((strangers = ANY (ARRAY['allow'::text, 'requests'::text, 'drop'::text])))

-- constraint notification_preferences.notification_preferences_types_form
CHECK (private.is_notification_types(types))

-- constraint notifications.notifications_actor_fits
CHECK (((actor_id IS NULL) OR (type <> ALL (private.grouped_types()))))

-- constraint notifications.notifications_actor_id_fkey
FOREIGN KEY (actor_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint notifications.notifications_channels_known
CHECK (((channels <@ ARRAY['in_app'::text, 'push'::text, 'email'::text]) AND (cardinality(channels) > 0)))

-- constraint notifications.notifications_pkey
PRIMARY KEY (id)

-- constraint notifications.notifications_recipient_id_fkey
FOREIGN KEY (recipient_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint notifications.notifications_recipient_id_type_source_key
UNIQUE (recipient_id, type, source_id)

-- constraint notifications.notifications_status_known
CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'read'::text])))

-- constraint notifications.notifications_type_known
CHECK ((type = ANY (private.notification_types())))

-- constraint post_hashtags.post_hashtags_pkey
PRIMARY KEY (post_id, tag)

-- constraint post_hashtags.post_hashtags_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint post_hashtags.post_hashtags_tag_fkey
FOREIGN KEY (tag) REFERENCES hashtags(tag) ON DELETE CASCADE

-- constraint post_mentions.post_mentions_pkey
PRIMARY KEY (post_id, profile_id)

-- constraint post_mentions.post_mentions_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint post_mentions.post_mentions_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint post_reactions.post_reactions_kind_known
CHECK ((kind = ANY (ARRAY['like'::text, 'love'::text, 'laugh'::text, 'wow'::text, 'sad'::text, 'angry'::text, 'celebrate'::text])))

-- constraint post_reactions.post_reactions_pkey
PRIMARY KEY (post_id, profile_id)

-- constraint post_reactions.post_reactions_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint post_reactions.post_reactions_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint posts.posts_author_id_fkey
FOREIGN KEY (author_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint posts.posts_body_length
CHECK ((char_length(body) <= 5000))

-- constraint posts.posts_content_warning_length
CHECK (((char_length(content_warning) >= 1) AND (char_length(content_warning) <= 200)))

-- constraint posts.posts_media_ids_count
CHECK ((cardinality(media_ids) <= 10))

-- constraint posts.posts_parent_id_fkey
FOREIGN KEY (parent_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint posts.posts_pkey
PRIMARY KEY (id)

-- constraint posts.posts_publish_at_fits
CHECK (((publish_at IS NOT NULL) = (status = 'scheduled'::text)))

-- constraint posts.posts_quote_control_known
CHECK ((quote_control = ANY (ARRAY['everyone'::text, 'following'::text, 'mentioned'::text, 'nobody'::text])))

-- constraint posts.posts_quoted_id_fkey
FOREIGN KEY (quoted_id) REFERENCES posts(id) ON DELETE SET NULL

-- constraint posts.posts_reply_control_known
CHECK ((reply_control = ANY (ARRAY['everyone'::text, 'following'::text, 'mentioned'::text, 'nobody'::text])))

-- constraint posts.posts_room_id_fits
CHECK (((visibility = 'room'::text) = (room_id IS NOT NULL)))

-- constraint posts.posts_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint posts.posts_root_id_fits
CHECK (((parent_id IS NULL) = (root_id IS NULL)))

-- constraint posts.posts_root_id_fkey
FOREIGN KEY (root_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint posts.posts_status_known
CHECK ((status = ANY (ARRAY['published'::text, 'held'::text, 'removed'::text, 'draft'::text, 'scheduled'::text])))

-- constraint posts.posts_visibility_known
CHECK ((visibility = ANY (ARRAY['public'::text, 'followers'::text, 'mentioned'::text, 'room'::text])))

-- constraint posts.posts_waiting_unseen
CHECK (((status <> ALL (ARRAY['draft'::text, 'scheduled'::text])) OR ((parent_id IS NULL) AND (published_at IS NULL))))

-- constraint private.account_imports.account_imports_pkey
PRIMARY KEY (id)

-- constraint private.account_imports.account_imports_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.account_imports.account_imports_profile_id_sha256_key
UNIQUE (profile_id, sha256)

-- constraint private.account_imports.account_imports_status_known
CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))

-- constraint private.account_states.account_states_banned_until_fits
CHECK (((banned_until IS NULL) OR (banned_at IS NOT NULL)))

-- constraint private.account_states.account_states_changed_by_fkey
FOREIGN KEY (changed_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.account_states.account_states_pkey
PRIMARY KEY (profile_id)

-- constraint private.account_states.account_states_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.account_states.account_states_reason_length
CHECK ((char_length(reason) <= 2000))

-- constraint private.announcement_dismissals.announcement_dismissals_announcement_id_fkey
FOREIGN KEY (announcement_id) REFERENCES private.announcements(id) ON DELETE CASCADE

-- constraint private.announcement_dismissals.announcement_dismissals_pkey
PRIMARY KEY (announcement_id, profile_id)

-- constraint private.announcement_dismissals.announcement_dismissals_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.announcements.announcements_body_length
CHECK ((char_length(body) <= 5000))

-- constraint private.announcements.announcements_created_by_fkey
FOREIGN KEY (created_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.announcements.announcements_pkey
PRIMARY KEY (id)

-- constraint private.announcements.announcements_title_form
CHECK (((title ~ '\S'::text) AND (char_length(title) <= 120)))

-- constraint private.archive_imports.archive_imports_created_by_fkey
FOREIGN KEY (created_by) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.archive_imports.archive_imports_file_name_length
CHECK (((char_length(file_name) >= 1) AND (char_length(file_name) <= 80)))

-- constraint private.archive_imports.archive_imports_format_known
CHECK ((format = ANY (ARRAY['slack'::text, 'discord'::text, 'gitter'::text, 'mattermost'::text, 'irc'::text])))

-- constraint private.archive_imports.archive_imports_pkey
PRIMARY KEY (id)

-- constraint private.archive_imports.archive_imports_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.archive_imports.archive_imports_status_known
CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))

-- constraint private.audience_members.audience_members_audience_id_fkey
FOREIGN KEY (audience_id) REFERENCES private.audiences(id) ON DELETE CASCADE

-- constraint private.audience_members.audience_members_pkey
PRIMARY KEY (audience_id, profile_id)

-- constraint private.audience_members.audience_members_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.audiences.audiences_name_form
CHECK (((name ~ '\S'::text) AND (name = btrim(name)) AND (char_length(name) <= 80)))

-- constraint private.audiences.audiences_owner_id_fkey
FOREIGN KEY (owner_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.audiences.audiences_owner_id_name_key
UNIQUE (owner_id, name)

-- constraint private.audiences.audiences_pkey
PRIMARY KEY (id)

-- constraint private.auth_log.auth_log_kind_known
CHECK ((kind = ANY (ARRAY['signup'::text, 'sign_in'::text, 'sign_out'::text, 'session_revoked'::text, 'session_expired'::text, 'token_reuse'::text, 'mfa_passed'::text, 'password_changed'::text, 'password_reset_requested'::text, 'email_confirmed'::text, 'email_changed'::text, 'identity_linked'::text, 'identity_unlinked'::text])))

-- constraint private.auth_log.auth_log_pkey
PRIMARY KEY (id)

-- constraint private.auth_log.auth_log_user_id_fkey
FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE

-- constraint private.backups.backups_pkey
PRIMARY KEY (id)

-- constraint private.backups.backups_place_known
CHECK ((place = ANY (ARRAY['bucket'::text, 's3'::text, 'elsewhere'::text])))

-- constraint private.backups.backups_requested_by_fkey
FOREIGN KEY (requested_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.backups.backups_status_known
CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'verified'::text, 'corrupt'::text])))

-- constraint private.block_sides.block_sides_other_id_fkey
FOREIGN KEY (other_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.block_sides.block_sides_pkey
PRIMARY KEY (profile_id, other_id, is_blocker)

-- constraint private.block_sides.block_sides_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.blocked_email_domains.blocked_email_domains_form
CHECK ((domain ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$'::text))

-- constraint private.blocked_email_domains.blocked_email_domains_pkey
PRIMARY KEY (domain)

-- constraint private.bot_tokens.bot_tokens_bot_id_fkey
FOREIGN KEY (bot_id) REFERENCES private.bots(profile_id) ON DELETE CASCADE

-- constraint private.bot_tokens.bot_tokens_pkey
PRIMARY KEY (id)

-- constraint private.bot_tokens.bot_tokens_scopes_known
CHECK ((((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 4)) AND (scopes <@ ARRAY['messages:write'::text, 'messages:read'::text, 'rooms:read'::text, 'posts:write'::text])))

-- constraint private.bot_tokens.bot_tokens_token_hash_key
UNIQUE (token_hash)

-- constraint private.bots.bots_owner_id_fkey
FOREIGN KEY (owner_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.bots.bots_pkey
PRIMARY KEY (profile_id)

-- constraint private.bots.bots_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.call_participants.call_participants_call_id_fkey
FOREIGN KEY (call_id) REFERENCES calls(id) ON DELETE CASCADE

-- constraint private.call_participants.call_participants_joined_at_given
CHECK (((state = 'declined'::text) OR (joined_at IS NOT NULL)))

-- constraint private.call_participants.call_participants_pkey
PRIMARY KEY (call_id, profile_id)

-- constraint private.call_participants.call_participants_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.call_participants.call_participants_state_known
CHECK ((state = ANY (ARRAY['joined'::text, 'left'::text, 'declined'::text])))

-- constraint private.comment_ranks.comment_ranks_parent_id_fkey
FOREIGN KEY (parent_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.comment_ranks.comment_ranks_pkey
PRIMARY KEY (post_id)

-- constraint private.comment_ranks.comment_ranks_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.connections.connections_device_length
CHECK ((char_length(device) <= 200))

-- constraint private.connections.connections_pkey
PRIMARY KEY (id)

-- constraint private.connections.connections_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.connections.connections_room_ids_count
CHECK ((cardinality(room_ids) <= 100))

-- constraint private.counter_checks.counter_checks_pkey
PRIMARY KEY (source)

-- constraint private.counter_checks.counter_checks_source_known
CHECK ((source = ANY (ARRAY['posts'::text, 'profiles'::text, 'rooms'::text, 'gone'::text])))

-- constraint private.counter_deltas.counter_deltas_pkey
PRIMARY KEY (id)

-- constraint private.counter_drift.counter_drift_pkey
PRIMARY KEY (id)

-- constraint private.counters.counters_pkey
PRIMARY KEY (subject_id, kind)

-- constraint private.dead_jobs.dead_jobs_message_id_key
UNIQUE (message_id)

-- constraint private.dead_jobs.dead_jobs_pkey
PRIMARY KEY (id)

-- constraint private.deletion_ledger.deletion_ledger_pkey
PRIMARY KEY (person_hash)

-- constraint private.digests.digests_pkey
PRIMARY KEY (profile_id)

-- constraint private.digests.digests_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.dismissed_suggestions.dismissed_suggestions_person_id_fkey
FOREIGN KEY (person_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.dismissed_suggestions.dismissed_suggestions_pkey
PRIMARY KEY (profile_id, person_id)

-- constraint private.dismissed_suggestions.dismissed_suggestions_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.event_counts.event_counts_pkey
PRIMARY KEY (topic, hour)

-- constraint private.exports.exports_pkey
PRIMARY KEY (id)

-- constraint private.exports.exports_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.exports.exports_status_known
CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'expired'::text])))

-- constraint private.feed_feedback.feed_feedback_author_id_fkey
FOREIGN KEY (author_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.feed_feedback.feed_feedback_kind_known
CHECK ((kind = ANY (ARRAY['less_like_this'::text, 'hide_post'::text, 'not_interested_author'::text, 'not_interested_topic'::text])))

-- constraint private.feed_feedback.feed_feedback_pkey
PRIMARY KEY (id)

-- constraint private.feed_feedback.feed_feedback_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.feed_feedback.feed_feedback_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.feed_feedback.feed_feedback_said_once
UNIQUE NULLS NOT DISTINCT (profile_id, kind, post_id, author_id, topics)

-- constraint private.feed_feedback.feed_feedback_subject_fits
CHECK ((((post_id IS NOT NULL) = (kind = ANY (ARRAY['less_like_this'::text, 'hide_post'::text]))) AND ((author_id IS NOT NULL) = (kind = ANY (ARRAY['less_like_this'::text, 'not_interested_author'::text]))) AND ((kind <> 'not_interested_topic'::text) OR (cardinality(topics) > 0))))

-- constraint private.feed_feedback.feed_feedback_topics_count
CHECK ((cardinality(topics) <= 50))

-- constraint private.feed_snapshots.feed_snapshots_items_count
CHECK ((jsonb_array_length(items) <= 500))

-- constraint private.feed_snapshots.feed_snapshots_pkey
PRIMARY KEY (id)

-- constraint private.feed_snapshots.feed_snapshots_viewer_id_fkey
FOREIGN KEY (viewer_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.hashtag_follows.hashtag_follows_pkey
PRIMARY KEY (profile_id, tag)

-- constraint private.hashtag_follows.hashtag_follows_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.held_records.held_records_hold_id_fkey
FOREIGN KEY (hold_id) REFERENCES private.legal_holds(id) ON DELETE CASCADE

-- constraint private.held_records.held_records_pkey
PRIMARY KEY (hold_id, table_name, record_id)

-- constraint private.idempotency_keys.idempotency_keys_key_length
CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255)))

-- constraint private.idempotency_keys.idempotency_keys_pkey
PRIMARY KEY (actor, route, key)

-- constraint private.imported_posts.imported_posts_import_id_fkey
FOREIGN KEY (import_id) REFERENCES private.account_imports(id) ON DELETE CASCADE

-- constraint private.imported_posts.imported_posts_pkey
PRIMARY KEY (post_id)

-- constraint private.imported_posts.imported_posts_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.imported_profiles.imported_profiles_format_length
CHECK (((char_length(format) >= 1) AND (char_length(format) <= 20)))

-- constraint private.imported_profiles.imported_profiles_pkey
PRIMARY KEY (profile_id)

-- constraint private.imported_profiles.imported_profiles_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.incoming_webhooks.incoming_webhooks_avatar_url_form
CHECK (((avatar_url IS NULL) OR ((char_length(avatar_url) <= 500) AND private.are_links(ARRAY[avatar_url]))))

-- constraint private.incoming_webhooks.incoming_webhooks_created_by_fkey
FOREIGN KEY (created_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.incoming_webhooks.incoming_webhooks_name_length
CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80)))

-- constraint private.incoming_webhooks.incoming_webhooks_name_plain
CHECK ((private.is_plain(name) AND private.is_visible(name)))

-- constraint private.incoming_webhooks.incoming_webhooks_pkey
PRIMARY KEY (id)

-- constraint private.incoming_webhooks.incoming_webhooks_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.job_runs.job_runs_pkey
PRIMARY KEY (consumer, event_id)

-- constraint private.job_stats.job_stats_outcome_known
CHECK ((outcome = ANY (ARRAY['done'::text, 'duplicate'::text, 'failed'::text, 'dead'::text])))

-- constraint private.job_stats.job_stats_pkey
PRIMARY KEY (job, outcome, minute, bucket, shard)

-- constraint private.legal_holds.legal_holds_pkey
PRIMARY KEY (id)

-- constraint private.legal_holds.legal_holds_placed_by_fkey
FOREIGN KEY (placed_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.legal_holds.legal_holds_reason_length
CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 2000)))

-- constraint private.legal_holds.legal_holds_subject_key
UNIQUE (subject_type, subject_id)

-- constraint private.legal_holds.legal_holds_subject_type_known
CHECK ((subject_type = ANY (ARRAY['user'::text, 'post'::text, 'message'::text, 'room'::text])))

-- constraint private.link_previews.link_previews_pkey
PRIMARY KEY (url)

-- constraint private.link_previews.link_previews_url_length
CHECK ((char_length(url) <= 2048))

-- constraint private.media_trash.media_trash_pkey
PRIMARY KEY (path)

-- constraint private.media_usage.media_usage_pkey
PRIMARY KEY (profile_id)

-- constraint private.media_usage.media_usage_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.message_guises.message_guises_avatar_url_length
CHECK ((char_length(avatar_url) <= 500))

-- constraint private.message_guises.message_guises_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED

-- constraint private.message_guises.message_guises_name_length
CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80)))

-- constraint private.message_guises.message_guises_pkey
PRIMARY KEY (message_id)

-- constraint private.message_pins.message_pins_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint private.message_pins.message_pins_pinned_by_fkey
FOREIGN KEY (pinned_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.message_pins.message_pins_pkey
PRIMARY KEY (message_id)

-- constraint private.message_pins.message_pins_place_known
CHECK (((place >= 1) AND (place <= 3)))

-- constraint private.message_pins.message_pins_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.message_pins.message_pins_room_id_place_key
UNIQUE (room_id, place)

-- constraint private.message_requests.message_requests_from_id_fkey
FOREIGN KEY (from_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.message_requests.message_requests_pkey
PRIMARY KEY (room_id)

-- constraint private.message_requests.message_requests_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.message_requests.message_requests_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.message_requests.message_requests_state_known
CHECK ((state = ANY (ARRAY['waiting'::text, 'declined'::text, 'dropped'::text, 'accepted'::text])))

-- constraint private.message_versions.message_versions_changed_by_fkey
FOREIGN KEY (changed_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.message_versions.message_versions_kind_known
CHECK ((kind = ANY (ARRAY['edit'::text, 'deletion'::text])))

-- constraint private.message_versions.message_versions_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint private.message_versions.message_versions_pkey
PRIMARY KEY (id)

-- constraint private.metric_levels.metric_levels_pkey
PRIMARY KEY (name, labels)

-- constraint private.metric_series.metric_series_pkey
PRIMARY KEY (name, labels, shard)

-- constraint private.metric_series.metric_series_size
CHECK (((cardinality(labels) <= 8) AND (cardinality(counts) = ANY (ARRAY[0, 12]))))

-- constraint private.metric_sources.metric_sources_pkey
PRIMARY KEY (name)

-- constraint private.moderation_cases.moderation_cases_assigned_to_fkey
FOREIGN KEY (assigned_to) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.moderation_cases.moderation_cases_owner_id_fkey
FOREIGN KEY (owner_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.moderation_cases.moderation_cases_pkey
PRIMARY KEY (id)

-- constraint private.moderation_cases.moderation_cases_status_known
CHECK ((status = ANY (ARRAY['open'::text, 'decided'::text, 'appealed'::text, 'closed'::text])))

-- constraint private.moderation_cases.moderation_cases_subject_type_known
CHECK ((subject_type = ANY (ARRAY['post'::text, 'message'::text, 'user'::text, 'room'::text, 'story'::text])))

-- constraint private.moderation_decisions.moderation_decisions_action_known
CHECK ((action = ANY (ARRAY['dismiss'::text, 'warn'::text, 'remove'::text, 'mute'::text, 'suspend'::text, 'ban'::text, 'restore'::text])))

-- constraint private.moderation_decisions.moderation_decisions_case_id_fkey
FOREIGN KEY (case_id) REFERENCES private.moderation_cases(id) ON DELETE CASCADE

-- constraint private.moderation_decisions.moderation_decisions_moderator_id_fkey
FOREIGN KEY (moderator_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.moderation_decisions.moderation_decisions_pkey
PRIMARY KEY (id)

-- constraint private.moderation_decisions.moderation_decisions_reason_length
CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 2000)))

-- constraint private.moderation_decisions.moderation_decisions_until_fits
CHECK (((until IS NULL) OR (action = ANY (ARRAY['mute'::text, 'suspend'::text, 'ban'::text]))))

-- constraint private.notification_actors.notification_actors_actor_id_fkey
FOREIGN KEY (actor_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.notification_actors.notification_actors_notification_id_fkey
FOREIGN KEY (notification_id) REFERENCES notifications(id) ON DELETE CASCADE

-- constraint private.notification_actors.notification_actors_pkey
PRIMARY KEY (recipient_id, type, source_id)

-- constraint private.notification_actors.notification_actors_recipient_id_fkey
FOREIGN KEY (recipient_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.outbox.outbox_pkey
PRIMARY KEY (id)

-- constraint private.outbox.outbox_topic_form
CHECK ((topic ~ '^[a-z_]+\.[a-z_]+$'::text))

-- constraint private.password_history.password_history_pkey
PRIMARY KEY (id)

-- constraint private.password_history.password_history_user_id_fkey
FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE

-- constraint private.poll_closings.poll_closings_pkey
PRIMARY KEY (post_id)

-- constraint private.poll_closings.poll_closings_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.poll_votes.poll_votes_pkey
PRIMARY KEY (post_id, profile_id)

-- constraint private.poll_votes.poll_votes_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.poll_votes.poll_votes_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.post_audiences.post_audiences_owner_id_fkey
FOREIGN KEY (owner_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.post_audiences.post_audiences_pkey
PRIMARY KEY (post_id)

-- constraint private.post_versions.post_versions_pkey
PRIMARY KEY (id)

-- constraint private.post_versions.post_versions_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.post_views.post_views_pkey
PRIMARY KEY (viewer_id, post_id)

-- constraint private.post_views.post_views_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.post_views.post_views_viewer_id_fkey
FOREIGN KEY (viewer_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.private_accounts.private_accounts_pkey
PRIMARY KEY (profile_id)

-- constraint private.private_accounts.private_accounts_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.profile_settings.profile_settings_feed_form
CHECK (private.is_feed_preference(feed))

-- constraint private.profile_settings.profile_settings_pkey
PRIMARY KEY (profile_id)

-- constraint private.profile_settings.profile_settings_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.profile_settings.profile_settings_who_can_invite_known
CHECK ((who_can_invite = ANY (ARRAY['everyone'::text, 'following'::text, 'followers'::text, 'mutual'::text, 'nobody'::text])))

-- constraint private.profile_settings.profile_settings_who_can_mention_known
CHECK ((who_can_mention = ANY (ARRAY['everyone'::text, 'following'::text, 'followers'::text, 'mutual'::text, 'nobody'::text])))

-- constraint private.profile_settings.profile_settings_who_can_message_known
CHECK ((who_can_message = ANY (ARRAY['everyone'::text, 'following'::text, 'followers'::text, 'mutual'::text, 'nobody'::text])))

-- constraint private.rate_limits.rate_limits_pkey
PRIMARY KEY (key)

-- constraint private.reminders.reminders_body_length
CHECK (((char_length(body) >= 1) AND (char_length(body) <= 500)))

-- constraint private.reminders.reminders_pkey
PRIMARY KEY (id)

-- constraint private.reminders.reminders_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.reminders.reminders_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE SET NULL

-- constraint private.reserved_handles.reserved_handles_form_key
UNIQUE (form)

-- constraint private.reserved_handles.reserved_handles_pkey
PRIMARY KEY (handle)

-- constraint private.retired_handles.retired_handles_pkey
PRIMARY KEY (skeleton_hash)

-- constraint private.retired_handles.retired_handles_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.role_log.role_log_action_known
CHECK ((action = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text, 'grant'::text, 'revoke'::text])))

-- constraint private.role_log.role_log_actor_id_fkey
FOREIGN KEY (actor_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.role_log.role_log_pkey
PRIMARY KEY (id)

-- constraint private.role_log.role_log_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.roles.roles_description_length
CHECK ((char_length(description) <= 500))

-- constraint private.roles.roles_id_key
UNIQUE (id)

-- constraint private.roles.roles_name_form
CHECK ((name ~ '^[a-z][a-z0-9_]{1,39}$'::text))

-- constraint private.roles.roles_permissions_known
CHECK ((permissions <@ private.known_permissions()))

-- constraint private.roles.roles_permissions_some
CHECK (((NOT built_in) OR (cardinality(permissions) > 0)))

-- constraint private.roles.roles_pkey
PRIMARY KEY (name)

-- constraint private.room_feed_entries.room_feed_entries_feed_id_fkey
FOREIGN KEY (feed_id) REFERENCES private.room_feeds(id) ON DELETE CASCADE

-- constraint private.room_feed_entries.room_feed_entries_pkey
PRIMARY KEY (feed_id, key_hash)

-- constraint private.room_feeds.room_feeds_created_by_fkey
FOREIGN KEY (created_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.room_feeds.room_feeds_pkey
PRIMARY KEY (id)

-- constraint private.room_feeds.room_feeds_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.room_feeds.room_feeds_room_id_url_key
UNIQUE (room_id, url)

-- constraint private.room_feeds.room_feeds_title_length
CHECK ((char_length(title) <= 80))

-- constraint private.room_feeds.room_feeds_url_length
CHECK (((char_length(url) >= 1) AND (char_length(url) <= 2048)))

-- constraint private.room_invite_people.room_invite_people_a70_withdraw
TRIGGER DEFERRABLE INITIALLY DEFERRED

-- constraint private.room_invite_people.room_invite_people_invite_id_fkey
FOREIGN KEY (invite_id) REFERENCES room_invites(id) ON DELETE CASCADE

-- constraint private.room_invite_people.room_invite_people_pkey
PRIMARY KEY (invite_id, profile_id)

-- constraint private.room_invite_people.room_invite_people_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.room_invite_tokens.room_invite_tokens_invite_id_fkey
FOREIGN KEY (invite_id) REFERENCES room_invites(id) ON DELETE CASCADE

-- constraint private.room_invite_tokens.room_invite_tokens_pkey
PRIMARY KEY (invite_id)

-- constraint private.room_invite_tokens.room_invite_tokens_token_hash_key
UNIQUE (token_hash)

-- constraint private.room_log.room_log_action_known
CHECK ((action = ANY (ARRAY['mute'::text, 'unmute'::text, 'kick'::text, 'ban'::text, 'unban'::text, 'role'::text, 'transfer'::text, 'archive'::text, 'unarchive'::text, 'update'::text, 'invite'::text, 'revoke_invite'::text])))

-- constraint private.room_log.room_log_actor_id_fkey
FOREIGN KEY (actor_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.room_log.room_log_pkey
PRIMARY KEY (id)

-- constraint private.room_log.room_log_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.room_log.room_log_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.room_member_states.room_member_states_muted_by_fkey
FOREIGN KEY (muted_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.room_member_states.room_member_states_pkey
PRIMARY KEY (room_id, profile_id)

-- constraint private.room_member_states.room_member_states_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.room_member_states.room_member_states_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.room_sweeps.room_sweeps_pkey
PRIMARY KEY (room_id)

-- constraint private.room_sweeps.room_sweeps_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.scheduled_messages.scheduled_messages_author_id_fkey
FOREIGN KEY (author_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.scheduled_messages.scheduled_messages_body_length
CHECK ((char_length(body) <= 5000))

-- constraint private.scheduled_messages.scheduled_messages_media_ids_count
CHECK ((cardinality(media_ids) <= 10))

-- constraint private.scheduled_messages.scheduled_messages_pkey
PRIMARY KEY (id)

-- constraint private.scheduled_messages.scheduled_messages_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.settings.settings_pkey
PRIMARY KEY (name)

-- constraint private.spotlights.spotlights_pkey
PRIMARY KEY (post_id)

-- constraint private.spotlights.spotlights_placed_by_fkey
FOREIGN KEY (placed_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.spotlights.spotlights_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint private.story_audiences.story_audiences_pkey
PRIMARY KEY (story_id)

-- constraint private.story_audiences.story_audiences_story_id_fkey
FOREIGN KEY (story_id) REFERENCES stories(id) ON DELETE CASCADE

-- constraint private.thread_members.thread_members_level_known
CHECK ((level = ANY (ARRAY['all'::text, 'mentions'::text, 'none'::text])))

-- constraint private.thread_members.thread_members_message_id_fkey
FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE

-- constraint private.thread_members.thread_members_pkey
PRIMARY KEY (message_id, profile_id)

-- constraint private.thread_members.thread_members_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.unread_marks.unread_marks_pkey
PRIMARY KEY (room_id)

-- constraint private.unread_marks.unread_marks_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.user_roles.user_roles_granted_by_fkey
FOREIGN KEY (granted_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint private.user_roles.user_roles_pkey
PRIMARY KEY (profile_id, role)

-- constraint private.user_roles.user_roles_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.user_roles.user_roles_role_fkey
FOREIGN KEY (role) REFERENCES private.roles(name) ON UPDATE CASCADE ON DELETE RESTRICT

-- constraint private.webhook_deliveries.webhook_deliveries_actor_id_fkey
FOREIGN KEY (actor_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.webhook_deliveries.webhook_deliveries_endpoint_id_fkey
FOREIGN KEY (endpoint_id) REFERENCES private.webhook_endpoints(id) ON DELETE CASCADE

-- constraint private.webhook_deliveries.webhook_deliveries_history_length
CHECK ((jsonb_array_length(history) <= 10))

-- constraint private.webhook_deliveries.webhook_deliveries_pkey
PRIMARY KEY (id)

-- constraint private.webhook_deliveries.webhook_deliveries_status_known
CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))

-- constraint private.webhook_endpoints.webhook_endpoints_description_length
CHECK ((char_length(description) <= 200))

-- constraint private.webhook_endpoints.webhook_endpoints_events_known
CHECK ((((cardinality(events) >= 1) AND (cardinality(events) <= 20)) AND (events <@ ARRAY['*'::text, 'content.created'::text, 'content.viewed'::text, 'content.liked'::text, 'content.commented'::text, 'content.shared'::text, 'user.created'::text, 'user.followed'::text, 'user.blocked'::text, 'message.created'::text, 'room.created'::text, 'room.joined'::text, 'feed.scrolled'::text, 'recommendation.clicked'::text, 'report.created'::text])))

-- constraint private.webhook_endpoints.webhook_endpoints_owner_id_fkey
FOREIGN KEY (owner_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.webhook_endpoints.webhook_endpoints_pkey
PRIMARY KEY (id)

-- constraint private.webhook_endpoints.webhook_endpoints_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint private.webhook_endpoints.webhook_endpoints_url_length
CHECK (((char_length(url) >= 1) AND (char_length(url) <= 2048)))

-- constraint private.webhook_secrets.webhook_secrets_endpoint_id_fkey
FOREIGN KEY (endpoint_id) REFERENCES private.webhook_endpoints(id) ON DELETE CASCADE

-- constraint private.webhook_secrets.webhook_secrets_pkey
PRIMARY KEY (endpoint_id, sealed)

-- constraint private.webhook_secrets.webhook_secrets_sealed_form
CHECK (((char_length(sealed) <= 400) AND (sealed ~ '^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{40,}$'::text)))

-- constraint private.welcomes.welcomes_pkey
PRIMARY KEY (profile_id)

-- constraint private.welcomes.welcomes_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint private.welcomes.welcomes_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE SET NULL

-- constraint profiles.profiles_avatar_media_id_fkey
FOREIGN KEY (avatar_media_id) REFERENCES media(id) ON DELETE SET NULL

-- constraint profiles.profiles_bio_length
CHECK ((char_length(bio) <= 500))

-- constraint profiles.profiles_bio_plain
CHECK (private.is_plain(translate(bio, '
	'::text, ''::text)))

-- constraint profiles.profiles_display_name_length
CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 80)))

-- constraint profiles.profiles_display_name_plain
CHECK ((private.is_plain(display_name) AND private.is_visible(display_name)))

-- constraint profiles.profiles_handle_form
CHECK ((handle ~ '^[a-z0-9_]{3,30}$'::text))

-- constraint profiles.profiles_handle_key
UNIQUE (handle)

-- constraint profiles.profiles_id_fkey
FOREIGN KEY (id) REFERENCES users(id) ON DELETE CASCADE

-- constraint profiles.profiles_links_form
CHECK (private.are_links(links))

-- constraint profiles.profiles_location_length
CHECK ((char_length(location) <= 100))

-- constraint profiles.profiles_location_plain
CHECK (private.is_plain(location))

-- constraint profiles.profiles_pkey
PRIMARY KEY (id)

-- constraint push_subscriptions.push_subscriptions_auth_secret_form
CHECK ((auth_secret ~ '^[A-Za-z0-9_-]{22}(==)?$'::text))

-- constraint push_subscriptions.push_subscriptions_endpoint_form
CHECK (((endpoint ~ '^https?://[!-~]+$'::text) AND (char_length(endpoint) <= 2048)))

-- constraint push_subscriptions.push_subscriptions_endpoint_key
UNIQUE (endpoint)

-- constraint push_subscriptions.push_subscriptions_p256dh_form
CHECK ((p256dh ~ '^[A-Za-z0-9_-]{87}=?$'::text))

-- constraint push_subscriptions.push_subscriptions_pkey
PRIMARY KEY (id)

-- constraint push_subscriptions.push_subscriptions_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint reports.reports_case_id_fkey
FOREIGN KEY (case_id) REFERENCES private.moderation_cases(id) ON DELETE SET NULL

-- constraint reports.reports_note_length
CHECK ((char_length(note) <= 2000))

-- constraint reports.reports_pkey
PRIMARY KEY (id)

-- constraint reports.reports_reason_known
CHECK ((reason = ANY (ARRAY['spam'::text, 'harassment'::text, 'hate'::text, 'violence'::text, 'sexual'::text, 'self_harm'::text, 'illegal'::text, 'other'::text])))

-- constraint reports.reports_reported_user_id_fkey
FOREIGN KEY (reported_user_id) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint reports.reports_reporter_id_fkey
FOREIGN KEY (reporter_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint reports.reports_reporter_id_subject_key
UNIQUE (reporter_id, subject_type, subject_id)

-- constraint reports.reports_subject_type_known
CHECK ((subject_type = ANY (ARRAY['post'::text, 'message'::text, 'user'::text, 'room'::text, 'story'::text])))

-- constraint room_invites.room_invites_created_by_fkey
FOREIGN KEY (created_by) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint room_invites.room_invites_max_uses_range
CHECK (((max_uses >= 1) AND (max_uses <= 10000)))

-- constraint room_invites.room_invites_pkey
PRIMARY KEY (id)

-- constraint room_invites.room_invites_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint room_invites.room_invites_uses_bound
CHECK (((uses >= 0) AND (uses <= COALESCE(max_uses, uses))))

-- constraint room_members.room_members_pkey
PRIMARY KEY (room_id, profile_id)

-- constraint room_members.room_members_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint room_members.room_members_role_known
CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'moderator'::text, 'member'::text])))

-- constraint room_members.room_members_room_id_fkey
FOREIGN KEY (room_id) REFERENCES rooms(id) ON DELETE CASCADE

-- constraint rooms.rooms_created_by_fkey
FOREIGN KEY (created_by) REFERENCES profiles(id) ON DELETE SET NULL

-- constraint rooms.rooms_description_length
CHECK ((char_length(description) <= 1000))

-- constraint rooms.rooms_direct_key_given
CHECK (((kind = 'direct'::text) = (direct_key IS NOT NULL)))

-- constraint rooms.rooms_direct_key_key
UNIQUE (direct_key)

-- constraint rooms.rooms_direct_private
CHECK (((kind <> 'direct'::text) OR is_private))

-- constraint rooms.rooms_guidelines_length
CHECK ((char_length(guidelines) <= 5000))

-- constraint rooms.rooms_kind_known
CHECK ((kind = ANY (ARRAY['channel'::text, 'group'::text, 'direct'::text])))

-- constraint rooms.rooms_name_form
CHECK (((kind = 'direct'::text) OR (private.is_plain(name) AND private.is_visible(name))))

-- constraint rooms.rooms_name_length
CHECK (((char_length(name) <= 80) AND ((kind = 'direct'::text) = (char_length(name) = 0))))

-- constraint rooms.rooms_pkey
PRIMARY KEY (id)

-- constraint rooms.rooms_retention_days_range
CHECK (((retention_days >= 1) AND (retention_days <= 3650)))

-- constraint rooms.rooms_slow_mode_s_range
CHECK (((slow_mode_s >= 0) AND (slow_mode_s <= 21600)))

-- constraint rooms.rooms_who_can_invite_known
CHECK ((who_can_invite = ANY (ARRAY['members'::text, 'moderators'::text])))

-- constraint shares.shares_pkey
PRIMARY KEY (id)

-- constraint shares.shares_post_id_fkey
FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE

-- constraint shares.shares_post_id_profile_id_key
UNIQUE (post_id, profile_id)

-- constraint shares.shares_profile_id_fkey
FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint stories.stories_author_id_fkey
FOREIGN KEY (author_id) REFERENCES profiles(id) ON DELETE CASCADE

-- constraint stories.stories_content
CHECK (((media_id IS NOT NULL) OR (text ~ '\S'::text)))

-- constraint stories.stories_expires_at_fits
CHECK ((expires_at > created_at))

-- constraint stories.stories_media_id_fkey
FOREIGN KEY (media_id) REFERENCES media(id) ON DELETE CASCADE

-- constraint stories.stories_media_id_key
UNIQUE (media_id)

-- constraint stories.stories_pkey
PRIMARY KEY (id)

-- constraint stories.stories_status_known
CHECK ((status = ANY (ARRAY['published'::text, 'held'::text, 'removed'::text])))

-- constraint stories.stories_text_length
CHECK ((char_length(text) <= 1000))

-- constraint story_views.story_views_pkey
PRIMARY KEY (story_id, viewer_id)

-- constraint story_views.story_views_story_id_fkey
FOREIGN KEY (story_id) REFERENCES stories(id) ON DELETE CASCADE

-- constraint story_views.story_views_viewer_id_fkey
FOREIGN KEY (viewer_id) REFERENCES profiles(id) ON DELETE CASCADE

-- function mark_notifications_read(uuid[])
CREATE OR REPLACE FUNCTION public.mark_notifications_read(p_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.mark_notifications_read(p_ids) $function$

-- function private.accept_conversation(uuid)
CREATE OR REPLACE FUNCTION private.accept_conversation(p_room uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_read bigint;
begin
  update private.message_requests q set state = 'accepted'
  where q.room_id = p_room and q.profile_id = v_me and q.state <> 'accepted';
  if not found then
    return false;
  end if;
  select s.last_read_seq into v_read from private.room_member_states s
  where s.room_id = p_room and s.profile_id = v_me;
  perform private.note_receipts(p_room, v_me, coalesce(v_read, 0), 'read');
  perform private.broadcast('user:' || v_me, 'unread.changed', jsonb_build_object(
    'room_id', p_room, 'unread_count', private.unread_count(p_room, v_me), 'last_message', null));
  return true;
end;
$function$

-- function private.accept_invite(text)
CREATE OR REPLACE FUNCTION private.accept_invite(p_token text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_room constant uuid := (private.find_invite(p_token)).room_id;
  v_invite public.room_invites;
  v_seq bigint;
begin
  -- One after the other: what was found before the room was locked is asked for again.
  select r.last_seq into v_seq from public.rooms r where r.id = v_room for no key update;
  v_invite := private.find_invite(p_token);
  if private.room_role(v_room, v_me) is not null then
    return v_room;
  end if;
  if exists (select from public.room_members m
    where m.room_id = v_room and m.profile_id = v_me and m.banned) then
    raise exception 'You were banned from this room' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s where s.room_id = v_room
    and s.profile_id = v_me and s.kicked_at >= v_invite.created_at) then
    raise exception 'You were removed from this room; it takes a new invite to come back'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  update public.room_invites i set uses = i.uses + 1 where i.id = v_invite.id;
  delete from private.room_invite_people p where p.invite_id = v_invite.id and p.profile_id = v_me;
  update private.room_member_states s set kicked_at = null
  where s.room_id = v_room and s.profile_id = v_me;
  insert into public.room_members (room_id, profile_id) values (v_room, v_me);
  perform private.set_last_read(v_room, v_me, v_seq);
  perform private.emit('room.joined', v_room, v_me);
  return v_room;
end;
$function$

-- function private.accept_open_requests(uuid,integer)
CREATE OR REPLACE FUNCTION private.accept_open_requests(p_target uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_ids uuid[];
begin
  perform from public.profiles p where p.id = p_target for share;
  if not found or private.is_hidden(p_target)
    or exists (select from private.private_accounts a where a.profile_id = p_target) then
    return 0;
  end if;
  with taken as (
    delete from public.follow_requests r
    where r.target_id = p_target and r.requester_id in (
      select o.requester_id from public.follow_requests o where o.target_id = p_target
      order by o.created_at, o.requester_id limit p_limit)
    returning r.requester_id
  )
  select coalesce(array_agg(t.requester_id order by t.requester_id), '{}') into v_ids from taken t;
  insert into public.follows (follower_id, followee_id) select i, p_target from unnest(v_ids) i
  on conflict do nothing;
  perform private.emit('user.follow_accepted', i, p_target) from unnest(v_ids) i;
  if cardinality(v_ids) = p_limit then
    perform private.emit('user.opened', p_target, p_target);
  end if;
  return cardinality(v_ids);
end;
$function$

-- function private.accepts_contact(uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.accepts_contact(p_person uuid, p_from uuid, p_kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rule text;
begin
  if p_kind is null or p_kind not in ('message', 'mention', 'invite') then
    raise exception 'There is no contact of the kind %', p_kind using errcode = '22023';
  end if;
  if p_person is null or p_from is null or private.is_blocked_between(p_person, p_from)
    or private.is_hidden(p_person) or private.is_system_profile(p_person) then
    return false;
  end if;
  -- Behind the author of an archive nobody reads.
  if p_kind <> 'mention' and exists (select from private.imported_profiles i
    where i.profile_id = p_person) then
    return false;
  end if;
  v_rule := (select case p_kind when 'message' then s.who_can_message
      when 'mention' then s.who_can_mention else s.who_can_invite end
    from private.profile_settings s where s.profile_id = p_person);
  if v_rule is null or v_rule = 'everyone' or p_person = p_from then
    return v_rule is not null;
  end if;
  return v_rule <> 'nobody'
    and (v_rule = 'followers' or exists (select from public.follows f
      where f.follower_id = p_person and f.followee_id = p_from))
    and (v_rule = 'following' or exists (select from public.follows f
      where f.follower_id = p_from and f.followee_id = p_person));
end;
$function$

-- function private.account_state(uuid)
CREATE OR REPLACE FUNCTION private.account_state(p_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_row private.account_states;
begin
  select * into v_row from private.account_states s where s.profile_id = p_id;
  return case
    when v_row.banned_at is not null and coalesce(v_row.banned_until > now(), true) then 'banned'
    when v_row.deletion_due_at is not null then 'deleting'
    when v_row.deactivated_at is not null then 'deactivated'
    when v_row.suspended_until > now() then 'suspended'
    else 'active'
  end;
end;
$function$

-- function private.account_states_announce()
CREATE OR REPLACE FUNCTION private.account_states_announce()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id constant uuid := coalesce(new.profile_id, old.profile_id);
begin
  if coalesce(old.hidden, false) is distinct from coalesce(new.hidden, false)
    and exists (select from public.profiles p where p.id = v_id) then
    perform private.emit('user.updated', v_id, v_id);
  end if;
  return null;
end;
$function$

-- function private.account_states_count()
CREATE OR REPLACE FUNCTION private.account_states_count()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_was constant boolean := tg_op <> 'INSERT' and old.hidden;
  v_is constant boolean := tg_op <> 'DELETE' and new.hidden;
begin
  if v_was is distinct from v_is then
    perform private.count_person(
      coalesce(new.profile_id, old.profile_id), case when v_is then -1 else 1 end);
  end if;
  return old;
end;
$function$

-- function private.account_states_enforce()
CREATE OR REPLACE FUNCTION private.account_states_enforce()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.hidden and not (tg_op = 'UPDATE' and (old.banned_at, old.deactivated_at)
    is not distinct from (new.banned_at, new.deactivated_at)) then
    perform private.end_all_sessions(new.profile_id);
  end if;
  return null;
end;
$function$

-- function private.account_states_lock()
CREATE OR REPLACE FUNCTION private.account_states_lock()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform from public.profiles p where p.id = new.profile_id for update;
  return new;
end;
$function$

-- function private.acknowledge_notification(uuid,text)
CREATE OR REPLACE FUNCTION private.acknowledge_notification(p_id uuid, p_state text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_state is null or p_state not in ('delivered', 'opened') then
    raise exception 'The state is delivered or opened'
      using errcode = 'PT422', hint = 'invalid-input', column = 'state';
  end if;
  if p_state = 'opened' then
    perform private.mark_notifications_read(array[p_id]);
  end if;
  -- For the rest of the transaction: what only rings is shown to whoever answers its ring.
  perform set_config('townsquare.unlisted', 'on', true);
  if not exists (select from public.notifications n
    where n.id = p_id and n.recipient_id = (select auth.uid())) then
    return false;
  end if;
  perform private.note_arrival(p_id, p_state = 'opened');
  return true;
end;
$function$

-- function private.add_bot(uuid,uuid)
CREATE OR REPLACE FUNCTION private.add_bot(p_bot uuid, p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.require_bot(p_bot);
  perform private.require_room(p_room, 'invite');
  if private.room_role(p_room, p_bot) is not null then
    return;
  end if;
  if exists (select from public.room_members m
    where m.room_id = p_room and m.profile_id = p_bot and m.banned) then
    raise exception 'This bot was banned from the room'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = p_bot and s.kicked_at is not null)
    and 'kick' <> all (private.room_capabilities(p_room, v_me)) then
    raise exception 'This bot was removed from the room; those who keep order let it back'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  update private.room_member_states s set kicked_at = null
  where s.room_id = p_room and s.profile_id = p_bot;
  perform private.as_bot(p_bot, null, p_room);
end;
$function$

-- function private.add_count(uuid,text,integer)
CREATE OR REPLACE FUNCTION private.add_count(p_subject uuid, p_kind text, p_delta integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.counter_deltas (subject_id, kind, delta) values (p_subject, p_kind, p_delta);
end;
$function$

-- function private.add_feed(uuid,text)
CREATE OR REPLACE FUNCTION private.add_feed(p_room uuid, p_url text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_feeds_max constant int := 10;
  v_feed private.room_feeds;
begin
  perform private.require_standing('active');
  -- Locks the room, so that two at once do not both take the last place.
  perform private.require_room(p_room, 'edit_room');
  select * into v_feed from private.room_feeds f where f.room_id = p_room and f.url = p_url;
  if v_feed.id is not null then
    return private.present_feed(v_feed);
  end if;
  if (select count(*) from private.room_feeds f where f.room_id = p_room) >= c_feeds_max then
    raise exception 'At most % feeds of one room', c_feeds_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.room_feeds (room_id, url, created_by)
  values (p_room, p_url, (select auth.uid())) returning * into v_feed;
  perform private.log_room(p_room, 'update', null, jsonb_build_object('feed_added', p_url));
  perform private.emit('room_feed.due', v_feed.id, null);
  return private.present_feed(v_feed);
end;
$function$

-- function private.add_metrics(jsonb)
CREATE OR REPLACE FUNCTION private.add_metrics(p_series jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_fresh constant interval := '1 minute';
  v_shard constant smallint := pg_backend_pid() % 8;
begin
  insert into private.metric_series as m (name, labels, shard, counts, total)
  select r.name, r.labels, v_shard, r.counts, r.total
  from jsonb_to_recordset(p_series) as r (name text, labels text[], counts bigint[], total double precision)
  where r.name not in (select unnest(private.level_names()))
  -- One order for all, so that two batches never wait for each other.
  order by r.name, r.labels
  on conflict (name, labels, shard) do update set
    counts = case when cardinality(excluded.counts) = 0 then m.counts
      else array(select u.a + u.b
        from unnest(m.counts, excluded.counts) with ordinality as u (a, b, n) order by u.n) end,
    total = m.total + excluded.total, told_at = excluded.told_at;
  insert into private.metric_levels as l (name, labels, value)
  select r.name, r.labels, r.total
  from jsonb_to_recordset(p_series) as r (name text, labels text[], total double precision)
  where r.name in (select unnest(private.level_names()))
  order by r.name, r.labels
  on conflict (name, labels) do update set told_at = excluded.told_at, value = case
    when l.told_at < excluded.told_at - c_fresh then excluded.value
    else greatest(l.value, excluded.value) end;
end;
$function$

-- function private.add_reminder(uuid,uuid,text,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.add_reminder(p_id uuid, p_room uuid, p_body text, p_due timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_waiting_max constant int := 50;
  c_ahead_max constant interval := interval '1 year';
  v_me constant uuid := (select auth.uid());
begin
  if private.room_role(p_room, v_me) is null then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_due <= clock_timestamp() or p_due > clock_timestamp() + c_ahead_max then
    raise exception 'A reminder comes within a year'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  -- One at a time for each person, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.reminders:' || v_me, 0));
  if (select count(*) from private.reminders r
    where r.profile_id = v_me and r.id <> p_id) >= c_waiting_max then
    raise exception 'At most % reminders of one person wait', c_waiting_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.reminders (id, profile_id, room_id, body, due_at)
  values (p_id, v_me, p_room, p_body, p_due) on conflict (id) do nothing;
  return (select r.due_at from private.reminders r where r.id = p_id and r.profile_id = v_me);
end;
$function$

-- function private.admits(text,uuid,uuid[])
CREATE OR REPLACE FUNCTION private.admits(p_control text, p_owner uuid, p_mentioned uuid[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Jobs and imports act for nobody and are not limited.
  return p_control = 'everyone' or v_me is null or p_owner = v_me
    or (p_control = 'mentioned' and v_me = any (p_mentioned))
    or (p_control = 'following' and exists (
      select from public.follows f where f.follower_id = p_owner and f.followee_id = v_me));
end;
$function$

-- function private.announce_call(uuid)
CREATE OR REPLACE FUNCTION private.announce_call(p_call uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.broadcast_to_room(c.room_id, 'call.changed',
    jsonb_build_object('call', private.call_shape(c.id)))
  from public.calls c where c.id = p_call;
  -- Devices in the call need not listen to its room; anybody in it could forge this, so it only
  -- tells them to read the call again.
  perform private.broadcast_each('call.changed', array[private.call_topic(c.id, c.epoch)],
    array[jsonb_build_object('call_id', c.id)])
  from public.calls c where c.id = p_call;
end;
$function$

-- function private.announce_message(messages)
CREATE OR REPLACE FUNCTION private.announce_message(p_message messages)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.broadcast_to_room(p_message.room_id, 'message.created',
    jsonb_build_object('message', (
      select s.message from private.present_messages(array[p_message.id], true) s)));
end;
$function$

-- function private.announce_post(posts)
CREATE OR REPLACE FUNCTION private.announce_post(p_row posts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payload constant jsonb := jsonb_build_object('parent_id', p_row.parent_id, 'root_id', p_row.root_id);
begin
  if coalesce(current_setting('townsquare.bulk', true), '') = 'on' then
    return;
  end if;
  perform private.emit('content.created', p_row.id, p_row.author_id, v_payload);
  if p_row.parent_id is null then
    return;
  end if;
  perform private.emit('content.commented', p_row.id, p_row.author_id, v_payload);
  if private.is_hidden(p_row.author_id) then
    return;
  end if;
  perform private.broadcast('post:' || t.id, 'comment.created', jsonb_build_object('post', case
    when private.is_for_all_on_topic(p_row)
      then (select v.post from private.present_posts(array[p_row.id], true) v)
    else jsonb_build_object('id', p_row.id) end))
  from (select p_row.root_id as id union select p_row.parent_id) t;
end;
$function$

-- function private.announce_unread(uuid,boolean)
CREATE OR REPLACE FUNCTION private.announce_unread(p_message uuid, p_released boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Beyond this many members unread counts are read, not sent.
  c_unread_members_max constant int := 100;
  v_message public.messages;
  v_told bigint;
  v_shape jsonb;
begin
  select * into v_message from public.messages m
  where m.id = p_message and m.status = 'published' and m.deleted_at is null
    and m.kind <> 'system' and (m.parent_id is null or m.also_in_room)
    -- A welcome is for whoever it names; nobody has to read it.
    and m.author_id <> private.welcome_profile_id();
  if not found or (
    select count(*) from (select from public.room_members m
      where m.room_id = v_message.room_id and not m.banned limit c_unread_members_max + 1) counted
  ) > c_unread_members_max then
    return;
  end if;
  -- One teller of a room at a time: those who waited find their message told.
  insert into private.unread_marks (room_id, seq) values (v_message.room_id, 0)
  on conflict (room_id) do nothing;
  select u.seq into v_told from private.unread_marks u where u.room_id = v_message.room_id for update;
  -- What was held back and is released counts from its old place.
  if v_told >= v_message.seq and not p_released then
    return;
  end if;
  -- The newest there is, since the counts are as of now.
  select * into v_message from public.messages m
  where m.room_id = v_message.room_id and m.seq >= v_message.seq and m.status = 'published'
    and m.deleted_at is null and m.kind <> 'system' and (m.parent_id is null or m.also_in_room)
    and m.author_id <> private.welcome_profile_id()
  order by m.seq desc limit 1;
  update private.unread_marks u set seq = greatest(u.seq, v_message.seq) where u.room_id = v_message.room_id;
  select s.message into v_shape from private.present_messages(array[v_message.id], true) s;
  perform private.broadcast_each('unread.changed', array_agg('user:' || u.profile_id),
    array_agg(jsonb_build_object('room_id', v_message.room_id, 'unread_count', u.unread_count,
      'last_message', case when b.blocker_id is null then v_shape end)))
  from private.unread_counts(v_message.room_id) u
  left join public.blocks b on b.blocker_id = u.profile_id and b.blocked_id = v_message.author_id
  -- Of what only somebody blocked has said, nobody hears.
  where (b.blocker_id is null or u.unread_count > 0 and v_message.seq > v_told + 1)
    and not private.is_set_aside(v_message.room_id, u.profile_id);
end;
$function$

-- function private.announcements_enqueue()
CREATE OR REPLACE FUNCTION private.announcements_enqueue()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit(
    case tg_op when 'INSERT' then 'announcement.created' else 'announcement.withdrawn' end,
    coalesce(new.id, old.id), null);
  return null;
end;
$function$

-- function private.announcements_fill()
CREATE OR REPLACE FUNCTION private.announcements_fill()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if new.expires_at <= clock_timestamp() then
    raise exception 'The time lies ahead'
      using errcode = 'PT422', hint = 'invalid-input', column = 'expires_at';
  end if;
  new.body_html := private.rendered(new.body) ->> 'body_html';
  return new;
end;
$function$

-- function private.answer_follow_request(uuid,boolean)
CREATE OR REPLACE FUNCTION private.answer_follow_request(p_requester uuid, p_accept boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.require_standing('active');
  perform from public.profiles p where p.id = v_me for share;
  delete from public.follow_requests r where r.requester_id = p_requester and r.target_id = v_me;
  if not found then
    return false;
  end if;
  if p_accept then
    insert into public.follows (follower_id, followee_id) values (p_requester, v_me)
    on conflict do nothing;
    perform private.emit('user.follow_accepted', p_requester, v_me);
  end if;
  return true;
end;
$function$

-- function private.answer_message_request(uuid,boolean)
CREATE OR REPLACE FUNCTION private.answer_message_request(p_room uuid, p_accept boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_request private.message_requests;
begin
  select * into v_request from private.message_requests q
  where q.room_id = p_room and q.profile_id = v_me and q.asked_at is not null for update;
  -- What was dropped is nowhere, and of somebody blocked or gone nothing waits.
  if v_request.room_id is null or v_request.state = 'dropped'
    or (not p_accept and v_request.state = 'accepted')
    or private.is_blocked_between(v_me, v_request.from_id)
    or private.is_hidden(v_request.from_id) then
    raise exception 'There is no such request' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_accept then
    perform private.accept_conversation(p_room);
  else
    update private.message_requests q set state = 'declined' where q.room_id = p_room;
  end if;
end;
$function$

-- function private.apply_deletion_ledger(text[])
CREATE OR REPLACE FUNCTION private.apply_deletion_ledger(p_hashes text[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_due int;
begin
  insert into private.deletion_ledger (person_hash)
  select h from unnest(p_hashes) as h on conflict do nothing;
  insert into private.account_states as s (profile_id, deletion_due_at)
  select p.id, clock_timestamp() from public.profiles p
    join private.deletion_ledger l
      on l.person_hash = encode(sha256(convert_to(p.id::text, 'UTF8')), 'hex')
  on conflict (profile_id) do update set deletion_due_at = excluded.deletion_due_at;
  get diagnostics v_due = row_count;
  return v_due;
end;
$function$

-- function private.apply_measure(private.moderation_cases,text)
CREATE OR REPLACE FUNCTION private.apply_measure(p_case private.moderation_cases, p_action text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_room constant uuid := (select m.room_id from public.messages m
    where p_action = 'mute' and p_case.subject_type = 'message' and m.id = p_case.subject_id);
  v_until constant timestamptz := private.standing_measure(p_case.owner_id, p_action, v_room);
begin
  if v_room is not null then
    perform private.set_room_mute(v_room, p_case.owner_id, v_until);
    return;
  end if;
  perform private.store_measure(p_case.owner_id, p_action, v_until, (
    select d.reason from private.moderation_decisions d
    where d.case_id = p_case.id order by d.created_at desc, d.id desc limit 1));
  perform private.require_manager_besides(p_case.owner_id);
end;
$function$

-- function private.apply_verdict(text,uuid,text,text,text[])
CREATE OR REPLACE FUNCTION private.apply_verdict(p_type text, p_id uuid, p_body text, p_status text, p_reasons text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform set_config('townsquare.verdict_reasons', array_to_string(p_reasons, ','), true);
  -- Only the text that was screened gets the verdict; an edit in between has a job of its own.
  -- What is screened here came in by table, so that its Markdown was not rendered either.
  if p_type = 'post' then
    update public.posts p set screened_at = clock_timestamp(),
      body_html = private.rendered(p_body) ->> 'body_html',
      lang = private.rendered(p_body) ->> 'lang',
      status = case when p.status = 'published' then p_status else p.status end
    where p.id = p_id and p.screened_at is null and p.body is not distinct from p_body;
  elsif p_type = 'story' then
    update public.stories s set screened_at = clock_timestamp(),
      status = case when s.status = 'published' then p_status else s.status end
    where s.id = p_id and s.screened_at is null;
  else
    update public.messages m set screened_at = clock_timestamp(),
      body_html = private.rendered(p_body) ->> 'body_html',
      status = case when m.status = 'published' then p_status else m.status end
    where m.id = p_id and m.screened_at is null and m.body is not distinct from p_body;
  end if;
  perform set_config('townsquare.verdict_reasons', '', true);
end;
$function$

-- function private.archive_signature(text)
CREATE OR REPLACE FUNCTION private.archive_signature(p_text text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select encode(extensions.hmac(p_text, private.setting('archive_secret'), 'sha256'), 'hex') $function$

-- function private.are_links(text[])
CREATE OR REPLACE FUNCTION private.are_links(p_links text[])
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  c_links_max constant int := 10;
  c_length_max constant int := 255;
begin
  if cardinality(p_links) > c_links_max or array_ndims(p_links) > 1 then
    return false;
  end if;
  -- Without a name before the host: https://bank.example@evil.example is not the bank.
  return (select coalesce(bool_and(l is not null and char_length(l) <= c_length_max
      and private.is_plain(l) and l ~* '^https?://[^[:space:]/?#@\\]+([/?#][^[:space:]]*)?$'), true)
    and count(*) = count(distinct l) from unnest(p_links) l);
end;
$function$

-- function private.as_bot(uuid,uuid,uuid)
CREATE OR REPLACE FUNCTION private.as_bot(p_bot uuid, p_leave uuid, p_enter uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
begin
  -- The room hears of the bot, not of whoever sends it.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_bot, 'role', 'authenticated')::text, true);
  if p_leave is not null then
    perform private.leave_room(p_leave);
  end if;
  if p_enter is not null then
    insert into public.room_members (room_id, profile_id) values (p_enter, p_bot);
    perform private.set_last_read(p_enter, p_bot,
      (select r.last_seq from public.rooms r where r.id = p_enter));
    perform private.emit('room.joined', p_enter, p_bot);
  end if;
  perform set_config('request.jwt.claims', v_claims, true);
end;
$function$

-- function private.attach_media(uuid[],uuid,uuid,uuid,uuid,uuid)
CREATE OR REPLACE FUNCTION private.attach_media(p_ids uuid[], p_owner uuid, p_post uuid, p_message uuid, p_room uuid, p_story uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Contract's Post and Message carry at most this many files.
  c_attachments_max constant int := 10;
  v_attached int;
begin
  if coalesce(cardinality(p_ids), 0) = 0 then
    return;
  end if;
  if cardinality(p_ids) > c_attachments_max then
    raise exception 'At most % files can be attached', c_attachments_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
  update public.media m set post_id = p_post, message_id = p_message, room_id = p_room,
    story_id = p_story
  where m.id = any (p_ids) and m.owner_id = p_owner and m.status <> 'rejected'
    and m.post_id is null and m.message_id is null and m.story_id is null;
  get diagnostics v_attached = row_count;
  if v_attached <> cardinality(p_ids) then
    raise exception 'A file does not exist, is not yours, is named twice, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
end;
$function$

-- function private.attach_preview(text,uuid,text)
CREATE OR REPLACE FUNCTION private.attach_preview(p_type text, p_id uuid, p_url text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_preview constant jsonb := (select l.preview from private.link_previews l where l.url = p_url);
begin
  if v_preview is null then
    return;
  end if;
  -- Only while the text still names that link: an edit in between has a job of its own.
  if p_type = 'post' then
    update public.posts p set link_preview = v_preview
    where p.id = p_id and p.deleted_at is null and private.first_link(p.entities) = p_url;
  else
    update public.messages m set link_preview = v_preview
    where m.id = p_id and m.deleted_at is null and private.first_link(m.entities) = p_url;
  end if;
end;
$function$

-- function private.audience_members_check()
CREATE OR REPLACE FUNCTION private.audience_members_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_members_max constant int := 1000;
  v_owner uuid;
begin
  -- Shared with other lists and with follows, and not with a block, which waits or is seen below.
  perform from public.profiles p where p.id = new.profile_id for share;
  if not found then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  select a.owner_id into v_owner from private.audiences a where a.id = new.audience_id for no key update;
  if v_owner is null then
    raise exception 'The list does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_owner <> (select auth.uid()) then
    -- The policy refuses it, whoever the person is: what follows would tell of another's blocks.
    return new;
  end if;
  if v_owner = new.profile_id then
    raise exception 'Whoever owns a list is not on it: they see their own posts anyway'
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_id';
  end if;
  if private.is_blocked_between(v_owner, new.profile_id) or private.is_hidden(new.profile_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if (select count(*) from private.audience_members m
    where m.audience_id = new.audience_id and m.profile_id <> new.profile_id) >= c_members_max then
    raise exception 'A list has at most % people', c_members_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  return new;
end;
$function$

-- function private.audiences_check()
CREATE OR REPLACE FUNCTION private.audiences_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_lists_max constant int := 50;
begin
  -- One at a time for each owner, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.audiences:' || new.owner_id, 0));
  if (select count(*) from private.audiences a where a.owner_id = new.owner_id) >= c_lists_max then
    raise exception 'One person has at most % lists', c_lists_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  return new;
end;
$function$

-- function private.backup_age_seconds()
CREATE OR REPLACE FUNCTION private.backup_age_seconds()
 RETURNS double precision
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select extract(epoch from clock_timestamp() - max(b.created_at))::double precision
  from private.backups b where b.status = 'verified' and b.outdated_at is null
$function$

-- function private.backup_lock()
CREATE OR REPLACE FUNCTION private.backup_lock()
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select hashtextextended('townsquare.backup', 0) $function$

-- function private.backup_tables()
CREATE OR REPLACE FUNCTION private.backup_tables()
 RETURNS TABLE(table_name text, columns text[], shape text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format('%I.%I', n.nspname, c.relname),
    array_agg(quote_ident(a.attname) order by a.attnum),
    string_agg(format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', '
      order by a.attnum)
  from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and c.relpersistence = 'p'
    and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and (n.nspname in ('public', 'private')
      or (n.nspname = 'auth' and c.relname in ('users', 'identities', 'mfa_factors')))
    -- The record of backups is about them, not part of them.
    and not (n.nspname = 'private' and c.relname = 'backups')
  group by n.nspname, c.relname
  order by n.nspname, c.relname
$function$

-- function private.ban_member(uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.ban_member(p_room uuid, p_profile uuid, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'ban');
  perform private.require_room_rank(p_room, p_profile);
  perform private.require_room_reason(p_reason);
  if not exists (select from public.profiles p where p.id = p_profile) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if exists (select from public.room_members m
    where m.room_id = p_room and m.profile_id = p_profile and m.banned) then
    return;
  end if;
  insert into public.room_members as m (room_id, profile_id, banned) values (p_room, p_profile, true)
  on conflict (room_id, profile_id) do update set banned = true, role = 'member';
  perform private.log_room(p_room, 'ban', p_profile, jsonb_build_object('reason', p_reason));
end;
$function$

-- function private.before_rest_request()
CREATE OR REPLACE FUNCTION private.before_rest_request()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.check_session(
    coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb
  );
  perform private.require_standing('suspended');
end;
$function$

-- function private.before_user_created(jsonb)
CREATE OR REPLACE FUNCTION private.before_user_created(event jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_handle constant text := event -> 'user' -> 'user_metadata' ->> 'handle';
  v_problem text;
begin
  if private.is_blocked_email(event -> 'user' ->> 'email') then
    return jsonb_build_object('error', jsonb_build_object('http_code', 422,
      'message', 'E-mail addresses of throw-away services are not taken'));
  end if;
  v_problem := case when v_handle is not null then private.handle_fault(v_handle, null) end;
  if v_problem is null then
    return '{}'::jsonb;
  end if;
  return jsonb_build_object('error', jsonb_build_object(
    'http_code', case when v_problem = 'This handle is taken' then 409 else 422 end,
    'message', v_problem));
end;
$function$

-- function private.begin_job(text,uuid)
CREATE OR REPLACE FUNCTION private.begin_job(p_consumer text, p_event_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_finished timestamptz;
begin
  insert into private.job_runs (consumer, event_id) values (p_consumer, p_event_id)
  on conflict (consumer, event_id) do nothing;
  -- A parallel delivery of the same event waits here for the first, or takes over when it failed.
  select r.finished_at into v_finished from private.job_runs r
  where r.consumer = p_consumer and r.event_id = p_event_id for update;
  if v_finished is not null then
    perform private.count_job(p_consumer, 'duplicate');
  end if;
  return case when v_finished is null then 'run' else 'done' end;
end;
$function$

-- function private.begin_jobs(text[],uuid)
CREATE OR REPLACE FUNCTION private.begin_jobs(p_consumers text[], p_event_id uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_due text[];
begin
  with made as (
    -- Always in this order, so that two deliveries never wait for each other.
    insert into private.job_runs (consumer, event_id)
    select c, p_event_id from unnest(p_consumers) c order by c
    on conflict (consumer, event_id) do nothing
    returning consumer)
  select coalesce(array_agg(m.consumer), '{}') into v_due from made m;
  if cardinality(v_due) = cardinality(p_consumers) then
    return v_due;
  end if;
  v_due := array(select r.consumer from private.job_runs r
    where r.event_id = p_event_id and r.consumer = any (p_consumers) and r.finished_at is null
    order by r.consumer for update);
  perform private.count_job(c, 'duplicate')
  from unnest(p_consumers) c where c <> all (v_due) order by c;
  return v_due;
end;
$function$

-- function private.begin_publication()
CREATE OR REPLACE FUNCTION private.begin_publication()
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_post record;
begin
  select p.id, p.author_id into v_post from public.posts p
  where p.status = 'scheduled' and p.publish_at <= now()
  order by p.publish_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', v_post.author_id, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  return v_post.id;
end;
$function$

-- function private.begin_request(jsonb,text,text)
CREATE OR REPLACE FUNCTION private.begin_request(p_claims jsonb, p_trace text DEFAULT NULL::text, p_open_to text DEFAULT 'suspended'::text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_role text := coalesce(p_claims ->> 'role', 'anon');
begin
  if v_role not in ('anon', 'authenticated', 'service_role') then
    raise exception 'The token names an unknown role' using errcode = 'PT401', hint = 'not-authenticated';
  end if;
  perform private.check_session(p_claims);
  perform set_config('request.jwt.claims', p_claims::text, true);
  perform set_config('townsquare.traceparent', coalesce(p_trace, ''), true);
  if v_role = 'authenticated' then
    perform private.require_standing(p_open_to);
  end if;
  perform set_config('role', v_role, true);
end;
$function$

-- function private.begin_restore(uuid)
CREATE OR REPLACE FUNCTION private.begin_restore(p_me uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- As the person, for what asks who is asking; nobody is told of what is years old.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_me, 'role', 'authenticated')::text, true);
  perform set_config('townsquare.bulk', 'on', true);
  perform set_config('townsquare.silent', 'on', true);
  perform set_config('townsquare.verdict', 'published', true);
end;
$function$

-- function private.begin_role_change()
CREATE OR REPLACE FUNCTION private.begin_role_change()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- First the lock, then the question: whoever was put out while waiting is told so.
  perform private.lock_staff();
  perform private.require_permission('role.manage');
end;
$function$

-- function private.begin_signed_read(uuid,text,bigint,uuid,text)
CREATE OR REPLACE FUNCTION private.begin_signed_read(p_media_id uuid, p_variant text, p_expires bigint, p_viewer uuid, p_signature text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_expected constant text := private.media_signature(p_media_id, p_variant, p_expires, p_viewer);
  v_reader uuid := p_viewer;
begin
  -- Hashes are compared, so that time tells nothing of the signature.
  if p_expires < extract(epoch from clock_timestamp())
    or sha256(convert_to(p_signature, 'UTF8')) <> sha256(convert_to(v_expected, 'UTF8')) then
    return false;
  end if;
  -- A room reads as whoever has shown the file there.
  if private.media_room(p_media_id) = p_viewer then
    select m.owner_id into v_reader from public.media m where m.id = p_media_id;
  end if;
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', v_reader, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  return true;
end;
$function$

-- function private.blank_matches(text,text)
CREATE OR REPLACE FUNCTION private.blank_matches(p_text text, p_pattern text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (
    select string_agg(m.gap || repeat(' ', coalesce(char_length(m.value), 0)), '' order by m.start)
    from private.matches_of(p_text, p_pattern) m);
end;
$function$

-- function private.blocked_profile_ids()
CREATE OR REPLACE FUNCTION private.blocked_profile_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$ begin
  return query select b.blocked_id from public.blocks b where b.blocker_id = (select auth.uid());
end; $function$

-- function private.blocks_check()
CREATE OR REPLACE FUNCTION private.blocks_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.blocker_id = new.blocked_id then
    raise exception 'Nobody blocks themselves'
      using errcode = 'PT422', hint = 'invalid-input', column = 'blocked_id';
  end if;
  -- Both, in one order: whoever is writing an edge between them has finished, or will see the block.
  perform from public.profiles p where p.id in (new.blocker_id, new.blocked_id)
  order by p.id for no key update;
  if not exists (select from public.profiles p where p.id = new.blocked_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  return new;
end;
$function$

-- function private.blocks_end_calls()
CREATE OR REPLACE FUNCTION private.blocks_end_calls()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.finish_call(c.id,
    case when c.answered_at is null then 'missed' else 'ended' end, clock_timestamp())
  from public.rooms r join public.calls c on c.room_id = r.id and c.ended_at is null
  where r.direct_key = least(new.blocker_id, new.blocked_id) || ':'
    || greatest(new.blocker_id, new.blocked_id);
  return null;
end;
$function$

-- function private.blocks_leave_audiences()
CREATE OR REPLACE FUNCTION private.blocks_leave_audiences()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.audience_members m using private.audiences a
  where a.id = m.audience_id
    and ((a.owner_id = new.blocker_id and m.profile_id = new.blocked_id)
      or (a.owner_id = new.blocked_id and m.profile_id = new.blocker_id));
  return null;
end;
$function$

-- function private.blocks_mirror()
CREATE OR REPLACE FUNCTION private.blocks_mirror()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into private.block_sides (profile_id, other_id, is_blocker)
    values (new.blocker_id, new.blocked_id, true), (new.blocked_id, new.blocker_id, false);
  else
    delete from private.block_sides s
    where (s.profile_id = old.blocker_id and s.other_id = old.blocked_id and s.is_blocker)
      or (s.profile_id = old.blocked_id and s.other_id = old.blocker_id and not s.is_blocker);
  end if;
  return null;
end;
$function$

-- function private.blocks_sever()
CREATE OR REPLACE FUNCTION private.blocks_sever()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.follows f
  where (f.follower_id = new.blocker_id and f.followee_id = new.blocked_id)
     or (f.follower_id = new.blocked_id and f.followee_id = new.blocker_id);
  delete from public.follow_requests r
  where (r.requester_id = new.blocker_id and r.target_id = new.blocked_id)
     or (r.requester_id = new.blocked_id and r.target_id = new.blocker_id);
  perform private.emit('user.blocked', new.blocked_id, new.blocker_id);
  return null;
end;
$function$

-- function private.bot_author(uuid,uuid)
CREATE OR REPLACE FUNCTION private.bot_author(p_message uuid, p_author uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_guise jsonb;
begin
  if p_author = private.hook_profile_id() then
    select jsonb_build_object('display_name', g.name, 'avatar_url', g.avatar_url) into v_guise
    from private.message_guises g where g.message_id = p_message;
  end if;
  return private.profile_summary(p_author) || coalesce(v_guise, '{}'::jsonb);
end;
$function$

-- function private.bot_of_token(bytea)
CREATE OR REPLACE FUNCTION private.bot_of_token(p_hash bytea)
 RETURNS TABLE(bot_id uuid, token_id uuid, scopes text[])
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select t.bot_id, t.id, t.scopes from private.bot_tokens t where t.token_hash = p_hash
$function$

-- function private.bots_erase_profile()
CREATE OR REPLACE FUNCTION private.bots_erase_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- When the profile itself is being deleted, there is nothing left to do.
  insert into private.account_states as s (profile_id, deletion_due_at)
  select p.id, clock_timestamp() from public.profiles p where p.id = old.profile_id
  on conflict (profile_id) do update set deletion_due_at = excluded.deletion_due_at;
  return null;
end;
$function$

-- function private.broadcast(text,text,jsonb)
CREATE OR REPLACE FUNCTION private.broadcast(p_topic text, p_event text, p_payload jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- That a session is over is said to the socket that it was.
  if p_event <> 'session.revoked' and not private.is_told(p_topic) then
    return;
  end if;
  perform realtime.send(
    p_payload || jsonb_build_object(
      'event_id', private.uuid_v7(),
      'sent_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'traceparent', private.event_trace()),
    p_event, p_topic, true);
end;
$function$

-- function private.broadcast_each(text,text[],jsonb[])
CREATE OR REPLACE FUNCTION private.broadcast_each(p_event text, p_topics text[], p_payloads jsonb[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_trace constant text := private.event_trace();
begin
  -- What realtime.send does, for many topics in one statement.
  insert into realtime.messages (id, topic, event, payload, private, extension)
  select s.id, s.topic, p_event, s.payload || jsonb_build_object(
    'id', s.id, 'event_id', private.uuid_v7(),
    'sent_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'traceparent', v_trace), true, 'broadcast'
  from (
    select gen_random_uuid() as id, t.topic, t.payload
    from unnest(p_topics, p_payloads) as t (topic, payload)
    where private.is_told(t.topic) offset 0) s;
exception when others then
  -- Like there: what cannot be sent must not undo what was done.
  raise warning 'broadcast_each: %', sqlerrm;
end;
$function$

-- function private.broadcast_to_room(uuid,text,jsonb)
CREATE OR REPLACE FUNCTION private.broadcast_to_room(p_room uuid, p_event text, p_payload jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.broadcast(private.room_topic(r.id, r.epoch), p_event, p_payload)
  from public.rooms r where r.id = p_room;
end;
$function$

-- function private.call_ring()
CREATE OR REPLACE FUNCTION private.call_ring()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select interval '60 seconds' $function$

-- function private.call_shape(uuid)
CREATE OR REPLACE FUNCTION private.call_shape(p_call uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object(
      'id', c.id, 'topic', private.call_topic(c.id, c.epoch), 'room_id', c.room_id, 'kind', c.kind,
      'state', case when late.is_late then 'missed' else c.state end,
      'started_by', private.profile_summary(c.started_by),
      'participants', coalesce((
        select jsonb_agg(private.profile_summary(p.profile_id) || jsonb_build_object(
          'state', case when late.is_late and p.state = 'joined' then 'left' else p.state end,
          'joined_at', p.joined_at, 'left_at', p.left_at)
          order by p.joined_at nulls last, p.profile_id)
        from private.call_participants p where p.call_id = c.id), '[]'),
      'started_at', c.started_at, 'answered_at', c.answered_at,
      'ended_at', case when late.is_late then c.started_at + private.call_ring() else c.ended_at end,
      'duration_s', case when c.answered_at is not null then
        floor(extract(epoch from coalesce(c.ended_at, clock_timestamp()) - c.answered_at))::int end,
      'livekit', null)
    from public.calls c
    cross join lateral (select c.state = 'ringing'
      and c.started_at + private.call_ring() <= clock_timestamp() as is_late) late
    where c.id = p_call);
end;
$function$

-- function private.call_topic(uuid,integer)
CREATE OR REPLACE FUNCTION private.call_topic(p_call uuid, p_epoch integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select 'call:' || p_call || ':' || p_epoch $function$

-- function private.can_see(uuid,text,uuid)
CREATE OR REPLACE FUNCTION private.can_see(p_viewer uuid, p_type text, p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_seen boolean;
begin
  -- Row-level security is the only place that knows who sees what: ask it as that person.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_viewer, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  if p_type = 'post' then
    v_seen := exists (select from public.posts p where p.id = p_id and p.status = 'published' and p.deleted_at is null);
  elsif p_type = 'message' then
    v_seen := exists (select from public.messages m
      where m.id = p_id and m.deleted_at is null and m.status = 'published');
  else
    v_seen := false;
  end if;
  perform set_config('role', v_role, true);
  perform set_config('request.jwt.claims', v_claims, true);
  return v_seen;
end;
$function$

-- function private.cancel_archive_import(uuid)
CREATE OR REPLACE FUNCTION private.cancel_archive_import(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_status text;
begin
  -- A batch that is being written ends first, and counts.
  select i.status into v_status from private.archive_imports i
  where i.id = p_id and (i.created_by = (select auth.uid())
    or private.may_import((select auth.uid()), i.room_id))
  for update;
  if v_status is null then
    raise exception 'There is no such import' using errcode = 'PT404', hint = 'not-found';
  elsif v_status = 'done' then
    raise exception 'The import is done' using errcode = 'PT409', hint = 'conflict';
  end if;
  update private.archive_imports i
  set status = 'failed', errors = i.errors || '["It was cancelled"]',
    cancelled_at = clock_timestamp(), finished_at = clock_timestamp()
  where i.id = p_id and i.cancelled_at is null;
end;
$function$

-- function private.cancel_deletion(uuid)
CREATE OR REPLACE FUNCTION private.cancel_deletion(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- What has begun cannot be cancelled: some of it is gone.
  update private.account_states s
  set deletion_due_at = null, changed_by = p_id, changed_at = clock_timestamp()
  where s.profile_id = p_id and s.deletion_due_at > clock_timestamp();
  return found;
end;
$function$

-- function private.capabilities_in(rooms,text,boolean,boolean)
CREATE OR REPLACE FUNCTION private.capabilities_in(p_room rooms, p_role text, p_is_muted boolean, p_is_closed boolean)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_rank constant int := private.room_rank(p_role);
  v_open constant boolean := p_room.archived_at is null;
  v_direct constant boolean := p_room.kind = 'direct';
begin
  return array_remove(array[
    case when v_rank > 0 then 'read' end,
    case when v_rank > 0 and v_open and not p_is_muted and not p_is_closed
      and (v_rank > 1 or not p_room.read_only) then 'send' end,
    case when v_rank > 0 and v_direct and not p_is_closed then 'pin' end,
    case when v_rank > 0 and not v_direct then 'leave' end,
    case when v_rank > 0 and v_open and not v_direct
      and (v_rank > 1 or p_room.who_can_invite = 'members') then 'invite' end,
    case when v_rank > 1 and v_open then 'pin' end,
    case when v_rank > 1 then 'delete_messages' end,
    case when v_rank > 1 then 'mute' end,
    case when v_rank > 1 then 'kick' end,
    case when v_rank > 1 then 'ban' end,
    case when v_rank > 1 then 'read_log' end,
    case when v_rank > 2 then 'change_role' end,
    case when v_rank > 2 then 'edit_room' end,
    case when v_rank > 2 then 'archive' end,
    case when v_rank > 3 then 'transfer' end,
    case when v_rank > 3 then 'delete_room' end
  ], null);
end;
$function$

-- function private.carry_out(private.moderation_cases,text,text)
CREATE OR REPLACE FUNCTION private.carry_out(p_case private.moderation_cases, p_action text, p_undone text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if p_action = 'remove' then
    perform private.set_subject_status(
      p_case.subject_type, p_case.subject_id, array['published', 'held'], 'removed');
  elsif p_action in ('mute', 'suspend', 'ban') then
    -- Published words stand for themselves; those that were held do not come out after this.
    perform private.set_subject_status(
      p_case.subject_type, p_case.subject_id, array['held'], 'removed');
    perform private.apply_measure(p_case, p_action);
  elsif p_action = 'restore' then
    if p_undone <> 'remove' then
      perform private.apply_measure(p_case, p_undone);
    end if;
    if not exists (select from private.moderation_cases c
      where c.subject_type = p_case.subject_type and c.subject_id = p_case.subject_id
        and c.id <> p_case.id and private.last_action(c.id) = 'remove') then
      perform private.set_subject_status(
        p_case.subject_type, p_case.subject_id, array['removed', 'held'], 'published');
    end if;
  else
    -- Whoever dismisses or warns lets the words stand: what screening held is released.
    perform private.set_subject_status(
      p_case.subject_type, p_case.subject_id, array['held'], 'published');
  end if;
end;
$function$

-- function private.case_detail(uuid)
CREATE OR REPLACE FUNCTION private.case_detail(p_case uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission('report.review');
  return (
    select private.present_case(c) || jsonb_build_object('reports', coalesce((
      select jsonb_agg(jsonb_build_object(
        'reason', r.reason, 'note', r.note, 'created_at', r.created_at) order by r.created_at)
      -- The first hundred say enough; a mass report is one case.
      from (select * from public.reports r where r.case_id = c.id
        order by r.created_at limit 100) r), '[]'))
    from private.moderation_cases c where c.id = p_case);
end;
$function$

-- function private.change_bot(uuid,text,text)
CREATE OR REPLACE FUNCTION private.change_bot(p_bot uuid, p_display_name text, p_bio text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_bot constant private.bots := private.require_bot(p_bot);
begin
  update public.profiles p
  set display_name = coalesce(p_display_name, p.display_name), bio = coalesce(p_bio, p.bio)
  where p.id = p_bot;
  return private.present_bot(v_bot);
end;
$function$

-- function private.change_endpoint(uuid,text,text[],text,text)
CREATE OR REPLACE FUNCTION private.change_endpoint(p_id uuid, p_url text, p_events text[], p_description text, p_status text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint private.webhook_endpoints := private.require_endpoint(p_id);
begin
  update private.webhook_endpoints e
  set url = coalesce(p_url, e.url), events = coalesce(p_events, e.events),
    description = coalesce(p_description, e.description),
    disabled_at = case p_status when 'active' then null
      when 'disabled' then coalesce(e.disabled_at, clock_timestamp()) else e.disabled_at end,
    -- Whoever turns it on answers for it: the owner before may have left.
    owner_id = case p_status when 'active' then (select auth.uid()) else e.owner_id end,
    active_since = case when p_status = 'active' and e.disabled_at is not null
      then clock_timestamp() else e.active_since end,
    -- What is asked for anew is told from now on.
    seen_to = case when p_events is not null then clock_timestamp() else e.seen_to end,
    -- A new address, and one that is turned on again, begins anew.
    failures = case when p_status = 'active' or p_url is not null then 0 else e.failures end,
    failing_since = case when p_status = 'active' or p_url is not null then null else e.failing_since end,
    retry_at = case when p_status = 'active' or p_url is not null then null else e.retry_at end
  where e.id = p_id returning * into v_endpoint;
  if v_endpoint.disabled_at is null then
    perform private.wake_endpoint(p_id, clock_timestamp());
  end if;
  return private.present_endpoint(v_endpoint);
end;
$function$

-- function private.check_bot_token(jsonb)
CREATE OR REPLACE FUNCTION private.check_bot_token(p_claims jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_owner uuid;
begin
  select b.owner_id into v_owner
  from private.bot_tokens t join private.bots b on b.profile_id = t.bot_id
  where t.id = (p_claims ->> 'bot_token_id')::uuid and t.bot_id = (p_claims ->> 'sub')::uuid
    and coalesce(t.expires_at > clock_timestamp(), true);
  if v_owner is null then
    raise exception 'This token was taken back or has expired'
      using errcode = 'PT401', hint = 'not-authenticated';
  end if;
  if private.account_state(v_owner) <> 'active' then
    raise exception 'Whoever owns this bot may not act now'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.check_decision(private.moderation_cases,text)
CREATE OR REPLACE FUNCTION private.check_decision(p_case private.moderation_cases, p_action text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- Whoever undoes something must be allowed to do it.
  v_action constant text := case p_action when 'restore'
    then private.last_action(p_case.id) else p_action end;
begin
  if p_case.id is null then
    raise exception 'There is no such case' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_case.owner_id = (select auth.uid()) then
    raise exception 'Nobody decides about themselves' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if p_action = 'remove' and p_case.subject_type not in ('post', 'message', 'story') then
    raise exception 'A % cannot be removed', p_case.subject_type
      using errcode = 'PT501', hint = 'not-supported';
  end if;
  if (p_action = 'restore') <> (p_case.status = 'decided') then
    raise exception 'The case is %', p_case.status using errcode = 'PT409', hint = 'conflict';
  end if;
  if v_action = 'remove' then
    perform private.require_permission(
      case p_case.subject_type when 'message' then 'message.delete' else 'post.remove' end);
  elsif v_action in ('mute', 'suspend', 'ban') then
    perform private.require_may_measure(p_case.owner_id, v_action);
  elsif p_action = 'restore' then
    raise exception 'There is nothing to undo' using errcode = 'PT409', hint = 'conflict';
  end if;
end;
$function$

-- function private.check_session(jsonb)
CREATE OR REPLACE FUNCTION private.check_session(p_claims jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if p_claims ->> 'role' is distinct from 'authenticated' then
    return;
  end if;
  -- The auth server puts no such claim into a token: the API does, for a bot that it knows.
  if p_claims ? 'bot_token_id' then
    perform private.check_bot_token(p_claims);
    return;
  end if;
  if not exists (
    select from auth.sessions s
    where s.id = (p_claims ->> 'session_id')::uuid and s.user_id = (p_claims ->> 'sub')::uuid
      and (s.not_after is null or s.not_after > now())
  ) then
    raise exception 'This session has ended' using errcode = 'PT401', hint = 'session-revoked';
  end if;
end;
$function$

-- function private.check_until(text,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.check_until(p_action text, p_until timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_until_max constant timestamptz := '9999-01-01 00:00:00+00';
begin
  if p_until is null then
    return;
  end if;
  if p_action not in ('mute', 'suspend', 'ban') then
    raise exception 'Only a mute, a suspension and a ban have an end'
      using errcode = 'PT422', hint = 'invalid-input', column = 'until';
  end if;
  if p_until <= clock_timestamp() or p_until > c_until_max then
    raise exception 'The end of a measure lies ahead, before the year 9999'
      using errcode = 'PT422', hint = 'invalid-input', column = 'until';
  end if;
end;
$function$

-- function private.claim_dead_alert(integer,integer)
CREATE OR REPLACE FUNCTION private.claim_dead_alert(p_above integer, p_minutes integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_since constant timestamptz := clock_timestamp() - make_interval(mins => p_minutes);
  v_dead int;
begin
  select count(*) into v_dead from private.dead_jobs d
  where d.last_at > v_since and d.replayed_at is null and d.discarded_at is null;
  if v_dead <= p_above then
    return 0;
  end if;
  insert into private.settings as s (name, value) values ('dead_alert_at', clock_timestamp()::text)
  on conflict (name) do update set value = excluded.value, updated_at = now()
  where s.value = '' or s.value::timestamptz < v_since;
  return case when found then v_dead else 0 end;
end;
$function$

-- function private.claim_delivery(uuid)
CREATE OR REPLACE FUNCTION private.claim_delivery(p_endpoint uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_lease constant interval := '1 minute';
  -- The queue's clock may be ahead of this one.
  c_early constant interval := '500 milliseconds';
  v_endpoint private.webhook_endpoints;
  v_delivery private.webhook_deliveries;
begin
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint and (e.leased_until is null or e.leased_until < clock_timestamp())
    and (e.retry_at is null or e.retry_at <= clock_timestamp() + c_early) for no key update;
  if v_endpoint.id is null or not private.endpoint_is_open(v_endpoint) then
    return null;
  end if;
  v_delivery := private.next_delivery(v_endpoint);
  if v_delivery.id is null then
    return null;
  end if;
  v_endpoint.lease := gen_random_uuid();
  update private.webhook_endpoints e
  set lease = v_endpoint.lease, leased_until = clock_timestamp() + c_lease where e.id = p_endpoint;
  return jsonb_build_object('lease', v_endpoint.lease, 'id', v_delivery.id, 'url', v_endpoint.url,
    'event_id', v_delivery.event_id, 'body', v_delivery.body,
    'secrets', (select jsonb_agg(s.sealed order by s.created_at desc)
      from private.webhook_secrets s where s.endpoint_id = p_endpoint
        and (s.expires_at is null or s.expires_at > clock_timestamp())));
end;
$function$

-- function private.claim_failure_alert(integer,integer,integer)
CREATE OR REPLACE FUNCTION private.claim_failure_alert(p_percent integer, p_runs integer, p_minutes integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- What is older is kept as a sum only.
  c_minutes_max constant int := 60;
  v_since constant timestamptz := date_trunc('minute', clock_timestamp())
    - make_interval(mins => least(p_minutes, c_minutes_max));
  v_failing jsonb;
begin
  select jsonb_agg(jsonb_build_object('job', f.job, 'failed', f.failed, 'runs', f.runs)
    order by f.failed desc, f.job) into v_failing
  from (
    select s.job, sum(s.runs) filter (where s.outcome = 'failed') as failed, sum(s.runs) as runs
    from private.job_stats s
    where s.minute >= v_since and s.outcome in ('done', 'failed') group by s.job
  ) f where f.runs >= p_runs and f.failed * 100 > f.runs * p_percent;
  if v_failing is null then
    return null;
  end if;
  insert into private.settings as s (name, value) values ('failure_alert_at', clock_timestamp()::text)
  on conflict (name) do update set value = excluded.value, updated_at = now()
  where s.value = '' or s.value::timestamptz < clock_timestamp() - make_interval(mins => p_minutes);
  return case when found then v_failing end;
end;
$function$

-- function private.claim_idempotency_key(text,text,text,text)
CREATE OR REPLACE FUNCTION private.claim_idempotency_key(p_actor text, p_route text, p_key text, p_body_hash text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- A first request that died without an answer must not block its retry for ever.
  c_lease constant interval := '2 minutes';
  v_row private.idempotency_keys;
begin
  insert into private.idempotency_keys (actor, route, key, body_hash)
  values (p_actor, p_route, p_key, p_body_hash)
  on conflict (actor, route, key) do update
    set created_at = now(), body_hash = excluded.body_hash
    where idempotency_keys.finished_at is null and idempotency_keys.created_at < now() - c_lease
  returning * into v_row;
  if found then
    return jsonb_build_object('state', 'new');
  end if;
  select * into v_row from private.idempotency_keys k
  where k.actor = p_actor and k.route = p_route and k.key = p_key;
  return case
    when v_row.body_hash is distinct from p_body_hash then jsonb_build_object('state', 'mismatch')
    when v_row.finished_at is null then jsonb_build_object('state', 'running')
    else jsonb_build_object('state', 'done', 'status', v_row.status,
      'headers', v_row.headers, 'body', v_row.body)
  end;
end;
$function$

-- function private.claim_outbox(integer)
CREATE OR REPLACE FUNCTION private.claim_outbox(p_limit integer)
 RETURNS TABLE(id uuid, topic text, subject_id uuid, actor_id uuid, payload jsonb, traceparent text, created_at timestamp with time zone, attempts integer, delay_seconds integer)
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_sort TO 'off'
AS $function$
declare
  v_now timestamptz;
begin
  -- One at a time: two relays that look at once would not see what the other is about to lease,
  -- and one subject's events would leave by two doors.
  perform pg_advisory_xact_lock(hashtextextended('townsquare.claim_outbox', 0));
  -- One moment for all rows: what is not due yet must not become so before its successor is seen.
  v_now := clock_timestamp();
  return query
    with due as (
      select o.id from private.outbox o
      where o.published_at is null and o.available_at <= v_now
        and (o.locked_until is null or o.locked_until < v_now)
        -- What its subject has before it, in another relay's hands or waiting, goes first.
        and not exists (
          select from private.outbox e
          where e.subject_id = o.subject_id and e.published_at is null
            and (e.created_at, e.id) < (o.created_at, o.id)
            and (e.available_at > v_now or e.locked_until >= v_now)
          offset 0)
      -- Ids of one millisecond are in no order; times of one writer are.
      order by o.created_at, o.id limit p_limit for update skip locked
    ), claimed as (
      update private.outbox o
      set locked_until = clock_timestamp() + interval '30 seconds', attempts = o.attempts + 1
      from due where o.id = due.id
      returning o.id, o.topic, o.subject_id, o.actor_id, o.payload, o.traceparent, o.created_at,
        o.attempts, greatest(
          0, ceil(extract(epoch from o.deliver_after - clock_timestamp())))::int as delay_seconds
    )
    select * from claimed c order by c.created_at, c.id;
end;
$function$

-- function private.clear_reminders()
CREATE OR REPLACE FUNCTION private.clear_reminders()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_count int;
begin
  delete from private.reminders r where r.profile_id = (select auth.uid());
  get diagnostics v_count = row_count;
  return v_count;
end;
$function$

-- function private.close_connection(uuid)
CREATE OR REPLACE FUNCTION private.close_connection(p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with closed as (
    delete from private.connections c
    where c.id = p_id and c.profile_id = (select auth.uid()) returning c.id)
  select exists (select from closed)
$function$

-- function private.close_polls(integer)
CREATE OR REPLACE FUNCTION private.close_polls(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_closed int;
begin
  with due as (
    delete from private.poll_closings c where c.post_id in (
      select d.post_id from private.poll_closings d where d.closes_at <= now()
      order by d.closes_at limit p_limit for update skip locked)
    returning c.post_id
  )
  select count(*)::int into v_closed from (
    select private.emit('content.poll_closed', p.id, p.author_id)
    from due join public.posts p on p.id = due.post_id
    where p.deleted_at is null) told;
  return v_closed;
end;
$function$

-- function private.command_names()
CREATE OR REPLACE FUNCTION private.command_names()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array['help', 'invite', 'leave', 'me', 'mute', 'poll', 'remind', 'topic', 'unmute']
$function$

-- function private.comment_rank(bigint,bigint,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.comment_rank(p_reactions bigint, p_replies bigint, p_created_at timestamp with time zone)
 RETURNS double precision
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- "hot" of github.com/reddit-archive/reddit, r2/r2/lib/db/_sorts.pyx: ten times the score weighs
  -- as much as 12.5 hours. An answer takes more than a tap. It never has to be made anew for age.
  return log(greatest(p_reactions + 2 * p_replies, 1))::double precision
    + (extract(epoch from p_created_at) - 1134028003)::double precision / 45000;
end;
$function$

-- function private.connection_lease()
CREATE OR REPLACE FUNCTION private.connection_lease()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select interval '90 seconds' $function$

-- function private.connections_by_room(integer)
CREATE OR REPLACE FUNCTION private.connections_by_room(p_limit integer)
 RETURNS TABLE(room_id uuid, connections integer)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select m.room_id, count(*)::int as connections
  from private.connections c
  cross join unnest(c.room_ids) as listened (room_id)
  join public.room_members m
    on m.room_id = listened.room_id and m.profile_id = c.profile_id and not m.banned
  where c.expires_at > clock_timestamp()
  group by m.room_id
  order by connections desc, m.room_id limit p_limit
$function$

-- function private.count_events(text[])
CREATE OR REPLACE FUNCTION private.count_events(p_topics text[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.event_counts as e (topic, hour, total)
  select t, date_trunc('hour', clock_timestamp()), count(*) from unnest(p_topics) as t
  group by t order by t
  on conflict (topic, hour) do update set total = e.total + excluded.total
$function$

-- function private.count_follow(follows,integer)
CREATE OR REPLACE FUNCTION private.count_follow(p_row follows, p_delta integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.is_counted(p_row.followee_id) then
    perform private.add_count(p_row.follower_id, 'following', p_delta);
  end if;
  if private.is_counted(p_row.follower_id) then
    perform private.add_count(p_row.followee_id, 'followers', p_delta);
  end if;
end;
$function$

-- function private.count_handle_change(uuid,text)
CREATE OR REPLACE FUNCTION private.count_handle_change(p_profile uuid, p_old text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_limit record;
begin
  -- The name that an account was given is no choice; leaving it is free.
  if p_old = private.given_handle(p_profile) then
    return;
  end if;
  select * into v_limit from private.take_rate_limit('handle:' || p_profile,
    private.setting('handle_changes')::int,
    private.setting('handle_changes_days')::int * 24 * 60 * 60);
  if not v_limit.allowed then
    raise exception 'The handle was changed too often; wait before the next change'
      using errcode = 'PT429', hint = 'too-many-requests',
        detail = 'retry_after=' || v_limit.reset_seconds, column = 'handle';
  end if;
end;
$function$

-- function private.count_happening(text,text)
CREATE OR REPLACE FUNCTION private.count_happening(p_name text, p_label text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.add_count('00000000-0000-0000-0000-000000000000', p_name || ':' || p_label, 1)
$function$

-- function private.count_job(text,text,double precision,double precision)
CREATE OR REPLACE FUNCTION private.count_job(p_job text, p_outcome text, p_seconds double precision DEFAULT 0, p_waited double precision DEFAULT 0)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into private.job_stats as s (job, outcome, minute, bucket, shard, runs, seconds, waited)
  values (left(p_job, 80), p_outcome, date_trunc('minute', clock_timestamp()),
    width_bucket(coalesce(p_seconds, 0), private.job_buckets()), pg_backend_pid() % 16,
    1, coalesce(p_seconds, 0), coalesce(p_waited, 0))
  on conflict (job, outcome, minute, bucket, shard) do update
  set runs = s.runs + 1, seconds = s.seconds + excluded.seconds, waited = s.waited + excluded.waited;
end;
$function$

-- function private.count_of(uuid,text)
CREATE OR REPLACE FUNCTION private.count_of(p_subject uuid, p_kind text)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((select c.value from private.counters c
      where c.subject_id = p_subject and c.kind = p_kind), 0)
    + coalesce((select sum(d.delta) from private.counter_deltas d
      where d.subject_id = p_subject and d.kind = p_kind), 0);
end;
$function$

-- function private.count_person(uuid,integer)
CREATE OR REPLACE FUNCTION private.count_person(p_id uuid, p_delta integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.counter_deltas (subject_id, kind, delta)
  select f.followee_id, 'followers', p_delta from public.follows f where f.follower_id = p_id
  union all
  select f.follower_id, 'following', p_delta from public.follows f where f.followee_id = p_id
  union all
  select r.post_id, 'reaction:' || r.kind, p_delta
  from public.post_reactions r where r.profile_id = p_id
  union all
  select s.post_id, 'shares', p_delta from public.shares s where s.profile_id = p_id
  union all
  select v.post_id, 'vote:' || o, p_delta
  from private.poll_votes v, unnest(v.options) o where v.profile_id = p_id
  union all
  select m.room_id, 'members', p_delta
  from public.room_members m where m.profile_id = p_id and not m.banned
  union all
  select a.id, 'comments', p_delta * count(*)::int
  from public.posts c cross join lateral private.post_ancestors(c.parent_id) as a (id)
  where c.author_id = p_id and c.parent_id is not null and c.status = 'published'
  group by a.id;
end;
$function$

-- function private.count_post(posts,integer)
CREATE OR REPLACE FUNCTION private.count_post(p_row posts, p_delta integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if p_row.parent_id is null then
    -- The count of posts is for everybody's eyes; what is kept to a list is not in it.
    if not exists (select from private.post_audiences l where l.post_id = p_row.id) then
      perform private.add_count(p_row.author_id, 'posts', p_delta);
    end if;
  elsif private.is_counted(p_row.author_id) then
    perform private.add_count(a.id, 'comments', p_delta)
    from private.post_ancestors(p_row.parent_id) as a (id);
  end if;
end;
$function$

-- function private.count_views(uuid[],uuid[])
CREATE OR REPLACE FUNCTION private.count_views(p_viewers uuid[], p_posts uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_window constant interval := '30 minutes';
  v_counted int;
begin
  with seen as (
    select distinct v.viewer_id, v.post_id from unnest(p_viewers, p_posts) as v (viewer_id, post_id)
    join public.posts p on p.id = v.post_id and p.author_id <> v.viewer_id
      and p.status = 'published' and p.deleted_at is null
    join public.profiles u on u.id = v.viewer_id
    where not exists (select from private.profile_settings s
        where s.profile_id = v.viewer_id and s.analytics_opt_out)
      and not exists (select from private.account_states a
        where a.profile_id = v.viewer_id and a.hidden)
    -- One order for all, so that two batches never wait for each other.
    order by v.viewer_id, v.post_id
  ), counted as (
    insert into private.post_views as k (viewer_id, post_id, counted_at)
    select s.viewer_id, s.post_id, now() from seen s
    on conflict (viewer_id, post_id) do update set counted_at = excluded.counted_at
      where k.counted_at <= excluded.counted_at - c_window
    returning k.viewer_id, k.post_id
  ), told as (
    -- One statement for all, so that the relay is woken once.
    insert into private.outbox (topic, subject_id, actor_id, traceparent)
    select 'content.viewed', c.post_id, c.viewer_id, private.traceparent() from counted c
  ), summed as (
    insert into private.counter_deltas (subject_id, kind, delta)
    select c.post_id, 'views', count(*) from counted c group by c.post_id
    returning delta
  )
  select coalesce(sum(s.delta), 0) into v_counted from summed s;
  return v_counted;
end;
$function$

-- function private.counters_rank_comments()
CREATE OR REPLACE FUNCTION private.counters_rank_comments()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update private.comment_ranks r set rank = n.rank
  from (
    select s.post_id, private.comment_rank(
      (select coalesce(sum(c.value), 0) from private.counters c
        where c.subject_id = s.post_id and c.kind like 'reaction:%')::bigint,
      (select coalesce(sum(c.value), 0) from private.counters c
        where c.subject_id = s.post_id and c.kind = 'comments')::bigint, p.created_at) as rank
    from (select distinct f.subject_id as post_id from folded f
      where f.kind = 'comments' or f.kind like 'reaction:%') s
    join public.posts p on p.id = s.post_id and p.parent_id is not null
  ) n
  where r.post_id = n.post_id and r.rank is distinct from n.rank;
  return null;
end;
$function$

-- function private.create_archive_import(uuid,uuid,text,text,text)
CREATE OR REPLACE FUNCTION private.create_archive_import(p_id uuid, p_room uuid, p_format text, p_file_name text, p_path text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_waiting_max constant int := 3;
begin
  perform private.require_import(p_room);
  -- One at a time for each person, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.archive_imports:' || auth.uid(), 0));
  if (select count(*) from private.archive_imports i
    where i.created_by = (select auth.uid()) and i.status in ('queued', 'running')) >= c_waiting_max then
    raise exception 'At most % imports of one person at a time', c_waiting_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.archive_imports (id, room_id, format, file_name, path)
  values (p_id, p_room, p_format, p_file_name, (select auth.uid()) || '/' || p_path);
  perform private.emit('import.requested', p_id, (select auth.uid()));
end;
$function$

-- function private.create_bot(text,text)
CREATE OR REPLACE FUNCTION private.create_bot(p_handle text, p_display_name text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_bots_max constant int := 10;
  v_me constant uuid := (select auth.uid());
  v_bot private.bots;
begin
  -- A bot that owns bots would outlive whoever answers for it.
  if exists (select from public.profiles p where p.id = v_me and p.is_bot) then
    raise exception 'Bots belong to people' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  -- One at a time for each person, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.bots:' || v_me, 0));
  if (select count(*) from private.bots b where b.owner_id = v_me) >= c_bots_max then
    raise exception 'At most % bots of one person', c_bots_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  v_bot.profile_id := gen_random_uuid();
  perform private.insert_bot_account(v_bot.profile_id, p_handle, p_display_name);
  insert into private.bots (profile_id, owner_id) values (v_bot.profile_id, v_me)
  returning * into v_bot;
  return private.present_bot(v_bot);
end;
$function$

-- function private.create_bot_token(uuid,bytea,text[],timestamp with time zone)
CREATE OR REPLACE FUNCTION private.create_bot_token(p_bot uuid, p_hash bytea, p_scopes text[], p_expires_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_tokens_max constant int := 10;
  v_token private.bot_tokens;
begin
  perform private.require_bot(p_bot);
  if p_expires_at <= clock_timestamp() then
    raise exception 'A token ends in the future'
      using errcode = 'PT422', hint = 'invalid-input', column = 'expires_at';
  end if;
  delete from private.bot_tokens t where t.bot_id = p_bot and t.expires_at <= clock_timestamp();
  if (select count(*) from private.bot_tokens t where t.bot_id = p_bot) >= c_tokens_max then
    raise exception 'At most % tokens of one bot; take one back first', c_tokens_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.bot_tokens (bot_id, token_hash, scopes, expires_at)
  values (p_bot, p_hash, array(select distinct s from unnest(p_scopes) s order by s), p_expires_at)
  returning * into v_token;
  return jsonb_build_object('id', v_token.id, 'scopes', v_token.scopes,
    'created_at', v_token.created_at, 'expires_at', v_token.expires_at);
end;
$function$

-- function private.create_endpoint(uuid,text,text[],text,uuid,text)
CREATE OR REPLACE FUNCTION private.create_endpoint(p_id uuid, p_url text, p_events text[], p_description text, p_room uuid, p_sealed text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_endpoints_max constant int := 20;
  v_endpoint private.webhook_endpoints;
begin
  perform private.require_endpoint_scope(p_room);
  -- One at a time for each scope, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.webhook_endpoints:' || coalesce(p_room::text, ''), 0));
  if (select count(*) from private.webhook_endpoints e
    where e.room_id is not distinct from p_room) >= c_endpoints_max then
    raise exception 'At most % webhooks; remove one first', c_endpoints_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.webhook_endpoints (id, owner_id, room_id, url, description, events)
  values (p_id, (select auth.uid()), p_room, p_url, p_description, p_events) returning * into v_endpoint;
  insert into private.webhook_secrets (endpoint_id, sealed) values (v_endpoint.id, p_sealed);
  if p_room is not null then
    perform private.log_room(p_room, 'update', null, jsonb_build_object('webhook_target_added', v_endpoint.id));
  end if;
  return private.present_endpoint(v_endpoint);
end;
$function$

-- function private.create_invite(uuid,uuid[],integer,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.create_invite(p_room uuid, p_people uuid[], p_max_uses integer, p_expires_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_invites_max constant int := 500;
  c_people_max constant int := 50;
  c_length_max constant interval := '1 year';
  v_token constant text := encode(extensions.gen_random_bytes(32), 'hex');
  v_people uuid[] := '{}';
  v_person uuid;
  v_invite public.room_invites;
begin
  perform private.require_room(p_room, 'invite');
  if p_expires_at <= clock_timestamp() or p_expires_at > clock_timestamp() + c_length_max then
    raise exception 'An invite ends within a year from now'
      using errcode = 'PT422', hint = 'invalid-input', column = 'expires_at';
  end if;
  if p_max_uses not between 1 and 10000 then
    raise exception 'An invite has 1 to 10000 uses'
      using errcode = 'PT422', hint = 'invalid-input', column = 'max_uses';
  end if;
  if cardinality(p_people) > c_people_max then
    raise exception 'At most % people at once', c_people_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_ids';
  end if;
  if (select count(*) from public.room_invites i where i.room_id = p_room) >= c_invites_max then
    delete from public.room_invites i
    where i.room_id = p_room and (i.expires_at <= now() or i.uses >= i.max_uses);
    if not found then
      raise exception 'The room has too many invites; end some first'
        using errcode = 'PT409', hint = 'conflict';
    end if;
  end if;
  for v_person in select distinct p from unnest(p_people) p order by p loop
    perform private.require_invitable(p_room, v_person);
    if private.room_role(p_room, v_person) is null then
      v_people := v_people || v_person;
    end if;
  end loop;
  insert into public.room_invites (room_id, created_by, is_personal, max_uses, expires_at)
  values (p_room, (select auth.uid()), cardinality(p_people) > 0, p_max_uses, p_expires_at)
  returning * into v_invite;
  insert into private.room_invite_tokens (invite_id, token_hash)
  values (v_invite.id, sha256(convert_to(v_token, 'utf8')));
  insert into private.room_invite_people (invite_id, profile_id)
  select v_invite.id, p from unnest(v_people) p;
  perform private.log_room(p_room, 'invite', null, jsonb_build_object('invite_id', v_invite.id));
  perform private.emit('room.invited', v_invite.id, (select auth.uid()),
    jsonb_build_object('room_id', p_room, 'user_id', p)) from unnest(v_people) p;
  return private.present_invite(v_invite) || jsonb_build_object('token', v_token);
end;
$function$

-- function private.create_notification(uuid,text,uuid,text,uuid,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.create_notification(p_recipient uuid, p_type text, p_actor uuid, p_subject_type text, p_subject uuid, p_source uuid, p_meta jsonb DEFAULT '{}'::jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_channels text[];
  v_id uuid;
  v_status text;
begin
  if p_recipient is null or p_recipient = p_actor
    or private.is_blocked_between(p_recipient, p_actor) or private.is_hidden(p_actor)
    or exists (select from public.mutes m where m.muter_id = p_recipient and m.muted_id = p_actor)
    -- Nobody reads what a bot is told.
    or not exists (select from public.profiles p where p.id = p_recipient and not p.is_bot) then
    return null;
  end if;
  v_channels := private.notification_channels(p_recipient, p_type);
  if v_channels = '{}' then
    return null;
  end if;
  if p_type = any (private.grouped_types()) then
    return private.join_notification(
      p_recipient, p_type, p_actor, p_subject_type, p_subject, p_source, p_meta, v_channels);
  end if;
  insert into public.notifications as n
    (recipient_id, type, actor_id, subject_type, subject_id, source_id, meta, channels)
  values (p_recipient, p_type, p_actor, p_subject_type, p_subject, p_source, p_meta, v_channels)
  -- Taken back and done again: there again, and rung for only if that has not been done.
  on conflict on constraint notifications_recipient_id_type_source_key do update
    set withdrawn = false where n.withdrawn
  returning n.id, n.status into v_id, v_status;
  if v_status = 'pending' then
    perform private.emit('notification.created', v_id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type));
  end if;
  return v_id;
end;
$function$

-- function private.create_notifications(uuid[],text,text,uuid,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.create_notifications(p_recipients uuid[], p_type text, p_subject_type text, p_subject uuid, p_source uuid, p_meta jsonb DEFAULT '{}'::jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Time and version of the ids, which are random otherwise: a function for each is slow.
  v_head constant text := left(private.uuid_v7()::text, 15);
  v_ids uuid[];
begin
  if p_type = any (private.grouped_types()) then
    raise exception 'What many do to one thing is told one by one: %', p_type;
  end if;
  begin
    with told as (
      insert into public.notifications
        (id, recipient_id, type, subject_type, subject_id, source_id, meta, channels)
      select overlay(gen_random_uuid()::text placing v_head from 1 for 15)::uuid, w.recipient_id,
        p_type, p_subject_type, p_subject, p_source, p_meta, w.channels
      from private.notification_wishes(p_recipients, p_type) w
      returning id)
    select array_agg(t.id) into v_ids from told t;
  exception when unique_violation then
    -- `on conflict` for each row costs a third more: only where somebody has been told before.
    with told as (
      insert into public.notifications
        (id, recipient_id, type, subject_type, subject_id, source_id, meta, channels)
      select overlay(gen_random_uuid()::text placing v_head from 1 for 15)::uuid, w.recipient_id,
        p_type, p_subject_type, p_subject, p_source, p_meta, w.channels
      from private.notification_wishes(p_recipients, p_type) w
      on conflict on constraint notifications_recipient_id_type_source_key do nothing
      returning id)
    select array_agg(t.id) into v_ids from told t;
  end;
  if v_ids is not null then
    perform private.emit('notification.many_created', p_subject, null,
      jsonb_build_object('ids', v_ids));
  end if;
  return coalesce(cardinality(v_ids), 0);
end;
$function$

-- function private.create_role(text,text,text[])
CREATE OR REPLACE FUNCTION private.create_role(p_name text, p_description text, p_permissions text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_permissions constant text[] := private.known_or_raise(p_permissions);
  v_role private.roles;
begin
  perform private.begin_role_change();
  perform private.require_rank_over(v_permissions);
  insert into private.roles (name, description, permissions)
  values (p_name, coalesce(p_description, ''), v_permissions)
  on conflict (name) do nothing returning * into v_role;
  if not found then
    raise exception 'There is a role of this name'
      using errcode = 'PT409', hint = 'conflict', column = 'name';
  end if;
  return private.present_role(v_role);
end;
$function$

-- function private.create_room(text,text,boolean,text,text)
CREATE OR REPLACE FUNCTION private.create_room(p_name text, p_kind text DEFAULT 'channel'::text, p_is_private boolean DEFAULT NULL::boolean, p_description text DEFAULT ''::text, p_guidelines text DEFAULT ''::text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_room uuid;
begin
  if p_kind is null or p_kind not in ('channel', 'group') then
    raise exception 'A room is a channel or a group'
      using errcode = 'PT422', hint = 'invalid-input', column = 'kind';
  end if;
  insert into public.rooms (kind, name, description, guidelines, is_private, created_by)
  values (p_kind, trim(p_name), p_description, p_guidelines,
    -- Nobody finds a group but by invitation.
    coalesce(p_is_private, p_kind = 'group'), v_me)
  returning id into v_room;
  insert into public.room_members (room_id, profile_id, role) values (v_room, v_me, 'owner');
  perform private.emit('room.created', v_room, v_me);
  return v_room;
end;
$function$

-- function private.create_webhook(uuid,text,text,bytea)
CREATE OR REPLACE FUNCTION private.create_webhook(p_room uuid, p_name text, p_avatar_url text, p_hash bytea)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_hooks_max constant int := 10;
  v_hook private.incoming_webhooks;
begin
  -- Locks the room, so that two at once do not both take the last place.
  perform private.require_room(p_room, 'edit_room');
  if (select count(*) from private.incoming_webhooks h where h.room_id = p_room) >= c_hooks_max then
    raise exception 'At most % webhooks of one room', c_hooks_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.incoming_webhooks (room_id, name, avatar_url, secret_hash, created_by)
  values (p_room, p_name, p_avatar_url, p_hash, (select auth.uid())) returning * into v_hook;
  perform private.log_room(p_room, 'update', null,
    jsonb_build_object('webhook_added', v_hook.name, 'webhook_id', v_hook.id));
  return private.present_webhook(v_hook);
end;
$function$

-- function private.deactivate_account()
CREATE OR REPLACE FUNCTION private.deactivate_account()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.lock_staff();
  perform private.require_standing('suspended');
  insert into private.account_states as s (profile_id, deactivated_at, changed_by)
  values (v_me, clock_timestamp(), v_me)
  on conflict (profile_id) do update set deactivated_at = coalesce(s.deactivated_at, clock_timestamp()),
    changed_by = v_me, changed_at = clock_timestamp();
  perform private.require_manager_besides(v_me);
end;
$function$

-- function private.deceptive_characters()
CREATE OR REPLACE FUNCTION private.deceptive_characters()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Controls, direction overrides, zero width, line and paragraph separators, tags but those of a
  -- flag. The joiners U+200C and U+200D stay: emoji and several scripts are written with them.
  select '[\u0001-\u001F\u007F-\u009F\u00AD\u034F\u061C\u180E\u200B\u200E\u200F\u2028-\u202E'
    '\u2060-\u206F\uFEFF\uFFF0-\uFFFB]'
    '|(?<![\U0001F3F4\U000E0020-\U000E007F])[\U000E0000-\U000E0FFF]|[\U000E0080-\U000E0FFF]'
$function$

-- function private.decide_case(uuid,text,text,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.decide_case(p_case uuid, p_action text, p_reason text, p_until timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_case private.moderation_cases;
  v_undone text;
  v_decision uuid;
begin
  if p_action in ('mute', 'suspend', 'ban', 'restore') then
    -- Two of the staff who put each other out at once must not both succeed.
    perform private.lock_staff();
  end if;
  perform private.require_permission('report.review');
  select * into v_case from private.moderation_cases c where c.id = p_case for update;
  perform private.check_decision(v_case, p_action);
  perform private.check_until(p_action, p_until);
  v_undone := private.last_action(p_case);
  insert into private.moderation_decisions (case_id, moderator_id, action, reason, until)
  values (p_case, v_me, p_action, p_reason, p_until) returning id into v_decision;
  update private.moderation_cases set status = 'decided', decided_at = clock_timestamp()
  where id = p_case;
  perform private.carry_out(v_case, p_action, v_undone);
  perform private.emit('moderation.decided', p_case, v_me,
    jsonb_build_object('action', p_action, 'decision_id', v_decision));
end;
$function$

-- function private.default_channels()
CREATE OR REPLACE FUNCTION private.default_channels()
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select '{"in_app": true, "push": true, "email": false}'::jsonb $function$

-- function private.delete_bot(uuid)
CREATE OR REPLACE FUNCTION private.delete_bot(p_bot uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_bot(p_bot);
  delete from private.bots b where b.profile_id = p_bot;
end;
$function$

-- function private.delete_bot_token(uuid,uuid)
CREATE OR REPLACE FUNCTION private.delete_bot_token(p_bot uuid, p_token uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_bot(p_bot);
  delete from private.bot_tokens t where t.id = p_token and t.bot_id = p_bot;
  if not found then
    raise exception 'There is no such token' using errcode = 'PT404', hint = 'not-found';
  end if;
end;
$function$

-- function private.delete_endpoint(uuid)
CREATE OR REPLACE FUNCTION private.delete_endpoint(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_endpoint(p_id);
  delete from private.webhook_endpoints e where e.id = p_id;
end;
$function$

-- function private.delete_role(text)
CREATE OR REPLACE FUNCTION private.delete_role(p_key text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_role private.roles;
begin
  perform private.begin_role_change();
  v_role := private.role_by_key(p_key);
  perform private.require_rank_over(v_role.permissions);
  if v_role.built_in then
    raise exception 'A built-in role cannot be deleted' using errcode = 'PT409', hint = 'conflict';
  end if;
  if exists (select from private.user_roles u where u.role = v_role.name) then
    raise exception 'Somebody still holds this role' using errcode = 'PT409', hint = 'conflict';
  end if;
  delete from private.roles r where r.id = v_role.id;
end;
$function$

-- function private.delete_webhook(uuid,uuid)
CREATE OR REPLACE FUNCTION private.delete_webhook(p_room uuid, p_hook uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_name text;
begin
  perform private.require_room(p_room, 'edit_room');
  delete from private.incoming_webhooks h where h.id = p_hook and h.room_id = p_room
  returning h.name into v_name;
  if v_name is null then
    raise exception 'There is no such webhook' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.log_room(p_room, 'update', null,
    jsonb_build_object('webhook_removed', v_name, 'webhook_id', p_hook));
end;
$function$

-- function private.deleted_profile_id()
CREATE OR REPLACE FUNCTION private.deleted_profile_id()
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select '00000000-0000-7000-8000-000000000000'::uuid $function$

-- function private.deliver_notifications(uuid[])
CREATE OR REPLACE FUNCTION private.deliver_notifications(p_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Whoever holds a socket open has renewed their token since.
  c_present constant interval := '65 minutes';
  v_ids uuid[];
  v_shape jsonb;
begin
  with gone as (
    update public.notifications n set delivered_at = clock_timestamp(),
      status = case when n.status = 'pending' then 'delivered' else n.status end
    where n.id = any (p_ids) and n.delivered_at is null
    returning n.id)
  select array_agg(g.id) into v_ids from gone g;
  -- One cause and no person: all of them look the same but for what is told here of each.
  v_shape := private.present_notification(v_ids[1]);
  perform private.broadcast_each('notification.created', array_agg('user:' || n.recipient_id),
    array_agg(jsonb_build_object('notification', v_shape || jsonb_build_object(
      'id', n.id, 'created_at', n.created_at, 'seen_at', n.seen_at, 'read_at', n.read_at,
      'delivered_at', n.delivered_at))))
  from public.notifications n
  where n.id = any (v_ids) and 'in_app' = any (n.channels)
    and exists (select from auth.sessions s where s.user_id = n.recipient_id
      and coalesce(s.refreshed_at at time zone 'utc', s.created_at) > now() - c_present)
  having count(*) > 0;
  return coalesce(cardinality(v_ids), 0);
end;
$function$

-- function private.deployment_settings()
CREATE OR REPLACE FUNCTION private.deployment_settings()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(s.name, s.value), '{}') from private.settings s
  where s.name in ('public_url', 'schedules', 'schedules_url', 'dead_alert_at')
$function$

-- function private.disable_endpoint(private.webhook_endpoints,text)
CREATE OR REPLACE FUNCTION private.disable_endpoint(p_endpoint private.webhook_endpoints, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update private.webhook_endpoints e set disabled_at = clock_timestamp(), retry_at = null
  where e.id = p_endpoint.id;
  perform private.create_notification(p_endpoint.owner_id, 'room_activity', null,
    case when p_endpoint.room_id is null then 'user' else 'room' end,
    coalesce(p_endpoint.room_id, p_endpoint.owner_id), gen_random_uuid(),
    jsonb_build_object('text', 'A webhook was turned off: ' || p_reason));
end;
$function$

-- function private.drop_counts_of_gone(uuid[])
CREATE OR REPLACE FUNCTION private.drop_counts_of_gone(p_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_dropped int;
begin
  delete from private.counters c where c.subject_id = any (p_ids) and case
    when c.kind = 'views' or private.is_checked_count('posts', c.kind) then
      not exists (select from public.posts p where p.id = c.subject_id)
      and not exists (select from public.messages m where m.id = c.subject_id)
    when private.is_checked_count('profiles', c.kind) then
      not exists (select from public.profiles p where p.id = c.subject_id)
    when private.is_checked_count('rooms', c.kind) then
      not exists (select from public.rooms r where r.id = c.subject_id)
    else false end;
  get diagnostics v_dropped = row_count;
  return v_dropped;
end;
$function$

-- function private.drop_participant(uuid,uuid,timestamp with time zone,boolean)
CREATE OR REPLACE FUNCTION private.drop_participant(p_call uuid, p_profile uuid, p_before timestamp with time zone DEFAULT 'infinity'::timestamp with time zone, p_rekeys boolean DEFAULT false)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_uses_server boolean;
begin
  select c.uses_server into v_uses_server
  from public.calls c where c.id = p_call and c.ended_at is null for update;
  if not found then
    return;
  end if;
  update private.call_participants p set state = 'left', left_at = clock_timestamp()
  where p.call_id = p_call and p.profile_id = p_profile and p.state = 'joined'
    and p.joined_at < p_before;
  if not found then
    return;
  end if;
  if p_rekeys and v_uses_server then
    perform private.emit('call.dropped', p_call, null, jsonb_build_object('user_id', p_profile));
  end if;
  if not private.finish_if_over(p_call) then
    if p_rekeys then
      perform private.rekey_call(p_call);
    end if;
    perform private.announce_call(p_call);
  end if;
end;
$function$

-- function private.drop_push_subscription(text)
CREATE OR REPLACE FUNCTION private.drop_push_subscription(p_endpoint text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  delete from public.push_subscriptions s
  where s.endpoint = p_endpoint and s.profile_id = (select auth.uid())
$function$

-- function private.drop_unused_preview()
CREATE OR REPLACE FUNCTION private.drop_unused_preview()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.link_previews l where l.url = old.link_preview ->> 'url';
  return null;
end;
$function$

-- function private.due_deletions(integer)
CREATE OR REPLACE FUNCTION private.due_deletions(p_limit integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.profile_id from private.account_states s where s.deletion_due_at <= clock_timestamp()
  order by s.deletion_due_at limit p_limit
$function$

-- function private.emit(text,uuid,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.emit(p_topic text, p_subject uuid, p_actor uuid, p_payload jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.outbox (topic, subject_id, actor_id, payload, traceparent)
  select p_topic, p_subject, p_actor, p_payload, private.traceparent()
  -- What comes back out of an archive is no news to anybody.
  where coalesce(current_setting('townsquare.silent', true), '') <> 'on';
end;
$function$

-- function private.emit_badge(uuid,uuid[])
CREATE OR REPLACE FUNCTION private.emit_badge(p_recipient uuid, p_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit('notification.settled', p_recipient, null,
    jsonb_build_object('ids', to_jsonb(p_ids)));
end;
$function$

-- function private.emit_later(text,uuid,uuid,jsonb,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.emit_later(p_topic text, p_subject uuid, p_actor uuid, p_payload jsonb, p_after timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into private.outbox (topic, subject_id, actor_id, payload, traceparent, deliver_after)
  select p_topic, p_subject, p_actor, p_payload, private.traceparent(), p_after
  where coalesce(current_setting('townsquare.silent', true), '') <> 'on'
$function$

-- function private.emit_to_user(uuid,text,jsonb)
CREATE OR REPLACE FUNCTION private.emit_to_user(p_user uuid, p_event text, p_payload jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.broadcast('user:' || p_user, p_event, p_payload);
end;
$function$

-- function private.empty_state_in(rooms,text[],bigint)
CREATE OR REPLACE FUNCTION private.empty_state_in(p_room rooms, p_capabilities text[], p_members bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  v_alone boolean;
begin
  -- Activity is noted by messages of people only; that somebody joined fills no room.
  if p_room.last_message_at is not null or p_capabilities = '{}' then
    return null;
  end if;
  v_alone := p_room.is_private and 'invite' = any (p_capabilities) and p_members <= 1;
  return jsonb_build_object(
    'code', case when v_alone then 'invite_friends' when 'send' = any (p_capabilities)
      then 'say_hello' when 'join' = any (p_capabilities) then 'join' else 'quiet' end,
    'text', case when v_alone then 'Invite friends: only those whom you let in see this room.'
      when 'send' = any (p_capabilities) then 'Be the first to say hello!'
      when 'join' = any (p_capabilities) then 'Join and be the first to say hello!'
      else 'Nothing has been said here yet.' end,
    'guidelines', nullif(p_room.guidelines, ''),
    'can_invite', 'invite' = any (p_capabilities));
end;
$function$

-- function private.end_all_sessions(uuid)
CREATE OR REPLACE FUNCTION private.end_all_sessions(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from auth.sessions s where s.user_id = p_id;
end;
$function$

-- function private.end_call(uuid)
CREATE OR REPLACE FUNCTION private.end_call(p_call uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_call constant public.calls := private.lock_call(p_call);
begin
  if v_call.started_by is distinct from v_me
    and v_call.room_id not in (select private.my_moderated_room_ids()) then
    raise exception 'Whoever started the call or keeps order in the room ends it'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  perform private.finish_call(p_call,
    case when v_call.answered_at is null then 'missed' else 'ended' end, clock_timestamp());
end;
$function$

-- function private.end_session(uuid)
CREATE OR REPLACE FUNCTION private.end_session(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform set_config('townsquare.session_end', 'session_revoked', true);
  delete from auth.sessions s where s.id = p_id and s.user_id = (select auth.uid());
  return found;
end;
$function$

-- function private.endpoint_deliveries(uuid,timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.endpoint_deliveries(p_id uuid, p_before timestamp with time zone, p_before_id uuid, p_limit integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
begin
  perform private.require_endpoint(p_id);
  return query
  select private.present_delivery(d) from private.webhook_deliveries d
  where d.endpoint_id = p_id
    and (p_before is null or (d.created_at, d.id) < (p_before, p_before_id))
  order by d.created_at desc, d.id desc limit least(p_limit, 101);
end;
$function$

-- function private.endpoint_is_open(private.webhook_endpoints)
CREATE OR REPLACE FUNCTION private.endpoint_is_open(p_endpoint private.webhook_endpoints)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return p_endpoint.disabled_at is null and private.account_state(p_endpoint.owner_id) = 'active'
    and case when p_endpoint.room_id is null
      then 'webhook.manage' = any (private.permissions_of(p_endpoint.owner_id))
      else coalesce(private.room_role(p_endpoint.room_id, p_endpoint.owner_id) = 'owner', false) end;
end;
$function$

-- function private.enqueue_deliveries(uuid)
CREATE OR REPLACE FUNCTION private.enqueue_deliveries(p_event uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_look_back constant interval := '1 minute';
  c_events_max constant int := 1000;
  c_waiting_max constant int := 10000;
  v_at constant timestamptz := (select o.created_at from private.outbox o where o.id = p_event);
  v_endpoint private.webhook_endpoints;
  v_is_full boolean;
  v_count int;
  v_total int := 0;
begin
  -- The endpoint is locked: of two events at once one is put in line first, and takes along what
  -- happened before it, so that the line is in the order of events though jobs run in any order.
  for v_endpoint in
    select e.* from private.webhook_endpoints e
    where e.disabled_at is null
      and exists (select from private.outbox o where o.id = p_event and o.created_at >= e.active_since
        and (o.topic = any (e.events) or '*' = any (e.events)))
    order by e.id for no key update
  loop
    continue when not private.endpoint_is_open(v_endpoint);
    v_is_full := v_endpoint.failing_since is not null and (select count(*) from (
      select from private.webhook_deliveries d
      where d.endpoint_id = v_endpoint.id and d.status = 'pending' limit c_waiting_max) w) >= c_waiting_max;
    insert into private.webhook_deliveries
      (endpoint_id, event_id, type, actor_id, subject_id, body, status, error, finished_at)
    select v_endpoint.id, o.id, o.topic, p.id, o.subject,
      private.event_body(o.id, o.topic, o.created_at, p.id, o.subject, o.traceparent, o.known -> 'data'),
      case when v_is_full then 'failed' else 'pending' end,
      case when v_is_full then 'Too much waits for this endpoint' end,
      case when v_is_full then clock_timestamp() end
    from (
      select o.id, o.topic, o.created_at, o.traceparent, k.known,
        case when not k.known ? 'subject' then o.subject_id end as subject
      from private.outbox o, lateral (select private.known_to_endpoint(
        v_endpoint, o.topic, o.subject_id, o.actor_id, o.payload) as known) k
      where (o.id = p_event or (o.created_at < v_at
          and o.created_at > coalesce(v_endpoint.seen_to, v_endpoint.active_since)
          and o.created_at >= v_endpoint.active_since
          and o.created_at > clock_timestamp() - c_look_back))
        and o.topic = any (private.told_topics())
        and (o.topic = any (v_endpoint.events) or '*' = any (v_endpoint.events))
        and k.known is not null
      -- This one in any case: who is left out has a job of their own. Ids of one millisecond are in
      -- no order; times of one writer are.
      order by o.id <> p_event, o.created_at, o.id limit c_events_max
    ) o left join public.profiles p on p.id = (o.known ->> 'actor_id')::uuid
    order by o.created_at, o.id
    on conflict (endpoint_id, event_id) where redelivery_of is null do nothing;
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    update private.webhook_endpoints e set seen_to = v_at
    where e.id = v_endpoint.id and (e.seen_to is null or e.seen_to < v_at);
    if v_count > 0 and not v_is_full then
      perform private.wake_endpoint(v_endpoint.id, clock_timestamp());
    end if;
  end loop;
  return v_total;
end;
$function$

-- function private.enqueue_digests(uuid,integer)
CREATE OR REPLACE FUNCTION private.enqueue_digests(p_after uuid, p_limit integer)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Nobody is written to before that hour of their day.
  c_hour constant int := 8;
  v_now constant timestamptz := clock_timestamp();
  v_people uuid[];
begin
  v_people := array(
    select distinct n.recipient_id from public.notifications n
    left join private.digests d on d.profile_id = n.recipient_id
    where n.read_at is null and 'email' = any (n.channels)
      and (d.told_to is null or n.created_at > d.told_to)
      and (p_after is null or n.recipient_id > p_after)
    order by n.recipient_id limit p_limit);
  perform private.emit('digest.due', w.id, null, jsonb_build_object('day', w.day))
  from (select p.id, private.local_time(p.id, v_now) as wall,
      private.local_time(p.id, v_now)::date as day from unnest(v_people) as p (id)) w
  where extract(hour from w.wall) >= c_hour and private.quiet_until(w.id, v_now) is null
    and not exists (select from private.digests d where d.profile_id = w.id and d.sent_for >= w.day);
  return v_people[p_limit];
end;
$function$

-- function private.enqueue_push(uuid)
CREATE OR REPLACE FUNCTION private.enqueue_push(p_notification uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Whoever is looking at the screen gets that long to see it there.
  c_grace constant interval := interval '10 seconds';
  v_row public.notifications;
  v_people bigint;
  v_after timestamptz;
  v_count int;
begin
  select * into v_row from public.notifications n
  where n.id = p_notification and 'push' = any (n.channels) and n.seen_at is null and n.read_at is null
  for update;
  if not found or private.visible_notifications(v_row.recipient_id, array[p_notification]) = '{}' then
    return 0;
  end if;
  v_people := (select p.people_count from private.notification_people(v_row) p);
  if not private.is_worth_ringing(v_people, (v_row.meta ->> 'rung')::bigint) then
    return 0;
  end if;
  update public.notifications n
  set meta = n.meta || jsonb_build_object('rung', greatest(v_people, 1)) where n.id = p_notification;
  v_after := coalesce(private.quiet_until(v_row.recipient_id, clock_timestamp()),
    (select clock_timestamp() + c_grace from private.connections c
      where c.profile_id = v_row.recipient_id and c.expires_at > clock_timestamp() limit 1));
  perform private.emit_later('push.due', s.id, null,
    jsonb_build_object('notification_id', p_notification), v_after)
  from public.push_subscriptions s where s.profile_id = v_row.recipient_id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$function$

-- function private.enqueue_pushes(uuid[])
CREATE OR REPLACE FUNCTION private.enqueue_pushes(p_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select sum(private.enqueue_push(n.id)) from public.notifications n
    where n.id = any (p_ids) and 'push' = any (n.channels) and exists (
      select from public.push_subscriptions s where s.profile_id = n.recipient_id)), 0);
end;
$function$

-- function private.ensure_deleted_profile()
CREATE OR REPLACE FUNCTION private.ensure_deleted_profile()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Without address and password, nobody signs in to it.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  values (private.deleted_profile_id(), '00000000-0000-0000-0000-000000000000', 'authenticated',
    'authenticated', '{"provider": "none", "providers": []}',
    '{"handle": "deleted", "display_name": "Deleted account"}', '', '', '', '', now(), now())
  on conflict (id) do nothing
$function$

-- function private.ensure_system_profile(uuid)
CREATE OR REPLACE FUNCTION private.ensure_system_profile(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.profiles p where p.id = p_id and p.is_bot) then
    return;
  end if;
  if p_id = private.welcome_profile_id() then
    perform private.insert_bot_account(p_id, 'welcomebot', 'WelcomeBot');
  else
    perform private.insert_bot_account(p_id, 'webhooks', 'Webhooks');
  end if;
end;
$function$

-- function private.entities_in(text)
CREATE OR REPLACE FUNCTION private.entities_in(p_body text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  c_entities_max constant int := 50;
  -- Of alternatives Postgres takes the longest, so a fence may not run over the end of another.
  c_code constant text := '(^|[^`])(```(?:[^`]|`{1,2}[^`])*(?:```|`{0,2}$)|``[^`]+``(?!`)|`[^`]+`(?!`))';
  -- Brackets belong to an address when they are closed in it, punctuation at its end does not.
  c_closed constant text := '\([^\s<>"`()]*\)';
  c_not constant text := '\s<>"`()\u200e\u200f\u202a-\u202e\u2066-\u2069';
  c_link constant text := '(^|[^[:alnum:]@#$\uff20\uff03])(https?://(?:[^' || c_not || ']|'
    || c_closed || ')*(?:[^' || c_not || '.,:;!?''\[\]{}*_~]|' || c_closed || '))';
  c_letters constant text := '[:alnum:]_' || private.text_marks();
  c_word constant text := '[' || c_letters || private.text_digits() || '\u200c\u200d\ua67e\u05be'
    || '\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7]';
  c_hashtag constant text := '(^|[^&/' || c_letters || '])([#\uff03](?=' || c_word
    || '*[[:alpha:]])' || c_word || '+)(?!' || c_word || '|[#\uff03]|://)';
  c_mention constant text := '(^|[^A-Za-z0-9_!#$%&*@\uff20/]|\m[rR][tT])([@\uff20][A-Za-z0-9_]{3,30})'
    || '(?![A-Za-z0-9_@\uff20\u00c0-\u024f]|://)';
  c_hashtag_length_max constant int := 100;
  v_text text collate "pg_c_utf8" := p_body;
  v_links jsonb := '[]';
  v_names jsonb;
begin
  if v_text !~ '[@#\uff20\uff03]|://' then
    return '[]';
  end if;
  if v_text ~ '`' then
    v_text := private.blank_matches(v_text, c_code);
  end if;
  if v_text ~ '://' then
    select coalesce(jsonb_agg(jsonb_build_object('type', 'link', 'start', m.start,
      'end', m.start + char_length(m.value), 'value', m.value) order by m.start), '[]') into v_links
    from private.matches_of(v_text, c_link) m where m.value is not null;
    -- What stands in an address names nobody.
    v_text := private.blank_matches(v_text, c_link);
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('type', n.type, 'start', n.start,
    'end', n.start + char_length(n.value), 'value', n.name) order by n.start), '[]') into v_names
  from (
    select 'hashtag' as type, m.start, m.value, lower(normalize(substring(m.value from 2), nfc)) as name
    from private.matches_of(v_text, c_hashtag) m where m.value is not null
      and char_length(m.value) <= c_hashtag_length_max + 1
    union all
    select 'mention', m.start, m.value, lower(substring(m.value from 2))
    from private.matches_of(v_text, c_mention) m where m.value is not null
    order by start limit c_entities_max
  ) n;
  return jsonb_path_query_array(v_links, ('$[0 to ' || c_entities_max - 1 || ']')::jsonpath) || v_names;
end;
$function$

-- function private.entities_of(text)
CREATE OR REPLACE FUNCTION private.entities_of(p_body text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_entities constant jsonb := private.entities_in(p_body);
begin
  if not v_entities @> '[{"type": "mention"}]' then
    return v_entities;
  end if;
  return (
    -- One look at the index for each; a join would read all profiles for a single name.
    select jsonb_agg(case when e.entity ->> 'type' <> 'mention' then e.entity
      else e.entity || jsonb_build_object('user_id', (
        select p.id from public.profiles p where p.handle = e.entity ->> 'value')) end order by e.n)
    from jsonb_array_elements(v_entities) with ordinality as e (entity, n));
end;
$function$

-- function private.entity_values(jsonb,text)
CREATE OR REPLACE FUNCTION private.entity_values(p_entities jsonb, p_type text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(array_agg(v.value order by v.at), '{}') from (
      select e.entity ->> 'value' as value, min((e.entity ->> 'start')::int) as at
      from jsonb_array_elements(p_entities) as e (entity) where e.entity ->> 'type' = p_type
      group by 1
    ) v);
end;
$function$

-- function private.erase_account(uuid)
CREATE OR REPLACE FUNCTION private.erase_account(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.keep_held(p_id, 'user', p.id, to_jsonb(p)) from public.profiles p where p.id = p_id;
  insert into private.deletion_ledger (person_hash)
  values (encode(sha256(convert_to(p_id::text, 'UTF8')), 'hex')) on conflict do nothing;
  delete from auth.users u where u.id = p_id;
  -- Last: what the triggers of the deletion have told of the person goes too.
  perform private.erase_traces(p_id);
end;
$function$

-- function private.erase_memberships(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_memberships(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_member record;
  v_count int := 0;
begin
  for v_member in
    select m.room_id, m.role, r.kind from public.room_members m
    join public.rooms r on r.id = m.room_id where m.profile_id = p_id order by m.room_id limit p_limit
  loop
    v_count := v_count + 1;
    perform from public.rooms r where r.id = v_member.room_id for no key update;
    if not exists (select from public.room_members m
      where m.room_id = v_member.room_id and m.profile_id <> p_id and not m.banned
        and (v_member.kind = 'direct' or not private.is_bot(m.profile_id))) then
      delete from public.rooms r where r.id = v_member.room_id;
      continue;
    end if;
    -- By rank, then by time; a conversation of two has no owner, and no bot is one.
    update public.room_members m set role = 'owner'
    where v_member.role = 'owner' and v_member.kind <> 'direct' and m.room_id = v_member.room_id
      and not exists (select from public.room_members o where o.room_id = v_member.room_id
        and o.profile_id <> p_id and o.role = 'owner' and not o.banned)
      and m.profile_id = (select h.profile_id from public.room_members h
        where h.room_id = v_member.room_id and h.profile_id <> p_id and not h.banned
          and not private.is_bot(h.profile_id)
        order by array_position(array['admin', 'moderator', 'member'], h.role), h.joined_at, h.profile_id
        limit 1);
    update public.rooms r set direct_key = 'left:' || r.id
    where r.id = v_member.room_id and r.kind = 'direct';
    delete from public.room_members m
    where m.room_id = v_member.room_id and m.profile_id = p_id;
  end loop;
  return v_count;
end;
$function$

-- function private.erase_message_mentions(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_message_mentions(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_handle constant text := (select p.handle from public.profiles p where p.id = p_id);
  v_message record;
  v_count int := 0;
begin
  for v_message in
    select m.id, m.edited_at, m.screened_at, m.deleted_at from public.message_mentions n
    join public.messages m on m.id = n.message_id where n.profile_id = p_id limit p_limit
  loop
    v_count := v_count + 1;
    if v_message.deleted_at is null then
      update public.messages m set body = private.without_mention(m.body, v_handle)
      where m.id = v_message.id;
      update public.messages m set edited_at = v_message.edited_at, screened_at = v_message.screened_at
      where m.id = v_message.id;
    end if;
    delete from public.message_mentions n where n.message_id = v_message.id and n.profile_id = p_id;
  end loop;
  update private.message_versions v set body = private.without_mention(v.body, v_handle),
    mention_ids = array_remove(v.mention_ids, p_id)
  where v.id in (select o.id from private.message_versions o
    where o.mention_ids @> array[p_id] limit p_limit - v_count);
  if found then
    v_count := v_count + 1;
  end if;
  return v_count;
end;
$function$

-- function private.erase_messages(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_messages(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_ids uuid[];
begin
  v_ids := array(select m.id from public.messages m where m.author_id = p_id limit p_limit);
  perform private.keep_held(p_id, 'message', m.id, to_jsonb(m))
  from public.messages m where m.id = any (v_ids);
  update public.messages m set deleted_at = clock_timestamp()
  where m.id = any (v_ids) and m.deleted_at is null;
  delete from public.message_mentions n where n.message_id = any (v_ids);
  delete from private.message_versions v where v.message_id = any (v_ids);
  -- The place in the room and its thread stay; nobody can be told from it.
  update public.messages m set author_id = private.deleted_profile_id(), edited_at = null
  where m.id = any (v_ids);
  return cardinality(v_ids);
end;
$function$

-- function private.erase_post_mentions(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_post_mentions(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_handle constant text := (select p.handle from public.profiles p where p.id = p_id);
  v_ids constant uuid[] := array(
    select m.post_id from public.post_mentions m where m.profile_id = p_id
    union
    select p.id from public.posts p where p.audience_ids <> '{}' and p.audience_ids @> array[p_id]
    limit p_limit);
  v_post public.posts;
  v_versions int;
begin
  for v_post in select * from public.posts p where p.id = any (v_ids) loop
    -- The text was screened, and only a name in it changes.
    perform set_config('townsquare.verdict', 'published', true);
    update public.posts p set body = private.without_mention(p.body, v_handle) where p.id = v_post.id;
    update public.posts p set edited_at = v_post.edited_at,
      mention_ids = array_remove(array_remove(p.mention_ids, p_id), private.deleted_profile_id()),
      audience_ids = array_remove(array_remove(v_post.audience_ids, p_id), private.deleted_profile_id())
    where p.id = v_post.id;
    perform set_config('townsquare.verdict', '', true);
  end loop;
  delete from public.post_mentions m where m.profile_id = p_id and m.post_id = any (v_ids);
  update private.post_versions v set body = private.without_mention(v.body, v_handle),
    mention_ids = array_remove(v.mention_ids, p_id)
  where v.id in (select o.id from private.post_versions o
    where o.mention_ids <> '{}' and o.mention_ids @> array[p_id] limit p_limit);
  get diagnostics v_versions = row_count;
  return greatest(cardinality(v_ids), v_versions);
end;
$function$

-- function private.erase_posts(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_posts(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_ids constant uuid[] := array(select p.id from public.posts p where p.author_id = p_id
    order by p.created_at desc, p.id desc limit p_limit);
  v_id uuid;
begin
  perform private.keep_held(p_id, 'post', p.id, to_jsonb(p))
  from public.posts p where p.id = any (v_ids);
  -- Newest first: answers go before what they answer.
  foreach v_id in array v_ids loop
    if private.hand_over_thread(v_id, p_id, p_limit) = p_limit then
      return p_limit;
    end if;
    -- With answers of others below, the trigger leaves an empty place instead.
    delete from public.posts p where p.id = v_id;
    update public.posts p set author_id = private.deleted_profile_id(), edited_at = null,
      audience_owner_id = case when p.audience_owner_id = p_id
        then private.deleted_profile_id() else p.audience_owner_id end,
      visibility = case when p.visibility = 'public' and p.audience_owner_id = p_id
        and exists (select from private.private_accounts a where a.profile_id = p_id)
        then 'followers' else p.visibility end
    where p.id = v_id;
    if not found then
      delete from private.counters c where c.subject_id = v_id;
      delete from private.counter_deltas d where d.subject_id = v_id;
    end if;
  end loop;
  return cardinality(v_ids);
end;
$function$

-- function private.erase_references(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_references(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_reference record;
  v_count int;
begin
  for v_reference in
    select r.* from private.person_references() r
    -- At most one row for each person: those go with the account, and the state of it must not
    -- go before.
    where not exists (select from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = r.table_name::regclass and i.indisunique and i.indnkeyatts = 1
        and i.indpred is null and a.attname = r.column_name)
  loop
    execute format(case when v_reference.deletes then
        'delete from %1$s where ctid = any (array(select ctid from %1$s where %2$I = $1 limit $2))'
      else 'update %1$s set %2$I = null where ctid = any (array(
        select ctid from %1$s where %2$I = $1 limit $2))' end,
      v_reference.table_name, v_reference.column_name) using p_id, p_limit;
    get diagnostics v_count = row_count;
    if v_count > 0 then
      return v_count;
    end if;
  end loop;
  return 0;
end;
$function$

-- function private.erase_step(uuid,integer)
CREATE OR REPLACE FUNCTION private.erase_step(p_id uuid, p_limit integer DEFAULT 200)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if not pg_try_advisory_xact_lock(hashtextextended('private.erase:' || p_id, 0)) then
    return 'busy';
  end if;
  if not exists (select from private.account_states s
    where s.profile_id = p_id and s.deletion_due_at <= clock_timestamp()) then
    return 'none';
  end if;
  perform private.ensure_deleted_profile();
  -- From here nobody signs in to it, and nobody comes back.
  update auth.users u set banned_until = now() + interval '100 years'
  where u.id = p_id and coalesce(u.banned_until < now() + interval '99 years', true);
  perform private.end_all_sessions(p_id);
  if private.erase_memberships(p_id, p_limit) > 0 then
    return 'rooms';
  end if;
  -- Nobody is told one by one of a thousand rows that go.
  perform set_config('townsquare.bulk', 'on', true);
  if private.erase_messages(p_id, p_limit) > 0 then
    return 'messages';
  end if;
  if private.erase_posts(p_id, p_limit) > 0 then
    -- Search must hear of it, not of whom.
    update private.outbox o set actor_id = null where o.actor_id = p_id and o.published_at is null;
    return 'posts';
  end if;
  if private.erase_post_mentions(p_id, p_limit) > 0 or private.erase_message_mentions(p_id, p_limit) > 0 then
    return 'mentions';
  end if;
  if private.erase_references(p_id, p_limit) > 0 then
    return 'references';
  end if;
  perform private.erase_account(p_id);
  return 'done';
end;
$function$

-- function private.erase_traces(uuid)
CREATE OR REPLACE FUNCTION private.erase_traces(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id constant text := p_id::text;
  v_like constant text := '%' || p_id::text || '%';
  v_email constant text := (select '%' || u.email || '%' from auth.users u where u.id = p_id);
begin
  delete from public.notifications n where n.subject_type = 'user' and n.subject_id = p_id;
  delete from public.reports r where r.subject_type = 'user' and r.subject_id = p_id;
  delete from private.moderation_cases c where c.subject_type = 'user' and c.subject_id = p_id;
  update private.profile_settings s set feed = s.feed #- array['authors', v_id]
  where s.feed -> 'authors' ? v_id;
  delete from private.counters c where c.subject_id = p_id;
  delete from private.counter_deltas d where d.subject_id = p_id;
  delete from private.counter_drift d where d.subject_id = p_id;
  -- By chance the place where checking goes on; the round begins again.
  update private.counter_checks c set position = null where c.position = p_id;
  delete from private.outbox o where o.actor_id = p_id or o.subject_id = p_id or o.payload::text like v_like;
  -- The mark stays, or the queue's own copy would be taken for news.
  update private.dead_jobs d
  set payload = '{}', error = '', discarded_at = coalesce(d.discarded_at, clock_timestamp())
  where d.payload::text like v_like or d.error like v_like;
  delete from private.idempotency_keys k
  where k.actor = v_id or k.route like v_like or k.headers::text like v_like or k.body::text like v_like;
  delete from private.rate_limits l where l.key like v_like;
  -- The files themselves were removed before.
  delete from private.media_trash t where t.path like v_id || '/%';
  update private.settings s set value = '' where s.name = 'media_sweep_object' and s.value like v_like;
  -- Rows of live events may not be deleted by anybody but the platform, which does it after days.
  update realtime.messages m set topic = 'erased', payload = '{}'
  where m.topic like v_like or m.payload::text like v_like;
  delete from auth.refresh_tokens t where t.user_id = v_id;
  delete from auth.flow_state f where f.user_id = p_id;
  delete from auth.audit_log_entries e
  where e.payload::text like v_like or e.payload::text like v_email;
end;
$function$

-- function private.event_body(uuid,text,timestamp with time zone,uuid,uuid,text,jsonb)
CREATE OR REPLACE FUNCTION private.event_body(p_id uuid, p_topic text, p_time timestamp with time zone, p_actor uuid, p_subject uuid, p_trace text, p_data jsonb)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select json_build_object('specversion', '1.0', 'id', p_id,
    'source', coalesce(nullif(private.setting('public_url'), ''), 'urn:townsquare'),
    'type', p_topic,
    'time', to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    -- In JSON null is the same as absent (JSON Event Format, 2.2).
    'subject', p_subject, 'actor_id', p_actor, 'traceparent', p_trace,
    'datacontenttype', 'application/json', 'data', p_data)::text
$function$

-- function private.event_totals()
CREATE OR REPLACE FUNCTION private.event_totals()
 RETURNS TABLE(topic text, total bigint, last_day bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- What waits is counted where it lies: together they are exact at every moment.
  select u.topic, sum(u.total)::bigint, coalesce(sum(u.total) filter (where u.lately), 0)::bigint
  from (
    select e.topic, e.total, e.hour > clock_timestamp() - interval '1 day' as lately
    from private.event_counts e
    union all
    select o.topic, count(*), true from private.outbox o
    where o.published_at is null and not o.payload ? 'released' group by o.topic
  ) u group by u.topic
$function$

-- function private.event_trace()
CREATE OR REPLACE FUNCTION private.event_trace()
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return coalesce(private.traceparent(), format('00-%s-%s-00',
    replace(gen_random_uuid()::text, '-', ''), left(replace(gen_random_uuid()::text, '-', ''), 16)));
end;
$function$

-- function private.expected_counts(text,uuid[])
CREATE OR REPLACE FUNCTION private.expected_counts(p_source text, p_ids uuid[])
 RETURNS TABLE(subject_id uuid, kind text, value bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with recursive down as (
    select c.parent_id as top, c.id, c.status, c.author_id, 1 as depth
    from public.posts c where p_source = 'posts' and c.parent_id = any (p_ids)
    union all
    -- As deep as private.post_ancestors looks up.
    select d.top, c.id, c.status, c.author_id, d.depth + 1
    from down d join public.posts c on c.parent_id = d.id where d.depth < 100
  ), rows as (
    select r.post_id as subject_id, 'reaction:' || r.kind as kind, r.profile_id
    from public.post_reactions r where p_source = 'posts' and r.post_id = any (p_ids)
    union all
    select s.post_id, 'shares', s.profile_id
    from public.shares s where p_source = 'posts' and s.post_id = any (p_ids)
    union all
    select d.top, 'comments', d.author_id from down d where d.status = 'published'
    union all
    select v.post_id, 'vote:' || o, v.profile_id
    from private.poll_votes v cross join unnest(v.options) o
    where p_source = 'posts' and v.post_id = any (p_ids)
    union all
    select f.followee_id, 'followers', f.follower_id
    from public.follows f where p_source = 'profiles' and f.followee_id = any (p_ids)
    union all
    select f.follower_id, 'following', f.followee_id
    from public.follows f where p_source = 'profiles' and f.follower_id = any (p_ids)
    union all
    select m.room_id, 'members', m.profile_id
    from public.room_members m where p_source = 'rooms' and m.room_id = any (p_ids) and not m.banned
  )
  select r.subject_id, r.kind, count(*) from rows r
  where not exists (select from private.account_states a where a.profile_id = r.profile_id and a.hidden)
  group by r.subject_id, r.kind
  union all
  select p.author_id, 'posts', count(*) from public.posts p
  where p_source = 'profiles' and p.author_id = any (p_ids) and p.parent_id is null
    and p.status = 'published'
    and not exists (select from private.post_audiences l where l.post_id = p.id)
  group by p.author_id
$function$

-- function private.export_conditions()
CREATE OR REPLACE FUNCTION private.export_conditions()
 RETURNS TABLE(table_name text, condition text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- By a key to the person; else by keys to rows of theirs, at most three steps away.
  with recursive direct as (
    select k.table_name, string_agg(format('%I = $1', k.column_name), ' or ' order by k.column_name)
      as condition
    from private.export_keys() k where k.parent_name in ('public.profiles', 'auth.users')
    group by k.table_name
  ), reached as (
    select d.table_name, d.condition, 1 as depth from direct d
    union all
    select k.table_name,
      format('%I in (select %I from %s where %s)', k.column_name, k.parent_column, r.table_name, r.condition),
      r.depth + 1
    from reached r join private.export_keys() k on k.parent_name = r.table_name
    where r.depth < 3 and k.table_name <> r.table_name
      and not exists (select from direct d where d.table_name = k.table_name)
  )
  select r.table_name, string_agg(distinct r.condition, ' or ') from reached r group by r.table_name
  union all
  select 'auth.' || a.name, a.condition from (values
    ('users', 'id = $1'), ('identities', 'user_id = $1'), ('sessions', 'user_id = $1'),
    ('mfa_factors', 'user_id = $1')) as a (name, condition)
$function$

-- function private.export_exceptions()
CREATE OR REPLACE FUNCTION private.export_exceptions()
 RETURNS TABLE(table_name text, column_name text, kind text, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    -- Nothing of the table is exported.
    ('private.announcements', null, 'table', 'words for everybody, and who of the staff wrote them'),
    ('private.backups', null, 'table', 'operations: who asked for a snapshot'),
    ('private.block_sides', null, 'table', 'derived from blocks; tells who blocks somebody'),
    ('private.blocked_email_domains', null, 'table', 'names no person'),
    ('private.comment_ranks', null, 'table', 'derived from exported rows'),
    ('private.connections', null, 'table', 'sockets that are open for the moment'),
    ('private.counter_deltas', null, 'table', 'derived from exported rows'),
    ('private.counter_checks', null, 'table', 'operations: names no person'),
    ('private.counter_drift', null, 'table', 'operations: counts that were repaired'),
    ('private.counters', null, 'table', 'derived from exported rows'),
    ('private.dead_jobs', null, 'table', 'operations: work that gave up'),
    ('private.deletion_ledger', null, 'table', 'hashes of erased people'),
    ('private.archive_imports', null, 'table', 'the record of archives that became rooms'),
    ('private.event_counts', null, 'table', 'operations: names no person'),
    ('private.exports', null, 'table', 'the record of archives, not part of them'),
    ('private.held_records', null, 'table', 'closed by law until the hold ends'),
    ('private.idempotency_keys', null, 'table', 'answers repeated from exported rows, kept a day'),
    ('private.job_runs', null, 'table', 'operations: names no person'),
    ('private.job_stats', null, 'table', 'operations: names no person'),
    ('private.legal_holds', null, 'table', 'closed by law until the hold ends'),
    ('private.link_previews', null, 'table', 'what public pages show, kept for a day'),
    ('private.media_trash', null, 'table', 'paths of files that are being removed'),
    ('private.metric_levels', null, 'table', 'operations: names no person'),
    ('private.metric_series', null, 'table', 'operations: names no person'),
    ('private.metric_sources', null, 'table', 'operations: names no person'),
    ('private.outbox', null, 'table', 'events that repeat exported rows'),
    ('private.password_history', null, 'table', 'hashes of passwords'),
    ('private.poll_closings', null, 'table', 'derived from exported rows'),
    ('private.post_views', null, 'table', 'what was opened in the last half hour'),
    ('private.rate_limits', null, 'table', 'counts of the last hour'),
    ('private.reserved_handles', null, 'table', 'names no person'),
    ('private.retired_handles', null, 'table', 'hashes of former handles'),
    ('private.roles', null, 'table', 'names no person'),
    ('private.unread_marks', null, 'table', 'derived from messages'),
    ('private.room_sweeps', null, 'table', 'names no person'),
    ('private.room_invite_tokens', null, 'table', 'hashes of secrets'),
    ('private.settings', null, 'table', 'secrets of the deployment'),
    ('private.room_feed_entries', null, 'table', 'hashes of what other sites have published'),
    ('private.webhook_deliveries', null, 'table', 'events that repeat exported rows, kept for 30 days'),
    ('private.webhook_secrets', null, 'table', 'secrets of webhooks'),
    ('public.hashtags', null, 'table', 'names no person'),
    -- Rows are not looked for by this column, since they belong to somebody else.
    ('private.audience_members', 'profile_id', 'path', 'nobody learns of the lists that they are on'),
    ('private.dismissed_suggestions', 'person_id', 'path', 'who does not want to see somebody is not told to them'),
    ('private.poll_votes', 'post_id', 'path', 'votes of others'),
    ('public.bookmarks', 'post_id', 'path', 'bookmarks of others'),
    ('private.feed_feedback', 'author_id', 'path', 'who does not want somebody in their feed is not told to them'),
    ('public.blocks', 'blocked_id', 'path', 'who blocks somebody is not told to them'),
    ('private.message_requests', 'from_id', 'path', 'what becomes of a request is not told to its sender'),
    ('private.message_requests', 'room_id', 'path', 'what becomes of a request is not told to its sender'),
    ('private.thread_members', 'message_id', 'path', 'who else follows a thread'),
    ('public.message_reactions', 'message_id', 'path', 'reactions of others'),
    ('public.message_receipts', 'message_id', 'path', 'how far others have read'),
    ('public.message_mentions', 'profile_id', 'path', 'messages of others, perhaps no more visible'),
    ('public.mutes', 'muted_id', 'path', 'who mutes somebody is not told to them'),
    ('public.notifications', 'actor_id', 'path', 'what others were told'),
    ('private.notification_actors', 'actor_id', 'path', 'what others were told'),
    ('public.post_mentions', 'profile_id', 'path', 'posts of others, perhaps no more visible'),
    ('public.post_reactions', 'post_id', 'path', 'reactions of others'),
    ('public.shares', 'post_id', 'path', 'what others have passed on'),
    ('public.reports', 'reported_user_id', 'path', 'who reports somebody is not told to them'),
    -- The column is not looked through and not written: it names somebody else.
    ('private.account_states', 'changed_by', 'column', 'staff'),
    ('private.moderation_cases', 'assigned_to', 'column', 'staff'),
    ('private.moderation_decisions', 'moderator_id', 'column', 'staff'),
    ('private.role_log', 'actor_id', 'column', 'staff'),
    ('private.room_log', 'actor_id', 'column', 'whoever keeps order in a room'),
    ('private.room_member_states', 'muted_by', 'column', 'whoever keeps order in a room'),
    ('private.message_versions', 'changed_by', 'column', 'staff'),
    ('private.spotlights', 'placed_by', 'column', 'staff'),
    ('private.user_roles', 'granted_by', 'column', 'staff')
$function$

-- function private.export_keys()
CREATE OR REPLACE FUNCTION private.export_keys()
 RETURNS TABLE(table_name text, column_name text, parent_name text, parent_column text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format('%I.%I', n.nspname, c.relname), a.attname::text,
    format('%I.%I', pn.nspname, pc.relname), pa.attname::text
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_class pc on pc.oid = k.confrelid
  join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
  join pg_catalog.pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = k.confkey[1]
  where k.contype = 'f' and cardinality(k.conkey) = 1 and n.nspname in ('public', 'private')
    and not exists (select from private.export_exceptions() e
      where e.table_name = format('%I.%I', n.nspname, c.relname)
        and (e.kind = 'table' or e.column_name = a.attname))
    -- A row is part of another only where it goes with it.
    and (k.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass) or k.confdeltype = 'c')
$function$

-- function private.export_tables()
CREATE OR REPLACE FUNCTION private.export_tables()
 RETURNS TABLE(table_name text, columns text[], condition text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select c.table_name, array_agg(quote_ident(a.attname) order by a.attnum), c.condition
  from private.export_conditions() c
  join pg_catalog.pg_attribute a on a.attrelid = c.table_name::regclass
    and a.attnum > 0 and not a.attisdropped
  where not private.is_secret_column(a.attname)
    and not exists (select from private.export_exceptions() e where e.kind = 'column'
      and e.table_name = c.table_name and e.column_name = a.attname)
    -- Of the auth server's tables, what a person would know again.
    and (c.table_name not like 'auth.%' or a.attname in ('id', 'user_id', 'email', 'phone',
      'created_at', 'updated_at', 'confirmed_at', 'email_confirmed_at', 'last_sign_in_at',
      'raw_user_meta_data', 'provider', 'identity_data', 'user_agent', 'ip', 'refreshed_at',
      'friendly_name', 'factor_type', 'status'))
  group by c.table_name, c.condition order by c.table_name
$function$

-- function private.feed_affinity()
CREATE OR REPLACE FUNCTION private.feed_affinity()
 RETURNS TABLE(author_id uuid, score bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
    select s.author, sum(s.points)::bigint from (
      (select p.author_id as author, 1 as points from public.post_reactions r
        join public.posts p on p.id = r.post_id
        where r.profile_id = v_me order by r.created_at desc limit 300)
      union all
      -- An answer takes more than a tap.
      (select p.author_id, 4 from public.posts c join public.posts p on p.id = c.parent_id
        where c.author_id = v_me order by c.created_at desc limit 300)
    ) s where s.author <> v_me group by s.author;
end;
$function$

-- function private.feed_candidates(integer)
CREATE OR REPLACE FUNCTION private.feed_candidates(p_limit integer)
 RETURNS TABLE(post_id uuid, author_id uuid, created_at timestamp with time zone, source text, hashtags text[], reactions bigint, comments bigint, affinity bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- A quiet town still fills a page: the window widens until there is enough to choose from.
  c_enough constant int := 150;
  c_windows constant interval[] := array['7 days', '30 days', '365 days']::interval[];
  v_window interval;
  v_found uuid[];
begin
  foreach v_window in array c_windows loop
    v_found := array(select c.post_id from private.feed_candidates_since(now() - v_window, p_limit) c);
    exit when cardinality(v_found) >= c_enough;
  end loop;
  return query
    with candidates as materialized (
      select * from private.feed_candidates_since(now() - v_window, p_limit)
    ), counts as materialized (
      select u.subject_id, sum(u.value) filter (where u.kind like 'reaction:%') as reactions,
        sum(u.value) filter (where u.kind = 'comments') as comments
      from (
        select c.subject_id, c.kind, c.value from private.counters c where c.subject_id = any (v_found)
        union all
        select d.subject_id, d.kind, d.delta from private.counter_deltas d
        where d.subject_id = any (v_found)
      ) u group by u.subject_id
    )
    select c.post_id, c.author_id, c.created_at, c.source, c.hashtags,
      greatest(0, coalesce(n.reactions, 0))::bigint, greatest(0, coalesce(n.comments, 0))::bigint,
      coalesce(a.score, 0)::bigint
    from candidates c
    left join counts n on n.subject_id = c.post_id
    left join private.feed_affinity() a on a.author_id = c.author_id;
end;
$function$

-- function private.feed_candidates_since(timestamp with time zone,integer)
CREATE OR REPLACE FUNCTION private.feed_candidates_since(p_since timestamp with time zone, p_limit integer)
 RETURNS TABLE(post_id uuid, author_id uuid, created_at timestamp with time zone, source text, hashtags text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_per_author constant int := 10;
  c_followees constant int := 1500;
  c_per_tag constant int := 20;
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(select private.feed_skipped_ids());
  v_lists constant uuid[] := array(select private.my_audience_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me);
  v_hidden constant uuid[] := array(select private.feed_hidden_post_ids());
begin
  return query
    (select p.id, p.author_id, p.created_at, 'following', p.hashtags
      from (select f.followee_id from public.follows f
        where f.follower_id = v_me order by f.created_at desc limit c_followees) f
      cross join lateral (
        select p.id, p.author_id, p.created_at, p.hashtags from public.posts p
        where p.author_id = f.followee_id and p.parent_id is null and p.status = 'published'
          and p.created_at > p_since
          and (p.visibility = 'public'
            or (p.visibility = 'followers' and not exists (select from private.post_audiences l
              where l.post_id = p.id and l.audience_id <> all (v_lists)))
            or (p.visibility = 'mentioned' and v_me = any (p.audience_ids)))
          and p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
          and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
        order by p.created_at desc limit c_per_author) p
      where f.followee_id <> all (v_skipped)
        and not exists (select from private.account_states s
          where s.profile_id = f.followee_id and s.hidden)
      order by p.created_at desc limit p_limit)
    union all
    (select p.id, p.author_id, p.created_at, 'own', p.hashtags from public.posts p
      where p.author_id = v_me and p.parent_id is null and p.status = 'published'
        and p.visibility <> 'room' and p.created_at > p_since
      order by p.created_at desc limit c_per_author)
    union all
    (select p.id, p.author_id, p.created_at, 'discovery', p.hashtags from public.posts p
      where p.parent_id is null and p.status = 'published' and p.visibility = 'public'
        and p.created_at > p_since and p.author_id <> v_me and p.author_id <> all (v_skipped)
        and not exists (select from private.private_accounts a where a.profile_id = p.author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
        and not exists (select from public.follows f
          where f.follower_id = v_me and f.followee_id = p.author_id offset 0)
        and p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
        and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
      order by p.created_at desc limit p_limit / 2)
    union all
    (select p.id, p.author_id, p.created_at, 'hashtag', p.hashtags
      from private.hashtag_follows t
      cross join lateral (select h.post_id from public.post_hashtags h
        where h.tag = t.tag and h.created_at > p_since order by h.created_at desc limit c_per_tag) h
      join public.posts p on p.id = h.post_id
      where t.profile_id = v_me and p.parent_id is null and p.status = 'published'
        and p.visibility = 'public' and p.author_id <> v_me and p.author_id <> all (v_skipped)
        and not exists (select from private.private_accounts a where a.profile_id = p.author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
        and not exists (select from public.follows f
          where f.follower_id = v_me and f.followee_id = p.author_id offset 0)
        and p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
        and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
      order by p.created_at desc limit p_limit / 4);
end;
$function$

-- function private.feed_feedback_bound()
CREATE OR REPLACE FUNCTION private.feed_feedback_bound()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_kept constant int := 1000;
begin
  delete from private.feed_feedback e
  where e.profile_id = new.profile_id and e.id in (
    select o.id from private.feed_feedback o where o.profile_id = new.profile_id
    order by o.created_at desc, o.id desc offset c_kept);
  return null;
end;
$function$

-- function private.feed_feedback_check()
CREATE OR REPLACE FUNCTION private.feed_feedback_check()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if (new.post_id is not null and not exists (select from public.posts p where p.id = new.post_id))
    or (new.author_id is not null
      and not exists (select from public.profiles p where p.id = new.author_id)) then
    raise exception 'There is no such post or person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if new.author_id = new.profile_id then
    raise exception 'It is your own'
      using errcode = 'PT422', hint = 'invalid-input', column = 'post_id';
  end if;
  return new;
end;
$function$

-- function private.feed_fingerprint(text)
CREATE OR REPLACE FUNCTION private.feed_fingerprint(p_algorithm text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return md5(concat_ws('|', p_algorithm,
    (select extract(epoch from s.updated_at) from private.profile_settings s where s.profile_id = v_me),
    (select count(*) || ':' || extract(epoch from max(f.created_at))
      from public.follows f where f.follower_id = v_me),
    (select count(*) || ':' || extract(epoch from max(m.created_at))
      from public.mutes m where m.muter_id = v_me),
    (select count(*) || ':' || extract(epoch from max(e.created_at))
      from private.feed_feedback e where e.profile_id = v_me),
    (select count(*) || ':' || extract(epoch from max(h.created_at))
      from private.hashtag_follows h where h.profile_id = v_me),
    (select md5(string_agg(b.other_id::text, ',' order by b.other_id))
      from private.block_sides b where b.profile_id = v_me)));
end;
$function$

-- function private.feed_following(timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.feed_following(p_before timestamp with time zone, p_before_id uuid, p_limit integer)
 RETURNS TABLE(item_id uuid, post_id uuid, created_at timestamp with time zone, is_own boolean, sharer_id uuid, is_repeat boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Whether a post was shown further up is asked of its newest shares; a viral one has many more.
  c_shares_looked_at constant int := 100;
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(select private.feed_skipped_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me);
  v_hidden constant uuid[] := array(select private.feed_hidden_post_ids());
begin
  return query
    with items as materialized (
      select w.id, w.id as post, w.created_at as at, w.author_id as author, false as is_share
      from private.followed_posts(p_before, p_before_id, p_limit) w
      union all
      (select s.id, s.post_id, s.created_at, a.person, true
      from (select f.followee_id as person from public.follows f where f.follower_id = v_me
        union all select v_me) a
      cross join lateral (
        select s.id, s.post_id, s.created_at
        from public.shares s join public.posts p on p.id = s.post_id
        where s.profile_id = a.person and s.created_at <= p_before
          and (s.created_at, s.id) < (p_before, p_before_id)
          and p.status = 'published' and p.visibility = 'public'
          and p.author_id not in (select unnest(v_skipped))
          and p.audience_owner_id not in (select unnest(v_skipped))
          and not exists (select from private.private_accounts o
            where o.profile_id in (p.author_id, p.audience_owner_id))
          and not exists (select from private.account_states s
            where s.profile_id in (p.author_id, p.audience_owner_id) and s.hidden)
          and (p.author_id = v_me or (
            p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
            and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))))
        order by s.created_at desc, s.id desc limit p_limit) s
      where a.person not in (select unnest(v_skipped))
        and not exists (select from private.account_states s
          where s.profile_id = a.person and s.hidden))
      order by 3 desc, 1 desc limit p_limit
    )
    select i.id, i.post, i.at, i.author = v_me, case when i.is_share then i.author end,
      exists (select from (
          select r.profile_id, r.created_at, r.id from public.shares r where r.post_id = i.post
          order by r.created_at desc limit c_shares_looked_at) r
        where (r.created_at, r.id) > (i.at, i.id) and r.profile_id <> all (v_skipped)
          and (r.profile_id = v_me or exists (select from public.follows f
            where f.follower_id = v_me and f.followee_id = r.profile_id))
          and not exists (select from private.account_states s
            where s.profile_id = r.profile_id and s.hidden))
    from items i order by i.at desc, i.id desc;
end;
$function$

-- function private.feed_hidden_post_ids()
CREATE OR REPLACE FUNCTION private.feed_hidden_post_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
begin
  return query
    select e.post_id from private.feed_feedback e
    where e.profile_id = (select auth.uid()) and e.kind = 'hide_post';
end;
$function$

-- function private.feed_interests()
CREATE OR REPLACE FUNCTION private.feed_interests()
 RETURNS TABLE(tag text, points bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
    select h.tag, count(*) from (
      (select r.post_id from public.post_reactions r
        where r.profile_id = v_me order by r.created_at desc limit 300)
      union all
      (select c.parent_id from public.posts c
        where c.author_id = v_me and c.parent_id is not null order by c.created_at desc limit 300)
    ) s join public.posts p on p.id = s.post_id and p.author_id not in (select private.feed_skipped_ids())
    join public.post_hashtags h on h.post_id = s.post_id
    group by h.tag order by count(*) desc, h.tag limit 100;
end;
$function$

-- function private.feed_newest(timestamp with time zone,uuid,integer,boolean,boolean)
CREATE OR REPLACE FUNCTION private.feed_newest(p_before timestamp with time zone, p_before_id uuid, p_limit integer, p_with_followed boolean, p_with_others boolean)
 RETURNS TABLE(post_id uuid, created_at timestamp with time zone, source text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(
    select private.feed_skipped_ids() union select private.feed_unwanted_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me) || array(select private.feed_unwanted_topics());
begin
  return query
    (select w.id, w.created_at, case when w.author_id = v_me then 'own' else 'following' end
      from private.followed_posts(p_before, p_before_id, p_limit) w where p_with_followed)
    union all
    (select p.id, p.created_at, 'discovery' from public.posts p
      where p_with_others and p.parent_id is null and p.status = 'published'
        and p.visibility = 'public' and p.author_id <> v_me
        and p.created_at <= p_before and (p.created_at, p.id) < (p_before, p_before_id)
        and p.author_id not in (select unnest(v_skipped))
        and p.id not in (select private.feed_hidden_post_ids())
        and not exists (select from private.private_accounts a where a.profile_id = p.author_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
        and not exists (select from public.follows f
          where f.follower_id = v_me and f.followee_id = p.author_id offset 0)
        and not p.hashtags && v_topics
        and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))
      order by p.created_at desc, p.id desc limit p_limit)
    order by 2 desc, 1 desc limit p_limit;
end;
$function$

-- function private.feed_skipped_ids()
CREATE OR REPLACE FUNCTION private.feed_skipped_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
begin
  return query
    select h from private.hidden_profile_ids() h
    union all
    select m.muted_id from public.mutes m where m.muter_id = (select auth.uid())
    union all
    select a.key::uuid from private.profile_settings s, jsonb_each(s.feed -> 'authors') a
    where s.profile_id = (select auth.uid()) and a.value = '-1';
end;
$function$

-- function private.feed_snapshot_items(uuid,integer,integer)
CREATE OR REPLACE FUNCTION private.feed_snapshot_items(p_id uuid, p_offset integer, p_limit integer)
 RETURNS TABLE(snapshot_id uuid, n integer, item jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 300
 SET search_path TO ''
AS $function$
begin
  return query
    select s.id, e.n::int, e.item from private.feed_snapshots s,
      jsonb_array_elements(s.items) with ordinality as e (item, n)
    where s.id = p_id and s.viewer_id = (select auth.uid()) and e.n > p_offset
    order by e.n limit p_limit;
end;
$function$

-- function private.feed_unwanted_ids()
CREATE OR REPLACE FUNCTION private.feed_unwanted_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
declare
  c_silence constant interval := '14 days';
  v_me constant uuid := (select auth.uid());
begin
  return query
    select a.key::uuid from private.profile_settings s, jsonb_each(s.feed -> 'authors') a
    where s.profile_id = v_me and a.value <= '0'
    union
    select e.author_id from private.feed_feedback e
    where e.profile_id = v_me and e.kind = 'not_interested_author' and e.created_at > now() - c_silence;
end;
$function$

-- function private.feed_unwanted_topics()
CREATE OR REPLACE FUNCTION private.feed_unwanted_topics()
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
declare
  c_silence constant interval := '14 days';
  v_me constant uuid := (select auth.uid());
begin
  return query
    select t.key from private.profile_settings s, jsonb_each(s.feed -> 'topics') t
    where s.profile_id = v_me and t.value <= '0'
    union
    select t from private.feed_feedback e, unnest(e.topics) t
    where e.profile_id = v_me and e.kind = 'not_interested_topic' and e.created_at > now() - c_silence;
end;
$function$

-- function private.feeds_of_room(uuid)
CREATE OR REPLACE FUNCTION private.feeds_of_room(p_room uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'edit_room');
  return query select private.present_feed(f) from private.room_feeds f
  where f.room_id = p_room order by f.id;
end;
$function$

-- function private.file_message_request(uuid,uuid,uuid,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.file_message_request(p_room uuid, p_person uuid, p_from uuid, p_asked_at timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_strangers constant text := (select n.strangers from public.notification_preferences n
    where n.profile_id = p_person);
begin
  if v_strangers = 'allow' or exists (select from public.follows f
    where f.follower_id = p_person and f.followee_id = p_from) then
    delete from private.message_requests q where q.room_id = p_room and q.profile_id = p_person;
    return;
  end if;
  insert into private.message_requests as q (room_id, profile_id, from_id, state, asked_at)
  values (p_room, p_person, p_from, case v_strangers when 'drop' then 'dropped' else 'waiting' end,
    p_asked_at)
  on conflict (room_id) do update set state = excluded.state, asked_at = excluded.asked_at
  where q.profile_id = p_person and q.state in ('waiting', 'dropped');
end;
$function$

-- function private.file_report(text,uuid,text,text)
CREATE OR REPLACE FUNCTION private.file_report(p_type text, p_id uuid, p_reason text, p_note text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_owner uuid;
begin
  -- Row-level security is the caller's: what one cannot see, one cannot report.
  if p_type = 'post' then
    select p.author_id into v_owner from public.posts p
    where p.id = p_id and p.status <> 'removed' and p.deleted_at is null;
  elsif p_type = 'message' then
    select m.author_id into v_owner from public.messages m
    where m.id = p_id and m.deleted_at is null and m.status <> 'removed';
  elsif p_type = 'user' then
    select p.id into v_owner from public.profiles p where p.id = p_id;
  elsif p_type = 'story' then
    select s.author_id into v_owner from public.stories s where s.id = p_id and s.status <> 'removed';
  elsif p_type = 'room' then
    select r.created_by into v_owner from public.rooms r where r.id = p_id;
  else
    raise exception 'Reports of a % are not offered', p_type
      using errcode = 'PT501', hint = 'not-supported';
  end if;
  if not found then
    raise exception 'There is nothing to report here' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_owner = (select auth.uid()) then
    raise exception 'One cannot report oneself' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return private.store_report(p_type, p_id, v_owner, p_reason, p_note);
end;
$function$

-- function private.find_invite(text)
CREATE OR REPLACE FUNCTION private.find_invite(p_token text)
 RETURNS room_invites
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_invite public.room_invites;
begin
  select i.* into v_invite from public.room_invites i
  left join private.room_invite_tokens t on t.invite_id = i.id
  -- Whom an invite names needs no secret: the invite's id is enough.
  where (t.token_hash = sha256(convert_to(p_token, 'utf8')) or i.id::text = p_token
      and exists (select from private.room_invite_people p
        where p.invite_id = i.id and p.profile_id = v_me))
    and coalesce(i.expires_at > clock_timestamp(), true)
    and i.uses < coalesce(i.max_uses, i.uses + 1)
    and (not i.is_personal or exists (select from private.room_invite_people p
      where p.invite_id = i.id and p.profile_id = v_me))
    -- It holds while its maker may invite.
    and 'invite' = any (private.room_capabilities(i.room_id, i.created_by))
    and not private.is_hidden(i.created_by) and not private.is_blocked_between(v_me, i.created_by);
  if v_invite.id is null then
    raise exception 'The invite does not exist or holds no more'
      using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_invite;
end;
$function$

-- function private.finish_call(uuid,text,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.finish_call(p_call uuid, p_state text, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_starter uuid;
  v_room uuid;
  v_uses_server boolean;
begin
  update public.calls c set state = p_state, ended_at = p_at
  where c.id = p_call and c.ended_at is null
  returning c.started_by, c.room_id, c.uses_server into v_starter, v_room, v_uses_server;
  if not found then
    return;
  end if;
  update private.call_participants p set state = 'left', left_at = p_at
  where p.call_id = p_call and p.state = 'joined';
  perform private.announce_call(p_call);
  perform private.emit(case p_state when 'missed' then 'call.missed' else 'call.ended' end,
    p_call, v_starter,
    jsonb_build_object('room_id', v_room, 'state', p_state, 'uses_server', v_uses_server));
end;
$function$

-- function private.finish_delivery(uuid,uuid,uuid,integer,text,text,integer)
CREATE OR REPLACE FUNCTION private.finish_delivery(p_endpoint uuid, p_lease uuid, p_delivery uuid, p_status integer, p_body text, p_error text, p_ms integer)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Before each further attempt; the last entry is the last attempt.
  c_waits constant interval[] := array['5 seconds', '30 seconds', '3 minutes', '20 minutes'];
  c_failures_max constant int := 10;
  c_failing_at_least constant interval := '1 hour';
  -- Of each answer but the last so much is kept.
  c_head_length constant int := 1024;
  v_endpoint private.webhook_endpoints;
  v_attempts int;
  v_outcome text := case when p_status between 200 and 299 then 'delivered' else 'pending' end;
begin
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint and e.lease = p_lease for no key update;
  if v_endpoint.id is null then
    return 'lost';
  end if;
  select d.attempts + 1 into v_attempts from private.webhook_deliveries d where d.id = p_delivery;
  if v_outcome = 'pending' and (v_attempts > cardinality(c_waits) or p_status = 410) then
    v_outcome := 'failed';
  end if;
  update private.webhook_deliveries d
  set status = v_outcome, attempts = v_attempts, response_status = p_status, response_body = p_body,
    error = p_error, duration_ms = p_ms, history = d.history || jsonb_build_object(
      'at', clock_timestamp() - make_interval(secs => p_ms / 1000.0), 'status', p_status,
      'body', left(p_body, c_head_length), 'error', p_error, 'duration_ms', p_ms),
    finished_at = case when v_outcome <> 'pending' then clock_timestamp() end
  where d.id = p_delivery;
  update private.webhook_endpoints e
  set lease = null, leased_until = null,
    failures = case v_outcome when 'delivered' then 0 when 'failed' then e.failures + 1
      else e.failures end,
    failing_since = case when v_outcome <> 'delivered'
      then coalesce(e.failing_since, clock_timestamp()) end,
    retry_at = case when v_outcome = 'pending'
      then clock_timestamp() + c_waits[v_attempts] * (0.75 + random() / 2) end
  where e.id = p_endpoint returning * into v_endpoint;
  if v_endpoint.retry_at is not null then
    perform private.wake_endpoint(p_endpoint, v_endpoint.retry_at);
  end if;
  if p_status = 410 then
    perform private.disable_endpoint(v_endpoint, 'its address is gone for good');
  elsif v_outcome = 'failed' and v_endpoint.failures >= c_failures_max
    and v_endpoint.failing_since <= clock_timestamp() - c_failing_at_least then
    perform private.disable_endpoint(v_endpoint, 'its address has not taken anything for too long');
  end if;
  return v_outcome;
end;
$function$

-- function private.finish_idempotency_key(text,text,text,integer,jsonb,jsonb)
CREATE OR REPLACE FUNCTION private.finish_idempotency_key(p_actor text, p_route text, p_key text, p_status integer, p_headers jsonb, p_body jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update private.idempotency_keys
  set status = p_status, headers = p_headers, body = p_body, finished_at = now()
  where actor = p_actor and route = p_route and key = p_key
$function$

-- function private.finish_if_over(uuid)
CREATE OR REPLACE FUNCTION private.finish_if_over(p_call uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_call public.calls;
begin
  select * into v_call from public.calls c where c.id = p_call and c.ended_at is null;
  if not found then
    return true;
  end if;
  if v_call.state = 'ringing' and v_call.started_at + private.call_ring() <= clock_timestamp() then
    perform private.finish_call(p_call, 'missed', v_call.started_at + private.call_ring());
    return true;
  end if;
  if not exists (select from private.call_participants p
    where p.call_id = p_call and p.state = 'joined') then
    perform private.finish_call(p_call,
      case when v_call.answered_at is null then 'missed' else 'ended' end, clock_timestamp());
    return true;
  end if;
  if v_call.state = 'ringing' and not exists (
    select from public.room_members m
    where m.room_id = v_call.room_id and not m.banned and not exists (
      select from private.call_participants p
      where p.call_id = p_call and p.profile_id = m.profile_id)
  ) and exists (select from private.call_participants p
    where p.call_id = p_call and p.state = 'declined') then
    perform private.finish_call(p_call, 'declined', clock_timestamp());
    return true;
  end if;
  return false;
end;
$function$

-- function private.finish_job(text,uuid)
CREATE OR REPLACE FUNCTION private.finish_job(p_consumer text, p_event_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_seconds double precision;
  v_waited double precision;
begin
  update private.job_runs r set finished_at = clock_timestamp()
  where r.consumer = p_consumer and r.event_id = p_event_id
  returning extract(epoch from r.finished_at - r.started_at) into v_seconds;
  select extract(epoch from clock_timestamp() - greatest(o.created_at, o.deliver_after)) into v_waited
  from private.outbox o where o.id = p_event_id;
  perform private.count_job(p_consumer, 'done', v_seconds, v_waited);
end;
$function$

-- function private.finish_jobs(text[],double precision[],uuid)
CREATE OR REPLACE FUNCTION private.finish_jobs(p_consumers text[], p_seconds double precision[], p_event_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_waited constant double precision := (
    select extract(epoch from clock_timestamp() - greatest(o.created_at, o.deliver_after))
    from private.outbox o where o.id = p_event_id);
begin
  update private.job_runs r set finished_at = clock_timestamp()
  where r.event_id = p_event_id and r.consumer = any (p_consumers);
  perform private.count_job(u.consumer, 'done', u.seconds, v_waited)
  from (select * from unnest(p_consumers, p_seconds) as u (consumer, seconds) order by 1) u;
end;
$function$

-- function private.first_link(jsonb)
CREATE OR REPLACE FUNCTION private.first_link(p_entities jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (
    select e.entity ->> 'value'
    from jsonb_array_elements(p_entities) with ordinality as e (entity, n)
    where e.entity ->> 'type' = 'link' and char_length(e.entity ->> 'value') <= 2048
    order by e.n limit 1);
end;
$function$

-- function private.first_unread_seq(uuid)
CREATE OR REPLACE FUNCTION private.first_unread_seq(p_room uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return (
    select m.seq from public.messages m
    where m.room_id = p_room and m.seq > (select coalesce(s.last_read_seq, 0)
        from public.room_members r left join private.room_member_states s using (room_id, profile_id)
        where r.room_id = p_room and r.profile_id = (select auth.uid()) and not r.banned)
      and m.author_id <> (select auth.uid())
      and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
      and m.author_id <> private.welcome_profile_id()
      and m.status = 'published'
      and not exists (select from public.blocks b
        where b.blocker_id = (select auth.uid()) and b.blocked_id = m.author_id)
      and not exists (select from private.account_states s
        where s.profile_id = m.author_id and s.hidden)
    order by m.seq limit 1);
end;
$function$

-- function private.fold_counters(integer)
CREATE OR REPLACE FUNCTION private.fold_counters(p_limit integer DEFAULT 50000)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_folded int;
  v_last bigint;
begin
  -- One folder at a time; a second one leaves the work to the first.
  if not pg_try_advisory_xact_lock(hashtextextended('private.fold_counters', 0)) then
    return 0;
  end if;
  -- What is committed below this id later on is left to a later fold.
  select max(x.id) into v_last
  from (select d.id from private.counter_deltas d order by d.id limit p_limit) x;
  with taken as (
    delete from private.counter_deltas d where d.id <= v_last
    returning d.subject_id, d.kind, d.delta
  ), summed as (
    select t.subject_id, t.kind, sum(t.delta) as delta, count(*) as deltas
    from taken t group by t.subject_id, t.kind order by t.subject_id, t.kind
  ), folded as (
    insert into private.counters as c (subject_id, kind, value)
    select s.subject_id, s.kind, s.delta from summed s
    on conflict (subject_id, kind) do update set value = c.value + excluded.value
  )
  select coalesce(sum(s.deltas), 0) into v_folded from summed s;
  return v_folded;
end;
$function$

-- function private.fold_counts_of(uuid)
CREATE OR REPLACE FUNCTION private.fold_counts_of(p_subject uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_deltas_max constant int := 10000;
begin
  -- Never two at once, and nobody waits: whoever comes second leaves it.
  if not pg_try_advisory_xact_lock(hashtextextended('private.fold_counters', 0)) then
    return;
  end if;
  with taken as (
    delete from private.counter_deltas d
    where d.id in (select x.id from private.counter_deltas x
      where x.subject_id = p_subject limit c_deltas_max)
    returning d.kind, d.delta
  )
  insert into private.counters as c (subject_id, kind, value)
  select p_subject, t.kind, sum(t.delta) from taken t group by t.kind
  on conflict (subject_id, kind) do update set value = c.value + excluded.value;
end;
$function$

-- function private.fold_text(text)
CREATE OR REPLACE FUNCTION private.fold_text(p_text text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return extensions.unaccent('extensions.unaccent'::regdictionary, lower(p_text));
end;
$function$

-- function private.follow_list(uuid,text,timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.follow_list(p_profile uuid, p_kind text, p_before timestamp with time zone, p_before_id uuid, p_limit integer)
 RETURNS TABLE(at timestamp with time zone, id uuid, item jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  if p_profile is null or p_profile in (select private.hidden_profile_ids())
    or (p_profile is distinct from v_me and private.is_hidden(p_profile)) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_kind in ('followers', 'following', 'friends') and not (private.shows_list(p_profile, p_kind)
    -- Lists of a private account are for those whom it has let in, as its posts are.
    and (p_profile is not distinct from v_me
      or not exists (select from private.private_accounts a where a.profile_id = p_profile)
      or exists (select from public.follows f
        where f.follower_id = v_me and f.followee_id = p_profile))) then
    return query select null::timestamptz, null::uuid, null::jsonb;
    return;
  end if;
  return query
    select s.at, s.id, private.profile_card(s.id)
    from (
      select e.at, e.id from (
        -- The kind is known when it is planned: five of the six parts fall away.
        select f.created_at as at, f.follower_id as id from public.follows f
        where p_kind = 'followers' and f.followee_id = p_profile
        union all
        select f.created_at, f.followee_id from public.follows f
        where p_kind = 'following' and f.follower_id = p_profile
        union all
        select f.created_at, f.followee_id from public.follows f
        where p_kind = 'friends' and f.follower_id = p_profile
          and exists (select from public.follows b
            where b.follower_id = f.followee_id and b.followee_id = p_profile)
        union all
        select r.created_at, r.requester_id from public.follow_requests r
        where p_kind = 'requests' and r.target_id = p_profile and p_profile = v_me
        union all
        select b.created_at, b.blocked_id from public.blocks b
        where p_kind = 'blocks' and b.blocker_id = p_profile and p_profile = v_me
        union all
        select m.created_at, m.muted_id from public.mutes m
        where p_kind = 'mutes' and m.muter_id = p_profile and p_profile = v_me
      ) e
      where (p_before is null or (e.at, e.id) < (p_before, p_before_id))
        and (p_kind = 'blocks' or e.id not in (select private.hidden_profile_ids()))
        and not exists (select from private.account_states s where s.profile_id = e.id and s.hidden)
      order by e.at desc, e.id desc limit least(p_limit, 101)
    ) s
    order by s.at desc, s.id desc;
end;
$function$

-- function private.follow_requests_enqueue()
CREATE OR REPLACE FUNCTION private.follow_requests_enqueue()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit('user.follow_requested', new.target_id, new.requester_id);
  return null;
end;
$function$

-- function private.follow_requests_withdraw()
CREATE OR REPLACE FUNCTION private.follow_requests_withdraw()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- A request that was granted was one.
  if not exists (select from public.follows f
      where f.follower_id = old.requester_id and f.followee_id = old.target_id) then
    perform private.withdraw_notification(old.target_id, 'follow_request',
      private.pair_id(old.target_id, old.requester_id));
  end if;
  return null;
end;
$function$

-- function private.follow_thread(uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.follow_thread(p_room uuid, p_message uuid, p_level text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_root uuid;
begin
  if not exists (select from private.my_room_ids() r where r = p_room) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  select coalesce(m.parent_id, m.id) into v_root
  from public.messages m where m.id = p_message and m.room_id = p_room;
  if v_root is null then
    raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  insert into private.thread_members as t (message_id, profile_id, level, last_read_seq)
  values (v_root, (select auth.uid()), p_level, coalesce((
    select max(r.seq) from public.messages r where r.parent_id = v_root), 0))
  on conflict (message_id, profile_id) do update set level = excluded.level;
end;
$function$

-- function private.followed_posts(timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.followed_posts(p_before timestamp with time zone, p_before_id uuid, p_limit integer)
 RETURNS TABLE(id uuid, author_id uuid, created_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_growth constant int := 4;
  v_me constant uuid := (select auth.uid());
  v_skipped constant uuid[] := array(select private.feed_skipped_ids());
  v_lists constant uuid[] := array(select private.my_audience_ids());
  v_words constant text := private.muted_pattern(v_me);
  v_topics constant text[] := private.muted_topics(v_me);
  v_hidden constant uuid[] := array(select private.feed_hidden_post_ids());
  v_wanted bigint := p_limit * 2;
  v_left int := p_limit;
  v_found int;
  v_ids uuid[];
begin
  loop
    -- By the index alone, which leaves most of what people wrote unread; what is for the caller is
    -- asked of the newest, and of more when these were not enough.
    v_ids := array(
      select c.id
      from (select f.followee_id as author from public.follows f where f.follower_id = v_me
        union all select v_me) a
      cross join lateral (
        select p.id, p.created_at from public.posts p
        where p.author_id = a.author and p.parent_id is null and p.status = 'published'
          and p.created_at <= p_before and (p.created_at, p.id) < (p_before, p_before_id)
        order by p.created_at desc, p.id desc limit v_wanted) c
      -- As a list, not as an array: it is looked up, not searched.
      where a.author not in (select unnest(v_skipped))
      order by c.created_at desc, c.id desc limit v_wanted);
    return query
      select p.id, p.author_id, p.created_at from public.posts p
      where p.id = any (v_ids)
        and (p.visibility = 'public'
          or (p.visibility = 'followers' and (p.author_id = v_me
            or not exists (select from private.post_audiences l
              where l.post_id = p.id and l.audience_id <> all (v_lists))))
          or (p.visibility = 'mentioned' and (p.author_id = v_me or v_me = any (p.audience_ids))))
        and (p.author_id = v_me or (
          p.id not in (select unnest(v_hidden)) and not p.hashtags && v_topics
          and (v_words is null or not private.mutes_post(p.body, p.quoted_id, v_words))))
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
      order by p.created_at desc, p.id desc limit v_left;
    get diagnostics v_found = row_count;
    v_left := v_left - v_found;
    exit when v_left <= 0 or cardinality(v_ids) < v_wanted;
    select p.created_at, p.id into p_before, p_before_id from public.posts p
    where p.id = v_ids[v_wanted];
    v_wanted := v_wanted * c_growth;
  end loop;
end;
$function$

-- function private.follows_accept()
CREATE OR REPLACE FUNCTION private.follows_accept()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.message_requests q
  where q.from_id = new.followee_id and q.profile_id = new.follower_id and q.state <> 'accepted';
  return null;
end;
$function$

-- function private.follows_after_delete()
CREATE OR REPLACE FUNCTION private.follows_after_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.count_follow(old, -1);
  return null;
end;
$function$

-- function private.follows_after_insert()
CREATE OR REPLACE FUNCTION private.follows_after_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit('user.followed', new.followee_id, new.follower_id);
  perform private.count_follow(new, 1);
  return null;
end;
$function$

-- function private.follows_check()
CREATE OR REPLACE FUNCTION private.follows_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.follower_id = new.followee_id then
    raise exception 'Nobody follows themselves'
      using errcode = 'PT422', hint = 'invalid-input', column = 'followee_id';
  end if;
  -- People are locked before edges, here and wherever edges change. Follows of one person go on side by
  -- side; a block of either, or a change between private and public, comes before or after.
  perform from public.profiles p where p.id = new.followee_id for share;
  -- A blocked pair answers as a missing person does.
  if not found or private.is_hidden(new.followee_id)
    or private.is_blocked_between(new.follower_id, new.followee_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  -- Only by granting a request does somebody write a follow of themselves.
  if new.followee_id is distinct from (select auth.uid())
    and exists (select from private.private_accounts a where a.profile_id = new.followee_id)
    and not exists (select from public.follows f
      where f.follower_id = new.follower_id and f.followee_id = new.followee_id) then
    insert into public.follow_requests (requester_id, target_id)
    values (new.follower_id, new.followee_id) on conflict do nothing;
    return null;
  end if;
  return new;
end;
$function$

-- function private.follows_refuse_deleted()
CREATE OR REPLACE FUNCTION private.follows_refuse_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
end;
$function$

-- function private.follows_refuse_imported()
CREATE OR REPLACE FUNCTION private.follows_refuse_imported()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from private.imported_profiles i where i.profile_id = new.followee_id) then
    raise exception 'This account stands for the author of an archive; nobody writes by it'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return new;
end;
$function$

-- function private.follows_withdraw()
CREATE OR REPLACE FUNCTION private.follows_withdraw()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.withdraw_notification(old.followee_id, 'follow',
    private.pair_id(old.followee_id, old.follower_id));
  return null;
end;
$function$

-- function private.fresh_feed_snapshot(integer,text)
CREATE OR REPLACE FUNCTION private.fresh_feed_snapshot(p_seconds integer, p_algorithm text)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- A short feed is cheap to make: it also takes up at once what strangers write.
  c_short constant int := 150;
  c_new_posts constant int := 2000;
  v_me constant uuid := (select auth.uid());
  v_id uuid;
  v_built_at timestamptz;
  v_fingerprint text;
  v_is_short boolean;
begin
  select s.id, s.built_at, s.fingerprint, jsonb_array_length(s.items) < c_short
  into v_id, v_built_at, v_fingerprint, v_is_short
  from private.feed_snapshots s
  where s.viewer_id = v_me and s.built_at > now() - make_interval(secs => p_seconds)
  order by s.built_at desc limit 1;
  if v_id is null or v_fingerprint <> private.feed_fingerprint(p_algorithm) or exists (
    select from (
      select p.author_id from public.posts p
      where p.created_at > v_built_at and p.parent_id is null and p.status = 'published'
        and p.visibility <> 'room'
      order by p.created_at desc limit c_new_posts) p
    where v_is_short or p.author_id = v_me or exists (select from public.follows f
      where f.follower_id = v_me and f.followee_id = p.author_id offset 0)) then
    return null;
  end if;
  return v_id;
end;
$function$

-- function private.give_up_publication(uuid)
CREATE OR REPLACE FUNCTION private.give_up_publication(p_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.posts p set publish_at = null where p.id = p_id and p.status = 'scheduled'
$function$

-- function private.given_handle(uuid)
CREATE OR REPLACE FUNCTION private.given_handle(p_id uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select 'user_' || substring(replace(p_id::text, '-', '') from 1 for 20) $function$

-- function private.grant_role(text,text)
CREATE OR REPLACE FUNCTION private.grant_role(p_person text, p_role text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id constant uuid := private.profile_id_of(p_person);
  v_role private.roles;
begin
  perform private.begin_role_change();
  v_role := private.role_by_key(p_role);
  if v_id is null or private.is_hidden(v_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if private.is_bot(v_id) then
    raise exception 'Roles are for people' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  perform private.require_rank_over(v_role.permissions);
  insert into private.user_roles (profile_id, role, granted_by)
  values (v_id, v_role.name, (select auth.uid())) on conflict do nothing;
  return (
    select jsonb_build_object('role', u.role, 'permissions', to_jsonb(v_role.permissions),
      'granted_by', private.profile_summary(u.granted_by), 'granted_at', u.granted_at)
    from private.user_roles u where u.profile_id = v_id and u.role = v_role.name);
end;
$function$

-- function private.grouped_types()
CREATE OR REPLACE FUNCTION private.grouped_types()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select array['like', 'reaction', 'share'] $function$

-- function private.hand_over_thread(uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.hand_over_thread(p_root uuid, p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count int;
begin
  -- Comments belong to whoever the root belongs to. What followers alone could see stays closed:
  -- nobody follows the deleted account.
  update public.posts p set audience_owner_id = private.deleted_profile_id(),
    visibility = case when p.visibility = 'public'
      and exists (select from private.private_accounts a where a.profile_id = p_id)
      then 'followers' else p.visibility end
  where p.id in (select c.id from public.posts c
    where c.root_id = p_root and c.audience_owner_id = p_id limit p_limit);
  get diagnostics v_count = row_count;
  return v_count;
end;
$function$

-- function private.handle_fault(text,uuid)
CREATE OR REPLACE FUNCTION private.handle_fault(p_handle text, p_for uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- One statement, so that a handle is taken, kept or free, and never in between.
  select case
    when p_handle is null then 'A handle is required'
    when p_handle ~ '[^\x01-\x7f]'
      then 'A handle has letters a to z only; look-alikes of other alphabets are not taken'
    when p_handle !~ '^[A-Za-z0-9_]{3,30}$' then 'A handle has 3 to 30 of a-z, 0-9 and _'
    when exists (select from private.reserved_handles r
        -- A 1 may stand for l and for i.
        where r.form in (private.reserved_form(p_handle),
          private.reserved_form(replace(p_handle, '1', 'i')))
          and (r.holder_id is null or r.holder_id is distinct from p_for)) then 'This handle is reserved'
    when exists (select from public.profiles p
        where private.handle_skeleton(p.handle) = private.handle_skeleton(p_handle)
          and p.id is distinct from p_for)
      or exists (select from private.retired_handles r
        where r.skeleton_hash = private.handle_hash(p_handle) and r.free_at > now()
          and (r.profile_id is null or r.profile_id is distinct from p_for))
      then 'This handle is taken'
  end
$function$

-- function private.handle_hash(text)
CREATE OR REPLACE FUNCTION private.handle_hash(p_handle text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select encode(extensions.hmac(
    private.handle_skeleton(p_handle), private.setting('handle_secret'), 'sha256'), 'hex')
$function$

-- function private.handle_problem(text)
CREATE OR REPLACE FUNCTION private.handle_problem(p_handle text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$ select private.handle_fault(p_handle, (select auth.uid())) $function$

-- function private.handle_skeleton(text)
CREATE OR REPLACE FUNCTION private.handle_skeleton(p_handle text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- After Unicode's table of confusables: 0 and o, 1 and l, rn and m, vv and w; several _ are one
  -- line. Each sign becomes what it looks like, the wide ones their parts, so no order matters.
  select regexp_replace(
    translate(replace(replace(lower(p_handle), 'm', 'rn'), 'w', 'vv'), '01', 'ol'), '_+', '_', 'g')
$function$

-- function private.happenings()
CREATE OR REPLACE FUNCTION private.happenings()
 RETURNS TABLE(name text, label text, total bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select split_part(u.kind, ':', 1), split_part(u.kind, ':', 2), sum(u.value)::bigint
  from (
    select c.kind, c.value from private.counters c
    where c.subject_id = '00000000-0000-0000-0000-000000000000'
    union all
    select d.kind, d.delta from private.counter_deltas d
    where d.subject_id = '00000000-0000-0000-0000-000000000000'
  ) u group by u.kind
$function$

-- function private.has_feed_snapshot(uuid)
CREATE OR REPLACE FUNCTION private.has_feed_snapshot(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.feed_snapshots s
    where s.id = p_id and s.viewer_id = (select auth.uid()));
end;
$function$

-- function private.has_permission(text)
CREATE OR REPLACE FUNCTION private.has_permission(p_permission text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Policies ask this in most queries: the plan is kept, which a function in SQL does not do.
  return exists (
    select from private.user_roles u join private.roles r on r.name = u.role
    where u.profile_id = (select auth.uid()) and p_permission = any (r.permissions)
      and not exists (select from private.account_states s
        where s.profile_id = u.profile_id and (s.hidden or s.suspended_until > now())));
end;
$function$

-- function private.has_visible_answer(uuid)
CREATE OR REPLACE FUNCTION private.has_visible_answer(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (
    with recursive below as (
      select c.id, c.status, c.deleted_at from public.posts c where c.parent_id = p_id
      union all
      -- Only below what is itself empty: what is not ends the search.
      select c.id, c.status, c.deleted_at from below b
      join public.posts c on c.parent_id = b.id where b.deleted_at is not null
    ) select from below b where b.deleted_at is null and b.status = 'published');
end;
$function$

-- function private.has_words(text,text)
CREATE OR REPLACE FUNCTION private.has_words(p_text text, p_pattern text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return private.match_form(p_text) collate "pg_c_utf8" ~ p_pattern;
end;
$function$

-- function private.hashtag_follows_before_insert()
CREATE OR REPLACE FUNCTION private.hashtag_follows_before_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_followed_max constant int := 500;
begin
  new.tag := private.hashtag_of(new.tag);
  if new.tag is null then
    raise exception 'Not a hashtag' using errcode = 'PT422', hint = 'invalid-input', column = 'tag';
  end if;
  -- One at a time for each person, or two could be the last.
  perform from public.profiles p where p.id = new.profile_id for no key update;
  if (select count(*) from private.hashtag_follows f where f.profile_id = new.profile_id
      and f.tag <> new.tag) >= c_followed_max then
    raise exception 'Nobody follows more than % hashtags', c_followed_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  return new;
end;
$function$

-- function private.hashtag_of(text)
CREATE OR REPLACE FUNCTION private.hashtag_of(p_text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select e.entity ->> 'value'
  from (select '#' || regexp_replace(p_text, '^[#\uff03]', '') as tag) t,
    jsonb_array_elements(private.entities_in(t.tag)) as e (entity)
  where e.entity ->> 'type' = 'hashtag' and (e.entity ->> 'start')::int = 0
    and (e.entity ->> 'end')::int = char_length(t.tag)
$function$

-- function private.hidden_profile_ids()
CREATE OR REPLACE FUNCTION private.hidden_profile_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$ begin return query
  select b.blocked_id from public.blocks b where b.blocker_id = (select auth.uid())
  union all
  select b.blocker_id from public.blocks b where b.blocked_id = (select auth.uid());
end; $function$

-- function private.highlight_story(uuid,boolean)
CREATE OR REPLACE FUNCTION private.highlight_story(p_id uuid, p_keep boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_highlights_max constant int := 100;
  v_me constant uuid := (select auth.uid());
  v_status text;
begin
  perform pg_advisory_xact_lock(hashtextextended('public.stories:' || v_me, 0));
  select s.status into v_status from public.stories s
  where s.id = p_id and s.author_id = v_me for no key update;
  if not found then
    raise exception 'You have no such story' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_keep and v_status <> 'published' then
    raise exception 'Only what is published can be kept'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if p_keep and (select count(*) from public.stories s
    where s.author_id = v_me and s.highlighted_at is not null and s.id <> p_id) >= c_highlights_max then
    raise exception 'One person keeps at most % stories', c_highlights_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  update public.stories s
  set highlighted_at = case when p_keep then coalesce(s.highlighted_at, clock_timestamp()) end
  where s.id = p_id;
end;
$function$

-- function private.hook_profile_id()
CREATE OR REPLACE FUNCTION private.hook_profile_id()
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select '00000000-0000-7000-8000-000000000002'::uuid $function$

-- function private.identities_log()
CREATE OR REPLACE FUNCTION private.identities_log()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    perform private.log_auth(new.user_id, 'identity_linked');
  else
    perform private.log_auth(old.user_id, 'identity_unlinked');
  end if;
  return null;
end;
$function$

-- function private.import_mentions(uuid,bigint)
CREATE OR REPLACE FUNCTION private.import_mentions(p_room uuid, p_after bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.message_mentions (message_id, profile_id, created_at)
  select m.id, p.id, m.created_at
  from public.messages m
  cross join lateral unnest(private.entity_values(m.entities, 'mention')) as named (handle)
  -- One look at the index for each; a join would read all profiles for a few names.
  cross join lateral (select i.id from public.profiles i where i.handle = named.handle offset 0) p
  join public.room_members r on r.room_id = p_room and r.profile_id = p.id and not r.banned
  where m.room_id = p_room and m.seq > p_after and m.entities @> '[{"type": "mention"}]'
    and private.accepts_contact(p.id, m.author_id, 'mention')
  on conflict do nothing;
end;
$function$

-- function private.import_messages(uuid,jsonb)
CREATE OR REPLACE FUNCTION private.import_messages(p_room uuid, p_items jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_bulk constant text := coalesce(current_setting('townsquare.bulk', true), '');
  v_last bigint;
  v_written int;
begin
  perform set_config('townsquare.bulk', 'on', true);
  select r.last_seq into v_last from public.rooms r where r.id = p_room for no key update;
  -- What triggers do to each message is done below to all of them; only this function says so, and
  -- only for this statement. Constraints and foreign keys hold as ever.
  perform set_config('townsquare.checked', 'on', true);
  with given as materialized (
    select i.* from rows from (jsonb_to_recordset(p_items) as (id uuid, author_id uuid, kind text,
      body text, body_html text, entities jsonb, parent_id uuid, also_in_room boolean,
      created_at timestamptz, edited_at timestamptz)) with ordinality as i (id, author_id, kind,
      body, body_html, entities, parent_id, also_in_room, created_at, edited_at, n)
    where private.is_visible(i.body)
      and not exists (select from public.messages m where m.id = i.id)
  ), placed as (
    -- Threads have one level; what answers nothing that is here stands alone.
    select g.*, coalesce(p.parent_id, p.id, case when g.parent_id in (
      select b.id from given b where b.parent_id is null) then g.parent_id end) as thread_id
    from given g
    left join public.messages p
      on p.id = g.parent_id and p.room_id = p_room and p.deleted_at is null
  )
  insert into public.messages
    (id, room_id, seq, author_id, kind, body, body_html, entities, parent_id, also_in_room,
      created_at, edited_at, screened_at)
  select i.id, p_room, v_last + row_number() over (order by i.created_at, i.n), i.author_id,
    coalesce(i.kind, 'user'), i.body, coalesce(nullif(i.body_html, ''), private.plain_html(i.body)),
    coalesce(i.entities, private.entities_in(i.body)), i.thread_id,
    coalesce(i.also_in_room and i.thread_id is not null, false), i.created_at, i.edited_at, now()
  from placed i order by i.created_at, i.n;
  get diagnostics v_written = row_count;
  perform set_config('townsquare.checked', '', true);
  perform private.import_mentions(p_room, v_last), private.import_threads(p_room, v_last);
  update public.rooms r
  set last_seq = r.last_seq + v_written,
    last_message_at = greatest(r.last_message_at, (
      select max(m.created_at) from public.messages m
      where m.room_id = p_room and m.seq > v_last))
  where r.id = p_room;
  perform set_config('townsquare.bulk', v_bulk, true);
  return v_written;
end;
$function$

-- function private.import_reactions(jsonb)
CREATE OR REPLACE FUNCTION private.import_reactions(p_items jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_kinds_max constant int := 20;
  v_written int;
begin
  with given as (
    select i.message_id, i.profile_id, i.emoji,
      dense_rank() over (partition by i.message_id order by i.emoji) as kind
    from jsonb_to_recordset(p_items) as i (message_id uuid, profile_id uuid, emoji text)
    where char_length(i.emoji) <= 32 and private.is_emoji(i.emoji)
      and exists (select from public.messages m where m.id = i.message_id and m.deleted_at is null)
  )
  insert into public.message_reactions (message_id, profile_id, emoji, created_at)
  select g.message_id, g.profile_id, g.emoji, m.created_at
  from given g join public.messages m on m.id = g.message_id
  where g.kind <= c_kinds_max
  on conflict do nothing;
  get diagnostics v_written = row_count;
  return v_written;
end;
$function$

-- function private.import_threads(uuid,bigint)
CREATE OR REPLACE FUNCTION private.import_threads(p_room uuid, p_after bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into private.thread_members (message_id, profile_id, last_read_seq)
  select m.parent_id, f.id, max(f.seq)
  from public.messages m
  join public.messages p on p.id = m.parent_id
  cross join lateral (values (m.author_id, m.seq), (p.author_id, 0)) as f (id, seq)
  where m.room_id = p_room and m.seq > p_after and m.parent_id is not null and m.kind = 'user'
    -- Behind the author of an archive nobody reads.
    and not exists (select from private.imported_profiles i where i.profile_id = f.id)
  group by 1, 2 order by 1, 2
  on conflict (message_id, profile_id) do nothing;
end;
$function$

-- function private.impression_post(uuid)
CREATE OR REPLACE FUNCTION private.impression_post(p_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (select (i ->> 'post_id')::uuid
    from private.feed_snapshots s, jsonb_array_elements(s.items) i
    where s.viewer_id = (select auth.uid()) and i ->> 'impression_id' = p_id::text limit 1);
end;
$function$

-- function private.insert_bot_account(uuid,text,text)
CREATE OR REPLACE FUNCTION private.insert_bot_account(p_id uuid, p_handle text, p_name text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Without address and password, nobody signs in to it.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  values (p_id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
    '{"provider": "none", "providers": []}',
    jsonb_build_object('handle', p_handle, 'display_name', p_name), '', '', '', '', now(), now())
  on conflict (id) do nothing;
  update public.profiles p set is_bot = true where p.id = p_id and not p.is_bot
$function$

-- function private.is_blocked_between(uuid,uuid)
CREATE OR REPLACE FUNCTION private.is_blocked_between(p_one uuid, p_other uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.blocks b
    where (b.blocker_id = p_one and b.blocked_id = p_other)
       or (b.blocker_id = p_other and b.blocked_id = p_one));
end;
$function$

-- function private.is_blocked_email(text)
CREATE OR REPLACE FUNCTION private.is_blocked_email(p_email text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- A name below a blocked domain is as blocked; addresses have few labels.
  select exists (
    select from string_to_array(rtrim(lower(split_part(p_email, '@', -1)), '.'), '.') as l (labels),
      generate_series(1, least(cardinality(l.labels), 10)) as n
    join private.blocked_email_domains b
      on b.domain = array_to_string((string_to_array(
        rtrim(lower(split_part(p_email, '@', -1)), '.'), '.'))[n:], '.'))
$function$

-- function private.is_bot(uuid)
CREATE OR REPLACE FUNCTION private.is_bot(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.profiles p where p.id = p_id and p.is_bot);
end;
$function$

-- function private.is_bulk()
CREATE OR REPLACE FUNCTION private.is_bulk()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$ begin return coalesce(current_setting('townsquare.bulk', true), '') = 'on'; end; $function$

-- function private.is_called(messages,uuid)
CREATE OR REPLACE FUNCTION private.is_called(p_message messages, p_person uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.message_mentions o
      where o.message_id = p_message.id and o.profile_id = p_person)
    or (p_message.mention_scope is not null
      and exists (select from public.room_members n where n.room_id = p_message.room_id
        and n.profile_id = p_person and not n.banned)
      and (p_message.mention_scope = 'room' or exists (select from private.connections c
        where c.profile_id = p_person and c.expires_at > clock_timestamp()))
      and private.accepts_contact(p_person, p_message.author_id, 'mention'));
end;
$function$

-- function private.is_checked_count(text,text)
CREATE OR REPLACE FUNCTION private.is_checked_count(p_source text, p_kind text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case p_source
    when 'posts' then p_kind in ('comments', 'shares') or p_kind like 'reaction:%' or p_kind like 'vote:%'
    when 'profiles' then p_kind in ('followers', 'following', 'posts')
    when 'rooms' then p_kind = 'members'
    else false end
$function$

-- function private.is_closed_conversation(uuid)
CREATE OR REPLACE FUNCTION private.is_closed_conversation(p_room uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.rooms r join public.room_members m on m.room_id = r.id
    where r.id = p_room and r.kind = 'direct' and m.profile_id <> (select auth.uid())
      and private.is_blocked_between((select auth.uid()), m.profile_id));
end;
$function$

-- function private.is_counted(uuid)
CREATE OR REPLACE FUNCTION private.is_counted(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Hiding takes the same row for itself, so that a count is changed by it or by the caller, not both.
  perform from public.profiles p where p.id = p_id for key share;
  return not private.is_hidden(p_id);
end;
$function$

-- function private.is_emoji(text)
CREATE OR REPLACE FUNCTION private.is_emoji(p_text text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select p_text ~ ('^(?:[\U0001F1E6-\U0001F1FF]{2}|[0-9#*]\uFE0F?\u20E3|'
    -- A sign with its look and its skin, and more of them joined by U+200D; or a flag with tags.
    || s.sign || '(?:\u200D' || s.sign || ')*)$')
  from (select '[\u00A9\u00AE\u203C\u2049\u2122\u2139\u2194-\u21AA\u231A-\u23FF\u24C2\u25AA-\u25FE'
    || '\u2600-\u27BF\u2934\u2935\u2B05-\u2B55\u3030\u303D\u3297\u3299'
    || '\U0001F000-\U0001F1E5\U0001F200-\U0001F3FA\U0001F400-\U0001FAFF]'
    || '\uFE0F?[\U0001F3FB-\U0001F3FF]?[\U000E0020-\U000E007F]*' as sign) s
$function$

-- function private.is_feed_preference(jsonb)
CREATE OR REPLACE FUNCTION private.is_feed_preference(p_feed jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  c_entries_max constant int := 1000;
  c_muted_max constant int := 200;
begin
  if jsonb_typeof(p_feed) is distinct from 'object' or p_feed - array['algorithm', 'mix', 'weights',
      'authors', 'topics', 'muted_topics', 'muted_words'] <> '{}' then
    return false;
  end if;
  return coalesce(p_feed -> 'algorithm' in ('"hybrid"', '"personalized"', '"trending"', '"newest"'), true)
    and private.numbers_within(p_feed -> 'mix', '^(following|discovery)$', 0, 100, 2)
    and (p_feed -> 'mix' is null or case
      when private.numbers_within(p_feed -> 'mix', '^(following|discovery)$', 0, 100, 2)
        then coalesce((p_feed #>> '{mix,following}')::numeric
          + (p_feed #>> '{mix,discovery}')::numeric = 100, false)
      else false end)
    and private.numbers_within(p_feed -> 'weights',
      '^(recency|engagement|affinity|relevance|diversity)$', 0, 2, 5)
    and private.numbers_within(p_feed -> 'authors',
      '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', -1, 2, c_entries_max)
    and private.numbers_within(p_feed -> 'topics', '^[[:alnum:]_]{1,50}$', -1, 2, c_entries_max)
    and private.texts_within(p_feed -> 'muted_topics', '^[[:alnum:]_]{1,50}$', c_muted_max)
    and private.texts_within(p_feed -> 'muted_words', '^\S(.{0,98}\S)?$', c_muted_max);
end;
$function$

-- function private.is_for_all_on_topic(posts)
CREATE OR REPLACE FUNCTION private.is_for_all_on_topic(p_comment posts)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p_comment.author_id = p_comment.audience_owner_id or (
    not exists (select from private.private_accounts a where a.profile_id = p_comment.author_id)
    and not exists (select from private.block_sides b where b.profile_id = p_comment.author_id))
$function$

-- function private.is_for_everybody(posts)
CREATE OR REPLACE FUNCTION private.is_for_everybody(p_post posts)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return p_post.visibility = 'public' and p_post.status = 'published' and p_post.deleted_at is null
    and not private.is_hidden(p_post.author_id) and not private.is_hidden(p_post.audience_owner_id)
    and not exists (select from private.private_accounts a
      where a.profile_id in (p_post.author_id, p_post.audience_owner_id));
end;
$function$

-- function private.is_fresh_preview(jsonb,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.is_fresh_preview(p_preview jsonb, p_fetched_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p_fetched_at > now()
    - case when p_preview is null then interval '1 hour' else interval '24 hours' end
$function$

-- function private.is_hidden(uuid)
CREATE OR REPLACE FUNCTION private.is_hidden(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.account_states s where s.profile_id = p_id and s.hidden);
end;
$function$

-- function private.is_in_call_topic(text)
CREATE OR REPLACE FUNCTION private.is_in_call_topic(p_topic text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (
    select from public.calls c
    join private.call_participants p on p.call_id = c.id and p.state = 'joined'
    join public.room_members m on m.room_id = c.room_id and m.profile_id = p.profile_id
    where c.id = private.topic_uuid(p_topic, 'call') and p.profile_id = (select auth.uid())
      and not m.banned and c.ended_at is null and p_topic = private.call_topic(c.id, c.epoch))
$function$

-- function private.is_in_room_topic(text)
CREATE OR REPLACE FUNCTION private.is_in_room_topic(p_topic text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.rooms r join public.room_members m on m.room_id = r.id
    where r.id = private.topic_uuid(p_topic, 'room')
      and m.profile_id = (select auth.uid()) and not m.banned
      and p_topic in (private.room_topic(r.id, r.epoch), private.room_topic(r.id, r.epoch) || ':live'));
end;
$function$

-- function private.is_last_administrator(uuid)
CREATE OR REPLACE FUNCTION private.is_last_administrator(p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with holders as (
    select u.profile_id from private.user_roles u join private.roles r on r.name = u.role
    where 'role.manage' = any (r.permissions) and private.account_state(u.profile_id) = 'active'
  )
  select exists (select from holders h where h.profile_id = p_id)
    and not exists (select from holders h where h.profile_id <> p_id)
$function$

-- function private.is_message_kept(uuid,uuid)
CREATE OR REPLACE FUNCTION private.is_message_kept(p_message uuid, p_author uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.legal_holds h
    where (h.subject_type = 'message' and h.subject_id = p_message)
      or (h.subject_type = 'user' and h.subject_id = p_author))
    or exists (select from private.message_pins p where p.message_id = p_message);
end;
$function$

-- function private.is_muted_subject(uuid,text,uuid)
CREATE OR REPLACE FUNCTION private.is_muted_subject(p_person uuid, p_type text, p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_pattern constant text := private.muted_pattern(p_person);
  v_topics constant text[] := private.muted_topics(p_person);
begin
  if v_pattern is null and v_topics = '{}' then
    return false;
  end if;
  if p_type = 'message' then
    return exists (select from public.messages m
      where m.id = p_id and m.author_id is distinct from p_person
        and private.has_words(m.body, v_pattern));
  end if;
  return exists (select from public.posts p
    where p_type = 'post' and p.id = p_id and p.author_id <> p_person
      and (p.hashtags && v_topics
        or (v_pattern is not null and private.mutes_post(p.body, p.quoted_id, v_pattern))));
end;
$function$

-- function private.is_notification_types(jsonb)
CREATE OR REPLACE FUNCTION private.is_notification_types(p_types jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return jsonb_typeof(p_types) = 'object' and (
    select coalesce(bool_and(t.key = any (private.notification_types()) and case
        when jsonb_typeof(t.value) = 'object' then (
          select coalesce(bool_and(c.key in ('in_app', 'push', 'email')
            and jsonb_typeof(c.value) = 'boolean'), true) from jsonb_each(t.value) c)
        else false end), true)
    from jsonb_each(case when jsonb_typeof(p_types) = 'object' then p_types else '{}' end) t);
end;
$function$

-- function private.is_plain(text)
CREATE OR REPLACE FUNCTION private.is_plain(p_text text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- More marks on one letter than any language has climb over the lines around it.
  select p_text !~ (private.deceptive_characters()
    || '|[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]{5}')
$function$

-- function private.is_public_media(uuid)
CREATE OR REPLACE FUNCTION private.is_public_media(p_media_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from public.profiles p where p.avatar_media_id = p_media_id and not private.is_hidden(p.id)
  ) or exists (
    select from public.media m join public.posts p on p.id = m.post_id
    where m.id = p_media_id and private.is_for_everybody(p));
end;
$function$

-- function private.is_quiet_hours(jsonb)
CREATE OR REPLACE FUNCTION private.is_quiet_hours(p_hours jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  c_time constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$';
begin
  if p_hours is null then
    return true;
  end if;
  return jsonb_typeof(p_hours) = 'object'
    and p_hours - array['from', 'to', 'time_zone'] = '{}'
    and coalesce(p_hours ->> 'from' ~ c_time and p_hours ->> 'to' ~ c_time
      and p_hours -> 'from' <> p_hours -> 'to'
      and p_hours ->> 'time_zone' ~ '^[A-Za-z][A-Za-z0-9_+/-]{1,63}$', false);
end;
$function$

-- function private.is_secret_column(text)
CREATE OR REPLACE FUNCTION private.is_secret_column(p_name text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select p_name ~ '(^|_)(hash|token|tokens|secret|secrets|password|salt|signature|otp)($|_)' $function$

-- function private.is_set_aside(uuid,uuid)
CREATE OR REPLACE FUNCTION private.is_set_aside(p_room uuid, p_profile uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.message_requests q
    where q.room_id = p_room and q.profile_id = p_profile and q.state <> 'accepted');
end;
$function$

-- function private.is_system_profile(uuid)
CREATE OR REPLACE FUNCTION private.is_system_profile(p_id uuid)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select p_id in (private.welcome_profile_id(), private.hook_profile_id()) $function$

-- function private.is_told(text)
CREATE OR REPLACE FUNCTION private.is_told(p_topic text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return p_topic !~ '^(user|feed):' or (
    exists (select from auth.sessions s where s.user_id = split_part(p_topic, ':', 2)::uuid
      and (s.not_after is null or s.not_after > now()))
    and not exists (select from private.account_states a
      where a.profile_id = split_part(p_topic, ':', 2)::uuid
        and a.banned_at is not null and coalesce(a.banned_until > now(), true)));
end;
$function$

-- function private.is_visible(text)
CREATE OR REPLACE FUNCTION private.is_visible(p_text text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select p_text ~ ('[^[:space:]\u00A0\u0300-\u036F\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F'
    '\u2000-\u200F\u202F\u205F\u2800\u3000\u3164\uFE00-\uFE0F\uFFA0\U000E0000-\U000E0FFF]')
$function$

-- function private.is_wanted(text,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.is_wanted(p_topic text, p_subject uuid, p_payload jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_room uuid;
begin
  if exists (select from private.webhook_endpoints e
    where e.room_id is null and e.disabled_at is null and e.events && array[p_topic, '*']) then
    return true;
  end if;
  v_room := case
    when p_topic like 'room.%' then p_subject
    when p_topic = 'message.created' then (p_payload ->> 'room_id')::uuid
    when p_topic like 'content.%' then (select p.room_id from public.posts p where p.id = p_subject) end;
  return v_room is not null and exists (select from private.webhook_endpoints e
    where e.room_id = v_room and e.disabled_at is null and e.events && array[p_topic, '*']);
end;
$function$

-- function private.is_worth_ringing(bigint,bigint)
CREATE OR REPLACE FUNCTION private.is_worth_ringing(p_count bigint, p_rung bigint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select p_rung is null or p_count >= p_rung * 5 $function$

-- function private.job_buckets()
CREATE OR REPLACE FUNCTION private.job_buckets()
 RETURNS double precision[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select array[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]::double precision[] $function$

-- function private.job_overview()
CREATE OR REPLACE FUNCTION private.job_overview()
 RETURNS TABLE(name text, handled_last_hour bigint, duplicates_last_hour bigint, failed_last_hour bigint, dead_last_hour bigint, failure_rate double precision, mean_seconds double precision, p50_seconds double precision, p99_seconds double precision, mean_wait_seconds double precision, last_finished_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with hour as (
    select s.job, s.bucket,
      sum(s.runs) filter (where s.outcome = 'done') as done,
      sum(s.runs) filter (where s.outcome = 'duplicate') as duplicates,
      sum(s.runs) filter (where s.outcome = 'failed') as failed,
      sum(s.runs) filter (where s.outcome = 'dead') as dead,
      sum(s.seconds) filter (where s.outcome = 'done') as seconds,
      sum(s.waited) filter (where s.outcome = 'done') as waited,
      max(s.minute) filter (where s.outcome = 'done') as minute
    from private.job_stats s
    where s.minute > date_trunc('minute', clock_timestamp()) - interval '1 hour'
    group by s.job, s.bucket
  )
  select h.job, coalesce(sum(h.done), 0)::bigint, coalesce(sum(h.duplicates), 0)::bigint,
    coalesce(sum(h.failed), 0)::bigint, coalesce(sum(h.dead), 0)::bigint,
    coalesce(sum(h.failed) / nullif(coalesce(sum(h.done), 0) + sum(h.failed), 0), 0)::double precision,
    sum(h.seconds) / nullif(sum(h.done), 0)::double precision,
    private.job_quantile(array_agg(h.bucket), array_agg(coalesce(h.done, 0)::bigint), 0.5),
    private.job_quantile(array_agg(h.bucket), array_agg(coalesce(h.done, 0)::bigint), 0.99),
    sum(h.waited) / nullif(sum(h.done), 0)::double precision, max(h.minute)
  from hour h group by h.job order by h.job
$function$

-- function private.job_quantile(smallint[],bigint[],double precision)
CREATE OR REPLACE FUNCTION private.job_quantile(p_buckets smallint[], p_runs bigint[], p_share double precision)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce((private.job_buckets())[min(c.bucket) + 1], 60)
  from (select u.bucket, sum(u.runs) over (order by u.bucket) as below, sum(u.runs) over () as total
    from unnest(p_buckets, p_runs) as u (bucket, runs)) c
  where c.below >= c.total * p_share and c.total > 0
$function$

-- function private.join_call(uuid,boolean)
CREATE OR REPLACE FUNCTION private.join_call(p_call uuid, p_has_server boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_direct_max constant int := 4;
  v_me constant uuid := (select auth.uid());
  v_call constant public.calls := private.lock_call(p_call);
  v_others int;
begin
  if v_call.ended_at is not null then
    raise exception 'The call is over' using errcode = 'PT409', hint = 'conflict';
  end if;
  if exists (select from private.call_participants p
    where p.call_id = p_call and p.profile_id = v_me and p.state = 'joined') then
    return;
  end if;
  perform private.require_may_call(v_call.room_id);
  select count(*) into v_others from private.call_participants p
  where p.call_id = p_call and p.state = 'joined';
  if v_others >= c_direct_max and not p_has_server then
    raise exception 'Calls of more than % need a call server: LIVEKIT_URL is not set', c_direct_max
      using errcode = 'PT501', hint = 'not-configured';
  end if;
  insert into private.call_participants as p (call_id, profile_id, state, joined_at)
  values (p_call, v_me, 'joined', clock_timestamp())
  on conflict (call_id, profile_id) do update
  set state = 'joined', joined_at = excluded.joined_at, left_at = null;
  update public.calls c
  set uses_server = c.uses_server or v_others >= c_direct_max, state = 'active',
    answered_at = coalesce(c.answered_at, clock_timestamp())
  where c.id = p_call;
  perform private.announce_call(p_call);
end;
$function$

-- function private.join_notification(uuid,text,uuid,text,uuid,uuid,jsonb,text[])
CREATE OR REPLACE FUNCTION private.join_notification(p_recipient uuid, p_type text, p_actor uuid, p_subject_type text, p_subject uuid, p_source uuid, p_meta jsonb, p_channels text[])
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Many who come at once ring once.
  c_pause constant interval := interval '5 seconds';
  -- Whatever should have delivered it by then has given up.
  c_stale constant interval := interval '1 minute';
  v_group record;
  v_told boolean;
begin
  if p_actor is null then
    raise exception 'What many do needs to be done by somebody'
      using errcode = 'PT422', hint = 'invalid-input', column = 'actor_id';
  end if;
  update private.notification_actors a set withdrawn = false
  where a.recipient_id = p_recipient and a.type = p_type and a.source_id = p_source
  returning a.notification_id into v_group;
  if found then
    -- Done before, taken back and done again: there again, and rung for only if that was never done.
    perform private.emit('notification.created', n.id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type))
    from public.notifications n where n.id = v_group.notification_id and n.status = 'pending';
    return null;
  end if;
  -- The lock keeps the group from being read, and thus closed, between looking and joining.
  select n.id, n.status, n.created_at into v_group from public.notifications n
  where n.recipient_id = p_recipient and n.type = p_type and n.subject_id = p_subject
    and n.read_at is null and n.type in ('like', 'reaction', 'share') for update;
  -- Nobody rings for a group of which all have taken it back.
  v_told := exists (select from private.notification_actors a
    where a.notification_id = v_group.id and not a.withdrawn);
  insert into public.notifications as n
    (recipient_id, type, subject_type, subject_id, source_id, meta, channels)
  values (p_recipient, p_type, p_subject_type, p_subject, p_source, p_meta, p_channels)
  on conflict (recipient_id, type, subject_id)
    where read_at is null and type in ('like', 'reaction', 'share')
  do update set created_at = clock_timestamp(), channels = excluded.channels, meta = n.meta || excluded.meta,
    seen_at = null, delivered_at = null, status = 'pending'
  returning n.id into v_group.id;
  insert into private.notification_actors
    (recipient_id, type, source_id, notification_id, actor_id)
  values (p_recipient, p_type, p_source, v_group.id, p_actor);
  if not v_told then
    perform private.emit('notification.created', v_group.id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type));
  elsif v_group.status = 'delivered' or v_group.created_at < clock_timestamp() - c_stale then
    perform private.emit_later('notification.created', v_group.id, p_actor,
      jsonb_build_object('recipient_id', p_recipient, 'type', p_type), clock_timestamp() + c_pause);
  end if;
  return v_group.id;
end;
$function$

-- function private.join_room(uuid)
CREATE OR REPLACE FUNCTION private.join_room(p_room uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_room public.rooms;
  v_member public.room_members;
begin
  -- Locked, so that a change to private and a join do not pass each other.
  select * into v_room from public.rooms r where r.id = p_room for no key update;
  select * into v_member from public.room_members m
  where m.room_id = p_room and m.profile_id = v_me;
  if v_member.room_id is not null and not v_member.banned then
    return false;
  end if;
  if v_room.id is null or v_room.kind <> 'channel' or v_room.is_private then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_member.banned then
    raise exception 'You were banned from this room' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = v_me and s.kicked_at is not null) then
    raise exception 'You were removed from this room; it takes an invite to come back'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if v_room.archived_at is not null then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  insert into public.room_members (room_id, profile_id) values (p_room, v_me)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  perform private.set_last_read(p_room, v_me, v_room.last_seq);
  perform private.emit('room.joined', p_room, v_me);
  return true;
end;
$function$

-- function private.keep_held(uuid,text,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.keep_held(p_person uuid, p_type text, p_id uuid, p_row jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.held_records (hold_id, table_name, record_id, content)
  select h.id, p_type, p_id, p_row from private.legal_holds h
  where (h.subject_type = 'user' and h.subject_id = p_person)
    or (h.subject_type = p_type and h.subject_id = p_id)
  on conflict do nothing
$function$

-- function private.keep_preview(text,jsonb)
CREATE OR REPLACE FUNCTION private.keep_preview(p_url text, p_preview jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.link_previews as l (url, preview) values (p_url, p_preview)
  on conflict (url) do update set preview = excluded.preview, fetched_at = now()
$function$

-- function private.keep_read(uuid,bigint)
CREATE OR REPLACE FUNCTION private.keep_read(p_room uuid, p_before bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_last constant bigint := (select r.last_seq from public.rooms r where r.id = p_room);
  v_top bigint;
  v_author uuid;
  v_next bigint;
begin
  -- The newest that could be unread, and for its author the newest of somebody else.
  select m.seq, m.author_id into v_top, v_author from public.messages m
  where m.room_id = p_room and m.seq <= p_before and m.kind <> 'system'
    and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
    and m.author_id <> private.welcome_profile_id() and m.status = 'published'
  order by m.seq desc limit 1;
  select m.seq into v_next from public.messages m
  where m.room_id = p_room and m.seq < v_top and m.author_id <> v_author and m.kind <> 'system'
    and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
    and m.author_id <> private.welcome_profile_id() and m.status = 'published'
  order by m.seq desc limit 1;
  insert into private.room_member_states as s (room_id, profile_id, last_read_seq)
  select p_room, m.profile_id, v_last
  from public.room_members m
  left join private.room_member_states o
    on o.room_id = p_room and o.profile_id = m.profile_id
  where m.room_id = p_room and coalesce(o.last_read_seq, 0)
      >= coalesce(case when m.profile_id = v_author then v_next else v_top end, 0)
    and not exists (select from private.imported_profiles i where i.profile_id = m.profile_id)
  order by m.profile_id
  on conflict (room_id, profile_id) do update set last_read_seq = excluded.last_read_seq
  where s.last_read_seq < excluded.last_read_seq;
end;
$function$

-- function private.keep_relay_awake(integer)
CREATE OR REPLACE FUNCTION private.keep_relay_awake(p_seconds integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.set_setting(
    'relay_awake_until', (clock_timestamp() + make_interval(secs => p_seconds))::text);
end;
$function$

-- function private.kick_member(uuid,uuid)
CREATE OR REPLACE FUNCTION private.kick_member(p_room uuid, p_profile uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'kick');
  if private.room_role(p_room, p_profile) is null then
    raise exception 'No such member' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.require_room_rank(p_room, p_profile);
  insert into private.room_member_states as s (room_id, profile_id, kicked_at)
  values (p_room, p_profile, clock_timestamp())
  on conflict (room_id, profile_id) do update set kicked_at = excluded.kicked_at;
  delete from public.room_members m where m.room_id = p_room and m.profile_id = p_profile;
  perform private.log_room(p_room, 'kick', p_profile);
end;
$function$

-- function private.known_of_follow(uuid,uuid)
CREATE OR REPLACE FUNCTION private.known_of_follow(p_follower uuid, p_followee uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('actor_id', f.follower_id, 'data',
    jsonb_build_object('follower_id', f.follower_id, 'followee_id', f.followee_id))
  from public.follows f
  where f.follower_id = p_follower and f.followee_id = p_followee
    and not private.is_hidden(p_follower) and not private.is_hidden(p_followee)
    and not exists (select from private.private_accounts a where a.profile_id in (p_follower, p_followee))
    and not exists (select from private.profile_settings s
      where (s.profile_id = p_follower and s.hide_following)
        or (s.profile_id = p_followee and s.hide_followers))
$function$

-- function private.known_of_message(uuid,uuid)
CREATE OR REPLACE FUNCTION private.known_of_message(p_room uuid, p_message uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('actor_id', m.author_id, 'data', jsonb_strip_nulls(
    jsonb_build_object('message_id', m.id, 'room_id', m.room_id, 'author_id', m.author_id,
      'kind', m.kind, 'seq', m.seq, 'parent_id', m.parent_id)
    -- Members read it; others know that there is talk in a public channel.
    || case when p_room is null then '{}'::jsonb
      else jsonb_build_object('body', m.body, 'author', private.profile_summary(m.author_id)) end))
  from public.messages m join public.rooms r on r.id = m.room_id
  where m.id = p_message and m.status = 'published' and m.deleted_at is null
    and not private.is_hidden(m.author_id)
    and case when p_room is null then r.kind = 'channel' and not r.is_private
      else m.room_id = p_room end
$function$

-- function private.known_of_post(uuid,text,uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.known_of_post(p_room uuid, p_topic text, p_post uuid, p_actor uuid, p_kind text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_post public.posts;
begin
  select * into v_post from public.posts p
  where p.id = p_post and p.status = 'published' and p.deleted_at is null
    and not exists (select from private.account_states s
      where s.profile_id in (p.author_id, p.audience_owner_id) and s.hidden)
    and case when p_room is null then p.visibility = 'public'
        and not exists (select from private.private_accounts a
          where a.profile_id in (p.author_id, p.audience_owner_id))
      else p.visibility = 'room' and p.room_id = p_room end;
  if v_post.id is null then
    return null;
  end if;
  return jsonb_build_object(
    -- Who looks at what is theirs to know; who answers and reacts shows it to all.
    'actor_id', case when p_topic <> 'content.viewed' and not private.is_hidden(p_actor)
      and (p_room is not null or not exists (select from private.private_accounts a
        where a.profile_id = p_actor)) then p_actor end,
    'data', jsonb_strip_nulls(jsonb_build_object('post_id', v_post.id, 'author_id', v_post.author_id,
      'parent_id', v_post.parent_id, 'root_id', v_post.root_id, 'room_id', v_post.room_id,
      'kind', p_kind)));
end;
$function$

-- function private.known_or_raise(text[])
CREATE OR REPLACE FUNCTION private.known_or_raise(p_permissions text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_unknown text;
begin
  select p into v_unknown from unnest(p_permissions) p
  where not coalesce(p = any (private.known_permissions()), false) limit 1;
  if found then
    raise exception 'There is no permission %', v_unknown
      using errcode = 'PT422', hint = 'invalid-input', column = 'permissions';
  end if;
  return array(select distinct p from unnest(p_permissions) p order by p);
end;
$function$

-- function private.known_permissions()
CREATE OR REPLACE FUNCTION private.known_permissions()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array['message.pin', 'message.delete', 'user.mute', 'user.suspend', 'user.ban', 'post.remove',
    'report.review', 'rule.manage', 'role.manage', 'flag.manage', 'backup.manage', 'webhook.manage',
    'job.manage', 'analytics.view', 'audit.view']
$function$

-- function private.known_to_endpoint(private.webhook_endpoints,text,uuid,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.known_to_endpoint(p_endpoint private.webhook_endpoints, p_topic text, p_subject uuid, p_actor uuid, p_payload jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_room constant uuid := p_endpoint.room_id;
  v_summary jsonb;
  v_known jsonb;
begin
  -- Whom the owner has blocked, or is blocked by, they do not see, and neither does what they have made.
  if p_topic not in ('user.blocked', 'content.viewed', 'report.created', 'feed.scrolled',
      'recommendation.clicked') and private.is_blocked_between(p_endpoint.owner_id, p_actor) then
    return null;
  end if;
  if p_topic like 'content.%' then
    v_known := private.known_of_post(v_room, p_topic, p_subject, p_actor, p_payload ->> 'kind');
    return case when not private.is_blocked_between(
      p_endpoint.owner_id, (v_known -> 'data' ->> 'author_id')::uuid) then v_known end;
  elsif p_topic = 'message.created' then
    return private.known_of_message(v_room, p_subject);
  elsif p_topic in ('room.created', 'room.joined') then
    if v_room is not null and v_room <> p_subject or v_room is null and not exists (
      select from public.rooms r
      where r.id = p_subject and r.kind = 'channel' and not r.is_private) then
      return null;
    end if;
    -- Who sits in a room is for its members.
    return jsonb_build_object('data', jsonb_build_object('room_id', p_subject), 'actor_id',
      case when v_room is not null and not private.is_hidden(p_actor) then p_actor end);
  elsif v_room is not null then
    return null;
  elsif p_topic = 'user.created' then
    v_summary := private.profile_summary(p_subject);
    return case when v_summary is not null and not private.is_hidden(p_subject) then
      jsonb_build_object('actor_id', p_actor, 'data', jsonb_build_object('user', v_summary)) end;
  elsif p_topic = 'user.followed' then
    return case when not private.is_blocked_between(p_endpoint.owner_id, p_subject)
      then private.known_of_follow(p_actor, p_subject) end;
  elsif p_topic = 'report.created' then
    -- Neither who reports nor whom is told outside.
    return jsonb_build_object('actor_id', null, 'data', jsonb_build_object(
      'case_id', p_payload -> 'case_id', 'subject_type', p_payload -> 'subject_type'));
  end if;
  -- Who blocks whom, who scrolls and who clicks is theirs to know: that it happened is told.
  return jsonb_build_object('actor_id', null, 'subject', null, 'data', '{}'::jsonb);
end;
$function$

-- function private.last_action(uuid)
CREATE OR REPLACE FUNCTION private.last_action(p_case uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select d.action from private.moderation_decisions d
  where d.case_id = p_case order by d.created_at desc, d.id desc limit 1
$function$

-- function private.leave_call(uuid)
CREATE OR REPLACE FUNCTION private.leave_call(p_call uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_call constant public.calls := private.lock_call(p_call);
begin
  if v_call.ended_at is not null then
    return;
  end if;
  update private.call_participants p set state = 'left', left_at = clock_timestamp()
  where p.call_id = p_call and p.profile_id = v_me and p.state = 'joined';
  if not found and v_call.state = 'ringing' then
    insert into private.call_participants (call_id, profile_id, state)
    values (p_call, v_me, 'declined') on conflict do nothing;
  end if;
  if not private.finish_if_over(p_call) then
    perform private.announce_call(p_call);
  end if;
end;
$function$

-- function private.leave_room(uuid)
CREATE OR REPLACE FUNCTION private.leave_room(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_kind text;
  v_role text;
  v_heir uuid;
begin
  -- Two owners who leave at once must not leave the room without one.
  select r.kind into v_kind from public.rooms r where r.id = p_room for no key update;
  select m.role into v_role from public.room_members m
  where m.room_id = p_room and m.profile_id = v_me and not m.banned;
  if v_role is null then
    raise exception 'You are not in this room' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_kind = 'direct' then
    raise exception 'A direct conversation cannot be left'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if v_role = 'owner' and not exists (
    select from public.room_members m
    where m.room_id = p_room and m.profile_id <> v_me and m.role = 'owner' and not m.banned
  ) then
    select m.profile_id into v_heir from public.room_members m
    where m.room_id = p_room and m.profile_id <> v_me and not m.banned
      and not private.is_hidden(m.profile_id) and not private.is_bot(m.profile_id)
    order by array_position(array['admin', 'moderator', 'member'], m.role), m.joined_at limit 1;
    if v_heir is null then
      raise exception 'You are the last one here; delete the room instead'
        using errcode = 'PT409', hint = 'conflict';
    end if;
    update public.room_members m set role = 'owner'
    where m.room_id = p_room and m.profile_id = v_heir;
  end if;
  delete from public.room_members m where m.room_id = p_room and m.profile_id = v_me;
end;
$function$

-- function private.level_names()
CREATE OR REPLACE FUNCTION private.level_names()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select array['circuit_state', 'process_memory_bytes'] $function$

-- function private.list_roles(text,integer)
CREATE OR REPLACE FUNCTION private.list_roles(p_after text, p_limit integer)
 RETURNS TABLE(name text, item jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission('role.manage');
  return query
    select r.name, private.present_role(r) from private.roles r
    where p_after is null or r.name > p_after order by r.name limit least(p_limit, 101);
end;
$function$

-- function private.list_sessions(timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.list_sessions(p_before timestamp with time zone, p_before_id uuid, p_limit integer)
 RETURNS TABLE(id uuid, created_at timestamp with time zone, last_used_at timestamp with time zone, user_agent text, ip text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.id, s.created_at, coalesce(s.refreshed_at at time zone 'utc', s.created_at),
    s.user_agent, host(s.ip)
  from auth.sessions s
  where s.user_id = (select auth.uid())
    and (p_before is null or (s.created_at, s.id) < (p_before, p_before_id))
    and (s.not_after is null or s.not_after > now())
  order by s.created_at desc, s.id desc limit least(p_limit, 101)
$function$

-- function private.list_user_roles(text,text,integer)
CREATE OR REPLACE FUNCTION private.list_user_roles(p_person text, p_after text, p_limit integer)
 RETURNS TABLE(role text, item jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id constant uuid := private.profile_id_of(p_person);
begin
  if v_id is distinct from (select auth.uid()) then
    perform private.require_permission('role.manage');
  end if;
  if v_id is null then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  return query
    select u.role, jsonb_build_object('role', u.role, 'permissions', to_jsonb(r.permissions),
      'granted_by', private.profile_summary(u.granted_by), 'granted_at', u.granted_at)
    from private.user_roles u join private.roles r on r.name = u.role
    where u.profile_id = v_id and (p_after is null or u.role > p_after)
    order by u.role limit least(p_limit, 101);
end;
$function$

-- function private.local_time(uuid,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.local_time(p_person uuid, p_at timestamp with time zone)
 RETURNS timestamp without time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p_at at time zone coalesce((select n.quiet_hours ->> 'time_zone'
    from public.notification_preferences n where n.profile_id = p_person), 'UTC')
$function$

-- function private.lock_backup()
CREATE OR REPLACE FUNCTION private.lock_backup()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock(private.backup_lock());
end;
$function$

-- function private.lock_call(uuid)
CREATE OR REPLACE FUNCTION private.lock_call(p_call uuid)
 RETURNS calls
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_call public.calls;
begin
  select * into v_call from public.calls c
  where c.id = p_call and c.room_id in (select private.my_room_ids());
  if found then
    -- Whoever is being put out of the room waits for this, or this for them.
    perform from public.room_members m
    where m.room_id = v_call.room_id and m.profile_id = (select auth.uid()) and not m.banned for share;
  end if;
  if not found then
    raise exception 'The call does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  select * into v_call from public.calls c where c.id = p_call for update;
  if private.finish_if_over(p_call) then
    select * into v_call from public.calls c where c.id = p_call;
  end if;
  return v_call;
end;
$function$

-- function private.lock_notifications(uuid)
CREATE OR REPLACE FUNCTION private.lock_notifications(p_person uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select pg_advisory_xact_lock(hashtextextended('townsquare.notifications:' || p_person, 0))
$function$

-- function private.lock_staff()
CREATE OR REPLACE FUNCTION private.lock_staff()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select pg_advisory_xact_lock(hashtextextended('private.user_roles', 0)) $function$

-- function private.log_auth(uuid,text,uuid,inet,text)
CREATE OR REPLACE FUNCTION private.log_auth(p_user uuid, p_kind text, p_session uuid DEFAULT NULL::uuid, p_ip inet DEFAULT NULL::inet, p_user_agent text DEFAULT NULL::text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into private.auth_log (user_id, kind, session_id, ip, user_agent)
  -- An account that is being deleted takes its log along.
  select u.id, p_kind, p_session, p_ip, left(p_user_agent, 300)
  from auth.users u where u.id = p_user
$function$

-- function private.log_room(uuid,text,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.log_room(p_room uuid, p_action text, p_profile uuid DEFAULT NULL::uuid, p_details jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into private.room_log (room_id, actor_id, action, profile_id, details)
  values (p_room, (select auth.uid()), p_action, p_profile, jsonb_strip_nulls(p_details))
$function$

-- function private.make_imported_profiles(text,jsonb)
CREATE OR REPLACE FUNCTION private.make_imported_profiles(p_format text, p_people jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_before constant text := coalesce(current_setting('townsquare.silent', true), '');
begin
  -- Nothing in the product waits to hear of them.
  perform set_config('townsquare.silent', 'on', true);
  -- Their profiles are made below, all at once.
  perform set_config('townsquare.checked', 'on', true);
  -- Without address and password, nobody signs in to them.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  select a.id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
    '{"provider": "import", "providers": ["import"]}',
    jsonb_build_object('handle', a.handle, 'display_name', a.display_name),
    '', '', '', '', now(), now()
  from jsonb_to_recordset(p_people) as a (id uuid, handle text, display_name text);
  perform set_config('townsquare.checked', '', true);
  -- What everybody sees of it stands in the bio.
  insert into public.profiles (id, handle, display_name, bio)
  select a.id, a.handle, private.shown_name(a.display_name, a.handle),
    'Imported from ' || initcap(p_format)
  from jsonb_to_recordset(p_people) as a (id uuid, handle text, display_name text);
  insert into private.imported_profiles (profile_id, format)
  select a.id, p_format from jsonb_to_recordset(p_people) as a (id uuid);
  perform set_config('townsquare.silent', v_before, true);
end;
$function$

-- function private.mark_message(uuid,text)
CREATE OR REPLACE FUNCTION private.mark_message(p_message uuid, p_status text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_message public.messages;
begin
  select * into v_message from public.messages m
  where m.id = p_message and m.room_id in (select private.my_room_ids());
  if not found then
    raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_status = 'delivered' then
    perform private.note_receipts(v_message.room_id, v_me, v_message.seq, 'delivered');
    return private.unread_count(v_message.room_id, v_me);
  end if;
  update private.thread_members t set last_read_seq = v_message.seq
  where t.message_id = coalesce(v_message.parent_id, v_message.id) and t.profile_id = v_me
    and v_message.parent_id is not null and t.last_read_seq < v_message.seq;
  if v_message.parent_id is null or v_message.also_in_room then
    return private.mark_room_read(v_message.room_id, p_message);
  end if;
  perform private.note_receipts(v_message.room_id, v_me, v_message.seq, 'read');
  return private.unread_count(v_message.room_id, v_me);
end;
$function$

-- function private.mark_notifications_read(uuid[])
CREATE OR REPLACE FUNCTION private.mark_notifications_read(p_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_ids_max constant int := 1000;
  v_me constant uuid := (select auth.uid());
  v_ids uuid[];
  v_result jsonb;
begin
  if cardinality(p_ids) > c_ids_max then
    raise exception 'At most % ids at once', c_ids_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'ids';
  end if;
  perform private.lock_notifications(v_me);
  v_ids := array(select n.id from public.notifications n
    where n.recipient_id = v_me and n.read_at is null and (p_ids is null or n.id = any (p_ids))
    order by n.id desc);
  perform private.set_notifications_read(case when p_ids is not null then v_ids end);
  v_result := jsonb_build_object(
    'ids', to_jsonb(v_ids[1:c_ids_max]), 'unread_count', private.unread_notifications());
  if cardinality(v_ids) > 0 then
    perform private.tell_notifications_read(v_result);
  end if;
  return v_result;
end;
$function$

-- function private.mark_notifications_seen()
CREATE OR REPLACE FUNCTION private.mark_notifications_seen()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_count bigint;
begin
  update public.notifications n set seen_at = clock_timestamp()
  where n.recipient_id = (select auth.uid()) and n.read_at is null and n.seen_at is null;
  get diagnostics v_count = row_count;
  return v_count;
end;
$function$

-- function private.mark_outbox_published(uuid[])
CREATE OR REPLACE FUNCTION private.mark_outbox_published(p_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
declare
  v_topics text[];
begin
  with marked as (
    update private.outbox o
    set published_at = clock_timestamp(), locked_until = null, last_error = null
    -- Not "is null": by its index all that waits would be looked through for these few.
    where o.id = any (p_ids) and coalesce(o.published_at, 'infinity') = 'infinity'
    returning o.topic, o.payload ? 'released' as is_second
  )
  -- What was held back is told of twice, and counted once.
  select array_agg(m.topic) into v_topics from marked m where not m.is_second;
  perform private.count_events(v_topics);
end;
$function$

-- function private.mark_outdated_backups(boolean,integer)
CREATE OR REPLACE FUNCTION private.mark_outdated_backups(p_s3 boolean, p_limit integer)
 RETURNS TABLE(id uuid, place text)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return query
  with reachable as (
    select b.* from private.backups b
    where b.status <> 'running' and (b.place = 'bucket' or (b.place = 's3' and p_s3))
  ), ranked as (
    select r.id, r.created_at, r.status in ('done', 'verified') as good,
      row_number() over (
        partition by r.status in ('done', 'verified') order by r.created_at desc, r.id desc
      ) as rank
    from reachable r where r.outdated_at is null
  ), due as (
    select r.id from ranked r
    where (not r.good or r.rank > private.setting('backup_keep_min')::int)
      and (r.rank > private.setting('backup_keep_count')::int or r.created_at
        < clock_timestamp() - make_interval(days => private.setting('backup_keep_days')::int))
      -- Of all others it is not known whether they can be restored.
      and r.id is distinct from (select v.id from reachable v
        where v.status = 'verified' and v.outdated_at is null
        order by v.created_at desc, v.id desc limit 1)
    order by r.created_at limit p_limit
  )
  update private.backups b set outdated_at = coalesce(b.outdated_at, clock_timestamp())
  where b.id in (select d.id from due d union all
    -- Their removal broke off.
    select r.id from reachable r where r.outdated_at is not null)
  returning b.id, b.place;
end;
$function$

-- function private.mark_room_read(uuid,uuid)
CREATE OR REPLACE FUNCTION private.mark_room_read(p_room uuid, p_message uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_seq bigint;
  v_moved boolean;
  v_unread int;
begin
  if not exists (select from private.my_room_ids() r where r = p_room) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  select m.seq into v_seq from public.messages m where m.id = p_message and m.room_id = p_room;
  if v_seq is null then
    raise exception 'No such message in this room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'message_id';
  end if;
  v_moved := private.set_last_read(p_room, v_me, v_seq);
  v_unread := private.unread_count(p_room, v_me);
  perform private.note_receipts(p_room, v_me, v_seq, 'read');
  if v_moved then
    perform private.broadcast('user:' || v_me, 'unread.changed', jsonb_build_object(
      'room_id', p_room, 'unread_count', v_unread, 'last_message', null));
  end if;
  return v_unread;
end;
$function$

-- function private.markdown_text(text)
CREATE OR REPLACE FUNCTION private.markdown_text(p_text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select regexp_replace(p_text, '([\\`*\[\]<>~|@#:&])', '\\\1', 'g') $function$

-- function private.match_form(text)
CREATE OR REPLACE FUNCTION private.match_form(p_text text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- Capitals, not small letters: so ß is SS, and every sigma is one.
  return normalize(upper(normalize(p_text, nfkc) collate "und-x-icu"), nfkc);
end;
$function$

-- function private.matches_of(text,text)
CREATE OR REPLACE FUNCTION private.matches_of(p_text text, p_pattern text)
 RETURNS TABLE(start integer, value text, gap text)
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- Two passes over the text; regexp_instr would make one for every match.
  return query
    with found as (
      select m.groups[1] as lead, m.groups[2] as value, m.n
      from regexp_matches(p_text, p_pattern, 'g') with ordinality as m (groups, n)
    ), gaps as (
      select g.gap, g.n from regexp_split_to_table(p_text, p_pattern) with ordinality as g (gap, n)
    )
    select (sum(char_length(g.gap) + coalesce(char_length(f.lead || f.value), 0)) over (order by g.n)
      - coalesce(char_length(f.value), 0))::int, f.value, g.gap || coalesce(f.lead, '')
    from gaps g left join found f on f.n = g.n;
end;
$function$

-- function private.may_contact(uuid,text)
CREATE OR REPLACE FUNCTION private.may_contact(p_person uuid, p_kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return private.accepts_contact(p_person, (select auth.uid()), p_kind);
end;
$function$

-- function private.may_import(uuid,uuid)
CREATE OR REPLACE FUNCTION private.may_import(p_profile uuid, p_room uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.account_state(p_profile) = 'active' and (
    -- Whoever brings a whole deployment back may bring an archive.
    'backup.manage' = any (private.permissions_of(p_profile))
    or coalesce(private.room_role(p_room, p_profile) = 'owner', false));
end;
$function$

-- function private.may_publish()
CREATE OR REPLACE FUNCTION private.may_publish()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_until timestamptz;
begin
  perform private.require_standing('active');
  select s.muted_until into v_until from private.account_states s
  where s.profile_id = (select auth.uid()) and s.muted_until > now();
  if found then
    raise exception 'You are muted%', private.until_text(v_until)
      using errcode = 'PT403', hint = 'account-muted';
  end if;
  return true;
end;
$function$

-- function private.may_read()
CREATE OR REPLACE FUNCTION private.may_read()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.require_standing('suspended');
  return true;
exception when sqlstate 'PT403' then
  return false;
end;
$function$

-- function private.may_read_topic(text,text)
CREATE OR REPLACE FUNCTION private.may_read_topic(p_topic text, p_extension text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not private.may_read() or not private.session_is_live() then
    return false;
  end if;
  if p_topic like 'room:%' then
    -- Who is present is shown on the room's own topic only, and not to somebody who is blocked.
    return private.is_in_room_topic(p_topic) and (p_extension = 'broadcast'
      or (p_extension = 'presence' and p_topic not like '%:live'
        and not private.is_closed_conversation(private.topic_uuid(p_topic, 'room'))));
  end if;
  if p_topic like 'call:%' then
    return private.is_in_call_topic(p_topic) and (p_extension = 'broadcast'
      or (p_extension = 'presence' and not private.is_closed_conversation(
        (select c.room_id from public.calls c where c.id = private.topic_uuid(p_topic, 'call')))));
  end if;
  return coalesce(p_extension = 'broadcast' and (select auth.uid()) is not null
    and p_topic in ('user:' || (select auth.uid()), 'feed:' || (select auth.uid())), false);
end;
$function$

-- function private.may_write()
CREATE OR REPLACE FUNCTION private.may_write()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.require_standing('active');
  return true;
end;
$function$

-- function private.may_write_topic(text,text)
CREATE OR REPLACE FUNCTION private.may_write_topic(p_topic text, p_extension text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if p_topic like 'call:%' then
    -- Signals between those in a call; the server says nothing there that could be forged.
    if p_extension not in ('broadcast', 'presence') or not private.is_in_call_topic(p_topic)
      or not private.session_is_live() then
      return false;
    end if;
    perform private.may_publish();
    perform private.require_may_write(c.room_id, (select auth.uid()))
    from public.calls c where c.id = private.topic_uuid(p_topic, 'call');
    return true;
  end if;
  if p_topic is null or p_topic not like 'room:%' or not private.is_in_room_topic(p_topic)
    or not private.session_is_live() then
    return false;
  end if;
  -- Whoever looks at what waits in their requests does so unseen.
  if private.is_set_aside(private.topic_uuid(p_topic, 'room'), (select auth.uid())) then
    return false;
  end if;
  if p_extension = 'presence' then
    return private.may_read() and p_topic not like '%:live'
      and not private.is_closed_conversation(private.topic_uuid(p_topic, 'room')) and not exists (
        select from private.room_privacy(private.topic_uuid(p_topic, 'room'), (select auth.uid())) s
        where s.hide_presence);
  end if;
  -- Events of the server come by the room's topic; a client there could pass for the server.
  if p_extension is distinct from 'broadcast' or p_topic not like '%:live' or exists (
    -- That somebody types is all that is said there.
    select from private.room_privacy(private.topic_uuid(p_topic, 'room'), (select auth.uid())) s
    where s.hide_typing) then
    return false;
  end if;
  perform private.may_publish();
  perform private.require_may_write(private.topic_uuid(p_topic, 'room'), (select auth.uid()));
  return true;
exception when sqlstate 'PT403' or sqlstate 'PT404' then
  return false;
end;
$function$

-- function private.measure(text)
CREATE OR REPLACE FUNCTION private.measure(p_source text)
 RETURNS TABLE(name text, labels text[], value double precision)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_rooms constant int := 20;
begin
  case p_source
  when 'people' then
    return query
      select 'social_active_users', array[w.name], w.people::double precision
      from (
        select count(*) filter (where a.seen_at > clock_timestamp() - interval '1 hour') as hour,
          count(*) filter (where a.seen_at > clock_timestamp() - interval '1 day') as day,
          count(*) filter (where a.seen_at > clock_timestamp() - interval '7 days') as week,
          count(*) as month
        from (
          select u.user_id, max(u.seen_at) as seen_at from (
            select s.user_id, coalesce(s.refreshed_at at time zone 'utc', s.created_at) as seen_at
            from auth.sessions s
            union all
            -- Whoever has signed out was here too.
            select p.id, p.last_sign_in_at from auth.users p
          ) u where u.seen_at > clock_timestamp() - interval '30 days' group by u.user_id
        ) a
      ) c cross join lateral (values
        ('1h', c.hour), ('1d', c.day), ('7d', c.week), ('30d', c.month)) as w (name, people);
  when 'realtime' then
    return query
      select 'realtime_connections', array[r.room_id::text], r.connections::double precision
      from private.connections_by_room(c_rooms) r
      union all
      select 'realtime_connections_open', '{}', count(*)
      from private.connections c where c.expires_at > clock_timestamp();
  when 'database' then
    return query
      select 'db_size_bytes', '{}'::text[], pg_database_size(current_database())::double precision;
  end case;
end;
$function$

-- function private.media_announce()
CREATE OR REPLACE FUNCTION private.media_announce()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit('media.uploaded', new.id, new.owner_id);
  return null;
end;
$function$

-- function private.media_bytes_left(uuid)
CREATE OR REPLACE FUNCTION private.media_bytes_left(p_owner uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select private.setting('media_quota_bytes')::bigint
    - coalesce((select u.bytes from private.media_usage u where u.profile_id = p_owner), 0)
$function$

-- function private.media_count_usage()
CREATE OR REPLACE FUNCTION private.media_count_usage()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_delta constant bigint :=
    case tg_op when 'INSERT' then new.bytes when 'DELETE' then -old.bytes else new.bytes - old.bytes end;
begin
  if tg_op = 'DELETE' then
    update private.media_usage u set bytes = greatest(u.bytes + v_delta, 0)
    where u.profile_id = old.owner_id;
    return null;
  end if;
  insert into private.media_usage as u (profile_id, bytes) values (new.owner_id, v_delta)
  on conflict (profile_id) do update set bytes = greatest(u.bytes + v_delta, 0);
  if v_delta > 0 and private.media_bytes_left(new.owner_id) < 0 then
    raise exception 'Your files have reached the % bytes that one person may keep',
      private.setting('media_quota_bytes') using errcode = 'PT413', hint = 'quota-exceeded';
  end if;
  return null;
end;
$function$

-- function private.media_discard()
CREATE OR REPLACE FUNCTION private.media_discard()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.media_trash (path)
  select v.path from gone g cross join lateral (
    select e.value as path from jsonb_each_text(g.variants) e union select g.upload_path) v
  where v.path is not null
  on conflict do nothing;
  if found then
    perform private.emit('media.removed', (select g.id from gone g limit 1), null);
  end if;
  return null;
end;
$function$

-- function private.media_json(uuid[],boolean)
CREATE OR REPLACE FUNCTION private.media_json(p_ids uuid[], p_neutral boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', m.id, 'kind', m.kind, 'mime_type', m.mime_type, 'bytes', m.bytes,
      'width', m.width, 'height', m.height, 'duration_s', m.duration_s,
      'blurhash', m.blurhash, 'alt', m.alt, 'status', m.status,
      'urls', private.media_urls(m.id, array(
        select 'original' union select k.name from jsonb_object_keys(m.variants) k (name)
        -- The smaller form of a variant is served under the variant's own address.
        where k.name not like '%\_avif'), p_neutral)
    ) order by x.position)
    from unnest(p_ids) with ordinality as x (id, position)
    join public.media m on m.id = x.id), '[]'::jsonb);
end;
$function$

-- function private.media_room(uuid)
CREATE OR REPLACE FUNCTION private.media_room(p_media_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (select coalesce(s.room_id, p.room_id) from public.media m
    left join public.messages s on s.id = m.message_id
    left join public.posts p on p.id = m.post_id
    where m.id = p_media_id);
end;
$function$

-- function private.media_signature(uuid,text,bigint,uuid)
CREATE OR REPLACE FUNCTION private.media_signature(p_media_id uuid, p_variant text, p_expires bigint, p_viewer uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- A room's address holds as long as its epoch: whoever is removed keeps none that still opens.
  return encode(extensions.hmac(
    concat_ws(':', p_media_id, p_variant, p_expires, p_viewer,
      (select r.epoch from public.rooms r where r.id = p_viewer)),
    private.setting('media_secret'), 'sha256'), 'hex');
end;
$function$

-- function private.media_url(uuid,text)
CREATE OR REPLACE FUNCTION private.media_url(p_media_id uuid, p_variant text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.media_urls(p_media_id, array[p_variant]) ->> p_variant;
end;
$function$

-- function private.media_urls(uuid,text[],boolean)
CREATE OR REPLACE FUNCTION private.media_urls(p_media_id uuid, p_names text[], p_neutral boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Contract: addresses of what is not public live for ten minutes, here rounded up to the
  -- minute, so that one page can be cached.
  c_lifetime_s constant int := 600;
  v_base constant text := private.setting('public_url') || '/functions/v1/api/media/'
    || p_media_id::text || '/stream?variant=';
  v_expires constant bigint :=
    (floor(extract(epoch from clock_timestamp()) / 60) * 60)::bigint + c_lifetime_s + 60;
  v_viewer uuid;
begin
  -- Whoever has not signed in sees what is public only.
  if current_setting('role', true) = 'anon' or private.is_public_media(p_media_id) then
    return (select jsonb_object_agg(n, v_base || n) from unnest(p_names) n);
  end if;
  if p_neutral then
    -- What many receive must not open as one of them. Outside of rooms there is no common right:
    -- each opens it with their own token.
    select r.id into v_viewer from public.rooms r
    where r.id = private.media_room(p_media_id) and (auth.uid() is null or exists (
      select from public.room_members m
      where m.room_id = r.id and m.profile_id = auth.uid() and not m.banned));
    if v_viewer is null then
      return (select jsonb_object_agg(n, v_base || n) from unnest(p_names) n);
    end if;
  else
    -- A job has no viewer of its own: the address then reads as the owner.
    v_viewer := coalesce(auth.uid(), (select m.owner_id from public.media m where m.id = p_media_id));
  end if;
  return (select jsonb_object_agg(n, v_base || n || '&viewer=' || v_viewer || '&expires=' || v_expires
    || '&signature=' || private.media_signature(p_media_id, n, v_expires, v_viewer))
    from unnest(p_names) n);
end;
$function$

-- function private.mention_scope(messages)
CREATE OR REPLACE FUNCTION private.mention_scope(p_message messages)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_names text[];
begin
  if position('mention' in p_message.entities::text) = 0 then
    return null;
  end if;
  v_names := private.entity_values(p_message.entities, 'mention');
  if not v_names && array['room', 'here'] then
    return null;
  end if;
  -- In a channel those who keep order may call everybody; among a few people everyone may.
  if exists (select from public.rooms r where r.id = p_message.room_id and r.kind = 'channel')
    and not exists (select from public.room_members m
      where m.room_id = p_message.room_id and m.profile_id = p_message.author_id and not m.banned
        and m.role in ('owner', 'admin', 'moderator')) then
    return null;
  end if;
  return case when 'room' = any (v_names) then 'room' else 'here' end;
end;
$function$

-- function private.message_pins_announce()
CREATE OR REPLACE FUNCTION private.message_pins_announce()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_pin constant private.message_pins := case when tg_op = 'DELETE' then old else new end;
begin
  perform private.broadcast_to_room(v_pin.room_id, 'pin.changed', jsonb_build_object(
    'room_id', v_pin.room_id, 'message_id', v_pin.message_id, 'pinned', tg_op = 'INSERT',
    'pinned_count', (select count(*) from private.message_pins p where p.room_id = v_pin.room_id)));
  return null;
end;
$function$

-- function private.message_reaction_list(uuid,boolean)
CREATE OR REPLACE FUNCTION private.message_reaction_list(p_message uuid, p_neutral boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('emoji', k.emoji, 'count', k.total)
        || case when p_neutral then '{}'::jsonb else jsonb_build_object('me', k.mine) end
      order by k.first_at, k.emoji)
    from (select r.emoji, count(*) as total, min(r.created_at) as first_at,
        coalesce(bool_or(r.profile_id = (select auth.uid())), false) as mine
      from public.message_reactions r
      where r.message_id = p_message
        and not exists (select from private.account_states s
          where s.profile_id = r.profile_id and s.hidden)
      group by r.emoji) k), '[]');
end;
$function$

-- function private.message_reactions_announce()
CREATE OR REPLACE FUNCTION private.message_reactions_announce()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_message constant uuid := case when tg_op = 'DELETE' then old.message_id else new.message_id end;
begin
  if private.is_bulk() then
    return null;
  end if;
  perform private.broadcast_to_room(m.room_id, 'reaction.changed', jsonb_build_object(
    'message_id', m.id, 'reactions', private.message_reaction_list(m.id, true)))
  from public.messages m where m.id = v_message and m.deleted_at is null and m.status = 'published';
  return null;
end;
$function$

-- function private.message_reactions_check()
CREATE OR REPLACE FUNCTION private.message_reactions_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_kinds_max constant int := 20;
  v_room uuid;
begin
  -- Locked, so that two who bring the last kinds do not pass each other.
  select m.room_id into v_room from public.messages m where m.id = new.message_id
    and m.deleted_at is null and m.status = 'published'
  for no key update;
  if (select auth.uid()) is not null then
    -- What is elsewhere and what is nowhere look the same.
    if v_room is null or not exists (select from private.my_room_ids() r where r = v_room) then
      raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
    end if;
    perform private.require_may_write(v_room, new.profile_id);
  end if;
  if (select count(distinct r.emoji) from public.message_reactions r
    where r.message_id = new.message_id and r.emoji <> new.emoji) >= c_kinds_max then
    raise exception 'A message takes at most % different emoji', c_kinds_max
      using errcode = 'PT422', hint = 'invalid-input', column = 'emoji';
  end if;
  return new;
end;
$function$

-- function private.message_requests_page(timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.message_requests_page(p_before timestamp with time zone, p_room uuid, p_limit integer)
 RETURNS TABLE(id uuid, asked_at timestamp with time zone, from_id uuid, message_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
  select q.room_id, q.asked_at, q.from_id, m.id
  from private.message_requests q
  cross join lateral (
    select s.id from public.messages s
    where s.room_id = q.room_id and s.author_id = q.from_id and s.status = 'published'
      and s.deleted_at is null
    order by s.seq desc limit 1) m
  where q.profile_id = (select auth.uid()) and q.state = 'waiting' and q.asked_at is not null
    and (p_before is null or (q.asked_at, q.room_id) < (p_before, p_room))
    and not exists (select from private.block_sides b
      where b.profile_id = q.profile_id and b.other_id = q.from_id)
    and not exists (select from private.account_states s
      where s.profile_id = q.from_id and s.hidden)
  order by q.asked_at desc, q.room_id desc limit least(p_limit, 101)
$function$

-- function private.messages_after_insert()
CREATE OR REPLACE FUNCTION private.messages_after_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.media_ids <> '{}' then
    perform private.attach_media(new.media_ids, new.author_id, null, new.id, null);
  end if;
  if new.entities <> '[]' then
    perform private.sync_message_mentions(new);
  end if;
  if new.status = 'published' and not private.is_bulk() then
    perform private.announce_message(new);
  end if;
  return null;
end;
$function$

-- function private.messages_after_update()
CREATE OR REPLACE FUNCTION private.messages_after_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_was constant boolean := old.status = 'published' and old.deleted_at is null;
  v_is constant boolean := new.status = 'published' and new.deleted_at is null;
  v_event text;
begin
  if new.body is distinct from old.body then
    perform private.sync_message_mentions(new);
  end if;
  if private.is_bulk() then
    return null;
  end if;
  if v_is and not v_was then
    perform private.announce_message(new);
    perform private.emit('message.created', new.id, new.author_id,
      jsonb_build_object('room_id', new.room_id, 'released', true));
    return null;
  end if;
  v_event := case
    when new.deleted_at is distinct from old.deleted_at or (v_was and not v_is)
      then 'message.deleted'
    when (new.body, new.body_html, new.link_preview)
      is distinct from (old.body, old.body_html, old.link_preview)
      then 'message.updated' end;
  if v_event is null then
    return null;
  end if;
  if v_was then
    perform private.broadcast_to_room(new.room_id, v_event, jsonb_build_object('message', (
      select s.message from private.present_messages(array[new.id], true) s)));
  end if;
  perform private.emit(v_event, new.id, new.author_id, jsonb_build_object('room_id', new.room_id));
  return null;
end;
$function$

-- function private.messages_ask()
CREATE OR REPLACE FUNCTION private.messages_ask()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.is_bulk() then
    return null;
  end if;
  -- Whoever writes wants the conversation.
  if new.author_id = (select auth.uid()) and private.accept_conversation(new.room_id) then
    return null;
  end if;
  -- The settings of the moment at which something is said for the first time decide.
  if new.seq = 1 then
    perform private.file_message_request(r.id, m.profile_id, new.author_id, new.created_at)
    from public.rooms r join public.room_members m on m.room_id = r.id
    where r.id = new.room_id and r.kind = 'direct' and m.profile_id <> new.author_id
      and r.created_by is distinct from m.profile_id;
  end if;
  return null;
end;
$function$

-- function private.messages_check_insert()
CREATE OR REPLACE FUNCTION private.messages_check_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_parent public.messages;
begin
  -- Jobs and imports act for nobody; whom a client acts for it cannot choose.
  if (select auth.uid()) is not null and new.kind = 'user' then
    perform private.require_may_write(new.room_id, new.author_id);
  end if;
  if not private.is_visible(new.body) and new.media_ids = '{}' and new.shared_post_id is null then
    raise exception 'A message says something'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  if new.parent_id is not null then
    select * into v_parent from public.messages m
    where m.id = new.parent_id and m.room_id = new.room_id and m.deleted_at is null;
    if v_parent.id is null then
      raise exception 'No such message in this room'
        using errcode = 'PT422', hint = 'invalid-input', column = 'parent_id';
    end if;
    -- Threads have one level: an answer to an answer belongs to the same thread.
    new.parent_id := coalesce(v_parent.parent_id, v_parent.id);
  end if;
  new.mention_scope := case when new.entities <> '[]' then private.mention_scope(new) end;
  return new;
end;
$function$

-- function private.messages_check_shared()
CREATE OR REPLACE FUNCTION private.messages_check_shared()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.posts p where p.id = new.shared_post_id
    and p.status = 'published' and p.deleted_at is null) then
    raise exception 'No such post'
      using errcode = 'PT422', hint = 'invalid-input', column = 'shared_post_id';
  end if;
  return new;
end;
$function$

-- function private.messages_check_story()
CREATE OR REPLACE FUNCTION private.messages_check_story()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Jobs and imports act for nobody.
  if (select auth.uid()) is null then
    return new;
  end if;
  if not exists (select from public.stories s
    join public.rooms r on r.id = new.room_id and r.kind = 'direct'
    join public.room_members m on m.room_id = r.id and m.profile_id = s.author_id
    where s.id = new.story_id and s.author_id <> new.author_id) then
    raise exception 'No such story of the other person in this conversation'
      using errcode = 'PT422', hint = 'invalid-input', column = 'story_id';
  end if;
  return new;
end;
$function$

-- function private.messages_check_update()
CREATE OR REPLACE FUNCTION private.messages_check_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if old.deleted_at is not null then
    raise exception 'The message was deleted' using errcode = 'PT404', hint = 'not-found';
  end if;
  if new.deleted_at is not null then
    new.deleted_at := clock_timestamp();
    new.body := '';
    new.body_html := '';
    new.entities := '[]';
    new.mention_scope := null;
    new.link_preview := null;
    new.media_ids := '{}';
    new.shared_post_id := null;
    new.story_id := null;
    return new;
  end if;
  if new.body is distinct from old.body then
    if old.author_id is distinct from coalesce((select auth.uid()), old.author_id) then
      raise exception 'Only the author edits a message'
        using errcode = 'PT403', hint = 'not-permitted';
    end if;
    -- An edit says something too: a mute, a ban or a block holds for it.
    if (select auth.uid()) is not null then
      perform private.may_publish();
      perform private.require_may_write(old.room_id, old.author_id);
    end if;
    if not private.is_visible(new.body) and new.media_ids = '{}' and new.shared_post_id is null then
      raise exception 'A message says something'
        using errcode = 'PT422', hint = 'invalid-input', column = 'body';
    end if;
    new.mention_scope := private.mention_scope(new);
    new.edited_at := clock_timestamp();
  end if;
  return new;
end;
$function$

-- function private.messages_clear_reactions()
CREATE OR REPLACE FUNCTION private.messages_clear_reactions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.message_reactions r where r.message_id = new.id;
  return null;
end;
$function$

-- function private.messages_drop_media()
CREATE OR REPLACE FUNCTION private.messages_drop_media()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.media m where m.message_id = new.id;
  return null;
end;
$function$

-- function private.messages_emit()
CREATE OR REPLACE FUNCTION private.messages_emit()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Before the room is locked: nobody waits for what does not need a position.
  perform private.emit('message.created', new.id, new.author_id,
    jsonb_build_object('room_id', new.room_id));
  return new;
end;
$function$

-- function private.messages_join_thread()
CREATE OR REPLACE FUNCTION private.messages_join_thread()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.thread_members (message_id, profile_id, last_read_seq)
  select new.parent_id, p.id, case when p.id = new.author_id then new.seq else 0 end
  from (select new.author_id as id union select m.author_id from public.messages m
    where m.id = new.parent_id) p
  order by p.id
  on conflict (message_id, profile_id) do nothing;
  return null;
end;
$function$

-- function private.messages_keep_system()
CREATE OR REPLACE FUNCTION private.messages_keep_system()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.deleted_at is null
    or not exists (select from private.my_moderated_room_ids() r where r = old.room_id) then
    raise exception 'Only those who keep order remove a system message'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return new;
end;
$function$

-- function private.messages_keep_version()
CREATE OR REPLACE FUNCTION private.messages_keep_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_versions_max constant int := 50;
begin
  insert into private.message_versions (message_id, body, mention_ids, kind, changed_at, changed_by)
  values (new.id, old.body,
    array(select n.profile_id from public.message_mentions n where n.message_id = new.id),
    case when new.deleted_at is null then 'edit' else 'deletion' end,
    coalesce(new.deleted_at, new.edited_at), (select auth.uid()));
  delete from private.message_versions v where v.id in (
    select o.id from private.message_versions o where o.message_id = new.id
    order by o.changed_at desc, o.id desc offset c_versions_max);
  return null;
end;
$function$

-- function private.messages_refuse_command()
CREATE OR REPLACE FUNCTION private.messages_refuse_command()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_start constant text[] := regexp_match(new.body, '^(//?)([A-Za-z]+)(?:\s|$)');
begin
  if v_start is null or lower(v_start[2]) <> all (private.command_names()) then
    return new;
  end if;
  if v_start[1] = '/' then
    raise exception '/% is a command: send it to the API, or begin with // to say it', lower(v_start[2])
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  new.body := substr(new.body, 2);
  return new;
end;
$function$

-- function private.messages_slow_down()
CREATE OR REPLACE FUNCTION private.messages_slow_down()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_now constant timestamptz := clock_timestamp();
  v_slow int;
  v_wait int;
begin
  select r.slow_mode_s into v_slow from public.rooms r where r.id = new.room_id;
  if coalesce(v_slow, 0) = 0
    or private.room_rank(private.room_role(new.room_id, new.author_id)) > 1 then
    return new;
  end if;
  -- Two at once wait for each other here, and the second finds the first one's time.
  insert into private.room_member_states as s (room_id, profile_id, last_sent_at)
  values (new.room_id, new.author_id, v_now)
  on conflict (room_id, profile_id) do update set last_sent_at = v_now
  where s.last_sent_at is null or s.last_sent_at <= v_now - make_interval(secs => v_slow);
  if not found then
    select ceil(extract(epoch from s.last_sent_at + make_interval(secs => v_slow) - v_now))
    into v_wait from private.room_member_states s
    where s.room_id = new.room_id and s.profile_id = new.author_id;
    raise exception 'The room is in slow mode: one message in % seconds', v_slow
      using errcode = 'PT429', hint = 'too-many-requests',
        detail = 'retry_after=' || greatest(v_wait, 1);
  end if;
  return new;
end;
$function$

-- function private.messages_take_down()
CREATE OR REPLACE FUNCTION private.messages_take_down()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.message_pins p where p.message_id = new.id;
  return null;
end;
$function$

-- function private.messages_take_kind()
CREATE OR REPLACE FUNCTION private.messages_take_kind()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.profiles p where p.id = new.author_id and p.is_bot) then
    new.kind := 'bot';
  end if;
  return new;
end;
$function$

-- function private.messages_take_seq()
CREATE OR REPLACE FUNCTION private.messages_take_seq()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- The room's row stays locked until the commit, so that positions are given in that order and
  -- a failed write gives its own back.
  update public.rooms r
  set last_seq = r.last_seq + 1,
    last_message_at = case when new.kind = 'system' or new.author_id = private.welcome_profile_id()
      then r.last_message_at
      else greatest(r.last_message_at, clock_timestamp()) end
  where r.id = new.room_id
  returning r.last_seq into new.seq;
  if not found then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  -- An insert that steps aside for an existing id would leave a gap.
  if exists (select from public.messages m where m.id = new.id) then
    raise unique_violation using message = 'The message exists already',
      constraint = 'messages_pkey', table = 'messages';
  end if;
  if not private.is_bulk() then
    new.created_at := clock_timestamp();
  end if;
  return new;
end;
$function$

-- function private.messages_take_verdict()
CREATE OR REPLACE FUNCTION private.messages_take_verdict()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_verdict constant text := nullif(current_setting('townsquare.verdict', true), '');
  v_rendered jsonb;
begin
  if tg_op = 'UPDATE' and new.body is not distinct from old.body then
    return new;
  end if;
  v_rendered := private.rendered(new.body);
  new.body_html := v_rendered ->> 'body_html';
  new.entities := coalesce(v_rendered -> 'entities', private.entities_in(new.body));
  if new.link_preview is not null
    and private.first_link(new.entities) is distinct from new.link_preview ->> 'url' then
    new.link_preview := null;
  end if;
  if v_verdict in ('published', 'held') then
    new.screened_at := clock_timestamp();
    -- An edit never releases what is held: that is for a moderator to decide.
    if tg_op = 'INSERT' or v_verdict = 'held' then
      new.status := v_verdict;
    end if;
  elsif not private.is_bulk() then
    -- Written past the API: a consumer screens it as soon as it hears of it.
    new.screened_at := null;
  end if;
  return new;
end;
$function$

-- function private.metric_facts()
CREATE OR REPLACE FUNCTION private.metric_facts()
 RETURNS TABLE(name text, labels text[], value double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with events as materialized (select * from private.event_totals()),
  queue as materialized (select * from private.jobs_queue_depth)
  select 'events_total', array[e.topic], e.total::double precision from events e
  union all
  -- A comment is told of as a post too, and those are not counted here.
  select 'social_posts_created_total', '{}', coalesce(sum(e.total) filter (where e.topic = 'content.created'), 0)
    - coalesce(sum(e.total) filter (where e.topic = 'content.commented'), 0) from events e
  union all
  select 'chat_messages_total', '{}', coalesce(sum(e.total), 0) from events e where e.topic = 'message.created'
  union all
  select 'social_recommendation_clicks_total', '{}', coalesce(sum(e.total), 0)
  from events e where e.topic = 'recommendation.clicked'
  union all
  select 'social_engagement_rate', '{}', coalesce(sum(e.last_day) filter (
      where e.topic in ('content.liked', 'content.commented', 'content.shared'))
    / nullif(sum(e.last_day) filter (where e.topic = 'content.viewed'), 0), 0) from events e
  union all
  select 'jobs_queue_depth', array[q.state], q.depth from queue q
  union all
  select 'jobs_queue_oldest_seconds', array[q.state], q.oldest_seconds from queue q
  union all
  select 'jobs_processed_total', array[p.job, p.outcome], p.total from private.jobs_processed p
  union all
  select h.name, array[h.label], h.total from private.happenings() h
  union all
  select 'backup_last_verified_age_seconds', '{}', a.age
  from private.backup_age_seconds() as a (age) where a.age is not null
  union all
  select 'moderation_cases_open', '{}', count(*) from private.moderation_cases c where c.status = 'open'
  union all
  select 'db_connections', array[coalesce(a.state, 'unknown')], count(*) from pg_catalog.pg_stat_activity a
  where a.datname = current_database() group by a.state
  union all
  select v.name, v.labels, v.value from pg_catalog.pg_stat_database d cross join lateral (values
      ('db_transactions_total', array['commit'], d.xact_commit::double precision),
      ('db_transactions_total', array['rollback'], d.xact_rollback),
      ('db_blocks_total', array['cache'], d.blks_hit),
      ('db_blocks_total', array['disk'], d.blks_read),
      ('db_deadlocks_total', '{}', d.deadlocks)) as v (name, labels, value)
  where d.datname = current_database()
  union all
  select 'db_connections_max', '{}', current_setting('max_connections')::double precision
  union all
  select 'db_uptime_seconds', '{}', extract(epoch from clock_timestamp() - pg_postmaster_start_time())
  union all
  select l.name, l.labels, l.value from private.metric_levels_now() l
$function$

-- function private.metric_levels_now()
CREATE OR REPLACE FUNCTION private.metric_levels_now()
 RETURNS TABLE(name text, labels text[], value double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select l.name, l.labels, l.value from private.metric_levels l
  where l.name <> all (private.level_names())
    or l.told_at > clock_timestamp() - interval '1 minute'
$function$

-- function private.metric_totals()
CREATE OR REPLACE FUNCTION private.metric_totals()
 RETURNS TABLE(name text, labels text[], counts bigint[], total double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Bucket by bucket: to unfold the arrays costs twenty times as much.
  select m.name, m.labels, array[sum(m.counts[1]), sum(m.counts[2]), sum(m.counts[3]),
    sum(m.counts[4]), sum(m.counts[5]), sum(m.counts[6]), sum(m.counts[7]), sum(m.counts[8]),
    sum(m.counts[9]), sum(m.counts[10]), sum(m.counts[11]), sum(m.counts[12])]::bigint[],
    sum(m.total)
  from private.metric_series m group by m.name, m.labels
$function$

-- function private.moderation_decisions_count()
CREATE OR REPLACE FUNCTION private.moderation_decisions_count()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.count_happening('moderation_decisions_total', new.action);
  return null;
end;
$function$

-- function private.moderation_queue(text,integer,integer,timestamp with time zone,uuid)
CREATE OR REPLACE FUNCTION private.moderation_queue(p_status text, p_limit integer, p_priority integer DEFAULT NULL::integer, p_created timestamp with time zone DEFAULT NULL::timestamp with time zone, p_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(id uuid, priority integer, created_at timestamp with time zone, item jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission('report.review');
  return query
    select c.id, c.priority, c.created_at, private.present_case(c)
    from private.moderation_cases c
    where c.status = p_status
      and (p_id is null or (-c.priority, c.created_at, c.id) > (-p_priority, p_created, p_id))
    order by -c.priority, c.created_at, c.id limit p_limit;
end;
$function$

-- function private.mute_member(uuid,uuid,timestamp with time zone,text)
CREATE OR REPLACE FUNCTION private.mute_member(p_room uuid, p_profile uuid, p_until timestamp with time zone, p_reason text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Without an end: until somebody lifts it.
  v_until constant timestamptz := coalesce(p_until, '9999-12-31 00:00:00+00');
begin
  perform private.require_room(p_room, 'mute');
  if private.room_role(p_room, p_profile) is null then
    raise exception 'No such member' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.require_room_rank(p_room, p_profile);
  perform private.check_until('mute', p_until);
  perform private.require_room_reason(p_reason);
  perform private.set_room_mute(p_room, p_profile, v_until, p_reason);
  return v_until;
end;
$function$

-- function private.muted_pattern(uuid)
CREATE OR REPLACE FUNCTION private.muted_pattern(p_person uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (select private.words_pattern(s.feed -> 'muted_words')
    from private.profile_settings s where s.profile_id = p_person);
end;
$function$

-- function private.muted_topics(uuid)
CREATE OR REPLACE FUNCTION private.muted_topics(p_person uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select t from private.profile_settings s, jsonb_array_elements_text(s.feed -> 'muted_topics') t
    where s.profile_id = p_person
    union
    select t.key from private.profile_settings s, jsonb_each(s.feed -> 'topics') t
    where s.profile_id = p_person and t.value = '-1');
end;
$function$

-- function private.mutes_check()
CREATE OR REPLACE FUNCTION private.mutes_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.muter_id = new.muted_id then
    raise exception 'Nobody mutes themselves'
      using errcode = 'PT422', hint = 'invalid-input', column = 'muted_id';
  end if;
  if private.is_blocked_between(new.muter_id, new.muted_id) or private.is_hidden(new.muted_id)
    or not exists (select from public.profiles p where p.id = new.muted_id) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  return new;
end;
$function$

-- function private.mutes_post(text,uuid,text)
CREATE OR REPLACE FUNCTION private.mutes_post(p_body text, p_quoted uuid, p_pattern text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.has_words(p_body, p_pattern) or (p_quoted is not null and exists (
    select from public.posts q where q.id = p_quoted and private.has_words(q.body, p_pattern)));
end;
$function$

-- function private.my_account()
CREATE OR REPLACE FUNCTION private.my_account()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select private.present_profile(u.id) || jsonb_build_object(
      'email', u.email,
      'roles', coalesce((select jsonb_agg(r.role order by r.role)
        from private.user_roles r where r.profile_id = u.id), '[]'),
      'permissions', coalesce((select jsonb_agg(distinct p order by p)
        from private.user_roles r join private.roles d on d.name = r.role
        cross join unnest(d.permissions) p where r.profile_id = u.id), '[]'),
      'standing', private.my_standing())
    from auth.users u where u.id = (select auth.uid()));
end;
$function$

-- function private.my_archive_imports(timestamp with time zone,uuid,integer)
CREATE OR REPLACE FUNCTION private.my_archive_imports(p_before timestamp with time zone, p_before_id uuid, p_limit integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return query
  select jsonb_build_object('id', i.id, 'status', i.status,
    'progress', jsonb_build_object('done', i.done, 'total', i.total), 'errors', i.errors,
    'format', i.format, 'file_name', i.file_name, 'room_id', i.room_id,
    'created_at', i.created_at, 'finished_at', i.finished_at)
  from private.archive_imports i
  where i.created_by = (select auth.uid())
    and (p_before is null or (i.created_at, i.id) < (p_before, p_before_id))
  order by i.created_at desc, i.id desc limit p_limit;
end;
$function$

-- function private.my_audience_ids()
CREATE OR REPLACE FUNCTION private.my_audience_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
begin
  return query
    select m.audience_id from private.audience_members m where m.profile_id = (select auth.uid());
end;
$function$

-- function private.my_bots()
CREATE OR REPLACE FUNCTION private.my_bots()
 RETURNS SETOF jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
  select private.present_bot(b) from private.bots b
  where b.owner_id = (select auth.uid()) order by b.created_at, b.profile_id
$function$

-- function private.my_endpoints(uuid,integer)
CREATE OR REPLACE FUNCTION private.my_endpoints(p_after uuid, p_limit integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
begin
  perform private.require_standing('active');
  return query
  select private.present_endpoint(e) from private.webhook_endpoints e
  where (p_after is null or e.id > p_after)
    and (e.room_id in (select m.room_id from public.room_members m
        where m.profile_id = (select auth.uid()) and m.role = 'owner' and not m.banned)
      or e.room_id is null and (select private.has_permission('webhook.manage')))
  order by e.id limit least(p_limit, 101);
end;
$function$

-- function private.my_export(uuid)
CREATE OR REPLACE FUNCTION private.my_export(p_id uuid)
 RETURNS TABLE(status text, path text, manifest jsonb, seconds_left integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select e.status, e.path, e.manifest, greatest(0, extract(epoch from e.expires_at - now()))::int
  from private.exports e where e.id = p_id and e.profile_id = (select auth.uid())
$function$

-- function private.my_import(uuid)
CREATE OR REPLACE FUNCTION private.my_import(p_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', i.id, 'status', i.status,
    'progress', jsonb_build_object('done', i.done, 'total', i.total), 'errors', i.errors)
  from private.account_imports i where i.id = p_id and i.profile_id = (select auth.uid())
$function$

-- function private.my_invite_ids()
CREATE OR REPLACE FUNCTION private.my_invite_ids()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
  select p.invite_id from private.room_invite_people p where p.profile_id = (select auth.uid())
$function$

-- function private.my_managed_room_ids()
CREATE OR REPLACE FUNCTION private.my_managed_room_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned and m.role in ('owner', 'admin');
end;
$function$

-- function private.my_moderated_room_ids()
CREATE OR REPLACE FUNCTION private.my_moderated_room_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned
    and m.role in ('owner', 'admin', 'moderator');
end;
$function$

-- function private.my_owned_room_ids()
CREATE OR REPLACE FUNCTION private.my_owned_room_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned and m.role = 'owner';
end;
$function$

-- function private.my_read_marks()
CREATE OR REPLACE FUNCTION private.my_read_marks()
 RETURNS TABLE(room_id uuid, last_read_seq bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO ''
AS $function$
begin
  return query
  select s.room_id, s.last_read_seq from private.room_member_states s
  where s.profile_id = (select auth.uid());
end;
$function$

-- function private.my_receipt_ids()
CREATE OR REPLACE FUNCTION private.my_receipt_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO ''
AS $function$
begin
  return query
  select o.profile_id
  from public.room_members m
  join public.rooms r on r.id = m.room_id and r.kind = 'direct'
  join public.room_members o on o.room_id = m.room_id and o.profile_id <> m.profile_id
  where m.profile_id = (select auth.uid())
    and not exists (select from private.room_privacy(m.room_id, m.profile_id) s
      where s.private_receipts)
    and not exists (select from private.room_privacy(m.room_id, o.profile_id) s
      where s.private_receipts)
    and not exists (select from private.block_sides b
      where b.profile_id = m.profile_id and b.other_id = o.profile_id)
    and not exists (select from private.account_states s
      where s.profile_id = o.profile_id and s.hidden);
end;
$function$

-- function private.my_reminders()
CREATE OR REPLACE FUNCTION private.my_reminders()
 RETURNS TABLE(body text, due_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
  select r.body, r.due_at from private.reminders r
  where r.profile_id = (select auth.uid()) order by r.due_at, r.id
$function$

-- function private.my_room_capabilities(uuid)
CREATE OR REPLACE FUNCTION private.my_room_capabilities(p_room uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return private.room_capabilities(p_room, (select auth.uid()));
end;
$function$

-- function private.my_room_ids()
CREATE OR REPLACE FUNCTION private.my_room_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO ''
AS $function$
begin
  return query
  select m.room_id from public.room_members m
  where m.profile_id = (select auth.uid()) and not m.banned;
end;
$function$

-- function private.my_room_settings(uuid)
CREATE OR REPLACE FUNCTION private.my_room_settings(p_room uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.room_role(p_room, (select auth.uid())) is null then
    perform private.refuse_outsider(p_room);
  end if;
  return (
    select jsonb_build_object('privacy', jsonb_build_object('private_receipts', s.private_receipts,
      'hide_typing', s.hide_typing, 'hide_presence', s.hide_presence))
    from (select) one left join private.room_member_states s
      on s.room_id = p_room and s.profile_id = (select auth.uid()));
end;
$function$

-- function private.my_rooms_part(uuid[])
CREATE OR REPLACE FUNCTION private.my_rooms_part(p_rooms uuid[])
 RETURNS TABLE(room_id uuid, name text, member_count bigint, part jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
  with mine as materialized (
    select r, r.id, case when not m.banned then m.role end as role,
      coalesce(s.last_read_seq, 0) as last_read_seq,
      case when s.muted_until > now() then s.muted_until end as muted_until, o.name, o.is_closed,
      m.room_id is null and s.kicked_at is null as may_join,
      coalesce(c.value, 0) + coalesce((select sum(d.delta) from private.counter_deltas d
        where d.subject_id = r.id and d.kind = 'members'), 0)::bigint as members
    from public.rooms r
    left join public.room_members m on m.room_id = r.id and m.profile_id = v_me
    left join private.room_member_states s on s.room_id = r.id and s.profile_id = v_me
    left join private.counters c on c.subject_id = r.id and c.kind = 'members'
    left join (
      select d.id, p.display_name as name, exists (select from private.block_sides b
        where b.profile_id = v_me and b.other_id = p.id) as is_closed
      from public.rooms d join public.room_members n on n.room_id = d.id
      join public.profiles p on p.id = n.profile_id
      where d.id = any (p_rooms) and d.kind = 'direct' and n.profile_id <> v_me) o on o.id = r.id
    where r.id = any (p_rooms) and (not m.banned or (r.kind = 'channel' and not r.is_private))
  ), able as materialized (
    select x.*, case when x.role is not null then private.capabilities_in(x.r, x.role,
        x.muted_until is not null, coalesce(x.is_closed, false))
      when x.may_join and (x.r).archived_at is null then array['join'] else '{}' end as abilities
    from mine x
  )
  select a.id, coalesce(a.name, ''), a.members, jsonb_build_object(
    'viewer', jsonb_build_object('role', a.role,
      'unread_count', coalesce(u.unread_count, 0),
      'last_read_message_id', case when a.role is not null then (
        select l.id from public.messages l
        where l.room_id = a.id and l.seq <= a.last_read_seq order by l.seq desc limit 1) end,
      'muted_until', case when a.role is not null then a.muted_until end),
    'capabilities', a.abilities,
    'empty_state', private.empty_state_in(a.r, a.abilities, a.members))
  from able a left join private.unread_in(p_rooms, v_me) u on u.room_id = a.id;
end;
$function$

-- function private.my_set_aside_room_ids()
CREATE OR REPLACE FUNCTION private.my_set_aside_room_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO ''
AS $function$
begin
  return query
  select q.room_id from private.message_requests q
  where q.profile_id = (select auth.uid()) and q.state <> 'accepted';
end;
$function$

-- function private.my_standing()
CREATE OR REPLACE FUNCTION private.my_standing()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object('state', private.account_state(u.id),
      'suspended_until', case when s.suspended_until > now()
        and s.suspended_until < '9999-12-31' then s.suspended_until end,
      'muted_until', case when s.muted_until > now()
        and s.muted_until < '9999-12-31' then s.muted_until end,
      'muted', coalesce(s.muted_until > now(), false),
      'banned_until', s.banned_until, 'deletion_due_at', s.deletion_due_at, 'reason', s.reason)
    from (select (select auth.uid()) as id) u
    left join private.account_states s on s.profile_id = u.id);
end;
$function$

-- function private.next_delivery(private.webhook_endpoints)
CREATE OR REPLACE FUNCTION private.next_delivery(p_endpoint private.webhook_endpoints)
 RETURNS private.webhook_deliveries
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_skipped_max constant int := 100;
  v_delivery private.webhook_deliveries;
begin
  for i in 1..c_skipped_max loop
    select * into v_delivery from private.webhook_deliveries d
    where d.endpoint_id = p_endpoint.id and d.status = 'pending' order by d.position limit 1;
    -- It may have waited, or be told once more: what was closed or deleted since is not told.
    if v_delivery.id is null or exists (select from private.outbox o where o.id = v_delivery.event_id
      and private.known_to_endpoint(p_endpoint, o.topic, o.subject_id, o.actor_id, o.payload) is not null)
    then
      return v_delivery;
    end if;
    update private.webhook_deliveries d set status = 'failed', finished_at = clock_timestamp(),
      error = 'What it tells of is no longer there, or no longer for this endpoint'
    where d.id = v_delivery.id;
  end loop;
  return null;
end;
$function$

-- function private.next_to_check(text,uuid,integer)
CREATE OR REPLACE FUNCTION private.next_to_check(p_source text, p_after uuid, p_limit integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_after constant uuid := coalesce(p_after, c_first);
begin
  return case p_source
    when 'posts' then array(
      select p.id from public.posts p where p.id > v_after order by p.id limit p_limit)
    when 'profiles' then array(
      select p.id from public.profiles p where p.id > v_after order by p.id limit p_limit)
    when 'rooms' then array(
      select r.id from public.rooms r where r.id > v_after order by r.id limit p_limit)
    else array(select distinct c.subject_id from private.counters c
      where c.subject_id > v_after order by c.subject_id limit p_limit) end;
end;
$function$

-- function private.not_suggested_ids()
CREATE OR REPLACE FUNCTION private.not_suggested_ids()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
begin
  return query
    select (select auth.uid())
    union all select f.followee_id from public.follows f where f.follower_id = (select auth.uid())
    union all select r.target_id from public.follow_requests r where r.requester_id = (select auth.uid())
    union all select m.muted_id from public.mutes m where m.muter_id = (select auth.uid())
    union all select d.person_id from private.dismissed_suggestions d
      where d.profile_id = (select auth.uid())
    union all select h from private.hidden_profile_ids() h;
end;
$function$

-- function private.note_arrival(uuid,boolean)
CREATE OR REPLACE FUNCTION private.note_arrival(p_id uuid, p_opened boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  update public.notifications n
  set delivered_at = coalesce(n.delivered_at, clock_timestamp()),
    seen_at = case when p_opened then coalesce(n.seen_at, clock_timestamp()) else n.seen_at end,
    read_at = case when p_opened then coalesce(n.read_at, clock_timestamp()) else n.read_at end,
    status = case when p_opened then 'read' when n.status = 'pending' then 'delivered' else n.status end
  where n.id = p_id and n.recipient_id = v_me;
  perform private.note_receipts(m.room_id, v_me, m.seq, 'delivered')
  from public.notifications n join public.messages m on m.id = n.subject_id
  where n.id = p_id and n.recipient_id = v_me and n.type = 'message';
end;
$function$

-- function private.note_feed(uuid,text)
CREATE OR REPLACE FUNCTION private.note_feed(p_feed uuid, p_error text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update private.room_feeds f
  set read_at = case when p_error is null then clock_timestamp() else f.read_at end,
    failures = case when p_error is null then 0 else f.failures + 1 end, error = p_error,
    -- A site that does not answer is asked less and less, once a day at last.
    next_read_at = case when p_error is null then f.next_read_at
      else clock_timestamp() + least(interval '1 day', interval '15 minutes' * 2 ^ least(f.failures, 7)) end
  where f.id = p_feed
$function$

-- function private.note_receipts(uuid,uuid,bigint,text)
CREATE OR REPLACE FUNCTION private.note_receipts(p_room uuid, p_reader uuid, p_seq bigint, p_status text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Nobody looks at the receipts of what is further back.
  c_messages_max constant int := 10000;
  v_last uuid;
  v_changed int;
begin
  if not exists (select from public.rooms r where r.id = p_room and r.kind = 'direct')
    or exists (select from public.room_members m
      cross join lateral private.room_privacy(m.room_id, m.profile_id) s
      where m.room_id = p_room and s.private_receipts)
    or exists (select from private.block_sides b join public.room_members m
      on m.profile_id = b.other_id and m.room_id = p_room where b.profile_id = p_reader)
    -- What waits in requests is looked at without anybody's learning of it.
    or private.is_set_aside(p_room, p_reader) then
    return;
  end if;
  with arrived as (
    select m.id, m.seq from public.messages m
    where m.room_id = p_room and m.seq <= p_seq and m.author_id <> p_reader
      and m.kind <> 'system' and m.deleted_at is null and m.status = 'published'
      and m.seq > coalesce((select c.seq from public.message_receipts c
        where c.profile_id = p_reader and c.room_id = p_room and (p_status = 'delivered' or c.status = 'read')
        order by c.seq desc limit 1), 0)
    order by m.seq desc limit c_messages_max
  ), noted as (
    insert into public.message_receipts as c (message_id, profile_id, room_id, seq, status)
    select a.id, p_reader, p_room, a.seq, p_status from arrived a order by a.id
    on conflict (message_id, profile_id) do update
      set status = excluded.status, at = excluded.at
      where c.status = 'delivered' and excluded.status = 'read'
    returning c.message_id, c.seq
  )
  select count(*), (array_agg(n.message_id order by n.seq desc))[1] into v_changed, v_last
  from noted n;
  if v_changed > 0 then
    -- One event for all: what is older has come as far.
    perform private.broadcast_to_room(p_room, 'receipt.changed', jsonb_build_object(
      'message_id', v_last, 'user_id', p_reader, 'status', p_status));
  end if;
end;
$function$

-- function private.notification_actors_clear()
CREATE OR REPLACE FUNCTION private.notification_actors_clear()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.notifications n
  where n.id in (select g.notification_id from gone g)
    and not exists (select from private.notification_actors a where a.notification_id = n.id);
  return null;
end;
$function$

-- function private.notification_channels(uuid,text)
CREATE OR REPLACE FUNCTION private.notification_channels(p_person uuid, p_type text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select c.key from jsonb_each(private.default_channels() || coalesce((
      select n.types -> p_type from public.notification_preferences n
      where n.profile_id = p_person), '{}')) c
    -- What a moderator has decided is always said, whatever else is turned off.
    where c.value = 'true' or (c.key = 'in_app' and p_type = 'moderation_notice')
    order by c.key);
end;
$function$

-- function private.notification_people(notifications)
CREATE OR REPLACE FUNCTION private.notification_people(p_notification notifications)
 RETURNS TABLE(people jsonb, people_count bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_shown constant int := 3;
begin
  if p_notification.type <> all (private.grouped_types()) then
    return query select case when p_notification.actor_id is null then '[]'::jsonb
        else jsonb_build_array(private.profile_summary(p_notification.actor_id)) end,
      case when p_notification.actor_id is null then 0 else 1 end::bigint;
    return;
  end if;
  return query
    with visible as (
      select a.actor_id, a.created_at from private.notification_actors a
      where a.notification_id = p_notification.id and not a.withdrawn
        and not exists (select from private.block_sides b
          where b.profile_id = p_notification.recipient_id and b.other_id = a.actor_id offset 0)
        and not exists (select from private.account_states s
          where s.profile_id = a.actor_id and s.hidden offset 0)
    )
    select coalesce((
        select jsonb_agg(private.profile_summary(l.actor_id) order by l.created_at desc, l.actor_id)
        from (select * from visible order by created_at desc, actor_id limit c_shown) l), '[]'),
      (select count(*) from visible);
end;
$function$

-- function private.notification_preferences_check_zone()
CREATE OR REPLACE FUNCTION private.notification_preferences_check_zone()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform now() at time zone (new.quiet_hours ->> 'time_zone');
  return new;
exception when invalid_parameter_value then
  raise exception 'There is no such time zone'
    using errcode = 'PT422', hint = 'invalid-input', column = 'quiet_hours.time_zone';
end;
$function$

-- function private.notification_text(text,text,text,jsonb)
CREATE OR REPLACE FUNCTION private.notification_text(p_type text, p_name text, p_subject_type text, p_meta jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case p_type
    when 'follow' then x.name || ' followed you'
    when 'follow_request' then x.name || ' asked to follow you'
    when 'follow_accepted' then x.name || ' accepted your follow request'
    when 'like' then x.name || ' liked your post'
    when 'reaction' then x.name || ' reacted to your post'
    when 'comment' then x.name || ' commented on your post'
    when 'reply' then x.name || ' replied to you'
    when 'mention' then x.name || ' mentioned you in a ' || p_subject_type
    when 'share' then x.name || ' shared your post'
    when 'quote' then x.name || ' quoted your post'
    when 'message' then x.name || ' sent you a message'
    when 'story_reply' then x.name || ' replied to your story'
    when 'room_invite' then x.name || ' invited you to a room'
    when 'poll_closed' then 'A poll that you took part in has closed'
    when 'report_decided' then 'Your report was decided'
    when 'moderation_notice' then case p_meta ->> 'action'
      when 'remove' then 'A moderator removed your ' || p_subject_type
      when 'mute' then 'A moderator muted you'
      when 'suspend' then 'A moderator suspended your account'
      when 'ban' then 'A moderator banned your account'
      when 'restore' then case when coalesce(p_meta ->> 'undone', 'remove') = 'remove'
        then 'A moderator restored your ' || p_subject_type
        else 'A moderator lifted a measure against you' end
      else 'A moderator warns you about your ' ||
        case p_subject_type when 'user' then 'profile' else p_subject_type end end
    when 'room_activity' then coalesce(p_meta ->> 'text',
      'You missed ' || case p_meta ->> 'missed_call' when 'audio' then 'a call'
        when 'video' then 'a video call' end || coalesce(' from ' || p_name, ''),
      'Something is new in a room')
    else coalesce(p_meta ->> 'text', p_name || ' did something new', 'Something is new')
  end from (select coalesce(p_name, 'Somebody') as name) x
$function$

-- function private.notification_types()
CREATE OR REPLACE FUNCTION private.notification_types()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array['follow', 'follow_request', 'follow_accepted', 'like', 'reaction', 'comment', 'reply',
    'mention', 'share', 'quote', 'message', 'room_invite', 'room_activity', 'story_reply',
    'poll_closed', 'report_decided', 'moderation_notice', 'announcement']
$function$

-- function private.notification_wishes(uuid[],text)
CREATE OR REPLACE FUNCTION private.notification_wishes(p_recipients uuid[], p_type text)
 RETURNS TABLE(recipient_id uuid, channels text[])
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_default constant text[] := private.notification_channels(null, p_type);
begin
  -- In the order of ids, in which indexes are cheapest to fill; one by one by their keys, since a
  -- batch must not cost a table.
  return query
    select r.id, coalesce(o.channels, v_default)
    from (select u as id from unnest(p_recipients) u order by u) r
    left join lateral (
      select private.notification_channels(n.profile_id, p_type) as channels
      from public.notification_preferences n
      where n.profile_id = r.id and n.types <> '{}' and n.types ? p_type offset 0) o on true
    where coalesce(o.channels, v_default) <> '{}'
      -- Nobody reads what a bot is told.
      and r.id not in (select p.id from public.profiles p where p.is_bot);
end;
$function$

-- function private.notify_if_visible(uuid,text,uuid,text,uuid,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.notify_if_visible(p_recipient uuid, p_type text, p_actor uuid, p_subject_type text, p_subject uuid, p_source uuid, p_meta jsonb DEFAULT '{}'::jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_recipient is null or p_recipient = p_actor
    or not private.can_see(p_recipient, p_subject_type, p_subject)
    or private.is_muted_subject(p_recipient, p_subject_type, p_subject) then
    return null;
  end if;
  return private.create_notification(
    p_recipient, p_type, p_actor, p_subject_type, p_subject, p_source, p_meta);
end;
$function$

-- function private.notify_of_decision(uuid,text,uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.notify_of_decision(p_case uuid, p_action text, p_decision uuid, p_after uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_case private.moderation_cases;
  v_reporters uuid[];
begin
  select * into v_case from private.moderation_cases c where c.id = p_case;
  if p_after is null and p_action <> 'dismiss' then
    -- The moderator stays unnamed.
    perform private.create_notification(v_case.owner_id, 'moderation_notice', null,
      v_case.subject_type, v_case.subject_id, p_decision, jsonb_build_object('action', p_action,
        'undone', (select d.action from private.moderation_decisions d
          where d.case_id = p_case and d.id <> p_decision order by d.created_at desc limit 1)));
  end if;
  if p_after is null and v_case.subject_type = 'post' and p_action <> 'remove' then
    -- Words that were held have rung nobody's bell so far; those who were told are not told again.
    perform private.notify_of_post(v_case.subject_id, v_case.owner_id);
  end if;
  v_reporters := array(select r.reporter_id from public.reports r
    where r.case_id = p_case and r.reporter_id > coalesce(p_after, c_first)
    order by r.reporter_id limit p_limit);
  perform private.create_notification(
    u, 'report_decided', null, v_case.subject_type, v_case.subject_id, p_decision)
  from unnest(v_reporters) u;
  perform private.tell_more('decision', p_case, v_case.owner_id, v_reporters, p_limit,
    jsonb_build_object('action', p_action, 'decision_id', p_decision));
  return cardinality(v_reporters);
end;
$function$

-- function private.notify_of_edit(uuid,uuid)
CREATE OR REPLACE FUNCTION private.notify_of_edit(p_post uuid, p_actor uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_mentions_max constant int := 50;
  v_post public.posts;
begin
  select * into v_post from public.posts p
  where p.id = p_post and p.status = 'published' and p.deleted_at is null;
  if not found or v_post.edited_at is null then
    return;
  end if;
  delete from public.notifications n
  where n.subject_type = 'post' and n.subject_id = p_post and n.type = 'mention'
    and n.recipient_id <> all (v_post.mention_ids);
  -- Whoever was told of the post in any way is not told again.
  perform private.notify_if_visible(m.id, 'mention', p_actor, 'post', p_post, p_post)
  from (select distinct u as id from unnest(v_post.mention_ids[1:c_mentions_max]) u) m
  where not exists (select from public.notifications n
    where n.subject_type = 'post' and n.subject_id = p_post and n.recipient_id = m.id
      and n.type in ('comment', 'reply', 'mention'))
    -- The event of the post tells these, also when it comes after that of the edit.
    and not exists (select from public.posts a
      where a.id in (v_post.parent_id, v_post.root_id, v_post.quoted_id) and a.author_id = m.id);
end;
$function$

-- function private.notify_of_follow(text,uuid,uuid)
CREATE OR REPLACE FUNCTION private.notify_of_follow(p_topic text, p_subject uuid, p_actor uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_type constant text := case p_topic when 'user.followed' then 'follow'
    when 'user.follow_requested' then 'follow_request' else 'follow_accepted' end;
begin
  -- Held, so that taking it back comes before, or finds what was told.
  if v_type = 'follow_request' then
    perform from public.follow_requests r
    where r.requester_id = p_actor and r.target_id = p_subject for key share;
  elsif v_type = 'follow' then
    perform from public.follows f
    where f.follower_id = p_actor and f.followee_id = p_subject for key share;
  else
    perform from public.follows f where f.follower_id = p_subject and f.followee_id = p_actor;
  end if;
  -- What was undone is no news; a private account has answered the request itself and knows.
  if not found or (v_type = 'follow'
    and exists (select from private.private_accounts a where a.profile_id = p_subject)) then
    return;
  end if;
  perform private.create_notification(
    p_subject, v_type, p_actor, 'user', p_actor, private.pair_id(p_subject, p_actor));
end;
$function$

-- function private.notify_of_invite(uuid,uuid,uuid)
CREATE OR REPLACE FUNCTION private.notify_of_invite(p_invite uuid, p_actor uuid, p_person uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Nobody is told of what was ended, or declined, in the meantime.
  if exists (select from private.room_invite_people p
    where p.invite_id = p_invite and p.profile_id = p_person) then
    perform private.create_notification(p_person, 'room_invite', p_actor, 'invite', p_invite,
      private.pair_id(p_invite, p_person));
  end if;
end;
$function$

-- function private.notify_of_message(uuid,uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.notify_of_message(p_message uuid, p_actor uuid, p_after uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 200)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_message public.messages;
  v_meta jsonb;
  v_people uuid[];
  v_person uuid;
  v_level text;
  v_type text;
begin
  select * into v_message from public.messages m where m.id = p_message and m.kind <> 'system';
  if not found then
    return 0;
  end if;
  v_meta := jsonb_build_object('room_id', v_message.room_id);
  if exists (select from public.rooms r where r.id = v_message.room_id and r.kind = 'direct') then
    perform private.notify_if_visible(m.profile_id,
      case when v_message.story_id is null then 'message' else 'story_reply' end, p_actor, 'message',
      p_message, p_message, v_meta)
    from public.room_members m where m.room_id = v_message.room_id and not m.banned
      and (not private.is_set_aside(m.room_id, m.profile_id)
        -- Whoever shows a story has asked for answers to it; only their conversation waits.
        or v_message.story_id is not null and exists (select from private.message_requests q
          where q.room_id = m.room_id and q.profile_id = m.profile_id and q.state = 'waiting'));
    return 0;
  end if;
  v_people := private.people_of_message(v_message, coalesce(p_after, c_first), p_limit);
  foreach v_person in array v_people loop
    v_level := (select t.level from private.thread_members t
      where t.message_id = v_message.parent_id and t.profile_id = v_person);
    -- Whoever follows the thread is told of the answer; whoever silenced it hears nothing of it.
    v_type := case when v_level = 'all' then 'reply'
      when v_level is distinct from 'none' and private.is_called(v_message, v_person) then 'mention' end;
    if v_type is not null then
      perform private.notify_if_visible(
        v_person, v_type, p_actor, 'message', p_message, p_message, v_meta);
    end if;
  end loop;
  perform private.tell_more('message', p_message, p_actor, v_people, p_limit);
  return cardinality(v_people);
end;
$function$

-- function private.notify_of_missed_call(uuid)
CREATE OR REPLACE FUNCTION private.notify_of_missed_call(p_call uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- As many as it rang for.
  c_people_max constant int := 100;
begin
  perform private.create_notification(n.profile_id, 'room_activity', n.started_by, 'room', n.room_id,
    p_call, jsonb_build_object('missed_call', n.kind))
  from (
    select m.profile_id, c.started_by, c.room_id, c.kind, count(*) over () as people
    from public.calls c join public.room_members m on m.room_id = c.room_id
    where c.id = p_call and c.state = 'missed' and not m.banned
      and m.profile_id is distinct from c.started_by and m.joined_at <= c.started_at
      and not private.is_set_aside(m.room_id, m.profile_id)
      -- Who has declined it knows of it.
      and not exists (select from private.call_participants p
        where p.call_id = p_call and p.profile_id = m.profile_id)) n
  where n.people <= c_people_max;
end;
$function$

-- function private.notify_of_poll(uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.notify_of_poll(p_post uuid, p_after uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 200)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_author constant uuid := (select p.author_id from public.posts p where p.id = p_post);
  v_voters uuid[];
begin
  if p_after is null then
    perform private.notify_if_visible(v_author, 'poll_closed', null, 'post', p_post, p_post);
  end if;
  v_voters := array(select v.profile_id from private.poll_votes v
    where v.post_id = p_post and (p_after is null or v.profile_id > p_after)
    order by v.profile_id limit p_limit);
  perform private.notify_if_visible(u, 'poll_closed', null, 'post', p_post, p_post)
  from unnest(v_voters) u where u <> v_author;
  perform private.tell_more('poll', p_post, v_author, v_voters, p_limit);
  return cardinality(v_voters);
end;
$function$

-- function private.notify_of_post(uuid,uuid)
CREATE OR REPLACE FUNCTION private.notify_of_post(p_post uuid, p_actor uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_mentions_max constant int := 50;
  v_post record;
  v_root_author uuid;
  v_parent_author uuid;
  v_quoted_author uuid;
begin
  select p.parent_id, p.root_id, p.quoted_id, p.mention_ids into v_post
  from public.posts p where p.id = p_post;
  if not found then
    return;
  end if;
  select p.author_id into v_parent_author from public.posts p where p.id = v_post.parent_id;
  select p.author_id into v_root_author from public.posts p where p.id = v_post.root_id;
  select p.author_id into v_quoted_author from public.posts p where p.id = v_post.quoted_id
    and p.author_id is distinct from v_parent_author and p.author_id is distinct from v_root_author;
  if v_post.parent_id is distinct from v_post.root_id then
    perform private.notify_if_visible(v_parent_author, 'reply', p_actor, 'post', p_post, p_post);
  end if;
  -- Nobody is told twice of the same words: the author of the parent was told just now.
  if v_post.parent_id is not distinct from v_post.root_id
    or v_root_author is distinct from v_parent_author then
    perform private.notify_if_visible(v_root_author, 'comment', p_actor, 'post', p_post, p_post);
  end if;
  perform private.notify_if_visible(v_quoted_author, 'quote', p_actor, 'post', p_post, p_post);
  perform private.notify_if_visible(m.id, 'mention', p_actor, 'post', p_post, p_post)
  from (select distinct u as id from unnest(v_post.mention_ids[1:c_mentions_max]) u) m
  where m.id is distinct from v_parent_author and m.id is distinct from v_root_author
    and m.id is distinct from v_quoted_author;
end;
$function$

-- function private.notify_of_reaction(uuid,uuid)
CREATE OR REPLACE FUNCTION private.notify_of_reaction(p_post uuid, p_actor uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- As it is now: another kind by now, or taken back, is said by an event of its own.
  perform private.notify_if_visible(p.author_id, private.reaction_type(r.kind), p_actor, 'post', p_post,
    private.pair_id(p_post, p_actor), jsonb_build_object('kind', r.kind))
  from public.posts p join (
    select r.post_id, r.kind from public.post_reactions r
    where r.post_id = p_post and r.profile_id = p_actor for share) r on r.post_id = p.id;
end;
$function$

-- function private.notify_of_share(uuid,uuid)
CREATE OR REPLACE FUNCTION private.notify_of_share(p_post uuid, p_actor uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Taken back by now: there is nothing to tell.
  perform private.notify_if_visible(p.author_id, 'share', p_actor, 'post', p_post,
    private.pair_id(p_post, p_actor))
  from public.posts p join (
    -- Held, so that taking it back comes before, or finds what was told.
    select s.post_id from public.shares s
    where s.post_id = p_post and s.profile_id = p_actor for key share) s on s.post_id = p.id;
end;
$function$

-- function private.numbers_within(jsonb,text,numeric,numeric,integer)
CREATE OR REPLACE FUNCTION private.numbers_within(p_map jsonb, p_keys text, p_low numeric, p_high numeric, p_entries_max integer)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  if p_map is null then
    return true;
  end if;
  return jsonb_typeof(p_map) = 'object' and (
    select count(*) <= p_entries_max and coalesce(bool_and(e.key ~ p_keys and case
        when jsonb_typeof(e.value) = 'number' then e.value::numeric between p_low and p_high
        else false end), true)
    from jsonb_each(case when jsonb_typeof(p_map) = 'object' then p_map else '{}' end) e);
end;
$function$

-- function private.open_case(text,uuid,uuid,text[],integer)
CREATE OR REPLACE FUNCTION private.open_case(p_type text, p_id uuid, p_owner uuid, p_reasons text[], p_reporters integer)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_severity constant int := (select max(private.report_severity(r)) from unnest(p_reasons) r);
  v_case uuid;
begin
  insert into private.moderation_cases as c
    (subject_type, subject_id, owner_id, priority, reasons, reporters_count, sla_at)
  values (p_type, p_id, p_owner, v_severity * 10 + p_reporters, p_reasons, p_reporters,
    clock_timestamp() + case v_severity when 3 then interval '4 hours'
      when 2 then interval '1 day' else interval '3 days' end)
  on conflict (subject_type, subject_id) where status = 'open' do update set
    reporters_count = c.reporters_count + excluded.reporters_count,
    priority = greatest(c.priority, v_severity * 10) + excluded.reporters_count,
    sla_at = least(c.sla_at, excluded.sla_at),
    reasons = (select array_agg(distinct r order by r) from unnest(c.reasons || excluded.reasons) r)
  returning c.id into v_case;
  return v_case;
end;
$function$

-- function private.open_connection(text)
CREATE OR REPLACE FUNCTION private.open_connection(p_device text DEFAULT ''::text)
 RETURNS TABLE(id uuid, expires_at timestamp with time zone)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_connections_max constant int := 10;
  v_me constant uuid := (select auth.uid());
  v_live int;
  v_next timestamptz;
begin
  -- One opening at a time for a person, so that two do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('connections:' || v_me, 0));
  select count(*), min(c.expires_at) into v_live, v_next
  from private.connections c where c.profile_id = v_me and c.expires_at > clock_timestamp();
  if v_live >= c_connections_max then
    raise exception 'You have % open connections; close one first', c_connections_max
      using errcode = 'PT429', hint = 'too-many-connections', detail = 'retry_after='
        || greatest(1, ceil(extract(epoch from v_next - clock_timestamp()))::int);
  end if;
  return query insert into private.connections as c (profile_id, device, expires_at)
    values (v_me, p_device, clock_timestamp() + private.connection_lease())
    returning c.id, c.expires_at;
end;
$function$

-- function private.open_direct_room(uuid)
CREATE OR REPLACE FUNCTION private.open_direct_room(p_other uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_key constant text := least(v_me, p_other) || ':' || greatest(v_me, p_other);
  v_room uuid;
begin
  if v_me = p_other then
    raise exception 'A conversation needs somebody else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_ids';
  end if;
  -- A blocked pair answers as a missing person does.
  if private.is_blocked_between(v_me, p_other) or private.is_hidden(p_other)
    or not exists (select from public.profiles p where p.id = p_other) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  select r.id into v_room from public.rooms r where r.direct_key = v_key;
  if found then
    -- Whoever opens it wants it, whatever they have declined before.
    perform private.accept_conversation(v_room);
    return v_room;
  end if;
  if not private.may_contact(p_other, 'message') then
    perform private.refuse_message();
  end if;
  insert into public.rooms (kind, name, is_private, created_by, direct_key)
  values ('direct', '', true, v_me, v_key)
  on conflict (direct_key) do nothing
  returning id into v_room;
  if v_room is null then
    -- The other side was faster; its row is committed by now. Both want it.
    select r.id into v_room from public.rooms r where r.direct_key = v_key;
    perform private.accept_conversation(v_room);
    return v_room;
  end if;
  insert into public.room_members (room_id, profile_id) values (v_room, v_me), (v_room, p_other);
  perform private.file_message_request(v_room, p_other, v_me);
  perform private.emit('room.created', v_room, v_me);
  return v_room;
end;
$function$

-- function private.open_group(uuid[])
CREATE OR REPLACE FUNCTION private.open_group(p_others uuid[])
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_room uuid;
  v_other uuid;
begin
  foreach v_other in array p_others loop
    if private.is_blocked_between(v_me, v_other) or private.is_hidden(v_other)
      or not exists (select from public.profiles p where p.id = v_other) then
      raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
    end if;
    if not private.may_contact(v_other, 'invite') then
      raise exception 'One of these people does not accept invitations from you'
        using errcode = 'PT403', hint = 'not-accepting-invites';
    end if;
  end loop;
  insert into public.rooms (kind, name, is_private, created_by)
  select 'group', left(string_agg(p.display_name, ', ' order by p.id), 80), true, v_me
  from public.profiles p where p.id = any (p_others || v_me)
  returning id into v_room;
  insert into public.room_members (room_id, profile_id, role) values (v_room, v_me, 'owner');
  insert into public.room_members (room_id, profile_id)
  select v_room, o.id from (select distinct unnest(p_others) as id) o where o.id <> v_me;
  perform private.emit('room.created', v_room, v_me);
  return v_room;
end;
$function$

-- function private.outbox_nudge()
CREATE OR REPLACE FUNCTION private.outbox_nudge()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Longer than nearly every transaction takes from here to its end.
  c_margin constant interval := '5 seconds';
  v_at constant text := floor(extract(epoch from clock_timestamp()))::bigint::text;
begin
  -- What is waiting is fetched as a whole: one call for each transaction will do, and none while a
  -- relay has said that it looks by itself.
  if coalesce(current_setting('townsquare.nudged', true), '') = 'on'
    or private.setting('relay_awake_until')::timestamptz > clock_timestamp() + c_margin
    or to_regprocedure('net.http_post(text,jsonb,jsonb,jsonb,integer)') is null then
    return null;
  end if;
  perform set_config('townsquare.nudged', 'on', true);
  perform net.http_post(
    url => private.setting('public_url') || '/functions/v1/hooks/outbox',
    body => '{}'::jsonb,
    headers => jsonb_build_object(
      'content-type', 'application/json',
      'x-townsquare-timestamp', v_at,
      'x-townsquare-signature',
      encode(extensions.hmac(v_at, private.setting('outbox_secret'), 'sha256'), 'hex')
    ),
    timeout_milliseconds => 5000
  );
  return null;
end;
$function$

-- function private.outbox_secret()
CREATE OR REPLACE FUNCTION private.outbox_secret()
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.setting('outbox_secret') $function$

-- function private.outbox_tell_webhooks()
CREATE OR REPLACE FUNCTION private.outbox_tell_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.is_wanted(new.topic, new.subject_id, new.payload) then
    insert into private.outbox (topic, subject_id, payload, traceparent)
    values ('webhook.wanted', new.subject_id, jsonb_build_object('event_id', new.id), new.traceparent);
  end if;
  return null;
end;
$function$

-- function private.outbox_waits()
CREATE OR REPLACE FUNCTION private.outbox_waits()
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return exists (select from private.outbox o
    where o.published_at is null and o.available_at <= clock_timestamp()
      and (o.locked_until is null or o.locked_until < clock_timestamp()));
end;
$function$

-- function private.pair_id(uuid,uuid)
CREATE OR REPLACE FUNCTION private.pair_id(p_one uuid, p_other uuid)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select md5(p_one::text || p_other::text)::uuid $function$

-- function private.password_is(text,text)
CREATE OR REPLACE FUNCTION private.password_is(p_hash text, p_password text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Hashes made elsewhere carry other names of the same algorithm; other algorithms never match.
  select case when p_hash ~ '^\$2[aby]\$'
    then extensions.crypt(p_password, regexp_replace(p_hash, '^\$2[by]', '$2a'))
      = regexp_replace(p_hash, '^\$2[by]', '$2a')
    else false end
$function$

-- function private.password_problem(text,text)
CREATE OR REPLACE FUNCTION private.password_problem(p_current text, p_new text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_user constant uuid := (select auth.uid());
  v_hash constant text := coalesce(
    (select u.encrypted_password from auth.users u where u.id = v_user), '');
begin
  return case
    when v_hash = '' then 'none'
    when not private.password_is(v_hash, p_current) then 'wrong'
    when private.password_was_used(v_user, p_new) then 'used'
  end;
end;
$function$

-- function private.password_was_used(uuid,text)
CREATE OR REPLACE FUNCTION private.password_was_used(p_user uuid, p_password text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(bool_or(private.password_is(h.hash, p_password)), false)
  from private.password_history h where h.user_id = p_user
$function$

-- function private.people_of_message(messages,uuid,integer)
CREATE OR REPLACE FUNCTION private.people_of_message(p_message messages, p_after uuid, p_limit integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select u.id from (
      (select t.profile_id as id from private.thread_members t
        where t.message_id = p_message.parent_id and t.level = 'all' and t.profile_id > p_after
        order by 1 limit p_limit)
      union
      (select m.profile_id from public.message_mentions m
        where m.message_id = p_message.id and m.profile_id > p_after order by 1 limit p_limit)
      union
      (select n.profile_id from public.room_members n
        where p_message.mention_scope is not null and n.room_id = p_message.room_id
          and n.profile_id > p_after order by 1 limit p_limit)) u
    order by u.id limit p_limit);
end;
$function$

-- function private.people_phrase(text[],bigint)
CREATE OR REPLACE FUNCTION private.people_phrase(p_names text[], p_count bigint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when p_count <= 1 then p_names[1]
    when p_count = 2 then p_names[1] || ' and ' || p_names[2]
    else p_names[1] || ' and ' || (p_count - 1) || ' others' end
$function$

-- function private.permissions_of(uuid)
CREATE OR REPLACE FUNCTION private.permissions_of(p_profile uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(distinct p order by p), '{}')
  from private.user_roles u join private.roles r on r.name = u.role
  cross join unnest(r.permissions) p where u.profile_id = p_profile
$function$

-- function private.person_files(uuid,integer)
CREATE OR REPLACE FUNCTION private.person_files(p_id uuid, p_limit integer)
 RETURNS TABLE(bucket text, path text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select b.id, o.name from storage.buckets b cross join lateral (
    select s.name from storage.objects s
    where s.bucket_id = b.id and s.name collate "C" >= p_id::text || '/'
      and s.name collate "C" < p_id::text || '0'
    order by s.name collate "C" limit p_limit) o
  limit p_limit
$function$

-- function private.person_references()
CREATE OR REPLACE FUNCTION private.person_references()
 RETURNS TABLE(table_name text, column_name text, deletes boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format('%I.%I', n.nspname, c.relname), a.attname::text, k.confdeltype = 'c'
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  where k.contype = 'f' and cardinality(k.conkey) = 1 and n.nspname in ('public', 'private')
    and k.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass)
  order by 1, 2
$function$

-- function private.pin_message(uuid,uuid)
CREATE OR REPLACE FUNCTION private.pin_message(p_room uuid, p_message uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_pins_max constant int := 3;
  v_place smallint;
begin
  perform private.require_may_pin(p_room);
  -- One pinner of a room after the other; the places are the second lock.
  perform from public.rooms r where r.id = p_room for no key update;
  -- Whoever deletes it now waits until it is up, or has been faster.
  perform from public.messages m where m.id = p_message and m.room_id = p_room
    and m.deleted_at is null and m.status = 'published' and m.kind <> 'system' for share;
  if not found then
    raise exception 'The message does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if exists (select from private.message_pins p where p.message_id = p_message) then
    return;
  end if;
  select n into v_place from generate_series(1, c_pins_max) n
  where not exists (select from private.message_pins p where p.room_id = p_room and p.place = n)
  order by n limit 1;
  if v_place is null then
    raise exception 'At most % messages are pinned in a room', c_pins_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.message_pins (message_id, room_id, place, pinned_by)
  values (p_message, p_room, v_place, (select auth.uid()));
end;
$function$

-- function private.place_legal_hold(text,uuid,text)
CREATE OR REPLACE FUNCTION private.place_legal_hold(p_type text, p_id uuid, p_reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_hold uuid;
begin
  perform private.require_permission('user.ban');
  insert into private.legal_holds (subject_type, subject_id, reason, placed_by)
  values (p_type, p_id, p_reason, (select auth.uid()))
  on conflict on constraint legal_holds_subject_key do update set reason = excluded.reason
  returning id into v_hold;
  return v_hold;
end;
$function$

-- function private.plain_html(text)
CREATE OR REPLACE FUNCTION private.plain_html(p_body text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(string_agg(
      '<p>' || replace(btrim(t.part, E'\n'), E'\n', '<br>') || '</p>', '' order by t.n), '')
    from regexp_split_to_table(
      replace(replace(replace(replace(replace(replace(
        p_body, E'\r\n', E'\n'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'),
      '\n{2,}') with ordinality as t (part, n)
    where btrim(t.part) <> '');
end;
$function$

-- function private.poll_end(jsonb)
CREATE OR REPLACE FUNCTION private.poll_end(p_poll jsonb)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if jsonb_typeof(p_poll -> 'closes_at') is distinct from 'string' then
    perform private.refuse_poll('poll.closes_at', 'A poll says when it closes');
  end if;
  -- Postgres reads more than times: tomorrow, infinity.
  if p_poll ->> 'closes_at' !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d' then
    perform private.refuse_poll('poll.closes_at', 'This is not a time');
  end if;
  return (p_poll ->> 'closes_at')::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format then
  perform private.refuse_poll('poll.closes_at', 'This is not a time');
  return null;
end;
$function$

-- function private.poll_json(jsonb,uuid,jsonb,boolean)
CREATE OR REPLACE FUNCTION private.poll_json(p_poll jsonb, p_id uuid, p_counts jsonb, p_neutral boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_closed constant boolean := now() >= (p_poll ->> 'closes_at')::timestamptz;
  v_voted smallint[];
begin
  if not p_neutral and (select auth.uid()) is not null then
    select v.options into v_voted from private.poll_votes v
    where v.post_id = p_id and v.profile_id = (select auth.uid());
  end if;
  return p_poll || jsonb_build_object('closed', v_closed, 'voted', v_voted, 'options', (
    select jsonb_agg(jsonb_build_object('text', o.value, 'votes',
      case when v_closed or v_voted is not null
        then coalesce((p_counts ->> ('vote:' || o.n - 1))::bigint, 0) end) order by o.n)
    from jsonb_array_elements_text(p_poll -> 'options') with ordinality as o (value, n)));
end;
$function$

-- function private.poll_options(jsonb)
CREATE OR REPLACE FUNCTION private.poll_options(p_poll jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_options text[];
begin
  if jsonb_typeof(p_poll -> 'options') is distinct from 'array'
    or jsonb_array_length(p_poll -> 'options') not between 2 and 10 then
    perform private.refuse_poll('poll.options', 'A poll has 2 to 10 options');
  end if;
  select array_agg(case when jsonb_typeof(o.value) = 'string' then btrim(o.value #>> '{}', E' \t\r\n') end
    order by o.n) into v_options
  from jsonb_array_elements(p_poll -> 'options') with ordinality as o (value, n);
  if exists (select from unnest(v_options) t
    where t is null or t !~ '\S' or char_length(t) > 100) then
    perform private.refuse_poll('poll.options', 'An option is a text of 1 to 100 characters');
  end if;
  if (select count(distinct lower(t)) from unnest(v_options) t) < cardinality(v_options) then
    perform private.refuse_poll('poll.options', 'The options differ from each other');
  end if;
  return v_options;
end;
$function$

-- function private.poll_votes_check()
CREATE OR REPLACE FUNCTION private.poll_votes_check()
 RETURNS trigger
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_poll jsonb;
begin
  select p.poll into v_poll from public.posts p
  where p.id = new.post_id and p.poll is not null and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'There is no such poll' using errcode = 'PT404', hint = 'not-found';
  end if;
  if clock_timestamp() >= (v_poll ->> 'closes_at')::timestamptz then
    raise exception 'The poll has closed' using errcode = 'PT409', hint = 'poll-closed';
  end if;
  new.options := array(select distinct o from unnest(new.options) o order by o);
  if cardinality(new.options) = 0 or new.options[1] < 0 or new.options[1] is null
    or new.options[cardinality(new.options)] >= jsonb_array_length(v_poll -> 'options')
    or (cardinality(new.options) > 1 and not (v_poll ->> 'multiple')::boolean) then
    raise exception 'Name options by their position from 0, one unless several are allowed'
      using errcode = 'PT422', hint = 'invalid-input', column = 'options';
  end if;
  return new;
end;
$function$

-- function private.poll_votes_count()
CREATE OR REPLACE FUNCTION private.poll_votes_count()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_vote constant private.poll_votes := coalesce(new, old);
begin
  if private.is_counted(v_vote.profile_id) then
    perform private.add_count(v_vote.post_id, 'vote:' || o, case tg_op when 'INSERT' then 1 else -1 end)
    from unnest(v_vote.options) o;
  end if;
  return null;
end;
$function$

-- function private.post_ancestors(uuid)
CREATE OR REPLACE FUNCTION private.post_ancestors(p_parent uuid)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 4
 SET search_path TO ''
AS $function$
begin
  return query
    with recursive up as (
      select p.id, p.parent_id, 1 as depth from public.posts p where p.id = p_parent
      union all
      -- The bound is far above what anybody reads, and keeps one insert cheap.
      select p.id, p.parent_id, up.depth + 1 from up join public.posts p on p.id = up.parent_id
      where up.depth < 100
    ) select up.id from up;
end;
$function$

-- function private.post_counts(uuid)
CREATE OR REPLACE FUNCTION private.post_counts(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((select jsonb_object_agg(s.kind, s.total)
      || jsonb_build_object('reactions', coalesce(sum(s.total) filter (where s.kind like 'reaction:%'), 0))
    from (select u.kind, sum(u.value) as total from (
      select c.kind, c.value from private.counters c where c.subject_id = p_id
      union all
      select d.kind, d.delta from private.counter_deltas d where d.subject_id = p_id
    ) u group by u.kind having sum(u.value) > 0
  ) s), '{}');
end;
$function$

-- function private.post_json(posts,boolean,boolean)
CREATE OR REPLACE FUNCTION private.post_json(p_row posts, p_neutral boolean, p_with_quoted boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_gone constant boolean := p_row.deleted_at is not null;
  v_counts constant jsonb := private.post_counts(p_row.id);
  v_quoted jsonb;
  v_own jsonb := '{}';
  v_mentions jsonb := '[]';
begin
  -- Rare parts have statements of their own, so that the common path is one plain expression.
  if cardinality(p_row.mention_ids) > 0 then
    select coalesce(jsonb_agg(private.profile_summary(p.id) order by m.n), '[]') into v_mentions
    from unnest(p_row.mention_ids) with ordinality as m (id, n) join public.profiles p on p.id = m.id;
  end if;
  if p_with_quoted and p_row.quoted_id is not null then
    select private.post_json(q, p_neutral, false) into v_quoted from public.posts q
    where q.id = p_row.quoted_id and q.status = 'published'
      -- For an event that many receive, what some of them might not see is left out.
      and (not p_neutral or private.is_for_everybody(q));
  end if;
  if not p_neutral and p_row.author_id = (select auth.uid()) then
    v_own := jsonb_build_object('publish_at', p_row.publish_at, 'audience_id', (
      select l.audience_id from private.post_audiences l where l.post_id = p_row.id));
  end if;
  return v_own || jsonb_build_object(
    'id', p_row.id, 'author', private.profile_summary(p_row.author_id),
    'body', case when not v_gone then p_row.body end,
    'body_html', case when not v_gone then p_row.body_html end,
    'lang', p_row.lang, 'visibility', p_row.visibility, 'room_id', p_row.room_id,
    'parent_id', p_row.parent_id, 'root_id', p_row.root_id, 'quoted', v_quoted,
    'media', case when cardinality(p_row.media_ids) = 0 then '[]'::jsonb
      else private.media_json(p_row.media_ids, p_neutral) end,
    'hashtags', to_jsonb(p_row.hashtags), 'entities', p_row.entities,
    'mentions', v_mentions,
    'link_preview', case when p_row.link_preview is not null and (p_neutral or private.wants_previews())
      then p_row.link_preview end,
    'poll', case when p_row.poll is not null
      then private.poll_json(p_row.poll, p_row.id, v_counts, p_neutral) end,
    'reply_control', p_row.reply_control, 'quote_control', p_row.quote_control,
    'sensitive', p_row.sensitive, 'content_warning', p_row.content_warning, 'status', p_row.status,
    'created_at', p_row.created_at, 'edited_at', p_row.edited_at,
    'counts', jsonb_build_object(
      'reactions', coalesce(v_counts -> 'reactions', '0'),
      'comments', coalesce(v_counts -> 'comments', '0'), 'shares', coalesce(v_counts -> 'shares', '0'),
      'views', coalesce(v_counts -> 'views', '0')),
    'reactions', private.post_reaction_list(v_counts))
    || case when p_neutral then '{}'::jsonb
      else jsonb_build_object('viewer',
        private.post_viewer(p_row.id) || private.post_rights(p_row)) end;
end;
$function$

-- function private.post_reaction_list(jsonb)
CREATE OR REPLACE FUNCTION private.post_reaction_list(p_counts jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
        'kind', substring(e.key from 10), 'count', e.value) order by (e.value)::bigint desc, e.key), '[]')
    from jsonb_each(p_counts) e where e.key like 'reaction:%');
end;
$function$

-- function private.post_reactions_changed()
CREATE OR REPLACE FUNCTION private.post_reactions_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_fold_chance constant double precision := 1.0 / 128;
  v_post constant uuid := coalesce(new.post_id, old.post_id);
  v_counted constant boolean := private.is_counted(coalesce(new.profile_id, old.profile_id));
begin
  if tg_op <> 'INSERT' and v_counted then
    perform private.add_count(v_post, 'reaction:' || old.kind, -1);
  end if;
  if tg_op <> 'DELETE' and v_counted then
    perform private.add_count(v_post, 'reaction:' || new.kind, 1);
  end if;
  if coalesce(current_setting('townsquare.bulk', true), '') = 'on' or pg_trigger_depth() > 1 then
    return null;
  end if;
  if tg_op <> 'DELETE' then
    perform private.emit('content.liked', v_post, new.profile_id, jsonb_build_object('kind', new.kind));
  end if;
  -- Now and then, so that what is read of a busy post stays short between two folds.
  if random() < c_fold_chance then
    perform private.fold_counts_of(v_post);
  end if;
  perform private.broadcast('post:' || v_post, 'reaction.changed', jsonb_build_object(
    'post_id', v_post, 'reactions', private.post_reaction_list(private.post_counts(v_post))));
  return null;
end;
$function$

-- function private.post_reactions_stay()
CREATE OR REPLACE FUNCTION private.post_reactions_stay()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception 'A reaction stays with its post'
    using errcode = 'PT403', hint = 'not-permitted';
end;
$function$

-- function private.post_reactions_withdraw()
CREATE OR REPLACE FUNCTION private.post_reactions_withdraw()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.withdraw_actor(p.author_id, private.reaction_type(old.kind),
    private.pair_id(old.post_id, old.profile_id))
  from public.posts p where p.id = old.post_id;
  return null;
end;
$function$

-- function private.post_restorable(uuid,posts,uuid)
CREATE OR REPLACE FUNCTION private.post_restorable(p_me uuid, p_row posts, p_parent uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when p_row.status <> 'published' or p_row.deleted_at is not null then 'not published'
    when p_row.visibility not in ('public', 'followers', 'mentioned', 'room') then 'of an unknown visibility'
    when p_row.parent_id is not null and not exists (select from public.posts p
      where p.id = p_parent and p.author_id = p_me and p.status = 'published' and p.deleted_at is null)
      then 'an answer to somebody else'
    when p_row.visibility = 'room' and not exists (select from public.room_members m
      where m.room_id = p_row.room_id and m.profile_id = p_me and not m.banned)
      then 'in a room that the account is not in' end
$function$

-- function private.post_rights(posts)
CREATE OR REPLACE FUNCTION private.post_rights(p_row posts)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_open constant boolean := (select auth.uid()) is not null and p_row.status = 'published';
begin
  return jsonb_build_object(
    'can_reply', v_open
      and private.admits(p_row.reply_control, p_row.audience_owner_id, p_row.audience_ids),
    'can_quote', v_open and p_row.visibility = 'public'
      and (p_row.author_id = (select auth.uid())
        or private.admits(p_row.quote_control, p_row.audience_owner_id, p_row.audience_ids))
      and not exists (select from private.private_accounts a
        where a.profile_id in (p_row.author_id, p_row.audience_owner_id)));
end;
$function$

-- function private.post_viewer(uuid)
CREATE OR REPLACE FUNCTION private.post_viewer(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'reaction', (select r.kind from public.post_reactions r
      where r.post_id = p_id and r.profile_id = (select auth.uid())),
    'bookmarked', exists (select from public.bookmarks b
      where b.post_id = p_id and b.profile_id = (select auth.uid())),
    'shared', exists (select from public.shares s
      where s.post_id = p_id and s.profile_id = (select auth.uid())));
end;
$function$

-- function private.posts_after_delete()
CREATE OR REPLACE FUNCTION private.posts_after_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if old.status = 'published' then
    perform private.count_post(old, -1);
  end if;
  if old.deleted_at is null and old.status not in ('draft', 'scheduled') then
    perform private.emit('content.deleted', old.id, old.author_id);
  end if;
  delete from private.post_audiences l where l.post_id = old.id;
  -- Nothing that is counted is left; its counts are nobody's now.
  delete from private.counter_deltas d where d.subject_id = old.id;
  delete from private.counters c where c.subject_id = old.id;
  -- A remnant whose last answer goes has no reason left.
  delete from public.posts p
  where p.id = old.parent_id and p.deleted_at is not null
    and not exists (select from public.posts c where c.parent_id = p.id);
  return null;
end;
$function$

-- function private.posts_after_insert()
CREATE OR REPLACE FUNCTION private.posts_after_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if cardinality(new.media_ids) > 0 then
    perform private.attach_media(new.media_ids, new.author_id, new.id, null, null);
  end if;
  if new.status = 'published' then
    perform private.count_post(new, 1);
    perform private.announce_post(new);
  end if;
  return null;
end;
$function$

-- function private.posts_after_update()
CREATE OR REPLACE FUNCTION private.posts_after_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if (old.status = 'published') <> (new.status = 'published') then
    perform private.count_post(new, case when new.status = 'published' then 1 else -1 end);
  end if;
  if new.visibility = 'mentioned' and old.visibility = 'mentioned' and new.parent_id is null
    and not new.audience_ids <@ old.audience_ids and exists (select from public.posts c
      where c.root_id = new.id and c.author_id <> new.author_id) then
    raise exception 'Others have answered: the post can no longer be shown to other people'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if new.parent_id is null
    and (new.audience_ids, new.visibility, new.reply_control, new.quote_control)
    is distinct from (old.audience_ids, old.visibility, old.reply_control, old.quote_control) then
    update public.posts p set audience_ids = new.audience_ids, visibility = new.visibility,
      reply_control = new.reply_control, quote_control = new.quote_control
    where p.root_id = new.id;
  end if;
  if new.status in ('draft', 'scheduled') then
    return null;
  end if;
  if new.deleted_at is not null then
    if old.deleted_at is null then
      perform private.emit('content.deleted', new.id, new.author_id);
    end if;
    return null;
  end if;
  if old.published_at is null and new.published_at is not null then
    perform private.announce_post(new);
  elsif (new.body, new.body_html, new.status, new.sensitive, new.content_warning,
    new.link_preview, new.reply_control, new.quote_control) is distinct from (old.body, old.body_html,
    old.status, old.sensitive, old.content_warning, old.link_preview, old.reply_control,
    old.quote_control) and (new.parent_id is null or pg_trigger_depth() = 1) then
    perform private.emit('content.updated', new.id, new.author_id);
    if new.status = 'published' then
      perform private.broadcast('post:' || new.id, 'post.updated', jsonb_build_object(
        'post', (select v.post from private.present_posts(array[new.id], true) v)));
    end if;
  end if;
  return null;
end;
$function$

-- function private.posts_apply_verdict(posts)
CREATE OR REPLACE FUNCTION private.posts_apply_verdict(INOUT p_row posts)
 RETURNS posts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_verdict constant text := nullif(current_setting('townsquare.verdict', true), '');
begin
  if p_row.status in ('draft', 'scheduled') then
    -- Screened when it is published.
    return;
  end if;
  -- Without a verdict, a consumer screens the text within a second.
  p_row.screened_at := case when v_verdict is not null then now() end;
  if v_verdict = 'held' then
    p_row.status := 'held';
  end if;
end;
$function$

-- function private.posts_before_delete()
CREATE OR REPLACE FUNCTION private.posts_before_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Nested: a person, a room or a parent goes, or an empty remnant is swept. Nothing may stay.
  if pg_trigger_depth() > 1 or not exists (select from public.posts c where c.parent_id = old.id) then
    return old;
  end if;
  -- Answers hang on it: its place stays, its content does not.
  update public.posts p
  set body = '', body_html = '', lang = null, media_ids = '{}', hashtags = '{}', mention_ids = '{}',
    entities = '[]', content_warning = null, poll = null,
    link_preview = null, quoted_id = null, status = 'removed', deleted_at = clock_timestamp()
  where p.id = old.id;
  return null;
end;
$function$

-- function private.posts_before_insert()
CREATE OR REPLACE FUNCTION private.posts_before_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.audience_owner_id := new.author_id;
  if new.audience_id is not null then
    new := private.posts_narrow(new);
  end if;
  if new.parent_id is not null then
    new := private.posts_inherit(new);
  else
    new.root_id := null;
    if new.room_id is not null and new.visibility = 'public' then
      new.visibility := 'room';
    end if;
  end if;
  if new.publish_at is not null then
    new := private.posts_hold_back(new);
  end if;
  if new.poll is not null then
    new := private.posts_fill_poll(new);
  end if;
  perform private.posts_check_references(new);
  new := private.posts_fill_text(new);
  new := private.posts_apply_verdict(new);
  new.published_at := case when new.status = 'published' then now() end;
  return new;
end;
$function$

-- function private.posts_before_update()
CREATE OR REPLACE FUNCTION private.posts_before_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if pg_trigger_depth() = 1 then
    if old.status in ('draft', 'scheduled') then
      return private.posts_change_waiting(old, new);
    end if;
    if new.author_id = (select auth.uid()) then
      perform private.posts_check_change(old, new);
    end if;
  end if;
  if (new.body, new.content_warning) is distinct from (old.body, old.content_warning)
    and new.deleted_at is null then
    new := private.posts_fill_text(new);
    new := private.posts_apply_verdict(new);
    new.edited_at := clock_timestamp();
  end if;
  if new.status = 'published' and new.published_at is null then
    new.published_at := clock_timestamp();
  end if;
  return new;
end;
$function$

-- function private.posts_change_waiting(posts,posts)
CREATE OR REPLACE FUNCTION private.posts_change_waiting(p_old posts, p_new posts)
 RETURNS posts
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_new.visibility <> 'room' and p_new.room_id is not null
    or p_new.visibility = 'room' and p_new.room_id is null then
    raise exception 'A post stays inside or outside of its room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'visibility';
  end if;
  if p_new.audience_id is not null then
    p_new := private.posts_narrow(p_new);
  elsif p_new.visibility <> p_old.visibility then
    perform private.widen_post(p_new.id);
  end if;
  if p_new.publish_at <= now() then
    -- Feeds order by the time at which others could see it first.
    p_new.status := 'published';
    p_new.publish_at := null;
    p_new.created_at := now();
  else
    p_new := private.posts_hold_back(p_new);
  end if;
  if p_new.poll is not null then
    p_new := private.posts_fill_poll(p_new, p_old.status);
  end if;
  if p_new.status <> 'draft' or p_new.quoted_id is distinct from p_old.quoted_id then
    perform private.posts_check_references(p_new);
  end if;
  p_new := private.posts_fill_text(p_new);
  p_new := private.posts_apply_verdict(p_new);
  p_new.published_at := case when p_new.status = 'published' then now() end;
  return p_new;
end;
$function$

-- function private.posts_check_change(posts,posts)
CREATE OR REPLACE FUNCTION private.posts_check_change(p_old posts, p_new posts)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if p_new.publish_at is not null or p_new.audience_id is not null
    or (p_new.quoted_id, p_new.media_ids, p_new.poll)
    is distinct from (p_old.quoted_id, p_old.media_ids, p_old.poll) then
    raise exception 'The post is published: only its text, warning, controls and visibility change'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if p_new.parent_id is not null and (p_new.reply_control, p_new.quote_control, p_new.visibility)
    is distinct from (p_old.reply_control, p_old.quote_control, p_old.visibility) then
    raise exception 'A comment goes by what it answers'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if p_new.visibility = p_old.visibility then
    return;
  end if;
  if 'room' in (p_new.visibility, p_old.visibility)
    or exists (select from private.post_audiences l where l.post_id = p_new.id) then
    raise exception 'What is for a room or a list stays there'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  -- Nobody's answer is shown to people for whom it was not written.
  if p_old.visibility <> 'public' and exists (select from public.posts c
    where c.root_id = p_new.id and c.author_id <> p_new.author_id) then
    raise exception 'Others have answered: the post can no longer be shown to other people'
      using errcode = 'PT409', hint = 'conflict';
  end if;
end;
$function$

-- function private.posts_check_references(posts)
CREATE OR REPLACE FUNCTION private.posts_check_references(p_row posts)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_quoted public.posts;
begin
  if p_row.parent_id is null and p_row.room_id is not null
    and current_setting('role', true) = 'authenticated'
    and p_row.room_id not in (select private.my_room_ids()) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_row.quoted_id is null then
    return;
  end if;
  perform private.require_public_post(p_row.quoted_id, 'quoted');
  select * into v_quoted from public.posts p where p.id = p_row.quoted_id;
  if not private.admits(v_quoted.quote_control, v_quoted.audience_owner_id, v_quoted.audience_ids)
    and v_quoted.author_id is distinct from (select auth.uid()) then
    raise exception 'The author of the post limits who may quote it (%)', v_quoted.quote_control
      using errcode = 'PT403', hint = 'quotes-limited';
  end if;
end;
$function$

-- function private.posts_clear_counted()
CREATE OR REPLACE FUNCTION private.posts_clear_counted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- By foreign key they would go after the counts, and count below zero.
  delete from private.poll_votes v where v.post_id = old.id;
  delete from public.post_reactions r where r.post_id = old.id;
  delete from public.shares s where s.post_id = old.id;
  return old;
end;
$function$

-- function private.posts_clear_remnant()
CREATE OR REPLACE FUNCTION private.posts_clear_remnant()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.post_versions v where v.post_id = new.id;
  delete from private.poll_votes v where v.post_id = new.id;
  delete from private.poll_closings c where c.post_id = new.id;
  return null;
end;
$function$

-- function private.posts_drop_interactions()
CREATE OR REPLACE FUNCTION private.posts_drop_interactions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.bookmarks b where b.post_id = new.id;
  delete from public.shares s where s.post_id = new.id;
  delete from public.post_reactions r where r.post_id = new.id;
  return null;
end;
$function$

-- function private.posts_drop_media()
CREATE OR REPLACE FUNCTION private.posts_drop_media()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.media m where m.post_id = new.id;
  return null;
end;
$function$

-- function private.posts_drop_notifications()
CREATE OR REPLACE FUNCTION private.posts_drop_notifications()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.notifications n where n.subject_type = 'post' and n.subject_id = old.id
    -- What a moderator has decided is said all the same.
    and n.type not in ('moderation_notice', 'report_decided');
  return null;
end;
$function$

-- function private.posts_drop_versions()
CREATE OR REPLACE FUNCTION private.posts_drop_versions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.post_versions v where v.post_id = new.id;
  return null;
end;
$function$

-- function private.posts_fill_poll(posts,text)
CREATE OR REPLACE FUNCTION private.posts_fill_poll(INOUT p_row posts, p_before text DEFAULT NULL::text)
 RETURNS posts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_open_min constant interval := interval '5 minutes';
  c_open_max constant interval := interval '30 days';
  v_opens constant timestamptz := coalesce(p_row.publish_at, now());
  v_options text[];
  v_closes timestamptz;
begin
  if p_row.parent_id is not null then
    perform private.refuse_poll('poll', 'A comment has no poll');
  end if;
  if jsonb_typeof(p_row.poll) <> 'object'
    or p_row.poll - '{options,closes_at,multiple}'::text[] <> '{}'
    or coalesce(jsonb_typeof(p_row.poll -> 'multiple'), 'boolean') <> 'boolean' then
    perform private.refuse_poll('poll', 'A poll is {options, closes_at, multiple}');
  end if;
  v_options := private.poll_options(p_row.poll);
  v_closes := private.poll_end(p_row.poll);
  -- A draft may wait for any time; a scheduled post was checked when it was scheduled.
  if p_row.status <> 'draft' and (v_closes > v_opens + c_open_max or v_closes <
    case when p_before = 'scheduled' and p_row.status <> 'scheduled' then v_opens
      else v_opens + c_open_min end) then
    perform private.refuse_poll('poll.closes_at', 'A poll is open for 5 minutes to 30 days');
  end if;
  p_row.poll := jsonb_build_object('options', v_options, 'closes_at', v_closes,
    'multiple', coalesce((p_row.poll ->> 'multiple')::boolean, false));
end;
$function$

-- function private.posts_fill_text(posts)
CREATE OR REPLACE FUNCTION private.posts_fill_text(INOUT p_row posts)
 RETURNS posts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_rendered constant jsonb := private.rendered(p_row.body);
begin
  if p_row.body !~ '\S' and p_row.status <> 'draft'
    and (p_row.poll is not null or (cardinality(p_row.media_ids) = 0 and p_row.quoted_id is null)) then
    raise exception 'A post needs a text, a file or a quoted post; a poll needs a question'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  p_row.sensitive := p_row.sensitive or p_row.content_warning is not null;
  p_row.body_html := v_rendered ->> 'body_html';
  p_row.lang := v_rendered ->> 'lang';
  p_row.entities := v_rendered -> 'entities';
  if p_row.status in ('draft', 'scheduled') then
    -- It names nobody and is found nowhere before others see it.
    return;
  end if;
  p_row.hashtags := private.entity_values(p_row.entities, 'hashtag');
  if private.first_link(p_row.entities) is distinct from p_row.link_preview ->> 'url' then
    p_row.link_preview := null;
  end if;
  p_row.mention_ids := '{}';
  if p_row.entities @> '[{"type": "mention"}]' then
    p_row.mention_ids := array(
      select p.id from unnest(private.entity_values(p_row.entities, 'mention'))
        with ordinality as h (handle, n)
      join public.profiles p on p.handle = h.handle
      -- Jobs and imports act for nobody, so nobody's wishes are asked for.
      where (select auth.uid()) is null or private.may_contact(p.id, 'mention')
      order by h.n);
  end if;
  if p_row.parent_id is null then
    p_row.audience_ids := p_row.mention_ids;
  end if;
end;
$function$

-- function private.posts_hold_back(posts)
CREATE OR REPLACE FUNCTION private.posts_hold_back(INOUT p_row posts)
 RETURNS posts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  c_ahead_max constant interval := interval '1 year';
begin
  if p_row.parent_id is not null then
    raise exception 'A comment is published at once'
      using errcode = 'PT422', hint = 'invalid-input', column = 'publish_at';
  end if;
  if coalesce(p_row.publish_at, 'infinity') = 'infinity' then
    p_row.status := 'draft';
    p_row.publish_at := null;
    return;
  end if;
  if p_row.publish_at <= now() or p_row.publish_at > now() + c_ahead_max then
    raise exception 'A post is published in the future, within a year'
      using errcode = 'PT422', hint = 'invalid-input', column = 'publish_at';
  end if;
  p_row.status := 'scheduled';
end;
$function$

-- function private.posts_inherit(posts)
CREATE OR REPLACE FUNCTION private.posts_inherit(INOUT p_row posts)
 RETURNS posts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_parent public.posts;
begin
  select * into v_parent from public.posts p
  where p.id = p_row.parent_id and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'The post does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if not private.admits(v_parent.reply_control, v_parent.audience_owner_id, v_parent.audience_ids) then
    raise exception 'The author of the post limits who may answer (%)', v_parent.reply_control
      using errcode = 'PT403', hint = 'replies-limited';
  end if;
  p_row.reply_control := v_parent.reply_control;
  p_row.quote_control := v_parent.quote_control;
  p_row.root_id := coalesce(v_parent.root_id, v_parent.id);
  p_row.visibility := v_parent.visibility;
  p_row.room_id := v_parent.room_id;
  p_row.audience_owner_id := v_parent.audience_owner_id;
  p_row.audience_ids := v_parent.audience_ids;
end;
$function$

-- function private.posts_keep_audience()
CREATE OR REPLACE FUNCTION private.posts_keep_audience()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.post_audiences as l (post_id, owner_id, audience_id)
  values (new.id, new.author_id, new.audience_id)
  on conflict (post_id) do update set audience_id = excluded.audience_id;
  update public.posts p set audience_id = null where p.id = new.id;
  return null;
end;
$function$

-- function private.posts_keep_version()
CREATE OR REPLACE FUNCTION private.posts_keep_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_versions_max constant int := 50;
begin
  insert into private.post_versions (post_id, body, mention_ids, edited_at)
  values (new.id, old.body, old.mention_ids, new.edited_at);
  delete from private.post_versions v where v.id in (
    select o.id from private.post_versions o where o.post_id = new.id
    order by o.edited_at desc, o.id desc offset c_versions_max);
  return null;
end;
$function$

-- function private.posts_narrow(posts)
CREATE OR REPLACE FUNCTION private.posts_narrow(INOUT p_row posts)
 RETURNS posts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if p_row.parent_id is not null or p_row.visibility not in ('public', 'followers')
    or p_row.room_id is not null then
    raise exception 'A comment, and what is for a room or for those mentioned, cannot be for a list'
      using errcode = 'PT422', hint = 'invalid-input', column = 'audience_id';
  end if;
  if not exists (select from private.audiences a
    where a.id = p_row.audience_id and a.owner_id = p_row.author_id) then
    raise exception 'The list does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  p_row.visibility := 'followers';
end;
$function$

-- function private.posts_open_poll()
CREATE OR REPLACE FUNCTION private.posts_open_poll()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.poll_closings (post_id, closes_at)
  values (new.id, (new.poll ->> 'closes_at')::timestamptz) on conflict do nothing;
  return null;
end;
$function$

-- function private.posts_rank_comment()
CREATE OR REPLACE FUNCTION private.posts_rank_comment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.comment_ranks (post_id, parent_id, rank)
  values (new.id, new.parent_id, private.comment_rank(0, 0, new.created_at)) on conflict do nothing;
  return null;
end;
$function$

-- function private.posts_swap_media()
CREATE OR REPLACE FUNCTION private.posts_swap_media()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if (select count(distinct i) from unnest(new.media_ids) i) < cardinality(new.media_ids) then
    raise exception 'A file is named twice'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
  -- What is no longer named hangs on nothing and is swept.
  update public.media m set post_id = null
  where m.post_id = new.id and m.id <> all (new.media_ids);
  perform private.attach_media(
    array(select i from unnest(new.media_ids) i where i <> all (old.media_ids)),
    new.author_id, new.id, null, null);
  return null;
end;
$function$

-- function private.posts_sync_terms()
CREATE OR REPLACE FUNCTION private.posts_sync_terms()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.post_hashtags h where h.post_id = new.id and not h.tag = any (new.hashtags);
  insert into public.hashtags (tag) select t from unnest(new.hashtags) t order by t on conflict do nothing;
  insert into public.post_hashtags (post_id, tag, created_at)
  select new.id, t, new.created_at from unnest(new.hashtags) t on conflict do nothing;
  delete from public.post_mentions m
  where m.post_id = new.id and not m.profile_id = any (new.mention_ids);
  insert into public.post_mentions (post_id, profile_id, created_at)
  select new.id, m, new.created_at from unnest(new.mention_ids) m on conflict do nothing;
  return null;
end;
$function$

-- function private.present_archive_import(uuid)
CREATE OR REPLACE FUNCTION private.present_archive_import(p_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', i.id, 'status', i.status,
    'progress', jsonb_build_object('done', i.done, 'total', i.total), 'errors', i.errors)
  from private.archive_imports i
  where i.id = p_id and (i.created_by = (select auth.uid())
    or private.may_import((select auth.uid()), i.room_id))
$function$

-- function private.present_bot(private.bots)
CREATE OR REPLACE FUNCTION private.present_bot(p_bot private.bots)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_bot.profile_id, 'user', private.profile_summary(p_bot.profile_id),
    'created_at', p_bot.created_at,
    'tokens', coalesce((
      select jsonb_agg(jsonb_build_object('id', t.id, 'scopes', t.scopes, 'created_at', t.created_at,
        'expires_at', t.expires_at) order by t.id)
      from private.bot_tokens t where t.bot_id = p_bot.profile_id), '[]'::jsonb))
$function$

-- function private.present_call(uuid)
CREATE OR REPLACE FUNCTION private.present_call(p_call uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select private.call_shape(c.id) || jsonb_build_object(
      'uses_server', c.uses_server and c.ended_at is null and exists (
        select from private.call_participants p
        where p.call_id = c.id and p.profile_id = (select auth.uid()) and p.state = 'joined'))
    from public.calls c where c.id = p_call and c.room_id in (select private.my_room_ids()));
end;
$function$

-- function private.present_case(private.moderation_cases)
CREATE OR REPLACE FUNCTION private.present_case(p_case private.moderation_cases)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', p_case.id,
    'subject', private.present_case_subject(p_case.subject_type, p_case.subject_id, p_case.owner_id),
    'status', p_case.status, 'priority', p_case.priority, 'reasons', p_case.reasons,
    'reporters_count', p_case.reporters_count,
    'assigned_to', private.profile_summary(p_case.assigned_to),
    'decisions', coalesce((
      select jsonb_agg(jsonb_build_object('id', d.id, 'action', d.action, 'reason', d.reason,
        'until', d.until, 'moderator', private.profile_summary(d.moderator_id), 'created_at', d.created_at)
        order by d.created_at, d.id)
      from private.moderation_decisions d where d.case_id = p_case.id), '[]'),
    'appeal', null, 'created_at', p_case.created_at, 'sla_at', p_case.sla_at)
$function$

-- function private.present_case_subject(text,uuid,uuid)
CREATE OR REPLACE FUNCTION private.present_case_subject(p_type text, p_id uuid, p_owner uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_text text;
  v_status text;
begin
  if p_type = 'post' then
    select p.body, p.status into v_text, v_status from public.posts p where p.id = p_id;
  elsif p_type = 'message' then
    select m.body, m.status into v_text, v_status from public.messages m where m.id = p_id;
  elsif p_type = 'story' then
    select s.text, s.status into v_text, v_status from public.stories s where s.id = p_id;
  elsif p_type = 'user' then
    select p.bio into v_text from public.profiles p where p.id = p_id;
  elsif p_type = 'room' then
    select r.description into v_text from public.rooms r where r.id = p_id;
  end if;
  return jsonb_build_object('type', p_type, 'id', p_id, 'text', v_text, 'status', v_status,
    'author', private.profile_summary(p_owner));
end;
$function$

-- function private.present_delivery(private.webhook_deliveries)
CREATE OR REPLACE FUNCTION private.present_delivery(p_delivery private.webhook_deliveries)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_delivery.id, 'event_id', p_delivery.event_id,
    'type', p_delivery.type, 'status', p_delivery.status, 'attempts', p_delivery.attempts,
    'redelivery_of', p_delivery.redelivery_of, 'request', jsonb_build_object('body', p_delivery.body),
    'response', case when p_delivery.response_status is not null then jsonb_build_object(
      'status', p_delivery.response_status, 'body', coalesce(p_delivery.response_body, '')) end,
    'error', p_delivery.error, 'duration_ms', p_delivery.duration_ms,
    'history', p_delivery.history,
    'created_at', p_delivery.created_at, 'finished_at', p_delivery.finished_at)
$function$

-- function private.present_endpoint(private.webhook_endpoints)
CREATE OR REPLACE FUNCTION private.present_endpoint(p_endpoint private.webhook_endpoints)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_endpoint.id, 'room_id', p_endpoint.room_id,
    'owner', private.profile_summary(p_endpoint.owner_id), 'url', p_endpoint.url,
    'description', p_endpoint.description, 'events', p_endpoint.events,
    'status', case when private.endpoint_is_open(p_endpoint) then 'active' else 'disabled' end,
    'disabled_at', p_endpoint.disabled_at, 'failing_since', p_endpoint.failing_since,
    'created_at', p_endpoint.created_at)
$function$

-- function private.present_feed(private.room_feeds)
CREATE OR REPLACE FUNCTION private.present_feed(p_feed private.room_feeds)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_feed.id, 'room_id', p_feed.room_id, 'url', p_feed.url,
    'title', p_feed.title, 'read_at', p_feed.read_at, 'error', p_feed.error,
    'created_at', p_feed.created_at)
$function$

-- function private.present_invite(room_invites)
CREATE OR REPLACE FUNCTION private.present_invite(p_invite room_invites)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_invite.id, 'room_id', p_invite.room_id,
    'created_by', private.profile_summary(p_invite.created_by), 'created_at', p_invite.created_at,
    'is_personal', p_invite.is_personal,
    'people', coalesce((select jsonb_agg(private.profile_summary(p.profile_id) order by p.profile_id)
      from private.room_invite_people p where p.invite_id = p_invite.id
        and not private.is_hidden(p.profile_id)), '[]'::jsonb),
    'max_uses', p_invite.max_uses, 'uses', p_invite.uses, 'expires_at', p_invite.expires_at)
$function$

-- function private.present_messages(uuid[],boolean)
CREATE OR REPLACE FUNCTION private.present_messages(p_ids uuid[], p_neutral boolean DEFAULT false)
 RETURNS TABLE(id uuid, message jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
  with page as materialized (
    select m.*, m.deleted_at is not null or (p_neutral and m.status <> 'published') as gone
    from public.messages m where m.id = any (p_ids)
  ), people as materialized (
    select a.author_id, private.profile_summary(a.author_id) as summary
    from (select distinct m.author_id from page m) a
  )
  select m.id, jsonb_build_object(
    'id', m.id, 'seq', m.seq, 'room_id', m.room_id,
    -- Who speaks by a webhook has a name of its own in each message.
    'author', case m.kind when 'bot' then private.bot_author(m.id, m.author_id) else a.summary end,
    'kind', m.kind,
    'body', case when m.gone then '' else m.body end,
    'body_html', case when m.gone then '' else m.body_html end,
    'entities', case when m.gone then '[]'::jsonb else m.entities end,
    'parent_id', m.parent_id, 'also_in_room', m.also_in_room,
    'mention_scope', m.mention_scope,
    'reply_count', (select count(*) from public.messages r
      where r.parent_id = m.id and r.deleted_at is null and r.status = 'published'
        and not exists (select from private.account_states s
          where s.profile_id = r.author_id and s.hidden)),
    'shared_post', case
      when m.gone or m.shared_post_id is null then null
      when not p_neutral then (
        select s.post from private.present_posts(array[m.shared_post_id]) s)
      else coalesce((
        select s.post from public.posts p, private.present_posts(array[p.id], true) s
        where p.id = m.shared_post_id and private.is_for_everybody(p)
      ), jsonb_build_object('id', m.shared_post_id)) end,
    'story', case when not m.gone and m.story_id is not null
      then jsonb_build_object('id', m.story_id) end,
    'mentions', case when m.gone then '[]'::jsonb else coalesce((
      select jsonb_agg(private.profile_summary(n.profile_id) order by n.profile_id)
      from public.message_mentions n where n.message_id = m.id
        and not exists (select from private.account_states s
          where s.profile_id = n.profile_id and s.hidden)), '[]'::jsonb) end,
    'reactions', case when m.gone
        or not exists (select from public.message_reactions r where r.message_id = m.id)
      then '[]'::jsonb else private.message_reaction_list(m.id, p_neutral) end,
    'media', case when m.gone or m.media_ids = '{}' then '[]'::jsonb
      else coalesce(private.media_json(m.media_ids, p_neutral), '[]'::jsonb) end,
    'link_preview', case when not m.gone and m.link_preview is not null
      and (p_neutral or (select private.wants_previews())) then m.link_preview end,
    'pinned', exists (select from private.message_pins n where n.message_id = m.id), 'status', m.status,
    'created_at', m.created_at, 'edited_at', m.edited_at, 'deleted_at', m.deleted_at)
    -- The caller's own part: what is unread in the thread, and how far the message has come.
    || case when p_neutral or m.parent_id is not null then '{}'::jsonb
      else jsonb_build_object('thread_unread', (
        select count(*) from private.thread_members t
        join public.messages r on r.parent_id = t.message_id and r.seq > t.last_read_seq
        where t.message_id = m.id and t.profile_id = v_me and t.level <> 'none'
          and r.author_id <> v_me and r.kind <> 'system' and r.deleted_at is null
          and r.status = 'published')) end
    || case when p_neutral or m.author_id <> v_me or m.deleted_at is not null
        or not exists (select from public.rooms r where r.id = m.room_id and r.kind = 'direct')
      then '{}'::jsonb
      else jsonb_build_object('receipt', coalesce((
        select c.status from public.message_receipts c
        where c.message_id = m.id and c.profile_id <> v_me), 'sent')) end
  from page m join people a on a.author_id = m.author_id;
end;
$function$

-- function private.present_notification(uuid)
CREATE OR REPLACE FUNCTION private.present_notification(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object(
      'id', n.id, 'type', n.type,
      'actors', p.people, 'actors_count', p.people_count,
      'subject', jsonb_build_object('type', n.subject_type, 'id', n.subject_id),
      'text', private.notification_text(n.type, private.people_phrase(
        array(select e ->> 'display_name' from jsonb_array_elements(p.people) e), p.people_count),
        n.subject_type, n.meta),
      'created_at', n.created_at, 'seen_at', n.seen_at, 'read_at', n.read_at,
      'delivered_at', n.delivered_at)
    from public.notifications n cross join private.notification_people(n) p where n.id = p_id);
end;
$function$

-- function private.present_posts(uuid[],boolean)
CREATE OR REPLACE FUNCTION private.present_posts(p_ids uuid[], p_neutral boolean DEFAULT false)
 RETURNS TABLE(id uuid, post jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
    select p.id, private.post_json(p, p_neutral, true) from public.posts p where p.id = any (p_ids);
end;
$function$

-- function private.present_profile(uuid)
CREATE OR REPLACE FUNCTION private.present_profile(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select private.profile_card(p.id) || jsonb_build_object(
      'bio', p.bio, 'links', to_jsonb(p.links), 'location', p.location,
      'is_private', p.is_private, 'created_at', p.created_at,
      'counts', jsonb_build_object(
        'followers', case when private.shows_list(p.id, 'followers')
          then private.count_of(p.id, 'followers') end,
        'following', case when private.shows_list(p.id, 'following')
          then private.count_of(p.id, 'following') end,
        'posts', private.count_of(p.id, 'posts')))
    from public.profiles p
    where p.id = p_id and not exists (select from public.blocks b
      where b.blocker_id = p.id and b.blocked_id = (select auth.uid()))
      and (p.id = (select auth.uid()) or not private.is_hidden(p.id)));
end;
$function$

-- function private.present_role(private.roles)
CREATE OR REPLACE FUNCTION private.present_role(p_role private.roles)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_role.id, 'name', p_role.name,
    'description', p_role.description, 'permissions', to_jsonb(p_role.permissions),
    'built_in', p_role.built_in, 'created_at', p_role.created_at,
    'holders', (select count(*) from private.user_roles u where u.role = p_role.name))
$function$

-- function private.present_room(uuid,boolean)
CREATE OR REPLACE FUNCTION private.present_room(p_id uuid, p_neutral boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  if not p_neutral then
    return (select s.room from private.present_rooms(array[p_id]) s);
  end if;
  return (
    select private.room_shape(r, r.name, private.count_of(r.id, 'members'),
      (select count(*) from private.message_pins n where n.room_id = r.id))
    from public.rooms r where r.id = p_id);
end;
$function$

-- function private.present_rooms(uuid[])
CREATE OR REPLACE FUNCTION private.present_rooms(p_ids uuid[])
 RETURNS TABLE(id uuid, room jsonb)
 LANGUAGE plpgsql
 STABLE ROWS 100
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
  select r.id, private.room_shape(r, case when r.kind = 'direct' then x.name else r.name end,
    x.member_count, coalesce(n.pinned, 0)) || x.part
  from private.my_rooms_part(p_ids) x
  join public.rooms r on r.id = x.room_id
  left join (select p.room_id, count(*) as pinned from private.message_pins p
    where p.room_id = any (p_ids) group by p.room_id) n on n.room_id = r.id
  where r.id = any (p_ids);
end;
$function$

-- function private.present_settings()
CREATE OR REPLACE FUNCTION private.present_settings()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object(
      'privacy', to_jsonb(s) - array['profile_id', 'feed', 'updated_at'],
      'notifications', jsonb_build_object(
        'types', (select jsonb_object_agg(t, private.default_channels() || coalesce(n.types -> t, '{}'))
          from unnest(private.notification_types()) t),
        'quiet_hours', n.quiet_hours, 'strangers', n.strangers),
      'feed', s.feed)
    from private.profile_settings s
    join public.notification_preferences n on n.profile_id = s.profile_id
    where s.profile_id = (select auth.uid()));
end;
$function$

-- function private.present_stories(uuid[])
CREATE OR REPLACE FUNCTION private.present_stories(p_ids uuid[])
 RETURNS TABLE(id uuid, story jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- Counting ends here: nobody reads the difference, and everybody would pay for it.
  c_views_max constant int := 10000;
  v_me constant uuid := (select auth.uid());
begin
  return query
  select s.id, jsonb_build_object(
    'id', s.id, 'author', private.profile_summary(s.author_id),
    'media', private.media_json(array[s.media_id]) -> 0, 'text', s.text, 'status', s.status,
    'created_at', s.created_at, 'expires_at', s.expires_at,
    'highlighted', s.highlighted_at is not null,
    'viewed', exists (select from public.story_views v where v.story_id = s.id and v.viewer_id = v_me),
    'view_count', case when s.author_id = v_me then (select count(*) from (
      select from public.story_views v where v.story_id = s.id limit c_views_max) counted) end)
  from public.stories s where s.id = any (p_ids);
end;
$function$

-- function private.present_webhook(private.incoming_webhooks)
CREATE OR REPLACE FUNCTION private.present_webhook(p_hook private.incoming_webhooks)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', p_hook.id, 'room_id', p_hook.room_id, 'name', p_hook.name,
    'avatar_url', p_hook.avatar_url, 'created_at', p_hook.created_at,
    'created_by', case when p_hook.created_by is not null and not private.is_hidden(p_hook.created_by)
      then private.profile_summary(p_hook.created_by) end)
$function$

-- function private.preview_work(text,uuid)
CREATE OR REPLACE FUNCTION private.preview_work(p_type text, p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_url text;
  v_shown text;
  v_author uuid;
begin
  if p_type = 'post' then
    select private.first_link(p.entities), p.link_preview ->> 'url', p.author_id
    into v_url, v_shown, v_author
    from public.posts p where p.id = p_id and p.status = 'published' and p.deleted_at is null;
  else
    select private.first_link(m.entities), m.link_preview ->> 'url', m.author_id
    into v_url, v_shown, v_author
    from public.messages m where m.id = p_id and m.status = 'published' and m.deleted_at is null;
  end if;
  if v_url is null or v_url = v_shown or exists (select from private.profile_settings s
    where s.profile_id = v_author and not s.link_previews) then
    return null;
  end if;
  return jsonb_build_object('url', v_url, 'is_known', exists (
    select from private.link_previews l
    where l.url = v_url and private.is_fresh_preview(l.preview, l.fetched_at)));
end;
$function$

-- function private.profile_card(uuid)
CREATE OR REPLACE FUNCTION private.profile_card(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.profile_summary(p_id) || jsonb_build_object('viewer', private.relation_to(p_id));
end;
$function$

-- function private.profile_id_of(text)
CREATE OR REPLACE FUNCTION private.profile_id_of(p_key text)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id uuid;
begin
  if p_key = 'me' then
    return (select auth.uid());
  end if;
  select p.id into v_id from public.profiles p where p.handle = lower(p_key);
  if v_id is not null or not pg_input_is_valid(p_key, 'uuid') then
    return v_id;
  end if;
  v_id := p_key::uuid;
  -- By the index; and the text again, because other ways to write an id do not count.
  return (select p.id from public.profiles p where p.id = v_id and p.id::text = lower(p_key));
end;
$function$

-- function private.profile_summary(uuid)
CREATE OR REPLACE FUNCTION private.profile_summary(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select jsonb_build_object(
      'id', p.id, 'handle', p.handle, 'display_name', p.display_name,
      'avatar_url', case when p.avatar_media_id is not null
        then private.media_url(p.avatar_media_id, 'thumb') end,
      'is_bot', p.is_bot)
    from public.profiles p where p.id = p_id);
end;
$function$

-- function private.profiles_check_avatar()
CREATE OR REPLACE FUNCTION private.profiles_check_avatar()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.media m
    where m.id = new.avatar_media_id and m.owner_id = new.id and m.kind = 'image'
      and m.status = 'ready') then
    raise exception 'The picture does not exist or is not yours'
      using errcode = 'PT422', hint = 'invalid-input', column = 'avatar_media_id';
  end if;
  return new;
end;
$function$

-- function private.profiles_claim_handle()
CREATE OR REPLACE FUNCTION private.profiles_claim_handle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.retired_handles r where r.skeleton_hash = private.handle_hash(new.handle);
  return null;
end;
$function$

-- function private.profiles_enqueue()
CREATE OR REPLACE FUNCTION private.profiles_enqueue()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit('user.updated', new.id, new.id);
  return null;
end;
$function$

-- function private.profiles_forget_deliveries()
CREATE OR REPLACE FUNCTION private.profiles_forget_deliveries()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.webhook_deliveries d where d.subject_id = old.id;
  return null;
end;
$function$

-- function private.profiles_make_settings()
CREATE OR REPLACE FUNCTION private.profiles_make_settings()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.profile_settings (profile_id) select m.id from made m on conflict do nothing;
  insert into public.notification_preferences (profile_id) select m.id from made m
  on conflict do nothing;
  return null;
end;
$function$

-- function private.profiles_normalise()
CREATE OR REPLACE FUNCTION private.profiles_normalise()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Checked as it was written: folding would make other alphabets' look-alikes pass.
  if tg_op = 'INSERT' then
    perform private.require_handle(new.handle, new.id);
  elsif new.handle is distinct from old.handle then
    perform private.require_handle(new.handle, new.id);
    if lower(new.handle) <> old.handle then
      perform private.count_handle_change(new.id, old.handle);
    end if;
  end if;
  new.handle := lower(new.handle);
  new.display_name := trim(normalize(new.display_name, NFC));
  new.bio := normalize(replace(new.bio, e'\r\n', e'\n'), NFC);
  new.location := trim(normalize(new.location, NFC));
  new.updated_at := now();
  return new;
end;
$function$

-- function private.profiles_open()
CREATE OR REPLACE FUNCTION private.profiles_open()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_at_once constant int := 200;
begin
  perform private.accept_open_requests(new.id, c_at_once);
  return null;
end;
$function$

-- function private.profiles_retire_handle()
CREATE OR REPLACE FUNCTION private.profiles_retire_handle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'DELETE' then
    perform private.retire_handle(old.handle);
    return null;
  end if;
  -- Whoever takes a handle ends its being kept; who takes one's own back, too.
  delete from private.retired_handles r where r.skeleton_hash = private.handle_hash(new.handle);
  if private.handle_skeleton(old.handle) <> private.handle_skeleton(new.handle) then
    perform private.retire_handle(old.handle, old.id);
  end if;
  return null;
end;
$function$

-- function private.profiles_track_privacy()
CREATE OR REPLACE FUNCTION private.profiles_track_privacy()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.is_private then
    insert into private.private_accounts (profile_id) values (new.id) on conflict do nothing;
  else
    delete from private.private_accounts a where a.profile_id = new.id;
  end if;
  return null;
end;
$function$

-- function private.push_due(uuid,uuid)
CREATE OR REPLACE FUNCTION private.push_due(p_subscription uuid, p_notification uuid)
 RETURNS TABLE(endpoint text, p256dh text, auth_secret text, type text)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row record;
  v_quiet timestamptz;
begin
  select s.profile_id, s.session_id, s.endpoint, s.p256dh, s.auth_secret, n.type
  into v_row
  from public.push_subscriptions s
  join public.notifications n on n.id = p_notification and n.recipient_id = s.profile_id
    and n.seen_at is null and n.read_at is null
  where s.id = p_subscription;
  if not found or private.is_hidden(v_row.profile_id)
    or not 'push' = any (private.notification_channels(v_row.profile_id, v_row.type))
    or private.visible_notifications(v_row.profile_id, array[p_notification]) = '{}' then
    return;
  end if;
  if not exists (select from auth.sessions o where o.id = v_row.session_id) then
    delete from public.push_subscriptions s where s.id = p_subscription;
    return;
  end if;
  v_quiet := private.quiet_until(v_row.profile_id, clock_timestamp());
  if v_quiet is not null then
    perform private.emit_later('push.due', p_subscription, null,
      jsonb_build_object('notification_id', p_notification), v_quiet);
    return;
  end if;
  return query select v_row.endpoint, v_row.p256dh, v_row.auth_secret, v_row.type;
end;
$function$

-- function private.queue_held()
CREATE OR REPLACE FUNCTION private.queue_held()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_reasons constant text[] := string_to_array(
    coalesce(nullif(current_setting('townsquare.verdict_reasons', true), ''), 'held'), ',');
begin
  perform private.open_case(tg_argv[0], new.id, new.author_id, v_reasons, 0);
  return null;
end;
$function$

-- function private.quiet_until(uuid,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.quiet_until(p_person uuid, p_at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_hours constant jsonb := (select n.quiet_hours from public.notification_preferences n
    where n.profile_id = p_person);
  v_zone constant text := v_hours ->> 'time_zone';
  v_local constant timestamp := p_at at time zone v_zone;
  v_from constant time := v_hours ->> 'from';
  v_to constant time := v_hours ->> 'to';
begin
  if v_hours is null or not (case when v_from < v_to
      then v_local::time >= v_from and v_local::time < v_to
      else v_local::time >= v_from or v_local::time < v_to end) then
    return null;
  end if;
  -- A wall clock that jumps (summer time) ends the night at the same figure on its face.
  return (v_local::date + v_to
    + case when v_to <= v_local::time then interval '1 day' else interval '0' end) at time zone v_zone;
end;
$function$

-- function private.reachable_ids(uuid,uuid[])
CREATE OR REPLACE FUNCTION private.reachable_ids(p_me uuid, p_ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select p.id from public.profiles p
  where p.id = any (p_ids) and p.id <> p_me and p.id <> private.deleted_profile_id()
    and not private.is_hidden(p.id) and not private.is_blocked_between(p_me, p.id)
$function$

-- function private.reaction_type(text)
CREATE OR REPLACE FUNCTION private.reaction_type(p_kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select case when p_kind = 'like' then 'like' else 'reaction' end $function$

-- function private.read_invite(text)
CREATE OR REPLACE FUNCTION private.read_invite(p_token text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_invite constant public.room_invites := private.find_invite(p_token);
begin
  return (
    select jsonb_build_object(
      'room', jsonb_build_object('id', r.id, 'name', r.name,
        'member_count', private.count_of(r.id, 'members')),
      'inviter', private.profile_summary(v_invite.created_by), 'expires_at', v_invite.expires_at)
    from public.rooms r where r.id = v_invite.room_id);
end;
$function$

-- function private.reconcile_counters(integer)
CREATE OR REPLACE FUNCTION private.reconcile_counters(p_limit integer DEFAULT 500)
 RETURNS TABLE(source text, checked integer, drifted integer)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  -- A round that was finished lately is not begun again.
  c_rest constant interval := '12 hours';
  v_check private.counter_checks;
  v_ids uuid[];
  v_drifted int;
begin
  select * into v_check from private.counter_checks c
  where c.position is not null or coalesce(c.finished_at < now() - c_rest, true)
  order by c.position is null, c.finished_at nulls first, c.source limit 1 for update skip locked;
  if not found then
    return;
  end if;
  v_ids := private.next_to_check(v_check.source, v_check.position, p_limit);
  v_drifted := case when v_check.source = 'gone' then private.drop_counts_of_gone(v_ids)
    else private.repair_counts(v_check.source, v_ids) end;
  update private.counter_checks c set
    position = case when cardinality(v_ids) = p_limit then v_ids[p_limit] end,
    checked = cardinality(v_ids) + case when v_check.position is null then 0 else c.checked end,
    drifted = v_drifted + case when v_check.position is null then 0 else c.drifted end,
    started_at = case when v_check.position is null then clock_timestamp() else c.started_at end,
    finished_at = case when cardinality(v_ids) < p_limit then clock_timestamp() else c.finished_at end
  where c.source = v_check.source;
  return query select v_check.source, cardinality(v_ids), v_drifted;
end;
$function$

-- function private.record_dead_job(text,text,text,integer,timestamp with time zone,jsonb)
CREATE OR REPLACE FUNCTION private.record_dead_job(p_message_id text, p_topic text, p_error text, p_attempts integer, p_first_at timestamp with time zone, p_payload jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_path constant text := coalesce(p_payload ->> 'path', '');
begin
  insert into private.dead_jobs (message_id, topic, error, attempts, first_at, payload)
  values (p_message_id, p_topic, left(p_error, 2000), p_attempts, p_first_at, p_payload)
  on conflict (message_id) do nothing;
  if not found then
    return false;
  end if;
  perform private.count_job(
    coalesce(substring(v_path from '^/functions/v1/jobs/([a-z_/]{1,60})$'), 'other'), 'dead');
  return true;
end;
$function$

-- function private.redeliver(uuid,uuid)
CREATE OR REPLACE FUNCTION private.redeliver(p_id uuid, p_delivery uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint constant private.webhook_endpoints := private.require_endpoint(p_id);
  v_delivery private.webhook_deliveries;
begin
  if v_endpoint.disabled_at is not null then
    raise exception 'The webhook is turned off' using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.webhook_deliveries
    (endpoint_id, event_id, type, actor_id, subject_id, body, redelivery_of)
  select d.endpoint_id, d.event_id, d.type, d.actor_id, d.subject_id, d.body, d.id
  from private.webhook_deliveries d
  where d.id = p_delivery and d.endpoint_id = p_id and d.status <> 'pending'
  on conflict (redelivery_of) where status = 'pending' and redelivery_of is not null do nothing
  returning * into v_delivery;
  if v_delivery.id is not null then
    perform private.wake_endpoint(p_id, clock_timestamp());
    return private.present_delivery(v_delivery);
  end if;
  -- What waits is sent anyway.
  select * into v_delivery from private.webhook_deliveries d
  where d.endpoint_id = p_id and d.status = 'pending' and p_delivery in (d.id, d.redelivery_of)
  order by d.position limit 1;
  if v_delivery.id is null then
    raise exception 'There is no such delivery' using errcode = 'PT404', hint = 'not-found';
  end if;
  return private.present_delivery(v_delivery);
end;
$function$

-- function private.refresh_metrics()
CREATE OR REPLACE FUNCTION private.refresh_metrics()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_rest constant interval := '5 seconds';
  -- A measurement takes one part in so many of a connection's time, however large the town is.
  c_share constant int := 100;
  v_source text;
  v_started_at timestamptz;
begin
  for v_source in
    select s.name from private.metric_sources s where s.due_at <= clock_timestamp()
    -- Who finds another at it shows what there is.
    order by s.name for update skip locked
  loop
    v_started_at := clock_timestamp();
    delete from private.metric_levels l where v_source = 'realtime' and l.name = 'realtime_connections';
    insert into private.metric_levels as l (name, labels, value)
    select m.name, m.labels, m.value from private.measure(v_source) m
    on conflict (name, labels) do update set value = excluded.value, told_at = excluded.told_at;
    update private.metric_sources s
    set took = clock_timestamp() - v_started_at,
      due_at = clock_timestamp() + greatest(c_rest, c_share * (clock_timestamp() - v_started_at))
    where s.name = v_source;
  end loop;
end;
$function$

-- function private.refresh_tokens_end_family()
CREATE OR REPLACE FUNCTION private.refresh_tokens_end_family()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Rotation leaves one good token; none is left when a spent one came again and all were revoked.
  if not exists (select from auth.refresh_tokens t
      where t.session_id = new.session_id and t.revoked is false) then
    perform set_config('townsquare.session_end', 'token_reuse', true);
    delete from auth.sessions s where s.id = new.session_id;
  end if;
  return null;
end;
$function$

-- function private.refuse_message()
CREATE OR REPLACE FUNCTION private.refuse_message()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception 'This person does not accept messages from you'
    using errcode = 'PT403', hint = 'not-accepting-messages';
end;
$function$

-- function private.refuse_outsider(uuid)
CREATE OR REPLACE FUNCTION private.refuse_outsider(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.rooms r
    where r.id = p_room and r.kind = 'channel' and not r.is_private) then
    raise exception 'Join the room first' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
end;
$function$

-- function private.refuse_poll(text,text)
CREATE OR REPLACE FUNCTION private.refuse_poll(p_column text, p_message text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  raise exception '%', p_message using errcode = 'PT422', hint = 'invalid-input', column = p_column;
end;
$function$

-- function private.refuse_room(uuid)
CREATE OR REPLACE FUNCTION private.refuse_room(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.room_role(p_room, (select auth.uid())) is null and not exists (
    select from public.rooms r where r.id = p_room and r.kind = 'channel' and not r.is_private
  ) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  raise exception 'Only those who keep order in the room see this'
    using errcode = 'PT403', hint = 'not-permitted';
end;
$function$

-- function private.refuse_system_profile()
CREATE OR REPLACE FUNCTION private.refuse_system_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception 'This account is the product''s own; it can be muted, and no more'
    using errcode = 'PT403', hint = 'not-permitted';
end;
$function$

-- function private.rekey_call(uuid)
CREATE OR REPLACE FUNCTION private.rekey_call(p_call uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_topic text;
begin
  update public.calls c set epoch = c.epoch + 1
  where c.id = p_call returning private.call_topic(c.id, c.epoch) into v_topic;
  perform private.broadcast_each('call.rekeyed', array_agg('user:' || p.profile_id),
    array_agg(jsonb_build_object('call_id', p_call, 'topic', v_topic)))
  from private.call_participants p where p.call_id = p_call and p.state = 'joined'
  having count(*) > 0;
end;
$function$

-- function private.rekey_room(uuid)
CREATE OR REPLACE FUNCTION private.rekey_room(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_epoch int;
begin
  update public.rooms r set epoch = r.epoch + 1 where r.id = p_room returning r.epoch into v_epoch;
  if not found then
    return;
  end if;
  perform private.broadcast_each('room.rekeyed', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('room_id', p_room, 'topic', private.room_topic(p_room, v_epoch))))
  from public.room_members m where m.room_id = p_room and not m.banned;
end;
$function$

-- function private.relation_to(uuid)
CREATE OR REPLACE FUNCTION private.relation_to(p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return jsonb_build_object(
    'following', case
      when exists (select from public.follows f
        where f.follower_id = v_me and f.followee_id = p_id) then 'yes'
      when exists (select from public.follow_requests r
        where r.requester_id = v_me and r.target_id = p_id) then 'requested'
      else 'no' end,
    'followed_by', exists (select from public.follows f
      where f.follower_id = p_id and f.followee_id = v_me),
    'blocking', exists (select from public.blocks b
      where b.blocker_id = v_me and b.blocked_id = p_id),
    'muting', exists (select from public.mutes m
      where m.muter_id = v_me and m.muted_id = p_id));
end;
$function$

-- function private.release_idempotency_key(text,text,text)
CREATE OR REPLACE FUNCTION private.release_idempotency_key(p_actor text, p_route text, p_key text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.idempotency_keys
  where actor = p_actor and route = p_route and key = p_key and finished_at is null
$function$

-- function private.release_legal_hold(uuid)
CREATE OR REPLACE FUNCTION private.release_legal_hold(p_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission('user.ban');
  delete from private.legal_holds h where h.id = p_id;
  return found;
end;
$function$

-- function private.release_outbox(uuid[],text)
CREATE OR REPLACE FUNCTION private.release_outbox(p_ids uuid[], p_error text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
begin
  -- Not while another relay claims: it would skip these rows, and take what comes after them.
  perform pg_advisory_xact_lock(hashtextextended('townsquare.claim_outbox', 0));
  update private.outbox
  set locked_until = null, last_error = left(p_error, 2000),
    -- Exponential with jitter, at most five minutes: the queue itself is away.
    available_at = clock_timestamp()
      + make_interval(secs => least(300, 2 ^ least(attempts, 10)) * (0.5 + random()))
  where id = any (p_ids) and coalesce(published_at, 'infinity') = 'infinity';
end;
$function$

-- function private.remove_bot(uuid,uuid)
CREATE OR REPLACE FUNCTION private.remove_bot(p_bot uuid, p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_bot(p_bot);
  perform private.as_bot(p_bot, p_room, null);
end;
$function$

-- function private.remove_feed(uuid,uuid)
CREATE OR REPLACE FUNCTION private.remove_feed(p_room uuid, p_feed uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_url text;
begin
  perform private.require_standing('active');
  perform private.require_room(p_room, 'edit_room');
  delete from private.room_feeds f where f.id = p_feed and f.room_id = p_room returning f.url into v_url;
  if v_url is null then
    raise exception 'There is no such feed' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.log_room(p_room, 'update', null, jsonb_build_object('feed_removed', v_url));
end;
$function$

-- function private.rendered(text)
CREATE OR REPLACE FUNCTION private.rendered(p_body text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_prepared constant jsonb := nullif(current_setting('townsquare.text', true), '')::jsonb;
begin
  if v_prepared ->> 'md5' = md5(p_body) then
    return v_prepared;
  end if;
  return jsonb_build_object('body_html', private.plain_html(p_body), 'lang', null,
    'entities', private.entities_in(p_body));
end;
$function$

-- function private.renew_connection(uuid,uuid[])
CREATE OR REPLACE FUNCTION private.renew_connection(p_id uuid, p_room_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS TABLE(id uuid, expires_at timestamp with time zone)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- What has run out stays so: its place may be somebody else's by now.
  update private.connections c
  set expires_at = clock_timestamp() + private.connection_lease(),
    room_ids = case when p_room_ids is null then c.room_ids else array(
      select m.room_id from public.room_members m
      where m.profile_id = (select auth.uid()) and not m.banned and m.room_id = any (p_room_ids)) end
  where c.id = p_id and c.profile_id = (select auth.uid()) and c.expires_at > clock_timestamp()
  returning c.id, c.expires_at
$function$

-- function private.repair_counts(text,uuid[])
CREATE OR REPLACE FUNCTION private.repair_counts(p_source text, p_ids uuid[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with found as (
    select u.subject_id, u.kind, sum(u.value)::bigint as value from (
      select c.subject_id, c.kind, c.value from private.counters c where c.subject_id = any (p_ids)
      union all
      select d.subject_id, d.kind, d.delta from private.counter_deltas d where d.subject_id = any (p_ids)
    ) u where private.is_checked_count(p_source, u.kind) group by u.subject_id, u.kind
  ), wrong as (
    select coalesce(e.subject_id, f.subject_id) as subject_id, coalesce(e.kind, f.kind) as kind,
      coalesce(e.value, 0) as expected, coalesce(f.value, 0) as found
    from private.expected_counts(p_source, p_ids) e
    full join found f on f.subject_id = e.subject_id and f.kind = e.kind
    where coalesce(e.value, 0) <> coalesce(f.value, 0)
  ), repaired as (
    insert into private.counter_deltas (subject_id, kind, delta)
    select w.subject_id, w.kind, w.expected - w.found from wrong w
  ), noted as (
    insert into private.counter_drift (subject_id, kind, expected, found)
    select w.subject_id, w.kind, w.expected, w.found from wrong w returning id
  )
  select count(*)::int from noted
$function$

-- function private.report_severity(text)
CREATE OR REPLACE FUNCTION private.report_severity(p_reason text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when p_reason in ('illegal', 'self_harm', 'violence') then 3
    when p_reason in ('hate', 'harassment', 'sexual', 'slur', 'held') then 2
    else 1
  end
$function$

-- function private.request_deletion(boolean)
CREATE OR REPLACE FUNCTION private.request_deletion(p_immediate boolean)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_due constant timestamptz := clock_timestamp() + case when p_immediate then interval '0'
    else make_interval(days => private.setting('deletion_grace_days')::int) end;
begin
  -- Two administrators who leave at once must not both believe that the other stays.
  perform private.lock_staff();
  if private.is_last_administrator(v_me) then
    raise exception 'You are the last administrator; make somebody else one first'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.account_states as s (profile_id, deletion_due_at, changed_by)
  values (v_me, v_due, v_me)
  on conflict (profile_id) do update set
    deletion_due_at = least(s.deletion_due_at, excluded.deletion_due_at),
    changed_by = v_me, changed_at = clock_timestamp();
  perform private.end_all_sessions(v_me);
  return v_due;
end;
$function$

-- function private.request_export(boolean)
CREATE OR REPLACE FUNCTION private.request_export(p_with_media boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id uuid;
begin
  insert into private.exports (profile_id, with_media) values ((select auth.uid()), p_with_media)
  returning id into v_id;
  perform private.emit('export.requested', v_id, null);
  return jsonb_build_object('id', v_id, 'status', 'queued');
end;
$function$

-- function private.require_bot(uuid)
CREATE OR REPLACE FUNCTION private.require_bot(p_bot uuid)
 RETURNS private.bots
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_bot private.bots;
begin
  select * into v_bot from private.bots b
  where b.profile_id = p_bot and b.owner_id = (select auth.uid()) for update;
  if v_bot.profile_id is null then
    raise exception 'You have no such bot' using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_bot;
end;
$function$

-- function private.require_endpoint(uuid)
CREATE OR REPLACE FUNCTION private.require_endpoint(p_id uuid)
 RETURNS private.webhook_endpoints
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_endpoint private.webhook_endpoints;
begin
  perform private.require_standing('active');
  select * into v_endpoint from private.webhook_endpoints e where e.id = p_id
    and case when e.room_id is null then private.has_permission('webhook.manage')
      else private.room_role(e.room_id, (select auth.uid())) = 'owner' end
  for no key update;
  if v_endpoint.id is null then
    raise exception 'You have no such webhook' using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_endpoint;
end;
$function$

-- function private.require_endpoint_scope(uuid)
CREATE OR REPLACE FUNCTION private.require_endpoint_scope(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_standing('active');
  if p_room is null then
    perform private.require_permission('webhook.manage');
  elsif (private.require_room(p_room, 'edit_room')).kind = 'direct'
    or private.room_role(p_room, (select auth.uid())) <> 'owner' then
    raise exception 'Webhooks of a room are for its owner' using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.require_handle(text,uuid)
CREATE OR REPLACE FUNCTION private.require_handle(p_handle text, p_for uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_problem constant text := private.handle_fault(p_handle, p_for);
begin
  if v_problem = 'This handle is taken' then
    raise exception '%', v_problem using errcode = 'PT409', hint = 'conflict', column = 'handle';
  elsif v_problem is not null then
    raise exception '%', v_problem
      using errcode = 'PT422', hint = 'invalid-input', column = 'handle';
  end if;
end;
$function$

-- function private.require_import(uuid)
CREATE OR REPLACE FUNCTION private.require_import(p_room uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_room public.rooms;
begin
  if p_room is not null then
    select * into v_room from public.rooms r where r.id = p_room;
    if v_room.id is null or v_room.kind = 'direct' or (private.room_role(p_room, v_me) is null
      and (v_room.kind <> 'channel' or v_room.is_private)
      and not private.may_import(v_me, p_room)) then
      raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
    end if;
  end if;
  if v_me is null or not private.may_import(v_me, p_room) then
    raise exception 'Archives are loaded by admins, and into a room by its owner'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if v_room.archived_at is not null then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  return v_room.name;
end;
$function$

-- function private.require_invitable(uuid,uuid)
CREATE OR REPLACE FUNCTION private.require_invitable(p_room uuid, p_person uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.is_blocked_between((select auth.uid()), p_person) or private.is_hidden(p_person)
    or not exists (select from public.profiles p where p.id = p_person) then
    raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if not private.may_contact(p_person, 'invite') then
    raise exception 'One of these people does not accept invitations from you'
      using errcode = 'PT403', hint = 'not-accepting-invites';
  end if;
  if exists (select from public.room_members m
    where m.room_id = p_room and m.profile_id = p_person and m.banned) then
    raise exception 'One of these people is banned from the room'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.require_manager_besides(uuid)
CREATE OR REPLACE FUNCTION private.require_manager_besides(p_profile uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if 'role.manage' = any (private.permissions_of(p_profile)) then
    perform private.require_manager_left();
  end if;
end;
$function$

-- function private.require_manager_left()
CREATE OR REPLACE FUNCTION private.require_manager_left()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from private.user_roles u join private.roles r on r.name = u.role
    where 'role.manage' = any (r.permissions) and private.account_state(u.profile_id) = 'active'
  ) then
    raise exception 'Somebody active must be left who manages roles'
      using errcode = 'PT409', hint = 'conflict';
  end if;
end;
$function$

-- function private.require_may_call(uuid)
CREATE OR REPLACE FUNCTION private.require_may_call(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.may_publish();
  perform from public.room_members m
  where m.room_id = p_room and m.profile_id = (select auth.uid()) for share;
  perform private.require_may_write(p_room, (select auth.uid()));
end;
$function$

-- function private.require_may_measure(uuid,text)
CREATE OR REPLACE FUNCTION private.require_may_measure(p_person uuid, p_action text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission('user.' || p_action);
  if p_person is null then
    raise exception 'There is nobody left to %', p_action using errcode = 'PT409', hint = 'conflict';
  end if;
  perform private.require_rank_over(private.permissions_of(p_person));
end;
$function$

-- function private.require_may_pin(uuid)
CREATE OR REPLACE FUNCTION private.require_may_pin(p_room uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (select from private.my_room_ids() r where r = p_room) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if private.is_closed_conversation(p_room) then
    raise exception 'This conversation is closed' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from public.rooms r where r.id = p_room and r.archived_at is not null) then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  -- A direct conversation belongs to both.
  if not exists (select from public.rooms r where r.id = p_room and r.kind = 'direct')
    and not exists (select from private.my_moderated_room_ids() r where r = p_room)
    and not private.has_permission('message.pin') then
    raise exception 'Only moderators of the room pin messages'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.require_may_write(uuid,uuid)
CREATE OR REPLACE FUNCTION private.require_may_write(p_room uuid, p_profile uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_room public.rooms;
  v_member public.room_members;
begin
  select * into v_room from public.rooms r where r.id = p_room;
  select * into v_member from public.room_members m
  where m.room_id = p_room and m.profile_id = p_profile;
  if v_room.id is null or ((v_member.room_id is null or v_member.banned)
    and (v_room.kind <> 'channel' or v_room.is_private)) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_member.room_id is null or v_member.banned then
    raise exception 'Only members write here' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()) then
    raise exception 'You are muted in this room' using errcode = 'PT403', hint = 'room-muted';
  end if;
  if v_room.archived_at is not null then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  if v_room.read_only and private.room_rank(v_member.role) < 2 then
    raise exception 'Only those who keep order write here'
      using errcode = 'PT403', hint = 'room-read-only';
  end if;
  if v_room.kind = 'direct' then
    perform private.require_open_conversation(p_room, p_profile);
  end if;
end;
$function$

-- function private.require_open_conversation(uuid,uuid)
CREATE OR REPLACE FUNCTION private.require_open_conversation(p_room uuid, p_from uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.room_members m where m.room_id = p_room and m.profile_id <> p_from
    and private.is_blocked_between(p_from, m.profile_id)) then
    raise exception 'This conversation is closed' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  -- Whoever has answered or accepted has agreed; before that, their settings decide.
  if exists (select from public.room_members m where m.room_id = p_room and m.profile_id <> p_from
    and not private.accepts_contact(m.profile_id, p_from, 'message')
    and not exists (select from public.messages s
      where s.room_id = p_room and s.author_id = m.profile_id)
    and not exists (select from private.message_requests q
      where q.room_id = p_room and q.profile_id = m.profile_id and q.state = 'accepted')) then
    perform private.refuse_message();
  end if;
end;
$function$

-- function private.require_permission(text)
CREATE OR REPLACE FUNCTION private.require_permission(p_permission text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.has_permission(p_permission) then
    raise exception 'This needs the permission %', p_permission
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.require_public_post(uuid,text)
CREATE OR REPLACE FUNCTION private.require_public_post(p_id uuid, p_done text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_post record;
begin
  select p.visibility, p.author_id, p.audience_owner_id into v_post from public.posts p
  where p.id = p_id and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'The post does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_post.visibility <> 'public' or exists (select from private.private_accounts a
    where a.profile_id in (v_post.author_id, v_post.audience_owner_id)) then
    raise exception 'Only public posts can be %', p_done using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.require_rank_over(text[])
CREATE OR REPLACE FUNCTION private.require_rank_over(p_permissions text[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_missing text;
begin
  select p into v_missing from unnest(p_permissions) p
  where not p = any (private.permissions_of((select auth.uid()))) order by p limit 1;
  if found then
    raise exception 'This is for those who hold the permission % themselves', v_missing
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$function$

-- function private.require_room(uuid,text)
CREATE OR REPLACE FUNCTION private.require_room(p_room uuid, p_capability text)
 RETURNS rooms
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_room public.rooms;
begin
  -- Whoever changes who is in a room, or what they are, does so one after the other.
  select * into v_room from public.rooms r where r.id = p_room for no key update;
  if v_room.id is null or (private.room_role(p_room, v_me) is null
    and (v_room.kind <> 'channel' or v_room.is_private)) then
    raise exception 'The room does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if p_capability <> all (private.room_capabilities(p_room, v_me)) then
    if v_room.archived_at is not null and p_capability in ('invite', 'join', 'pin', 'send') then
      raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
    end if;
    raise exception 'You may not do this in this room: %', p_capability
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return v_room;
end;
$function$

-- function private.require_room_rank(uuid,uuid)
CREATE OR REPLACE FUNCTION private.require_room_rank(p_room uuid, p_profile uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_role constant text := private.room_role(p_room, p_profile);
begin
  if p_profile = v_me then
    raise exception 'Not against yourself' using errcode = 'PT403', hint = 'not-permitted';
  end if;
  if private.room_rank(v_role) >= private.room_rank(private.room_role(p_room, v_me)) then
    raise exception 'Only against those below you'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return v_role;
end;
$function$

-- function private.require_room_reason(text)
CREATE OR REPLACE FUNCTION private.require_room_reason(p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if char_length(p_reason) > 500 then
    raise exception 'A reason has at most 500 characters'
      using errcode = 'PT422', hint = 'invalid-input', column = 'reason';
  end if;
end;
$function$

-- function private.require_standing(text)
CREATE OR REPLACE FUNCTION private.require_standing(p_open_to text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_row private.account_states;
begin
  select * into v_row from private.account_states s where s.profile_id = (select auth.uid());
  if not found or p_open_to = 'banned' then
    return;
  end if;
  case private.account_state(v_row.profile_id)
    when 'banned' then
      raise exception 'This account is banned; it may be exported, appealed for and deleted'
        using errcode = 'PT403', hint = 'account-banned';
    when 'suspended' then
      if p_open_to <> 'suspended' then
        raise exception 'Your account is suspended%', private.until_text(v_row.suspended_until)
          using errcode = 'PT403', hint = 'account-suspended';
      end if;
    when 'deactivated', 'deleting' then
      if p_open_to <> 'suspended' then
        raise exception 'This account was left; sign in again to come back'
          using errcode = 'PT403', hint = 'account-left';
      end if;
    else null;
  end case;
end;
$function$

-- function private.reseal_secret(uuid,text,text)
CREATE OR REPLACE FUNCTION private.reseal_secret(p_endpoint uuid, p_sealed text, p_anew text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update private.webhook_secrets s set sealed = p_anew
  where s.endpoint_id = p_endpoint and s.sealed = p_sealed
$function$

-- function private.reserved_form(text)
CREATE OR REPLACE FUNCTION private.reserved_form(p_handle text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Wider than the skeleton: digits read as letters, and framing with _ hides nothing.
  select translate(trim(both '_' from private.handle_skeleton(p_handle)), '345789', 'eastbg')
$function$

-- function private.reset_password_was_used(text,text)
CREATE OR REPLACE FUNCTION private.reset_password_was_used(p_token text, p_new text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (select from auth.one_time_tokens t
    where t.token_hash = p_token and t.token_type = 'recovery_token'
      and private.password_was_used(t.user_id, p_new))
$function$

-- function private.restore_audience(uuid,text,uuid[])
CREATE OR REPLACE FUNCTION private.restore_audience(p_me uuid, p_name text, p_ids uuid[])
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id uuid := (select a.id from private.audiences a where a.owner_id = p_me and a.name = p_name);
begin
  if v_id is null then
    insert into private.audiences (owner_id, name) values (p_me, p_name) returning id into v_id;
  end if;
  insert into private.audience_members (audience_id, profile_id)
  select v_id, i from private.reachable_ids(p_me, p_ids) i on conflict do nothing;
  return v_id;
end;
$function$

-- function private.restore_media(uuid,jsonb)
CREATE OR REPLACE FUNCTION private.restore_media(p_me uuid, p_row jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.media (id, owner_id, kind, mime_type, bytes, width, height, duration_s, blurhash,
    alt, variants, created_at)
  select r.id, p_me, r.kind, r.mime_type, r.bytes, r.width, r.height, r.duration_s, r.blurhash,
    r.alt, r.variants, r.created_at
  from jsonb_populate_record(null::public.media, p_row) r
  on conflict (id) do nothing;
  return found;
end;
$function$

-- function private.restore_people(uuid,text,uuid[])
CREATE OR REPLACE FUNCTION private.restore_people(p_me uuid, p_kind text, p_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_ids constant uuid[] := array(select private.reachable_ids(p_me, p_ids));
begin
  if p_kind = 'follows' then
    -- The trigger files a request where the account is private now.
    insert into public.follows (follower_id, followee_id)
    select p_me, i from unnest(v_ids) i on conflict do nothing;
  elsif p_kind = 'mutes' then
    insert into public.mutes (muter_id, muted_id)
    select p_me, i from unnest(v_ids) i on conflict do nothing;
  else
    insert into public.blocks (blocker_id, blocked_id)
    select p_me, p.id from public.profiles p
    where p.id = any (p_ids) and p.id not in (p_me, private.deleted_profile_id()) on conflict do nothing;
    return (select count(*) from public.profiles p where p.id = any (p_ids) and p.id <> p_me);
  end if;
  return cardinality(v_ids);
end;
$function$

-- function private.restore_posts(uuid,uuid,uuid,jsonb,jsonb)
CREATE OR REPLACE FUNCTION private.restore_posts(p_me uuid, p_person uuid, p_import uuid, p_rows jsonb, p_lists jsonb)
 RETURNS TABLE(original_id uuid, post_id uuid, problem text)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row public.posts;
begin
  for v_row in select r.* from jsonb_populate_recordset(null::public.posts, p_rows) r
    order by r.created_at, r.id
  loop
    original_id := v_row.id;
    post_id := private.restored_id(p_me, p_person, v_row.id);
    problem := null;
    if not exists (select from public.posts p where p.id = post_id) then
      v_row.parent_id := private.restored_id(p_me, p_person, v_row.parent_id);
      problem := private.post_restorable(p_me, v_row, v_row.parent_id);
      v_row.quoted_id := private.restored_quote(p_me, v_row.quoted_id);
      v_row.media_ids := array(select m.id
        from unnest(v_row.media_ids) with ordinality as o (id, n)
        join public.media m on m.id = private.restored_id(p_me, p_person, o.id)
        where m.owner_id = p_me and m.post_id is null and m.message_id is null order by o.n);
      if problem is null and p_lists ? original_id::text
        and p_lists ->> original_id::text is null then
        problem := 'for a list that is not in the archive';
      elsif problem is null and v_row.body !~ '\S' and v_row.media_ids = '{}'
        and v_row.quoted_id is null then
        problem := 'empty without what it showed';
      end if;
      if problem is null then
        insert into public.posts (id, author_id, body, visibility, parent_id, quoted_id, room_id,
          media_ids, sensitive, audience_id, created_at)
        values (post_id, p_me, v_row.body, v_row.visibility, v_row.parent_id, v_row.quoted_id,
          v_row.room_id, v_row.media_ids, v_row.sensitive,
          (p_lists ->> original_id::text)::uuid, v_row.created_at);
        update public.posts p set published_at = v_row.created_at, edited_at = v_row.edited_at
        where p.id = post_id;
        insert into private.imported_posts (post_id, import_id) values (restore_posts.post_id, p_import);
      end if;
    end if;
    return next;
  end loop;
end;
$function$

-- function private.restore_profile(uuid,uuid,jsonb)
CREATE OR REPLACE FUNCTION private.restore_profile(p_me uuid, p_person uuid, p_profile jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.profiles p set display_name = r.display_name, bio = r.bio, links = r.links,
    location = r.location, is_private = p.is_private or r.is_private,
    avatar_media_id = coalesce((select m.id from public.media m
      where m.id = private.restored_id(p_me, p_person, r.avatar_media_id) and m.owner_id = p_me
        and m.kind = 'image' and m.status = 'ready'), p.avatar_media_id)
  from jsonb_populate_record(null::public.profiles, p_profile) r where p.id = p_me
$function$

-- function private.restore_settings(uuid,jsonb)
CREATE OR REPLACE FUNCTION private.restore_settings(p_me uuid, p_settings jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_columns constant text := (
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_catalog.pg_attribute a
    where a.attrelid = 'private.profile_settings'::regclass and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attname not in ('profile_id', 'created_at', 'updated_at'));
begin
  execute format('update private.profile_settings s set (%1$s) = (
      select %1$s from jsonb_populate_record(s, $1)) where s.profile_id = $2', v_columns)
    using p_settings, p_me;
end;
$function$

-- function private.restored_id(uuid,uuid,uuid)
CREATE OR REPLACE FUNCTION private.restored_id(p_me uuid, p_person uuid, p_id uuid)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- The same thing gets the same id in the same account, however often it comes; its own time stays.
  select case when p_me = p_person or p_id is null then p_id else (
    select encode(set_byte(set_byte(b.bytes, 6, (get_byte(b.bytes, 6) & 15) | (v.version << 4)),
      8, (get_byte(b.bytes, 8) & 63) | 128), 'hex')::uuid
    from (select case when substring(p_id::text from 15 for 1) = '7' then 7 else 8 end as version) v
    cross join lateral (select case when v.version = 7
      then overlay(h.hash placing substring(uuid_send(p_id) for 6) from 1 for 6) else h.hash end as bytes
      from (select decode(md5(p_me::text || p_id::text), 'hex') as hash) h) b) end
$function$

-- function private.restored_quote(uuid,uuid)
CREATE OR REPLACE FUNCTION private.restored_quote(p_me uuid, p_quoted uuid)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select p.id from public.posts p
  where p.id = p_quoted and private.is_for_everybody(p)
    and private.can_see(p_me, 'post', p.id)
$function$

-- function private.resume_restored()
CREATE OR REPLACE FUNCTION private.resume_restored()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Work that was begun there is done here: it reaches nobody but whom it belongs to.
  perform private.emit('media.uploaded', m.id, m.owner_id) from public.media m
  where m.status = 'processing';
  perform private.emit('export.requested', e.id, null) from private.exports e
  where e.status in ('queued', 'running');
  perform private.emit('account.import_requested', i.id, null) from private.account_imports i
  where i.status in ('queued', 'running');
  perform private.emit('import.requested', i.id, i.created_by) from private.archive_imports i
  where i.status in ('queued', 'running');
  perform private.emit('search.rebuild', gen_random_uuid(), null, jsonb_build_object('type', t))
  from unnest(array['users', 'rooms', 'posts']) as t;
end;
$function$

-- function private.retire_handle(text,uuid)
CREATE OR REPLACE FUNCTION private.retire_handle(p_handle text, p_owner uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.retired_handles as r (skeleton_hash, profile_id, free_at)
  values (private.handle_hash(p_handle), p_owner,
    now() + make_interval(days => private.setting('handle_quarantine_days')::int))
  on conflict (skeleton_hash) do update
    set profile_id = excluded.profile_id, free_at = greatest(r.free_at, excluded.free_at)
$function$

-- function private.revoke_invite(uuid)
CREATE OR REPLACE FUNCTION private.revoke_invite(p_invite uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_invite public.room_invites;
begin
  select * into v_invite from public.room_invites i where i.id = p_invite;
  if v_invite.created_by is distinct from v_me
    and private.room_rank(private.room_role(v_invite.room_id, v_me)) < 2 then
    -- Whom it names declines it.
    delete from private.room_invite_people p where p.invite_id = p_invite and p.profile_id = v_me;
    if not found then
      raise exception 'The invite does not exist' using errcode = 'PT404', hint = 'not-found';
    end if;
    return;
  end if;
  delete from public.room_invites i where i.id = p_invite;
  if found then
    perform private.log_room(v_invite.room_id, 'revoke_invite', null,
      jsonb_build_object('invite_id', p_invite));
  end if;
end;
$function$

-- function private.revoke_role(text,text)
CREATE OR REPLACE FUNCTION private.revoke_role(p_person text, p_role text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id constant uuid := private.profile_id_of(p_person);
  v_role private.roles;
begin
  perform private.begin_role_change();
  v_role := private.role_by_key(p_role);
  perform private.require_rank_over(v_role.permissions);
  delete from private.user_roles u where u.profile_id = v_id and u.role = v_role.name;
  if not found then
    raise exception 'The person does not hold this role' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.require_manager_left();
end;
$function$

-- function private.ring_call(uuid)
CREATE OR REPLACE FUNCTION private.ring_call(p_call uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- In rooms with more members nobody''s telephone rings; the room''s topic tells.
  c_ring_members_max constant int := 100;
begin
  perform private.broadcast_each('call.ringing', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('call', private.call_shape(p_call))))
  from public.calls c join public.room_members m on m.room_id = c.room_id
  where c.id = p_call and not m.banned and m.profile_id <> c.started_by
    and not private.is_blocked_between(m.profile_id, c.started_by)
    and not private.is_hidden(m.profile_id)
    and not private.is_set_aside(c.room_id, m.profile_id)
  having count(*) between 1 and c_ring_members_max;
end;
$function$

-- function private.role_by_key(text)
CREATE OR REPLACE FUNCTION private.role_by_key(p_key text)
 RETURNS private.roles
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_role private.roles;
begin
  select * into v_role from private.roles r where r.name = p_key or r.id::text = lower(p_key);
  if not found then
    raise exception 'There is no such role' using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_role;
end;
$function$

-- function private.roles_log()
CREATE OR REPLACE FUNCTION private.roles_log()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.role_log (actor_id, action, role, permissions)
  values ((select auth.uid()),
    case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    coalesce(new.name, old.name), coalesce(new.permissions, old.permissions));
  return null;
end;
$function$

-- function private.room_bans(uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.room_bans(p_room uuid, p_after uuid, p_limit integer)
 RETURNS TABLE(id uuid, ban jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if 'ban' <> all (private.my_room_capabilities(p_room)) then
    perform private.refuse_room(p_room);
  end if;
  return query
  select m.profile_id, private.profile_summary(m.profile_id) || jsonb_build_object(
    'banned_at', l.at, 'reason', l.details ->> 'reason')
  from public.room_members m
  left join lateral (select n.at, n.details from private.room_log n
    where n.room_id = p_room and n.profile_id = m.profile_id and n.action = 'ban'
    order by n.id desc limit 1) l on true
  where m.room_id = p_room and m.banned and (p_after is null or m.profile_id > p_after)
  order by m.profile_id limit least(p_limit, 101);
end;
$function$

-- function private.room_capabilities(uuid,uuid)
CREATE OR REPLACE FUNCTION private.room_capabilities(p_room uuid, p_profile uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_room public.rooms;
  v_role constant text := private.room_role(p_room, p_profile);
begin
  select * into v_room from public.rooms r where r.id = p_room;
  if v_room.id is null or (v_role is null
    and (v_room.kind <> 'channel' or v_room.is_private)) then
    return '{}';
  end if;
  if v_role is null then
    return case when v_room.archived_at is null and not exists (select from public.room_members m
        where m.room_id = p_room and m.profile_id = p_profile and m.banned)
      and not exists (select from private.room_member_states s
        where s.room_id = p_room and s.profile_id = p_profile and s.kicked_at is not null)
      then array['join'] else '{}'::text[] end;
  end if;
  return private.capabilities_in(v_room, v_role,
    exists (select from private.room_member_states s
      where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()),
    v_room.kind = 'direct' and exists (select from public.room_members m
      where m.room_id = p_room and m.profile_id <> p_profile
        and private.is_blocked_between(p_profile, m.profile_id)));
end;
$function$

-- function private.room_invite_people_withdraw()
CREATE OR REPLACE FUNCTION private.room_invite_people_withdraw()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not exists (select from public.room_invites i join public.room_members m
      on m.room_id = i.room_id and m.profile_id = old.profile_id where i.id = old.invite_id) then
    perform private.withdraw_notification(old.profile_id, 'room_invite',
      private.pair_id(old.invite_id, old.profile_id));
  end if;
  return null;
end;
$function$

-- function private.room_invites_page(uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.room_invites_page(p_room uuid, p_before uuid, p_limit integer)
 RETURNS TABLE(id uuid, invite jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_role constant text := private.room_role(p_room, v_me);
begin
  if v_role is null then
    perform private.refuse_room(p_room);
  end if;
  return query
  select i.id, private.present_invite(i) from public.room_invites i
  where i.room_id = p_room and (i.created_by = v_me or private.room_rank(v_role) > 1)
    and coalesce(i.expires_at > now(), true) and i.uses < coalesce(i.max_uses, i.uses + 1)
    and not exists (select from private.account_states s
      where s.profile_id = i.created_by and s.hidden)
    and (p_before is null or i.id < p_before)
  order by i.id desc limit least(p_limit, 101);
end;
$function$

-- function private.room_log_page(uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.room_log_page(p_room uuid, p_before uuid, p_limit integer)
 RETURNS TABLE(id uuid, entry jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if 'read_log' <> all (private.my_room_capabilities(p_room)) then
    perform private.refuse_room(p_room);
  end if;
  return query
  select l.id, jsonb_build_object('id', l.id, 'at', l.at, 'action', l.action,
    'actor', case when l.actor_id is not null then private.profile_summary(l.actor_id) end,
    'user', case when l.profile_id is not null then private.profile_summary(l.profile_id) end,
    'details', l.details)
  from private.room_log l
  where l.room_id = p_room and (p_before is null or l.id < p_before)
  order by l.id desc limit least(p_limit, 101);
end;
$function$

-- function private.room_member_states_settle()
CREATE OR REPLACE FUNCTION private.room_member_states_settle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.settle_messages(new.profile_id, new.room_id, null, new.last_read_seq);
  return null;
end;
$function$

-- function private.room_members_after_change()
CREATE OR REPLACE FUNCTION private.room_members_after_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_was constant boolean := tg_op <> 'INSERT' and not old.banned;
  v_is constant boolean := tg_op <> 'DELETE' and not new.banned;
  v_room constant uuid := case when tg_op = 'DELETE' then old.room_id else new.room_id end;
  v_profile constant uuid := case when tg_op = 'DELETE' then old.profile_id else new.profile_id end;
  v_role constant text := case when tg_op = 'DELETE' then null else new.role end;
begin
  if v_was is distinct from v_is and private.is_counted(v_profile) then
    perform private.add_count(v_room, 'members', case when v_is then 1 else -1 end);
  end if;
  if tg_op = 'DELETE' then
    -- Whoever comes back begins anew, but a mute is not got rid of by leaving.
    delete from private.room_member_states s
    where s.room_id = v_room and s.profile_id = v_profile
      and coalesce(s.muted_until <= now(), true) and s.kicked_at is null
      and coalesce(s.last_sent_at < now() - interval '1 day', true);
  end if;
  if not v_was and not v_is then
    if tg_op = 'INSERT' then
      -- Somebody who has left a public channel, and whose socket may linger, is kept out now.
      perform private.rekey_room(v_room);
    end if;
    return null;
  end if;
  if private.is_bulk() then
    return null;
  end if;
  -- Whoever was put out, and whoever left a private room, must not hear what is said next.
  if v_was and not v_is and (
    (select auth.uid()) is distinct from v_profile
    or exists (select from public.rooms r where r.id = v_room and r.is_private)
  ) then
    perform private.rekey_room(v_room);
  end if;
  perform private.broadcast_to_room(v_room, 'member.changed', jsonb_build_object(
    'room_id', v_room, 'user_id', v_profile, 'role', case when v_is then v_role end,
    'state', case when v_is and v_was then 'changed' when v_is then 'joined'
      when tg_op = 'DELETE' then 'left' else 'banned' end));
  return null;
end;
$function$

-- function private.room_members_first_join()
CREATE OR REPLACE FUNCTION private.room_members_first_join()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Whoever makes a room is simply there; bots need no words; archives tell nobody anything.
  if new.banned or new.role = 'owner' or private.is_bulk()
    or not exists (select from public.rooms r where r.id = new.room_id and r.kind <> 'direct')
    or exists (select from public.profiles p where p.id = new.profile_id and p.is_bot) then
    return null;
  end if;
  -- Of two joins at once the second waits here, and finds the first one's row.
  insert into private.welcomes (profile_id, room_id) values (new.profile_id, new.room_id)
  on conflict (profile_id) do nothing;
  if found then
    perform private.emit('room.first_joined', new.room_id, new.profile_id);
  end if;
  return null;
end;
$function$

-- function private.room_members_leave_calls()
CREATE OR REPLACE FUNCTION private.room_members_leave_calls()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.drop_participant(c.id, old.profile_id, p_rekeys => true)
  from public.calls c where c.room_id = old.room_id and c.ended_at is null;
  return null;
end;
$function$

-- function private.room_members_say()
CREATE OR REPLACE FUNCTION private.room_members_say()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Jobs and imports act for nobody and say nothing; whoever makes a room is simply there.
  if v_me is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    if not new.banned and new.profile_id = v_me and new.role = 'member' then
      perform private.say_in_room(new.room_id, v_me, 'joined the room');
    end if;
    return null;
  end if;
  if not old.banned and (tg_op = 'DELETE' or new.banned) then
    perform private.say_in_room(old.room_id, old.profile_id,
      case when old.profile_id = v_me then 'left the room' else 'was removed from the room' end);
  end if;
  return null;
end;
$function$

-- function private.room_members_tell_removed()
CREATE OR REPLACE FUNCTION private.room_members_tell_removed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.broadcast('user:' || old.profile_id, 'room.removed',
    jsonb_build_object('room_id', old.room_id));
  return null;
end;
$function$

-- function private.room_privacy(uuid,uuid)
CREATE OR REPLACE FUNCTION private.room_privacy(p_room uuid, p_profile uuid)
 RETURNS TABLE(private_receipts boolean, hide_typing boolean, hide_presence boolean)
 LANGUAGE sql
 STABLE ROWS 1
 SET search_path TO ''
AS $function$
  select coalesce(s.private_receipts, a.private_receipts, false),
    coalesce(s.hide_typing, a.hide_typing, false),
    coalesce(s.hide_presence, a.hide_presence, false)
  from (select) one
  left join private.profile_settings a on a.profile_id = p_profile
  left join private.room_member_states s on s.room_id = p_room and s.profile_id = p_profile
$function$

-- function private.room_rank(text)
CREATE OR REPLACE FUNCTION private.room_rank(p_role text)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return coalesce(array_position(array['member', 'moderator', 'admin', 'owner'], p_role), 0);
end;
$function$

-- function private.room_role(uuid,uuid)
CREATE OR REPLACE FUNCTION private.room_role(p_room uuid, p_profile uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select m.role from public.room_members m
    where m.room_id = p_room and m.profile_id = p_profile and not m.banned);
end;
$function$

-- function private.room_shape(rooms,text,bigint,bigint)
CREATE OR REPLACE FUNCTION private.room_shape(p_room rooms, p_name text, p_members bigint, p_pinned bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'id', p_room.id, 'topic', private.room_topic(p_room.id, p_room.epoch),
    'live_topic', private.room_topic(p_room.id, p_room.epoch) || ':live',
    'kind', p_room.kind, 'archived_at', p_room.archived_at, 'read_only', p_room.read_only,
    'slow_mode_s', p_room.slow_mode_s, 'retention_days', p_room.retention_days,
    'who_can_invite', p_room.who_can_invite, 'name', p_name, 'description', p_room.description,
    'guidelines', p_room.guidelines, 'is_private', p_room.is_private,
    'created_at', p_room.created_at, 'last_message_at', p_room.last_message_at,
    'member_count', p_members, 'pinned_count', p_pinned);
end;
$function$

-- function private.room_topic(uuid,integer)
CREATE OR REPLACE FUNCTION private.room_topic(p_room uuid, p_epoch integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ begin return 'room:' || p_room || ':' || p_epoch; end; $function$

-- function private.room_webhooks(uuid)
CREATE OR REPLACE FUNCTION private.room_webhooks(p_room uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'edit_room');
  return query
  select private.present_webhook(h) from private.incoming_webhooks h
  where h.room_id = p_room order by h.id;
end;
$function$

-- function private.rooms_after_update()
CREATE OR REPLACE FUNCTION private.rooms_after_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_changes jsonb;
begin
  if new.is_private and not old.is_private then
    perform private.rekey_room(new.id);
  end if;
  select coalesce(jsonb_object_agg(n.key, n.value), '{}') into v_changes
  from jsonb_each(to_jsonb(new) - array['archived_at', 'updated_at', 'epoch']) n
  where n.value is distinct from to_jsonb(old) -> n.key;
  if v_changes <> '{}' and (select auth.uid()) is not null then
    perform private.log_room(new.id, 'update', null, v_changes);
  end if;
  perform private.broadcast_to_room(new.id, 'room.updated',
    jsonb_build_object('room', private.present_room(new.id, true)));
  return null;
end;
$function$

-- function private.rooms_before_update()
CREATE OR REPLACE FUNCTION private.rooms_before_update()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if old.kind = 'direct' and (new.name, new.is_private, new.archived_at) is distinct from
    (old.name, old.is_private, old.archived_at) then
    raise exception 'A direct conversation has no name and stays private'
      using errcode = 'PT422', hint = 'invalid-input', column = 'name';
  end if;
  new.updated_at := now();
  return new;
end;
$function$

-- function private.rooms_say()
CREATE OR REPLACE FUNCTION private.rooms_say()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.say_in_room(new.id, (select auth.uid()), 'renamed the room to ' || new.name);
  return null;
end;
$function$

-- function private.rotate_endpoint_secret(uuid,text)
CREATE OR REPLACE FUNCTION private.rotate_endpoint_secret(p_id uuid, p_sealed text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_overlap constant interval := '24 hours';
  v_expires_at constant timestamptz := clock_timestamp() + c_overlap;
begin
  perform private.require_endpoint(p_id);
  -- Two sign at most: what was being replaced already ends now.
  delete from private.webhook_secrets s where s.endpoint_id = p_id and s.expires_at is not null;
  update private.webhook_secrets s set expires_at = v_expires_at where s.endpoint_id = p_id;
  insert into private.webhook_secrets (endpoint_id, sealed) values (p_id, p_sealed);
  return v_expires_at;
end;
$function$

-- function private.save_feed_snapshot(uuid,text,jsonb)
CREATE OR REPLACE FUNCTION private.save_feed_snapshot(p_id uuid, p_algorithm text, p_items jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_kept constant int := 20;
  v_me constant uuid := (select auth.uid());
begin
  insert into private.feed_snapshots (id, viewer_id, fingerprint, items)
  values (p_id, v_me, private.feed_fingerprint(p_algorithm), p_items);
  delete from private.feed_snapshots s
  where s.viewer_id = v_me and s.id in (
    select o.id from private.feed_snapshots o where o.viewer_id = v_me
    order by o.built_at desc, o.id desc offset c_kept);
end;
$function$

-- function private.save_push_subscription(text,text,text)
CREATE OR REPLACE FUNCTION private.save_push_subscription(p_endpoint text, p_p256dh text, p_auth text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_browsers_max constant int := 20;
  v_me constant uuid := (select auth.uid());
  v_id uuid;
begin
  -- A browser belongs to whoever used it last: the endpoint is the browser.
  insert into public.push_subscriptions as s (profile_id, session_id, endpoint, p256dh, auth_secret)
  values (v_me, ((select auth.jwt()) ->> 'session_id')::uuid, p_endpoint, p_p256dh, p_auth)
  on conflict (endpoint) do update set profile_id = excluded.profile_id,
    session_id = excluded.session_id, p256dh = excluded.p256dh, auth_secret = excluded.auth_secret,
    id = case when s.profile_id = excluded.profile_id then s.id else excluded.id end
  returning s.id into v_id;
  delete from public.push_subscriptions s where s.id in (
    select o.id from public.push_subscriptions o where o.profile_id = v_me and o.id <> v_id
    order by o.created_at desc offset c_browsers_max - 1);
  return v_id;
end;
$function$

-- function private.say_by_webhook(uuid,text,text,text,uuid)
CREATE OR REPLACE FUNCTION private.say_by_webhook(p_hook uuid, p_body text, p_name text, p_avatar_url text, p_thread uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_hook private.incoming_webhooks;
  v_id constant uuid := private.uuid_v7();
begin
  select h.* into v_hook from private.incoming_webhooks h where h.id = p_hook for key share;
  if v_hook.id is null then
    raise exception 'There is no such webhook' using errcode = 'PT404', hint = 'not-found';
  end if;
  if exists (select from public.rooms r where r.id = v_hook.room_id and r.archived_at is not null) then
    raise exception 'The room is archived' using errcode = 'PT403', hint = 'room-archived';
  end if;
  if p_thread is not null and not exists (select from public.messages m
    where m.id = p_thread and m.room_id = v_hook.room_id and m.deleted_at is null) then
    raise exception 'No such message in this room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'thread_id';
  end if;
  perform private.ensure_system_profile(private.hook_profile_id());
  insert into private.message_guises (message_id, name, avatar_url)
  values (v_id, coalesce(p_name, v_hook.name), coalesce(p_avatar_url, v_hook.avatar_url));
  insert into public.messages (id, room_id, author_id, kind, body, parent_id)
  values (v_id, v_hook.room_id, private.hook_profile_id(), 'bot', p_body, p_thread);
  return v_id;
end;
$function$

-- function private.say_entry(uuid,text)
CREATE OR REPLACE FUNCTION private.say_entry(p_feed uuid, p_body text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_id constant uuid := private.uuid_v7();
begin
  perform private.ensure_system_profile(private.hook_profile_id());
  insert into private.message_guises (message_id, name)
  select v_id, coalesce(nullif(f.title, ''), 'Feed') from private.room_feeds f where f.id = p_feed;
  insert into public.messages (id, room_id, author_id, kind, body)
  select v_id, f.room_id, private.hook_profile_id(), 'bot', p_body
  from private.room_feeds f where f.id = p_feed;
end;
$function$

-- function private.say_in_room(uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.say_in_room(p_room uuid, p_profile uuid, p_text text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_before constant text := coalesce(current_setting('townsquare.text', true), '');
  v_text text;
  v_body text;
begin
  if p_profile is null or private.is_bulk()
    or not exists (select from public.rooms r where r.id = p_room and r.kind <> 'direct') then
    return;
  end if;
  select p.display_name || ' ' || p_text into v_text from public.profiles p where p.id = p_profile;
  if v_text is null then
    return;
  end if;
  v_body := '*' || private.markdown_text(v_text) || '*';
  -- Rendered here: nobody is to see the asterisks until a consumer comes by.
  perform set_config('townsquare.text', jsonb_build_object('md5', md5(v_body), 'lang', null,
    'body_html', regexp_replace(private.plain_html(v_text), '^<p>(.*)</p>$', '<p><em>\1</em></p>'))::text,
    true);
  insert into public.messages (room_id, author_id, kind, body)
  values (p_room, p_profile, 'system', v_body);
  perform set_config('townsquare.text', v_before, true);
end;
$function$

-- function private.say_scheduled(private.scheduled_messages)
CREATE OR REPLACE FUNCTION private.say_scheduled(p_row private.scheduled_messages)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_reason text;
begin
  -- What was let through then is screened anew, by the rules of now, as what comes by table is.
  perform set_config('townsquare.verdict', case p_row.verdict when 'held' then 'held' else '' end, true),
    set_config('townsquare.text', coalesce(p_row.prepared, ''), true),
    set_config('request.jwt.claims',
      jsonb_build_object('sub', p_row.author_id, 'role', 'authenticated')::text, true),
    set_config('role', 'authenticated', true);
  begin
    insert into public.messages
      (id, room_id, body, parent_id, also_in_room, media_ids, shared_post_id)
    values (p_row.id, p_row.room_id, p_row.body, p_row.parent_id, p_row.also_in_room, p_row.media_ids,
      p_row.shared_post_id);
  exception
    when unique_violation then
      -- It was said before.
      v_reason := null;
    when others then
      -- Passing faults are tried again; anything else would come back every minute.
      if sqlstate ~ '^(08|40|53|55|57)' then
        raise;
      end if;
      v_reason := case when sqlstate ~ '^PT4' then sqlerrm else 'You may not write there any more' end;
  end;
  perform set_config('role', v_role, true), set_config('request.jwt.claims', v_claims, true),
    set_config('townsquare.verdict', '', true), set_config('townsquare.text', '', true);
  return v_reason;
end;
$function$

-- function private.scheduled_messages_check()
CREATE OR REPLACE FUNCTION private.scheduled_messages_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_waiting_max constant int := 100;
  c_ahead_max constant interval := interval '1 year';
begin
  if new.publish_at <= clock_timestamp() or new.publish_at > clock_timestamp() + c_ahead_max then
    raise exception 'The time lies within the next year'
      using errcode = 'PT422', hint = 'invalid-input', column = 'publish_at';
  end if;
  perform private.require_may_write(new.room_id, new.author_id);
  if not private.is_visible(new.body) and new.media_ids = '{}' and new.shared_post_id is null then
    raise exception 'A message says something'
      using errcode = 'PT422', hint = 'invalid-input', column = 'body';
  end if;
  if new.parent_id is not null and not exists (select from public.messages m
    where m.id = new.parent_id and m.room_id = new.room_id and m.deleted_at is null) then
    raise exception 'No such message in this room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'parent_id';
  end if;
  if exists (select from unnest(new.media_ids) i where not exists (select from public.media m
    where m.id = i and m.owner_id = new.author_id and m.status <> 'rejected'
      and m.post_id is null and m.message_id is null and m.story_id is null)) then
    raise exception 'A file does not exist, is not yours, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_ids';
  end if;
  -- One at a time for each sender, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('private.scheduled_messages:' || new.author_id, 0));
  if (select count(*) from private.scheduled_messages s
    where s.author_id = new.author_id and s.id <> new.id) >= c_waiting_max then
    raise exception 'At most % messages of one person wait to be said', c_waiting_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  new.verdict := nullif(current_setting('townsquare.verdict', true), '');
  new.prepared := nullif(current_setting('townsquare.text', true), '');
  return new;
end;
$function$

-- function private.screening_state(text,uuid)
CREATE OR REPLACE FUNCTION private.screening_state(p_type text, p_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if p_type = 'post' then
    return (select jsonb_build_object('body', p.body, 'status', p.status,
      'screened', p.screened_at is not null, 'besides', to_jsonb(array_remove(
        array(select jsonb_array_elements_text(p.poll -> 'options')) || p.content_warning, null)))
      from public.posts p where p.id = p_id and p.deleted_at is null);
  elsif p_type = 'story' then
    return (select jsonb_build_object('body', s.text, 'status', s.status,
      'screened', s.screened_at is not null) from public.stories s where s.id = p_id);
  end if;
  return (select jsonb_build_object('body', m.body, 'status', m.status,
    'screened', m.screened_at is not null)
    from public.messages m where m.id = p_id and m.deleted_at is null);
end;
$function$

-- function private.search_candidates(text,text[],boolean,integer)
CREATE OR REPLACE FUNCTION private.search_candidates(p_type text, p_words text[], p_any boolean, p_limit integer)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
declare
  v_limit constant int := least(p_limit, 200);
begin
  case p_type
    when 'users' then return query select * from private.search_users(p_words, p_any, v_limit);
    when 'rooms' then return query select * from private.search_rooms(p_words, p_any, v_limit);
    when 'posts' then return query select * from private.search_posts(p_words, p_any, v_limit);
  end case;
end;
$function$

-- function private.search_names(text[],boolean,boolean,integer)
CREATE OR REPLACE FUNCTION private.search_names(p_words text[], p_any boolean, p_with_errors boolean, p_limit integer)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
begin
  return query
    with words as (
      select f.word, '%' || replace(f.word, '_', '\_') || '%' as pattern
      from unnest(p_words) w cross join lateral (select private.fold_text(w) as word) f
    ), hits as (
      -- The flag is known when it is planned: one of the two parts falls away.
      select p.id, case when p.handle = w.word then 1.0
          when p.handle like substring(w.pattern from 2) then 0.9 else 0.8 end as score
      from words w join public.profiles p
        on p.handle like w.pattern or private.fold_text(p.display_name) like w.pattern
      where not p_with_errors and p.id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s where s.profile_id = p.id and s.hidden)
        and not private.is_system_profile(p.id)
        and not exists (select from private.imported_profiles i where i.profile_id = p.id)
      union all
      select p.id, greatest(extensions.similarity(p.handle, w.word),
        extensions.word_similarity(w.word, private.fold_text(p.display_name)))
      from words w join public.profiles p
        on p.handle operator(extensions.%) w.word
        or private.fold_text(p.display_name) operator(extensions.%>) w.word
      where p_with_errors and p.id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s where s.profile_id = p.id and s.hidden)
        and not private.is_system_profile(p.id)
        and not exists (select from private.imported_profiles i where i.profile_id = p.id)
    )
    select h.id, avg(h.score)::real
    from hits h
    group by h.id
    having p_any or count(*) = cardinality(p_words)
    order by 2 desc, 1 limit p_limit;
end;
$function$

-- function private.search_posts(text[],boolean,integer)
CREATE OR REPLACE FUNCTION private.search_posts(p_words text[], p_any boolean, p_limit integer)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_lists constant uuid[] := array(select private.my_audience_ids());
  v_query constant tsquery := private.search_query(p_words, p_any);
begin
  return query
    select s.id, ts_rank_cd(private.search_vector(s.body), v_query, 32)
    from (
      select p.id, p.body from public.posts p
      where private.search_vector(p.body) @@ v_query
        and p.status = 'published' and p.deleted_at is null
        -- Coarser than the policy, which decides: here nobody else's posts crowd out the visible.
        and (p.visibility = 'public' or p.author_id = v_me or p.audience_owner_id = v_me
          or (p.visibility = 'followers' and coalesce(
            (select l.audience_id = any (v_lists) from private.post_audiences l
              where l.post_id = coalesce(p.root_id, p.id)),
            p.audience_owner_id in (
              select f.followee_id from public.follows f where f.follower_id = v_me)))
          or (p.visibility = 'mentioned' and v_me = any (p.audience_ids || p.mention_ids))
          or p.room_id in (select private.my_room_ids()))
        and p.author_id not in (select private.hidden_profile_ids())
        and not exists (select from private.account_states s
          where s.profile_id = p.author_id and s.hidden)
      order by p.id desc limit 2000
    ) s
    order by 2 desc, 1 limit p_limit;
end;
$function$

-- function private.search_query(text[],boolean)
CREATE OR REPLACE FUNCTION private.search_query(p_words text[], p_any boolean)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select to_tsquery('pg_catalog.simple'::regconfig, string_agg(
    quote_literal(private.fold_text(w)) || ':*', case when p_any then ' | ' else ' & ' end))
  from unnest(p_words) w
$function$

-- function private.search_rooms(text[],boolean,integer)
CREATE OR REPLACE FUNCTION private.search_rooms(p_words text[], p_any boolean, p_limit integer)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
declare
  v_query constant tsquery := private.search_query(p_words, p_any);
begin
  return query
    select s.id, ts_rank_cd(private.search_vector(s.text), v_query, 32)
    from (
      select r.id, r.name || ' ' || r.description as text from public.rooms r
      where private.search_vector(r.name || ' ' || r.description) @@ v_query
        and r.kind <> 'direct'
        and ((r.kind = 'channel' and not r.is_private)
          or r.id in (select private.my_room_ids()))
      order by r.id desc limit 2000
    ) s
    order by 2 desc, 1 limit p_limit;
end;
$function$

-- function private.search_users(text[],boolean,integer)
CREATE OR REPLACE FUNCTION private.search_users(p_words text[], p_any boolean, p_limit integer)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 200
 SET search_path TO ''
AS $function$
begin
  return query select * from private.search_names(p_words, p_any, false, p_limit);
  -- Typing errors are thought of when nobody is called so.
  if not found then
    return query select * from private.search_names(p_words, p_any, true, p_limit);
  end if;
end;
$function$

-- function private.search_vector(text)
CREATE OR REPLACE FUNCTION private.search_vector(p_text text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return to_tsvector('pg_catalog.simple'::regconfig, private.fold_text(p_text));
end;
$function$

-- function private.secrets_to_reseal(text[])
CREATE OR REPLACE FUNCTION private.secrets_to_reseal(p_prefixes text[])
 RETURNS TABLE(endpoint_id uuid, sealed text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select s.endpoint_id, s.sealed from private.webhook_secrets s
  where exists (select from unnest(p_prefixes) p where starts_with(s.sealed, p)) limit 100
$function$

-- function private.send_reminders(integer)
CREATE OR REPLACE FUNCTION private.send_reminders(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row private.reminders;
  v_count int := 0;
begin
  for v_row in
    delete from private.reminders r where r.id in (
      select d.id from private.reminders d where d.due_at <= clock_timestamp()
      order by d.due_at, d.id limit p_limit for update skip locked)
    returning *
  loop
    v_count := v_count + 1;
    -- Whoever is no more in the room is reminded all the same; it then leads to themselves.
    perform private.create_notification(v_row.profile_id, 'room_activity', null,
      case when x.stays then 'room' else 'user' end,
      case when x.stays then v_row.room_id else v_row.profile_id end,
      v_row.id, jsonb_build_object('text', 'Reminder: ' || v_row.body))
    from (select v_row.room_id is not null
      and private.room_role(v_row.room_id, v_row.profile_id) is not null as stays) x;
  end loop;
  return v_count;
end;
$function$

-- function private.send_scheduled_message()
CREATE OR REPLACE FUNCTION private.send_scheduled_message()
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row private.scheduled_messages;
  v_reason text;
begin
  select * into v_row from private.scheduled_messages s where s.publish_at <= clock_timestamp()
  order by s.publish_at, s.id limit 1 for update skip locked;
  if not found then
    return false;
  end if;
  delete from private.scheduled_messages s where s.id = v_row.id;
  v_reason := private.say_scheduled(v_row);
  if v_reason is not null then
    perform private.create_notification(v_row.author_id, 'room_activity', null, 'room', v_row.room_id,
      v_row.id, jsonb_build_object('text', 'Your scheduled message was not sent: ' || v_reason));
  end if;
  return true;
end;
$function$

-- function private.session_has_expired(timestamp with time zone,timestamp without time zone,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.session_has_expired(p_not_after timestamp with time zone, p_refreshed_at timestamp without time zone, p_created_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(p_not_after < now(), false)
    or coalesce(p_refreshed_at at time zone 'utc', p_created_at)
      < now() - private.session_idle_max()
$function$

-- function private.session_idle_max()
CREATE OR REPLACE FUNCTION private.session_idle_max()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ select interval '30 days' $function$

-- function private.session_is_live()
CREATE OR REPLACE FUNCTION private.session_is_live()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.check_session((select auth.jwt()));
  return true;
exception when sqlstate 'PT401' then
  return false;
end;
$function$

-- function private.sessions_announce_end()
CREATE OR REPLACE FUNCTION private.sessions_announce_end()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- The auth server ends sessions when their owner signs out; whoever else does names no one.
  v_reason constant text := coalesce(
    nullif(current_setting('townsquare.session_end', true), ''),
    case when session_user = 'supabase_auth_admin' then 'sign_out' else 'session_revoked' end);
begin
  perform private.log_auth(g.user_id,
      case when private.session_has_expired(g.not_after, g.refreshed_at, g.created_at)
        then 'session_expired' else v_reason end,
      g.id, g.ip, g.user_agent),
    private.broadcast('user:' || g.user_id, 'session.revoked',
      jsonb_build_object('session_id', g.id))
  -- Whoever is being deleted is told nothing more.
  from gone g join auth.users u on u.id = g.user_id;
  return null;
end;
$function$

-- function private.sessions_cancel_deletion()
CREATE OR REPLACE FUNCTION private.sessions_cancel_deletion()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.cancel_deletion(new.user_id);
  return null;
end;
$function$

-- function private.sessions_end_absence()
CREATE OR REPLACE FUNCTION private.sessions_end_absence()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update private.account_states s set deactivated_at = null, changed_by = new.user_id,
    changed_at = clock_timestamp()
  where s.profile_id = new.user_id and s.deactivated_at is not null;
  return null;
end;
$function$

-- function private.sessions_log()
CREATE OR REPLACE FUNCTION private.sessions_log()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    perform private.log_auth(new.user_id, 'sign_in', new.id, new.ip, new.user_agent);
  else
    perform private.log_auth(new.user_id, 'mfa_passed', new.id, new.ip, new.user_agent);
  end if;
  return null;
end;
$function$

-- function private.set_last_read(uuid,uuid,bigint)
CREATE OR REPLACE FUNCTION private.set_last_read(p_room uuid, p_profile uuid, p_seq bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.room_member_states as s (room_id, profile_id, last_read_seq)
  values (p_room, p_profile, p_seq)
  on conflict (room_id, profile_id) do update set last_read_seq = p_seq
  where s.last_read_seq < p_seq;
  return found;
end;
$function$

-- function private.set_member_role(uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.set_member_role(p_room uuid, p_profile uuid, p_role text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_mine text;
  v_old text;
begin
  perform private.require_room(p_room, 'change_role');
  v_mine := private.room_role(p_room, v_me);
  v_old := private.room_role(p_room, p_profile);
  if v_old is null then
    raise exception 'No such member' using errcode = 'PT404', hint = 'not-found';
  end if;
  if private.room_rank(p_role) = 0 then
    raise exception 'No such role' using errcode = 'PT422', hint = 'invalid-input', column = 'role';
  end if;
  if v_old = p_role then
    return;
  end if;
  if p_role = 'owner' and private.is_bot(p_profile) then
    raise exception 'A bot owns no room' using errcode = 'PT422', hint = 'invalid-input', column = 'role';
  end if;
  if p_profile = v_me then
    if v_mine = 'owner' and not exists (select from public.room_members m where m.room_id = p_room
      and m.profile_id <> v_me and m.role = 'owner' and not m.banned) then
      raise exception 'A room keeps an owner; hand it over first'
        using errcode = 'PT409', hint = 'conflict';
    end if;
    if private.room_rank(p_role) > private.room_rank(v_mine) then
      raise exception 'Nobody raises themselves' using errcode = 'PT403', hint = 'not-permitted';
    end if;
  else
    perform private.require_room_rank(p_room, p_profile);
    -- Owners make owners; everybody else only what is below them.
    if v_mine <> 'owner' and private.room_rank(p_role) >= private.room_rank(v_mine) then
      raise exception 'Only roles below your own' using errcode = 'PT403', hint = 'not-permitted';
    end if;
  end if;
  update public.room_members m set role = p_role
  where m.room_id = p_room and m.profile_id = p_profile;
  perform private.log_room(p_room, 'role', p_profile,
    jsonb_build_object('from', v_old, 'to', p_role));
end;
$function$

-- function private.set_notifications_read(uuid[])
CREATE OR REPLACE FUNCTION private.set_notifications_read(p_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update public.notifications n
  set read_at = clock_timestamp(), seen_at = coalesce(n.seen_at, clock_timestamp()), status = 'read'
  where n.recipient_id = (select auth.uid()) and n.read_at is null
    and (p_ids is null or n.id = any (p_ids))
$function$

-- function private.set_room_archived(uuid,boolean)
CREATE OR REPLACE FUNCTION private.set_room_archived(p_room uuid, p_archived boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'archive');
  update public.rooms r set archived_at = case when p_archived then clock_timestamp() end
  where r.id = p_room and (r.archived_at is not null) <> p_archived;
  if found then
    perform private.log_room(p_room, case when p_archived then 'archive' else 'unarchive' end);
  end if;
end;
$function$

-- function private.set_room_mute(uuid,uuid,timestamp with time zone,text)
CREATE OR REPLACE FUNCTION private.set_room_mute(p_room uuid, p_profile uuid, p_until timestamp with time zone, p_reason text DEFAULT NULL::text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.room_member_states as s (room_id, profile_id, muted_until, muted_by)
  values (p_room, p_profile, p_until, (select auth.uid()))
  on conflict (room_id, profile_id) do update
  set muted_until = excluded.muted_until, muted_by = excluded.muted_by;
  perform private.log_room(p_room, case when p_until is null then 'unmute' else 'mute' end, p_profile,
    jsonb_build_object('until', p_until, 'reason', p_reason));
  -- Not to the whole room: who is muted is between them and those who keep order.
  perform private.broadcast_each('member.changed', array_agg('user:' || m.profile_id),
    array_agg(jsonb_build_object('room_id', p_room, 'user_id', p_profile,
      'role', private.room_role(p_room, p_profile),
      'state', case when p_until is null then 'unmuted' else 'muted' end,
      'muted_until', p_until)))
  from public.room_members m
  where m.room_id = p_room and not m.banned
    and (m.profile_id = p_profile or m.role in ('owner', 'admin', 'moderator'));
end;
$function$

-- function private.set_room_settings(uuid,jsonb)
CREATE OR REPLACE FUNCTION private.set_room_settings(p_room uuid, p_changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Whoever is being put out waits for this, or this for them.
  perform from public.room_members m
  where m.room_id = p_room and m.profile_id = v_me and not m.banned for key share;
  if not found then
    perform private.refuse_outsider(p_room);
  end if;
  insert into private.room_member_states as s
    (room_id, profile_id, private_receipts, hide_typing, hide_presence)
  values (p_room, v_me, (p_changes ->> 'private_receipts')::boolean,
    (p_changes ->> 'hide_typing')::boolean, (p_changes ->> 'hide_presence')::boolean)
  on conflict (room_id, profile_id) do update set
    private_receipts = case when p_changes ? 'private_receipts'
      then excluded.private_receipts else s.private_receipts end,
    hide_typing = case when p_changes ? 'hide_typing'
      then excluded.hide_typing else s.hide_typing end,
    hide_presence = case when p_changes ? 'hide_presence'
      then excluded.hide_presence else s.hide_presence end;
  return private.my_room_settings(p_room);
end;
$function$

-- function private.set_setting(text,text)
CREATE OR REPLACE FUNCTION private.set_setting(p_name text, p_value text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.settings as s (name, value) values (p_name, p_value)
  on conflict (name) do update set value = excluded.value, updated_at = now()
  where s.value is distinct from excluded.value
$function$

-- function private.set_subject_status(text,uuid,text[],text)
CREATE OR REPLACE FUNCTION private.set_subject_status(p_type text, p_id uuid, p_from text[], p_to text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if p_type = 'post' then
    update public.posts set status = p_to, screened_at = coalesce(screened_at, clock_timestamp())
    where id = p_id and status = any (p_from) and deleted_at is null;
    if found and p_to = 'removed' then
      perform private.broadcast('post:' || p_id, 'post.updated',
        jsonb_build_object('post', jsonb_build_object('id', p_id, 'status', p_to)));
    end if;
  elsif p_type = 'message' then
    update public.messages set status = p_to, screened_at = coalesce(screened_at, clock_timestamp())
    where id = p_id and status = any (p_from) and deleted_at is null;
  elsif p_type = 'story' then
    update public.stories set status = p_to, screened_at = coalesce(screened_at, clock_timestamp())
    where id = p_id and status = any (p_from);
  end if;
end;
$function$

-- function private.setting(text)
CREATE OR REPLACE FUNCTION private.setting(p_name text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select s.value from private.settings s where s.name = p_name);
end;
$function$

-- function private.settings_touch()
CREATE OR REPLACE FUNCTION private.settings_touch()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.updated_at := now();
  return new;
end;
$function$

-- function private.settle_messages(uuid,uuid,uuid,bigint)
CREATE OR REPLACE FUNCTION private.settle_messages(p_reader uuid, p_room uuid, p_thread uuid, p_seq bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_ids uuid[];
begin
  if not exists (select from public.notifications n where n.recipient_id = p_reader
      and n.read_at is null and n.subject_type = 'message') then
    return;
  end if;
  perform private.lock_notifications(p_reader);
  with settled as (
    update public.notifications n
    set read_at = clock_timestamp(), seen_at = coalesce(n.seen_at, clock_timestamp()),
      status = 'read'
    from public.messages m
    where n.recipient_id = p_reader and n.read_at is null and n.subject_type = 'message'
      and n.type = any (private.types_about_words()) and m.id = n.subject_id and m.seq <= p_seq
      and case when p_thread is null then m.room_id = p_room and (m.parent_id is null or m.also_in_room)
        else m.parent_id = p_thread end
    returning n.id
  )
  select array_agg(s.id) into v_ids from settled s;
  if cardinality(v_ids) > 0 then
    perform private.emit_badge(p_reader, v_ids);
  end if;
end;
$function$

-- function private.settle_restored(jsonb)
CREATE OR REPLACE FUNCTION private.settle_restored(p_deployment jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_now constant timestamptz := clock_timestamp();
begin
  delete from private.settings s where s.name = 'restoring'
    or private.deployment_settings() ? s.name;
  insert into private.settings (name, value) select * from jsonb_each_text(p_deployment);
  -- What was on its way then has long arrived; nobody is told of it a second time.
  update private.outbox o set published_at = v_now, locked_until = null
  where o.published_at is null;
  update private.webhook_deliveries d
  set status = 'failed', finished_at = v_now, error = 'Held back: the project was restored'
  where d.status = 'pending';
  update private.webhook_endpoints e
  set seen_to = v_now, lease = null, leased_until = null, retry_at = null;
  insert into private.digests as d (profile_id, sent_for, told_to)
  select distinct n.recipient_id, date '-infinity', v_now from public.notifications n
  where n.read_at is null and 'email' = any (n.channels)
  on conflict (profile_id) do update set told_to = v_now;
  delete from private.reminders r where r.due_at <= v_now;
  -- Sockets and calls of then are gone.
  delete from private.connections;
  update private.call_participants c set state = 'left', left_at = v_now
  where c.state = 'joined' and c.left_at is null;
  update public.calls c set state = 'ended', ended_at = v_now where c.ended_at is null;
end;
$function$

-- function private.shares_before_insert()
CREATE OR REPLACE FUNCTION private.shares_before_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.require_public_post(new.post_id, 'shared');
  return new;
end;
$function$

-- function private.shares_changed()
CREATE OR REPLACE FUNCTION private.shares_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.is_counted(coalesce(new.profile_id, old.profile_id)) then
    perform private.add_count(coalesce(new.post_id, old.post_id), 'shares',
      case tg_op when 'INSERT' then 1 else -1 end);
  end if;
  if tg_op = 'INSERT' and coalesce(current_setting('townsquare.bulk', true), '') <> 'on' then
    perform private.emit('content.shared', new.post_id, new.profile_id,
      jsonb_build_object('share_id', new.id));
  end if;
  return null;
end;
$function$

-- function private.shares_withdraw()
CREATE OR REPLACE FUNCTION private.shares_withdraw()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.withdraw_actor(p.author_id, 'share',
    private.pair_id(old.post_id, old.profile_id))
  from public.posts p where p.id = old.post_id;
  return null;
end;
$function$

-- function private.shown_mute(uuid,uuid)
CREATE OR REPLACE FUNCTION private.shown_mute(p_room uuid, p_profile uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select s.muted_until from private.room_member_states s
  where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()
    and (p_profile = (select auth.uid()) or p_room in (select private.my_moderated_room_ids()))
$function$

-- function private.shown_name(text,text)
CREATE OR REPLACE FUNCTION private.shown_name(p_name text, p_handle text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- Providers and archives name people in ways that would be refused here.
  v_name constant text := trim(left(trim(normalize(
    regexp_replace(coalesce(p_name, ''), private.deceptive_characters(), '', 'g'), NFC)), 80));
begin
  return case when private.is_visible(v_name) and private.is_plain(v_name)
    then v_name else p_handle end;
end;
$function$

-- function private.shows_list(uuid,text)
CREATE OR REPLACE FUNCTION private.shows_list(p_profile uuid, p_kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if p_profile = (select auth.uid()) then
    return true;
  end if;
  return not exists (select from private.profile_settings s where s.profile_id = p_profile
    and ((s.hide_followers and p_kind in ('followers', 'friends'))
      or (s.hide_following and p_kind in ('following', 'friends'))));
end;
$function$

-- function private.spotlights_check()
CREATE OR REPLACE FUNCTION private.spotlights_check()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_ahead_max constant interval := interval '90 days';
  v_post public.posts;
begin
  if new.until <= clock_timestamp() or new.until > clock_timestamp() + c_ahead_max then
    raise exception 'The time lies within the next 90 days'
      using errcode = 'PT422', hint = 'invalid-input', column = 'until';
  end if;
  select * into v_post from public.posts p
  where p.id = new.post_id and p.status = 'published' and p.deleted_at is null;
  if not found then
    raise exception 'The post does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  if v_post.visibility <> 'public' or exists (select from private.private_accounts a
    where a.profile_id in (v_post.author_id, v_post.audience_owner_id)) then
    raise exception 'Only public posts are shown to everybody'
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
  return new;
end;
$function$

-- function private.standing_measure(uuid,text,uuid)
CREATE OR REPLACE FUNCTION private.standing_measure(p_person uuid, p_action text, p_room uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Without an end a measure lasts to the end of days, which no check of a time needs to know.
  select max(coalesce(d.until, '9999-12-31 00:00:00+00'))
  from private.moderation_cases c
  cross join lateral (select l.action, l.until from private.moderation_decisions l
    where l.case_id = c.id order by l.created_at desc, l.id desc limit 1) d
  where c.owner_id = p_person and d.action = p_action
    and coalesce(d.until > now(), true)
    and (p_action <> 'mute' or p_room is not distinct from (
      select m.room_id from public.messages m
      where c.subject_type = 'message' and m.id = c.subject_id))
$function$

-- function private.start_backup(uuid,uuid,text)
CREATE OR REPLACE FUNCTION private.start_backup(p_id uuid, p_by uuid, p_place text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Until then it may not have begun its snapshot.
  c_begins constant interval := interval '10 minutes';
begin
  -- Nobody writes a snapshot: whoever ran it has gone.
  if pg_try_advisory_xact_lock(private.backup_lock()) then
    update private.backups b
    set status = 'failed', finished_at = clock_timestamp(), error = 'The backup was interrupted'
    where b.status = 'running' and b.created_at < clock_timestamp() - c_begins;
  end if;
  insert into private.backups (id, status, requested_by, place)
  values (p_id, 'running', p_by, p_place)
  on conflict ((true)) where status = 'running' do nothing;
  return found;
end;
$function$

-- function private.start_call(uuid,text)
CREATE OR REPLACE FUNCTION private.start_call(p_room uuid, p_kind text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_call uuid;
begin
  perform private.require_may_call(p_room);
  -- What rang in vain must not stand in the way until the next round of upkeep.
  perform private.finish_if_over(c.id) from (
    select l.id from public.calls l where l.room_id = p_room and l.ended_at is null for update) c;
  insert into public.calls (room_id, kind, started_by) values (p_room, p_kind, v_me)
  on conflict (room_id) where ended_at is null do nothing returning id into v_call;
  if v_call is null then
    raise exception 'There is a call in this room already; join it'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  insert into private.call_participants (call_id, profile_id, state, joined_at)
  values (v_call, v_me, 'joined', clock_timestamp());
  perform private.announce_call(v_call);
  perform private.ring_call(v_call);
  perform private.emit('call.started', v_call, v_me, jsonb_build_object('room_id', p_room));
  return v_call;
end;
$function$

-- function private.stop_digests(uuid)
CREATE OR REPLACE FUNCTION private.stop_digests(p_person uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update public.notification_preferences n
  set types = (select jsonb_object_agg(t, coalesce(n.types -> t, '{}') || '{"email": false}')
    from unnest(private.notification_types()) t)
  where n.profile_id = p_person
$function$

-- function private.store_measure(uuid,text,timestamp with time zone,text)
CREATE OR REPLACE FUNCTION private.store_measure(p_person uuid, p_action text, p_until timestamp with time zone, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  -- Whoever counts what this person did waits for it, or is counted by it.
  perform from public.profiles p where p.id = p_person for update;
  insert into private.account_states as s (profile_id) values (p_person)
  on conflict (profile_id) do nothing;
  update private.account_states s set
    muted_until = case p_action when 'mute' then p_until else s.muted_until end,
    suspended_until = case p_action when 'suspend' then p_until else s.suspended_until end,
    banned_at = case when p_action <> 'ban' then s.banned_at
      when p_until is not null then coalesce(s.banned_at, clock_timestamp()) end,
    banned_until = case when p_action <> 'ban' then s.banned_until
      when p_until < '9999-12-31 00:00:00+00' then p_until end,
    reason = case when p_until is not null then p_reason end,
    changed_by = v_me, changed_at = clock_timestamp()
  where s.profile_id = p_person;
end;
$function$

-- function private.store_report(text,uuid,uuid,text,text)
CREATE OR REPLACE FUNCTION private.store_report(p_type text, p_id uuid, p_owner uuid, p_reason text, p_note text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
  v_report uuid;
  v_case uuid;
begin
  insert into public.reports (reporter_id, subject_type, subject_id, reported_user_id, reason, note)
  values (v_me, p_type, p_id, p_owner, p_reason, p_note)
  on conflict on constraint reports_reporter_id_subject_key do nothing
  returning id into v_report;
  if v_report is not null then
    v_case := private.open_case(p_type, p_id, p_owner, array[p_reason], 1);
    update public.reports set case_id = v_case where id = v_report;
    perform private.emit('report.created', v_report, v_me,
      jsonb_build_object('case_id', v_case, 'subject_type', p_type, 'subject_id', p_id));
  end if;
  return (
    select jsonb_build_object('case_id', c.id, 'status', c.status, 'created', v_report is not null)
    from public.reports r join private.moderation_cases c on c.id = r.case_id
    where r.reporter_id = v_me and r.subject_type = p_type and r.subject_id = p_id);
end;
$function$

-- function private.stories_after_delete()
CREATE OR REPLACE FUNCTION private.stories_after_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.notifications n where n.subject_type = 'story' and n.subject_id = old.id;
  return null;
end;
$function$

-- function private.stories_after_insert()
CREATE OR REPLACE FUNCTION private.stories_after_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if new.audience_id is not null then
    insert into private.story_audiences (story_id, audience_id) values (new.id, new.audience_id);
    update public.stories s set audience_id = null where s.id = new.id;
  end if;
  if new.media_id is not null then
    perform private.attach_media(array[new.media_id], new.author_id, null, null, null, new.id);
  end if;
  if new.screened_at is null then
    perform private.emit('story.created', new.id, new.author_id);
  end if;
  return null;
end;
$function$

-- function private.stories_before_insert()
CREATE OR REPLACE FUNCTION private.stories_before_insert()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_live_max constant int := 100;
  v_verdict constant text := nullif(current_setting('townsquare.verdict', true), '');
begin
  if coalesce(new.text, '') !~ '\S' then
    new.text := null;
  end if;
  if new.text is null and new.media_id is null then
    raise exception 'A story needs a picture, a video or a text'
      using errcode = 'PT422', hint = 'invalid-input', column = 'text';
  end if;
  if new.media_id is not null and not exists (select from public.media m
    where m.id = new.media_id and m.owner_id = new.author_id and m.kind in ('image', 'video')
      and m.status <> 'rejected'
      and m.post_id is null and m.message_id is null and m.story_id is null) then
    raise exception 'The picture or video does not exist, is not yours, or hangs on something else'
      using errcode = 'PT422', hint = 'invalid-input', column = 'media_id';
  end if;
  if new.audience_id is not null and not exists (select from private.audiences a
    where a.id = new.audience_id and a.owner_id = new.author_id) then
    raise exception 'The list does not exist' using errcode = 'PT404', hint = 'not-found';
  end if;
  -- One at a time for each author, so that two at once do not both take the last place.
  perform pg_advisory_xact_lock(hashtextextended('public.stories:' || new.author_id, 0));
  if (select count(*) from public.stories s
    where s.author_id = new.author_id and s.expires_at > now()) >= c_live_max then
    raise exception 'One person shows at most % stories at once', c_live_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  -- Without a verdict, a consumer screens the text within a second.
  new.screened_at := case when v_verdict is not null or new.text is null then now() end;
  if v_verdict = 'held' and new.text is not null then
    new.status := 'held';
  end if;
  return new;
end;
$function$

-- function private.suggest_people(real,uuid,integer)
CREATE OR REPLACE FUNCTION private.suggest_people(p_before real, p_after_id uuid, p_limit integer)
 RETURNS TABLE(id uuid, score real, item jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
declare
  c_people constant int := 100;
begin
  return query
    with mutual as materialized (
      select * from private.suggested_by_mutuals(c_people)
    ), everybody as (
      select m.person_id, m.mutuals::real as score, m.mutuals, m.named_id from mutual m
      union all
      -- Below everybody who has a mutual, and only while those are few.
      select p.person_id, (p.followers / (p.followers + 1.0))::real, null, null
      from private.suggested_by_popularity(
        case when (select count(*) from mutual) < c_people then c_people else 0 end) p
      where p.person_id not in (select m.person_id from mutual m)
    ), page as materialized (
      select e.* from (select * from everybody e
        order by e.score desc, e.person_id limit c_people) e
      where p_before is null or (-e.score, e.person_id) > (-p_before, p_after_id)
      order by e.score desc, e.person_id limit p_limit
    )
    select e.person_id, e.score, jsonb_build_object(
      'id', e.person_id, 'user', private.profile_summary(e.person_id),
      'reason', case when e.mutuals is null
        then jsonb_build_object('code', 'popular', 'detail', 'Many follow them lately')
        else jsonb_build_object('code', 'mutuals', 'detail', 'Followed by '
          || (private.profile_summary(e.named_id) ->> 'display_name')
          || case e.mutuals when 1 then '' when 2 then ' and 1 other person you follow'
            else ' and ' || e.mutuals - 1 || ' other people you follow' end) end,
      'score', e.score)
    from page e order by e.score desc, e.person_id;
end;
$function$

-- function private.suggested_by_mutuals(integer)
CREATE OR REPLACE FUNCTION private.suggested_by_mutuals(p_limit integer)
 RETURNS TABLE(person_id uuid, mutuals bigint, named_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  return query
    -- Whom a person followed last says most of what they like now, and bounds the cost of the busiest.
    -- Bounds are literals, so that the planner knows them and walks the index; counts come first, by
    -- ids alone, and settings are asked of the few that are left ("offset 0": one by one).
    with speaking as materialized (
      select f.followee_id as id,
        (row_number() over (order by f.created_at desc, f.followee_id desc))::int as n
      from (select f.followee_id, f.created_at from public.follows f
        where f.follower_id = v_me
          and not exists (select from private.profile_settings s
            where s.profile_id = f.followee_id and s.hide_following offset 0)
          and not exists (select from private.account_states s
            where s.profile_id = f.followee_id and s.hidden offset 0)
        order by f.created_at desc, f.followee_id desc limit 100) f
    ), found as materialized (
      select e.followee_id as id, count(*) as mutuals, min(s.n) as named
      from speaking s
      cross join lateral (
        select f.followee_id from public.follows f where f.follower_id = s.id
        order by f.created_at desc, f.followee_id desc limit 50) e
      group by e.followee_id
    ), best as materialized (
      select f.id, f.mutuals, f.named from found f
      where f.id not in (select private.not_suggested_ids())
      order by f.mutuals desc, f.id limit p_limit * 2
    )
    select b.id, b.mutuals, s.id from best b join speaking s on s.n = b.named
    where not exists (select from private.profile_settings o
        where o.profile_id = b.id and o.hide_followers offset 0)
      and not exists (select from private.account_states o
        where o.profile_id = b.id and o.hidden offset 0)
    order by b.mutuals desc, b.id limit p_limit;
end;
$function$

-- function private.suggested_by_popularity(integer)
CREATE OR REPLACE FUNCTION private.suggested_by_popularity(p_limit integer)
 RETURNS TABLE(person_id uuid, followers bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
begin
  return query
    with found as materialized (
      select l.followee_id as id, count(*) as followers
      from (select f.followee_id from public.follows f order by f.created_at desc limit 2000) l
      group by l.followee_id
    ), best as materialized (
      select f.id, f.followers from found f
      where f.id not in (select private.not_suggested_ids())
      order by f.followers desc, f.id limit p_limit * 2
    )
    select b.id, b.followers from best b
    where not exists (select from private.private_accounts a where a.profile_id = b.id offset 0)
      and not exists (select from private.profile_settings s
        where s.profile_id = b.id and s.hide_followers offset 0)
      and not exists (select from private.account_states s
        where s.profile_id = b.id and s.hidden offset 0)
    order by b.followers desc, b.id limit p_limit;
end;
$function$

-- function private.suggested_handle(jsonb)
CREATE OR REPLACE FUNCTION private.suggested_handle(p_data jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- What a provider of sign-ins calls the name of an account.
  v_handle constant text := trim('_' from left(regexp_replace(
    lower(coalesce(p_data ->> 'preferred_username', p_data ->> 'user_name', '')),
    '[^a-z0-9]+', '_', 'g'), 30));
begin
  return case when private.handle_problem(v_handle) is null then v_handle end;
end;
$function$

-- function private.sweep_account_states()
CREATE OR REPLACE FUNCTION private.sweep_account_states()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- A ban that has run out lets nobody in by itself only where it hides: that is stored.
  update private.account_states s
  set banned_at = null, banned_until = null, changed_by = null, changed_at = clock_timestamp()
  where s.banned_until <= now();
  delete from private.account_states s
  where not s.hidden and coalesce(s.suspended_until <= now(), true)
    and coalesce(s.muted_until <= now(), true)
$function$

-- function private.sweep_accounts(integer)
CREATE OR REPLACE FUNCTION private.sweep_accounts(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_log_kept constant interval := '180 days';
  v_sessions int;
  v_lines int;
begin
  perform set_config('townsquare.session_end', 'session_expired', true);
  delete from auth.sessions s where s.id in (
    select x.id from auth.sessions x
    where private.session_has_expired(x.not_after, x.refreshed_at, x.created_at)
    limit p_limit for update skip locked);
  get diagnostics v_sessions = row_count;
  delete from private.auth_log l where l.id in (
    select x.id from private.auth_log x where x.created_at < now() - c_log_kept
    order by x.created_at limit p_limit for update skip locked);
  get diagnostics v_lines = row_count;
  return greatest(v_sessions, v_lines);
end;
$function$

-- function private.sweep_bookkeeping()
CREATE OR REPLACE FUNCTION private.sweep_bookkeeping()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.idempotency_keys where created_at < now() - interval '1 day';
  delete from private.rate_limits where arrival_at < now() - interval '1 hour';
$function$

-- function private.sweep_calls(integer)
CREATE OR REPLACE FUNCTION private.sweep_calls(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Nobody talks for that long: their devices have gone without a word.
  c_call_length_max constant interval := interval '12 hours';
  v_call public.calls;
  v_count int := 0;
begin
  for v_call in
    select * from public.calls c where c.ended_at is null and c.started_at <= clock_timestamp()
      - case c.state when 'ringing' then private.call_ring() else c_call_length_max end
    order by c.started_at limit p_limit for update skip locked
  loop
    if not private.finish_if_over(v_call.id) then
      perform private.finish_call(v_call.id, 'ended', clock_timestamp());
    end if;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$function$

-- function private.sweep_connections(integer)
CREATE OR REPLACE FUNCTION private.sweep_connections(p_limit integer)
 RETURNS TABLE(id uuid, profile_id uuid, opened_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.connections c
  where c.id in (select e.id from private.connections e
    where e.expires_at <= clock_timestamp()
    order by e.expires_at limit p_limit for update skip locked)
  returning c.id, c.profile_id, c.opened_at, c.expires_at
$function$

-- function private.sweep_counter_drift()
CREATE OR REPLACE FUNCTION private.sweep_counter_drift()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ delete from private.counter_drift d where d.found_at < now() - interval '90 days' $function$

-- function private.sweep_handles()
CREATE OR REPLACE FUNCTION private.sweep_handles()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ delete from private.retired_handles where free_at <= now() $function$

-- function private.sweep_job_stats()
CREATE OR REPLACE FUNCTION private.sweep_job_stats()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with old as (
    delete from private.job_stats
    where minute < date_trunc('minute', clock_timestamp()) - interval '70 minutes'
      and minute > '-infinity'
    returning job, outcome, bucket, runs, seconds, waited
  )
  insert into private.job_stats as s (job, outcome, minute, bucket, shard, runs, seconds, waited)
  select job, outcome, '-infinity', bucket, 0, sum(runs), sum(seconds), sum(waited)
  from old group by job, outcome, bucket
  on conflict (job, outcome, minute, bucket, shard) do update
  set runs = s.runs + excluded.runs, seconds = s.seconds + excluded.seconds,
    waited = s.waited + excluded.waited
$function$

-- function private.sweep_link_previews()
CREATE OR REPLACE FUNCTION private.sweep_link_previews()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.link_previews l where l.url in (
    select o.url from private.link_previews o
    where not private.is_fresh_preview(o.preview, o.fetched_at) order by o.fetched_at limit 10000)
$function$

-- function private.sweep_loose_media(integer)
CREATE OR REPLACE FUNCTION private.sweep_loose_media(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_kept constant interval := interval '24 hours';
  v_swept int;
begin
  delete from public.media m where m.id in (
    select l.id from public.media l
    where l.created_at < now() - c_kept and l.post_id is null and l.message_id is null
      and l.story_id is null
      and not exists (select from public.profiles p where p.avatar_media_id = l.id)
      and not exists (select from private.scheduled_messages s
        where s.media_ids <> '{}' and s.media_ids @> array[l.id])
    order by l.created_at limit p_limit for update skip locked);
  get diagnostics v_swept = row_count;
  return v_swept;
end;
$function$

-- function private.sweep_lost_media(integer)
CREATE OR REPLACE FUNCTION private.sweep_lost_media(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_kept constant interval := interval '24 hours';
  v_last text;
  v_swept int;
begin
  with stretch as materialized (
    select m.id, m.status, m.variants ->> 'original' as path, m.created_at from public.media m
    where m.id > coalesce(nullif(private.setting('media_sweep_row'), ''),
      '00000000-0000-0000-0000-000000000000')::uuid
    order by m.id limit p_limit
  ), lost as (
    update public.media m set status = 'rejected' from stretch s
    where m.id = s.id and s.created_at < now() - c_kept and s.status <> 'rejected'
      and (s.status = 'processing' or not exists (select from storage.objects o
        where o.bucket_id = 'media' and o.name = s.path))
    returning m.id
  ) select (select count(*) from lost),
      case when (select count(*) from stretch) = p_limit
        then (select s.id::text from stretch s order by s.id desc limit 1) end
    into v_swept, v_last;
  perform private.set_setting('media_sweep_row', coalesce(v_last, ''));
  return v_swept;
end;
$function$

-- function private.sweep_metrics()
CREATE OR REPLACE FUNCTION private.sweep_metrics()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Series of routes and jobs that are no more.
  delete from private.metric_series m where m.told_at < clock_timestamp() - interval '30 days';
  with old as (
    delete from private.event_counts e
    where e.hour < clock_timestamp() - interval '30 days' and e.hour > '-infinity'
    returning e.topic, e.total
  )
  insert into private.event_counts as e (topic, hour, total)
  select o.topic, '-infinity', sum(o.total) from old o group by o.topic
  on conflict (topic, hour) do update set total = e.total + excluded.total
$function$

-- function private.sweep_outbox()
CREATE OR REPLACE FUNCTION private.sweep_outbox()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.outbox where published_at < now() - interval '30 days';
  delete from private.job_runs where started_at < now() - interval '40 days'
    -- Dead work may be replayed for as long as it is kept.
    and event_id::text not in (
      select d.payload #>> '{body,id}' from private.dead_jobs d where d.payload #>> '{body,id}' is not null);
  -- Longer than the queue keeps its own dead letters, from which it would come back.
  delete from private.dead_jobs
  where coalesce(discarded_at, replayed_at) < now() - interval '40 days';
$function$

-- function private.sweep_post_views()
CREATE OR REPLACE FUNCTION private.sweep_post_views()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$ delete from private.post_views v where v.counted_at < now() - interval '30 minutes' $function$

-- function private.sweep_room(uuid,timestamp with time zone,bigint,integer)
CREATE OR REPLACE FUNCTION private.sweep_room(p_room uuid, p_before timestamp with time zone, p_up_to bigint, p_limit integer, OUT swept integer, OUT up_to bigint)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- How far one sweep looks, so that a long history costs it nothing.
  c_window constant int := 10 * p_limit;
  v_last_old bigint;
  v_last_gone bigint;
begin
  with seen as materialized (
    select w.id, w.seq, w.author_id from (
      select n.id, n.seq, n.author_id, n.created_at from public.messages n
      where n.room_id = p_room and n.seq > p_up_to order by n.seq limit c_window) w
    where w.created_at < p_before
  ), old as (
    select s.id, s.seq from seen s
    where not private.is_message_kept(s.id, s.author_id)
      -- Above an answer that stays nothing is torn out.
      and not exists (select from public.messages a where a.parent_id = s.id
        and (a.created_at >= p_before or private.is_message_kept(a.id, a.author_id)))
    order by s.seq limit p_limit
  ), gone as (
    delete from public.messages m using old where m.id = old.id returning m.id
  ), told as (
    select private.emit('message.deleted', g.id, null, jsonb_build_object('room_id', p_room))
    from gone g
  )
  select (select count(*) from told), (select max(s.seq) from seen s), (select max(o.seq) from old o)
  into swept, v_last_old, v_last_gone;
  up_to := case when swept >= p_limit then v_last_gone else coalesce(v_last_old, 0) end;
end;
$function$

-- function private.sweep_room_messages(integer,uuid)
CREATE OR REPLACE FUNCTION private.sweep_room_messages(p_limit integer, p_after uuid DEFAULT NULL::uuid, OUT swept integer, OUT after_room uuid, OUT is_done boolean)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_rooms_max constant int := 100;
  v_rooms int := 0;
  v_room record;
  v_part record;
begin
  swept := 0;
  after_room := p_after;
  is_done := false;
  for v_room in
    select r.id, coalesce(s.up_to_seq, 0) as up_to,
      now() - make_interval(days => r.retention_days) as oldest
    from public.rooms r left join private.room_sweeps s on s.room_id = r.id
    where r.retention_days is not null and (p_after is null or r.id > p_after)
      and not exists (select from private.legal_holds h
        where h.subject_type = 'room' and h.subject_id = r.id)
    order by r.id limit c_rooms_max
  loop
    select * into v_part from private.sweep_room(v_room.id, v_room.oldest, v_room.up_to, p_limit);
    swept := swept + v_part.swept;
    if v_part.up_to > 0 then
      insert into private.room_sweeps as s (room_id, up_to_seq) values (v_room.id, v_part.up_to)
      on conflict (room_id) do update set up_to_seq = excluded.up_to_seq;
      return;
    end if;
    delete from private.room_sweeps s where s.room_id = v_room.id;
    after_room := v_room.id;
    v_rooms := v_rooms + 1;
  end loop;
  is_done := v_rooms < c_rooms_max;
end;
$function$

-- function private.sweep_stories(integer)
CREATE OR REPLACE FUNCTION private.sweep_stories(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Until then the author may still make it a highlight.
  c_kept constant interval := interval '24 hours';
  v_swept int;
begin
  delete from public.stories s where s.id in (
    select e.id from public.stories e
    where e.highlighted_at is null and e.expires_at < now() - c_kept
      -- What somebody has reported is looked at first.
      and not exists (select from private.moderation_cases c where c.subject_id = e.id
        and c.subject_type = 'story' and c.status in ('open', 'appealed'))
    order by e.expires_at limit p_limit for update skip locked);
  get diagnostics v_swept = row_count;
  return v_swept;
end;
$function$

-- function private.sweep_stray_objects(integer)
CREATE OR REPLACE FUNCTION private.sweep_stray_objects(p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_kept constant interval := interval '24 hours';
  v_last text;
  v_swept int;
begin
  -- A stretch of names each time, and from the start again when the end is reached.
  with stretch as materialized (
    select o.name, o.created_at from storage.objects o
    where o.bucket_id = 'media' and o.name > coalesce(private.setting('media_sweep_object'), '')
    order by o.name limit p_limit
  ), strays as (
    insert into private.media_trash (path)
    select s.name from stretch s
    where s.created_at < now() - c_kept and not exists (
      select from public.media m
      where m.id = case when split_part(s.name, '/', 2) ~ '^[0-9a-f-]{36}$'
          then split_part(s.name, '/', 2)::uuid end
        and (m.upload_path = s.name
          or exists (select from jsonb_each_text(m.variants) v where v.value = s.name)))
    on conflict do nothing returning path
  ) select (select count(*) from strays),
      case when (select count(*) from stretch) = p_limit then (select max(s.name) from stretch s) end
    into v_swept, v_last;
  perform private.set_setting('media_sweep_object', coalesce(v_last, ''));
  return v_swept;
end;
$function$

-- function private.sync_message_mentions(messages)
CREATE OR REPLACE FUNCTION private.sync_message_mentions(p_message messages)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from public.message_mentions n where n.message_id = p_message.id;
  if position('mention' in p_message.entities::text) = 0 then
    return;
  end if;
  insert into public.message_mentions (message_id, profile_id)
  select p_message.id, p.id
  from unnest(private.entity_values(p_message.entities, 'mention')) as named (handle)
  join public.profiles p on p.handle = named.handle
  join public.room_members m
    on m.room_id = p_message.room_id and m.profile_id = p.id and not m.banned
  where private.accepts_contact(p.id, p_message.author_id, 'mention')
  order by p.id;
end;
$function$

-- function private.take_delivery(uuid)
CREATE OR REPLACE FUNCTION private.take_delivery(p_id uuid)
 RETURNS TABLE(recipient_id uuid, notification jsonb)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row record;
begin
  select n.recipient_id, n.channels into v_row
  from public.notifications n where n.id = p_id and n.delivered_at is null for update;
  -- What was taken back, removed or blocked meanwhile waits: it may come back.
  if not found or private.visible_notifications(v_row.recipient_id, array[p_id]) = '{}' then
    return;
  end if;
  update public.notifications n
  set delivered_at = clock_timestamp(),
    status = case when n.status = 'pending' then 'delivered' else n.status end
  where n.id = p_id;
  if 'in_app' = any (v_row.channels) then
    return query select v_row.recipient_id, private.present_notification(p_id);
  end if;
end;
$function$

-- function private.take_digest(uuid,date)
CREATE OR REPLACE FUNCTION private.take_digest(p_person uuid, p_day date)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_lines constant int := 20;
  -- Beyond that nobody counts.
  c_waiting_max constant int := 1000;
  v_now constant timestamptz := clock_timestamp();
  v_since timestamptz;
  v_email text;
  v_ids uuid[];
  v_result jsonb;
begin
  select d.told_to into v_since from private.digests d
  where d.profile_id = p_person and d.sent_for < p_day for update;
  if not found and exists (select from private.digests d where d.profile_id = p_person) then
    return null;
  end if;
  v_email := (select u.email from auth.users u
    where u.id = p_person and u.email_confirmed_at is not null);
  if v_email is null or private.is_hidden(p_person) then
    return null;
  end if;
  v_ids := private.visible_notifications(p_person, array(select n.id from public.notifications n
    where n.recipient_id = p_person and n.read_at is null and 'email' = any (n.channels)
      and n.created_at > coalesce(v_since, '-infinity')
      and 'email' = any (private.notification_channels(p_person, n.type))
    order by n.created_at desc limit c_waiting_max));
  with waiting as (select n.* from public.notifications n where n.id = any (v_ids))
  select jsonb_build_object('email', v_email, 'name', private.profile_summary(p_person) ->> 'display_name',
    'total', (select count(*) from waiting),
    'lines', (select jsonb_agg(private.present_notification(w.id) ->> 'text' order by w.created_at desc)
      from (select * from waiting order by created_at desc limit c_lines) w))
  into v_result;
  if (v_result ->> 'total')::int = 0 then
    return null;
  end if;
  insert into private.digests as d (profile_id, sent_for, told_to) values (p_person, p_day, v_now)
  on conflict (profile_id) do update set sent_for = excluded.sent_for, told_to = excluded.told_to;
  return v_result;
end;
$function$

-- function private.take_entries(uuid,text,text,text,jsonb)
CREATE OR REPLACE FUNCTION private.take_entries(p_feed uuid, p_title text, p_etag text, p_last_modified text, p_entries jsonb)
 RETURNS SETOF text
 LANGUAGE plpgsql
 ROWS 10
 SET search_path TO ''
AS $function$
declare
  -- A site that has a hundred news at once does not flood the room.
  c_said_at_once constant int := 10;
  c_kept constant int := 1000;
  v_feed private.room_feeds;
begin
  select f.* into v_feed from private.room_feeds f join public.rooms r on r.id = f.room_id
  where f.id = p_feed and r.archived_at is null for update of f;
  if v_feed.id is null then
    return;
  end if;
  return query
  with given as (
    select e.ordinality as place, e.value ->> 'body' as body,
      array(select extensions.digest(k, 'sha256')
        from jsonb_array_elements_text(e.value -> 'keys') k) as hashes
    from jsonb_array_elements(p_entries) with ordinality e
  ), noted as (
    insert into private.room_feed_entries as n (feed_id, key_hash)
    select distinct p_feed, h from given g, unnest(g.hashes) h
    -- What a feed still has is not forgotten.
    on conflict (feed_id, key_hash) do update set seen_at = excluded.seen_at
  ), newest as (
    select g.body, g.place from given g
    -- Known by any of its keys, from before or from further up, is known.
    where not exists (select from private.room_feed_entries n
        where n.feed_id = p_feed and n.key_hash = any (g.hashes))
      and not exists (select from given b where b.place < g.place and b.hashes && g.hashes)
    -- Of what was there before the feed was added the newest is said, to show that it works.
    order by g.place limit case when v_feed.read_at is null then 1 else c_said_at_once end
  )
  select n.body from newest n order by n.place desc;
  update private.room_feeds f set title = p_title, etag = p_etag, last_modified = p_last_modified,
    read_at = clock_timestamp(), failures = 0, error = null where f.id = p_feed;
  delete from private.room_feed_entries n where n.feed_id = p_feed and n.key_hash in (
    select o.key_hash from private.room_feed_entries o where o.feed_id = p_feed
    order by o.seen_at desc offset c_kept);
end;
$function$

-- function private.take_rate_limit(text,integer,integer,integer)
CREATE OR REPLACE FUNCTION private.take_rate_limit(p_key text, p_burst integer, p_period_seconds integer, p_cost integer DEFAULT 1)
 RETURNS TABLE(allowed boolean, remaining integer, reset_seconds integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_now constant timestamptz := clock_timestamp();
  v_period constant interval := make_interval(secs => p_period_seconds);
  v_step constant interval := v_period / p_burst;
  v_arrival timestamptz;
begin
  insert into private.rate_limits as r (key, arrival_at)
  values (p_key, v_now + v_step * p_cost)
  on conflict (key) do update set arrival_at = greatest(r.arrival_at, v_now) + v_step * p_cost
  where greatest(r.arrival_at, v_now) + v_step * p_cost - v_period <= v_now
  returning r.arrival_at into v_arrival;
  allowed := v_arrival is not null;
  if not allowed then
    select r.arrival_at + v_step * p_cost into v_arrival from private.rate_limits r where r.key = p_key;
  end if;
  remaining := case when allowed
    then floor(extract(epoch from (v_period - (v_arrival - v_now))) / extract(epoch from v_step))
    else 0 end;
  reset_seconds := case when allowed
    then ceil(extract(epoch from (v_arrival - v_now)))
    else greatest(1, ceil(extract(epoch from (v_arrival - v_period - v_now)))) end;
  return next;
end;
$function$

-- function private.tell_announcement(uuid,integer)
CREATE OR REPLACE FUNCTION private.tell_announcement(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_row private.announcements;
  v_ids uuid[];
begin
  -- Withdrawing waits for the batch, and the next batch finds nothing.
  select * into v_row from private.announcements a where a.id = p_id
    and a.told_at is null and (a.expires_at is null or a.expires_at > now()) for update;
  if not found then
    return 0;
  end if;
  v_ids := array(select p.id from public.profiles p
    where p.id > coalesce(v_row.told_to, '00000000-0000-0000-0000-000000000000')
    order by p.id limit p_limit);
  perform private.create_notifications(array(
      select i from unnest(v_ids) i where i <> private.deleted_profile_id()
        and not exists (select from private.account_states s
          where s.profile_id = i and s.hidden offset 0)),
    'announcement', 'announcement', p_id, p_id, jsonb_build_object('text', v_row.title));
  update private.announcements a set told_to = coalesce(v_ids[cardinality(v_ids)], a.told_to),
    told_at = case when cardinality(v_ids) < p_limit then clock_timestamp() end
  where a.id = p_id;
  if cardinality(v_ids) = p_limit then
    perform private.emit('announcement.created', p_id, null);
  end if;
  return cardinality(v_ids);
end;
$function$

-- function private.tell_badge(uuid,uuid[])
CREATE OR REPLACE FUNCTION private.tell_badge(p_recipient uuid, p_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_count bigint;
begin
  perform private.lock_notifications(p_recipient);
  -- As in can_see: only the policy knows what counts.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_recipient, 'role', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  v_count := private.unread_notifications();
  perform set_config('role', v_role, true);
  perform set_config('request.jwt.claims', v_claims, true);
  perform private.emit_to_user(p_recipient, 'notification.read',
    jsonb_build_object('ids', p_ids, 'unread_count', v_count));
end;
$function$

-- function private.tell_feeds(uuid,uuid,uuid,integer)
CREATE OR REPLACE FUNCTION private.tell_feeds(p_post uuid, p_actor uuid, p_after uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  -- Whoever holds a socket open has renewed their token since; nobody is told who is not there.
  c_present constant interval := '65 minutes';
  v_post record;
  v_next uuid[];
begin
  select p.author_id, p.visibility, p.audience_ids, l.audience_id into v_post
  from public.posts p left join private.post_audiences l on l.post_id = p.id
  where p.id = p_post and p.status = 'published' and p.deleted_at is null and p.parent_id is null
    and p.visibility <> 'room' and not private.is_hidden(p.author_id) and not private.is_hidden(p_actor);
  if not found then
    return 0;
  end if;
  v_next := array(select f.follower_id from public.follows f
    where f.followee_id = p_actor and f.follower_id > coalesce(p_after, c_first)
    order by f.follower_id limit p_limit);
  perform private.broadcast_each('post.available', array_agg('feed:' || r.id),
    array_agg(jsonb_build_object('post_id', p_post, 'author_id', v_post.author_id)))
  from unnest(v_next) as r (id)
  where exists (select from auth.sessions s where s.user_id = r.id
      and coalesce(s.refreshed_at at time zone 'utc', s.created_at) > now() - c_present)
    and r.id <> v_post.author_id and not private.is_hidden(r.id)
    and not exists (select from private.block_sides b
      where b.profile_id = r.id and b.other_id in (v_post.author_id, p_actor))
    and not exists (select from public.mutes m
      where m.muter_id = r.id and m.muted_id in (v_post.author_id, p_actor))
    and (v_post.audience_id is null or exists (select from private.audience_members m
      where m.audience_id = v_post.audience_id and m.profile_id = r.id))
    and (v_post.visibility <> 'mentioned' or r.id = any (v_post.audience_ids))
    -- What is shared is public, unless its author has turned private since.
    and (v_post.author_id = p_actor or (v_post.visibility = 'public' and not exists (
      select from private.private_accounts a where a.profile_id = v_post.author_id)))
  having count(*) > 0;
  if cardinality(v_next) = p_limit then
    perform private.emit('feed.available', p_post, p_actor, jsonb_build_object('after', v_next[p_limit]));
  end if;
  return cardinality(v_next);
end;
$function$

-- function private.tell_more(text,uuid,uuid,uuid[],integer,jsonb)
CREATE OR REPLACE FUNCTION private.tell_more(p_kind text, p_subject uuid, p_actor uuid, p_told uuid[], p_limit integer, p_payload jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if cardinality(p_told) = p_limit then
    perform private.emit('notification.telling', p_subject, p_actor,
      p_payload || jsonb_build_object('kind', p_kind, 'after', p_told[p_limit]));
  end if;
end;
$function$

-- function private.tell_notifications_read(jsonb)
CREATE OR REPLACE FUNCTION private.tell_notifications_read(p_result jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.broadcast('user:' || (select auth.uid()), 'notification.read', p_result);
end;
$function$

-- function private.tend_webhooks()
CREATE OR REPLACE FUNCTION private.tend_webhooks()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.webhook_deliveries d where d.created_at < now() - interval '30 days';
  delete from private.webhook_secrets s where s.expires_at < now();
  select private.wake_endpoint(e.id, clock_timestamp()) from private.webhook_endpoints e
  where private.endpoint_is_open(e) and (e.leased_until is null or e.leased_until < now())
    and (e.retry_at is null or e.retry_at < now() - interval '30 seconds')
    and exists (select from private.webhook_deliveries d
      where d.endpoint_id = e.id and d.status = 'pending'
        and d.created_at < now() - interval '30 seconds')
$function$

-- function private.text_digits()
CREATE OR REPLACE FUNCTION private.text_digits()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Decimal digits of other scripts, which Postgres' classes leave out.
  select
    '\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f'
    || '\u0ae6-\u0aef\u0b66-\u0b6f\u0be6-\u0bef\u0c66-\u0c6f\u0ce6-\u0cef\u0d66-\u0d6f'
    || '\u0de6-\u0def\u0e50-\u0e59\u0ed0-\u0ed9\u0f20-\u0f29\u1040-\u1049\u1090-\u1099'
    || '\u17e0-\u17e9\u1810-\u1819\u1946-\u194f\u19d0-\u19d9\u1a80-\u1a89\u1a90-\u1a99'
    || '\u1b50-\u1b59\u1bb0-\u1bb9\u1c40-\u1c49\u1c50-\u1c59\ua620-\ua629\ua8d0-\ua8d9'
    || '\ua900-\ua909\ua9d0-\ua9d9\ua9f0-\ua9f9\uaa50-\uaa59\uabf0-\uabf9\uff10-\uff19'
    || '\U000104a0-\U000104a9\U00010d30-\U00010d39\U00010d40-\U00010d49\U00011066-\U0001106f'
    || '\U000110f0-\U000110f9\U00011136-\U0001113f\U000111d0-\U000111d9\U000112f0-\U000112f9'
    || '\U00011450-\U00011459\U000114d0-\U000114d9\U00011650-\U00011659\U000116c0-\U000116c9'
    || '\U000116d0-\U000116e3\U00011730-\U00011739\U000118e0-\U000118e9\U00011950-\U00011959'
    || '\U00011bf0-\U00011bf9\U00011c50-\U00011c59\U00011d50-\U00011d59\U00011da0-\U00011da9'
    || '\U00011de0-\U00011de9\U00011f50-\U00011f59\U00016130-\U00016139\U00016a60-\U00016a69'
    || '\U00016ac0-\U00016ac9\U00016b50-\U00016b59\U00016d70-\U00016d79\U0001ccf0-\U0001ccf9'
    || '\U0001d7ce-\U0001d7ff\U0001e140-\U0001e149\U0001e2f0-\U0001e2f9\U0001e4f0-\U0001e4f9'
    || '\U0001e5f1-\U0001e5fa\U0001e950-\U0001e959\U0001fbf0-\U0001fbf9'
$function$

-- function private.text_marks()
CREATE OR REPLACE FUNCTION private.text_marks()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Combining marks that Postgres does not count as letters, as ranges of a bracket expression.
  select
    '\u0300-\u0362\u0483-\u0489\u0591-\u05af\u0658\u06df-\u06e0\u06ea-\u06ec\u0740-\u07f3'
    || '\u07fd\u0818-\u082d\u0859-\u085b\u0898-\u08e1\u08ea-\u0954\u09bc-\u09cd\u09fe-\u0a4d'
    || '\u0abc-\u0acd\u0afd-\u0b55\u0bcd\u0c3c-\u0c4d\u0cbc-\u0d4d\u0dca\u0e47-\u0e4e'
    || '\u0eba-\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f84\u0f86-\u0f87\u0fc6'
    || '\u1037-\u103a\u135d-\u135f\u1714-\u1734\u17b4-\u17d3\u17dd\u180b-\u180d\u180f-\u193b'
    || '\u1a60-\u1a7f\u1ab0-\u1b44\u1b6b-\u1b73\u1baa-\u1bf3\u1c37\u1cd0-\u1cd2\u1cd4-\u1dff'
    || '\u20d0-\u20f0\u2cef-\u2cf1\u2d7f\u302a-\u302f\u3099-\u309a\ua66f-\ua672\ua67c-\ua67d'
    || '\ua6f0-\ua6f1\ua806\ua82c\ua8c4\ua8e0-\ua8f1\ua92b-\ua92d\ua953\ua9b3-\ua9c0'
    || '\uaabf-\uaac1\uaaf6\uabec-\uabed\ufe20-\ufe2f'
$function$

-- function private.texts_within(jsonb,text,integer)
CREATE OR REPLACE FUNCTION private.texts_within(p_list jsonb, p_form text, p_entries_max integer)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  if p_list is null then
    return true;
  end if;
  return jsonb_typeof(p_list) = 'array' and (
    select count(*) <= p_entries_max
      and coalesce(bool_and(jsonb_typeof(e) = 'string' and e #>> '{}' ~ p_form), true)
    from jsonb_array_elements(case when jsonb_typeof(p_list) = 'array' then p_list else '[]' end) e);
end;
$function$

-- function private.thread_members_settle()
CREATE OR REPLACE FUNCTION private.thread_members_settle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.settle_messages(new.profile_id, null, new.message_id, new.last_read_seq);
  return null;
end;
$function$

-- function private.told_topics()
CREATE OR REPLACE FUNCTION private.told_topics()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array['content.created', 'content.viewed', 'content.liked', 'content.commented',
    'content.shared', 'user.created', 'user.followed', 'user.blocked', 'message.created',
    'room.created', 'room.joined', 'feed.scrolled', 'recommendation.clicked', 'report.created']
$function$

-- function private.topic_uuid(text,text)
CREATE OR REPLACE FUNCTION private.topic_uuid(p_topic text, p_prefix text)
 RETURNS uuid
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case when p_topic ~ ('^' || p_prefix || ':[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:|$)')
    then split_part(p_topic, ':', 2)::uuid end;
end;
$function$

-- function private.traceparent()
CREATE OR REPLACE FUNCTION private.traceparent()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(
    nullif(current_setting('townsquare.traceparent', true), ''),
    nullif(current_setting('request.headers', true), '')::json ->> 'traceparent'
  );
end;
$function$

-- function private.transfer_room(uuid,uuid)
CREATE OR REPLACE FUNCTION private.transfer_room(p_room uuid, p_profile uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_me constant uuid := (select auth.uid());
begin
  perform private.require_room(p_room, 'transfer');
  if p_profile = v_me or private.room_role(p_room, p_profile) is null
    or private.is_hidden(p_profile) or private.is_bot(p_profile) then
    raise exception 'The new owner is another person of the room'
      using errcode = 'PT422', hint = 'invalid-input', column = 'user_id';
  end if;
  update public.room_members m set role = 'owner'
  where m.room_id = p_room and m.profile_id = p_profile;
  update public.room_members m set role = 'admin' where m.room_id = p_room and m.profile_id = v_me;
  perform private.log_room(p_room, 'transfer', p_profile);
end;
$function$

-- function private.types_about_words()
CREATE OR REPLACE FUNCTION private.types_about_words()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array['comment', 'reply', 'mention', 'quote', 'message', 'story_reply', 'poll_closed']
$function$

-- function private.unban_member(uuid,uuid)
CREATE OR REPLACE FUNCTION private.unban_member(p_room uuid, p_profile uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'ban');
  delete from public.room_members m
  where m.room_id = p_room and m.profile_id = p_profile and m.banned;
  if not found then
    raise exception 'This person is not banned' using errcode = 'PT404', hint = 'not-found';
  end if;
  perform private.log_room(p_room, 'unban', p_profile);
end;
$function$

-- function private.unmute_member(uuid,uuid)
CREATE OR REPLACE FUNCTION private.unmute_member(p_room uuid, p_profile uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_room(p_room, 'mute');
  perform private.require_room_rank(p_room, p_profile);
  if exists (select from private.room_member_states s
    where s.room_id = p_room and s.profile_id = p_profile and s.muted_until > now()) then
    perform private.set_room_mute(p_room, p_profile, null);
  end if;
end;
$function$

-- function private.unpin_message(uuid,uuid)
CREATE OR REPLACE FUNCTION private.unpin_message(p_room uuid, p_message uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_may_pin(p_room);
  delete from private.message_pins p where p.message_id = p_message and p.room_id = p_room;
end;
$function$

-- function private.unread_count(uuid,uuid)
CREATE OR REPLACE FUNCTION private.unread_count(p_room uuid, p_profile uuid)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  -- Counting ends at a thousand: nobody reads the difference, and everybody would pay for it.
  return (
    select count(*)::int from (
      select from public.messages m
      where m.room_id = p_room and m.author_id <> p_profile
        and m.seq > coalesce((select s.last_read_seq from private.room_member_states s
          where s.room_id = p_room and s.profile_id = p_profile), 0)
        and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
        -- A welcome is for whoever it names; nobody has to read it.
        and m.author_id <> private.welcome_profile_id() and m.status = 'published'
        and not exists (select from public.blocks b
          where b.blocker_id = p_profile and b.blocked_id = m.author_id)
        and not exists (select from private.account_states s
          where s.profile_id = m.author_id and s.hidden)
      limit 1000) unread);
end;
$function$

-- function private.unread_counts(uuid)
CREATE OR REPLACE FUNCTION private.unread_counts(p_room uuid)
 RETURNS TABLE(profile_id uuid, unread_count integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
AS $function$
begin
  return query
  -- The same for all members at once, in one pass over what is new to anybody.
  with members as materialized (
    select r.profile_id, coalesce(s.last_read_seq, 0) as last_read_seq,
      array(select b.blocked_id from public.blocks b where b.blocker_id = r.profile_id) as blocked
    from public.room_members r
    left join private.room_member_states s using (room_id, profile_id)
    where r.room_id = p_room and not r.banned
  ), recent as materialized (
    select m.seq, m.author_id from public.messages m
    where m.room_id = p_room and m.seq > (select min(n.last_read_seq) from members n)
      and m.kind <> 'system' and (m.parent_id is null or m.also_in_room) and m.deleted_at is null
      and m.author_id <> private.welcome_profile_id() and m.status = 'published'
      and not exists (select from private.account_states s
        where s.profile_id = m.author_id and s.hidden)
    order by m.seq desc limit 1000
  )
  select n.profile_id, count(c.seq)::int
  from members n left join recent c on c.seq > n.last_read_seq
    and c.author_id <> n.profile_id and c.author_id <> all (n.blocked)
  group by n.profile_id;
end;
$function$

-- function private.unread_in(uuid[],uuid)
CREATE OR REPLACE FUNCTION private.unread_in(p_rooms uuid[], p_profile uuid)
 RETURNS TABLE(room_id uuid, unread_count integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 100
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  c_unread_max constant int := 1000;
begin
  return query
  select r.id, case when exists (select from private.account_states h
        where h.profile_id = any (n.authors) and h.hidden)
      or exists (select from public.blocks b
        where b.blocker_id = p_profile and b.blocked_id = any (n.authors))
    -- Not all of these count; of most rooms everybody is heard.
    then private.unread_count(r.id, p_profile) else n.messages end
  from unnest(p_rooms) as u (id)
  join public.room_members m on m.room_id = u.id and m.profile_id = p_profile and not m.banned
  join public.rooms r on r.id = u.id
  left join private.room_member_states s on s.room_id = u.id and s.profile_id = p_profile
  cross join lateral (
    select count(*)::int as messages, array_agg(x.author_id) as authors from (
      select o.author_id from public.messages o
      where o.room_id = r.id and o.seq > coalesce(s.last_read_seq, 0) and o.author_id <> p_profile
        and o.kind <> 'system' and (o.parent_id is null or o.also_in_room)
        and o.author_id <> private.welcome_profile_id()
        and o.deleted_at is null and o.status = 'published'
      limit c_unread_max) x) n
  where r.last_seq > coalesce(s.last_read_seq, 0) and n.messages > 0;
end;
$function$

-- function private.unread_notifications()
CREATE OR REPLACE FUNCTION private.unread_notifications()
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (select count(*) from public.notifications n
    where n.recipient_id = (select auth.uid()) and n.read_at is null);
end;
$function$

-- function private.unread_rooms()
CREATE OR REPLACE FUNCTION private.unread_rooms()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  c_rooms_max constant int := 100;
  v_me constant uuid := (select auth.uid());
  v_rooms uuid[];
begin
  select array_agg(x.id) into v_rooms from (
    select r.id from public.room_members m
    join public.rooms r on r.id = m.room_id
    left join private.room_member_states s
      on s.room_id = m.room_id and s.profile_id = m.profile_id
    where m.profile_id = v_me and not m.banned and r.last_seq > coalesce(s.last_read_seq, 0)
      and r.id not in (select private.my_set_aside_room_ids())
    order by r.last_message_at desc limit c_rooms_max) x;
  return coalesce((
    select jsonb_agg(jsonb_build_object('room_id', r.id, 'name', case when r.kind <> 'direct'
        then r.name else coalesce((select p.display_name
          from public.room_members o join public.profiles p on p.id = o.profile_id
          where o.room_id = r.id and o.profile_id <> v_me), '') end,
      'unread_count', u.unread_count) order by r.last_message_at desc, r.id)
    from private.unread_in(v_rooms, v_me) u join public.rooms r on r.id = u.room_id
    where r.id = any (v_rooms) and u.unread_count > 0), '[]'::jsonb);
end;
$function$

-- function private.untell_announcement(uuid,integer)
CREATE OR REPLACE FUNCTION private.untell_announcement(p_id uuid, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_count int;
begin
  delete from public.notifications n where n.id in (select w.id from public.notifications w
    where w.subject_type = 'announcement' and w.subject_id = p_id limit p_limit);
  get diagnostics v_count = row_count;
  if v_count = p_limit then
    perform private.emit('announcement.withdrawn', p_id, null);
  end if;
  return v_count;
end;
$function$

-- function private.until_text(timestamp with time zone)
CREATE OR REPLACE FUNCTION private.until_text(p_until timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when p_until < '9999-12-31 00:00:00+00'
    then ' until ' || to_char(p_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    else ' until further notice' end
$function$

-- function private.update_role(text,text,text,text[])
CREATE OR REPLACE FUNCTION private.update_role(p_key text, p_name text, p_description text, p_permissions text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_role private.roles;
  v_permissions text[];
begin
  perform private.begin_role_change();
  v_role := private.role_by_key(p_key);
  v_permissions := private.known_or_raise(coalesce(p_permissions, v_role.permissions));
  perform private.require_rank_over(v_role.permissions || v_permissions);
  if v_role.built_in and (coalesce(p_name, v_role.name) <> v_role.name
    or cardinality(v_permissions) = 0) then
    raise exception 'A built-in role keeps its name and allows something'
      using errcode = 'PT409', hint = 'conflict';
  end if;
  if exists (select from private.roles r where r.name = p_name and r.id <> v_role.id) then
    raise exception 'There is a role of this name'
      using errcode = 'PT409', hint = 'conflict', column = 'name';
  end if;
  update private.roles r
  set name = coalesce(p_name, r.name), description = coalesce(p_description, r.description),
    permissions = v_permissions
  where r.id = v_role.id returning * into v_role;
  perform private.require_manager_left();
  return private.present_role(v_role);
end;
$function$

-- function private.user_roles_log()
CREATE OR REPLACE FUNCTION private.user_roles_log()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.role_log (actor_id, action, role, profile_id)
  select (select auth.uid()), case tg_op when 'INSERT' then 'grant' else 'revoke' end,
    coalesce(new.role, old.role),
    -- A person who is deleted takes their name out of the log with them.
    (select p.id from public.profiles p where p.id = coalesce(new.profile_id, old.profile_id));
  return null;
end;
$function$

-- function private.users_create_profile()
CREATE OR REPLACE FUNCTION private.users_create_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_meta constant jsonb := coalesce(new.raw_user_meta_data, '{}');
  v_handle constant text := coalesce(v_meta ->> 'handle',
    private.suggested_handle(v_meta), private.given_handle(new.id));
begin
  insert into public.profiles (id, handle, display_name)
  values (new.id, v_handle, private.shown_name(
    coalesce(v_meta ->> 'display_name', v_meta ->> 'full_name', v_meta ->> 'name'), v_handle));
  perform private.emit('user.created', new.id, new.id);
  return null;
end;
$function$

-- function private.users_keep_password()
CREATE OR REPLACE FUNCTION private.users_keep_password()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  c_kept constant int := 5;
begin
  if coalesce(new.encrypted_password, '') = '' then
    return null;
  end if;
  insert into private.password_history (user_id, hash) values (new.id, new.encrypted_password);
  delete from private.password_history h where h.id in (
    select o.id from private.password_history o where o.user_id = new.id
    order by o.created_at desc, o.id desc offset c_kept);
  return null;
end;
$function$

-- function private.users_log()
CREATE OR REPLACE FUNCTION private.users_log()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    perform private.log_auth(new.id, 'signup');
    return null;
  end if;
  if coalesce(new.encrypted_password, '') <> coalesce(old.encrypted_password, '') then
    -- What this transaction ends, it ends for the new password's sake.
    perform set_config('townsquare.session_end', 'session_revoked', true);
    perform private.log_auth(new.id, 'password_changed');
  end if;
  if lower(new.email) is distinct from lower(old.email) then
    perform private.log_auth(new.id, 'email_changed');
  end if;
  if old.email_confirmed_at is null and new.email_confirmed_at is not null
    and new.confirmation_sent_at is not null then
    perform private.log_auth(new.id, 'email_confirmed');
  end if;
  if new.recovery_sent_at is distinct from old.recovery_sent_at
    and new.recovery_sent_at is not null then
    perform private.log_auth(new.id, 'password_reset_requested');
  end if;
  return null;
end;
$function$

-- function private.uuid_v7()
CREATE OR REPLACE FUNCTION private.uuid_v7()
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- RFC 9562, section 5.7: 48 bits of Unix milliseconds, version 7, the rest random.
  return encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid;
end;
$function$

-- function private.visible_notifications(uuid,uuid[])
CREATE OR REPLACE FUNCTION private.visible_notifications(p_person uuid, p_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_role constant text := current_setting('role');
  v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_result uuid[];
begin
  -- As in can_see. Those that are only rung or mailed are theirs too.
  perform set_config('request.jwt.claims',
    jsonb_build_object('sub', p_person, 'role', 'authenticated')::text, true);
  perform set_config('townsquare.unlisted', 'on', true);
  perform set_config('role', 'authenticated', true);
  v_result := array(select n.id from public.notifications n
    where n.recipient_id = p_person and n.id = any (p_ids));
  perform set_config('role', v_role, true);
  perform set_config('townsquare.unlisted', '', true);
  perform set_config('request.jwt.claims', v_claims, true);
  return v_result;
end;
$function$

-- function private.wake_endpoint(uuid,timestamp with time zone)
CREATE OR REPLACE FUNCTION private.wake_endpoint(p_endpoint uuid, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.outbox (topic, subject_id, traceparent, deliver_after)
  values ('webhook.due', p_endpoint, private.traceparent(), p_at)
$function$

-- function private.wake_feeds()
CREATE OR REPLACE FUNCTION private.wake_feeds()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with due as (
    select f.id from private.room_feeds f join public.rooms r on r.id = f.room_id
    where f.next_read_at <= clock_timestamp() and r.archived_at is null
    order by f.next_read_at limit 50 for update of f skip locked
  ), moved as (
    update private.room_feeds f set next_read_at = clock_timestamp() + interval '15 minutes'
    from due where f.id = due.id returning f.id
  )
  select private.emit('room_feed.due', m.id, null) from moved m
$function$

-- function private.wants_previews()
CREATE OR REPLACE FUNCTION private.wants_previews()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return not exists (select from private.profile_settings s
    where s.profile_id = (select auth.uid()) and not s.link_previews);
end;
$function$

-- function private.webhook_deliveries_count()
CREATE OR REPLACE FUNCTION private.webhook_deliveries_count()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.count_happening('webhook_deliveries_total',
    case new.status when 'pending' then 'retried' else new.status end);
  return null;
end;
$function$

-- function private.welcome_person(uuid)
CREATE OR REPLACE FUNCTION private.welcome_person(p_profile uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_welcome private.welcomes;
  v_name text;
  v_message uuid;
begin
  select * into v_welcome from private.welcomes w where w.profile_id = p_profile for update;
  if not found or v_welcome.done_at is not null then
    return null;
  end if;
  if private.room_role(v_welcome.room_id, p_profile) is null then
    -- They have left before a word was said: where they are now is as good, else the next room.
    select m.room_id into v_welcome.room_id from public.room_members m
    join public.rooms r on r.id = m.room_id and r.kind <> 'direct'
    where m.profile_id = p_profile and not m.banned and m.role <> 'owner'
    order by m.joined_at limit 1;
    if not found then
      delete from private.welcomes w where w.profile_id = p_profile;
      return null;
    end if;
  end if;
  update private.welcomes w set done_at = clock_timestamp(), room_id = v_welcome.room_id
  where w.profile_id = p_profile;
  if private.setting('welcome_bot') is distinct from 'on' or private.is_hidden(p_profile) then
    return null;
  end if;
  perform private.ensure_system_profile(private.welcome_profile_id());
  select p.display_name into v_name from public.profiles p where p.id = p_profile;
  insert into public.messages (room_id, author_id, kind, body)
  values (v_welcome.room_id, private.welcome_profile_id(), 'bot', private.welcome_text(v_name))
  returning id into v_message;
  return v_message;
end;
$function$

-- function private.welcome_profile_id()
CREATE OR REPLACE FUNCTION private.welcome_profile_id()
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$ select '00000000-0000-7000-8000-000000000001'::uuid $function$

-- function private.welcome_text(text)
CREATE OR REPLACE FUNCTION private.welcome_text(p_name text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(e'Welcome, **%s**! Good to have you here.\n\n'
    '- Write `@handle` to mention somebody: they are told, wherever they are.\n'
    '- Answer below a message to keep a talk together in its thread.\n'
    '- Begin a message with `/` for a command: `/help` lists them, such as `/invite`, `/topic`,'
    ' `/me`, `/poll` and `/remind`.\n\n'
    'Say hello when you like.', private.markdown_text(p_name))
$function$

-- function private.welcome_words(uuid)
CREATE OR REPLACE FUNCTION private.welcome_words(p_profile uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.welcome_text(p.display_name) from public.profiles p where p.id = p_profile $function$

-- function private.widen_post(uuid)
CREATE OR REPLACE FUNCTION private.widen_post(p_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  delete from private.post_audiences l where l.post_id = p_id
    and l.owner_id is not distinct from coalesce((select auth.uid()), l.owner_id)
    and exists (select from public.posts p
      where p.id = p_id and p.status in ('draft', 'scheduled'));
end;
$function$

-- function private.withdraw_actor(uuid,text,uuid)
CREATE OR REPLACE FUNCTION private.withdraw_actor(p_recipient uuid, p_type text, p_source uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_id uuid;
begin
  update private.notification_actors a set withdrawn = true
  where a.recipient_id = p_recipient and a.type = p_type and a.source_id = p_source
    and not a.withdrawn
  returning a.notification_id into v_id;
  if found and not exists (select from private.notification_actors a
      where a.notification_id = v_id and not a.withdrawn) then
    perform private.emit_badge(p_recipient, array[v_id])
    from public.notifications n where n.id = v_id and n.read_at is null;
  end if;
end;
$function$

-- function private.withdraw_notification(uuid,text,uuid)
CREATE OR REPLACE FUNCTION private.withdraw_notification(p_recipient uuid, p_type text, p_source uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_row record;
begin
  update public.notifications n set withdrawn = true
  where n.recipient_id = p_recipient and n.type = p_type and n.source_id = p_source
    and not n.withdrawn
  returning n.id, n.read_at into v_row;
  if found and v_row.read_at is null then
    perform private.emit_badge(p_recipient, array[v_row.id]);
  end if;
end;
$function$

-- function private.without_mention(text,text)
CREATE OR REPLACE FUNCTION private.without_mention(p_body text, p_handle text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- Longer texts than are allowed get the shortest sign instead.
  select case when char_length(t.named) <= 5000 then t.named else regexp_replace(
      p_body, '(?<![[:alnum:]_@/.])@' || p_handle || '(?![[:alnum:]_@])', '@…', 'gi') end
  from (select regexp_replace(
    p_body, '(?<![[:alnum:]_@/.])@' || p_handle || '(?![[:alnum:]_@])', '@deleted', 'gi') as named) t
$function$

-- function private.words_pattern(jsonb)
CREATE OR REPLACE FUNCTION private.words_pattern(p_words jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  c_letters constant text := '[:alnum:]_' || private.text_marks();
  -- Thai, Lao, Burmese, Khmer, Chinese, Japanese: written without spaces, so words have no bounds.
  c_unspaced constant text :=
    '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff';
  c_first constant text := '^(?![' || c_unspaced || '])[' || c_letters || ']';
  c_last constant text := '[' || c_letters || '](?<![' || c_unspaced || '])$';
begin
  return (
    select string_agg(case when g.bound_before then '(?:^|[^' || c_letters || '])' else '' end
      || '(?:' || g.words || ')'
      || case when g.bound_after then '(?:$|[^' || c_letters || '])' else '' end, '|')
    from (
      select w.word ~ c_first as bound_before, w.word ~ c_last as bound_after,
        -- Any blank stands for any blanks; all other signs stand for themselves.
        string_agg(regexp_replace(regexp_replace(w.word, '([][\\.^$*+?(){}|#-])', '\\\1', 'g'),
          '\s+', '\\s+', 'g'), '|' order by w.word) as words
      from (
        select private.match_form(e) collate "pg_c_utf8" as word
        from jsonb_array_elements_text(p_words) e
      ) w group by 1, 2
    ) g);
end;
$function$

-- grant blocks
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant blocks.blocked_id
authenticated=a/postgres

-- grant bookmarks
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant bookmarks.post_id
authenticated=a/postgres

-- grant calls
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant follow_requests
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant follows
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant follows.followee_id
authenticated=a/postgres

-- grant hashtags
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant mark_notifications_read(uuid[])
authenticated=X/postgres postgres=X/postgres

-- grant media
anon=r/postgres authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant media.alt
authenticated=w/postgres

-- grant message_mentions
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant message_reactions
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant message_reactions.emoji
authenticated=a/postgres

-- grant message_reactions.message_id
authenticated=a/postgres

-- grant message_receipts
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant messages
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant messages.also_in_room
authenticated=a/postgres

-- grant messages.body
authenticated=aw/postgres

-- grant messages.deleted_at
authenticated=w/postgres

-- grant messages.id
authenticated=a/postgres

-- grant messages.media_ids
authenticated=a/postgres

-- grant messages.parent_id
authenticated=a/postgres

-- grant messages.room_id
authenticated=a/postgres

-- grant messages.shared_post_id
authenticated=a/postgres

-- grant messages.story_id
authenticated=a/postgres

-- grant mutes
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant mutes.muted_id
authenticated=a/postgres

-- grant notification_preferences
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant notification_preferences.quiet_hours
authenticated=w/postgres

-- grant notification_preferences.strangers
authenticated=w/postgres

-- grant notification_preferences.types
authenticated=w/postgres

-- grant notifications
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant post_hashtags
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant post_mentions
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant post_reactions
anon=r/postgres authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant post_reactions.kind
authenticated=aw/postgres

-- grant post_reactions.post_id
authenticated=aw/postgres

-- grant posts
anon=r/postgres authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant posts.audience_id
authenticated=aw/postgres

-- grant posts.body
authenticated=aw/postgres

-- grant posts.content_warning
authenticated=aw/postgres

-- grant posts.id
authenticated=a/postgres

-- grant posts.media_ids
authenticated=aw/postgres

-- grant posts.parent_id
authenticated=a/postgres

-- grant posts.poll
authenticated=aw/postgres

-- grant posts.publish_at
authenticated=aw/postgres

-- grant posts.quote_control
authenticated=aw/postgres

-- grant posts.quoted_id
authenticated=aw/postgres

-- grant posts.reply_control
authenticated=aw/postgres

-- grant posts.room_id
authenticated=a/postgres

-- grant posts.sensitive
authenticated=aw/postgres

-- grant posts.visibility
authenticated=aw/postgres

-- grant private.accept_conversation(uuid)
postgres=X/postgres

-- grant private.accept_invite(text)
authenticated=X/postgres postgres=X/postgres

-- grant private.accept_open_requests(uuid,integer)
postgres=X/postgres

-- grant private.accepts_contact(uuid,uuid,text)
postgres=X/postgres

-- grant private.account_state(uuid)
postgres=X/postgres

-- grant private.account_states
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.account_states.hidden
anon=r/postgres authenticated=r/postgres

-- grant private.account_states.profile_id
anon=r/postgres authenticated=r/postgres

-- grant private.account_states_announce()
postgres=X/postgres

-- grant private.account_states_count()
postgres=X/postgres

-- grant private.account_states_enforce()
postgres=X/postgres

-- grant private.account_states_lock()
postgres=X/postgres

-- grant private.acknowledge_notification(uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.add_bot(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.add_count(uuid,text,integer)
postgres=X/postgres

-- grant private.add_feed(uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.add_metrics(jsonb)
postgres=X/postgres

-- grant private.add_reminder(uuid,uuid,text,timestamp with time zone)
authenticated=X/postgres postgres=X/postgres

-- grant private.admits(text,uuid,uuid[])
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.announce_call(uuid)
postgres=X/postgres

-- grant private.announce_message(messages)
postgres=X/postgres

-- grant private.announce_post(posts)
postgres=X/postgres

-- grant private.announce_unread(uuid,boolean)
postgres=X/postgres

-- grant private.announcement_dismissals
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.announcement_dismissals.announcement_id
authenticated=ar/postgres

-- grant private.announcement_dismissals.dismissed_at
authenticated=r/postgres

-- grant private.announcement_dismissals.profile_id
authenticated=r/postgres

-- grant private.announcements
authenticated=d/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.announcements.body
anon=r/postgres authenticated=ar/postgres

-- grant private.announcements.body_html
anon=r/postgres authenticated=r/postgres

-- grant private.announcements.created_at
anon=r/postgres authenticated=r/postgres

-- grant private.announcements.expires_at
anon=r/postgres authenticated=ar/postgres

-- grant private.announcements.id
anon=r/postgres authenticated=ar/postgres

-- grant private.announcements.title
anon=r/postgres authenticated=ar/postgres

-- grant private.announcements_enqueue()
postgres=X/postgres

-- grant private.announcements_fill()
postgres=X/postgres

-- grant private.answer_follow_request(uuid,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.answer_message_request(uuid,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.apply_deletion_ledger(text[])
postgres=X/postgres

-- grant private.apply_measure(private.moderation_cases,text)
postgres=X/postgres

-- grant private.apply_verdict(text,uuid,text,text,text[])
postgres=X/postgres

-- grant private.archive_imports
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.archive_signature(text)
postgres=X/postgres

-- grant private.are_links(text[])
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.as_bot(uuid,uuid,uuid)
postgres=X/postgres

-- grant private.attach_media(uuid[],uuid,uuid,uuid,uuid,uuid)
postgres=X/postgres

-- grant private.attach_preview(text,uuid,text)
postgres=X/postgres

-- grant private.audience_members
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.audience_members.audience_id
authenticated=a/postgres

-- grant private.audience_members.profile_id
authenticated=a/postgres

-- grant private.audience_members_check()
postgres=X/postgres

-- grant private.audiences
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.audiences.id
authenticated=a/postgres

-- grant private.audiences.name
authenticated=aw/postgres

-- grant private.audiences_check()
postgres=X/postgres

-- grant private.auth_log
postgres=arwdDxtm/postgres service_role=rd/postgres

-- grant private.auth_log.created_at
authenticated=r/postgres

-- grant private.auth_log.id
authenticated=r/postgres

-- grant private.auth_log.ip
authenticated=r/postgres

-- grant private.auth_log.kind
authenticated=r/postgres

-- grant private.auth_log.session_id
authenticated=r/postgres

-- grant private.auth_log.user_agent
authenticated=r/postgres

-- grant private.auth_log.user_id
authenticated=r/postgres

-- grant private.backup_age_seconds()
postgres=X/postgres

-- grant private.backup_lock()
postgres=X/postgres

-- grant private.backup_tables()
postgres=X/postgres

-- grant private.ban_member(uuid,uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.before_rest_request()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.before_user_created(jsonb)
postgres=X/postgres supabase_auth_admin=X/postgres

-- grant private.begin_job(text,uuid)
postgres=X/postgres

-- grant private.begin_jobs(text[],uuid)
postgres=X/postgres

-- grant private.begin_publication()
postgres=X/postgres

-- grant private.begin_request(jsonb,text,text)
postgres=X/postgres

-- grant private.begin_restore(uuid)
postgres=X/postgres

-- grant private.begin_role_change()
postgres=X/postgres

-- grant private.begin_signed_read(uuid,text,bigint,uuid,text)
postgres=X/postgres

-- grant private.blank_matches(text,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.block_sides
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres

-- grant private.blocked_profile_ids()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.blocks_check()
postgres=X/postgres

-- grant private.blocks_end_calls()
postgres=X/postgres

-- grant private.blocks_leave_audiences()
postgres=X/postgres

-- grant private.blocks_mirror()
postgres=X/postgres

-- grant private.blocks_sever()
postgres=X/postgres

-- grant private.bot_author(uuid,uuid)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.bot_of_token(bytea)
postgres=X/postgres

-- grant private.bot_tokens
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.bots
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.bots_erase_profile()
postgres=X/postgres

-- grant private.broadcast(text,text,jsonb)
postgres=X/postgres

-- grant private.broadcast_each(text,text[],jsonb[])
postgres=X/postgres

-- grant private.broadcast_to_room(uuid,text,jsonb)
postgres=X/postgres

-- grant private.call_participants
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.call_ring()
postgres=X/postgres

-- grant private.call_shape(uuid)
postgres=X/postgres

-- grant private.call_topic(uuid,integer)
postgres=X/postgres

-- grant private.can_see(uuid,text,uuid)
postgres=X/postgres

-- grant private.cancel_archive_import(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.cancel_deletion(uuid)
postgres=X/postgres

-- grant private.capabilities_in(rooms,text,boolean,boolean)
postgres=X/postgres

-- grant private.carry_out(private.moderation_cases,text,text)
postgres=X/postgres

-- grant private.case_detail(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.change_bot(uuid,text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.change_endpoint(uuid,text,text[],text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.check_bot_token(jsonb)
postgres=X/postgres

-- grant private.check_decision(private.moderation_cases,text)
postgres=X/postgres

-- grant private.check_session(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.check_until(text,timestamp with time zone)
postgres=X/postgres

-- grant private.claim_dead_alert(integer,integer)
postgres=X/postgres

-- grant private.claim_delivery(uuid)
postgres=X/postgres

-- grant private.claim_failure_alert(integer,integer,integer)
postgres=X/postgres

-- grant private.claim_idempotency_key(text,text,text,text)
postgres=X/postgres

-- grant private.claim_outbox(integer)
postgres=X/postgres

-- grant private.clear_reminders()
authenticated=X/postgres postgres=X/postgres

-- grant private.close_connection(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.close_polls(integer)
postgres=X/postgres

-- grant private.command_names()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.comment_rank(bigint,bigint,timestamp with time zone)
postgres=X/postgres

-- grant private.comment_ranks
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.connection_lease()
postgres=X/postgres

-- grant private.connections
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.connections_by_room(integer)
postgres=X/postgres

-- grant private.count_events(text[])
postgres=X/postgres

-- grant private.count_follow(follows,integer)
postgres=X/postgres

-- grant private.count_handle_change(uuid,text)
postgres=X/postgres

-- grant private.count_happening(text,text)
postgres=X/postgres

-- grant private.count_job(text,text,double precision,double precision)
postgres=X/postgres

-- grant private.count_of(uuid,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.count_person(uuid,integer)
postgres=X/postgres

-- grant private.count_post(posts,integer)
postgres=X/postgres

-- grant private.count_views(uuid[],uuid[])
postgres=X/postgres

-- grant private.counter_deltas
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=r/postgres

-- grant private.counters
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=r/postgres

-- grant private.counters_rank_comments()
postgres=X/postgres

-- grant private.create_archive_import(uuid,uuid,text,text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.create_bot(text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.create_bot_token(uuid,bytea,text[],timestamp with time zone)
authenticated=X/postgres postgres=X/postgres

-- grant private.create_endpoint(uuid,text,text[],text,uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.create_invite(uuid,uuid[],integer,timestamp with time zone)
authenticated=X/postgres postgres=X/postgres

-- grant private.create_notification(uuid,text,uuid,text,uuid,uuid,jsonb)
postgres=X/postgres

-- grant private.create_notifications(uuid[],text,text,uuid,uuid,jsonb)
postgres=X/postgres

-- grant private.create_role(text,text,text[])
authenticated=X/postgres postgres=X/postgres

-- grant private.create_room(text,text,boolean,text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.create_webhook(uuid,text,text,bytea)
authenticated=X/postgres postgres=X/postgres

-- grant private.deactivate_account()
authenticated=X/postgres postgres=X/postgres

-- grant private.deceptive_characters()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.decide_case(uuid,text,text,timestamp with time zone)
authenticated=X/postgres postgres=X/postgres

-- grant private.default_channels()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.delete_bot(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.delete_bot_token(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.delete_endpoint(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.delete_role(text)
authenticated=X/postgres postgres=X/postgres

-- grant private.delete_webhook(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.deleted_profile_id()
postgres=X/postgres

-- grant private.deliver_notifications(uuid[])
postgres=X/postgres

-- grant private.deployment_settings()
postgres=X/postgres

-- grant private.digests
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.disable_endpoint(private.webhook_endpoints,text)
postgres=X/postgres

-- grant private.dismissed_suggestions
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.dismissed_suggestions.person_id
authenticated=a/postgres

-- grant private.drop_counts_of_gone(uuid[])
postgres=X/postgres

-- grant private.drop_participant(uuid,uuid,timestamp with time zone,boolean)
postgres=X/postgres

-- grant private.drop_push_subscription(text)
authenticated=X/postgres postgres=X/postgres

-- grant private.drop_unused_preview()
postgres=X/postgres

-- grant private.due_deletions(integer)
postgres=X/postgres

-- grant private.emit(text,uuid,uuid,jsonb)
postgres=X/postgres

-- grant private.emit_badge(uuid,uuid[])
postgres=X/postgres

-- grant private.emit_later(text,uuid,uuid,jsonb,timestamp with time zone)
postgres=X/postgres

-- grant private.emit_to_user(uuid,text,jsonb)
postgres=X/postgres

-- grant private.empty_state_in(rooms,text[],bigint)
postgres=X/postgres

-- grant private.end_all_sessions(uuid)
postgres=X/postgres

-- grant private.end_call(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.end_session(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.endpoint_deliveries(uuid,timestamp with time zone,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.endpoint_is_open(private.webhook_endpoints)
postgres=X/postgres

-- grant private.enqueue_deliveries(uuid)
postgres=X/postgres

-- grant private.enqueue_digests(uuid,integer)
postgres=X/postgres

-- grant private.enqueue_push(uuid)
postgres=X/postgres

-- grant private.enqueue_pushes(uuid[])
postgres=X/postgres

-- grant private.ensure_deleted_profile()
postgres=X/postgres

-- grant private.ensure_system_profile(uuid)
postgres=X/postgres

-- grant private.entities_in(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.entities_of(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.entity_values(jsonb,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.erase_account(uuid)
postgres=X/postgres

-- grant private.erase_memberships(uuid,integer)
postgres=X/postgres

-- grant private.erase_message_mentions(uuid,integer)
postgres=X/postgres

-- grant private.erase_messages(uuid,integer)
postgres=X/postgres

-- grant private.erase_post_mentions(uuid,integer)
postgres=X/postgres

-- grant private.erase_posts(uuid,integer)
postgres=X/postgres

-- grant private.erase_references(uuid,integer)
postgres=X/postgres

-- grant private.erase_step(uuid,integer)
postgres=X/postgres

-- grant private.erase_traces(uuid)
postgres=X/postgres

-- grant private.event_body(uuid,text,timestamp with time zone,uuid,uuid,text,jsonb)
postgres=X/postgres

-- grant private.event_counts
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.event_totals()
postgres=X/postgres

-- grant private.event_trace()
postgres=X/postgres

-- grant private.expected_counts(text,uuid[])
postgres=X/postgres

-- grant private.export_conditions()
postgres=X/postgres

-- grant private.export_exceptions()
postgres=X/postgres

-- grant private.export_keys()
postgres=X/postgres

-- grant private.export_tables()
postgres=X/postgres

-- grant private.feed_affinity()
postgres=X/postgres

-- grant private.feed_candidates(integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_candidates_since(timestamp with time zone,integer)
postgres=X/postgres

-- grant private.feed_feedback
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.feed_feedback.author_id
authenticated=a/postgres

-- grant private.feed_feedback.kind
authenticated=a/postgres

-- grant private.feed_feedback.post_id
authenticated=a/postgres

-- grant private.feed_feedback.topics
authenticated=a/postgres

-- grant private.feed_feedback_bound()
postgres=X/postgres

-- grant private.feed_feedback_check()
postgres=X/postgres

-- grant private.feed_fingerprint(text)
postgres=X/postgres

-- grant private.feed_following(timestamp with time zone,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_hidden_post_ids()
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_interests()
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_newest(timestamp with time zone,uuid,integer,boolean,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_skipped_ids()
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_snapshot_items(uuid,integer,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.feed_unwanted_ids()
postgres=X/postgres

-- grant private.feed_unwanted_topics()
postgres=X/postgres

-- grant private.feeds_of_room(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.file_message_request(uuid,uuid,uuid,timestamp with time zone)
postgres=X/postgres

-- grant private.file_report(text,uuid,text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.find_invite(text)
postgres=X/postgres

-- grant private.finish_call(uuid,text,timestamp with time zone)
postgres=X/postgres

-- grant private.finish_delivery(uuid,uuid,uuid,integer,text,text,integer)
postgres=X/postgres

-- grant private.finish_idempotency_key(text,text,text,integer,jsonb,jsonb)
postgres=X/postgres

-- grant private.finish_if_over(uuid)
postgres=X/postgres

-- grant private.finish_job(text,uuid)
postgres=X/postgres

-- grant private.finish_jobs(text[],double precision[],uuid)
postgres=X/postgres

-- grant private.first_link(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.first_unread_seq(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.fold_counters(integer)
postgres=X/postgres

-- grant private.fold_counts_of(uuid)
postgres=X/postgres

-- grant private.fold_text(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.follow_list(uuid,text,timestamp with time zone,uuid,integer)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.follow_requests_enqueue()
postgres=X/postgres

-- grant private.follow_requests_withdraw()
postgres=X/postgres

-- grant private.follow_thread(uuid,uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.followed_posts(timestamp with time zone,uuid,integer)
postgres=X/postgres

-- grant private.follows_accept()
postgres=X/postgres

-- grant private.follows_after_delete()
postgres=X/postgres

-- grant private.follows_after_insert()
postgres=X/postgres

-- grant private.follows_check()
postgres=X/postgres

-- grant private.follows_refuse_deleted()
postgres=X/postgres

-- grant private.follows_refuse_imported()
postgres=X/postgres

-- grant private.follows_withdraw()
postgres=X/postgres

-- grant private.fresh_feed_snapshot(integer,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.give_up_publication(uuid)
postgres=X/postgres

-- grant private.given_handle(uuid)
postgres=X/postgres

-- grant private.grant_role(text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.grouped_types()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.hand_over_thread(uuid,uuid,integer)
postgres=X/postgres

-- grant private.handle_fault(text,uuid)
postgres=X/postgres

-- grant private.handle_hash(text)
postgres=X/postgres

-- grant private.handle_problem(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.handle_skeleton(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.happenings()
postgres=X/postgres

-- grant private.has_feed_snapshot(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.has_permission(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.has_visible_answer(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.has_words(text,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.hashtag_follows
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.hashtag_follows.tag
authenticated=a/postgres

-- grant private.hashtag_follows_before_insert()
postgres=X/postgres

-- grant private.hashtag_of(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.hidden_profile_ids()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.highlight_story(uuid,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.hook_profile_id()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.identities_log()
postgres=X/postgres

-- grant private.import_mentions(uuid,bigint)
postgres=X/postgres service_role=X/postgres

-- grant private.import_messages(uuid,jsonb)
postgres=X/postgres service_role=X/postgres

-- grant private.import_reactions(jsonb)
postgres=X/postgres service_role=X/postgres

-- grant private.import_threads(uuid,bigint)
postgres=X/postgres service_role=X/postgres

-- grant private.imported_profiles
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.impression_post(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.incoming_webhooks
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.insert_bot_account(uuid,text,text)
postgres=X/postgres

-- grant private.is_blocked_between(uuid,uuid)
postgres=X/postgres

-- grant private.is_blocked_email(text)
postgres=X/postgres

-- grant private.is_bot(uuid)
postgres=X/postgres

-- grant private.is_bulk()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_called(messages,uuid)
postgres=X/postgres

-- grant private.is_checked_count(text,text)
postgres=X/postgres

-- grant private.is_closed_conversation(uuid)
postgres=X/postgres

-- grant private.is_counted(uuid)
postgres=X/postgres

-- grant private.is_emoji(text)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_feed_preference(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_for_all_on_topic(posts)
postgres=X/postgres

-- grant private.is_for_everybody(posts)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_fresh_preview(jsonb,timestamp with time zone)
postgres=X/postgres

-- grant private.is_hidden(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_in_call_topic(text)
postgres=X/postgres

-- grant private.is_in_room_topic(text)
postgres=X/postgres

-- grant private.is_last_administrator(uuid)
postgres=X/postgres

-- grant private.is_message_kept(uuid,uuid)
postgres=X/postgres

-- grant private.is_muted_subject(uuid,text,uuid)
postgres=X/postgres

-- grant private.is_notification_types(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_plain(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_public_media(uuid)
postgres=X/postgres

-- grant private.is_quiet_hours(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_secret_column(text)
postgres=X/postgres

-- grant private.is_set_aside(uuid,uuid)
postgres=X/postgres

-- grant private.is_system_profile(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_told(text)
postgres=X/postgres

-- grant private.is_visible(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.is_wanted(text,uuid,jsonb)
postgres=X/postgres

-- grant private.is_worth_ringing(bigint,bigint)
postgres=X/postgres

-- grant private.job_buckets()
postgres=X/postgres

-- grant private.job_overview()
postgres=X/postgres

-- grant private.job_quantile(smallint[],bigint[],double precision)
postgres=X/postgres

-- grant private.join_call(uuid,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.join_notification(uuid,text,uuid,text,uuid,uuid,jsonb,text[])
postgres=X/postgres

-- grant private.join_room(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.keep_held(uuid,text,uuid,jsonb)
postgres=X/postgres

-- grant private.keep_preview(text,jsonb)
postgres=X/postgres

-- grant private.keep_read(uuid,bigint)
postgres=X/postgres service_role=X/postgres

-- grant private.keep_relay_awake(integer)
postgres=X/postgres

-- grant private.kick_member(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.known_of_follow(uuid,uuid)
postgres=X/postgres

-- grant private.known_of_message(uuid,uuid)
postgres=X/postgres

-- grant private.known_of_post(uuid,text,uuid,uuid,text)
postgres=X/postgres

-- grant private.known_or_raise(text[])
postgres=X/postgres

-- grant private.known_permissions()
postgres=X/postgres

-- grant private.known_to_endpoint(private.webhook_endpoints,text,uuid,uuid,jsonb)
postgres=X/postgres

-- grant private.last_action(uuid)
postgres=X/postgres

-- grant private.leave_call(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.leave_room(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.level_names()
postgres=X/postgres

-- grant private.link_previews
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.list_roles(text,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.list_sessions(timestamp with time zone,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.list_user_roles(text,text,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.local_time(uuid,timestamp with time zone)
postgres=X/postgres

-- grant private.lock_backup()
postgres=X/postgres

-- grant private.lock_call(uuid)
postgres=X/postgres

-- grant private.lock_notifications(uuid)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.lock_staff()
postgres=X/postgres

-- grant private.log_auth(uuid,text,uuid,inet,text)
postgres=X/postgres

-- grant private.log_room(uuid,text,uuid,jsonb)
postgres=X/postgres

-- grant private.make_imported_profiles(text,jsonb)
postgres=X/postgres service_role=X/postgres

-- grant private.mark_message(uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.mark_notifications_read(uuid[])
authenticated=X/postgres postgres=X/postgres

-- grant private.mark_notifications_seen()
authenticated=X/postgres postgres=X/postgres

-- grant private.mark_outbox_published(uuid[])
postgres=X/postgres

-- grant private.mark_outdated_backups(boolean,integer)
postgres=X/postgres

-- grant private.mark_room_read(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.markdown_text(text)
postgres=X/postgres

-- grant private.match_form(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.matches_of(text,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.may_contact(uuid,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.may_import(uuid,uuid)
postgres=X/postgres

-- grant private.may_publish()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.may_read()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.may_read_topic(text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.may_write()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.may_write_topic(text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.measure(text)
postgres=X/postgres

-- grant private.media_announce()
postgres=X/postgres

-- grant private.media_bytes_left(uuid)
postgres=X/postgres service_role=X/postgres

-- grant private.media_count_usage()
postgres=X/postgres

-- grant private.media_discard()
postgres=X/postgres

-- grant private.media_json(uuid[],boolean)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.media_room(uuid)
postgres=X/postgres

-- grant private.media_signature(uuid,text,bigint,uuid)
postgres=X/postgres

-- grant private.media_trash
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.media_url(uuid,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.media_urls(uuid,text[],boolean)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.media_usage
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.mention_scope(messages)
postgres=X/postgres

-- grant private.message_guises
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.message_pins
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.message_pins_announce()
postgres=X/postgres

-- grant private.message_reaction_list(uuid,boolean)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.message_reactions_announce()
postgres=X/postgres

-- grant private.message_reactions_check()
postgres=X/postgres

-- grant private.message_requests
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.message_requests_page(timestamp with time zone,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.message_versions
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.messages_after_insert()
postgres=X/postgres

-- grant private.messages_after_update()
postgres=X/postgres

-- grant private.messages_ask()
postgres=X/postgres

-- grant private.messages_check_insert()
postgres=X/postgres

-- grant private.messages_check_shared()
postgres=X/postgres

-- grant private.messages_check_story()
postgres=X/postgres

-- grant private.messages_check_update()
postgres=X/postgres

-- grant private.messages_clear_reactions()
postgres=X/postgres

-- grant private.messages_drop_media()
postgres=X/postgres

-- grant private.messages_emit()
postgres=X/postgres

-- grant private.messages_join_thread()
postgres=X/postgres

-- grant private.messages_keep_system()
postgres=X/postgres

-- grant private.messages_keep_version()
postgres=X/postgres

-- grant private.messages_refuse_command()
postgres=X/postgres

-- grant private.messages_slow_down()
postgres=X/postgres

-- grant private.messages_take_down()
postgres=X/postgres

-- grant private.messages_take_kind()
postgres=X/postgres

-- grant private.messages_take_seq()
postgres=X/postgres

-- grant private.messages_take_verdict()
postgres=X/postgres

-- grant private.metric_facts()
postgres=X/postgres

-- grant private.metric_levels
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.metric_levels_now()
postgres=X/postgres

-- grant private.metric_series
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.metric_sources
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.metric_totals()
postgres=X/postgres

-- grant private.moderation_decisions_count()
postgres=X/postgres

-- grant private.moderation_queue(text,integer,integer,timestamp with time zone,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.mute_member(uuid,uuid,timestamp with time zone,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.muted_pattern(uuid)
postgres=X/postgres

-- grant private.muted_topics(uuid)
postgres=X/postgres

-- grant private.mutes_check()
postgres=X/postgres

-- grant private.mutes_post(text,uuid,text)
postgres=X/postgres

-- grant private.my_account()
authenticated=X/postgres postgres=X/postgres

-- grant private.my_archive_imports(timestamp with time zone,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.my_audience_ids()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_bots()
authenticated=X/postgres postgres=X/postgres

-- grant private.my_endpoints(uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.my_export(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.my_import(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.my_invite_ids()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_managed_room_ids()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_moderated_room_ids()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_owned_room_ids()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_read_marks()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_receipt_ids()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_reminders()
authenticated=X/postgres postgres=X/postgres

-- grant private.my_room_capabilities(uuid)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_room_ids()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_room_settings(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.my_rooms_part(uuid[])
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_set_aside_room_ids()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.my_standing()
authenticated=X/postgres postgres=X/postgres

-- grant private.next_delivery(private.webhook_endpoints)
postgres=X/postgres

-- grant private.next_to_check(text,uuid,integer)
postgres=X/postgres

-- grant private.not_suggested_ids()
postgres=X/postgres

-- grant private.note_arrival(uuid,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.note_feed(uuid,text)
postgres=X/postgres

-- grant private.note_receipts(uuid,uuid,bigint,text)
postgres=X/postgres

-- grant private.notification_actors
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.notification_actors_clear()
postgres=X/postgres

-- grant private.notification_channels(uuid,text)
postgres=X/postgres

-- grant private.notification_people(notifications)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.notification_preferences_check_zone()
postgres=X/postgres

-- grant private.notification_text(text,text,text,jsonb)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.notification_types()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.notification_wishes(uuid[],text)
postgres=X/postgres

-- grant private.notify_if_visible(uuid,text,uuid,text,uuid,uuid,jsonb)
postgres=X/postgres

-- grant private.notify_of_decision(uuid,text,uuid,uuid,integer)
postgres=X/postgres

-- grant private.notify_of_edit(uuid,uuid)
postgres=X/postgres

-- grant private.notify_of_follow(text,uuid,uuid)
postgres=X/postgres

-- grant private.notify_of_invite(uuid,uuid,uuid)
postgres=X/postgres service_role=X/postgres

-- grant private.notify_of_message(uuid,uuid,uuid,integer)
postgres=X/postgres

-- grant private.notify_of_missed_call(uuid)
postgres=X/postgres service_role=X/postgres

-- grant private.notify_of_poll(uuid,uuid,integer)
postgres=X/postgres

-- grant private.notify_of_post(uuid,uuid)
postgres=X/postgres

-- grant private.notify_of_reaction(uuid,uuid)
postgres=X/postgres

-- grant private.notify_of_share(uuid,uuid)
postgres=X/postgres

-- grant private.numbers_within(jsonb,text,numeric,numeric,integer)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.open_case(text,uuid,uuid,text[],integer)
postgres=X/postgres

-- grant private.open_connection(text)
authenticated=X/postgres postgres=X/postgres

-- grant private.open_direct_room(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.open_group(uuid[])
authenticated=X/postgres postgres=X/postgres

-- grant private.outbox_nudge()
postgres=X/postgres

-- grant private.outbox_secret()
postgres=X/postgres

-- grant private.outbox_tell_webhooks()
postgres=X/postgres

-- grant private.outbox_waits()
postgres=X/postgres

-- grant private.pair_id(uuid,uuid)
postgres=X/postgres

-- grant private.password_is(text,text)
postgres=X/postgres

-- grant private.password_problem(text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.password_was_used(uuid,text)
postgres=X/postgres

-- grant private.people_of_message(messages,uuid,integer)
postgres=X/postgres

-- grant private.people_phrase(text[],bigint)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.permissions_of(uuid)
postgres=X/postgres

-- grant private.person_files(uuid,integer)
postgres=X/postgres

-- grant private.person_references()
postgres=X/postgres

-- grant private.pin_message(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.place_legal_hold(text,uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.plain_html(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.poll_closings
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.poll_end(jsonb)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.poll_json(jsonb,uuid,jsonb,boolean)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.poll_options(jsonb)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.poll_votes
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.poll_votes.options
authenticated=a/postgres

-- grant private.poll_votes.post_id
authenticated=a/postgres

-- grant private.poll_votes_check()
postgres=X/postgres

-- grant private.poll_votes_count()
postgres=X/postgres

-- grant private.post_ancestors(uuid)
postgres=X/postgres

-- grant private.post_audiences
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.post_counts(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.post_json(posts,boolean,boolean)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.post_reaction_list(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.post_reactions_changed()
postgres=X/postgres

-- grant private.post_reactions_stay()
postgres=X/postgres

-- grant private.post_reactions_withdraw()
postgres=X/postgres

-- grant private.post_restorable(uuid,posts,uuid)
postgres=X/postgres

-- grant private.post_rights(posts)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.post_versions
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.post_versions.body
anon=r/postgres authenticated=r/postgres

-- grant private.post_versions.edited_at
anon=r/postgres authenticated=r/postgres

-- grant private.post_versions.id
anon=r/postgres authenticated=r/postgres

-- grant private.post_versions.post_id
anon=r/postgres authenticated=r/postgres

-- grant private.post_viewer(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_after_delete()
postgres=X/postgres

-- grant private.posts_after_insert()
postgres=X/postgres

-- grant private.posts_after_update()
postgres=X/postgres

-- grant private.posts_apply_verdict(posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_before_delete()
postgres=X/postgres

-- grant private.posts_before_insert()
postgres=X/postgres

-- grant private.posts_before_update()
postgres=X/postgres

-- grant private.posts_change_waiting(posts,posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_check_change(posts,posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_check_references(posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_clear_counted()
postgres=X/postgres

-- grant private.posts_clear_remnant()
postgres=X/postgres

-- grant private.posts_drop_interactions()
postgres=X/postgres

-- grant private.posts_drop_media()
postgres=X/postgres

-- grant private.posts_drop_notifications()
postgres=X/postgres

-- grant private.posts_drop_versions()
postgres=X/postgres

-- grant private.posts_fill_poll(posts,text)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_fill_text(posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_hold_back(posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_inherit(posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_keep_audience()
postgres=X/postgres

-- grant private.posts_keep_version()
postgres=X/postgres

-- grant private.posts_narrow(posts)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.posts_open_poll()
postgres=X/postgres

-- grant private.posts_rank_comment()
postgres=X/postgres

-- grant private.posts_swap_media()
postgres=X/postgres

-- grant private.posts_sync_terms()
postgres=X/postgres

-- grant private.present_archive_import(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.present_bot(private.bots)
postgres=X/postgres

-- grant private.present_call(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.present_case(private.moderation_cases)
postgres=X/postgres

-- grant private.present_case_subject(text,uuid,uuid)
postgres=X/postgres

-- grant private.present_delivery(private.webhook_deliveries)
postgres=X/postgres

-- grant private.present_endpoint(private.webhook_endpoints)
postgres=X/postgres

-- grant private.present_feed(private.room_feeds)
postgres=X/postgres

-- grant private.present_invite(room_invites)
postgres=X/postgres

-- grant private.present_messages(uuid[],boolean)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_notification(uuid)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_posts(uuid[],boolean)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_profile(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_role(private.roles)
postgres=X/postgres

-- grant private.present_room(uuid,boolean)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_rooms(uuid[])
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_settings()
authenticated=X/postgres postgres=X/postgres

-- grant private.present_stories(uuid[])
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.present_webhook(private.incoming_webhooks)
postgres=X/postgres

-- grant private.preview_work(text,uuid)
postgres=X/postgres

-- grant private.private_accounts
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=r/postgres

-- grant private.profile_card(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.profile_id_of(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.profile_settings
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.profile_settings.analytics_opt_out
authenticated=w/postgres

-- grant private.profile_settings.feed
authenticated=w/postgres

-- grant private.profile_settings.hide_followers
authenticated=w/postgres

-- grant private.profile_settings.hide_following
authenticated=w/postgres

-- grant private.profile_settings.hide_presence
authenticated=w/postgres

-- grant private.profile_settings.hide_typing
authenticated=w/postgres

-- grant private.profile_settings.link_previews
authenticated=w/postgres

-- grant private.profile_settings.private_receipts
authenticated=w/postgres

-- grant private.profile_settings.who_can_invite
authenticated=w/postgres

-- grant private.profile_settings.who_can_mention
authenticated=w/postgres

-- grant private.profile_settings.who_can_message
authenticated=w/postgres

-- grant private.profile_summary(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.profiles_check_avatar()
postgres=X/postgres

-- grant private.profiles_claim_handle()
postgres=X/postgres

-- grant private.profiles_enqueue()
postgres=X/postgres

-- grant private.profiles_forget_deliveries()
postgres=X/postgres

-- grant private.profiles_make_settings()
postgres=X/postgres

-- grant private.profiles_normalise()
postgres=X/postgres

-- grant private.profiles_open()
postgres=X/postgres

-- grant private.profiles_retire_handle()
postgres=X/postgres

-- grant private.profiles_track_privacy()
postgres=X/postgres

-- grant private.push_due(uuid,uuid)
postgres=X/postgres

-- grant private.queue_held()
postgres=X/postgres

-- grant private.quiet_until(uuid,timestamp with time zone)
postgres=X/postgres

-- grant private.reachable_ids(uuid,uuid[])
postgres=X/postgres

-- grant private.reaction_type(text)
postgres=X/postgres

-- grant private.read_invite(text)
authenticated=X/postgres postgres=X/postgres

-- grant private.reconcile_counters(integer)
postgres=X/postgres

-- grant private.record_dead_job(text,text,text,integer,timestamp with time zone,jsonb)
postgres=X/postgres

-- grant private.redeliver(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.refresh_metrics()
postgres=X/postgres

-- grant private.refresh_tokens_end_family()
postgres=X/postgres

-- grant private.refuse_message()
postgres=X/postgres

-- grant private.refuse_outsider(uuid)
postgres=X/postgres

-- grant private.refuse_poll(text,text)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.refuse_room(uuid)
postgres=X/postgres

-- grant private.refuse_system_profile()
postgres=X/postgres

-- grant private.rekey_call(uuid)
postgres=X/postgres

-- grant private.rekey_room(uuid)
postgres=X/postgres

-- grant private.relation_to(uuid)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.release_idempotency_key(text,text,text)
postgres=X/postgres

-- grant private.release_legal_hold(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.release_outbox(uuid[],text)
postgres=X/postgres

-- grant private.reminders
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.remove_bot(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.remove_feed(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.rendered(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.renew_connection(uuid,uuid[])
authenticated=X/postgres postgres=X/postgres

-- grant private.repair_counts(text,uuid[])
postgres=X/postgres

-- grant private.report_severity(text)
postgres=X/postgres

-- grant private.request_deletion(boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.request_export(boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.require_bot(uuid)
postgres=X/postgres

-- grant private.require_endpoint(uuid)
postgres=X/postgres

-- grant private.require_endpoint_scope(uuid)
postgres=X/postgres

-- grant private.require_handle(text,uuid)
postgres=X/postgres

-- grant private.require_import(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.require_invitable(uuid,uuid)
postgres=X/postgres

-- grant private.require_manager_besides(uuid)
postgres=X/postgres

-- grant private.require_manager_left()
postgres=X/postgres

-- grant private.require_may_call(uuid)
postgres=X/postgres

-- grant private.require_may_measure(uuid,text)
postgres=X/postgres

-- grant private.require_may_pin(uuid)
postgres=X/postgres

-- grant private.require_may_write(uuid,uuid)
postgres=X/postgres

-- grant private.require_open_conversation(uuid,uuid)
postgres=X/postgres

-- grant private.require_permission(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.require_public_post(uuid,text)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.require_rank_over(text[])
postgres=X/postgres

-- grant private.require_room(uuid,text)
postgres=X/postgres

-- grant private.require_room_rank(uuid,uuid)
postgres=X/postgres

-- grant private.require_room_reason(text)
postgres=X/postgres

-- grant private.require_standing(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.reseal_secret(uuid,text,text)
postgres=X/postgres

-- grant private.reserved_form(text)
postgres=X/postgres

-- grant private.reset_password_was_used(text,text)
postgres=X/postgres

-- grant private.restore_audience(uuid,text,uuid[])
postgres=X/postgres

-- grant private.restore_media(uuid,jsonb)
postgres=X/postgres

-- grant private.restore_people(uuid,text,uuid[])
postgres=X/postgres

-- grant private.restore_posts(uuid,uuid,uuid,jsonb,jsonb)
postgres=X/postgres

-- grant private.restore_profile(uuid,uuid,jsonb)
postgres=X/postgres

-- grant private.restore_settings(uuid,jsonb)
postgres=X/postgres

-- grant private.restored_id(uuid,uuid,uuid)
postgres=X/postgres

-- grant private.restored_quote(uuid,uuid)
postgres=X/postgres

-- grant private.resume_restored()
postgres=X/postgres

-- grant private.retire_handle(text,uuid)
postgres=X/postgres

-- grant private.revoke_invite(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.revoke_role(text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.ring_call(uuid)
postgres=X/postgres

-- grant private.role_by_key(text)
postgres=X/postgres

-- grant private.roles_log()
postgres=X/postgres

-- grant private.room_bans(uuid,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.room_capabilities(uuid,uuid)
postgres=X/postgres

-- grant private.room_feed_entries
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_feeds
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_invite_people
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_invite_people_withdraw()
postgres=X/postgres

-- grant private.room_invite_tokens
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_invites_page(uuid,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.room_log
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_log_page(uuid,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.room_member_states
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_member_states_settle()
postgres=X/postgres

-- grant private.room_members_after_change()
postgres=X/postgres

-- grant private.room_members_first_join()
postgres=X/postgres

-- grant private.room_members_leave_calls()
postgres=X/postgres

-- grant private.room_members_say()
postgres=X/postgres

-- grant private.room_members_tell_removed()
postgres=X/postgres

-- grant private.room_privacy(uuid,uuid)
postgres=X/postgres

-- grant private.room_rank(text)
postgres=X/postgres

-- grant private.room_role(uuid,uuid)
postgres=X/postgres

-- grant private.room_shape(rooms,text,bigint,bigint)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.room_sweeps
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.room_topic(uuid,integer)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.room_webhooks(uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.rooms_after_update()
postgres=X/postgres

-- grant private.rooms_before_update()
postgres=X/postgres

-- grant private.rooms_say()
postgres=X/postgres

-- grant private.rotate_endpoint_secret(uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.save_feed_snapshot(uuid,text,jsonb)
authenticated=X/postgres postgres=X/postgres

-- grant private.save_push_subscription(text,text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.say_by_webhook(uuid,text,text,text,uuid)
postgres=X/postgres

-- grant private.say_entry(uuid,text)
postgres=X/postgres

-- grant private.say_in_room(uuid,uuid,text)
postgres=X/postgres

-- grant private.say_scheduled(private.scheduled_messages)
postgres=X/postgres

-- grant private.scheduled_messages
authenticated=d/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.scheduled_messages.also_in_room
authenticated=ar/postgres

-- grant private.scheduled_messages.author_id
authenticated=r/postgres

-- grant private.scheduled_messages.body
authenticated=ar/postgres

-- grant private.scheduled_messages.created_at
authenticated=r/postgres

-- grant private.scheduled_messages.id
authenticated=ar/postgres

-- grant private.scheduled_messages.media_ids
authenticated=ar/postgres

-- grant private.scheduled_messages.parent_id
authenticated=ar/postgres

-- grant private.scheduled_messages.publish_at
authenticated=ar/postgres

-- grant private.scheduled_messages.room_id
authenticated=ar/postgres

-- grant private.scheduled_messages.shared_post_id
authenticated=ar/postgres

-- grant private.scheduled_messages_check()
postgres=X/postgres

-- grant private.screening_state(text,uuid)
postgres=X/postgres

-- grant private.search_candidates(text,text[],boolean,integer)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.search_names(text[],boolean,boolean,integer)
postgres=X/postgres

-- grant private.search_posts(text[],boolean,integer)
postgres=X/postgres

-- grant private.search_query(text[],boolean)
postgres=X/postgres

-- grant private.search_rooms(text[],boolean,integer)
postgres=X/postgres

-- grant private.search_users(text[],boolean,integer)
postgres=X/postgres

-- grant private.search_vector(text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.secrets_to_reseal(text[])
postgres=X/postgres

-- grant private.send_reminders(integer)
postgres=X/postgres

-- grant private.send_scheduled_message()
postgres=X/postgres

-- grant private.session_has_expired(timestamp with time zone,timestamp without time zone,timestamp with time zone)
postgres=X/postgres

-- grant private.session_idle_max()
postgres=X/postgres

-- grant private.session_is_live()
authenticated=X/postgres postgres=X/postgres

-- grant private.sessions_announce_end()
postgres=X/postgres

-- grant private.sessions_cancel_deletion()
postgres=X/postgres

-- grant private.sessions_end_absence()
postgres=X/postgres

-- grant private.sessions_log()
postgres=X/postgres

-- grant private.set_last_read(uuid,uuid,bigint)
postgres=X/postgres

-- grant private.set_member_role(uuid,uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.set_notifications_read(uuid[])
authenticated=X/postgres postgres=X/postgres

-- grant private.set_room_archived(uuid,boolean)
authenticated=X/postgres postgres=X/postgres

-- grant private.set_room_mute(uuid,uuid,timestamp with time zone,text)
postgres=X/postgres

-- grant private.set_room_settings(uuid,jsonb)
authenticated=X/postgres postgres=X/postgres

-- grant private.set_setting(text,text)
postgres=X/postgres

-- grant private.set_subject_status(text,uuid,text[],text)
postgres=X/postgres

-- grant private.setting(text)
postgres=X/postgres

-- grant private.settings_touch()
postgres=X/postgres

-- grant private.settle_messages(uuid,uuid,uuid,bigint)
postgres=X/postgres

-- grant private.settle_restored(jsonb)
postgres=X/postgres

-- grant private.shares_before_insert()
postgres=X/postgres

-- grant private.shares_changed()
postgres=X/postgres

-- grant private.shares_withdraw()
postgres=X/postgres

-- grant private.shown_mute(uuid,uuid)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.shown_name(text,text)
postgres=X/postgres

-- grant private.shows_list(uuid,text)
postgres=X/postgres

-- grant private.spotlights
authenticated=d/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.spotlights.created_at
anon=r/postgres authenticated=r/postgres

-- grant private.spotlights.post_id
anon=r/postgres authenticated=ar/postgres

-- grant private.spotlights.until
anon=r/postgres authenticated=arw/postgres

-- grant private.spotlights_check()
postgres=X/postgres

-- grant private.standing_measure(uuid,text,uuid)
postgres=X/postgres

-- grant private.start_backup(uuid,uuid,text)
postgres=X/postgres

-- grant private.start_call(uuid,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.stop_digests(uuid)
postgres=X/postgres

-- grant private.store_measure(uuid,text,timestamp with time zone,text)
postgres=X/postgres

-- grant private.store_report(text,uuid,uuid,text,text)
authenticated=X/postgres postgres=X/postgres

-- grant private.stories_after_delete()
postgres=X/postgres

-- grant private.stories_after_insert()
postgres=X/postgres

-- grant private.stories_before_insert()
postgres=X/postgres

-- grant private.story_audiences
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.suggest_people(real,uuid,integer)
authenticated=X/postgres postgres=X/postgres

-- grant private.suggested_by_mutuals(integer)
postgres=X/postgres

-- grant private.suggested_by_popularity(integer)
postgres=X/postgres

-- grant private.suggested_handle(jsonb)
postgres=X/postgres

-- grant private.sweep_account_states()
postgres=X/postgres

-- grant private.sweep_accounts(integer)
postgres=X/postgres

-- grant private.sweep_bookkeeping()
postgres=X/postgres

-- grant private.sweep_calls(integer)
postgres=X/postgres

-- grant private.sweep_connections(integer)
postgres=X/postgres

-- grant private.sweep_counter_drift()
postgres=X/postgres

-- grant private.sweep_handles()
postgres=X/postgres

-- grant private.sweep_job_stats()
postgres=X/postgres

-- grant private.sweep_link_previews()
postgres=X/postgres

-- grant private.sweep_loose_media(integer)
postgres=X/postgres

-- grant private.sweep_lost_media(integer)
postgres=X/postgres

-- grant private.sweep_metrics()
postgres=X/postgres

-- grant private.sweep_outbox()
postgres=X/postgres

-- grant private.sweep_post_views()
postgres=X/postgres

-- grant private.sweep_room(uuid,timestamp with time zone,bigint,integer)
postgres=X/postgres

-- grant private.sweep_room_messages(integer,uuid)
postgres=X/postgres service_role=X/postgres

-- grant private.sweep_stories(integer)
postgres=X/postgres

-- grant private.sweep_stray_objects(integer)
postgres=X/postgres

-- grant private.sync_message_mentions(messages)
postgres=X/postgres

-- grant private.take_delivery(uuid)
postgres=X/postgres

-- grant private.take_digest(uuid,date)
postgres=X/postgres

-- grant private.take_entries(uuid,text,text,text,jsonb)
postgres=X/postgres

-- grant private.take_rate_limit(text,integer,integer,integer)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.tell_announcement(uuid,integer)
postgres=X/postgres

-- grant private.tell_badge(uuid,uuid[])
postgres=X/postgres

-- grant private.tell_feeds(uuid,uuid,uuid,integer)
postgres=X/postgres

-- grant private.tell_more(text,uuid,uuid,uuid[],integer,jsonb)
postgres=X/postgres

-- grant private.tell_notifications_read(jsonb)
authenticated=X/postgres postgres=X/postgres

-- grant private.tend_webhooks()
postgres=X/postgres

-- grant private.text_digits()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.text_marks()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.texts_within(jsonb,text,integer)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.thread_members
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.thread_members_settle()
postgres=X/postgres

-- grant private.told_topics()
postgres=X/postgres

-- grant private.topic_uuid(text,text)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.traceparent()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.transfer_room(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.types_about_words()
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.unban_member(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.unmute_member(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.unpin_message(uuid,uuid)
authenticated=X/postgres postgres=X/postgres

-- grant private.unread_count(uuid,uuid)
postgres=X/postgres

-- grant private.unread_counts(uuid)
postgres=X/postgres

-- grant private.unread_in(uuid[],uuid)
postgres=X/postgres

-- grant private.unread_marks
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.unread_notifications()
authenticated=X/postgres postgres=X/postgres

-- grant private.unread_rooms()
authenticated=X/postgres postgres=X/postgres

-- grant private.untell_announcement(uuid,integer)
postgres=X/postgres

-- grant private.until_text(timestamp with time zone)
postgres=X/postgres

-- grant private.update_role(text,text,text,text[])
authenticated=X/postgres postgres=X/postgres

-- grant private.user_roles_log()
postgres=X/postgres

-- grant private.users_create_profile()
postgres=X/postgres

-- grant private.users_keep_password()
postgres=X/postgres

-- grant private.users_log()
postgres=X/postgres

-- grant private.uuid_v7()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.visible_notifications(uuid,uuid[])
postgres=X/postgres

-- grant private.wake_endpoint(uuid,timestamp with time zone)
postgres=X/postgres

-- grant private.wake_feeds()
postgres=X/postgres

-- grant private.wants_previews()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.webhook_deliveries
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.webhook_deliveries_count()
postgres=X/postgres

-- grant private.webhook_endpoints
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.webhook_secrets
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.welcome_person(uuid)
postgres=X/postgres

-- grant private.welcome_profile_id()
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.welcome_text(text)
postgres=X/postgres

-- grant private.welcome_words(uuid)
postgres=X/postgres

-- grant private.welcomes
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant private.widen_post(uuid)
authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant private.withdraw_actor(uuid,text,uuid)
postgres=X/postgres

-- grant private.withdraw_notification(uuid,text,uuid)
postgres=X/postgres

-- grant private.without_mention(text,text)
postgres=X/postgres

-- grant private.words_pattern(jsonb)
anon=X/postgres authenticated=X/postgres postgres=X/postgres service_role=X/postgres

-- grant profiles
anon=r/postgres authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant profiles.avatar_media_id
authenticated=w/postgres

-- grant profiles.bio
authenticated=w/postgres

-- grant profiles.display_name
authenticated=w/postgres

-- grant profiles.handle
authenticated=w/postgres

-- grant profiles.is_private
authenticated=w/postgres

-- grant profiles.links
authenticated=w/postgres

-- grant profiles.location
authenticated=w/postgres

-- grant push_subscriptions
postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant push_subscriptions.created_at
authenticated=r/postgres

-- grant push_subscriptions.endpoint
authenticated=r/postgres

-- grant push_subscriptions.id
authenticated=r/postgres

-- grant push_subscriptions.last_ok_at
authenticated=r/postgres

-- grant push_subscriptions.profile_id
authenticated=r/postgres

-- grant reports
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant room_invites
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant room_members
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant rooms
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant rooms.description
authenticated=w/postgres

-- grant rooms.guidelines
authenticated=w/postgres

-- grant rooms.is_private
authenticated=w/postgres

-- grant rooms.name
authenticated=w/postgres

-- grant rooms.read_only
authenticated=w/postgres

-- grant rooms.retention_days
authenticated=w/postgres

-- grant rooms.slow_mode_s
authenticated=w/postgres

-- grant rooms.who_can_invite
authenticated=w/postgres

-- grant shares
anon=r/postgres authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant shares.post_id
authenticated=a/postgres

-- grant stories
authenticated=rd/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant stories.audience_id
authenticated=a/postgres

-- grant stories.id
authenticated=a/postgres

-- grant stories.media_id
authenticated=a/postgres

-- grant stories.text
authenticated=a/postgres

-- grant story_views
authenticated=r/postgres postgres=arwdDxtm/postgres service_role=arwd/postgres

-- grant story_views.story_id
authenticated=a/postgres

-- index blocks_blocked_id_idx
CREATE INDEX blocks_blocked_id_idx ON public.blocks USING btree (blocked_id, blocker_id)

-- index bookmarks_post_id_idx
CREATE INDEX bookmarks_post_id_idx ON public.bookmarks USING btree (post_id)

-- index bookmarks_profile_id_created_at_idx
CREATE INDEX bookmarks_profile_id_created_at_idx ON public.bookmarks USING btree (profile_id, created_at DESC, post_id DESC)

-- index calls_live_room_id_key
CREATE UNIQUE INDEX calls_live_room_id_key ON public.calls USING btree (room_id) WHERE (ended_at IS NULL)

-- index calls_live_started_at_idx
CREATE INDEX calls_live_started_at_idx ON public.calls USING btree (started_at) WHERE (ended_at IS NULL)

-- index calls_room_id_started_at_idx
CREATE INDEX calls_room_id_started_at_idx ON public.calls USING btree (room_id, started_at DESC)

-- index calls_started_by_idx
CREATE INDEX calls_started_by_idx ON public.calls USING btree (started_by)

-- index follow_requests_target_id_created_at_idx
CREATE INDEX follow_requests_target_id_created_at_idx ON public.follow_requests USING btree (target_id, created_at DESC, requester_id DESC)

-- index follows_created_at_idx
CREATE INDEX follows_created_at_idx ON public.follows USING btree (created_at DESC, followee_id)

-- index follows_followee_id_created_at_idx
CREATE INDEX follows_followee_id_created_at_idx ON public.follows USING btree (followee_id, created_at DESC, follower_id DESC)

-- index follows_follower_id_created_at_idx
CREATE INDEX follows_follower_id_created_at_idx ON public.follows USING btree (follower_id, created_at DESC, followee_id DESC)

-- index media_message_id_idx
CREATE INDEX media_message_id_idx ON public.media USING btree (message_id) WHERE (message_id IS NOT NULL)

-- index media_owner_id_created_at_idx
CREATE INDEX media_owner_id_created_at_idx ON public.media USING btree (owner_id, created_at DESC)

-- index media_post_id_idx
CREATE INDEX media_post_id_idx ON public.media USING btree (post_id) WHERE (post_id IS NOT NULL)

-- index media_room_id_idx
CREATE INDEX media_room_id_idx ON public.media USING btree (room_id)

-- index media_story_id_idx
CREATE INDEX media_story_id_idx ON public.media USING btree (story_id) WHERE (story_id IS NOT NULL)

-- index message_mentions_profile_id_created_at_idx
CREATE INDEX message_mentions_profile_id_created_at_idx ON public.message_mentions USING btree (profile_id, created_at DESC, message_id)

-- index message_reactions_profile_id_idx
CREATE INDEX message_reactions_profile_id_idx ON public.message_reactions USING btree (profile_id, created_at DESC, message_id)

-- index message_receipts_profile_id_room_id_seq_idx
CREATE INDEX message_receipts_profile_id_room_id_seq_idx ON public.message_receipts USING btree (profile_id, room_id, seq DESC)

-- index message_receipts_room_id_idx
CREATE INDEX message_receipts_room_id_idx ON public.message_receipts USING btree (room_id)

-- index messages_author_id_created_at_idx
CREATE INDEX messages_author_id_created_at_idx ON public.messages USING btree (author_id, created_at DESC)

-- index messages_parent_id_seq_idx
CREATE INDEX messages_parent_id_seq_idx ON public.messages USING btree (parent_id, seq) WHERE (parent_id IS NOT NULL)

-- index messages_shared_post_id_idx
CREATE INDEX messages_shared_post_id_idx ON public.messages USING btree (shared_post_id) WHERE (shared_post_id IS NOT NULL)

-- index messages_story_id_idx
CREATE INDEX messages_story_id_idx ON public.messages USING btree (story_id) WHERE (story_id IS NOT NULL)

-- index messages_unread_idx
CREATE INDEX messages_unread_idx ON public.messages USING btree (room_id, seq) INCLUDE (author_id) WHERE ((kind <> 'system'::text) AND ((parent_id IS NULL) OR also_in_room) AND (deleted_at IS NULL) AND (status = 'published'::text))

-- index messages_unscreened_idx
CREATE INDEX messages_unscreened_idx ON public.messages USING btree (created_at) WHERE ((screened_at IS NULL) AND (deleted_at IS NULL))

-- index mutes_muted_id_idx
CREATE INDEX mutes_muted_id_idx ON public.mutes USING btree (muted_id)

-- index notification_preferences_types_idx
CREATE INDEX notification_preferences_types_idx ON public.notification_preferences USING btree (profile_id) WHERE (types <> '{}'::jsonb)

-- index notifications_actor_id_idx
CREATE INDEX notifications_actor_id_idx ON public.notifications USING btree (actor_id) WHERE (actor_id IS NOT NULL)

-- index notifications_mailed_idx
CREATE INDEX notifications_mailed_idx ON public.notifications USING btree (recipient_id, created_at) WHERE ((read_at IS NULL) AND ('email'::text = ANY (channels)))

-- index notifications_open_group_key
CREATE UNIQUE INDEX notifications_open_group_key ON public.notifications USING btree (recipient_id, type, subject_id) WHERE ((read_at IS NULL) AND (type = ANY (ARRAY['like'::text, 'reaction'::text, 'share'::text])))

-- index notifications_passing_subject_idx
CREATE INDEX notifications_passing_subject_idx ON public.notifications USING btree (subject_id) WHERE (subject_type = ANY (ARRAY['story'::text, 'announcement'::text]))

-- index notifications_recipient_id_created_at_idx
CREATE INDEX notifications_recipient_id_created_at_idx ON public.notifications USING btree (recipient_id, created_at DESC, id DESC)

-- index notifications_subject_post_idx
CREATE INDEX notifications_subject_post_idx ON public.notifications USING btree (subject_id) WHERE (subject_type = 'post'::text)

-- index notifications_subject_user_idx
CREATE INDEX notifications_subject_user_idx ON public.notifications USING btree (subject_id) WHERE (subject_type = 'user'::text)

-- index notifications_unread_idx
CREATE INDEX notifications_unread_idx ON public.notifications USING btree (recipient_id, created_at DESC, id DESC) INCLUDE (actor_id, seen_at) WHERE (read_at IS NULL)

-- index notifications_unread_messages_idx
CREATE INDEX notifications_unread_messages_idx ON public.notifications USING btree (recipient_id) WHERE ((read_at IS NULL) AND (subject_type = 'message'::text))

-- index post_hashtags_tag_idx
CREATE INDEX post_hashtags_tag_idx ON public.post_hashtags USING btree (tag, created_at DESC, post_id)

-- index post_mentions_profile_id_idx
CREATE INDEX post_mentions_profile_id_idx ON public.post_mentions USING btree (profile_id, created_at DESC, post_id)

-- index post_reactions_profile_id_idx
CREATE INDEX post_reactions_profile_id_idx ON public.post_reactions USING btree (profile_id, created_at DESC, post_id)

-- index posts_audience_ids_idx
CREATE INDEX posts_audience_ids_idx ON public.posts USING gin (audience_ids) WHERE (audience_ids <> '{}'::uuid[])

-- index posts_author_id_all_idx
CREATE INDEX posts_author_id_all_idx ON public.posts USING btree (author_id, created_at DESC, id DESC)

-- index posts_author_id_created_at_idx
CREATE INDEX posts_author_id_created_at_idx ON public.posts USING btree (author_id, created_at DESC) INCLUDE (id, visibility) WHERE ((parent_id IS NULL) AND (status = 'published'::text))

-- index posts_created_at_idx
CREATE INDEX posts_created_at_idx ON public.posts USING btree (created_at DESC, id DESC) INCLUDE (author_id, visibility, parent_id, status)

-- index posts_not_published_idx
CREATE INDEX posts_not_published_idx ON public.posts USING btree (created_at DESC) WHERE (status <> 'published'::text)

-- index posts_parent_id_idx
CREATE INDEX posts_parent_id_idx ON public.posts USING btree (parent_id, created_at, id) WHERE (parent_id IS NOT NULL)

-- index posts_publish_at_idx
CREATE INDEX posts_publish_at_idx ON public.posts USING btree (publish_at) WHERE (status = 'scheduled'::text)

-- index posts_quoted_id_idx
CREATE INDEX posts_quoted_id_idx ON public.posts USING btree (quoted_id) WHERE (quoted_id IS NOT NULL)

-- index posts_room_id_idx
CREATE INDEX posts_room_id_idx ON public.posts USING btree (room_id, created_at DESC, id DESC) WHERE (room_id IS NOT NULL)

-- index posts_root_id_idx
CREATE INDEX posts_root_id_idx ON public.posts USING btree (root_id) WHERE (root_id IS NOT NULL)

-- index posts_search_idx
CREATE INDEX posts_search_idx ON public.posts USING gin (private.search_vector(body)) WHERE ((status = 'published'::text) AND (deleted_at IS NULL))

-- index private.account_states_banned_until_idx
CREATE INDEX account_states_banned_until_idx ON private.account_states USING btree (banned_until) WHERE (banned_until IS NOT NULL)

-- index private.account_states_changed_by_idx
CREATE INDEX account_states_changed_by_idx ON private.account_states USING btree (changed_by)

-- index private.account_states_deletion_due_at_idx
CREATE INDEX account_states_deletion_due_at_idx ON private.account_states USING btree (deletion_due_at) WHERE (deletion_due_at IS NOT NULL)

-- index private.announcement_dismissals_profile_id_idx
CREATE INDEX announcement_dismissals_profile_id_idx ON private.announcement_dismissals USING btree (profile_id)

-- index private.announcements_created_at_idx
CREATE INDEX announcements_created_at_idx ON private.announcements USING btree (created_at DESC, id DESC)

-- index private.announcements_created_by_idx
CREATE INDEX announcements_created_by_idx ON private.announcements USING btree (created_by)

-- index private.archive_imports_created_by_created_at_idx
CREATE INDEX archive_imports_created_by_created_at_idx ON private.archive_imports USING btree (created_by, created_at DESC, id DESC)

-- index private.archive_imports_kept_idx
CREATE INDEX archive_imports_kept_idx ON private.archive_imports USING btree (created_at) WHERE (path IS NOT NULL)

-- index private.archive_imports_room_id_idx
CREATE INDEX archive_imports_room_id_idx ON private.archive_imports USING btree (room_id)

-- index private.audience_members_audience_id_created_at_idx
CREATE INDEX audience_members_audience_id_created_at_idx ON private.audience_members USING btree (audience_id, created_at DESC, profile_id DESC)

-- index private.audience_members_profile_id_idx
CREATE INDEX audience_members_profile_id_idx ON private.audience_members USING btree (profile_id, audience_id)

-- index private.auth_log_created_at_idx
CREATE INDEX auth_log_created_at_idx ON private.auth_log USING btree (created_at)

-- index private.auth_log_user_id_created_at_idx
CREATE INDEX auth_log_user_id_created_at_idx ON private.auth_log USING btree (user_id, created_at DESC, id DESC)

-- index private.backups_created_at_idx
CREATE INDEX backups_created_at_idx ON private.backups USING btree (created_at DESC, id DESC)

-- index private.backups_requested_by_idx
CREATE INDEX backups_requested_by_idx ON private.backups USING btree (requested_by)

-- index private.backups_running_key
CREATE UNIQUE INDEX backups_running_key ON private.backups USING btree ((true)) WHERE (status = 'running'::text)

-- index private.block_sides_other_id_idx
CREATE INDEX block_sides_other_id_idx ON private.block_sides USING btree (other_id)

-- index private.bot_tokens_bot_id_idx
CREATE INDEX bot_tokens_bot_id_idx ON private.bot_tokens USING btree (bot_id)

-- index private.bots_owner_id_idx
CREATE INDEX bots_owner_id_idx ON private.bots USING btree (owner_id, profile_id)

-- index private.call_participants_profile_id_idx
CREATE INDEX call_participants_profile_id_idx ON private.call_participants USING btree (profile_id)

-- index private.comment_ranks_parent_id_rank_idx
CREATE INDEX comment_ranks_parent_id_rank_idx ON private.comment_ranks USING btree (parent_id, rank DESC, post_id DESC)

-- index private.connections_expires_at_idx
CREATE INDEX connections_expires_at_idx ON private.connections USING btree (expires_at)

-- index private.connections_profile_id_expires_at_idx
CREATE INDEX connections_profile_id_expires_at_idx ON private.connections USING btree (profile_id, expires_at)

-- index private.counter_deltas_subject_id_kind_idx
CREATE INDEX counter_deltas_subject_id_kind_idx ON private.counter_deltas USING btree (subject_id, kind) INCLUDE (delta)

-- index private.counter_drift_found_at_idx
CREATE INDEX counter_drift_found_at_idx ON private.counter_drift USING btree (found_at)

-- index private.counter_drift_subject_id_idx
CREATE INDEX counter_drift_subject_id_idx ON private.counter_drift USING btree (subject_id)

-- index private.dead_jobs_last_at_id_idx
CREATE INDEX dead_jobs_last_at_id_idx ON private.dead_jobs USING btree (last_at DESC, id DESC)

-- index private.dismissed_suggestions_person_id_idx
CREATE INDEX dismissed_suggestions_person_id_idx ON private.dismissed_suggestions USING btree (person_id)

-- index private.exports_expires_at_idx
CREATE INDEX exports_expires_at_idx ON private.exports USING btree (expires_at) WHERE (path IS NOT NULL)

-- index private.exports_profile_id_created_at_idx
CREATE INDEX exports_profile_id_created_at_idx ON private.exports USING btree (profile_id, created_at DESC)

-- index private.feed_feedback_author_id_idx
CREATE INDEX feed_feedback_author_id_idx ON private.feed_feedback USING btree (author_id)

-- index private.feed_feedback_post_id_idx
CREATE INDEX feed_feedback_post_id_idx ON private.feed_feedback USING btree (post_id)

-- index private.feed_feedback_profile_id_idx
CREATE INDEX feed_feedback_profile_id_idx ON private.feed_feedback USING btree (profile_id, created_at DESC, id DESC)

-- index private.feed_snapshots_viewer_id_idx
CREATE INDEX feed_snapshots_viewer_id_idx ON private.feed_snapshots USING btree (viewer_id, built_at DESC)

-- index private.hashtag_follows_profile_id_created_at_idx
CREATE INDEX hashtag_follows_profile_id_created_at_idx ON private.hashtag_follows USING btree (profile_id, created_at DESC, tag)

-- index private.idempotency_keys_created_at_idx
CREATE INDEX idempotency_keys_created_at_idx ON private.idempotency_keys USING btree (created_at)

-- index private.imported_posts_import_id_idx
CREATE INDEX imported_posts_import_id_idx ON private.imported_posts USING btree (import_id)

-- index private.incoming_webhooks_created_by_idx
CREATE INDEX incoming_webhooks_created_by_idx ON private.incoming_webhooks USING btree (created_by)

-- index private.incoming_webhooks_room_id_idx
CREATE INDEX incoming_webhooks_room_id_idx ON private.incoming_webhooks USING btree (room_id, id)

-- index private.job_runs_started_at_idx
CREATE INDEX job_runs_started_at_idx ON private.job_runs USING btree (started_at)

-- index private.job_stats_minute_idx
CREATE INDEX job_stats_minute_idx ON private.job_stats USING btree (minute)

-- index private.legal_holds_placed_by_idx
CREATE INDEX legal_holds_placed_by_idx ON private.legal_holds USING btree (placed_by)

-- index private.link_previews_fetched_at_idx
CREATE INDEX link_previews_fetched_at_idx ON private.link_previews USING btree (fetched_at)

-- index private.media_trash_added_at_idx
CREATE INDEX media_trash_added_at_idx ON private.media_trash USING btree (added_at)

-- index private.message_pins_pinned_by_idx
CREATE INDEX message_pins_pinned_by_idx ON private.message_pins USING btree (pinned_by)

-- index private.message_requests_from_id_idx
CREATE INDEX message_requests_from_id_idx ON private.message_requests USING btree (from_id, profile_id)

-- index private.message_requests_profile_id_idx
CREATE INDEX message_requests_profile_id_idx ON private.message_requests USING btree (profile_id, asked_at DESC, room_id DESC)

-- index private.message_versions_changed_by_idx
CREATE INDEX message_versions_changed_by_idx ON private.message_versions USING btree (changed_by)

-- index private.message_versions_mention_ids_idx
CREATE INDEX message_versions_mention_ids_idx ON private.message_versions USING gin (mention_ids) WHERE (mention_ids <> '{}'::uuid[])

-- index private.message_versions_message_id_idx
CREATE INDEX message_versions_message_id_idx ON private.message_versions USING btree (message_id, changed_at DESC, id DESC)

-- index private.moderation_cases_assigned_to_idx
CREATE INDEX moderation_cases_assigned_to_idx ON private.moderation_cases USING btree (assigned_to) WHERE (assigned_to IS NOT NULL)

-- index private.moderation_cases_open_key
CREATE UNIQUE INDEX moderation_cases_open_key ON private.moderation_cases USING btree (subject_type, subject_id) WHERE (status = 'open'::text)

-- index private.moderation_cases_owner_id_idx
CREATE INDEX moderation_cases_owner_id_idx ON private.moderation_cases USING btree (owner_id)

-- index private.moderation_cases_queue_idx
CREATE INDEX moderation_cases_queue_idx ON private.moderation_cases USING btree (status, ((- priority)), created_at, id)

-- index private.moderation_cases_subject_id_idx
CREATE INDEX moderation_cases_subject_id_idx ON private.moderation_cases USING btree (subject_id)

-- index private.moderation_decisions_case_id_idx
CREATE INDEX moderation_decisions_case_id_idx ON private.moderation_decisions USING btree (case_id, created_at)

-- index private.moderation_decisions_moderator_id_idx
CREATE INDEX moderation_decisions_moderator_id_idx ON private.moderation_decisions USING btree (moderator_id)

-- index private.notification_actors_actor_id_idx
CREATE INDEX notification_actors_actor_id_idx ON private.notification_actors USING btree (actor_id)

-- index private.notification_actors_notification_id_idx
CREATE INDEX notification_actors_notification_id_idx ON private.notification_actors USING btree (notification_id, created_at DESC, actor_id)

-- index private.outbox_created_at_idx
CREATE INDEX outbox_created_at_idx ON private.outbox USING btree (created_at)

-- index private.outbox_subject_id_created_at_idx
CREATE INDEX outbox_subject_id_created_at_idx ON private.outbox USING btree (subject_id, created_at, id) WHERE (published_at IS NULL)

-- index private.outbox_unpublished_idx
CREATE INDEX outbox_unpublished_idx ON private.outbox USING btree (created_at, id) WHERE (published_at IS NULL)

-- index private.password_history_user_id_idx
CREATE INDEX password_history_user_id_idx ON private.password_history USING btree (user_id, created_at DESC)

-- index private.poll_closings_closes_at_idx
CREATE INDEX poll_closings_closes_at_idx ON private.poll_closings USING btree (closes_at)

-- index private.poll_votes_profile_id_idx
CREATE INDEX poll_votes_profile_id_idx ON private.poll_votes USING btree (profile_id)

-- index private.post_audiences_owner_id_idx
CREATE INDEX post_audiences_owner_id_idx ON private.post_audiences USING btree (owner_id)

-- index private.post_versions_mention_ids_idx
CREATE INDEX post_versions_mention_ids_idx ON private.post_versions USING gin (mention_ids) WHERE (mention_ids <> '{}'::uuid[])

-- index private.post_versions_post_id_idx
CREATE INDEX post_versions_post_id_idx ON private.post_versions USING btree (post_id, edited_at DESC, id DESC)

-- index private.post_views_counted_at_idx
CREATE INDEX post_views_counted_at_idx ON private.post_views USING btree (counted_at)

-- index private.post_views_post_id_idx
CREATE INDEX post_views_post_id_idx ON private.post_views USING btree (post_id)

-- index private.rate_limits_arrival_at_idx
CREATE INDEX rate_limits_arrival_at_idx ON private.rate_limits USING btree (arrival_at)

-- index private.reminders_due_at_idx
CREATE INDEX reminders_due_at_idx ON private.reminders USING btree (due_at, id)

-- index private.reminders_profile_id_due_at_idx
CREATE INDEX reminders_profile_id_due_at_idx ON private.reminders USING btree (profile_id, due_at, id)

-- index private.reminders_room_id_idx
CREATE INDEX reminders_room_id_idx ON private.reminders USING btree (room_id)

-- index private.retired_handles_free_at_idx
CREATE INDEX retired_handles_free_at_idx ON private.retired_handles USING btree (free_at)

-- index private.retired_handles_profile_id_idx
CREATE INDEX retired_handles_profile_id_idx ON private.retired_handles USING btree (profile_id)

-- index private.role_log_actor_id_idx
CREATE INDEX role_log_actor_id_idx ON private.role_log USING btree (actor_id)

-- index private.role_log_profile_id_idx
CREATE INDEX role_log_profile_id_idx ON private.role_log USING btree (profile_id)

-- index private.room_feed_entries_seen_at_idx
CREATE INDEX room_feed_entries_seen_at_idx ON private.room_feed_entries USING btree (feed_id, seen_at)

-- index private.room_feeds_created_by_idx
CREATE INDEX room_feeds_created_by_idx ON private.room_feeds USING btree (created_by)

-- index private.room_feeds_next_read_at_idx
CREATE INDEX room_feeds_next_read_at_idx ON private.room_feeds USING btree (next_read_at)

-- index private.room_invite_people_profile_id_idx
CREATE INDEX room_invite_people_profile_id_idx ON private.room_invite_people USING btree (profile_id)

-- index private.room_log_actor_id_idx
CREATE INDEX room_log_actor_id_idx ON private.room_log USING btree (actor_id)

-- index private.room_log_profile_id_idx
CREATE INDEX room_log_profile_id_idx ON private.room_log USING btree (profile_id)

-- index private.room_log_room_id_id_idx
CREATE INDEX room_log_room_id_id_idx ON private.room_log USING btree (room_id, id DESC)

-- index private.room_member_states_muted_by_idx
CREATE INDEX room_member_states_muted_by_idx ON private.room_member_states USING btree (muted_by) WHERE (muted_by IS NOT NULL)

-- index private.room_member_states_profile_id_idx
CREATE INDEX room_member_states_profile_id_idx ON private.room_member_states USING btree (profile_id, room_id)

-- index private.scheduled_messages_author_id_publish_at_idx
CREATE INDEX scheduled_messages_author_id_publish_at_idx ON private.scheduled_messages USING btree (author_id, publish_at, id)

-- index private.scheduled_messages_media_ids_idx
CREATE INDEX scheduled_messages_media_ids_idx ON private.scheduled_messages USING gin (media_ids) WHERE (media_ids <> '{}'::uuid[])

-- index private.scheduled_messages_publish_at_idx
CREATE INDEX scheduled_messages_publish_at_idx ON private.scheduled_messages USING btree (publish_at, id)

-- index private.scheduled_messages_room_id_idx
CREATE INDEX scheduled_messages_room_id_idx ON private.scheduled_messages USING btree (room_id)

-- index private.spotlights_created_at_idx
CREATE INDEX spotlights_created_at_idx ON private.spotlights USING btree (created_at DESC, post_id DESC)

-- index private.spotlights_placed_by_idx
CREATE INDEX spotlights_placed_by_idx ON private.spotlights USING btree (placed_by)

-- index private.story_audiences_audience_id_idx
CREATE INDEX story_audiences_audience_id_idx ON private.story_audiences USING btree (audience_id)

-- index private.thread_members_profile_id_idx
CREATE INDEX thread_members_profile_id_idx ON private.thread_members USING btree (profile_id, message_id)

-- index private.user_roles_granted_by_idx
CREATE INDEX user_roles_granted_by_idx ON private.user_roles USING btree (granted_by)

-- index private.user_roles_role_idx
CREATE INDEX user_roles_role_idx ON private.user_roles USING btree (role)

-- index private.webhook_deliveries_actor_id_idx
CREATE INDEX webhook_deliveries_actor_id_idx ON private.webhook_deliveries USING btree (actor_id)

-- index private.webhook_deliveries_created_at_idx
CREATE INDEX webhook_deliveries_created_at_idx ON private.webhook_deliveries USING btree (created_at)

-- index private.webhook_deliveries_endpoint_id_idx
CREATE INDEX webhook_deliveries_endpoint_id_idx ON private.webhook_deliveries USING btree (endpoint_id, created_at DESC, id DESC)

-- index private.webhook_deliveries_event_key
CREATE UNIQUE INDEX webhook_deliveries_event_key ON private.webhook_deliveries USING btree (endpoint_id, event_id) WHERE (redelivery_of IS NULL)

-- index private.webhook_deliveries_pending_idx
CREATE INDEX webhook_deliveries_pending_idx ON private.webhook_deliveries USING btree (endpoint_id, "position") WHERE (status = 'pending'::text)

-- index private.webhook_deliveries_redelivery_key
CREATE UNIQUE INDEX webhook_deliveries_redelivery_key ON private.webhook_deliveries USING btree (redelivery_of) WHERE ((status = 'pending'::text) AND (redelivery_of IS NOT NULL))

-- index private.webhook_deliveries_subject_id_idx
CREATE INDEX webhook_deliveries_subject_id_idx ON private.webhook_deliveries USING btree (subject_id)

-- index private.webhook_endpoints_active_idx
CREATE INDEX webhook_endpoints_active_idx ON private.webhook_endpoints USING btree (room_id) WHERE (disabled_at IS NULL)

-- index private.webhook_endpoints_owner_id_idx
CREATE INDEX webhook_endpoints_owner_id_idx ON private.webhook_endpoints USING btree (owner_id)

-- index private.webhook_endpoints_room_id_idx
CREATE INDEX webhook_endpoints_room_id_idx ON private.webhook_endpoints USING btree (room_id)

-- index private.welcomes_room_id_idx
CREATE INDEX welcomes_room_id_idx ON private.welcomes USING btree (room_id)

-- index profiles_avatar_media_id_idx
CREATE INDEX profiles_avatar_media_id_idx ON public.profiles USING btree (avatar_media_id)

-- index profiles_bots_idx
CREATE INDEX profiles_bots_idx ON public.profiles USING btree (id) WHERE is_bot

-- index profiles_display_name_fold_idx
CREATE INDEX profiles_display_name_fold_idx ON public.profiles USING gin (private.fold_text(display_name) gin_trgm_ops)

-- index profiles_display_name_trgm_idx
CREATE INDEX profiles_display_name_trgm_idx ON public.profiles USING gin (lower(display_name) gin_trgm_ops)

-- index profiles_handle_skeleton_key
CREATE UNIQUE INDEX profiles_handle_skeleton_key ON public.profiles USING btree (private.handle_skeleton(handle))

-- index profiles_handle_trgm_idx
CREATE INDEX profiles_handle_trgm_idx ON public.profiles USING gin (handle gin_trgm_ops)

-- index push_subscriptions_profile_id_created_at_idx
CREATE INDEX push_subscriptions_profile_id_created_at_idx ON public.push_subscriptions USING btree (profile_id, created_at)

-- index reports_case_id_idx
CREATE INDEX reports_case_id_idx ON public.reports USING btree (case_id)

-- index reports_reported_user_id_idx
CREATE INDEX reports_reported_user_id_idx ON public.reports USING btree (reported_user_id)

-- index room_invites_created_by_idx
CREATE INDEX room_invites_created_by_idx ON public.room_invites USING btree (created_by)

-- index room_invites_room_id_idx
CREATE INDEX room_invites_room_id_idx ON public.room_invites USING btree (room_id, id DESC)

-- index room_members_profile_id_idx
CREATE INDEX room_members_profile_id_idx ON public.room_members USING btree (profile_id, room_id)

-- index room_members_room_id_joined_at_idx
CREATE INDEX room_members_room_id_joined_at_idx ON public.room_members USING btree (room_id, joined_at, profile_id)

-- index rooms_created_by_idx
CREATE INDEX rooms_created_by_idx ON public.rooms USING btree (created_by)

-- index rooms_discover_idx
CREATE INDEX rooms_discover_idx ON public.rooms USING btree (created_at DESC, id DESC) WHERE ((kind = 'channel'::text) AND (NOT is_private))

-- index rooms_retention_idx
CREATE INDEX rooms_retention_idx ON public.rooms USING btree (id) WHERE (retention_days IS NOT NULL)

-- index rooms_search_idx
CREATE INDEX rooms_search_idx ON public.rooms USING gin (private.search_vector(((name || ' '::text) || description))) WHERE (kind <> 'direct'::text)

-- index shares_post_id_created_at_idx
CREATE INDEX shares_post_id_created_at_idx ON public.shares USING btree (post_id, created_at DESC) INCLUDE (profile_id)

-- index shares_profile_id_created_at_idx
CREATE INDEX shares_profile_id_created_at_idx ON public.shares USING btree (profile_id, created_at DESC, id DESC)

-- index stories_author_id_created_at_idx
CREATE INDEX stories_author_id_created_at_idx ON public.stories USING btree (author_id, created_at DESC, id DESC)

-- index stories_expires_at_idx
CREATE INDEX stories_expires_at_idx ON public.stories USING btree (expires_at) WHERE (highlighted_at IS NULL)

-- index stories_highlighted_idx
CREATE INDEX stories_highlighted_idx ON public.stories USING btree (author_id, highlighted_at DESC, id DESC) WHERE (highlighted_at IS NOT NULL)

-- index story_views_story_id_viewed_at_idx
CREATE INDEX story_views_story_id_viewed_at_idx ON public.story_views USING btree (story_id, viewed_at DESC, viewer_id DESC)

-- index story_views_viewer_id_idx
CREATE INDEX story_views_viewer_id_idx ON public.story_views USING btree (viewer_id)

-- policy private.announcement_dismissals.announcement_dismissals_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.announcement_dismissals.announcement_dismissals_insert_own
PERMISSIVE INSERT to authenticated with check (((profile_id = ( SELECT uid() AS uid)) AND (EXISTS ( SELECT
   FROM private.announcements a
  WHERE (a.id = announcement_dismissals.announcement_id)))))

-- policy private.announcement_dismissals.announcement_dismissals_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.announcements.announcements_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.announcements.announcements_delete_staff
PERMISSIVE DELETE to authenticated using (( SELECT private.has_permission('flag.manage'::text) AS has_permission))

-- policy private.announcements.announcements_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_publish() AS may_publish))

-- policy private.announcements.announcements_insert_staff
PERMISSIVE INSERT to authenticated with check (((created_by = ( SELECT uid() AS uid)) AND ( SELECT private.has_permission('flag.manage'::text) AS has_permission)))

-- policy private.announcements.announcements_select_active
PERMISSIVE SELECT to anon, authenticated using (((expires_at IS NULL) OR (expires_at > now())))

-- policy private.audience_members.audience_members_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.audience_members.audience_members_delete_own
PERMISSIVE DELETE to authenticated using ((EXISTS ( SELECT
   FROM private.audiences a
  WHERE ((a.id = audience_members.audience_id) AND (a.owner_id = ( SELECT uid() AS uid))))))

-- policy private.audience_members.audience_members_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.audience_members.audience_members_insert_own
PERMISSIVE INSERT to authenticated with check ((EXISTS ( SELECT
   FROM private.audiences a
  WHERE ((a.id = audience_members.audience_id) AND (a.owner_id = ( SELECT uid() AS uid))))))

-- policy private.audience_members.audience_members_select_own
PERMISSIVE SELECT to authenticated using (((EXISTS ( SELECT
   FROM private.audiences a
  WHERE ((a.id = audience_members.audience_id) AND (a.owner_id = ( SELECT uid() AS uid))))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = audience_members.profile_id) AND s.hidden))))))

-- policy private.audiences.audiences_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.audiences.audiences_delete_own
PERMISSIVE DELETE to authenticated using ((owner_id = ( SELECT uid() AS uid)))

-- policy private.audiences.audiences_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.audiences.audiences_insert_own
PERMISSIVE INSERT to authenticated with check ((owner_id = ( SELECT uid() AS uid)))

-- policy private.audiences.audiences_select_own
PERMISSIVE SELECT to authenticated using ((owner_id = ( SELECT uid() AS uid)))

-- policy private.audiences.audiences_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy private.audiences.audiences_update_own
PERMISSIVE UPDATE to authenticated using ((owner_id = ( SELECT uid() AS uid))) with check ((owner_id = ( SELECT uid() AS uid)))

-- policy private.auth_log.auth_log_select_own
PERMISSIVE SELECT to authenticated using ((user_id = ( SELECT uid() AS uid)))

-- policy private.comment_ranks.comment_ranks_select_visible
PERMISSIVE SELECT to anon, authenticated using ((EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = comment_ranks.post_id))))

-- policy private.dismissed_suggestions.dismissed_suggestions_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.dismissed_suggestions.dismissed_suggestions_insert_own
PERMISSIVE INSERT to authenticated with check ((profile_id = ( SELECT uid() AS uid)))

-- policy private.dismissed_suggestions.dismissed_suggestions_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.feed_feedback.feed_feedback_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.feed_feedback.feed_feedback_delete_own
PERMISSIVE DELETE to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.feed_feedback.feed_feedback_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.feed_feedback.feed_feedback_insert_own
PERMISSIVE INSERT to authenticated with check ((profile_id = ( SELECT uid() AS uid)))

-- policy private.feed_feedback.feed_feedback_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.hashtag_follows.hashtag_follows_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.hashtag_follows.hashtag_follows_delete_own
PERMISSIVE DELETE to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.hashtag_follows.hashtag_follows_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.hashtag_follows.hashtag_follows_insert_own
PERMISSIVE INSERT to authenticated with check ((profile_id = ( SELECT uid() AS uid)))

-- policy private.hashtag_follows.hashtag_follows_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.message_guises.message_guises_select_visible
PERMISSIVE SELECT to authenticated using ((EXISTS ( SELECT
   FROM messages m
  WHERE (m.id = message_guises.message_id))))

-- policy private.message_pins.message_pins_select_visible
PERMISSIVE SELECT to authenticated using ((EXISTS ( SELECT
   FROM messages m
  WHERE (m.id = message_pins.message_id)
 OFFSET 0)))

-- policy private.message_versions.message_versions_select_visible
PERMISSIVE SELECT to authenticated using ((EXISTS ( SELECT
   FROM messages m
  WHERE ((m.id = message_versions.message_id) AND ((m.deleted_at IS NULL) OR (m.room_id IN ( SELECT private.my_moderated_room_ids() AS my_moderated_room_ids)))))))

-- policy private.notification_actors.notification_actors_select_own
PERMISSIVE SELECT to authenticated using (((recipient_id = ( SELECT uid() AS uid)) AND (NOT withdrawn) AND (NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = notification_actors.actor_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = notification_actors.actor_id) AND s.hidden)
 OFFSET 0)))))

-- policy private.poll_votes.poll_votes_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.poll_votes.poll_votes_insert_own
PERMISSIVE INSERT to authenticated with check (((profile_id = ( SELECT uid() AS uid)) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = poll_votes.post_id) AND (p.poll IS NOT NULL) AND (p.status = 'published'::text) AND (p.deleted_at IS NULL))))))

-- policy private.poll_votes.poll_votes_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.post_versions.post_versions_select_visible
PERMISSIVE SELECT to anon, authenticated using ((EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = post_versions.post_id) AND (p.deleted_at IS NULL) AND ((p.visibility <> 'mentioned'::text) OR (p.parent_id IS NOT NULL) OR (p.author_id = ( SELECT uid() AS uid)) OR (( SELECT uid() AS uid) = ANY (post_versions.mention_ids)))))))

-- policy private.profile_settings.profile_settings_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy private.profile_settings.profile_settings_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy private.profile_settings.profile_settings_update_own
PERMISSIVE UPDATE to authenticated using ((profile_id = ( SELECT uid() AS uid))) with check ((profile_id = ( SELECT uid() AS uid)))

-- policy private.scheduled_messages.scheduled_messages_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.scheduled_messages.scheduled_messages_delete_own
PERMISSIVE DELETE to authenticated using ((author_id = ( SELECT uid() AS uid)))

-- policy private.scheduled_messages.scheduled_messages_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_publish() AS may_publish))

-- policy private.scheduled_messages.scheduled_messages_insert_own
PERMISSIVE INSERT to authenticated with check ((author_id = ( SELECT uid() AS uid)))

-- policy private.scheduled_messages.scheduled_messages_select_own
PERMISSIVE SELECT to authenticated using ((author_id = ( SELECT uid() AS uid)))

-- policy private.spotlights.spotlights_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy private.spotlights.spotlights_delete_staff
PERMISSIVE DELETE to authenticated using (( SELECT private.has_permission('post.remove'::text) AS has_permission))

-- policy private.spotlights.spotlights_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy private.spotlights.spotlights_insert_staff
PERMISSIVE INSERT to authenticated with check (((placed_by = ( SELECT uid() AS uid)) AND ( SELECT private.has_permission('post.remove'::text) AS has_permission)))

-- policy private.spotlights.spotlights_select_visible
PERMISSIVE SELECT to anon, authenticated using (((until > now()) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = spotlights.post_id) AND (p.status = 'published'::text) AND (p.deleted_at IS NULL))))))

-- policy private.spotlights.spotlights_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy private.spotlights.spotlights_update_staff
PERMISSIVE UPDATE to authenticated using (( SELECT private.has_permission('post.remove'::text) AS has_permission)) with check (( SELECT private.has_permission('post.remove'::text) AS has_permission))

-- policy private.thread_members.thread_members_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.blocks.blocks_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.blocks.blocks_delete_own
PERMISSIVE DELETE to authenticated using ((blocker_id = ( SELECT uid() AS uid)))

-- policy public.blocks.blocks_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.blocks.blocks_insert_own
PERMISSIVE INSERT to authenticated with check ((blocker_id = ( SELECT uid() AS uid)))

-- policy public.blocks.blocks_select_own
PERMISSIVE SELECT to authenticated using ((blocker_id = ( SELECT uid() AS uid)))

-- policy public.bookmarks.bookmarks_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.bookmarks.bookmarks_delete_own
PERMISSIVE DELETE to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.bookmarks.bookmarks_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.bookmarks.bookmarks_insert_own
PERMISSIVE INSERT to authenticated with check (((profile_id = ( SELECT uid() AS uid)) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = bookmarks.post_id) AND (p.status = 'published'::text) AND (p.deleted_at IS NULL))))))

-- policy public.bookmarks.bookmarks_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.calls.calls_select_member
PERMISSIVE SELECT to authenticated using ((room_id IN ( SELECT private.my_room_ids() AS my_room_ids)))

-- policy public.follow_requests.follow_requests_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.follow_requests.follow_requests_delete_own
PERMISSIVE DELETE to authenticated using (((requester_id = ( SELECT uid() AS uid)) OR (target_id = ( SELECT uid() AS uid))))

-- policy public.follow_requests.follow_requests_select_own
PERMISSIVE SELECT to authenticated using (((requester_id = ( SELECT uid() AS uid)) OR (target_id = ( SELECT uid() AS uid))))

-- policy public.follows.follows_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.follows.follows_delete_own
PERMISSIVE DELETE to authenticated using (((follower_id = ( SELECT uid() AS uid)) OR (followee_id = ( SELECT uid() AS uid))))

-- policy public.follows.follows_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.follows.follows_insert_own
PERMISSIVE INSERT to authenticated with check ((follower_id = ( SELECT uid() AS uid)))

-- policy public.follows.follows_select_own
PERMISSIVE SELECT to authenticated using (((follower_id = ( SELECT uid() AS uid)) OR (followee_id = ( SELECT uid() AS uid))))

-- policy public.hashtags.hashtags_select_all
PERMISSIVE SELECT to anon, authenticated using ((EXISTS ( SELECT
   FROM post_hashtags h
  WHERE (h.tag = hashtags.tag))))

-- policy public.media.media_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.media.media_delete_own
PERMISSIVE DELETE to authenticated using ((owner_id = ( SELECT uid() AS uid)))

-- policy public.media.media_select_public
PERMISSIVE SELECT to anon using (((EXISTS ( SELECT
   FROM profiles p
  WHERE (p.avatar_media_id = media.id))) OR (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = media.post_id) AND (p.deleted_at IS NULL))))))

-- policy public.media.media_select_visible
PERMISSIVE SELECT to authenticated using ((((owner_id = ( SELECT uid() AS uid)) AND (story_id IS NULL)) OR (EXISTS ( SELECT
   FROM profiles p
  WHERE (p.avatar_media_id = media.id))) OR (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = media.post_id) AND (p.deleted_at IS NULL)))) OR (EXISTS ( SELECT
   FROM messages m
  WHERE ((m.id = media.message_id) AND (m.deleted_at IS NULL)))) OR (EXISTS ( SELECT
   FROM stories s
  WHERE (s.id = media.story_id)))))

-- policy public.media.media_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy public.media.media_update_own
PERMISSIVE UPDATE to authenticated using ((owner_id = ( SELECT uid() AS uid))) with check ((owner_id = ( SELECT uid() AS uid)))

-- policy public.message_mentions.message_mentions_select_visible
PERMISSIVE SELECT to authenticated using (((EXISTS ( SELECT
   FROM messages m
  WHERE (m.id = message_mentions.message_id))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = message_mentions.profile_id) AND s.hidden))))))

-- policy public.message_reactions.message_reactions_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.message_reactions.message_reactions_delete_own
PERMISSIVE DELETE to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.message_reactions.message_reactions_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_publish() AS may_publish))

-- policy public.message_reactions.message_reactions_insert_own
PERMISSIVE INSERT to authenticated with check (((profile_id = ( SELECT uid() AS uid)) AND (EXISTS ( SELECT
   FROM messages m
  WHERE ((m.id = message_reactions.message_id) AND (m.status = 'published'::text) AND (m.deleted_at IS NULL))))))

-- policy public.message_reactions.message_reactions_select_visible
PERMISSIVE SELECT to authenticated using (((NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = message_reactions.profile_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = message_reactions.profile_id) AND s.hidden)
 OFFSET 0))) AND (EXISTS ( SELECT
   FROM messages m
  WHERE (m.id = message_reactions.message_id)
 OFFSET 0))))

-- policy public.message_receipts.message_receipts_select_sides
PERMISSIVE SELECT to authenticated using (((profile_id = ( SELECT uid() AS uid)) OR ((profile_id IN ( SELECT private.my_receipt_ids() AS my_receipt_ids)) AND (EXISTS ( SELECT
   FROM messages m
  WHERE ((m.id = message_receipts.message_id) AND (m.author_id = ( SELECT uid() AS uid)))
 OFFSET 0)))))

-- policy public.messages.messages_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_publish() AS may_publish))

-- policy public.messages.messages_insert_member
PERMISSIVE INSERT to authenticated with check (((author_id = ( SELECT uid() AS uid)) AND (kind = ANY (ARRAY['user'::text, 'bot'::text])) AND (room_id IN ( SELECT private.my_room_ids() AS my_room_ids))))

-- policy public.messages.messages_select_member
PERMISSIVE SELECT to authenticated using ((((room_id IN ( SELECT private.my_room_ids() AS my_room_ids)) AND (NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = messages.author_id) AND b.is_blocker)
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = messages.author_id) AND s.hidden)
 OFFSET 0))) AND ((status = 'published'::text) OR (author_id = ( SELECT uid() AS uid)) OR (room_id IN ( SELECT private.my_moderated_room_ids() AS my_moderated_room_ids)))) OR ((status <> 'published'::text) AND ( SELECT private.has_permission('report.review'::text) AS has_permission))))

-- policy public.messages.messages_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy public.messages.messages_update_author
PERMISSIVE UPDATE to authenticated using (((room_id IN ( SELECT private.my_room_ids() AS my_room_ids)) AND ((author_id = ( SELECT uid() AS uid)) OR (room_id IN ( SELECT private.my_moderated_room_ids() AS my_moderated_room_ids))))) with check (((room_id IN ( SELECT private.my_room_ids() AS my_room_ids)) AND ((author_id = ( SELECT uid() AS uid)) OR (room_id IN ( SELECT private.my_moderated_room_ids() AS my_moderated_room_ids)))))

-- policy public.mutes.mutes_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.mutes.mutes_delete_own
PERMISSIVE DELETE to authenticated using ((muter_id = ( SELECT uid() AS uid)))

-- policy public.mutes.mutes_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.mutes.mutes_insert_own
PERMISSIVE INSERT to authenticated with check ((muter_id = ( SELECT uid() AS uid)))

-- policy public.mutes.mutes_select_own
PERMISSIVE SELECT to authenticated using ((muter_id = ( SELECT uid() AS uid)))

-- policy public.notification_preferences.notification_preferences_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.notification_preferences.notification_preferences_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy public.notification_preferences.notification_preferences_update_own
PERMISSIVE UPDATE to authenticated using ((profile_id = ( SELECT uid() AS uid))) with check ((profile_id = ( SELECT uid() AS uid)))

-- policy public.notifications.notifications_select_own
PERMISSIVE SELECT to authenticated using (((recipient_id = ( SELECT uid() AS uid)) AND (NOT withdrawn) AND (('in_app'::text = ANY (channels)) OR (( SELECT current_setting('townsquare.unlisted'::text, true) AS current_setting) = 'on'::text)) AND ((type <> ALL (private.grouped_types())) OR (EXISTS ( SELECT
   FROM private.notification_actors a
  WHERE (a.notification_id = notifications.id)))) AND ((actor_id IS NULL) OR ((NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = notifications.actor_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = notifications.actor_id) AND s.hidden)
 OFFSET 0))))) AND
CASE
    WHEN (type <> ALL (private.types_about_words())) THEN true
    WHEN (subject_type = 'post'::text) THEN (EXISTS ( SELECT
       FROM posts p
      WHERE ((p.id = notifications.subject_id) AND (p.status = 'published'::text) AND (p.deleted_at IS NULL))
     OFFSET 0))
    WHEN (subject_type = 'message'::text) THEN (EXISTS ( SELECT
       FROM messages m
      WHERE ((m.id = notifications.subject_id) AND (m.status = 'published'::text) AND (m.deleted_at IS NULL))
     OFFSET 0))
    ELSE true
END))

-- policy public.post_hashtags.post_hashtags_select_visible
PERMISSIVE SELECT to anon, authenticated using ((EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = post_hashtags.post_id))))

-- policy public.post_mentions.post_mentions_select_visible
PERMISSIVE SELECT to anon, authenticated using (((EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = post_mentions.post_id))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = post_mentions.profile_id) AND s.hidden))))))

-- policy public.post_reactions.post_reactions_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.post_reactions.post_reactions_delete_own
PERMISSIVE DELETE to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.post_reactions.post_reactions_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.post_reactions.post_reactions_insert_own
PERMISSIVE INSERT to authenticated with check (((profile_id = ( SELECT uid() AS uid)) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = post_reactions.post_id) AND (p.status = 'published'::text) AND (p.deleted_at IS NULL))))))

-- policy public.post_reactions.post_reactions_select_visible
PERMISSIVE SELECT to anon, authenticated using (((NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = post_reactions.profile_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = post_reactions.profile_id) AND s.hidden)
 OFFSET 0))) AND (EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = post_reactions.post_id)
 OFFSET 0))))

-- policy public.post_reactions.post_reactions_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy public.post_reactions.post_reactions_update_own
PERMISSIVE UPDATE to authenticated using ((profile_id = ( SELECT uid() AS uid))) with check ((profile_id = ( SELECT uid() AS uid)))

-- policy public.posts.posts_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.posts.posts_delete_own
PERMISSIVE DELETE to authenticated using (((author_id = ( SELECT uid() AS uid)) AND (deleted_at IS NULL)))

-- policy public.posts.posts_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_publish() AS may_publish))

-- policy public.posts.posts_insert_own
PERMISSIVE INSERT to authenticated with check ((author_id = ( SELECT uid() AS uid)))

-- policy public.posts.posts_select_public
PERMISSIVE SELECT to anon using (((visibility = 'public'::text) AND ((status = 'published'::text) OR (deleted_at IS NOT NULL)) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = ANY (ARRAY[posts.author_id, posts.audience_owner_id])) AND s.hidden)
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.private_accounts a
  WHERE (a.profile_id = ANY (ARRAY[posts.author_id, posts.audience_owner_id]))
 OFFSET 0)))))

-- policy public.posts.posts_select_visible
PERMISSIVE SELECT to authenticated using (((author_id = ( SELECT uid() AS uid)) OR ((status = ANY (ARRAY['held'::text, 'removed'::text])) AND ( SELECT private.has_permission('post.remove'::text) AS has_permission)) OR (((status = 'published'::text) OR (deleted_at IS NOT NULL)) AND (NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = ANY (ARRAY[posts.author_id, posts.audience_owner_id])))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = ANY (ARRAY[posts.author_id, posts.audience_owner_id])) AND s.hidden)
 OFFSET 0))) AND ((audience_owner_id = ( SELECT uid() AS uid)) OR (
CASE visibility
    WHEN 'public'::text THEN true
    WHEN 'followers'::text THEN COALESCE(( SELECT (l.audience_id IN ( SELECT private.my_audience_ids() AS my_audience_ids))
       FROM private.post_audiences l
      WHERE (l.post_id = COALESCE(posts.root_id, posts.id))), (EXISTS ( SELECT
       FROM follows f
      WHERE ((f.follower_id = ( SELECT uid() AS uid)) AND (f.followee_id = posts.audience_owner_id))
     OFFSET 0)))
    WHEN 'mentioned'::text THEN (( SELECT uid() AS uid) = ANY (audience_ids))
    ELSE (room_id IN ( SELECT private.my_room_ids() AS my_room_ids))
END AND ((visibility = 'room'::text) OR (NOT (EXISTS ( SELECT
   FROM private.private_accounts a
  WHERE ((a.profile_id = ANY (ARRAY[posts.author_id, posts.audience_owner_id])) AND (NOT (EXISTS ( SELECT
           FROM follows f
          WHERE ((f.follower_id = ( SELECT uid() AS uid)) AND (f.followee_id = a.profile_id))
         OFFSET 0))))
 OFFSET 0)))))))))

-- policy public.posts.posts_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_publish() AS may_publish)) with check (( SELECT private.may_publish() AS may_publish))

-- policy public.posts.posts_update_own
PERMISSIVE UPDATE to authenticated using (((author_id = ( SELECT uid() AS uid)) AND (status <> 'removed'::text) AND (deleted_at IS NULL))) with check ((author_id = ( SELECT uid() AS uid)))

-- policy public.profiles.profiles_select_visible
PERMISSIVE SELECT to anon, authenticated using (((id = ( SELECT uid() AS uid)) OR ((NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = profiles.id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = profiles.id) AND s.hidden)
 OFFSET 0))))))

-- policy public.profiles.profiles_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy public.profiles.profiles_update_own
PERMISSIVE UPDATE to authenticated using ((id = ( SELECT uid() AS uid))) with check ((id = ( SELECT uid() AS uid)))

-- policy public.push_subscriptions.push_subscriptions_select_own
PERMISSIVE SELECT to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.reports.reports_select_own
PERMISSIVE SELECT to authenticated using ((reporter_id = ( SELECT uid() AS uid)))

-- policy public.room_invites.room_invites_select_concerned
PERMISSIVE SELECT to authenticated using ((((created_by = ( SELECT uid() AS uid)) OR (room_id IN ( SELECT private.my_moderated_room_ids() AS my_moderated_room_ids)) OR (id IN ( SELECT private.my_invite_ids() AS my_invite_ids))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = room_invites.created_by) AND s.hidden)
 OFFSET 0))) AND ((room_id IN ( SELECT private.my_moderated_room_ids() AS my_moderated_room_ids)) OR (NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = room_invites.created_by))
 OFFSET 0))))))

-- policy public.room_members.room_members_select_member
PERMISSIVE SELECT to authenticated using (((room_id IN ( SELECT private.my_room_ids() AS my_room_ids)) AND (NOT banned) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = room_members.profile_id) AND s.hidden)
 OFFSET 0)))))

-- policy public.rooms.rooms_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.rooms.rooms_delete_owner
PERMISSIVE DELETE to authenticated using (((kind <> 'direct'::text) AND (id IN ( SELECT private.my_owned_room_ids() AS my_owned_room_ids))))

-- policy public.rooms.rooms_select_visible
PERMISSIVE SELECT to authenticated using ((((kind = 'channel'::text) AND (NOT is_private)) OR (id IN ( SELECT private.my_room_ids() AS my_room_ids))))

-- policy public.rooms.rooms_update_active
RESTRICTIVE UPDATE to authenticated using (( SELECT private.may_write() AS may_write)) with check (( SELECT private.may_write() AS may_write))

-- policy public.rooms.rooms_update_manager
PERMISSIVE UPDATE to authenticated using ((id IN ( SELECT private.my_managed_room_ids() AS my_managed_room_ids))) with check ((id IN ( SELECT private.my_managed_room_ids() AS my_managed_room_ids)))

-- policy public.shares.shares_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.shares.shares_delete_own
PERMISSIVE DELETE to authenticated using ((profile_id = ( SELECT uid() AS uid)))

-- policy public.shares.shares_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.shares.shares_insert_own
PERMISSIVE INSERT to authenticated with check ((profile_id = ( SELECT uid() AS uid)))

-- policy public.shares.shares_select_public
PERMISSIVE SELECT to anon using (((NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = shares.profile_id) AND s.hidden)
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.private_accounts a
  WHERE (a.profile_id = shares.profile_id)
 OFFSET 0))) AND (EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = shares.post_id)
 OFFSET 0))))

-- policy public.shares.shares_select_visible
PERMISSIVE SELECT to authenticated using (((profile_id = ( SELECT uid() AS uid)) OR ((NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = shares.profile_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = shares.profile_id) AND s.hidden)
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.private_accounts a
  WHERE ((a.profile_id = shares.profile_id) AND (NOT (EXISTS ( SELECT
           FROM follows f
          WHERE ((f.follower_id = ( SELECT uid() AS uid)) AND (f.followee_id = a.profile_id))
         OFFSET 0))))
 OFFSET 0))) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.id = shares.post_id) AND (p.status = 'published'::text) AND (p.visibility = 'public'::text) AND (NOT (EXISTS ( SELECT
           FROM private.private_accounts a
          WHERE (a.profile_id = ANY (ARRAY[p.author_id, p.audience_owner_id]))
         OFFSET 0))))
 OFFSET 0)))))

-- policy public.stories.stories_delete_active
RESTRICTIVE DELETE to authenticated using (( SELECT private.may_write() AS may_write))

-- policy public.stories.stories_delete_own
PERMISSIVE DELETE to authenticated using ((author_id = ( SELECT uid() AS uid)))

-- policy public.stories.stories_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_publish() AS may_publish))

-- policy public.stories.stories_insert_own
PERMISSIVE INSERT to authenticated with check ((author_id = ( SELECT uid() AS uid)))

-- policy public.stories.stories_select_visible
PERMISSIVE SELECT to authenticated using ((((status <> 'published'::text) AND ( SELECT private.has_permission('post.remove'::text) AS has_permission)) OR (((expires_at > now()) OR (highlighted_at IS NOT NULL)) AND ((author_id = ( SELECT uid() AS uid)) OR ((status = 'published'::text) AND (NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = stories.author_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = stories.author_id) AND s.hidden)
 OFFSET 0))) AND COALESCE(( SELECT (l.audience_id IN ( SELECT private.my_audience_ids() AS my_audience_ids))
   FROM private.story_audiences l
  WHERE (l.story_id = stories.id)), (EXISTS ( SELECT
   FROM follows f
  WHERE ((f.follower_id = ( SELECT uid() AS uid)) AND (f.followee_id = stories.author_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.private_accounts a
  WHERE ((a.profile_id = stories.author_id) AND (NOT (EXISTS ( SELECT
           FROM follows f
          WHERE ((f.follower_id = ( SELECT uid() AS uid)) AND (f.followee_id = a.profile_id))
         OFFSET 0))))
 OFFSET 0))))))))

-- policy public.story_views.story_views_insert_active
RESTRICTIVE INSERT to authenticated with check (( SELECT private.may_write() AS may_write))

-- policy public.story_views.story_views_insert_own
PERMISSIVE INSERT to authenticated with check (((viewer_id = ( SELECT uid() AS uid)) AND (EXISTS ( SELECT
   FROM stories s
  WHERE ((s.id = story_views.story_id) AND (s.author_id <> ( SELECT uid() AS uid)))))))

-- policy public.story_views.story_views_select_own
PERMISSIVE SELECT to authenticated using (((EXISTS ( SELECT
   FROM stories s
  WHERE ((s.id = story_views.story_id) AND ((story_views.viewer_id = ( SELECT uid() AS uid)) OR (s.author_id = ( SELECT uid() AS uid)))))) AND (NOT (EXISTS ( SELECT
   FROM private.block_sides b
  WHERE ((b.profile_id = ( SELECT uid() AS uid)) AND (b.other_id = story_views.viewer_id))
 OFFSET 0))) AND (NOT (EXISTS ( SELECT
   FROM private.account_states s
  WHERE ((s.profile_id = story_views.viewer_id) AND s.hidden)
 OFFSET 0)))))

-- policy realtime.messages.townsquare_insert_signed_in
PERMISSIVE INSERT to authenticated with check ((((extension = 'broadcast'::text) AND ( SELECT private.may_write_topic(( SELECT realtime.topic() AS topic), 'broadcast'::text) AS may_write_topic)) OR ((extension = 'presence'::text) AND ( SELECT private.may_write_topic(( SELECT realtime.topic() AS topic), 'presence'::text) AS may_write_topic))))

-- policy realtime.messages.townsquare_select_anonymous
PERMISSIVE SELECT to anon using (((extension = 'broadcast'::text) AND (EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = ( SELECT private.topic_uuid(( SELECT realtime.topic() AS topic), 'post'::text) AS topic_uuid))))))

-- policy realtime.messages.townsquare_select_signed_in
PERMISSIVE SELECT to authenticated using ((((extension = 'broadcast'::text) AND (( SELECT private.may_read_topic(( SELECT realtime.topic() AS topic), 'broadcast'::text) AS may_read_topic) OR (( SELECT private.may_read() AS may_read) AND ( SELECT private.session_is_live() AS session_is_live) AND (EXISTS ( SELECT
   FROM posts p
  WHERE (p.id = ( SELECT private.topic_uuid(( SELECT realtime.topic() AS topic), 'post'::text) AS topic_uuid))))))) OR ((extension = 'presence'::text) AND ( SELECT private.may_read_topic(( SELECT realtime.topic() AS topic), 'presence'::text) AS may_read_topic))))

-- trigger blocks.blocks_a05_mirror
CREATE TRIGGER blocks_a05_mirror AFTER INSERT OR DELETE ON public.blocks FOR EACH ROW EXECUTE FUNCTION private.blocks_mirror()

-- trigger blocks.blocks_a10_sever
CREATE TRIGGER blocks_a10_sever AFTER INSERT ON public.blocks FOR EACH ROW EXECUTE FUNCTION private.blocks_sever()

-- trigger blocks.blocks_a20_leave_audiences
CREATE TRIGGER blocks_a20_leave_audiences AFTER INSERT ON public.blocks FOR EACH ROW EXECUTE FUNCTION private.blocks_leave_audiences()

-- trigger blocks.blocks_a60_end_calls
CREATE TRIGGER blocks_a60_end_calls AFTER INSERT ON public.blocks FOR EACH ROW EXECUTE FUNCTION private.blocks_end_calls()

-- trigger blocks.blocks_b41_refuse_system
CREATE TRIGGER blocks_b41_refuse_system BEFORE INSERT ON public.blocks FOR EACH ROW WHEN (private.is_system_profile(new.blocked_id)) EXECUTE FUNCTION private.refuse_system_profile()

-- trigger blocks.blocks_b50_check
CREATE TRIGGER blocks_b50_check BEFORE INSERT ON public.blocks FOR EACH ROW EXECUTE FUNCTION private.blocks_check()

-- trigger follow_requests.follow_requests_a50_enqueue
CREATE TRIGGER follow_requests_a50_enqueue AFTER INSERT ON public.follow_requests FOR EACH ROW EXECUTE FUNCTION private.follow_requests_enqueue()

-- trigger follow_requests.follow_requests_a70_withdraw
CREATE CONSTRAINT TRIGGER follow_requests_a70_withdraw AFTER DELETE ON public.follow_requests DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.follow_requests_withdraw()

-- trigger follows.follows_a50_enqueue
CREATE TRIGGER follows_a50_enqueue AFTER INSERT ON public.follows FOR EACH ROW EXECUTE FUNCTION private.follows_after_insert()

-- trigger follows.follows_a60_accept
CREATE TRIGGER follows_a60_accept AFTER INSERT ON public.follows FOR EACH ROW EXECUTE FUNCTION private.follows_accept()

-- trigger follows.follows_a70_withdraw
CREATE TRIGGER follows_a70_withdraw AFTER DELETE ON public.follows FOR EACH ROW EXECUTE FUNCTION private.follows_withdraw()

-- trigger follows.follows_a90_count
CREATE TRIGGER follows_a90_count AFTER DELETE ON public.follows FOR EACH ROW EXECUTE FUNCTION private.follows_after_delete()

-- trigger follows.follows_b40_refuse_deleted
CREATE TRIGGER follows_b40_refuse_deleted BEFORE INSERT ON public.follows FOR EACH ROW WHEN ((new.followee_id = '00000000-0000-7000-8000-000000000000'::uuid)) EXECUTE FUNCTION private.follows_refuse_deleted()

-- trigger follows.follows_b41_refuse_system
CREATE TRIGGER follows_b41_refuse_system BEFORE INSERT ON public.follows FOR EACH ROW WHEN (private.is_system_profile(new.followee_id)) EXECUTE FUNCTION private.refuse_system_profile()

-- trigger follows.follows_b42_refuse_imported
CREATE TRIGGER follows_b42_refuse_imported BEFORE INSERT ON public.follows FOR EACH ROW EXECUTE FUNCTION private.follows_refuse_imported()

-- trigger follows.follows_b50_check
CREATE TRIGGER follows_b50_check BEFORE INSERT ON public.follows FOR EACH ROW EXECUTE FUNCTION private.follows_check()

-- trigger identities.identities_a50_log_delete
CREATE TRIGGER identities_a50_log_delete AFTER DELETE ON auth.identities FOR EACH ROW WHEN ((old.provider <> 'email'::text)) EXECUTE FUNCTION private.identities_log()

-- trigger identities.identities_a50_log_insert
CREATE TRIGGER identities_a50_log_insert AFTER INSERT ON auth.identities FOR EACH ROW WHEN ((new.provider <> 'email'::text)) EXECUTE FUNCTION private.identities_log()

-- trigger media.media_a10_count_usage
CREATE TRIGGER media_a10_count_usage AFTER INSERT OR DELETE OR UPDATE OF bytes ON public.media FOR EACH ROW EXECUTE FUNCTION private.media_count_usage()

-- trigger media.media_a50_announce
CREATE TRIGGER media_a50_announce AFTER INSERT ON public.media FOR EACH ROW WHEN ((new.status = 'processing'::text)) EXECUTE FUNCTION private.media_announce()

-- trigger media.media_a50_discard
CREATE TRIGGER media_a50_discard AFTER DELETE ON public.media REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION private.media_discard()

-- trigger message_reactions.message_reactions_a10_announce
CREATE TRIGGER message_reactions_a10_announce AFTER INSERT OR DELETE ON public.message_reactions FOR EACH ROW EXECUTE FUNCTION private.message_reactions_announce()

-- trigger message_reactions.message_reactions_b50_check
CREATE TRIGGER message_reactions_b50_check BEFORE INSERT ON public.message_reactions FOR EACH ROW EXECUTE FUNCTION private.message_reactions_check()

-- trigger messages.messages_a05_join_thread
CREATE TRIGGER messages_a05_join_thread AFTER INSERT ON public.messages FOR EACH ROW WHEN (((new.parent_id IS NOT NULL) AND (new.kind = 'user'::text) AND (COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION private.messages_join_thread()

-- trigger messages.messages_a05_keep_version
CREATE TRIGGER messages_a05_keep_version AFTER UPDATE OF body, deleted_at ON public.messages FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (uid() IS NOT NULL) AND ((new.deleted_at IS NOT NULL) OR ((old.body IS DISTINCT FROM new.body) AND (old.status = 'published'::text) AND (old.screened_at IS NOT NULL))))) EXECUTE FUNCTION private.messages_keep_version()

-- trigger messages.messages_a10_insert
CREATE TRIGGER messages_a10_insert AFTER INSERT ON public.messages FOR EACH ROW WHEN (((COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text) OR (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_after_insert()

-- trigger messages.messages_a10_update
CREATE TRIGGER messages_a10_update AFTER UPDATE OF body, body_html, link_preview, status, deleted_at ON public.messages FOR EACH ROW EXECUTE FUNCTION private.messages_after_update()

-- trigger messages.messages_a20_ask
CREATE TRIGGER messages_a20_ask AFTER INSERT ON public.messages FOR EACH ROW WHEN (((new.kind <> 'system'::text) AND (COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION private.messages_ask()

-- trigger messages.messages_a55_clear_reactions
CREATE TRIGGER messages_a55_clear_reactions AFTER UPDATE OF deleted_at ON public.messages FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.messages_clear_reactions()

-- trigger messages.messages_a56_take_down
CREATE TRIGGER messages_a56_take_down AFTER UPDATE OF deleted_at, status ON public.messages FOR EACH ROW WHEN (((new.deleted_at IS NOT NULL) OR (new.status <> 'published'::text))) EXECUTE FUNCTION private.messages_take_down()

-- trigger messages.messages_a60_drop_media
CREATE TRIGGER messages_a60_drop_media AFTER UPDATE OF deleted_at ON public.messages FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.messages_drop_media()

-- trigger messages.messages_a60_queue_held
CREATE TRIGGER messages_a60_queue_held AFTER INSERT ON public.messages FOR EACH ROW WHEN ((new.status = 'held'::text)) EXECUTE FUNCTION private.queue_held('message')

-- trigger messages.messages_a60_queue_held_update
CREATE TRIGGER messages_a60_queue_held_update AFTER UPDATE OF status, body ON public.messages FOR EACH ROW WHEN (((new.status = 'held'::text) AND (old.status <> 'held'::text))) EXECUTE FUNCTION private.queue_held('message')

-- trigger messages.messages_a80_drop_preview
CREATE TRIGGER messages_a80_drop_preview AFTER DELETE ON public.messages FOR EACH ROW WHEN ((old.link_preview IS NOT NULL)) EXECUTE FUNCTION private.drop_unused_preview()

-- trigger messages.messages_a80_drop_preview_update
CREATE TRIGGER messages_a80_drop_preview_update AFTER UPDATE ON public.messages FOR EACH ROW WHEN (((old.link_preview IS NOT NULL) AND (new.link_preview IS NULL))) EXECUTE FUNCTION private.drop_unused_preview()

-- trigger messages.messages_b05_refuse_command
CREATE TRIGGER messages_b05_refuse_command BEFORE INSERT ON public.messages FOR EACH ROW WHEN (((new.kind = 'user'::text) AND ("left"(new.body, 1) = '/'::text) AND (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_refuse_command()

-- trigger messages.messages_b10_verdict
CREATE TRIGGER messages_b10_verdict BEFORE INSERT OR UPDATE OF body ON public.messages FOR EACH ROW WHEN (((COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text) OR (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_take_verdict()

-- trigger messages.messages_b20_keep_system
CREATE TRIGGER messages_b20_keep_system BEFORE UPDATE OF body, deleted_at ON public.messages FOR EACH ROW WHEN (((old.kind = 'system'::text) AND (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_keep_system()

-- trigger messages.messages_b50_check
CREATE TRIGGER messages_b50_check BEFORE INSERT ON public.messages FOR EACH ROW WHEN (((COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text) OR (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_check_insert()

-- trigger messages.messages_b50_check_update
CREATE TRIGGER messages_b50_check_update BEFORE UPDATE OF body, deleted_at ON public.messages FOR EACH ROW EXECUTE FUNCTION private.messages_check_update()

-- trigger messages.messages_b60_check_shared
CREATE TRIGGER messages_b60_check_shared BEFORE INSERT ON public.messages FOR EACH ROW WHEN ((new.shared_post_id IS NOT NULL)) EXECUTE FUNCTION private.messages_check_shared()

-- trigger messages.messages_b65_check_story
CREATE TRIGGER messages_b65_check_story BEFORE INSERT ON public.messages FOR EACH ROW WHEN ((new.story_id IS NOT NULL)) EXECUTE FUNCTION private.messages_check_story()

-- trigger messages.messages_b70_slow_down
CREATE TRIGGER messages_b70_slow_down BEFORE INSERT ON public.messages FOR EACH ROW WHEN (((new.kind = 'user'::text) AND (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_slow_down()

-- trigger messages.messages_b80_emit
CREATE TRIGGER messages_b80_emit BEFORE INSERT ON public.messages FOR EACH ROW WHEN ((COALESCE(current_setting('townsquare.bulk'::text, true), ''::text) <> 'on'::text)) EXECUTE FUNCTION private.messages_emit()

-- trigger messages.messages_b80_take_kind
CREATE TRIGGER messages_b80_take_kind BEFORE INSERT ON public.messages FOR EACH ROW WHEN (((new.kind = 'user'::text) AND (uid() IS NOT NULL))) EXECUTE FUNCTION private.messages_take_kind()

-- trigger messages.messages_b90_take_seq
CREATE TRIGGER messages_b90_take_seq BEFORE INSERT ON public.messages FOR EACH ROW WHEN (((new.seq IS NULL) OR (COALESCE(current_setting('townsquare.bulk'::text, true), ''::text) <> 'on'::text))) EXECUTE FUNCTION private.messages_take_seq()

-- trigger mutes.mutes_b50_check
CREATE TRIGGER mutes_b50_check BEFORE INSERT ON public.mutes FOR EACH ROW EXECUTE FUNCTION private.mutes_check()

-- trigger notification_preferences.notification_preferences_b10_touch
CREATE TRIGGER notification_preferences_b10_touch BEFORE UPDATE ON public.notification_preferences FOR EACH ROW EXECUTE FUNCTION private.settings_touch()

-- trigger notification_preferences.notification_preferences_b50_check_zone
CREATE TRIGGER notification_preferences_b50_check_zone BEFORE INSERT OR UPDATE OF quiet_hours ON public.notification_preferences FOR EACH ROW WHEN ((new.quiet_hours IS NOT NULL)) EXECUTE FUNCTION private.notification_preferences_check_zone()

-- trigger post_reactions.post_reactions_a50_enqueue
CREATE TRIGGER post_reactions_a50_enqueue AFTER INSERT OR DELETE ON public.post_reactions FOR EACH ROW EXECUTE FUNCTION private.post_reactions_changed()

-- trigger post_reactions.post_reactions_a50_enqueue_update
CREATE TRIGGER post_reactions_a50_enqueue_update AFTER UPDATE OF kind ON public.post_reactions FOR EACH ROW WHEN ((old.kind IS DISTINCT FROM new.kind)) EXECUTE FUNCTION private.post_reactions_changed()

-- trigger post_reactions.post_reactions_a70_withdraw
CREATE TRIGGER post_reactions_a70_withdraw AFTER DELETE ON public.post_reactions FOR EACH ROW EXECUTE FUNCTION private.post_reactions_withdraw()

-- trigger post_reactions.post_reactions_a70_withdraw_update
CREATE TRIGGER post_reactions_a70_withdraw_update AFTER UPDATE OF kind ON public.post_reactions FOR EACH ROW WHEN (((old.kind = 'like'::text) <> (new.kind = 'like'::text))) EXECUTE FUNCTION private.post_reactions_withdraw()

-- trigger post_reactions.post_reactions_b10_stay
CREATE TRIGGER post_reactions_b10_stay BEFORE UPDATE OF post_id ON public.post_reactions FOR EACH ROW WHEN ((old.post_id IS DISTINCT FROM new.post_id)) EXECUTE FUNCTION private.post_reactions_stay()

-- trigger posts.posts_a05_keep_audience
CREATE TRIGGER posts_a05_keep_audience AFTER INSERT OR UPDATE OF audience_id ON public.posts FOR EACH ROW WHEN ((new.audience_id IS NOT NULL)) EXECUTE FUNCTION private.posts_keep_audience()

-- trigger posts.posts_a10_sync_terms
CREATE TRIGGER posts_a10_sync_terms AFTER INSERT OR UPDATE OF body, hashtags, mention_ids, publish_at ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_sync_terms()

-- trigger posts.posts_a30_rank_comment
CREATE TRIGGER posts_a30_rank_comment AFTER INSERT ON public.posts FOR EACH ROW WHEN ((new.parent_id IS NOT NULL)) EXECUTE FUNCTION private.posts_rank_comment()

-- trigger posts.posts_a40_swap_media
CREATE TRIGGER posts_a40_swap_media AFTER UPDATE OF media_ids ON public.posts FOR EACH ROW WHEN (((new.deleted_at IS NULL) AND (old.media_ids IS DISTINCT FROM new.media_ids))) EXECUTE FUNCTION private.posts_swap_media()

-- trigger posts.posts_a45_open_poll
CREATE TRIGGER posts_a45_open_poll AFTER INSERT ON public.posts FOR EACH ROW WHEN (((new.poll IS NOT NULL) AND (new.published_at IS NOT NULL))) EXECUTE FUNCTION private.posts_open_poll()

-- trigger posts.posts_a45_open_poll_update
CREATE TRIGGER posts_a45_open_poll_update AFTER UPDATE ON public.posts FOR EACH ROW WHEN (((new.poll IS NOT NULL) AND (old.published_at IS NULL) AND (new.published_at IS NOT NULL))) EXECUTE FUNCTION private.posts_open_poll()

-- trigger posts.posts_a50_enqueue
CREATE TRIGGER posts_a50_enqueue AFTER INSERT ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_after_insert()

-- trigger posts.posts_a50_enqueue_delete
CREATE TRIGGER posts_a50_enqueue_delete AFTER DELETE ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_after_delete()

-- trigger posts.posts_a50_enqueue_update
CREATE TRIGGER posts_a50_enqueue_update AFTER UPDATE ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_after_update()

-- trigger posts.posts_a55_clear_remnant
CREATE TRIGGER posts_a55_clear_remnant AFTER UPDATE OF deleted_at ON public.posts FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.posts_clear_remnant()

-- trigger posts.posts_a60_drop_interactions
CREATE TRIGGER posts_a60_drop_interactions AFTER UPDATE OF deleted_at ON public.posts FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.posts_drop_interactions()

-- trigger posts.posts_a60_drop_media
CREATE TRIGGER posts_a60_drop_media AFTER UPDATE OF deleted_at ON public.posts FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.posts_drop_media()

-- trigger posts.posts_a60_queue_held
CREATE TRIGGER posts_a60_queue_held AFTER INSERT ON public.posts FOR EACH ROW WHEN ((new.status = 'held'::text)) EXECUTE FUNCTION private.queue_held('post')

-- trigger posts.posts_a60_queue_held_update
CREATE TRIGGER posts_a60_queue_held_update AFTER UPDATE OF status, body, content_warning, publish_at ON public.posts FOR EACH ROW WHEN (((new.status = 'held'::text) AND (old.status <> 'held'::text))) EXECUTE FUNCTION private.queue_held('post')

-- trigger posts.posts_a70_drop_notifications
CREATE TRIGGER posts_a70_drop_notifications AFTER DELETE ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_drop_notifications()

-- trigger posts.posts_a70_drop_notifications_update
CREATE TRIGGER posts_a70_drop_notifications_update AFTER UPDATE OF deleted_at ON public.posts FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.posts_drop_notifications()

-- trigger posts.posts_a70_keep_version
CREATE TRIGGER posts_a70_keep_version AFTER UPDATE OF body ON public.posts FOR EACH ROW WHEN (((old.body IS DISTINCT FROM new.body) AND (new.deleted_at IS NULL) AND (old.status = 'published'::text) AND (old.screened_at IS NOT NULL) AND (old.author_id = uid()))) EXECUTE FUNCTION private.posts_keep_version()

-- trigger posts.posts_a75_drop_versions
CREATE TRIGGER posts_a75_drop_versions AFTER UPDATE OF visibility ON public.posts FOR EACH ROW WHEN (((old.visibility IS DISTINCT FROM new.visibility) AND (old.visibility <> 'public'::text))) EXECUTE FUNCTION private.posts_drop_versions()

-- trigger posts.posts_a80_drop_preview
CREATE TRIGGER posts_a80_drop_preview AFTER DELETE ON public.posts FOR EACH ROW WHEN ((old.link_preview IS NOT NULL)) EXECUTE FUNCTION private.drop_unused_preview()

-- trigger posts.posts_a80_drop_preview_update
CREATE TRIGGER posts_a80_drop_preview_update AFTER UPDATE ON public.posts FOR EACH ROW WHEN (((old.link_preview IS NOT NULL) AND (new.link_preview IS NULL))) EXECUTE FUNCTION private.drop_unused_preview()

-- trigger posts.posts_b10_fill
CREATE TRIGGER posts_b10_fill BEFORE INSERT ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_before_insert()

-- trigger posts.posts_b10_fill_update
CREATE TRIGGER posts_b10_fill_update BEFORE UPDATE ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_before_update()

-- trigger posts.posts_b50_keep_place
CREATE TRIGGER posts_b50_keep_place BEFORE DELETE ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_before_delete()

-- trigger posts.posts_b60_clear_counted
CREATE TRIGGER posts_b60_clear_counted BEFORE DELETE ON public.posts FOR EACH ROW EXECUTE FUNCTION private.posts_clear_counted()

-- trigger private.account_states.account_states_a10_enforce
CREATE TRIGGER account_states_a10_enforce AFTER INSERT OR UPDATE ON private.account_states FOR EACH ROW EXECUTE FUNCTION private.account_states_enforce()

-- trigger private.account_states.account_states_a50_enqueue
CREATE TRIGGER account_states_a50_enqueue AFTER INSERT OR DELETE OR UPDATE ON private.account_states FOR EACH ROW EXECUTE FUNCTION private.account_states_announce()

-- trigger private.account_states.account_states_a90_count
CREATE TRIGGER account_states_a90_count AFTER INSERT OR UPDATE ON private.account_states FOR EACH ROW EXECUTE FUNCTION private.account_states_count()

-- trigger private.account_states.account_states_b05_refuse_system
CREATE TRIGGER account_states_b05_refuse_system BEFORE INSERT ON private.account_states FOR EACH ROW WHEN (private.is_system_profile(new.profile_id)) EXECUTE FUNCTION private.refuse_system_profile()

-- trigger private.account_states.account_states_b10_lock
CREATE TRIGGER account_states_b10_lock BEFORE INSERT OR UPDATE ON private.account_states FOR EACH ROW EXECUTE FUNCTION private.account_states_lock()

-- trigger private.account_states.account_states_b90_count
CREATE TRIGGER account_states_b90_count BEFORE DELETE ON private.account_states FOR EACH ROW EXECUTE FUNCTION private.account_states_count()

-- trigger private.announcements.announcements_a50_enqueue
CREATE TRIGGER announcements_a50_enqueue AFTER INSERT OR DELETE ON private.announcements FOR EACH ROW EXECUTE FUNCTION private.announcements_enqueue()

-- trigger private.announcements.announcements_b50_fill
CREATE TRIGGER announcements_b50_fill BEFORE INSERT ON private.announcements FOR EACH ROW EXECUTE FUNCTION private.announcements_fill()

-- trigger private.audience_members.audience_members_b50_check
CREATE TRIGGER audience_members_b50_check BEFORE INSERT ON private.audience_members FOR EACH ROW EXECUTE FUNCTION private.audience_members_check()

-- trigger private.audiences.audiences_b50_check
CREATE TRIGGER audiences_b50_check BEFORE INSERT ON private.audiences FOR EACH ROW EXECUTE FUNCTION private.audiences_check()

-- trigger private.bots.bots_a10_erase_profile
CREATE TRIGGER bots_a10_erase_profile AFTER DELETE ON private.bots FOR EACH ROW EXECUTE FUNCTION private.bots_erase_profile()

-- trigger private.counters.counters_a50_rank_comments
CREATE TRIGGER counters_a50_rank_comments AFTER INSERT ON private.counters REFERENCING NEW TABLE AS folded FOR EACH STATEMENT EXECUTE FUNCTION private.counters_rank_comments()

-- trigger private.counters.counters_a50_rank_comments_update
CREATE TRIGGER counters_a50_rank_comments_update AFTER UPDATE ON private.counters REFERENCING NEW TABLE AS folded FOR EACH STATEMENT EXECUTE FUNCTION private.counters_rank_comments()

-- trigger private.feed_feedback.feed_feedback_a50_bound
CREATE TRIGGER feed_feedback_a50_bound AFTER INSERT ON private.feed_feedback FOR EACH ROW EXECUTE FUNCTION private.feed_feedback_bound()

-- trigger private.feed_feedback.feed_feedback_b50_check
CREATE TRIGGER feed_feedback_b50_check BEFORE INSERT ON private.feed_feedback FOR EACH ROW EXECUTE FUNCTION private.feed_feedback_check()

-- trigger private.hashtag_follows.hashtag_follows_b10_check
CREATE TRIGGER hashtag_follows_b10_check BEFORE INSERT ON private.hashtag_follows FOR EACH ROW EXECUTE FUNCTION private.hashtag_follows_before_insert()

-- trigger private.message_pins.message_pins_a10_announce
CREATE TRIGGER message_pins_a10_announce AFTER INSERT OR DELETE ON private.message_pins FOR EACH ROW EXECUTE FUNCTION private.message_pins_announce()

-- trigger private.moderation_decisions.moderation_decisions_a90_count
CREATE TRIGGER moderation_decisions_a90_count AFTER INSERT ON private.moderation_decisions FOR EACH ROW EXECUTE FUNCTION private.moderation_decisions_count()

-- trigger private.notification_actors.notification_actors_a10_clear
CREATE TRIGGER notification_actors_a10_clear AFTER DELETE ON private.notification_actors REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION private.notification_actors_clear()

-- trigger private.outbox.outbox_a10_nudge
CREATE TRIGGER outbox_a10_nudge AFTER INSERT ON private.outbox FOR EACH STATEMENT EXECUTE FUNCTION private.outbox_nudge()

-- trigger private.outbox.outbox_b10_webhooks
CREATE TRIGGER outbox_b10_webhooks AFTER INSERT ON private.outbox FOR EACH ROW WHEN ((new.topic = ANY (private.told_topics()))) EXECUTE FUNCTION private.outbox_tell_webhooks()

-- trigger private.poll_votes.poll_votes_a50_count
CREATE TRIGGER poll_votes_a50_count AFTER INSERT OR DELETE ON private.poll_votes FOR EACH ROW EXECUTE FUNCTION private.poll_votes_count()

-- trigger private.poll_votes.poll_votes_b50_check
CREATE TRIGGER poll_votes_b50_check BEFORE INSERT ON private.poll_votes FOR EACH ROW EXECUTE FUNCTION private.poll_votes_check()

-- trigger private.profile_settings.profile_settings_b10_touch
CREATE TRIGGER profile_settings_b10_touch BEFORE UPDATE ON private.profile_settings FOR EACH ROW EXECUTE FUNCTION private.settings_touch()

-- trigger private.roles.roles_a50_log
CREATE TRIGGER roles_a50_log AFTER INSERT OR DELETE OR UPDATE ON private.roles FOR EACH ROW EXECUTE FUNCTION private.roles_log()

-- trigger private.room_invite_people.room_invite_people_a70_withdraw
CREATE CONSTRAINT TRIGGER room_invite_people_a70_withdraw AFTER DELETE ON private.room_invite_people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION private.room_invite_people_withdraw()

-- trigger private.room_member_states.room_member_states_a70_settle
CREATE TRIGGER room_member_states_a70_settle AFTER INSERT ON private.room_member_states FOR EACH ROW WHEN ((new.last_read_seq > 0)) EXECUTE FUNCTION private.room_member_states_settle()

-- trigger private.room_member_states.room_member_states_a70_settle_update
CREATE TRIGGER room_member_states_a70_settle_update AFTER UPDATE OF last_read_seq ON private.room_member_states FOR EACH ROW WHEN ((new.last_read_seq > old.last_read_seq)) EXECUTE FUNCTION private.room_member_states_settle()

-- trigger private.scheduled_messages.scheduled_messages_b50_check
CREATE TRIGGER scheduled_messages_b50_check BEFORE INSERT ON private.scheduled_messages FOR EACH ROW EXECUTE FUNCTION private.scheduled_messages_check()

-- trigger private.spotlights.spotlights_b50_check
CREATE TRIGGER spotlights_b50_check BEFORE INSERT OR UPDATE OF until ON private.spotlights FOR EACH ROW EXECUTE FUNCTION private.spotlights_check()

-- trigger private.thread_members.thread_members_a70_settle
CREATE TRIGGER thread_members_a70_settle AFTER UPDATE OF last_read_seq ON private.thread_members FOR EACH ROW WHEN ((new.last_read_seq > old.last_read_seq)) EXECUTE FUNCTION private.thread_members_settle()

-- trigger private.user_roles.user_roles_a50_log
CREATE TRIGGER user_roles_a50_log AFTER INSERT OR DELETE ON private.user_roles FOR EACH ROW EXECUTE FUNCTION private.user_roles_log()

-- trigger private.webhook_deliveries.webhook_deliveries_a90_count
CREATE TRIGGER webhook_deliveries_a90_count AFTER UPDATE OF attempts ON private.webhook_deliveries FOR EACH ROW WHEN ((new.attempts > old.attempts)) EXECUTE FUNCTION private.webhook_deliveries_count()

-- trigger private.webhook_deliveries.webhook_deliveries_a91_count_refused
CREATE TRIGGER webhook_deliveries_a91_count_refused AFTER INSERT ON private.webhook_deliveries FOR EACH ROW WHEN ((new.status = 'failed'::text)) EXECUTE FUNCTION private.webhook_deliveries_count()

-- trigger profiles.profiles_a10_make_settings
CREATE TRIGGER profiles_a10_make_settings AFTER INSERT ON public.profiles REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION private.profiles_make_settings()

-- trigger profiles.profiles_a10_track_privacy
CREATE TRIGGER profiles_a10_track_privacy AFTER INSERT OR UPDATE OF is_private ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profiles_track_privacy()

-- trigger profiles.profiles_a20_claim_handle
CREATE TRIGGER profiles_a20_claim_handle AFTER INSERT ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profiles_claim_handle()

-- trigger profiles.profiles_a20_open
CREATE TRIGGER profiles_a20_open AFTER UPDATE OF is_private ON public.profiles FOR EACH ROW WHEN ((old.is_private AND (NOT new.is_private))) EXECUTE FUNCTION private.profiles_open()

-- trigger profiles.profiles_a20_retire_handle
CREATE TRIGGER profiles_a20_retire_handle AFTER UPDATE OF handle ON public.profiles FOR EACH ROW WHEN ((old.handle IS DISTINCT FROM new.handle)) EXECUTE FUNCTION private.profiles_retire_handle()

-- trigger profiles.profiles_a20_retire_last_handle
CREATE TRIGGER profiles_a20_retire_last_handle AFTER DELETE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profiles_retire_handle()

-- trigger profiles.profiles_a50_enqueue
CREATE TRIGGER profiles_a50_enqueue AFTER UPDATE ON public.profiles FOR EACH ROW WHEN ((((((old.handle IS DISTINCT FROM new.handle) OR (old.display_name IS DISTINCT FROM new.display_name)) OR (old.bio IS DISTINCT FROM new.bio)) OR (old.is_private IS DISTINCT FROM new.is_private)) OR (old.avatar_media_id IS DISTINCT FROM new.avatar_media_id))) EXECUTE FUNCTION private.profiles_enqueue()

-- trigger profiles.profiles_b10_normalise
CREATE TRIGGER profiles_b10_normalise BEFORE INSERT OR UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profiles_normalise()

-- trigger profiles.profiles_b50_check_avatar
CREATE TRIGGER profiles_b50_check_avatar BEFORE UPDATE OF avatar_media_id ON public.profiles FOR EACH ROW WHEN ((new.avatar_media_id IS NOT NULL)) EXECUTE FUNCTION private.profiles_check_avatar()

-- trigger profiles.profiles_d90_forget_deliveries
CREATE TRIGGER profiles_d90_forget_deliveries AFTER DELETE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profiles_forget_deliveries()

-- trigger refresh_tokens.refresh_tokens_a10_end_family
CREATE CONSTRAINT TRIGGER refresh_tokens_a10_end_family AFTER UPDATE OF revoked ON auth.refresh_tokens DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.revoked AND (old.revoked IS NOT TRUE) AND (new.session_id IS NOT NULL))) EXECUTE FUNCTION private.refresh_tokens_end_family()

-- trigger room_members.room_members_a50_change
CREATE TRIGGER room_members_a50_change AFTER INSERT OR DELETE OR UPDATE OF role, banned ON public.room_members FOR EACH ROW EXECUTE FUNCTION private.room_members_after_change()

-- trigger room_members.room_members_a60_ban_leaves_calls
CREATE TRIGGER room_members_a60_ban_leaves_calls AFTER UPDATE OF banned ON public.room_members FOR EACH ROW WHEN ((new.banned AND (NOT old.banned))) EXECUTE FUNCTION private.room_members_leave_calls()

-- trigger room_members.room_members_a60_leave_calls
CREATE TRIGGER room_members_a60_leave_calls AFTER DELETE ON public.room_members FOR EACH ROW EXECUTE FUNCTION private.room_members_leave_calls()

-- trigger room_members.room_members_a70_say
CREATE TRIGGER room_members_a70_say AFTER INSERT OR DELETE OR UPDATE OF banned ON public.room_members FOR EACH ROW EXECUTE FUNCTION private.room_members_say()

-- trigger room_members.room_members_a70_tell_banned
CREATE TRIGGER room_members_a70_tell_banned AFTER UPDATE OF banned ON public.room_members FOR EACH ROW WHEN ((new.banned AND (NOT old.banned))) EXECUTE FUNCTION private.room_members_tell_removed()

-- trigger room_members.room_members_a70_tell_removed
CREATE TRIGGER room_members_a70_tell_removed AFTER DELETE ON public.room_members FOR EACH ROW WHEN ((NOT old.banned)) EXECUTE FUNCTION private.room_members_tell_removed()

-- trigger room_members.room_members_a80_first_join
CREATE TRIGGER room_members_a80_first_join AFTER INSERT ON public.room_members FOR EACH ROW EXECUTE FUNCTION private.room_members_first_join()

-- trigger rooms.rooms_a10_broadcast
CREATE TRIGGER rooms_a10_broadcast AFTER UPDATE OF name, description, guidelines, is_private, who_can_invite, read_only, slow_mode_s, retention_days, archived_at ON public.rooms FOR EACH ROW EXECUTE FUNCTION private.rooms_after_update()

-- trigger rooms.rooms_a70_say
CREATE TRIGGER rooms_a70_say AFTER UPDATE OF name ON public.rooms FOR EACH ROW WHEN ((new.name IS DISTINCT FROM old.name)) EXECUTE FUNCTION private.rooms_say()

-- trigger rooms.rooms_b10_check
CREATE TRIGGER rooms_b10_check BEFORE UPDATE OF name, description, guidelines, is_private, who_can_invite, read_only, slow_mode_s, retention_days, archived_at ON public.rooms FOR EACH ROW EXECUTE FUNCTION private.rooms_before_update()

-- trigger sessions.sessions_a10_announce_end
CREATE TRIGGER sessions_a10_announce_end AFTER DELETE ON auth.sessions REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION private.sessions_announce_end()

-- trigger sessions.sessions_a10_end_absence
CREATE TRIGGER sessions_a10_end_absence AFTER INSERT ON auth.sessions FOR EACH ROW EXECUTE FUNCTION private.sessions_end_absence()

-- trigger sessions.sessions_a20_cancel_deletion
CREATE TRIGGER sessions_a20_cancel_deletion AFTER INSERT ON auth.sessions FOR EACH ROW EXECUTE FUNCTION private.sessions_cancel_deletion()

-- trigger sessions.sessions_a50_log_insert
CREATE TRIGGER sessions_a50_log_insert AFTER INSERT ON auth.sessions FOR EACH ROW EXECUTE FUNCTION private.sessions_log()

-- trigger sessions.sessions_a50_log_update
CREATE TRIGGER sessions_a50_log_update AFTER UPDATE OF aal ON auth.sessions FOR EACH ROW WHEN (((new.aal IS DISTINCT FROM old.aal) AND (new.aal = 'aal2'::aal_level))) EXECUTE FUNCTION private.sessions_log()

-- trigger shares.shares_a50_enqueue
CREATE TRIGGER shares_a50_enqueue AFTER INSERT OR DELETE ON public.shares FOR EACH ROW EXECUTE FUNCTION private.shares_changed()

-- trigger shares.shares_a70_withdraw
CREATE TRIGGER shares_a70_withdraw AFTER DELETE ON public.shares FOR EACH ROW EXECUTE FUNCTION private.shares_withdraw()

-- trigger shares.shares_b10_check
CREATE TRIGGER shares_b10_check BEFORE INSERT ON public.shares FOR EACH ROW EXECUTE FUNCTION private.shares_before_insert()

-- trigger stories.stories_a10_insert
CREATE TRIGGER stories_a10_insert AFTER INSERT ON public.stories FOR EACH ROW EXECUTE FUNCTION private.stories_after_insert()

-- trigger stories.stories_a50_forget
CREATE TRIGGER stories_a50_forget AFTER DELETE ON public.stories FOR EACH ROW EXECUTE FUNCTION private.stories_after_delete()

-- trigger stories.stories_a60_queue_held
CREATE TRIGGER stories_a60_queue_held AFTER INSERT ON public.stories FOR EACH ROW WHEN ((new.status = 'held'::text)) EXECUTE FUNCTION private.queue_held('story')

-- trigger stories.stories_a60_queue_held_update
CREATE TRIGGER stories_a60_queue_held_update AFTER UPDATE OF status ON public.stories FOR EACH ROW WHEN (((new.status = 'held'::text) AND (old.status <> 'held'::text))) EXECUTE FUNCTION private.queue_held('story')

-- trigger stories.stories_b50_check
CREATE TRIGGER stories_b50_check BEFORE INSERT ON public.stories FOR EACH ROW EXECUTE FUNCTION private.stories_before_insert()

-- trigger users.users_a10_create_profile
CREATE TRIGGER users_a10_create_profile AFTER INSERT ON auth.users FOR EACH ROW WHEN ((COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text)) EXECUTE FUNCTION private.users_create_profile()

-- trigger users.users_a50_log_insert
CREATE TRIGGER users_a50_log_insert AFTER INSERT ON auth.users FOR EACH ROW WHEN ((COALESCE(current_setting('townsquare.checked'::text, true), ''::text) <> 'on'::text)) EXECUTE FUNCTION private.users_log()

-- trigger users.users_a50_log_update
CREATE TRIGGER users_a50_log_update AFTER UPDATE OF encrypted_password, email, email_confirmed_at, recovery_sent_at ON auth.users FOR EACH ROW EXECUTE FUNCTION private.users_log()

-- trigger users.users_a60_keep_first_password
CREATE TRIGGER users_a60_keep_first_password AFTER INSERT ON auth.users FOR EACH ROW WHEN ((new.encrypted_password IS NOT NULL)) EXECUTE FUNCTION private.users_keep_password()

-- trigger users.users_a60_keep_password
CREATE TRIGGER users_a60_keep_password AFTER UPDATE OF encrypted_password ON auth.users FOR EACH ROW WHEN (((new.encrypted_password)::text IS DISTINCT FROM (old.encrypted_password)::text)) EXECUTE FUNCTION private.users_keep_password()

-- view private.jobs_durations
 SELECT s.job,
    b.le,
    (sum(s.runs) FILTER (WHERE (s.bucket < b.n)))::bigint AS runs_below,
    (sum(s.runs))::bigint AS runs,
    sum(s.seconds) AS seconds
   FROM (( SELECT job_stats.job,
            job_stats.bucket,
            sum(job_stats.runs) AS runs,
            sum(job_stats.seconds) AS seconds
           FROM private.job_stats
          WHERE (job_stats.outcome = ANY (ARRAY['done'::text, 'failed'::text]))
          GROUP BY job_stats.job, job_stats.bucket) s
     CROSS JOIN ( SELECT u.le,
            u.n
           FROM unnest((private.job_buckets() || 'Infinity'::double precision)) WITH ORDINALITY u(le, n)) b)
  GROUP BY s.job, b.le;

-- view private.jobs_processed
 SELECT job,
    outcome,
    (sum(runs))::bigint AS total
   FROM private.job_stats
  GROUP BY job, outcome;

-- view private.jobs_queue_depth
 SELECT s.state,
    COALESCE(w.depth, (0)::bigint) AS depth,
    (COALESCE(EXTRACT(epoch FROM (clock_timestamp() - w.oldest)), (0)::numeric))::double precision AS oldest_seconds
   FROM (unnest(ARRAY['pending'::text, 'leased'::text, 'delayed'::text]) s(state)
     LEFT JOIN ( SELECT
                CASE
                    WHEN (o.locked_until >= clock_timestamp()) THEN 'leased'::text
                    WHEN (o.available_at > clock_timestamp()) THEN 'delayed'::text
                    ELSE 'pending'::text
                END AS state,
            count(*) AS depth,
            min(o.created_at) AS oldest
           FROM private.outbox o
          WHERE (o.published_at IS NULL)
          GROUP BY
                CASE
                    WHEN (o.locked_until >= clock_timestamp()) THEN 'leased'::text
                    WHEN (o.available_at > clock_timestamp()) THEN 'delayed'::text
                    ELSE 'pending'::text
                END) w ON ((w.state = s.state)))
UNION ALL
 SELECT 'dead'::text AS state,
    count(*) AS depth,
    COALESCE(EXTRACT(epoch FROM (clock_timestamp() - min(d.last_at))), (0)::numeric) AS oldest_seconds
   FROM private.dead_jobs d
  WHERE ((d.replayed_at IS NULL) AND (d.discarded_at IS NULL));

