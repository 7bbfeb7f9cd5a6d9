-- Takes imports back. Rooms and messages that came of them stay, and so do their authors' accounts.

drop function private.import_reactions(jsonb);
drop function private.import_threads(uuid, bigint);
drop function private.import_mentions(uuid, bigint);
drop function private.import_messages(uuid, jsonb);
drop function private.keep_read(uuid, bigint);
drop trigger follows_b42_refuse_imported on public.follows;
drop function private.follows_refuse_imported();
drop function private.make_imported_profiles(text, jsonb);
drop function private.cancel_archive_import(uuid);
drop function private.my_archive_imports(timestamptz, uuid, int);
drop function private.present_archive_import(uuid);
drop function private.create_archive_import(uuid, uuid, text, text, text);
drop function private.require_import(uuid);
drop function private.may_import(uuid, uuid);
drop table private.archive_imports;
drop table private.imported_profiles;
select set_config('storage.allow_delete_query', 'true', true);
delete from storage.buckets where id = 'imports';
