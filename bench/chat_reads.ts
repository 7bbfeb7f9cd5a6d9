/** @module Unread counts of 200 rooms, and pages of histories of ten million messages. */
import type { ReservedSql } from "postgres";
import type { Sql } from "../shared/platform/postgres.ts";
import { selectReplies } from "../shared/rooms/message_parts_sql.ts";
import { selectHistory, type Window } from "../shared/rooms/message_sql.ts";
import { selectMyRooms } from "../shared/rooms/sql.ts";
import { type Case, compare } from "./chat_compare.ts";
import type { ChatSize } from "./chat_town.ts";

const PAGE = 50;
const ROOMS_PAGE = 100;

/** Where in a room a page lies. */
type Place = "first" | "deep";

/** Rooms of the reader in turn, the largest first. */
function roomsOf({ rooms, myRooms }: ChatSize): readonly string[] {
  const step = rooms / myRooms;
  return Array.from({ length: myRooms }, (_, n) => `room ${1 + n * step}`);
}

function unreadCases(sql: Sql): readonly Case[] {
  return [
    {
      name: "unread by count(*)",
      run: () =>
        sql`
          select k.room_id, count(*) from (
            select m.room_id, coalesce(s.last_read_seq, 0) as seq from public.room_members m
            left join private.room_member_states s using (room_id, profile_id)
            where m.profile_id = md5('person 1')::uuid) k
          join public.messages o on o.room_id = k.room_id and o.seq > k.seq group by 1`,
    },
    {
      name: "unread by subtraction",
      run: () =>
        sql`
          select r.id, r.last_seq - coalesce(s.last_read_seq, 0) from public.room_members m
          join public.rooms r on r.id = m.room_id
          left join private.room_member_states s using (room_id, profile_id)
          where m.profile_id = md5('person 1')::uuid`,
    },
    {
      name: "unread as the product counts",
      run: () =>
        sql`
          select * from private.unread_in(array(select room_id from public.room_members
            where profile_id = md5('person 1')::uuid), md5('person 1')::uuid)`,
    },
    {
      name: "first 100 rooms with unread, as GET /rooms",
      asReader: true,
      run: () => selectMyRooms(sql, undefined, ROOMS_PAGE),
    },
    {
      name: "unread rooms, as GET /notifications/count",
      asReader: true,
      run: () => sql`select private.unread_rooms()`,
    },
  ];
}

function historyCases(sql: Sql, size: ChatSize): readonly Case[] {
  const rooms = roomsOf(size);
  const share = (place: Place) => place === "first" ? 1 : 0.3;
  async function anchorOf(call: number, place: Place) {
    const room = rooms[call % rooms.length] ?? "";
    const [row] = await sql<{ id: string; seq: number; root: string }[]>`
      select r.id, ceil(r.last_seq * ${share(place)}::float8)::int + 1 as seq,
        (select m.id from public.messages m where m.room_id = r.id and m.parent_id is not null
          order by m.seq limit 1) as root
      from public.rooms r where r.id = md5(${room})::uuid`;
    if (row === undefined) throw new Error("the town has no such room");
    return row;
  }
  const cases = (["first", "deep"] as const).flatMap((place): Case[] => [
    {
      name: `${place} page of 50, raw keyset`,
      prepare: (call) => anchorOf(call, place),
      run: ({ id, seq }) =>
        sql`select * from public.messages where room_id = ${id} and seq < ${seq}
          order by seq desc limit ${PAGE}`,
    },
    {
      name: `${place} page of 50, under policies`,
      asReader: true,
      prepare: (call) => anchorOf(call, place),
      run: ({ id, seq }) =>
        sql`select * from public.messages where room_id = ${id} and seq < ${seq}
          order by seq desc limit ${PAGE}`,
    },
    {
      name: `${place} page of 50, as GET /rooms/:id/messages`,
      asReader: true,
      prepare: (call) => anchorOf(call, place),
      run: ({ id, seq }) => selectHistory(sql, id, before(seq), PAGE),
    },
  ]);
  return [
    {
      name: "newest 50 posts with counts (F50)",
      run: () =>
        sql`select p.*, s.* from (
            select * from bench.posts order by created_at desc limit ${PAGE}) p
          join bench.post_stats s on s.post_id = p.id`,
    },
    ...cases,
    {
      name: "page of 50 around a message, both halves",
      asReader: true,
      prepare: (call) => anchorOf(call, "deep"),
      run: async ({ id, seq }) => {
        const after: Window = { direction: "after", anchor: seq, inclusive: true };
        await selectHistory(sql, id, after, PAGE / 2);
        return await selectHistory(sql, id, before(seq), PAGE / 2);
      },
    },
    {
      name: "answers of a thread",
      asReader: true,
      prepare: (call) => anchorOf(call, "deep"),
      run: ({ root }) => selectReplies(sql, root, undefined, PAGE),
    },
  ];
}

function before(seq: number): Window {
  return { direction: "before", anchor: seq };
}

/** Lines about unread counts and histories. */
export async function measureReads(
  connection: ReservedSql,
  size: ChatSize,
): Promise<string[]> {
  // Only the types differ: numbers come as text here, and nobody looks at them.
  const sql = connection as unknown as Sql;
  return [
    ...await compare(connection, unreadCases(sql)),
    ...await compare(connection, historyCases(sql, size)),
  ];
}
