/** @module A small domain that exists only here, to try what every route is given. */
import { z } from "zod";
import { AppError } from "../../shared/core/errors.ts";
import { IdParams, ListQuery, pageOf, UploadedFile } from "../../shared/core/shapes.ts";
import { Answer, type Route, route } from "../../shared/http/route.ts";
import type { AppDeps } from "../../shared/platform/deps.ts";
import { viewerKey } from "../../shared/platform/postgres.ts";

const Note = z.object({ id: z.uuid(), text: z.string() }).meta({ id: "Note" });
const NewNote = z.object({
  text: z.string().min(1).max(100),
  tags: z.array(z.strictObject({ name: z.string() })).max(3).optional(),
});

/** Routes that do what routes do, in few lines. `calls` counts the handler's runs. */
export function sampleRoutes(deps: AppDeps, calls: { count: number }): Route[] {
  const base = { tag: "sample", summary: "Try" } as const;
  const id = "0192f0c1-2b3c-7d4e-8f50-112233445566";
  return [
    route({
      ...base,
      method: "post",
      path: "/notes",
      aliases: ["/papers", "PUT /notes"],
      body: NewNote,
      answer: Note,
      status: 201,
      otherStatuses: [200],
    }, ({ body }) => {
      calls.count += 1;
      if (body.text === "conflict") throw new AppError("conflict", "There is one already");
      if (body.text === "defect") throw new Error("select secret from vault");
      if (body.text === "again") return new Answer({ id, text: body.text }, { status: 200 });
      return { id, text: `${body.text} ${calls.count}` };
    }),
    route(
      {
        ...base,
        method: "get",
        path: "/notes/{id}",
        params: IdParams,
        answer: Note,
        access: "anyone",
      },
      ({ params }) => ({ id: params.id, text: "a note" }),
    ),
    route(
      { ...base, method: "get", path: "/notes/latest", answer: Note, access: "anyone" },
      () => ({ id, text: "the latest" }),
    ),
    route({ ...base, method: "delete", path: "/notes/{id}", params: IdParams }, () => {}),
    route({
      ...base,
      method: "get",
      path: "/numbers",
      query: ListQuery,
      answer: pageOf(z.number()),
    }, ({ query, viewer }) => {
      const scope = { list: "numbers", viewer: viewerKey(viewer) };
      const [after = 0] = deps.cursors.open(scope, query.cursor) ?? [];
      const rows = Array.from({ length: query.limit + 1 }, (_, n) => Number(after) + n + 1);
      return deps.cursors.page(scope, rows, { limit: query.limit, keyOf: (n) => [n] });
    }),
    route({
      ...base,
      method: "post",
      path: "/limited",
      limit: "signin_address",
      access: "anyone",
      problems: ["not-authenticated"],
    }, () => {}),
    route({
      ...base,
      method: "post",
      path: "/files",
      form: z.object({ file: UploadedFile, alt: z.string().optional() }),
      answer: z.object({ bytes: z.number(), alt: z.string() }),
      bodyBytesMax: 2_000,
    }, ({ form }) => ({ bytes: form.file.size, alt: form.alt ?? "" })),
  ];
}
