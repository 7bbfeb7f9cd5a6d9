/** @module The public HTTP API, put together from the domains. */
import type { Hono } from "hono";
import { accountRoutes } from "./accounts/mod.ts";
import { announcementRoutes } from "./announcements/mod.ts";
import { backupRoutes } from "./backups/mod.ts";
import { botRoutes } from "./bots/mod.ts";
import { callRoutes } from "./calls/mod.ts";
import { graphRoutes } from "./graph/mod.ts";
import { feedRoutes } from "./feed/mod.ts";
import { healthRoutes } from "./health/mod.ts";
import { createAuthenticator } from "./http/authenticate.ts";
import type { AppEnv } from "./http/env.ts";
import { openApiDocument } from "./http/openapi.ts";
import { documentRoutes } from "./http/document_routes.ts";
import type { Route } from "./http/route.ts";
import { createServer } from "./http/server.ts";
import { importRoutes } from "./imports/mod.ts";
import { integrationRoutes } from "./integrations/mod.ts";
import { interactionRoutes } from "./interactions/mod.ts";
import { jobsAdminRoutes } from "./jobs_admin/mod.ts";
import { moderationRoutes } from "./moderation/mod.ts";
import { notificationRoutes } from "./notifications/mod.ts";
import { leavingRoutes } from "./leaving/mod.ts";
import { mediaRoutes } from "./media/mod.ts";
import { metricsRoutes, recordAnswer } from "./metrics/mod.ts";
import { profileRoutes } from "./profiles/mod.ts";
import { presenceRoutes } from "./presence/mod.ts";
import type { AppDeps } from "./platform/deps.ts";
import { roleRoutes } from "./roles/mod.ts";
import { roomRoutes } from "./rooms/mod.ts";
import { searchRoutes } from "./search/mod.ts";
import { settingsRoutes } from "./settings/mod.ts";
import { postRoutes } from "./posts/mod.ts";
import { storyRoutes } from "./stories/mod.ts";
import { textRoutes } from "./text/mod.ts";

/** Name of the function that serves the API: the platform calls it under this path. */
export const API_BASE_PATH = "/api";

/** Every domain's routes. A new domain is one more line here. */
const DOMAINS: readonly ((deps: AppDeps) => Route[])[] = [
  healthRoutes,
  metricsRoutes,
  profileRoutes,
  settingsRoutes,
  graphRoutes,
  accountRoutes,
  mediaRoutes,
  postRoutes,
  textRoutes,
  interactionRoutes,
  feedRoutes,
  backupRoutes,
  roomRoutes,
  botRoutes,
  storyRoutes,
  presenceRoutes,
  callRoutes,
  announcementRoutes,
  searchRoutes,
  moderationRoutes,
  notificationRoutes,
  integrationRoutes,
  jobsAdminRoutes,
  importRoutes,
  leavingRoutes,
  roleRoutes,
];

/** Lists all routes, the document of them included. */
export function listRoutes(deps: AppDeps): Route[] {
  const routes = DOMAINS.flatMap((routesOf) => routesOf(deps));
  const all: Route[] = [...routes, ...documentRoutes(() => openApiDocument(all))];
  return all;
}

/** Makes the API. `afterWrite` is called when a write has succeeded. */
export function createApp(deps: AppDeps, afterWrite: () => void = doNothing): Hono<AppEnv> {
  const authenticator = createAuthenticator(deps.config, deps.now, deps.db, deps.metrics);
  return createServer({ ...deps, authenticator }, {
    basePath: API_BASE_PATH,
    routes: listRoutes(deps),
    onAnswer(answer) {
      recordAnswer(deps.metrics, answer);
      const { method, status } = answer;
      if (method !== "GET" && method !== "HEAD" && status < 400) afterWrite();
    },
  });
}

function doNothing(): void {}
