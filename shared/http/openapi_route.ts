/** @module Serves the OpenAPI document. */
import { z } from "zod";
import { type Route, route } from "./route.ts";

/** Route of the document; it is made on the first request and kept. */
export function openApiRoute(makeDocument: () => Record<string, unknown>): Route {
  let document: Record<string, unknown> | undefined;
  return route({
    method: "get",
    path: "/openapi.json",
    access: "anyone",
    tag: "operations",
    summary: "Read this document",
    answer: z.record(z.string(), z.unknown()),
  }, () => document ??= makeDocument());
}
