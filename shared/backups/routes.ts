/** @module HTTP face of backups, for administrators. */
import { IdParams, ListQuery, pageOf } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { z } from "zod";
import { Backup, Verification } from "./schemas.ts";
import {
  type BackupDeps,
  listBackups,
  readBackup,
  requestBackup,
  verifyBackup,
} from "./service.ts";

/** Routes of backups. */
export function backupRoutes(deps: BackupDeps): Route[] {
  const common = {
    tag: "operations",
    permission: "backup.manage",
    problems: ["not-permitted"],
  } as const;
  return [
    route(
      {
        ...common,
        method: "get",
        path: "/admin/backups",
        summary: "List backups, newest first",
        query: ListQuery,
        answer: pageOf(Backup),
      },
      ({ viewer, query }) => listBackups(deps, viewer, query),
    ),
    route(
      {
        ...common,
        method: "post",
        path: "/admin/backups",
        summary: "Make a backup now",
        body: z.object({}),
        bodyOptional: true,
        answer: Backup,
        status: 201,
        problems: ["not-permitted", "conflict"],
      },
      ({ viewer }) => requestBackup(deps, viewer),
    ),
    route(
      {
        ...common,
        method: "get",
        path: "/admin/backups/{id}",
        summary: "Read a backup with its manifest",
        params: IdParams,
        answer: Backup,
      },
      ({ viewer, params }) => readBackup(deps, viewer, params.id),
    ),
    route(
      {
        ...common,
        method: "post",
        path: "/admin/backups/{id}/verify",
        summary: "Check a backup: hash of every file, count and checksum of every table",
        params: IdParams,
        answer: Verification,
        problems: ["not-permitted", "conflict"],
      },
      ({ viewer, params }) => verifyBackup(deps, viewer, params.id),
    ),
  ];
}
