/** @module Ways to break the protection of topics, one at a time: each must turn the proof red. */
import { openDatabase } from "../support/database.ts";

/** One thing that is broken. */
export interface Mutant {
  readonly name: string;
  readonly sql: string;
}

/** Replaces a part of a function; fails where the part is not there any more. */
function without(routine: string, part: string, by: string): string {
  return `do $mutant$
    declare v_old constant text := pg_get_functiondef('${routine}'::regprocedure);
    begin
      if position($part$${part}$part$ in v_old) = 0 then
        raise exception 'nothing to break in ${routine}';
      end if;
      execute replace(v_old, $part$${part}$part$, $by$${by}$by$);
    end $mutant$`;
}

/** Makes a guard answer always the same. */
function answering(signature: string, answer: string): string {
  return `create or replace function private.${signature} returns boolean
    language sql stable security definer set search_path = '' as $$ select ${answer} $$`;
}

const GUARDS = [
  "is_in_room_topic(p_topic text)",
  "is_in_call_topic(p_topic text)",
  "may_read_topic(p_topic text, p_extension text)",
  "may_write_topic(p_topic text, p_extension text)",
  "session_is_live()",
  "may_read()",
];

const TRIGGERS: Readonly<Record<string, string>> = {
  room_members_a50_change: "public.room_members",
  room_members_a60_leave_calls: "public.room_members",
  rooms_a10_broadcast: "public.rooms",
};

const PARTS: readonly Mutant[] = [
  {
    name: "the epoch of a room does not rise",
    sql: without("private.rekey_room(uuid)", "epoch = r.epoch + 1", "epoch = r.epoch"),
  },
  {
    name: "the epoch of a call does not rise",
    sql: without("private.rekey_call(uuid)", "epoch = c.epoch + 1", "epoch = c.epoch"),
  },
  {
    name: "any epoch of a room may be joined",
    sql: without("private.is_in_room_topic(text)", "and p_topic in (", "and p_topic in (p_topic, "),
  },
  {
    name: "a room that becomes private does not move",
    sql: without("private.rooms_after_update()", "new.is_private and not old.is_private", "false"),
  },
  {
    name: "only private rooms move",
    sql: without(
      "private.room_members_after_change()",
      "(select auth.uid()) is distinct from v_profile",
      "false",
    ),
  },
  {
    name: "a private room does not move when somebody leaves",
    sql: without(
      "private.room_members_after_change()",
      "or exists (select from public.rooms r where r.id = v_room and r.is_private)",
      "",
    ),
  },
  {
    name: "a room does not move when somebody who has left is banned",
    sql: without(
      "private.room_members_after_change()",
      "if tg_op = 'INSERT' then",
      "if false then",
    ),
  },
  {
    name: "whoever is signed out or banned is told",
    sql: without("private.is_told(text)", "select p_topic", "select true or p_topic"),
  },
  {
    name: "comments are told whole to those who may not see them",
    sql: without(
      "private.is_for_all_on_topic(public.posts)",
      "select p_comment",
      "select true or p_comment",
    ),
  },
  {
    name: "whoever hides that they type may type",
    sql: without("private.may_write_topic(text,text)", "where s.hide_typing", "where false"),
  },
  {
    name: "whoever may not write may type",
    sql: without(
      "private.may_write_topic(text,text)",
      "perform private.require_may_write(private.topic_uuid(p_topic, 'room'),",
      "perform coalesce(private.topic_uuid(p_topic, 'room'),",
    ),
  },
  {
    name: "clients may speak on the topic of the server",
    sql: without("private.may_write_topic(text,text)", "or p_topic not like '%:live' or", "or"),
  },
  {
    name: "messages are told with what is somebody's own",
    sql: without("private.announce_message(public.messages)", "], true)", "], false)"),
  },
  {
    name: "shared posts are told to whom they are hidden",
    sql: without("private.present_messages(uuid[],boolean)", "and p.visibility = 'public'", ""),
  },
  {
    name: "events lack their trace",
    sql: without("private.event_trace()", "select coalesce(", "select nullif(null, "),
  },
];

/** All mutants: what is said above, and every policy of topics that there is. */
export async function listMutants(): Promise<Mutant[]> {
  await using database = await openDatabase({ template: "product" });
  const policies = await database.sql<{ name: string; verb: string }[]>`
    select policyname as name, cmd as verb from pg_policies
    where schemaname = 'realtime' and tablename = 'messages' order by 1`;
  return [
    ...policies.map(({ name }) => ({
      name: `without policy ${name}`,
      sql: `drop policy ${name} on realtime.messages`,
    })),
    ...policies.map(({ name, verb }) => ({
      name: `policy ${name} lets everything through`,
      sql: `alter policy ${name} on realtime.messages ${
        verb === "INSERT" ? "with check (true)" : "using (true)"
      }`,
    })),
    ...GUARDS.flatMap((guard) =>
      ["true", "false"].map((answer) => ({
        name: `private.${guard} answers ${answer}`,
        sql: answering(guard, answer),
      }))
    ),
    ...Object.entries(TRIGGERS).map(([name, table]) => ({
      name: `without trigger ${name}`,
      sql: `drop trigger ${name} on ${table}`,
    })),
    ...PARTS,
  ];
}
