drop function private.backup_tables();
drop table private.backups;
