/** @module Serves what describes the API: the OpenAPI document and the page of problems. */
import { z } from "zod";
import { PROBLEM_CATALOGUE } from "../core/errors.ts";
import { type Route, route } from "./route.ts";

/** Explains every problem in Markdown; the names are its anchors. */
export function problemsPage(): string {
  const entries = Object.entries(PROBLEM_CATALOGUE).map(([name, [status, meaning]]) =>
    `## ${name}\n\n${status}. ${meaning}\n`
  );
  return [
    "# Problems",
    "",
    "Every failure of the API is an `application/problem+json` (RFC 9457) whose `code` is one of",
    "these names; errors raised in SQL carry the same name in `hint`.",
    "",
    entries.join("\n"),
  ].join("\n");
}

/** Routes of the documents; the OpenAPI document is made on the first request and kept. */
export function documentRoutes(makeOpenApi: () => Record<string, unknown>): Route[] {
  let document: Record<string, unknown> | undefined;
  const spec = { method: "get", access: "anyone", tag: "operations" } as const;
  return [
    route({
      ...spec,
      path: "/openapi.json",
      summary: "Read this document",
      answer: z.record(z.string(), z.unknown()),
    }, () => document ??= makeOpenApi()),
    route(
      {
        ...spec,
        path: "/problems",
        summary: "Read what the problems mean",
        contentType: "text/markdown; charset=utf-8",
      },
      () =>
        new Response(problemsPage(), {
          headers: { "content-type": "text/markdown; charset=utf-8" },
        }),
    ),
  ];
}
