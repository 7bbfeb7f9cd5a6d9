-- Roles: what staff may do. Owns private.roles, private.user_roles.

create table private.roles (
  name text primary key,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  constraint roles_name_form check (name ~ '^[a-z_]{2,40}$'),
  constraint roles_permissions_known check (permissions <@ array[
    'message.pin', 'message.delete', 'user.mute', 'user.suspend', 'user.ban', 'post.remove',
    'report.review', 'rule.manage', 'role.manage', 'flag.manage', 'backup.manage',
    'webhook.manage', 'job.manage', 'analytics.view', 'audit.view'])
);
comment on table private.roles is 'Named sets of permissions. No client access.';
insert into private.roles (name, permissions) values
  ('moderator', array['message.pin', 'message.delete', 'user.mute', 'user.suspend', 'post.remove',
    'report.review', 'audit.view']),
  ('admin', array['message.pin', 'message.delete', 'user.mute', 'user.suspend', 'user.ban',
    'post.remove', 'report.review', 'rule.manage', 'role.manage', 'flag.manage', 'backup.manage',
    'webhook.manage', 'job.manage', 'analytics.view', 'audit.view']);

create table private.user_roles (
  profile_id uuid not null references public.profiles (id) on delete cascade,
  role text not null references private.roles (name) on update cascade on delete restrict,
  granted_by uuid references public.profiles (id) on delete set null,
  granted_at timestamptz not null default now(),
  primary key (profile_id, role)
);
comment on table private.user_roles is 'Who holds which role. No client access.';
create index user_roles_role_idx on private.user_roles (role);
create index user_roles_granted_by_idx on private.user_roles (granted_by);

create function private.has_permission(p_permission text) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from private.user_roles u join private.roles r on r.name = u.role
    where u.profile_id = (select auth.uid()) and p_permission = any (r.permissions))
$$;
comment on function private.has_permission(text) is
  'Definer, because roles are closed to clients. True when the caller holds the permission.';
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
