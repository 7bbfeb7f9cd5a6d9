/** @module The typed client of the whole API: what the compiler knows, and that it works. */
import assert from "node:assert/strict";
import { createHttpClient, type Schema } from "../../shared/client/http.ts";
import { anonymousClient, stackInfo } from "../support/stack.ts";

const STACK_TEST = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "[GW-05] typed client: writes and reads a post as the person signed in",
  STACK_TEST,
  async () => {
    const { url, publishable_key: key } = stackInfo();
    const supabase = anonymousClient();
    const handle = `gw05_${crypto.randomUUID().slice(0, 8)}`;
    const api = createHttpClient(supabase, { url, key });
    const refused = await api.POST("/posts", { body: { body: "too early" } });
    await supabase.auth.signUp({
      email: `${handle}@townsquare.test`,
      password: "correct horse battery",
      options: { data: { handle, display_name: "Ann" } },
    });

    const made = await api.POST("/posts", { body: { body: "Hello, *types*" } });
    const id = made.data?.id ?? "";
    const read = await api.GET("/posts/{id}", { params: { path: { id } } });
    const author: Schema<"ProfileSummary"> | undefined = read.data?.author;
    const listed = await api.GET("/posts", {
      params: { query: { author: author?.id ?? "", limit: 1 } },
    });
    const missing = await api.GET("/posts/{id}", { params: { path: { id: crypto.randomUUID() } } });

    assert.equal(refused.error?.code, "not-authenticated");
    assert.equal(read.data?.body, "Hello, *types*");
    assert.equal(author?.handle, handle);
    assert.deepEqual(listed.data?.items.map((item) => item.id), [id]);
    assert.equal(missing.response.status, 404);
    assert.equal(missing.error?.code, "not-found");
  },
);

/** Nobody calls this: each line is wrong in a way that the compiler must see. */
export function mistakes(api: ReturnType<typeof createHttpClient>): unknown[] {
  return [
    // @ts-expect-error there is no such path
    api.GET("/no-such-path"),
    // @ts-expect-error a body is text
    api.POST("/posts", { body: { body: 5 } }),
    // @ts-expect-error there is no such visibility
    api.POST("/posts", { body: { body: "Hello", visibility: "secret" } }),
    // @ts-expect-error the path needs its id
    api.GET("/posts/{id}", {}),
    // @ts-expect-error posts are not put
    api.PUT("/posts", { body: { body: "Hello" } }),
    // @ts-expect-error an answer may be a failure
    api.GET("/posts").then(({ data }) => data.items),
  ];
}

Deno.test("[GW-05] typed client: knows every route of the document", async () => {
  const document = JSON.parse(await Deno.readTextFile("openapi.json")) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const types = await Deno.readTextFile("shared/client/openapi.types.ts");
  const operations = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId)
  );

  assert.ok(operations.length > 100);
  assert.deepEqual(operations.filter((id) => !types.includes(`operations["${id}"]`)), []);
});
