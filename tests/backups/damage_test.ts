/** @module A backup that is not what it was is named and refused, and nothing is half restored. */
import assert from "node:assert/strict";
import { openArchive, restoreSnapshot } from "../../shared/backups/mod.ts";
import { openProject, openTarget, SECRET } from "./support.ts";

async function openDamageable() {
  const stack = new AsyncDisposableStack();
  const project = stack.use(await openProject({ BACKUP_ENCRYPTION_KEY: SECRET }));
  const ada = await project.app.signUp("ada");
  const bytes = crypto.getRandomValues(new Uint8Array(30_000));
  await project.deps.storage.put("media", `${ada.id}/x`, { bytes, mimeType: "image/png" });
  const id = await project.backUp();
  const target = stack.use(await openTarget(project));
  return {
    project,
    target,
    id,
    file: (path: string) => `${project.folder}/${id}/${path}`,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

type Damageable = Awaited<ReturnType<typeof openDamageable>>;

async function requireUntouched({ target }: Damageable): Promise<void> {
  const [left] = await target.sql`select (select count(*) from auth.users)::int as users,
    (select count(*) from private.reserved_handles)::int > 0 as seeded`;
  assert.deepEqual(left, { users: 0, seeded: true });
  assert.deepEqual([...Deno.readDirSync(target.folder)], []);
}

async function requireRefused(
  world: Damageable,
  message: RegExp,
  env: Record<string, string | undefined> = {},
): Promise<void> {
  const { config } = world.target.deps;
  const deps = {
    ...world.target.deps,
    config: { ...config, env: { ...config.env, ...env } as typeof config.env },
  };
  const restore = async () => {
    await restoreSnapshot(deps, await openArchive(deps, world.id));
  };
  await assert.rejects(restore, { message });
  await requireUntouched(world);
}

async function flip(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await Deno.writeFile(path, bytes);
}

async function cut(path: string): Promise<void> {
  await Deno.writeFile(path, (await Deno.readFile(path)).slice(0, -1));
}

Deno.test("[BK-03] [B9] damage: flipped, cut and missing files of tables and objects are named", async () => {
  await using world = await openDamageable();
  const { manifest } = await world.target.open(world.id);
  const rows = manifest.tables.find(({ name }) => name === "public.profiles")?.files[0]?.path ?? "";
  const [object, list] = ["objects/0.age", manifest.objects.files[0]?.path ?? ""];

  for (const path of [rows, object, list, "manifest.json"]) {
    const whole = await Deno.readFile(world.file(path));
    for (const damage of [flip, cut, Deno.remove]) {
      await damage(world.file(path));
      await requireRefused(world, new RegExp(path.replaceAll(".", "\\.")));
      await Deno.writeFile(world.file(path), whole);
    }
  }

  const outcome = await restoreSnapshot(world.target.deps, await world.target.open(world.id));
  assert.equal(outcome.objects, 1, "whole again, it is restored");
});

Deno.test("[BK-03] damage: another key, another schema and a forged manifest are explained", async () => {
  await using world = await openDamageable();
  const manifest = world.file("manifest.json");

  await requireRefused(world, /needs BACKUP_ENCRYPTION_KEY [0-9a-f]{16}; this is [0-9a-f]{16}/, {
    BACKUP_ENCRYPTION_KEY: `${SECRET}!`,
  });
  await requireRefused(world, /needs BACKUP_ENCRYPTION_KEY [0-9a-f]{16}; there is none/, {
    BACKUP_ENCRYPTION_KEY: undefined,
  });
  const { sql } = world.target;

  await sql`insert into supabase_migrations.schema_migrations (version) values ('29990101000000')`;
  await requireRefused(world, /of migration \d+, the database is at 29990101000000: restore with/);
  await sql`delete from supabase_migrations.schema_migrations where version = '29990101000000'`;
  await sql`create table private.newer (id int)`;
  await requireRefused(world, /a table that the backup lacks: private\.newer/);
  await sql`drop table private.newer`;
  await sql`alter table public.profiles add column mood text`;
  await requireRefused(world, /The columns of public\.profiles differ/);
  await sql`alter table public.profiles drop column mood`;

  const content = JSON.parse(await Deno.readTextFile(manifest));
  content.tables.pop();
  await Deno.writeTextFile(manifest, JSON.stringify(content));
  await requireRefused(world, /manifest\.json/);
  await Deno.writeTextFile(manifest, JSON.stringify({ ...content, format: 1 }));
  await requireRefused(world, /format 1/);
});
