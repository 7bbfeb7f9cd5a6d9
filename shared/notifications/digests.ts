/** @module Digests: one mail a day with what waits. It names people and acts and quotes nothing. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { html } from "hono/html";
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { isUuid } from "../core/ids.ts";
import { type Route, route } from "../http/route.ts";
import type { Consumer, ScheduledTask } from "../outbox/mod.ts";
import type { AppDeps } from "../platform/deps.ts";
import type { Sql } from "../platform/postgres.ts";

/** What digests need. */
export type DigestDeps = Pick<AppDeps, "config" | "db">;

const Digest = z.object({
  email: z.string(),
  name: z.string(),
  total: z.number().int(),
  lines: z.array(z.string()),
});
type Digest = z.output<typeof Digest>;
const DuePayload = z.object({ day: z.iso.date() });

const PATH = "/notifications/unsubscribe";
/** People of one statement, and statements of one run. */
const [PEOPLE_AT_ONCE, ROUNDS_MAX] = [500, 200];

function seal({ cursorSecret }: DigestDeps["config"], person: string): string {
  return createHmac("sha256", cursorSecret).update(`unsubscribe:${person}`).digest("base64url");
}

/** The word that lets a mail be turned off without signing in: who, and a seal. */
function tokenFor(config: DigestDeps["config"], person: string): string {
  return `${person}.${seal(config, person)}`;
}

/** @throws `not-found` when the token is not one of ours */
function personOf(config: DigestDeps["config"], token: string): string {
  const [person = "", given = ""] = token.split(".");
  const [a, b] = [Buffer.from(given), Buffer.from(seal(config, person))];
  if (!isUuid(person) || a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new AppError("not-found", "The link is not valid");
  }
  return person;
}

/** Routes of digests. */
export function digestRoutes({ config, db }: DigestDeps): Route[] {
  return [route({
    method: "post",
    path: PATH,
    access: "anyone",
    tag: "notifications",
    summary: "Turn mail off, by the link in a mail (RFC 8058: one click, without signing in)",
    query: z.object({ token: z.string().max(200) }),
    limit: "mail_address",
    idempotent: false,
    problems: ["not-found"],
  }, async ({ query }) => {
    const person = personOf(config, query.token);
    await db.asService("the link in the mail speaks for its reader", async (sql) => {
      await sql`select private.stop_digests(${person}::uuid)`;
    });
  })];
}

function plural(count: number): string {
  return count === 1 ? "1 thing waits for you" : `${count} things wait for you`;
}

/** Writes the mail. */
async function write({ config }: DigestDeps, person: string, day: string, digest: Digest) {
  const { lines, total, name, email } = digest;
  const more = total > lines.length ? `and ${total - lines.length} more` : "";
  const site = config.env.SITE_URL ?? config.publicUrl;
  const stop = `${config.publicUrl}/functions/v1/api${PATH}?token=${tokenFor(config, person)}`;
  const text = [
    `Hello ${name},`,
    "",
    ...lines.map((line) => `- ${line}`),
    ...(more === "" ? [] : [more]),
    "",
    site,
    "You get this mail because you asked for it in your notification settings.",
  ].join("\n");
  const page = await html`<p>Hello ${name},</p>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
<p>${more}</p>
<p><a href="${site}">${site}</a></p>
<p>You get this mail because you asked for it in your notification settings.</p>`;
  return {
    to: email,
    subject: plural(total),
    text,
    html: String(page),
    key: `digest-${day}-${person}`,
    headers: {
      "List-Unsubscribe": `<${stop}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  };
}

async function takeDigest(sql: Sql, person: string, day: string): Promise<Digest | undefined> {
  const [row] = await sql<{ digest: unknown }[]>`
    select private.take_digest(${person}::uuid, ${day}::date) as digest`;
  return row === undefined || row.digest === null ? undefined : Digest.parse(row.digest);
}

/** Writes to one person, once on a day. */
export const digestConsumer: Consumer = {
  name: "digest",
  topics: ["digest.due"],
  async handle(deps, { subject_id: person, payload }, sql) {
    if (deps.mail === undefined) return;
    const { day } = DuePayload.parse(payload);
    const digest = await takeDigest(sql, person, day);
    if (digest !== undefined) await deps.mail.send(await write(deps, person, day, digest));
  },
};

/** Looks every hour whose morning has come. */
export const digestTask: ScheduledTask = {
  name: "digests",
  cron: "5 * * * *",
  async run(deps) {
    if (deps.mail === undefined) return;
    let after: string | null = null;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      after = await deps.db.asService(
        "everybody's mornings",
        async (sql): Promise<string | null> => {
          const [row] = await sql<{ next: string | null }[]>`
          select private.enqueue_digests(${after}::uuid, ${PEOPLE_AT_ONCE}::int) as next`;
          return row?.next ?? null;
        },
      );
      if (after === null) return;
    }
  },
};
