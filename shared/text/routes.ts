/** @module HTTP face of texts. */
import { type Route, route } from "../http/route.ts";
import type { AppDeps } from "../platform/deps.ts";
import { Preview, PreviewBody } from "./schemas.ts";
import { previewText } from "./service.ts";

/** Routes of texts. */
export function textRoutes(deps: Pick<AppDeps, "db">): Route[] {
  return [
    route({
      method: "post",
      path: "/markdown/preview",
      tag: "posts",
      summary: "Render a text as it would be shown",
      body: PreviewBody,
      answer: Preview,
      limit: "read",
      idempotent: false,
    }, ({ viewer, body }) => previewText(deps, viewer, body.body)),
  ];
}
