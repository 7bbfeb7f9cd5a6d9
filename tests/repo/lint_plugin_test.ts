/** @module The lint rules report what they are for, and nothing else. */
import assert from "node:assert/strict";
import { join } from "node:path";
import plugin from "../../tools/lint_plugin.ts";
import { ROOT } from "./files.ts";

function faults(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, join(ROOT, path), source).map(({ id }) =>
    id.replace("townsquare/", "")
  );
}

Deno.test("lint: imports go down, and into a domain by its door", () => {
  const allowed: [string, string][] = [
    ["shared/posts/service.ts", "../core/errors.ts"],
    ["shared/posts/service.ts", "../graph/mod.ts"],
    ["shared/posts/schemas.ts", "../profiles/schemas.ts"],
    ["shared/posts/routes.ts", "./service.ts"],
    ["shared/http/pipeline.ts", "../platform/postgres.ts"],
    ["shared/app.ts", "./posts/routes.ts"],
    ["tests/posts/http_test.ts", "../../shared/posts/service.ts"],
    ["shared/core/errors.ts", "zod"],
  ];
  const refused: [string, string][] = [
    ["shared/core/errors.ts", "../http/env.ts"],
    ["shared/platform/postgres.ts", "../http/env.ts"],
    ["shared/profiles/service.ts", "../posts/mod.ts"],
    ["shared/posts/service.ts", "../graph/sql.ts"],
    ["shared/posts/service.ts", "../app.ts"],
    ["shared/posts/service.ts", "../../local/jwt.ts"],
    ["shared/unheard_of/service.ts", "../core/errors.ts"],
    ["shared/posts/schemas.ts", "../core/errors.ts"],
  ];

  for (const [path, source] of allowed) {
    assert.deepEqual(faults(path, `import { a } from "${source}"; a;`), [], `${path} ${source}`);
  }
  for (const [path, source] of refused) {
    const code = `export { a } from "${source}";`;
    assert.deepEqual(faults(path, code), ["imports"], `${path} ${source}`);
  }
});

Deno.test("lint: rules are pure", () => {
  const path = "shared/feed/rules.ts";

  assert.deepEqual(faults(path, `import type { Sql } from "../platform/postgres.ts";`), []);
  assert.deepEqual(faults(path, `const a = new Date("2026-01-01"); Math.max(1, 2); a;`), []);
  assert.deepEqual(faults(path, `import { a } from "../platform/postgres.ts"; a;`), ["imports"]);
  for (const code of ["Date.now()", "new Date()", "Math.random()", "Deno.cwd()", "fetch('x')"]) {
    assert.ok(faults(path, `${code};`).length > 0, code);
  }
});

Deno.test("lint: environment, network and console have one home each", () => {
  assert.deepEqual(faults("shared/core/config.ts", "Deno.env.get('A');"), []);
  assert.deepEqual(faults("shared/platform/queue.ts", "fetch('x');"), []);
  assert.deepEqual(faults("shared/core/logger.ts", "console.log('x');"), []);
  assert.deepEqual(faults("local/cli.ts", "console.log(Deno.env.get('A'));"), []);
  assert.deepEqual(faults("shared/feed/service.ts", "Deno.env.get('A');"), ["homes"]);
  assert.deepEqual(faults("shared/feed/service.ts", "fetch('x');"), ["homes"]);
  assert.deepEqual(faults("shared/feed/service.ts", "console.log('x');"), ["homes"]);
});

Deno.test("lint: doing everything needs a reason in words", () => {
  const path = "shared/feed/service.ts";

  assert.deepEqual(faults(path, "db.asService('because', work);"), []);
  assert.deepEqual(faults(path, "db.asService(reason, work);"), ["service-reason"]);
});

Deno.test("lint: functions are declared, short, and exported by name", () => {
  const long = `export function f() {\n${"  g();\n".repeat(70)}}`;

  assert.deepEqual(faults("tools/a.ts", "export function f() { return () => 1; }"), []);
  assert.deepEqual(faults("tools/a.ts", "export const f = () => 1;"), ["declared-functions"]);
  assert.deepEqual(faults("tools/a.ts", "export default 1;"), ["declared-functions"]);
  assert.deepEqual(faults("tools/a.ts", long), ["function-length"]);
});
