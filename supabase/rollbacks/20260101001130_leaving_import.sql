-- Takes the fourth part of leaving back. What came back stays.

drop function private.restore_posts(uuid, uuid, uuid, jsonb, jsonb);
drop function private.post_restorable(uuid, public.posts, uuid);
drop function private.restored_quote(uuid, uuid);
drop function private.restore_audience(uuid, text, uuid[]);
drop function private.restore_people(uuid, text, uuid[]);
drop function private.reachable_ids(uuid, uuid[]);
drop function private.restore_media(uuid, jsonb);
drop function private.restore_settings(uuid, jsonb);
drop function private.restore_profile(uuid, uuid, jsonb);
drop function private.restored_id(uuid, uuid, uuid);
drop function private.begin_restore(uuid);
drop function private.my_import(uuid);
drop table private.imported_posts;
drop table private.account_imports;
