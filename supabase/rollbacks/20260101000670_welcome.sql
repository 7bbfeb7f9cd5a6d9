drop function private.welcome_words(uuid);
drop function private.welcome_person(uuid);
drop function private.welcome_text(text);
drop trigger room_members_a80_first_join on public.room_members;
drop function private.room_members_first_join();
drop table private.welcomes;
delete from private.settings where name = 'welcome_bot';
