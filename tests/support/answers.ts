/** @module Holds every answer of the API against what its route promises. */
import assert from "node:assert/strict";
import { PROBLEMS } from "../../shared/core/errors.ts";
import { Problem, problemsOf, statusesOf } from "../../shared/http/openapi.ts";
import { endpointsOf, type Route } from "../../shared/http/route.ts";

/** Checks one answer. */
export type AnswerCheck = (method: string, path: string, response: Response) => Promise<void>;

function patternOf(template: string): RegExp {
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`);
}

async function checkProblem(route: Route | undefined, response: Response, where: string) {
  const problem = Problem.parse(await response.clone().json());
  assert.equal(problem.status, response.status, `${where}: status in body and answer differ`);
  assert.equal(PROBLEMS[problem.code], response.status, `${where}: status of ${problem.code}`);
  assert.equal(problem.request_id, response.headers.get("x-request-id"), `${where}: request_id`);
  if (route === undefined) return;
  const known = problemsOf(route);
  assert.ok(known.includes(problem.code), `${where}: undocumented problem ${problem.code}`);
}

/** Makes the check of a list of routes. Answers that no route promises fail the test. */
export function createAnswerCheck(routes: readonly Route[]): AnswerCheck {
  const endpoints = routes.flatMap(endpointsOf)
    .map((endpoint) => ({ ...endpoint, pattern: patternOf(endpoint.path) }))
    // Fixed paths before those with parameters, as the server has it.
    .sort((a, b) => a.path.split("{").length - b.path.split("{").length);

  return async function checkAnswer(method, path, response) {
    const { pathname } = new URL(path, "http://test");
    const isHead = method === "HEAD";
    const asked = isHead ? "get" : method.toLowerCase();
    const found = endpoints.find((endpoint) =>
      endpoint.method === asked && endpoint.pattern.test(pathname)
    );
    const where = `${method} ${pathname} ${response.status}`;
    assert.ok(response.headers.get("x-request-id"), `${where}: no X-Request-Id`);
    if (isHead) return;
    if (response.headers.get("content-type") === "application/problem+json") {
      return await checkProblem(found?.route, response, where);
    }
    assert.ok(found !== undefined, `${where}: undocumented route`);
    const { route } = found;
    assert.ok(statusesOf(route).includes(response.status), `${where}: undocumented status`);
    if (route.spec.answer === undefined || response.status === 304) return;
    const body: unknown = await response.clone().json();
    const parsed = route.spec.answer.safeParse(body);
    assert.ok(parsed.success, `${where}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
    // Parsing drops what the shape does not know, so a difference is an undocumented field.
    assert.deepEqual(parsed.data, body, `${where}: undocumented field`);
  };
}
