/** @module Digests by mail: when, to whom, what is in them, and how they are stopped. */
import assert from "node:assert/strict";
import { startMail } from "../../local/mail/mod.ts";
import { createMailer } from "../../shared/platform/mail.ts";
import { openApp, type TestPerson } from "../support/app.ts";
import { insertPost, signUpAll } from "./support.ts";

/** Opens the app with a mail server that is really there. */
async function open() {
  const server = await startMail();
  let isAway = false;
  const app = await openApp({
    env: {
      SMTP_HOST: server.smtp.host,
      SMTP_PORT: String(server.smtp.port),
      SITE_URL: "https://town.example",
    },
    deps: ({ config }) => {
      const away = createMailer({ ...config, env: { ...config.env, SMTP_PORT: 1 } });
      const there = createMailer(config);
      return { mail: { send: async (mail) => await (isAway ? away : there)?.send(mail) } };
    },
  });
  const [ada, bob, eve] = await signUpAll(app, "ada", "bob", "eve");
  assert.ok(ada && bob && eve);
  const post = await insertPost(app, ada, "a secret plan");
  await app.runJobs();

  async function mails() {
    const info = { remoteAddress: "127.0.0.1" };
    const get = async (path: string) =>
      await (await server.fetch(new Request(`http://mail/api/v1/${path}`), info)).json();
    const list = await get("messages");
    return await Promise.all(
      list.messages.map(async ({ ID }: { ID: string }) => ({
        ...await get(`message/${ID}`),
        headers: await get(`message/${ID}/headers`),
      })),
    );
  }
  /** Moves somebody to a zone in which it is that hour now. */
  async function wakeAt(person: TestPerson, hour: number) {
    const offset = (hour - new Date().getUTCHours() + 36) % 24 - 12;
    const zone = `Etc/GMT${offset > 0 ? "-" : "+"}${Math.abs(offset)}`;
    const { status } = await app.as(person).patch("/notifications/preferences", {
      types: { like: { email: true }, comment: { email: true } },
      quiet_hours: { from: "03:00", to: "03:01", time_zone: zone },
    });
    assert.equal(status, 200);
  }
  async function tell() {
    await app.runTask("digests");
    await app.runJobs();
  }
  return {
    app,
    ada,
    bob,
    eve,
    post,
    mails,
    wakeAt,
    tell,
    setAway(away: boolean) {
      isAway = away;
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

Deno.test("[NO-03] [JO-03] [XE-01] digest: one mail a day with what waits, and no word of it", async () => {
  await using world = await open();
  const { app, ada, bob, eve, post, mails, wakeAt, tell } = world;
  await wakeAt(ada, 9);
  await app.as(bob).post(`/posts/${post}/like`);
  await insertPost(app, eve, "my own secret", { parent: post });
  await app.runJobs();

  await tell();
  await tell();

  const sent = await mails();
  assert.equal(sent.length, 1, "asked twice, sent once");
  assert.deepEqual(sent[0].To.map(({ Address }: { Address: string }) => Address), [
    "ada@townsquare.test",
  ]);
  assert.equal(sent[0].Subject, "2 things wait for you");
  assert.match(sent[0].Text, /bob liked your post/);
  assert.match(sent[0].Text, /eve commented on your post/);
  assert.match(sent[0].HTML, /<li>bob liked your post<\/li>/);
  assert.doesNotMatch(sent[0].Text + sent[0].HTML, /secret/);
});

Deno.test("[XE-01] digest: not before the morning, not of what was read, not when nobody asked", async () => {
  await using world = await open();
  const { app, ada, bob, eve, post, mails, wakeAt, tell } = world;
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  await tell();
  assert.equal((await mails()).length, 0, "mail is off unless one asks for it");

  await wakeAt(ada, 6);
  await insertPost(app, eve, "a comment", { parent: post });
  await app.runJobs();
  await tell();
  assert.equal((await mails()).length, 0, "it is six in the morning");

  await wakeAt(ada, 10);
  await app.as(ada).patch("/notifications/mark-all-read");
  await tell();
  assert.equal((await mails()).length, 0, "it has been read");
});

Deno.test("[XE-01] digest: the link in a mail ends them without signing in, and only for its reader", async () => {
  await using world = await open();
  const { app, ada, bob, post, mails, wakeAt, tell } = world;
  await wakeAt(ada, 9);
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  await tell();
  const [mail] = await mails();
  assert.ok(mail);
  const header = (name: string) =>
    Object.entries<string[]>(mail.headers).find(([key]) => key.toLowerCase() === name)?.[1][0] ??
      "";
  assert.equal(header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
  const [, link = ""] = /<([^>]+)>/.exec(header("list-unsubscribe")) ?? [];
  const path = new URL(link).pathname.replace("/functions/v1/api", "") + new URL(link).search;

  assert.equal((await app.anonymous.post(path.replace(/=.{36}/, `=${bob.id}`))).status, 404);
  const before = await app.as(ada).get("/notifications/preferences");
  assert.equal((await app.anonymous.post(path)).status, 204);
  const after = await app.as(ada).get("/notifications/preferences");
  assert.deepEqual([before, after].map(({ body }) => body.types.like.email), [true, false]);
  assert.ok(after.body.types.like.push, "nothing else is turned off");
});

Deno.test("[NO-03] digest: a mail server that is away is tried again, and nothing is lost", async () => {
  await using world = await open();
  const { app, ada, bob, post, mails, wakeAt, setAway } = world;
  await wakeAt(ada, 9);
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  setAway(true);
  await app.runTask("digests");
  await assert.rejects(app.runJobs(), /digest answered 503/);
  setAway(false);
  await app.runTask("digests");
  await app.runJobs();
  assert.equal((await mails()).length, 1, "what failed left no mark");
});

Deno.test("[XE-01] [NO-19] digest: what was blocked, removed or taken back is not in it and stops nothing", async () => {
  await using world = await open();
  const { app, ada, bob, eve, post, mails, wakeAt, tell } = world;
  await wakeAt(ada, 9);
  await app.as(bob).post(`/posts/${post}/like`);
  const comment = await insertPost(app, eve, "spam", { parent: post });
  await app.runJobs();
  await app.as(ada).post(`/users/${bob.id}/block`);
  await app.db.sql`update public.posts set status = 'removed' where id = ${comment}`;
  await tell();
  assert.equal((await mails()).length, 0, "nothing is left to tell");

  await insertPost(app, eve, "sorry", { parent: post });
  await app.runJobs();
  await tell();
  const [mail] = await mails();
  assert.equal(mail?.Subject, "1 thing waits for you");
  assert.doesNotMatch(mail.Text, /bob|null/);
});

Deno.test("[XE-01] digest: what was mailed is not looked at again, what only comes by mail is in it", async () => {
  await using world = await open();
  const { app, ada, bob, eve, post, mails, wakeAt, tell } = world;
  await wakeAt(ada, 9);
  await app.as(ada).patch("/notifications/preferences", {
    types: { like: { in_app: false, push: false, email: true } },
  });
  await app.as(bob).post(`/posts/${post}/like`);
  await app.runJobs();
  await tell();
  assert.match((await mails())[0]?.Text, /bob liked your post/);

  await app.db.sql`update private.digests set sent_for = sent_for - 1`;
  const due = async () => {
    const [row] = await app.db.sql`
      select count(*)::int as n from private.outbox where topic = 'digest.due'`;
    return row?.n;
  };
  const before = await due();
  await tell();
  assert.equal(await due(), before, "the next morning has nothing new");
  await app.as(eve).post(`/posts/${post}/like`);
  await app.runJobs();
  await tell();
  const texts = (await mails()).map(({ Text }: { Text: string }) => Text);
  assert.equal(texts.length, 2);
  assert.ok(texts.some((text: string) => text.includes("eve and bob liked your post")));
});
