-- Takes the rules of handles and sign-up back; profiles keep the handles that they have.

drop function private.sweep_handles();
drop trigger profiles_a20_claim_handle on public.profiles;
drop trigger profiles_a20_retire_last_handle on public.profiles;
drop trigger profiles_a20_retire_handle on public.profiles;
drop function private.profiles_claim_handle();
drop function private.profiles_retire_handle();
drop function private.retire_handle(text, uuid);
drop function private.count_handle_change(uuid, text);
drop function private.require_handle(text, uuid);
drop function private.before_user_created(jsonb);
revoke usage on schema private from supabase_auth_admin;
drop function private.is_blocked_email(text);
drop function private.handle_problem(text);
drop function private.handle_fault(text, uuid);
drop table private.blocked_email_domains, private.retired_handles, private.reserved_handles;
drop function private.handle_hash(text);
drop function private.reserved_form(text);
delete from private.settings where name in (
  'handle_changes', 'handle_changes_days', 'handle_quarantine_days', 'handle_secret');
