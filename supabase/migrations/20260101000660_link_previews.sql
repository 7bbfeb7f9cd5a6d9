-- Link previews: cards of the first link of a post or message. Owns private.link_previews.

create table private.link_previews (
  url text primary key,
  -- Null when the page could not be read or says nothing of itself.
  preview jsonb,
  fetched_at timestamptz not null default now(),
  constraint link_previews_url_length check (char_length(url) <= 2048)
);
comment on table private.link_previews is
  'What pages said of themselves, for a day; failures for an hour. No client access.';
create index link_previews_fetched_at_idx on private.link_previews (fetched_at);
grant select, insert, update, delete on private.link_previews to service_role;

create function private.is_fresh_preview(p_preview jsonb, p_fetched_at timestamptz) returns boolean
language sql stable set search_path = ''
as $$
  select p_fetched_at > now()
    - case when p_preview is null then interval '1 hour' else interval '24 hours' end
$$;
comment on function private.is_fresh_preview(jsonb, timestamptz) is
  'Cards are kept for a day, failures for an hour.';

create function private.preview_work(p_type text, p_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_url text;
  v_shown text;
  v_author uuid;
begin
  if p_type = 'post' then
    select private.first_link(p.entities), p.link_preview ->> 'url', p.author_id
    into v_url, v_shown, v_author
    from public.posts p where p.id = p_id and p.status = 'published' and p.deleted_at is null;
  else
    select private.first_link(m.entities), m.link_preview ->> 'url', m.author_id
    into v_url, v_shown, v_author
    from public.messages m where m.id = p_id and m.status = 'published' and m.deleted_at is null;
  end if;
  if v_url is null or v_url = v_shown or exists (select from private.profile_settings s
    where s.profile_id = v_author and not s.link_previews) then
    return null;
  end if;
  return jsonb_build_object('url', v_url, 'is_known', exists (
    select from private.link_previews l
    where l.url = v_url and private.is_fresh_preview(l.preview, l.fetched_at)));
end;
$$;
comment on function private.preview_work(text, uuid) is
  'The link that a text wants a card for. Null for texts without, or whose author wants no cards.';

create function private.keep_preview(p_url text, p_preview jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into private.link_previews as l (url, preview) values (p_url, p_preview)
  on conflict (url) do update set preview = excluded.preview, fetched_at = now()
$$;
comment on function private.keep_preview(text, jsonb) is 'Keeps what a page said of itself, or null.';

create function private.attach_preview(p_type text, p_id uuid, p_url text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_preview constant jsonb := (select l.preview from private.link_previews l where l.url = p_url);
begin
  if v_preview is null then
    return;
  end if;
  -- Only while the text still names that link: an edit in between has a job of its own.
  if p_type = 'post' then
    update public.posts p set link_preview = v_preview
    where p.id = p_id and p.deleted_at is null and private.first_link(p.entities) = p_url;
  else
    update public.messages m set link_preview = v_preview
    where m.id = p_id and m.deleted_at is null and private.first_link(m.entities) = p_url;
  end if;
end;
$$;
comment on function private.attach_preview(text, uuid, text) is
  'Shows the card of a link on the post or message that names it.';

create function private.drop_unused_preview() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  delete from private.link_previews l where l.url = old.link_preview ->> 'url';
  return null;
end;
$$;
comment on function private.drop_unused_preview() is
  'Definer, because the cache is closed. What is deleted leaves no card; another text with the link '
  'fetches it anew.';
create trigger posts_a80_drop_preview after delete on public.posts
  for each row when (old.link_preview is not null) execute function private.drop_unused_preview();
create trigger posts_a80_drop_preview_update after update on public.posts
  for each row when (old.link_preview is not null and new.link_preview is null)
  execute function private.drop_unused_preview();
create trigger messages_a80_drop_preview after delete on public.messages
  for each row when (old.link_preview is not null) execute function private.drop_unused_preview();
create trigger messages_a80_drop_preview_update after update on public.messages
  for each row when (old.link_preview is not null and new.link_preview is null)
  execute function private.drop_unused_preview();

create function private.sweep_link_previews() returns void
language sql volatile set search_path = ''
as $$
  delete from private.link_previews l where l.url in (
    select o.url from private.link_previews o
    where not private.is_fresh_preview(o.preview, o.fetched_at) order by o.fetched_at limit 10000)
$$;
comment on function private.sweep_link_previews() is 'Removes cards that are out of date, a batch at a time.';
