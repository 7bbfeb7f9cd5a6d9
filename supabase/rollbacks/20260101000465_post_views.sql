drop function private.sweep_post_views();
drop function private.count_views(uuid[], uuid[]);
drop table private.post_views;
