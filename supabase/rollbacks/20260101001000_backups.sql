drop function private.settle_restored(text);
drop function private.apply_deletion_ledger(text[]);
drop function private.backup_age_seconds();
drop function private.outdated_backups(int);
drop function private.start_backup(uuid, uuid, text);
drop function private.backup_tables();
drop table private.backups;
delete from private.settings where name like 'backup\_%';
