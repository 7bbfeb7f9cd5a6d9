-- What people say about their feed: less like this, not this post, author, topic. Owns feed_feedback.

create table private.feed_feedback (
  id uuid primary key default private.uuid_v7(),
  profile_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  kind text not null,
  post_id uuid references public.posts (id) on delete cascade,
  author_id uuid references public.profiles (id) on delete cascade,
  topics text[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  constraint feed_feedback_kind_known check (
    kind in ('less_like_this', 'hide_post', 'not_interested_author', 'not_interested_topic')),
  constraint feed_feedback_subject_fits check (
    (post_id is not null) = (kind in ('less_like_this', 'hide_post'))
    and (author_id is not null) = (kind in ('less_like_this', 'not_interested_author'))
    and (kind <> 'not_interested_topic' or cardinality(topics) > 0)),
  constraint feed_feedback_topics_count check (cardinality(topics) <= 50),
  constraint feed_feedback_said_once unique nulls not distinct
    (profile_id, kind, post_id, author_id, topics)
);
comment on table private.feed_feedback is
  'What a person does not want in their feed. Seen by them alone; the newest thousand are kept.';
create index feed_feedback_profile_id_idx on private.feed_feedback (profile_id, created_at desc, id desc);
create index feed_feedback_post_id_idx on private.feed_feedback (post_id);
create index feed_feedback_author_id_idx on private.feed_feedback (author_id);
alter table private.feed_feedback enable row level security;

create policy feed_feedback_select_own on private.feed_feedback
  for select to authenticated using (profile_id = (select auth.uid()));
create policy feed_feedback_insert_own on private.feed_feedback
  for insert to authenticated with check (profile_id = (select auth.uid()));
create policy feed_feedback_insert_active on private.feed_feedback
  as restrictive for insert to authenticated with check ((select private.may_write()));
create policy feed_feedback_delete_own on private.feed_feedback
  for delete to authenticated using (profile_id = (select auth.uid()));
create policy feed_feedback_delete_active on private.feed_feedback
  as restrictive for delete to authenticated using ((select private.may_write()));
revoke all on private.feed_feedback from anon, authenticated;
grant select, insert (kind, post_id, author_id, topics), delete on private.feed_feedback to authenticated;
grant select, insert, update, delete on private.feed_feedback to service_role;

create function private.feed_feedback_check() returns trigger
language plpgsql stable set search_path = ''
as $$
begin
  if (new.post_id is not null and not exists (select from public.posts p where p.id = new.post_id))
    or (new.author_id is not null
      and not exists (select from public.profiles p where p.id = new.author_id)) then
    raise exception 'There is no such post or person' using errcode = 'PT404', hint = 'not-found';
  end if;
  if new.author_id = new.profile_id then
    raise exception 'It is your own'
      using errcode = 'PT422', hint = 'invalid-input', column = 'post_id';
  end if;
  return new;
end;
$$;
comment on function private.feed_feedback_check() is
  'Feedback is about what its writer may see: posts and people are looked up under their policies.';
create trigger feed_feedback_b50_check before insert on private.feed_feedback
  for each row execute function private.feed_feedback_check();

create function private.feed_feedback_bound() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_kept constant int := 1000;
begin
  delete from private.feed_feedback e
  where e.profile_id = new.profile_id and e.id in (
    select o.id from private.feed_feedback o where o.profile_id = new.profile_id
    order by o.created_at desc, o.id desc offset c_kept);
  return null;
end;
$$;
comment on function private.feed_feedback_bound() is
  'Definer, so that what is kept does not depend on who asks. Drops the oldest past the newest thousand.';
create trigger feed_feedback_a50_bound after insert on private.feed_feedback
  for each row execute function private.feed_feedback_bound();

create function private.feed_hidden_post_ids() returns setof uuid
language plpgsql stable security definer rows 20 set search_path = ''
as $$
begin
  return query
    select e.post_id from private.feed_feedback e
    where e.profile_id = (select auth.uid()) and e.kind = 'hide_post';
end;
$$;
comment on function private.feed_hidden_post_ids() is
  'Definer, to spare each feed a policy. Posts that the caller has hidden from their feeds.';
grant execute on function private.feed_hidden_post_ids() to authenticated;

create function private.impression_post(p_id uuid) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select (i ->> 'post_id')::uuid
    from private.feed_snapshots s, jsonb_array_elements(s.items) i
    where s.viewer_id = (select auth.uid()) and i ->> 'impression_id' = p_id::text limit 1);
end;
$$;
comment on function private.impression_post(uuid) is
  'Definer, because snapshots are closed to clients. The post of one of the caller''s impressions.';
grant execute on function private.impression_post(uuid) to authenticated;
