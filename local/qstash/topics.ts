/** @module URL groups: one name for several endpoints. */
import { json, type QstashContext } from "./context.ts";
import { jsonResponse, notSupported, QstashHttpError } from "./errors.ts";
import { isValidName } from "./ids.ts";
import { checkUrl } from "./spec.ts";

const MAX_TOPICS = 1000;
const MAX_ENDPOINTS = 100;

interface Endpoint {
  readonly url: string;
  readonly name?: string;
}

interface TopicRow {
  name: string;
  endpoints: Endpoint[];
  created_at: Date;
  updated_at: Date;
}

function topicView(row: TopicRow): Record<string, unknown> {
  return {
    name: row.name,
    endpoints: row.endpoints,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  };
}

/** Entries of a request; one to be removed may be named by either of its two parts. */
function parseEndpoints(body: Uint8Array): Partial<Endpoint>[] {
  let list: unknown;
  try {
    list = (JSON.parse(new TextDecoder().decode(body)) as { endpoints?: unknown }).endpoints;
  } catch {
    throw new QstashHttpError(400, "the body is no JSON object");
  }
  if (!Array.isArray(list) || list.length === 0) throw new QstashHttpError(400, "no endpoints");
  if (list.length > MAX_ENDPOINTS) throw new QstashHttpError(412, "too many endpoints");
  return list.map((item: unknown) => {
    const { url, name } = (item ?? {}) as Record<string, unknown>;
    if (name !== undefined && (typeof name !== "string" || !isValidName(name))) {
      throw new QstashHttpError(400, `invalid endpoint name: ${String(name)}`);
    }
    if (url !== undefined && typeof url !== "string") {
      throw new QstashHttpError(400, "invalid endpoint url");
    }
    return { ...(url === undefined ? {} : { url }), ...(name === undefined ? {} : { name }) };
  });
}

function added(present: readonly Endpoint[], list: readonly Partial<Endpoint>[]): Endpoint[] {
  const byUrl = new Map(present.map((endpoint) => [endpoint.url, endpoint]));
  for (const { url, name } of list) {
    const checked = checkUrl(url ?? "", "endpoint url");
    byUrl.set(checked, { url: checked, ...(name === undefined ? {} : { name }) });
  }
  if (byUrl.size > MAX_ENDPOINTS) throw new QstashHttpError(412, "too many endpoints");
  return [...byUrl.values()];
}

function removed(present: readonly Endpoint[], list: readonly Partial<Endpoint>[]): Endpoint[] {
  return present.filter((endpoint) =>
    !list.some(({ url, name }) =>
      (url !== undefined && url === endpoint.url) ||
      (url === undefined && name !== undefined && name === endpoint.name)
    )
  );
}

async function changeEndpoints(
  context: QstashContext,
  name: string,
  change: (present: readonly Endpoint[]) => Endpoint[],
): Promise<Response> {
  const now = context.now();
  await context.sql.begin(async (tx) => {
    const [row] = await tx<TopicRow[]>`
      insert into qstash.topics (name, endpoints, created_at, updated_at)
      values (${name}, '[]', ${now}, ${now})
      on conflict (name) do update set updated_at = excluded.updated_at
      returning *`;
    const endpoints = change(row?.endpoints ?? []);
    // A group without endpoints is none.
    if (endpoints.length === 0) await tx`delete from qstash.topics where name = ${name}`;
    else {
      await tx`update qstash.topics set endpoints = ${json(tx, endpoints)} where name = ${name}`;
    }
  });
  return jsonResponse({});
}

/** Answers `/v2/topics...`. */
export async function handleTopics(
  context: QstashContext,
  method: string,
  path: readonly string[],
  body: Uint8Array,
): Promise<Response> {
  const [name, action, ...rest] = path;
  const { sql } = context;
  if (name === undefined && method === "GET") {
    const rows = await sql<TopicRow[]>`select * from qstash.topics order by name
      limit ${MAX_TOPICS}`;
    return jsonResponse(rows.map(topicView));
  }
  if (name === undefined || !isValidName(name)) {
    throw new QstashHttpError(400, `invalid topic name: ${name ?? ""}`);
  }
  if (action === undefined && method === "GET") {
    const [row] = await sql<TopicRow[]>`select * from qstash.topics where name = ${name}`;
    if (row === undefined) throw new QstashHttpError(404, `topic ${name} not found`);
    return jsonResponse(topicView(row));
  }
  if (action === undefined && method === "DELETE") {
    await sql`delete from qstash.topics where name = ${name}`;
    return jsonResponse({});
  }
  if (action === "endpoints" && rest.length === 0 && (method === "POST" || method === "DELETE")) {
    const list = parseEndpoints(body);
    const change = method === "POST" ? added : removed;
    return await changeEndpoints(context, name, (present) => change(present, list));
  }
  throw notSupported(`${method} /v2/topics/${path.join("/")}`);
}
