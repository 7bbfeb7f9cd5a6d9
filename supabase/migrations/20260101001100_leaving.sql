-- Leaving: deletion with a grace period, the account that stands for deleted people, legal holds.
-- Owns private.legal_holds, private.held_records, private.deletion_ledger.

insert into private.settings (name, value) values
  ('deletion_grace_days', '14');

-- The deleted account ----------------------------------------------------------------------------------

create function private.deleted_profile_id() returns uuid
language sql immutable parallel safe set search_path = ''
as $$ select '00000000-0000-7000-8000-000000000000'::uuid $$;
comment on function private.deleted_profile_id() is
  'The one profile that stands wherever something must name an author who is gone.';
insert into private.reserved_handles (handle, holder_id)
values ('deleted', private.deleted_profile_id());

create function private.ensure_deleted_profile() returns void
language sql volatile set search_path = ''
as $$
  -- Without address and password, nobody signs in to it.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  values (private.deleted_profile_id(), '00000000-0000-0000-0000-000000000000', 'authenticated',
    'authenticated', '{"provider": "none", "providers": []}',
    '{"handle": "deleted", "display_name": "Deleted account"}', '', '', '', '', now(), now())
  on conflict (id) do nothing
$$;
comment on function private.ensure_deleted_profile() is
  'Made with the first deletion: before, the product has no account that is nobody''s.';

create function private.follows_refuse_deleted() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  raise exception 'No such person' using errcode = 'PT404', hint = 'not-found';
end;
$$;
comment on function private.follows_refuse_deleted() is
  'Answers below the posts of deleted people belong to it: following it would open them.';
create trigger follows_b40_refuse_deleted before insert on public.follows
  for each row when (new.followee_id = '00000000-0000-7000-8000-000000000000')
  execute function private.follows_refuse_deleted();

-- Legal holds --------------------------------------------------------------------------------------------

create table private.legal_holds (
  id uuid primary key default private.uuid_v7(),
  subject_type text not null,
  subject_id uuid not null,
  reason text not null,
  placed_by uuid references public.profiles (id) on delete set null,
  placed_at timestamptz not null default clock_timestamp(),
  constraint legal_holds_subject_key unique (subject_type, subject_id),
  constraint legal_holds_subject_type_known check (subject_type in ('user', 'post', 'message', 'room')),
  constraint legal_holds_reason_length check (char_length(reason) between 1 and 2000)
);
comment on table private.legal_holds is
  'What the law orders to keep: a post, a message, a room, or all that a person wrote. No client access.';
create index legal_holds_placed_by_idx on private.legal_holds (placed_by);

create table private.held_records (
  hold_id uuid not null references private.legal_holds (id) on delete cascade,
  table_name text not null,
  record_id uuid not null,
  content jsonb not null,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (hold_id, table_name, record_id)
);
comment on table private.held_records is
  'Rows under a legal hold, as they were when their author was erased. Goes with the hold. No client access.';

create function private.place_legal_hold(p_type text, p_id uuid, p_reason text) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.place_legal_hold(text, uuid, text) is
  'Definer, because holds are closed to clients. For who may ban; placed twice, it is one hold.';
grant execute on function private.place_legal_hold(text, uuid, text) to authenticated;

create function private.release_legal_hold(p_id uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.require_permission('user.ban');
  delete from private.legal_holds h where h.id = p_id;
  return found;
end;
$$;
comment on function private.release_legal_hold(uuid) is
  'Definer, because holds are closed to clients. Ends a hold; what it kept goes with it.';
grant execute on function private.release_legal_hold(uuid) to authenticated;

create function private.keep_held(p_person uuid, p_type text, p_id uuid, p_row jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into private.held_records (hold_id, table_name, record_id, content)
  select h.id, p_type, p_id, p_row from private.legal_holds h
  where (h.subject_type = 'user' and h.subject_id = p_person)
    or (h.subject_type = p_type and h.subject_id = p_id)
  on conflict do nothing
$$;
comment on function private.keep_held(uuid, text, uuid, jsonb) is
  'Copies a row for every hold that covers it, before it is erased.';

-- Asking to leave, and coming back -----------------------------------------------------------------------

create table private.deletion_ledger (
  person_hash text primary key,
  erased_at timestamptz not null default clock_timestamp()
);
comment on table private.deletion_ledger is
  'Hashes of the ids of erased people, so that a restored backup can be cleared of them again. '
  'A random id cannot be found from its hash. No client access.';

create index account_states_deletion_due_at_idx on private.account_states (deletion_due_at)
  where deletion_due_at is not null;

create function private.is_last_administrator(p_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  with holders as (
    select u.profile_id from private.user_roles u join private.roles r on r.name = u.role
    where 'role.manage' = any (r.permissions) and private.account_state(u.profile_id) = 'active'
  )
  select exists (select from holders h where h.profile_id = p_id)
    and not exists (select from holders h where h.profile_id <> p_id)
$$;
comment on function private.is_last_administrator(uuid) is
  'Definer, because roles are closed to clients. Whether nobody else could give roles.';

create function private.request_deletion(p_immediate boolean) returns timestamptz
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.request_deletion(boolean) is
  'Definer, because states are closed to clients. Hides the caller, ends their sessions and says '
  'when they are erased: after the grace period, or now.';
grant execute on function private.request_deletion(boolean) to authenticated;

create function private.cancel_deletion(p_id uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- What has begun cannot be cancelled: some of it is gone.
  update private.account_states s
  set deletion_due_at = null, changed_by = p_id, changed_at = clock_timestamp()
  where s.profile_id = p_id and s.deletion_due_at > clock_timestamp();
  return found;
end;
$$;
comment on function private.cancel_deletion(uuid) is
  'Definer, because states are closed to clients. Takes a deletion back while it has not begun.';

create function private.sessions_cancel_deletion() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.cancel_deletion(new.user_id);
  return null;
end;
$$;
comment on function private.sessions_cancel_deletion() is
  'Definer, because the auth server may not write states. Whoever signs in again stays.';
create trigger sessions_a20_cancel_deletion after insert on auth.sessions
  for each row execute function private.sessions_cancel_deletion();

create function private.due_deletions(p_limit int) returns setof uuid
language sql stable set search_path = ''
as $$
  select s.profile_id from private.account_states s where s.deletion_due_at <= clock_timestamp()
  order by s.deletion_due_at limit p_limit
$$;
comment on function private.due_deletions(int) is 'People to erase, the longest due first.';
