/** @module A snapshot holds every value of every table and every object, as of one moment. */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { openArchive, restoreSnapshot } from "../../shared/backups/mod.ts";
import { openProject, openTarget, SECRET } from "./support.ts";

const ODDITIES = `create table private.oddities (
  id bigint generated always as identity primary key,
  word text, bytes bytea, doc jsonb, raw json, list text[], grid int[], at timestamptz,
  day date, real double precision, exact numeric, span interval, kind private.citext_like,
  twice text generated always as (word || word) stored
)`;

async function makeOddities(sql: Sql): Promise<void> {
  await sql.unsafe("create domain private.citext_like as text check (value <> 'never')");
  await sql.unsafe(ODDITIES);
  await sql`alter table private.oddities owner to postgres`;
}

async function fillOddities(sql: Sql): Promise<void> {
  await sql`
    insert into private.oddities (word, bytes, doc, raw, list, grid, at, day, real, exact, span)
    values
    (null, null, null, null, null, null, null, null, null, null, null),
    ('', '', '""', '""', '{}', '{}', 'infinity', '-infinity', 'NaN', 'NaN', '0'),
    (${'tab\t "q" \\ \\. \\N é \u{1F600}\r\nend'}, '\\x00ff0a5c', 'null', '{"a" : 1,  "a":2}',
      ${["", 'a,"b"', "{}", "NULL"]}, '[0:1][2:3]={{1,2},{3,null}}', '-infinity', '0001-01-01 BC',
      '-Infinity', 'Infinity', '-1 year 2 mons -3 days 04:05:06.789'),
    ('\\.', '\\x', '{"n": 1e400, "u": "\\u20ac"}', 'null', '{null}', null,
      '1900-01-01 00:00:00.000001+00', 'infinity', 1e-300, 0.1000000000000000000000000001, null)`;
  await sql`insert into private.oddities (word)
    select repeat(md5(i::text), 40) from generate_series(1, 8000) i`;
}

function readOddities(sql: Sql) {
  return sql`select md5(string_agg(o::text, '|' order by id)) as hash, count(*)::int as rows
    from private.oddities o`;
}

Deno.test("[BK-01] [BK-02] [BK-03] snapshots: every value, object and sequence comes back, sealed on the way", async () => {
  await using project = await openProject({ BACKUP_ENCRYPTION_KEY: SECRET });
  await using target = await openTarget(project);
  const { app, deps } = project;
  for (const sql of [app.db.sql, target.sql]) await makeOddities(sql);
  await fillOddities(app.db.sql);
  const ada = await app.signUp("ada");
  const picture = crypto.getRandomValues(new Uint8Array(50_000));
  const name = `${ada.id}/a picture (1).png`;
  await deps.storage.put("media", name, { bytes: picture, mimeType: "image/png" });
  await deps.storage.put("media", `${ada.id}/empty`, {
    bytes: new Uint8Array(0),
    mimeType: "text/plain",
  });

  const id = await project.backUp();
  const outcome = await restoreSnapshot(target.deps, await target.open(id));

  assert.equal(outcome.objects, 2);
  assert.deepEqual(await readOddities(target.sql), await readOddities(app.db.sql));
  const back = await Deno.readFile(`${target.folder}/media/${name}`);
  assert.deepEqual(new Uint8Array(back), picture);
  assert.equal((await Deno.readFile(`${target.folder}/media/${ada.id}/empty`)).length, 0);
  const [next] = await target.sql`insert into private.oddities (word) values ('new') returning id`;
  assert.equal(Number(next?.id), 8_005, "the identity goes on");
  const { manifest } = await target.open(id);
  const parts = manifest.tables.find((table) => table.name === "private.oddities")?.files ?? [];
  assert.ok(parts.length > 1, "a large table is written in parts");
  for (const { path } of parts) {
    const text = new TextDecoder().decode(await Deno.readFile(`${project.folder}/${id}/${path}`));
    assert.match(text, /^age-encryption\.org\/v1\n/);
  }
});

Deno.test("[BK-01] snapshots: what is written while the backup runs is not in it", async () => {
  await using project = await openProject();
  await using target = await openTarget(project);
  const { app, deps } = project;
  await app.signUp("before");
  let writes = 0;
  const id = await project.backUp({
    ...deps.archive,
    put: async (...args) => {
      // In the middle of the tables: some have been read, some have not.
      if (++writes <= 12) await app.signUp(`during_${writes}`);
      await app.db.sql`update public.profiles set bio = ${`changed ${writes}`}`;
      await deps.archive.put(...args);
    },
  });

  await restoreSnapshot(target.deps, await target.open(id));

  assert.ok(writes > 12);
  const people = await target.sql`
    select p.handle, p.bio, u.id is not null as has_user, s.profile_id is not null as has_settings
    from public.profiles p left join auth.users u using (id)
    left join private.profile_settings s on s.profile_id = p.id`;
  assert.deepEqual([...people], [
    { handle: "before", bio: people[0]?.bio, has_user: true, has_settings: true },
  ]);
  assert.doesNotMatch(String(people[0]?.bio), /changed/);
  const [sizes] = await target.sql`select (select count(*) from auth.users)::int as users,
    (select count(*) from private.profile_settings)::int as settings`;
  assert.deepEqual(sizes, { users: 1, settings: 1 });
});

/** What the saved project was about to send, or had begun. */
async function makeUnfinished(sql: Sql, person: string): Promise<void> {
  await sql`update private.settings set value = 'https://old.example' where name = 'public_url'`;
  await sql`insert into private.settings (name, value) values
    ('schedules', 'those of the old one'), ('schedules_url', 'https://old.example')`;
  await sql`select private.emit('content.created', gen_random_uuid(), null)`;
  await sql`with e as (
      insert into private.webhook_endpoints (owner_id, url, events)
      values (${person}, 'https://hook.example', '{*}') returning id)
    insert into private.webhook_deliveries (endpoint_id, event_id, type, body)
    select e.id, gen_random_uuid(), 'content.created', '{}' from e`;
  await sql`insert into public.notifications (recipient_id, type, subject_type, subject_id,
      source_id, channels)
    values (${person}, 'announcement', 'announcement', gen_random_uuid(), gen_random_uuid(),
      '{email}')`;
  await sql`insert into private.reminders (profile_id, body, due_at)
    values (${person}, 'gone by', now() - interval '1 second'), (${person}, 'ahead', 'infinity')`;
  await sql`insert into private.connections (profile_id, expires_at)
    values (${person}, 'infinity')`;
  await sql`insert into private.exports (profile_id, status) values (${person}, 'running')`;
  await sql`insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status,
      created_at, updated_at, secret)
    values (gen_random_uuid(), ${person}, 'phone', 'totp', 'verified', now(), now(), 'SECRET')`;
}

Deno.test("[BK-03] [B13] snapshots: nothing is sent twice, what was begun goes on, the address stays", async () => {
  await using project = await openProject();
  await using target = await openTarget(project);
  const { app } = project;
  const ada = await app.signUp("ada");
  await makeUnfinished(app.db.sql, ada.id);
  const id = await project.backUp();
  const before = await target.sql`select private.deployment_settings() as settings`;

  await restoreSnapshot(target.deps, await target.open(id));

  assert.deepEqual(
    await target.sql`select private.deployment_settings() as settings`,
    before,
    "schedules are those of the project at hand",
  );
  const waiting = await target.sql`select topic, count(*)::int as n from private.outbox
    where published_at is null group by topic order by topic`;
  assert.deepEqual([...waiting], [
    { topic: "export.requested", n: 1 },
    { topic: "search.rebuild", n: 3 },
  ]);
  const [held] = await target.sql`select
    (select count(*)::int from private.outbox where topic = 'content.created') as events,
    (select status from private.webhook_deliveries) as delivery,
    (select array_agg(body) from private.reminders) as reminders,
    (select count(*)::int from private.connections) as connections,
    (select count(*)::int from auth.sessions) as sessions,
    (select secret from auth.mfa_factors) as second_factor,
    private.take_digest(${ada.id}, current_date) as digest`;
  assert.deepEqual(held, {
    events: 1,
    delivery: "failed",
    reminders: ["ahead"],
    connections: 0,
    sessions: 0,
    second_factor: "SECRET",
    digest: null,
  });
});

Deno.test("[BK-03] snapshots: a second try clears away what an interrupted restore has put", async () => {
  await using project = await openProject();
  await using target = await openTarget(project);
  const { app, deps } = project;
  const ada = await app.signUp("ada");
  const object = { bytes: new Uint8Array(10), mimeType: "image/png" };
  await deps.storage.put("media", `${ada.id}/x`, object);
  const id = await project.backUp();
  const { storage } = target.deps;
  await storage.put("media", "left/over", object);
  await target.sql`insert into storage.objects (bucket_id, name) values ('media', 'left/over')`;
  const remove = async (bucket: string, paths: readonly string[]) => {
    await target.sql.begin(async (sql) => {
      await sql`select set_config('storage.allow_delete_query', 'true', true)`;
      await sql`delete from storage.objects where name = any (${[...paths]})`;
    });
    await storage.remove(bucket, paths);
  };
  const again = { ...target.deps, storage: { ...storage, remove } };
  const restore = async () => await restoreSnapshot(again, await openArchive(again, id));

  await assert.rejects(restore(), { message: /not empty/ }, "they may be anybody's");
  await target.sql`select private.set_setting('restoring', ${id})`;
  const outcome = await restore();

  assert.equal(outcome.objects, 1);
  assert.deepEqual(await target.deps.storage.list("media", "left", 10), []);
  assert.deepEqual(await target.deps.storage.list("media", ada.id, 10), ["x"]);
  const [mark] = await target.sql`select private.setting('restoring') as restoring`;
  assert.equal(mark?.restoring, null);
});

Deno.test("[BK-03] snapshots: who was erased after the backup is hidden at once and erased again", async () => {
  await using project = await openProject();
  await using target = await openTarget(project);
  const { app } = project;
  const ada = await app.signUp("ada");
  await app.signUp("bob");
  const id = await project.backUp();
  const left = await app.as(ada).delete("/users/me", { immediate: true });
  assert.ok(left.status < 300, left.text);
  await project.backUp();

  const outcome = await restoreSnapshot(target.deps, await target.open(id));

  assert.equal(outcome.erased, 1);
  const states = await target.sql`select p.handle, s.hidden from public.profiles p
    join private.account_states s on s.profile_id = p.id`;
  assert.deepEqual([...states], [{ handle: "ada", hidden: true }]);
  for (let round = 0; round < 50; round++) {
    const [step] = await target.sql`select private.erase_step(${ada.id}) as step`;
    if (step?.step === "done" || step?.step === "none") break;
  }
  const [people] = await target.sql`select count(*)::int as n from auth.users where id = ${ada.id}`;
  assert.equal(people?.n, 0);
});
