-- The product's own accounts: the welcome bot, and the one under which incoming webhooks speak. Owns
-- nothing. Like the deleted account they are made when they are first needed; nobody signs in to them.

create function private.welcome_profile_id() returns uuid
language sql immutable parallel safe set search_path = ''
as $$ select '00000000-0000-7000-8000-000000000001'::uuid $$;
comment on function private.welcome_profile_id() is 'The account that greets newcomers.';
grant execute on function private.welcome_profile_id() to anon, authenticated, service_role;

create function private.hook_profile_id() returns uuid
language sql immutable parallel safe set search_path = ''
as $$ select '00000000-0000-7000-8000-000000000002'::uuid $$;
comment on function private.hook_profile_id() is
  'The account under which incoming webhooks speak; each message says who it shows.';
grant execute on function private.hook_profile_id() to anon, authenticated, service_role;

create function private.is_system_profile(p_id uuid) returns boolean
language sql immutable parallel safe set search_path = ''
as $$ select p_id in (private.welcome_profile_id(), private.hook_profile_id()) $$;
comment on function private.is_system_profile(uuid) is
  'Whether an account is the product''s own: found by no search, contacted and blocked by nobody.';
grant execute on function private.is_system_profile(uuid) to anon, authenticated, service_role;

insert into private.reserved_handles (handle, holder_id) values
  ('welcomebot', private.welcome_profile_id()), ('webhooks', private.hook_profile_id()),
  ('welcome_bot', null), ('webhook', null);

create function private.insert_bot_account(p_id uuid, p_handle text, p_name text) returns void
language sql volatile set search_path = ''
as $$
  -- Without address and password, nobody signs in to it.
  insert into auth.users (id, instance_id, aud, role, raw_app_meta_data, raw_user_meta_data,
    confirmation_token, recovery_token, email_change_token_new, email_change, created_at, updated_at)
  values (p_id, '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
    '{"provider": "none", "providers": []}',
    jsonb_build_object('handle', p_handle, 'display_name', p_name), '', '', '', '', now(), now())
  on conflict (id) do nothing;
  update public.profiles p set is_bot = true where p.id = p_id and not p.is_bot
$$;
comment on function private.insert_bot_account(uuid, text, text) is
  'Makes an account that is nobody''s to sign in to, unless it is there, and marks it as a bot.';

create function private.ensure_system_profile(p_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$
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
$$;
comment on function private.ensure_system_profile(uuid) is
  'Made with the first use: before, the product has no account that is nobody''s.';

create function private.refuse_system_profile() returns trigger
language plpgsql volatile set search_path = ''
as $$
begin
  raise exception 'This account is the product''s own; it can be muted, and no more'
    using errcode = 'PT403', hint = 'not-permitted';
end;
$$;
comment on function private.refuse_system_profile() is
  'Whoever follows, blocks or bans it would follow, block or ban what speaks for everybody.';
create trigger follows_b41_refuse_system before insert on public.follows
  for each row when (private.is_system_profile(new.followee_id))
  execute function private.refuse_system_profile();
create trigger blocks_b41_refuse_system before insert on public.blocks
  for each row when (private.is_system_profile(new.blocked_id))
  execute function private.refuse_system_profile();
create trigger account_states_b05_refuse_system before insert on private.account_states
  for each row when (private.is_system_profile(new.profile_id))
  execute function private.refuse_system_profile();
