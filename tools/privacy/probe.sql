-- The probe: runs one attempt as one persona and undoes it. Lives in throw-away databases only.

create schema privacy;

create table privacy.names (key text primary key, label text not null unique);
create table privacy.personas (
  place int generated always as identity, name text primary key, claims jsonb not null
);

create function privacy.id(p_label text) returns uuid language sql volatile as $$
  insert into privacy.names (key, label) values (md5('townsquare:' || p_label)::uuid::text, p_label)
  on conflict do nothing;
  select md5('townsquare:' || p_label)::uuid
$$;

-- Texts that must not reach the wrong person carry a mark that is looked for in every answer.
create function privacy.mark(p_label text) returns text language sql immutable as $$
  select 'mark(' || p_label || ')'
$$;

create function privacy.person(p_name text, p_is_private boolean default false) returns uuid
language plpgsql as $$
declare
  v_id constant uuid := privacy.id(p_name);
begin
  insert into auth.users (instance_id, id, aud, role, email, encrypted_password,
    email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at, phone,
    confirmation_token, recovery_token, email_change, email_change_token_new)
  values ('00000000-0000-0000-0000-000000000000', v_id, 'authenticated', 'authenticated',
    privacy.mark('e-mail of ' || p_name) || '@example.test', privacy.mark('password of ' || p_name),
    now(), '{}', jsonb_build_object('handle', 'person_' || p_name, 'display_name', p_name),
    now() - interval '90 days', now() - interval '90 days', privacy.mark('phone of ' || p_name),
    privacy.mark('token of ' || p_name), privacy.mark('recovery of ' || p_name), '', '');
  update public.profiles set is_private = p_is_private where id = v_id;
  insert into auth.sessions (id, user_id, created_at, updated_at, user_agent)
  values (privacy.id('session.' || p_name), v_id, now(), now(),
    privacy.mark('user agent of ' || p_name));
  insert into privacy.personas (name, claims) values (p_name, jsonb_build_object(
    'role', 'authenticated', 'aud', 'authenticated', 'sub', v_id, 'aal', 'aal1',
    'session_id', privacy.id('session.' || p_name)));
  return v_id;
end;
$$;

-- One function for each statement, so that it is planned once and not once for each persona.
create function privacy.compile(p_kind text, p_sql text) returns text language plpgsql as $$
declare
  v_name constant text := 'try_' || md5(p_kind || p_sql);
  v_body constant text := replace(p_sql, '{me}', 'v_me');
begin
  if to_regprocedure(format('privacy.%I(jsonb, jsonb)', v_name)) is not null then
    return v_name;
  end if;
  execute format($f$
    create function privacy.%I(p_claims jsonb, p_attempt jsonb) returns jsonb language plpgsql as $b$
    #variable_conflict use_column
    declare
      v_me constant uuid := p_claims ->> 'sub';
      v_key constant jsonb := p_attempt -> 'key';
      v_result jsonb;
      v_count bigint;
    begin
      perform privacy.enter(p_claims, p_attempt);
      %s;
      %s
      raise exception using errcode = 'PRV00';
    exception
      when sqlstate 'PRV00' then
        return jsonb_build_object('value', v_result);
      when others then
        return jsonb_build_object('state', sqlstate, 'message', sqlerrm);
    end;
    $b$ $f$, v_name,
    case p_kind when 'rows' then
      format('select coalesce(jsonb_agg(to_jsonb(q)), ''[]'') into v_result from (%s) q', v_body)
      else v_body end,
    case p_kind when 'rows' then '' else
      'get diagnostics v_count = row_count; v_result := to_jsonb(v_count);' end);
  return v_name;
end;
$$;

create function privacy.enter(p_claims jsonb, p_attempt jsonb) returns void language plpgsql as $$
declare
  v_topic constant text := replace(p_attempt ->> 'topic', '{me}', coalesce(p_claims ->> 'sub', 'nobody'));
begin
  if v_topic is not null then
    perform set_config('realtime.topic', v_topic, true);
  end if;
  -- Storage and Realtime trust a token until it ends; the REST API and ours ask for its session.
  if (p_attempt ->> 'direct')::boolean then
    perform set_config('request.jwt.claims', p_claims::text, true);
    perform set_config('role', p_claims ->> 'role', true);
  else
    perform private.begin_request(p_claims);
  end if;
end;
$$;

create function privacy.run(p_attempts jsonb) returns table (n int, persona text, answer jsonb)
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  v_attempt jsonb;
begin
  perform set_config('townsquare.verdict', 'published', true);
  for v_attempt in select a.item from jsonb_array_elements(p_attempts) as a (item) loop
    return query execute format(
      'select $1, p.name, privacy.%I(p.claims, $2) from privacy.personas p',
      privacy.compile(v_attempt ->> 'kind', v_attempt ->> 'sql'))
      using (v_attempt ->> 'n')::int, v_attempt;
  end loop;
end;
$$;
