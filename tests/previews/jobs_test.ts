/** @module Cards of links on posts and messages. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";

function openSite() {
  const paths: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    paths.push(pathname);
    if (pathname === "/broken") return new Response("no", { status: 500 });
    return new Response(`<title>Page ${pathname}</title>`, {
      headers: { "content-type": "text/html" },
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    paths,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("[RO-39] [RO-40] [UX-10] previews: the first link's card, fetched once a day", async () => {
  await using site = openSite();
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const write = async (body: string) => (await app.as(ada).post("/posts", { body })).body;
  const cardOf = async (id: string) => (await app.as(ada).get(`/posts/${id}`)).body.link_preview;

  const post = await write(`see ${site.url}/a and ${site.url}/b`);
  assert.equal(post.link_preview, null);
  await app.runJobs();
  assert.deepEqual(await cardOf(post.id), {
    url: `${site.url}/a`,
    title: "Page /a",
    description: null,
    image_url: null,
    site_name: null,
  });
  const second = await write(`again ${site.url}/a`);
  await app.runJobs();
  assert.equal((await cardOf(second.id)).title, "Page /a");
  assert.deepEqual(site.paths, ["/a"]);
  await app.db.sql`update private.link_previews set fetched_at = now() - interval '25 hours'`;
  await write(`later ${site.url}/a`);
  await app.runJobs();
  assert.deepEqual(site.paths, ["/a", "/a"]);

  await app.as(ada).patch(`/posts/${post.id}`, { body: "no link any more" });
  assert.equal(await cardOf(post.id), null);
  await app.as(ada).delete(`/posts/${second.id}`);
  const [left] = await app.db.sql`select from private.link_previews`;
  assert.equal(left, undefined);
});

Deno.test("[RO-39] previews: what does not answer is not asked again at once", async () => {
  await using site = openSite();
  await using app = await openApp();
  const ada = await app.signUp("ada");
  for (const body of ["one", "two"]) {
    const { body: post } = await app.as(ada).post("/posts", { body: `${body} ${site.url}/broken` });
    await app.runJobs();
    assert.equal((await app.as(ada).get(`/posts/${post.id}`)).body.link_preview, null);
  }
  assert.deepEqual(site.paths, ["/broken"]);
});

Deno.test("[RO-41] previews: whoever wants none neither causes nor sees them", async () => {
  await using site = openSite();
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const grace = await app.signUp("grace");
  const off = { privacy: { link_previews: false } };
  assert.equal((await app.as(grace).patch("/users/me/settings", off)).status, 200);
  await app.as(grace).post("/posts", { body: `mine ${site.url}/private` });
  const { body: post } = await app.as(ada).post("/posts", { body: `hers ${site.url}/a` });
  await app.runJobs();
  assert.deepEqual(site.paths, ["/a"]);
  assert.notEqual((await app.as(ada).get(`/posts/${post.id}`)).body.link_preview, null);
  assert.equal((await app.as(grace).get(`/posts/${post.id}`)).body.link_preview, null);
});

Deno.test("[RO-39] previews: messages have cards too", async () => {
  await using site = openSite();
  await using app = await openApp();
  const ada = await app.signUp("ada");
  const { body: room } = await app.as(ada).post("/rooms", { name: "links" });
  const path = `/rooms/${room.id}/messages`;
  const { body: message } = await app.as(ada).post(path, { body: `${site.url}/m` });
  await app.runJobs();
  const { body: page } = await app.as(ada).get(path);
  assert.equal(page.items[0].link_preview.title, "Page /m");
  await app.as(ada).delete(`${path}/${message.id}`);
  const [left] = await app.db.sql`select from private.link_previews`;
  assert.equal(left, undefined);
});
