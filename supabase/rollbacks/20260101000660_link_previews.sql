drop function private.sweep_link_previews();
drop function private.drop_unused_preview() cascade;
drop function private.attach_preview(text, uuid, text);
drop function private.keep_preview(text, jsonb);
drop function private.preview_work(text, uuid);
drop function private.is_fresh_preview(jsonb, timestamptz);
drop table private.link_previews;
