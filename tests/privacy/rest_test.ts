/** @module The same rows by the REST API as by SQL, and nothing beside them. */
import assert from "node:assert/strict";
import { type JwtKeys, signToken } from "../../local/jwt.ts";
import { startRest } from "../../local/rest/mod.ts";
import { buildWorld } from "../../tools/privacy/database.ts";
import { EXPECTATION_FILE } from "../../tools/privacy/expectation.ts";
import { parseMatrix } from "../../tools/privacy/grid.ts";
import { prepareProbe } from "../../tools/privacy/matrix.ts";
import { labelOf } from "../../tools/privacy/attempts.ts";
import { openDatabase } from "../support/database.ts";

const JWT: JwtKeys = { secret: "a-secret-for-tests-of-at-least-32-characters" };
const TOKEN_SECONDS = 3_600;

/** The world behind the REST API, asked as any persona. */
async function openWorld() {
  await using guard = new AsyncDisposableStack();
  const database = guard.use(await openDatabase({ template: "product" }));
  await buildWorld(database.sql);
  const probe = await prepareProbe(database.sql);
  const people = await database.sql<{ name: string; claims: Record<string, unknown> }[]>`
    select name, claims from privacy.personas order by place`;
  const rest = guard.use(
    await startRest({
      databaseUrl: database.urlAs("authenticator"),
      schemas: ["public"],
      extraSearchPath: ["extensions"],
      anonRole: "anon",
      jwt: JWT,
    }),
  );
  const tokens = new Map<string, string>();
  for (const { name, claims } of people) {
    const exp = Math.floor(Date.now() / 1_000) + TOKEN_SECONDS;
    tokens.set(name, await signToken({ ...claims, exp }, JWT));
  }
  const running = guard.move();
  return {
    probe,
    people: people.map(({ name }) => name),
    async ask(persona: string, path: string, init: RequestInit = {}): Promise<Response> {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${tokens.get(persona)}`);
      const request = new Request(`http://rest.test${path}`, { ...init, headers });
      return await rest.fetch(request, { remoteAddress: "127.0.0.1" });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

Deno.test("[B1] the REST API shows the rows that were reviewed, in bodies and counts alike", async () => {
  await using world = await openWorld();
  const { probe, people } = world;
  const expected = parseMatrix(await Deno.readTextFile(EXPECTATION_FILE), people.length);
  const faults: string[] = [];
  let shown = 0;
  for (const { name, key, open } of probe.relations) {
    if (!name.startsWith("public.") || !open) continue;
    const lines = [...expected.get(name)?.lines ?? []]
      .filter(([line]) => line.startsWith("select\t"));
    for (const [place, persona] of people.entries()) {
      const answer = await world.ask(persona, `/${name.slice(7)}?select=${key.join(",")}`, {
        headers: { prefer: "count=exact" },
      });
      const cells = lines.map(([, list]) => list[place] ?? "");
      if (!answer.ok) {
        await answer.body?.cancel();
        if (cells.some((cell) => cell === "x")) faults.push(`${name} ${persona}: ${answer.status}`);
        continue;
      }
      const rows = await answer.json() as Record<string, unknown>[];
      const seen = rows.map((row) => labelOf(row, key, probe.world.labels))
        .map((label) => label === persona ? "{me}" : label).sort();
      shown += rows.length;
      const wanted = lines.filter(([, list]) => list[place] === "x")
        .map(([line]) => line.slice("select\t".length)).sort();
      if ([...new Set(seen)].join() !== wanted.join()) {
        faults.push(`${name} ${persona}: ${seen} instead of ${wanted}`);
      }
      const count = Number(answer.headers.get("content-range")?.split("/")[1]);
      if (count !== rows.length) {
        faults.push(`${name} ${persona}: counts ${count} of ${rows.length}`);
      }
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(shown > people.length);
});

Deno.test("[B1] by the REST API nothing hidden is counted, embedded, filtered on or told by errors", async () => {
  await using world = await openWorld();
  const id = (label: string) => world.probe.world.ids.get(label) ?? "";
  const hidden = `/posts?id=eq.${id("post.followers")}`;
  for (const count of ["exact", "planned", "estimated"]) {
    const answer = await world.ask("stranger", hidden, {
      method: "HEAD",
      headers: { prefer: `count=${count}` },
    });
    if (count === "exact") assert.equal(answer.headers.get("content-range"), "*/0", count);
  }
  const embedded = await world.ask(
    "stranger",
    `/profiles?id=eq.${id("self")}&select=*,posts!posts_author_id_fkey(id)`,
  );
  const text = await embedded.text();
  assert.equal(embedded.status, 200, text);
  assert.ok(text.includes(id("post.public")) && !text.includes(id("post.followers")), text);

  for (
    const path of [
      `/posts?or=(id.eq.${id("post.followers")},body.like.*mark(post.followers)*)`,
      `/posts?not.id=eq.${id("post.public")}&id=eq.${id("post.held")}`,
      `/posts?id=in.(${id("post.mentioned")},${id("post.room")})&order=body.desc&limit=5&offset=0`,
    ]
  ) {
    const answer = await world.ask("stranger", path);
    const body = await answer.text();
    assert.ok(!answer.ok || body === "[]", `${path}: ${body}`);
  }
  for (const path of ["/profiles?email=like.*", "/media?secret=eq.1", "/users", "/settings"]) {
    const answer = await world.ask("stranger", path);
    await answer.body?.cancel();
    assert.ok(answer.status >= 400, path);
  }
  for (const schema of ["private", "auth", "storage", "realtime"]) {
    const answer = await world.ask("admin", "/settings", { headers: { "accept-profile": schema } });
    await answer.body?.cancel();
    assert.equal(answer.status, 406, schema);
  }
});

Deno.test("[B1] an upsert and a returned representation tell nothing of rows of others", async () => {
  await using world = await openWorld();
  const id = (label: string) => world.probe.world.ids.get(label) ?? "";
  const write = (path: string, body: unknown, prefer: string) =>
    world.ask("stranger", path, {
      method: "POST",
      headers: { "content-type": "application/json", prefer },
      body: JSON.stringify(body),
    });

  const follow = await write("/follows", { followee_id: id("hermit") }, "return=representation");
  assert.equal(await follow.text(), "[]");
  const taken = await write(
    "/posts?on_conflict=id",
    { id: id("post.followers"), body: "Mine now" },
    "resolution=merge-duplicates,return=representation",
  );
  const answer = await taken.text();
  assert.ok(taken.status >= 400 && !answer.includes("mark(post.followers)"), answer);
  const forged = await write("/blocks", { blocker_id: id("self"), blocked_id: id("admin") }, "");
  await forged.body?.cancel();
  assert.equal(forged.status, 403);
  const block = await write("/blocks?columns=blocked_id", { blocked_id: id("blocker") }, "");
  await block.body?.cancel();
  assert.equal(block.status, 201);
});
