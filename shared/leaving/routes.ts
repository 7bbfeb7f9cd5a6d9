/** @module HTTP face of leaving. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { UserParams } from "../profiles/mod.ts";
import { deleteAccount, type EraseDeps } from "./erase_service.ts";
import { askForExport, type ExportDeps, readExport } from "./export_service.ts";
import { IMPORT_BYTES_MAX, importArchive, type ImportDeps, readImport } from "./import_service.ts";
import {
  DeleteAccount,
  ExportRequested,
  ExportState,
  ImportArchive,
  ImportState,
  RequestExport,
} from "./schemas.ts";

/** What leaving needs. */
export type LeavingDeps = EraseDeps & ExportDeps & ImportDeps;

/** Taking along. Open to banned people too. */
function exportRoutes(deps: LeavingDeps): Route[] {
  const common = { openTo: "banned", tag: "users" } as const;
  return [
    route(
      {
        ...common,
        method: "post",
        path: "/users/me/export",
        summary: "Ask for an archive of all that is yours",
        body: RequestExport,
        bodyOptional: true,
        answer: ExportRequested,
        status: 202,
        limit: "export",
      },
      ({ viewer, body }) => askForExport(deps, viewer, body),
    ),
    route(
      {
        ...common,
        method: "get",
        path: "/users/me/exports/{id}",
        summary: "Read how far your archive is and where it can be fetched",
        params: IdParams,
        answer: ExportState,
        etag: false,
      },
      ({ viewer, params }) => readExport(deps, viewer, params.id),
    ),
  ];
}

/** Room for the form around the archive. */
const FORM_BYTES = 65_536;

/** Coming back. */
function importRoutes(deps: LeavingDeps): Route[] {
  return [
    route(
      {
        method: "post",
        path: "/users/me/import",
        tag: "users",
        summary: "Bring an archive of yours into this account",
        form: ImportArchive,
        bodyBytesMax: IMPORT_BYTES_MAX + FORM_BYTES,
        answer: ImportState,
        status: 202,
        limit: "import",
        problems: ["too-large"],
      },
      ({ viewer, form }) => importArchive(deps, viewer, form),
    ),
    route(
      {
        method: "get",
        path: "/users/me/imports/{id}",
        tag: "users",
        summary: "Read how far your import is",
        params: IdParams,
        answer: ImportState,
      },
      ({ viewer, params }) => readImport(deps, viewer, params.id),
    ),
  ];
}

/** Routes of leaving. */
export function leavingRoutes(deps: LeavingDeps): Route[] {
  return [
    ...exportRoutes(deps),
    ...importRoutes(deps),
    route(
      {
        method: "delete",
        path: "/users/{id}",
        openTo: "banned",
        tag: "users",
        summary: "Delete your own account, after a grace period or at once",
        params: UserParams,
        body: DeleteAccount,
        bodyOptional: true,
        problems: ["not-permitted", "conflict"],
      },
      ({ viewer, params, body }) => deleteAccount(deps, viewer, params.id, body),
    ),
  ];
}
