/** @module The OpenAPI document says what the server does. */
import assert from "node:assert/strict";
import { openApp } from "../support/app.ts";
import { sampleRoutes } from "./sample.ts";
import { openApiDocument } from "../../shared/http/openapi.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: string[];
  readonly responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
  readonly parameters?: { name: string; in: string; required?: boolean }[];
  readonly requestBody?: unknown;
}

type Paths = Record<string, Record<string, Operation>>;

Deno.test("[GW-04] openapi: the product's document is served and complete", async () => {
  await using app = await openApp();

  const { status, body } = await app.anonymous.get("/openapi.json");

  assert.equal(status, 200);
  assert.equal(body.openapi, "3.1.0");
  const paths: Paths = body.paths;
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length, "operation ids are unique");
  for (const { operationId, summary, tags, responses } of operations) {
    assert.match(summary, /^[A-Z]/, operationId);
    assert.equal(tags.length, 1, operationId);
    assert.ok(responses["500"]?.content?.["application/problem+json"], operationId);
  }
  assert.deepEqual(body.components.schemas.Message.properties.shared_post, {
    anyOf: [{ $ref: "#/components/schemas/Post" }, { type: "null" }],
  });
  assert.deepEqual(body.components.schemas.Message.properties.author, {
    $ref: "#/components/schemas/ProfileSummary",
  });
  // That a shape may be null is said where it may: by itself it is never null.
  for (const [name, shape] of Object.entries<{ type?: unknown }>(body.components.schemas)) {
    assert.ok(!Array.isArray(shape.type), name);
  }
});

Deno.test("[GW-03] openapi: aliases are paths of their own", async () => {
  await using app = await openApp();

  const document = openApiDocument(sampleRoutes(app.deps, { count: 0 }));

  const paths = document.paths as Paths;
  assert.ok(paths["/papers"]?.post);
  assert.ok(paths["/notes"]?.put);
  assert.deepEqual(Object.keys(paths["/notes"]?.post?.responses ?? {}).sort(), [
    "200",
    "201",
    "400",
    "401",
    "403",
    "409",
    "413",
    "415",
    "422",
    "429",
    "500",
    "503",
  ]);
  const note = paths["/notes/{id}"]?.get;
  assert.deepEqual(note?.parameters?.map(({ name, in: place }) => [name, place]), [["id", "path"]]);
  assert.deepEqual(note?.responses["200"]?.content?.["application/json"]?.schema, {
    $ref: "#/components/schemas/Note",
  });
  assert.ok(note?.responses["304"]);
});

Deno.test("openapi: the page of problems explains each code", async () => {
  await using app = await openApp();

  const page = await app.anonymous.get("/problems");
  const missing = await app.anonymous.get("/nothing");

  assert.match(page.headers.get("content-type") ?? "", /^text\/markdown/);
  assert.ok(page.text.includes(`## ${missing.body.code}\n`));
  assert.equal(missing.body.type, `/functions/v1/api/problems#${missing.body.code}`);
});
