/** @module Routes of imports. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { ARCHIVE_BYTES_MAX, bringArchive, type ImportJobDeps, readImport } from "./job_service.ts";
import { ImportForm, ImportStatus } from "./schemas.ts";

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
  ];
}
