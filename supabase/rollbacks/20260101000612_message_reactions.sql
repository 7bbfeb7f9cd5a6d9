drop trigger messages_a55_clear_reactions on public.messages;
drop function private.messages_clear_reactions();
drop table public.message_reactions;
drop function private.message_reactions_announce();
drop function private.message_reaction_list(uuid, boolean);
drop function private.message_reactions_check();
drop function private.is_emoji(text);
