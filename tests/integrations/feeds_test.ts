/** @module RSS in both directions: posts as feeds, and feeds that post into rooms. */
import assert from "node:assert/strict";
import { parseFeed } from "htmlparser2";
import { readRoomFeed } from "../../shared/integrations/room_feeds.ts";
import { messageOf, plainOf, readFeed } from "../../shared/integrations/rules.ts";
import { makeRoom } from "../rooms/support.ts";
import { openApp, type TestPerson } from "../support/app.ts";

const app = await openApp();
Deno.test.afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

interface Item {
  readonly id: string;
  readonly title: string;
}

function rssOf(items: readonly Item[], title = "News"): string {
  const all = items.map(({ id, title }) =>
    `<item><guid>${id}</guid><title>${title}</title><link>/${id}</link></item>`
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${title}</title>${
    all.join("")
  }</channel></rss>`;
}

/** A site with a feed; `text` is what it says next. */
function startSite() {
  const site = { text: "", status: 200, seen: [] as Headers[], url: "" };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    site.seen.push(request.headers);
    const etag = `"${site.text.length}"`;
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304 });
    return new Response(site.text, { status: site.status, headers: { etag } });
  });
  site.url = `http://127.0.0.1:${server.addr.port}/feed.xml`;
  return Object.assign(site, { [Symbol.asyncDispose]: () => server.shutdown() });
}

async function readAgain(): Promise<void> {
  await app.db.sql`update private.room_feeds set next_read_at = now()`;
  await app.runTask("room_feeds");
  await app.runJobs();
}

async function bodiesIn(reader: TestPerson, room: { id: string }): Promise<string[]> {
  const { body } = await app.as(reader).get(`/rooms/${room.id}/messages?limit=100`);
  return body.items.filter(({ kind }: { kind: string }) => kind === "bot")
    .map(({ body }: { body: string }) => body);
}

Deno.test("[IN-01] [XF-01] a feed posts what is new into its room, each entry once, the oldest first", async () => {
  await using site = startSite();
  const ada = await app.signUp("rss1_ada");
  const room = await makeRoom(app, ada);
  const items = [{ id: "3", title: "Third" }, { id: "2", title: "Second" }];
  site.text = rssOf(items);
  const path = `/rooms/${room.id}/feeds`;
  const added = await app.as(ada).post(path, { url: site.url });
  assert.equal(added.status, 201, added.text);
  assert.equal((await app.as(ada).post(path, { url: site.url })).body.id, added.body.id);
  await app.runJobs();
  const base = new URL(site.url).origin;
  const link = (id: string, title: string) => `[${title}](<${base}/${id}>)`;
  assert.deepEqual(await bodiesIn(ada, room), [link("3", "Third")]);

  await readAgain();
  assert.equal(site.seen.at(-1)?.get("if-none-match"), `"${site.text.length}"`);
  site.text = rssOf([
    { id: "5", title: "Fifth &amp; *last*" },
    { id: "4", title: "Fourth" },
    { id: "4", title: "Fourth again" },
    ...items,
  ]);
  await readAgain();
  await readAgain();
  assert.deepEqual(await bodiesIn(ada, room), [
    link("3", "Third"),
    link("4", "Fourth"),
    link("5", "Fifth & \\*last\\*"),
  ]);
  const { body: { items: said } } = await app.as(ada).get(`/rooms/${room.id}/messages`);
  const last = said.at(-1);
  assert.deepEqual([last.kind, last.author.display_name], ["bot", "News"]);
  assert.match(last.body_html, /<a [^>]*>Fifth &(?:amp|#x26); \*last\*<\/a>/);

  site.status = 500;
  site.text += " ";
  await readAgain();
  const [feed] = (await app.as(ada).get(path)).body.items;
  assert.match(feed.error, /500/);
  site.status = 200;
  site.text = "<html>no feed";
  await readAgain();
  assert.match((await app.as(ada).get(path)).body.items[0].error, /neither/);
  assert.equal((await app.as(ada).delete(`${path}/${feed.id}`)).status, 204);
  const asked = site.seen.length;
  await readAgain();
  assert.equal(site.seen.length, asked);
});

Deno.test("[IN-01] a hundred news at once say ten; what comes of two readers at once is said once", async () => {
  await using site = startSite();
  const ada = await app.signUp("rss2_ada");
  const room = await makeRoom(app, ada);
  site.text = rssOf([]);
  const added = await app.as(ada).post(`/rooms/${room.id}/feeds`, { url: site.url });
  await app.runJobs();
  site.text = rssOf(Array.from({ length: 150 }, (_, i) => ({ id: `${i}`, title: `News ${i}` })));
  await Promise.all([1, 2].map(() => readRoomFeed(app.deps, added.body.id)));
  assert.equal((await bodiesIn(ada, room)).length, 10);
});

Deno.test("[IN-01] a site that gives its entries other ids each time is not said twice; what it keeps is not forgotten", async () => {
  await using site = startSite();
  const ada = await app.signUp("rss5_ada");
  const room = await makeRoom(app, ada);
  const entry = (n: number, id: string) =>
    `<item><guid>${id}</guid><title>News ${n}</title><link>/${n}</link>
      <pubDate>Mon, 01 Jan 2024 00:00:0${n} GMT</pubDate></item>`;
  const say = async (...items: string[]) => {
    site.text = `<rss version="2.0"><channel><title>News</title>${items.join("")}</channel></rss>`;
    await readAgain();
  };
  site.text = rssOf([]);
  const added = await app.as(ada).post(`/rooms/${room.id}/feeds`, { url: site.url });
  await app.runJobs();
  // Each answer is longer than the one before, and so another version.
  await say(entry(1, "a"));
  await say(entry(2, "c"), entry(1, "b"));
  await say(entry(2, "d"), entry(1, "e"), " ");
  // Another title under a known id is the same entry, another entry of the same title is not.
  await say(entry(3, "d"), entry(1, "e").replace("News 1", "News one"));
  await say(entry(1, "f").replace("00:00:01", "09:00:00"), entry(2, "g"), " ".repeat(9));
  const titles = (await bodiesIn(ada, room)).map((body) => /News (\w+)/.exec(body)?.[1]);
  assert.deepEqual(titles, ["1", "2", "1"]);

  await app.db.sql`update private.room_feed_entries set seen_at = now() - interval '1 year'
    where feed_id = ${added.body.id}`;
  await app.db.sql`insert into private.room_feed_entries (feed_id, key_hash, seen_at)
    select ${added.body.id}, n::text::bytea, now() - interval '1 day'
    from generate_series(1, 1000) n`;
  await say(entry(2, "g"), entry(4, "h"));
  await say(entry(2, "g"), entry(4, "h"), "  ");
  assert.equal((await bodiesIn(ada, room)).length, 4);
});

Deno.test("[IN-01] a file that is built to hold up its reader is read in no time, as far as it goes", () => {
  const base = "https://a.example/";
  const item = "<item><guid>1</guid><title>whole</title></item>";
  const bombs = [
    `<rss><channel>${item}${"<item>".repeat(300_000)}`,
    `<rss><channel>${item}${"<a>".repeat(600_000)}`,
    `<rss><channel>${item}${"<item><title>x</title></item>".repeat(60_000)}`,
    `<rss><channel>${item}${"<item>".repeat(3_000)}${"<title>a</title>".repeat(100_000)}`,
  ];
  for (const bomb of bombs) {
    const startedAt = performance.now();
    const feed = readFeed(bomb, base);
    assert.equal(feed?.entries[0]?.title, "whole");
    assert.ok(performance.now() - startedAt < 5_000, "it used to take minutes");
  }
  const entities = readFeed(
    `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
     <rss><channel><title>&x;</title><item><guid>1</guid><title>&b;</title></item></channel></rss>`,
    base,
  );
  assert.deepEqual([entities?.title, entities?.entries[0]?.title], ["&x;", "&b;"]);
});

Deno.test("[IN-01] feeds are for those who may change the room, at public addresses, and few", async () => {
  const [ada, bob] = [await app.signUp("rss3_ada"), await app.signUp("rss3_bob")];
  const room = await makeRoom(app, ada, { members: [bob] });
  const path = `/rooms/${room.id}/feeds`;
  const url = "http://127.0.0.1:9/a";
  assert.equal((await app.as(bob).post(path, { url })).status, 403);
  assert.equal((await app.as(bob).get(path)).status, 403);
  assert.equal((await app.anonymous.post(path, { url })).status, 401);
  for (const wrong of ["http://10.0.0.1/feed", "file:///etc/passwd", "nonsense"]) {
    const refused = await app.as(ada).post(path, { url: wrong });
    assert.equal(refused.status, 422, wrong);
    assert.equal(refused.body.errors[0].path, "url");
  }
  for (let i = 0; i < 10; i++) {
    assert.equal((await app.as(ada).post(path, { url: `${url}${i}` })).status, 201);
  }
  assert.equal((await app.as(ada).post(path, { url })).status, 409);
  assert.equal((await app.as(ada).delete(`${path}/${crypto.randomUUID()}`)).status, 404);
});

Deno.test("[IN-03] [XF-01] public posts of a person and of a hashtag are feeds, and nothing else is in them", async () => {
  const [ada, eve] = [await app.signUp("rss4_ada"), await app.signUp("rss4_eve")];
  await app.as(eve).patch("/users/me", { is_private: true });
  await app.as(ada).post("/posts", { body: "open ]]> <b>words</b> & #harbour" });
  await app.as(ada).post("/posts", { body: "few #harbour", visibility: "followers" });
  await app.as(eve).post("/posts", { body: "closed #harbour" });
  // Whoever asks is shown what everybody is shown.
  for (const path of [`/users/${ada.handle}/feed.xml`, "/hashtags/harbour/feed.xml"]) {
    const feed = await app.as(ada).get(path);
    assert.equal(feed.status, 200, feed.text);
    assert.equal(feed.headers.get("content-type"), "application/rss+xml; charset=utf-8");
    const read = parseFeed(feed.text);
    assert.equal(read?.items.length, 1);
    assert.equal(read?.items[0]?.title, "@rss4_ada: open ]]> <b>words</b> & #harbour");
    assert.match(feed.text, /<a [^>]*>#harbour<\/a>/);
    const etag = feed.headers.get("etag") ?? "";
    const again = await app.anonymous.get(path, { headers: { "if-none-match": etag } });
    assert.equal(again.status, 304);
  }
  const closed = await app.as(eve).get(`/users/${eve.handle}/feed.xml`);
  assert.equal(parseFeed(closed.text)?.items.length, 0);
  assert.equal((await app.anonymous.get("/users/nobody_at_all/feed.xml")).status, 404);
});

Deno.test("[IN-01] whatever a feed holds is read within bounds, and written as XML can hold it", () => {
  assert.equal(readFeed("no feed at all", "https://a.example/"), undefined);
  assert.equal(plainOf("a\u0001b\ufffe\ud800"), "ab\ufffd");
  const many = rssOf(Array.from({ length: 500 }, (_, i) => ({ id: `${i}`, title: `${i}` })));
  assert.equal(readFeed(many, "https://a.example/")?.entries.length, 100);
  const odd = readFeed(
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>${"t".repeat(99)}</title>
     <entry><id>x</id><title> a\n b\u202e </title><link href="javascript:alert(1)"/></entry>
     <entry><id>empty</id></entry></feed>`,
    "https://a.example/",
  );
  assert.equal(odd?.title.length, 50);
  assert.deepEqual(odd?.entries, [{ keys: ["x", "\na b\n"], title: "a b", link: null }]);
  assert.equal(
    messageOf({ keys: [], title: "@all [x](y)", link: "https://a.example/>" }),
    "[\\@all \\[x\\](y)](<https://a.example/%3E>)",
  );
});
