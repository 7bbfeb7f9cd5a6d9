-- Followed hashtags: what a person wants more of. Owns private.hashtag_follows. Theirs alone.

create table private.hashtag_follows (
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  -- Not a key to hashtags: one may wait for a tag that nobody has used yet.
  tag text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (profile_id, tag)
);
comment on table private.hashtag_follows is 'Hashtags that a person follows. For their own eyes.';
create index hashtag_follows_profile_id_created_at_idx
  on private.hashtag_follows (profile_id, created_at desc, tag);
alter table private.hashtag_follows enable row level security;

create policy hashtag_follows_select_own on private.hashtag_follows
  for select to authenticated using (profile_id = (select auth.uid()));
create policy hashtag_follows_insert_own on private.hashtag_follows
  for insert to authenticated with check (profile_id = (select auth.uid()));
create policy hashtag_follows_delete_own on private.hashtag_follows
  for delete to authenticated using (profile_id = (select auth.uid()));
create policy hashtag_follows_insert_active on private.hashtag_follows
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy hashtag_follows_delete_active on private.hashtag_follows
  as restrictive for delete to authenticated using ((select private.may_write()));
grant select, insert (tag), delete on private.hashtag_follows to authenticated;
grant select, insert, update, delete on private.hashtag_follows to service_role;

create function private.hashtag_of(p_text text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select e.entity ->> 'value'
  from (select '#' || regexp_replace(p_text, '^[#\uff03]', '') as tag) t,
    jsonb_array_elements(private.entities_in(t.tag)) as e (entity)
  where e.entity ->> 'type' = 'hashtag' and (e.entity ->> 'start')::int = 0
    and (e.entity ->> 'end')::int = char_length(t.tag)
$$;
comment on function private.hashtag_of(text) is
  'A hashtag, with or without its sign, as posts have it; null when a text would not be one.';
grant execute on function private.hashtag_of(text) to anon, authenticated, service_role;

create function private.hashtag_follows_before_insert() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_followed_max constant int := 500;
begin
  new.tag := private.hashtag_of(new.tag);
  if new.tag is null then
    raise exception 'Not a hashtag' using errcode = 'PT422', hint = 'invalid-input', column = 'tag';
  end if;
  -- One at a time for each person, or two could be the last.
  perform from public.profiles p where p.id = new.profile_id for no key update;
  if (select count(*) from private.hashtag_follows f where f.profile_id = new.profile_id
      and f.tag <> new.tag) >= c_followed_max then
    raise exception 'Nobody follows more than % hashtags', c_followed_max
      using errcode = 'PT409', hint = 'conflict';
  end if;
  return new;
end;
$$;
comment on function private.hashtag_follows_before_insert() is
  'Definer, because it locks. Writes a tag as posts have it, and bounds how many there are.';
create trigger hashtag_follows_b10_check before insert on private.hashtag_follows
  for each row execute function private.hashtag_follows_before_insert();
