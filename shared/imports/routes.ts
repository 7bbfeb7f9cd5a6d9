/** @module Routes of imports. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import {
  ARCHIVE_BYTES_MAX,
  bringArchive,
  type ImportJobDeps,
  listImports,
  readImport,
  stopImport,
} from "./job_service.ts";
import { ImportEntry, ImportForm, ImportStatus } from "./schemas.ts";

/** Room for the form around the archive. */
const FORM_BYTES = 65_536;

/** Routes of imports. */
export function importRoutes(deps: ImportJobDeps): Route[] {
  return [
    route(
      {
        method: "post",
        path: "/imports",
        tag: "integrations",
        summary: "Bring a chat archive: into your room, or as an admin into new ones",
        form: ImportForm,
        bodyBytesMax: ARCHIVE_BYTES_MAX + FORM_BYTES,
        answer: ImportStatus,
        status: 202,
        limit: "import",
        problems: ["too-large", "not-permitted", "not-found", "conflict", "room-archived"],
      },
      ({ viewer, form }) => bringArchive(deps, viewer, form),
    ),
    route(
      {
        method: "get",
        path: "/imports/{id}",
        tag: "integrations",
        summary: "Read how far an import is",
        params: IdParams,
        answer: ImportStatus,
        etag: false,
      },
      ({ viewer, params }) => readImport(deps, viewer, params.id),
    ),
    route(
      {
        method: "get",
        path: "/imports",
        tag: "integrations",
        summary: "List the archives that you have brought, newest first",
        query: ListQuery,
        answer: pageOf(ImportEntry),
        etag: false,
      },
      ({ viewer, query }) => listImports(deps, viewer, query),
    ),
    route(
      {
        method: "delete",
        path: "/imports/{id}",
        tag: "integrations",
        summary: "Cancel an import before its next batch; what was written stays",
        params: IdParams,
        problems: ["conflict"],
      },
      ({ viewer, params }) => stopImport(deps, viewer, params.id),
    ),
  ];
}
