drop trigger account_states_b05_refuse_system on private.account_states;
drop trigger blocks_b41_refuse_system on public.blocks;
drop trigger follows_b41_refuse_system on public.follows;
drop function private.refuse_system_profile();
drop function private.ensure_system_profile(uuid);
drop function private.insert_bot_account(uuid, text, text);
delete from private.reserved_handles
where handle in ('welcomebot', 'webhooks', 'welcome_bot', 'webhook');
drop function private.is_system_profile(uuid);
drop function private.hook_profile_id();
drop function private.welcome_profile_id();
