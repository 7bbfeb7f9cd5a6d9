/** @module A search service in memory that speaks Meilisearch's HTTP API, as far as it is used. */

/** The service and what it holds. */
export interface FakeMeilisearch extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** Documents by index and id. */
  readonly indexes: ReadonlyMap<string, ReadonlyMap<string, FakeDocument>>;
  /** While true, every request is answered with 503. */
  outage: boolean;
  /** Questions that were answered. */
  searches: number;
}

/** A document as it was sent. */
export type FakeDocument = Readonly<Record<string, string>>;

interface Index {
  readonly documents: Map<string, FakeDocument>;
  searchable: readonly string[];
}

interface Question {
  readonly indexUid: string;
  readonly q: string;
  readonly limit: number;
}

const KEY = "a-test-key";
const EPOCH = new Date(0).toISOString();

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function tokensOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** All words by their beginnings; whole words count more. 0 is no hit. */
function scoreOf(document: FakeDocument, fields: readonly string[], words: readonly string[]) {
  const tokens = fields.flatMap((field) => tokensOf(document[field] ?? ""));
  const scores = words.map((word) => {
    if (tokens.includes(word)) return 1;
    return tokens.some((token) => token.startsWith(word)) ? 0.8 : 0;
  });
  return scores.includes(0) ? 0 : scores.reduce((sum: number, score) => sum + score, 0) /
    scores.length;
}

function problem(status: number, code: string): Response {
  return Response.json({ message: code, code, type: "invalid_request", link: "" }, { status });
}

function search(index: Index, { q, limit }: Question) {
  const words = tokensOf(q);
  return [...index.documents.values()]
    .map((document) => ({
      id: document.id,
      _rankingScore: scoreOf(document, index.searchable, words),
    }))
    .filter((hit) => hit._rankingScore > 0)
    .sort((a, b) => b._rankingScore - a._rankingScore)
    .slice(0, limit);
}

function enqueued(indexUid: string, type: string): Response {
  const task = { taskUid: 1, indexUid, status: "enqueued", type, enqueuedAt: EPOCH };
  return Response.json(task, { status: 202 });
}

/** Starts the service on a free port. */
export function startMeilisearch(): FakeMeilisearch {
  const indexes = new Map<string, Index>();

  function indexNamed(uid: string): Index {
    const known = indexes.get(uid) ?? { documents: new Map(), searchable: [] };
    indexes.set(uid, known);
    return known;
  }

  async function write(request: Request, path: readonly string[]): Promise<Response> {
    const [, uid = "", part = "", id] = path;
    const index = indexNamed(uid);
    if (part === "settings") {
      const { searchableAttributes } = await request.json();
      index.searchable = searchableAttributes;
      return enqueued(uid, "settingsUpdate");
    }
    if (request.method === "DELETE") {
      if (id === undefined) index.documents.clear();
      else index.documents.delete(id);
      return enqueued(uid, "documentDeletion");
    }
    for (const document of await request.json()) index.documents.set(document.id, document);
    return enqueued(uid, "documentAdditionOrUpdate");
  }

  async function multiSearch(request: Request): Promise<Response> {
    const { queries }: { queries: Question[] } = await request.json();
    const results = [];
    for (const question of queries) {
      const index = indexes.get(question.indexUid);
      if (index === undefined) return problem(404, "index_not_found");
      const hits = search(index, question);
      results.push({ indexUid: question.indexUid, query: question.q, hits });
    }
    service.searches += 1;
    return Response.json({ results });
  }

  async function answer(request: Request): Promise<Response> {
    if (service.outage) {
      await request.body?.cancel();
      return problem(503, "unavailable");
    }
    if (request.headers.get("authorization") !== `Bearer ${KEY}`) {
      return problem(403, "invalid_api_key");
    }
    const path = new URL(request.url).pathname.slice(1).split("/");
    if (path[0] === "multi-search") return await multiSearch(request);
    return path[0] === "indexes" ? await write(request, path) : problem(404, "not_found");
  }

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const service: FakeMeilisearch = {
    url: `http://127.0.0.1:${server.addr.port}`,
    key: KEY,
    get indexes() {
      return new Map([...indexes].map(([uid, { documents }]) => [uid, documents]));
    },
    outage: false,
    searches: 0,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return service;
}
