-- Accounts: a person's own sessions. Owns nothing; reads and ends rows of auth.sessions.

create function private.list_sessions(p_before timestamptz, p_before_id uuid, p_limit int)
returns table (
  id uuid, created_at timestamptz, last_used_at timestamptz, user_agent text, ip text
)
language sql stable security definer set search_path = ''
as $$
  select s.id, s.created_at, coalesce(s.refreshed_at at time zone 'utc', s.created_at),
    s.user_agent, host(s.ip)
  from auth.sessions s
  where s.user_id = (select auth.uid())
    and (p_before is null or (s.created_at, s.id) < (p_before, p_before_id))
    and (s.not_after is null or s.not_after > now())
  order by s.created_at desc, s.id desc limit least(p_limit, 101)
$$;
comment on function private.list_sessions(timestamptz, uuid, int) is
  'Definer, because clients may not read auth.sessions. The caller''s own, newest first.';
grant execute on function private.list_sessions(timestamptz, uuid, int) to authenticated;

create function private.end_session(p_id uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform set_config('townsquare.session_end', 'session_revoked', true);
  delete from auth.sessions s where s.id = p_id and s.user_id = (select auth.uid());
  return found;
end;
$$;
comment on function private.end_session(uuid) is
  'Definer, because clients may not write auth.sessions. Ends one of the caller''s own sessions.';
grant execute on function private.end_session(uuid) to authenticated;

create function private.session_is_live() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.check_session((select auth.jwt()));
  return true;
exception when sqlstate 'PT401' then
  return false;
end;
$$;
comment on function private.session_is_live() is
  'Definer, because clients may not read auth.sessions. For what asks no pre-request function.';
grant execute on function private.session_is_live() to authenticated;

create function private.my_account() returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
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
$$;
comment on function private.my_account() is
  'Definer, because auth.users and roles are closed to clients. The caller''s own account only.';
grant execute on function private.my_account() to authenticated;
