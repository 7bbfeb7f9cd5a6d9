-- Roles, second part: what those who manage roles do. The API calls these as the caller.

-- Presentation -------------------------------------------------------------------------------------

create function private.present_role(p_role private.roles) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('id', p_role.id, 'name', p_role.name,
    'description', p_role.description, 'permissions', to_jsonb(p_role.permissions),
    'built_in', p_role.built_in, 'created_at', p_role.created_at,
    'holders', (select count(*) from private.user_roles u where u.role = p_role.name))
$$;
comment on function private.present_role(private.roles) is 'The shape Role.';

create function private.list_roles(p_after text, p_limit int) returns table (name text, item jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.require_permission('role.manage');
  return query
    select r.name, private.present_role(r) from private.roles r
    where p_after is null or r.name > p_after order by r.name limit least(p_limit, 101);
end;
$$;
comment on function private.list_roles(text, int) is
  'Definer, because roles are closed to clients; needs role.manage. By name.';
grant execute on function private.list_roles(text, int) to authenticated;

create function private.list_user_roles(p_person text, p_after text, p_limit int)
returns table (role text, item jsonb)
language plpgsql stable security definer set search_path = ''
as $$
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
$$;
comment on function private.list_user_roles(text, text, int) is
  'Definer, because roles are closed to clients. One''s own; others'' for those who manage roles.';
grant execute on function private.list_user_roles(text, text, int) to authenticated;

-- Roles --------------------------------------------------------------------------------------------

create function private.role_by_key(p_key text) returns private.roles
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_role private.roles;
begin
  select * into v_role from private.roles r where r.name = p_key or r.id::text = lower(p_key);
  if not found then
    raise exception 'There is no such role' using errcode = 'PT404', hint = 'not-found';
  end if;
  return v_role;
end;
$$;
comment on function private.role_by_key(text) is
  'Definer, because roles are closed to clients. The role of a name or id, or not-found.';

create function private.begin_role_change() returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- First the lock, then the question: whoever was put out while waiting is told so.
  perform private.lock_staff();
  perform private.require_permission('role.manage');
end;
$$;
comment on function private.begin_role_change() is
  'Definer, because its parts are. Every change of roles begins so.';

create function private.known_or_raise(p_permissions text[]) returns text[]
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.known_or_raise(text[]) is 'Permissions, each once and in order.';

create function private.create_role(p_name text, p_description text, p_permissions text[])
returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.create_role(text, text, text[]) is
  'Definer, because roles are closed to clients; needs role.manage and all that the role allows.';
grant execute on function private.create_role(text, text, text[]) to authenticated;

create function private.update_role(
  p_key text, p_name text, p_description text, p_permissions text[]
) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.update_role(text, text, text, text[]) is
  'Definer, because roles are closed to clients; needs role.manage and all that the role allows, '
  'before and after. What is null stays.';
grant execute on function private.update_role(text, text, text, text[]) to authenticated;

create function private.delete_role(p_key text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.delete_role(text) is
  'Definer, because roles are closed to clients; needs role.manage. Only roles that nobody holds.';
grant execute on function private.delete_role(text) to authenticated;

-- Holders ------------------------------------------------------------------------------------------

create function private.grant_role(p_person text, p_role text) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.grant_role(text, text) is
  'Definer, because roles are closed to clients; needs role.manage and all that the role allows. '
  'Granted again, the first grant stands.';
grant execute on function private.grant_role(text, text) to authenticated;

create function private.revoke_role(p_person text, p_role text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
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
$$;
comment on function private.revoke_role(text, text) is
  'Definer, because roles are closed to clients; needs role.manage and all that the role allows. '
  'The last person who manages roles keeps that.';
grant execute on function private.revoke_role(text, text) to authenticated;
