-- Roles: what staff may do. Owns private.roles, private.user_roles, private.role_log.

create function private.known_permissions() returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select array['message.pin', 'message.delete', 'user.mute', 'user.suspend', 'user.ban', 'post.remove',
    'report.review', 'rule.manage', 'role.manage', 'flag.manage', 'backup.manage', 'webhook.manage',
    'job.manage', 'analytics.view', 'audit.view']
$$;
comment on function private.known_permissions() is 'Everything that a role may allow.';

create table private.roles (
  name text primary key,
  id uuid not null default private.uuid_v7(),
  description text not null default '',
  permissions text[] not null,
  -- Those that come with the product keep their names and are never deleted.
  built_in boolean not null default false,
  created_at timestamptz not null default now(),
  constraint roles_id_key unique (id),
  constraint roles_name_form check (name ~ '^[a-z][a-z0-9_]{1,39}$'),
  constraint roles_description_length check (char_length(description) <= 500),
  constraint roles_permissions_known check (permissions <@ private.known_permissions()),
  constraint roles_permissions_some check (not built_in or cardinality(permissions) > 0)
);
comment on table private.roles is 'Named sets of permissions. No client access.';

create table private.user_roles (
  profile_id uuid not null references public.profiles (id) on delete cascade,
  role text not null,
  granted_by uuid references public.profiles (id) on delete set null,
  granted_at timestamptz not null default now(),
  primary key (profile_id, role),
  constraint user_roles_role_fkey foreign key (role)
    references private.roles (name) on update cascade on delete restrict
);
comment on table private.user_roles is 'Who holds which role. No client access.';
create index user_roles_role_idx on private.user_roles (role);
create index user_roles_granted_by_idx on private.user_roles (granted_by);

create table private.role_log (
  id uuid primary key default private.uuid_v7(),
  at timestamptz not null default clock_timestamp(),
  actor_id uuid references public.profiles (id) on delete set null,
  action text not null,
  role text not null,
  profile_id uuid references public.profiles (id) on delete set null,
  permissions text[],
  constraint role_log_action_known
    check (action in ('create', 'update', 'delete', 'grant', 'revoke'))
);
comment on table private.role_log is
  'Every change of roles and of their holders: who, when, what. Written by triggers. No client access.';
create index role_log_actor_id_idx on private.role_log (actor_id);
create index role_log_profile_id_idx on private.role_log (profile_id);

-- The log ------------------------------------------------------------------------------------------

create function private.roles_log() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.role_log (actor_id, action, role, permissions)
  values ((select auth.uid()),
    case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    coalesce(new.name, old.name), coalesce(new.permissions, old.permissions));
  return null;
end;
$$;
comment on function private.roles_log() is 'Definer, because the log is closed to clients.';
create trigger roles_a50_log after insert or update or delete on private.roles
  for each row execute function private.roles_log();

create function private.user_roles_log() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.role_log (actor_id, action, role, profile_id)
  select (select auth.uid()), case tg_op when 'INSERT' then 'grant' else 'revoke' end,
    coalesce(new.role, old.role),
    -- A person who is deleted takes their name out of the log with them.
    (select p.id from public.profiles p where p.id = coalesce(new.profile_id, old.profile_id));
  return null;
end;
$$;
comment on function private.user_roles_log() is 'Definer, because the log is closed to clients.';
create trigger user_roles_a50_log after insert or delete on private.user_roles
  for each row execute function private.user_roles_log();

insert into private.roles (name, description, permissions, built_in) values
  ('moderator', 'Keeps order', array['message.pin', 'message.delete', 'user.mute', 'user.suspend',
    'post.remove', 'report.review', 'audit.view'], true),
  ('admin', 'May do everything', private.known_permissions(), true);

-- Asking -------------------------------------------------------------------------------------------

create function private.permissions_of(p_profile uuid) returns text[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(distinct p order by p), '{}')
  from private.user_roles u join private.roles r on r.name = u.role
  cross join unnest(r.permissions) p where u.profile_id = p_profile
$$;
comment on function private.permissions_of(uuid) is
  'Definer, because roles are closed to clients. All that a person''s roles allow, whatever their state.';

create function private.has_permission(p_permission text) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  -- Policies ask this in most queries: the plan is kept, which a function in SQL does not do.
  return exists (
    select from private.user_roles u join private.roles r on r.name = u.role
    where u.profile_id = (select auth.uid()) and p_permission = any (r.permissions)
      and not exists (select from private.account_states s
        where s.profile_id = u.profile_id and (s.hidden or s.suspended_until > now())));
end;
$$;
comment on function private.has_permission(text) is
  'Definer, because roles are closed to clients. True when the caller holds the permission and is '
  'neither suspended nor banned nor gone.';
grant execute on function private.has_permission(text) to anon, authenticated, service_role;

create function private.require_permission(p_permission text) returns void
language plpgsql stable set search_path = ''
as $$
begin
  if not private.has_permission(p_permission) then
    raise exception 'This needs the permission %', p_permission
      using errcode = 'PT403', hint = 'not-permitted';
  end if;
end;
$$;
comment on function private.require_permission(text) is 'Raises not-permitted for everybody else.';
grant execute on function private.require_permission(text) to anon, authenticated, service_role;

create function private.require_rank_over(p_permissions text[]) returns void
language plpgsql stable security definer set search_path = ''
as $$
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
$$;
comment on function private.require_rank_over(text[]) is
  'Definer, because roles are closed to clients. Nobody gives, takes or overrules what they lack.';

-- Changes of staff happen one after the other: two who put each other out must not both succeed.
create function private.lock_staff() returns void
language sql volatile set search_path = ''
as $$ select pg_advisory_xact_lock(hashtextextended('private.user_roles', 0)) $$;
comment on function private.lock_staff() is
  'Taken, until the commit, before anything that makes somebody staff or ends it.';

create function private.require_manager_left() returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (
    select from private.user_roles u join private.roles r on r.name = u.role
    where 'role.manage' = any (r.permissions) and private.account_state(u.profile_id) = 'active'
  ) then
    raise exception 'Somebody active must be left who manages roles'
      using errcode = 'PT409', hint = 'conflict';
  end if;
end;
$$;
comment on function private.require_manager_left() is
  'Definer, because roles are closed to clients. Called after the change, under private.lock_staff.';

create function private.require_manager_besides(p_profile uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if 'role.manage' = any (private.permissions_of(p_profile)) then
    perform private.require_manager_left();
  end if;
end;
$$;
comment on function private.require_manager_besides(uuid) is
  'Definer, because roles are closed to clients. After a person was taken out: if they managed '
  'roles, somebody else must.';
