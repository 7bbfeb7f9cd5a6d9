/** @module Taking along: all of one's own, nothing of others', in an archive that proves itself. */
import assert from "node:assert/strict";
import { strFromU8, unzipSync } from "fflate";
import { openArchive } from "../../shared/leaving/archive.ts";
import { openApp, type TestApp, type TestPerson } from "../support/app.ts";

const PICTURE = new Uint8Array([137, 80, 78, 71, 1, 2, 3]);

async function putPicture(app: TestApp, owner: TestPerson): Promise<string> {
  const id = crypto.randomUUID();
  const path = `${owner.id}/${id}/original.png`;
  await app.deps.storage.put("media", path, { bytes: PICTURE, mimeType: "image/png" });
  await app.db.sql`
    insert into public.media (id, owner_id, kind, mime_type, bytes, alt, variants)
    values (${id}, ${owner.id}, 'image', 'image/png', 7, 'a picture',
      ${app.db.sql.json({ original: path, thumb: `${owner.id}/${id}/gone.webp` })})`;
  return id;
}

async function exportOf(app: TestApp, person: TestPerson) {
  const asked = await app.as(person).post("/users/me/export");
  assert.equal(asked.status, 202, asked.text);
  assert.equal(asked.body.status, "queued");
  await app.runJobs();
  const state = await app.as(person).get(`/users/me/exports/${asked.body.id}`);
  assert.equal(state.status, 200, state.text);
  assert.equal(state.body.status, "done", app.logs.join("\n"));
  const { bytes } = await app.deps.storage.read("exports", `${person.id}/${asked.body.id}.zip`);
  return { id: asked.body.id as string, state: state.body, bytes };
}

Deno.test("[XA-02] [B7] leaving: an archive holds all tables and files of a person, and opens", async () => {
  await using app = await openApp({ services: true });
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];
  const media = await putPicture(app, ada);
  await app.as(ada).post("/posts", { body: "mine #tag", media_ids: [media] });
  await app.as(bob).post("/posts", { body: "not mine, @ada" });
  await app.as(ada).post(`/users/${bob.id}/follow`);
  await app.as(bob).post(`/users/${ada.id}/mute`);

  const { bytes, state } = await exportOf(app, ada);

  const { manifest, files } = openArchive(bytes);
  assert.deepEqual(manifest, state.manifest);
  assert.equal(manifest.person.id, ada.id);
  const rowsOf = (table: string) => {
    const text = strFromU8(files.get(`data/${table}.ndjson`) ?? new Uint8Array());
    return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  };
  assert.deepEqual(rowsOf("public.posts").map((row) => row.body), ["mine #tag"]);
  assert.deepEqual(rowsOf("public.post_hashtags").map((row) => row.tag), ["tag"]);
  assert.deepEqual(rowsOf("public.follows").map((row) => row.followee_id), [bob.id]);
  assert.deepEqual(rowsOf("public.mutes"), []);
  assert.deepEqual(rowsOf("public.post_mentions"), []);
  assert.equal(rowsOf("auth.users")[0].email, "ada@townsquare.test");
  assert.equal(rowsOf("auth.users")[0].encrypted_password, undefined);
  assert.deepEqual(files.get(`media/${media}/original.png`), PICTURE);
  assert.deepEqual(manifest.omitted, [
    { media_id: media, variant: "thumb", reason: "The file is lost" },
  ]);
  assert.ok(Object.keys(unzipSync(bytes)).includes("manifest.json"));
});

Deno.test("[B7] leaving: every table is exported and documented, or left out for a reason", async () => {
  await using app = await openApp();
  const unclassed = await app.db.sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'private')
      and format('%I.%I', n.nspname, c.relname) not in (
        select table_name from private.export_tables()
        union all select table_name from private.export_exceptions() where kind = 'table')`;
  assert.deepEqual(unclassed.map(({ name }) => name), [], "neither exported nor excepted");

  const gone = await app.db.sql<{ name: string }[]>`
    select e.table_name || coalesce('.' || e.column_name, '') as name
    from private.export_exceptions() e
    where to_regclass(e.table_name) is null or (e.column_name is not null and not exists (
      select from pg_attribute a
      where a.attrelid = to_regclass(e.table_name) and a.attname = e.column_name))`;
  assert.deepEqual(gone.map(({ name }) => name), [], "exceptions for what is not there");

  const documented = await Deno.readTextFile("docs/EXPORT.md");
  const tables = await app.db.sql<{ table_name: string; columns: string[] }[]>`
    select table_name, columns from private.export_tables()`;
  const missing = tables.filter(({ table_name }) => !documented.includes(`\`${table_name}\``));
  assert.deepEqual(missing.map(({ table_name }) => table_name), [], "not in docs/EXPORT.md");

  const secret = tables.flatMap(({ table_name, columns }) =>
    columns.filter((column) => /token|secret|password|_hash$|^hash$/.test(column))
      .map((column) => `${table_name}.${column}`)
  );
  assert.deepEqual(secret, []);
});

Deno.test("[XA-02] leaving: a few archives a day, for its owner alone, for a week", async () => {
  await using app = await openApp({ services: true });
  const [ada, bob] = [await app.signUp("ada"), await app.signUp("bob")];

  const { id, state } = await exportOf(app, ada);

  assert.match(state.url, /\/storage\/v1\/object\/sign\/exports\//);
  const again: number[] = [];
  for (let nth = 2; nth <= 6; nth++) {
    again.push((await app.as(ada).post("/users/me/export")).status);
  }
  assert.deepEqual(again, [202, 202, 202, 202, 429]);
  assert.equal((await app.as(bob).get(`/users/me/exports/${id}`)).status, 404);
  assert.equal((await app.anonymous.get(`/users/me/exports/${id}`)).status, 401);
  const [bucket] = await app.db.sql`select public from storage.buckets where id = 'exports'`;
  assert.equal(bucket?.public, false);

  await app.db.sql`update private.exports set expires_at = now() - interval '1 s'`;
  const late = await app.as(ada).get(`/users/me/exports/${id}`);
  assert.equal(late.body.url, null);
  await app.runTask("expire_exports");
  assert.equal((await app.as(ada).get(`/users/me/exports/${id}`)).body.status, "expired");
  await assert.rejects(app.deps.storage.read("exports", `${ada.id}/${id}.zip`), {
    problem: "not-found",
  });
});

Deno.test("[XA-02] leaving: suspended, banned and leaving people get their archive too", async () => {
  await using app = await openApp({ services: true });
  for (const state of ["suspended_until", "banned_at", "deletion_due_at"]) {
    const person = await app.signUp(`p_${state.slice(0, 6)}`);
    await app.db.sql`
      insert into private.account_states (profile_id, ${app.db.sql(state)})
      values (${person.id}, now() + interval '1 day')`;
    // The measure ends sessions; this is the next sign-in, which a deletion would not survive.
    await app.db.sql`
      insert into auth.sessions (id, user_id, created_at, updated_at)
      values (${person.sessionId}, ${person.id}, now(), now()) on conflict do nothing`;
    await exportOf(app, person);
  }
});

Deno.test("[XA-02] leaving: a job that was cut off makes the archive when it runs again", async () => {
  const broken = { on: true };
  await using app = await openApp({
    services: true,
    deps: (deps) => ({
      storage: {
        ...deps.storage,
        async putStream(bucket, path, stream) {
          await deps.storage.putStream(bucket, path, stream);
          if (broken.on) throw new Error("killed");
        },
      },
    }),
  });
  const ada = await app.signUp("ada");
  const { body } = await app.as(ada).post("/users/me/export");

  await assert.rejects(app.runJobs());
  const failed = await app.as(ada).get(`/users/me/exports/${body.id}`);
  broken.on = false;
  // The queue delivers it anew; here, as an event of its own.
  await app.db.sql`select private.emit('export.requested', ${body.id}, null)`;
  await app.runJobs();

  assert.deepEqual([failed.body.status, failed.body.url], ["failed", null]);
  assert.equal((await app.as(ada).get(`/users/me/exports/${body.id}`)).body.status, "done");
});
