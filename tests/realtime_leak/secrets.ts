/** @module What no payload may hold, whoever hears it. */
import type { TestApp } from "../support/app.ts";
import type { Heard } from "./ears.ts";

/** Fields that are one person's own: never where several people listen. */
const PERSONAL: ReadonlySet<string> = new Set(["me", "viewer", "receipt", "thread_unread"]);
/** Posts within something else: whole only when everybody may see them. */
const EMBEDDED: ReadonlySet<string> = new Set(["shared_post", "quoted"]);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TRACE = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function* walk(value: unknown, key = ""): Generator<{ key: string; value: unknown }> {
  if (key !== "") yield { key, value };
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield* walk(inner, Array.isArray(value) ? key : name);
  }
}

async function isPublic(app: TestApp, id: string): Promise<boolean> {
  return await app.db.sql.begin(async (sql) => {
    await sql`set local role anon`;
    return (await sql`select from public.posts where id = ${id}`).length > 0;
  });
}

/** What an event says that it must not, and what it lacks. */
export async function findSecrets(app: TestApp, heard: Heard): Promise<string[]> {
  const { event, topic, payload } = heard;
  const at = `${event} on ${topic}`;
  const problems: string[] = [];
  if (!UUID.test(String(payload["event_id"]))) problems.push(`no event_id: ${at}`);
  if (!TIME.test(String(payload["sent_at"]))) problems.push(`no sent_at: ${at}`);
  if (!TRACE.test(String(payload["traceparent"]))) problems.push(`no traceparent: ${at}`);
  const isShared = /^(room|post|call):/.test(topic);
  for (const { key, value } of walk(payload)) {
    if (isShared && PERSONAL.has(key)) problems.push(`${key} is somebody's own: ${at}`);
    if (!EMBEDDED.has(key) || typeof value !== "object" || value === null) continue;
    const inner = value as Record<string, unknown>;
    if (Object.keys(inner).length > 1 && !await isPublic(app, String(inner["id"]))) {
      problems.push(`${key} is not public: ${at}`);
    }
  }
  return problems;
}
