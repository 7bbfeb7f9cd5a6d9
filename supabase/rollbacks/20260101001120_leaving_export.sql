-- Takes the third part of leaving back. The bucket must be empty.

drop function private.my_export(uuid);
drop function private.request_export(boolean);
drop function private.archive_signature(text);
drop function private.export_tables();
drop function private.export_conditions();
drop function private.export_keys();
drop function private.is_secret_column(text);
drop function private.export_exceptions();
drop table private.exports;
delete from private.settings where name = 'archive_secret';
select set_config('storage.allow_delete_query', 'true', true);
delete from storage.buckets where id = 'exports';
