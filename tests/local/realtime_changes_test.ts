/** @module Table changes through the unmodified client. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { ALICE, BOB, openRealtime, type RealtimeFixture, until, user } from "./realtime_support.ts";

type Change = {
  eventType: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
  errors: string[] | null;
};

const TABLES = `
  create table public.notes (
    id bigint generated always as identity primary key,
    owner uuid not null,
    body text,
    data jsonb,
    tags text[],
    at timestamptz default '2026-01-02 03:04:05+00',
    secret text
  );
  alter table public.notes enable row level security;
  create policy own on public.notes for select to authenticated using (owner = auth.uid());
  grant select (id, owner, body, data, tags, at) on public.notes to authenticated;
  create table public.hidden (id int primary key);
  alter publication supabase_realtime add table public.notes;`;

let fixture: RealtimeFixture;
let sql: Sql;

Deno.test.beforeAll(async () => {
  fixture = await openRealtime();
  sql = fixture.database.sql;
  await sql.unsafe(TABLES);
});
Deno.test.afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

async function watch(id: string, filter: { table: string; filter?: string; event?: "INSERT" }) {
  const client = await fixture.client(user(id));
  const changes: Change[] = [];
  const notices: { status: string; message: string }[] = [];
  client.channel(`notes-${crypto.randomUUID()}`)
    .on("system", {}, (notice) => notices.push(notice))
    .on(
      "postgres_changes",
      // The client's types want one overload per event; the value is what matters here.
      { schema: "public", ...filter, event: (filter.event ?? "*") as "*" },
      (change) => changes.push(change as unknown as Change),
    )
    .subscribe();
  await until("the subscription is answered", () => notices.length > 0);
  return { changes, notice: notices[0] };
}

Deno.test("realtime: rows reach those who may select them, without hidden columns", async () => {
  const alice = await watch(ALICE, { table: "notes" });
  const bob = await watch(BOB, { table: "notes" });
  assert.equal(alice.notice?.message, "Subscribed to PostgreSQL");
  const data = sql.json({ a: [1, "x"] });
  await sql`insert into public.notes (owner, body, data, tags, secret)
      values (${ALICE}, 'hello', ${data}, array['a', 'b,c'], 'psst')`;
  // Rights are asked for when a change is told: the row has to be there still.
  await until("the insert arrives", () => alice.changes.length === 1);
  await sql`update public.notes set body = 'changed' where owner = ${ALICE}`;
  await until("the update arrives", () => alice.changes.length === 2);
  await sql`delete from public.notes where owner = ${ALICE}`;
  await until("three changes arrive", () => alice.changes.length === 3);
  assert.deepEqual(alice.changes.map((change) => change.eventType), [
    "INSERT",
    "UPDATE",
    "DELETE",
  ]);
  const id = alice.changes[0]?.new.id;
  assert.deepEqual(alice.changes[0]?.new, {
    id,
    owner: ALICE,
    body: "hello",
    data: { a: [1, "x"] },
    tags: ["a", "b,c"],
    at: "2026-01-02T03:04:05+00:00",
  });
  assert.equal(alice.changes[1]?.new.body, "changed");
  assert.deepEqual(alice.changes[2]?.old, { id });
  // Policies cannot be asked about a row that is gone: its key is told to everyone.
  await until("the key of the deleted row arrives", () => bob.changes.length === 1);
  assert.deepEqual(bob.changes.map((change) => change.eventType), ["DELETE"]);
});

Deno.test("realtime: filters", async () => {
  const some = await watch(ALICE, { table: "notes", filter: "body=in.(one,three)" });
  const other = await watch(ALICE, { table: "notes", filter: "body=neq.one" });
  const inserts = await watch(ALICE, { table: "notes", event: "INSERT" });
  for (const body of ["one", "two", "three"]) {
    await sql`insert into public.notes (owner, body) values (${ALICE}, ${body})`;
  }
  await until("all arrive", () => inserts.changes.length === 3);
  await until("the filtered arrive", () => some.changes.length + other.changes.length === 4);
  assert.deepEqual(some.changes.map((change) => change.new.body), ["one", "three"]);
  assert.deepEqual(other.changes.map((change) => change.new.body), ["two", "three"]);
});

Deno.test("realtime: what can never deliver is refused", async () => {
  const absent = await watch(ALICE, { table: "hidden" });
  assert.equal(absent.notice?.status, "error");
  assert.match(absent.notice?.message ?? "", /Unable to subscribe to changes/);
  const column = await watch(ALICE, { table: "notes", filter: "nothing=eq.1" });
  assert.match(column.notice?.message ?? "", /invalid column for filter nothing/);
  const value = await watch(ALICE, { table: "notes", filter: "id=eq.abc" });
  assert.equal(value.notice?.status, "error");
});
