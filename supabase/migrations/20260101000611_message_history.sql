-- What messages said before, and who removed them. Owns private.message_versions.

create table private.message_versions (
  id uuid primary key default private.uuid_v7(),
  message_id uuid not null references public.messages (id) on delete cascade,
  body text not null,
  -- Whom that text named, so that somebody who is erased is found in it.
  mention_ids uuid[] not null default '{}',
  kind text not null,
  changed_at timestamptz not null,
  changed_by uuid references public.profiles (id) on delete set null,
  constraint message_versions_kind_known check (kind in ('edit', 'deletion'))
);
comment on table private.message_versions is
  'Earlier texts of messages, and the last ones of deleted messages: the audit trail of both.';
create index message_versions_message_id_idx
  on private.message_versions (message_id, changed_at desc, id desc);
create index message_versions_changed_by_idx on private.message_versions (changed_by);
create index message_versions_mention_ids_idx on private.message_versions using gin (mention_ids)
  where mention_ids <> '{}';
alter table private.message_versions enable row level security;
create policy message_versions_select_visible on private.message_versions
  for select to authenticated
  using (exists (select from public.messages m where m.id = message_id
    and (m.deleted_at is null or m.room_id in (select private.my_moderated_room_ids()))));
comment on policy message_versions_select_visible on private.message_versions is
  'Who sees a message sees what it said; once it is deleted, those who keep order alone.';
grant select on private.message_versions to authenticated;
grant select, insert, update, delete on private.message_versions to service_role;

create function private.messages_keep_version() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_versions_max constant int := 50;
begin
  insert into private.message_versions (message_id, body, mention_ids, kind, changed_at, changed_by)
  values (new.id, old.body,
    array(select n.profile_id from public.message_mentions n where n.message_id = new.id),
    case when new.deleted_at is null then 'edit' else 'deletion' end,
    coalesce(new.deleted_at, new.edited_at), (select auth.uid()));
  delete from private.message_versions v where v.id in (
    select o.id from private.message_versions o where o.message_id = new.id
    order by o.changed_at desc, o.id desc offset c_versions_max);
  return null;
end;
$$;
comment on function private.messages_keep_version() is
  'Definer, because nobody writes history by hand. Keeps what an edit or a deletion has replaced.';
-- Before the mentions change. What was not screened yet might have been held: as an edit it is not
-- kept. What jobs delete (retention, a person's erasure) leaves nothing.
create trigger messages_a05_keep_version after update of body, deleted_at on public.messages
  for each row when (old.deleted_at is null and auth.uid() is not null
    and (new.deleted_at is not null or (old.body is distinct from new.body
      and old.status = 'published' and old.screened_at is not null)))
  execute function private.messages_keep_version();
