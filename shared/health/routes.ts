/** @module HTTP face of health: for people, for restarts and for load balancers. */
import { API_VERSION } from "../http/openapi.ts";
import { Answer, type Route, route } from "../http/route.ts";
import { Health, Liveness } from "./schemas.ts";
import { createHealthReader, type HealthDeps } from "./service.ts";

/** Routes of health. */
export function healthRoutes(deps: HealthDeps): Route[] {
  const readHealth = createHealthReader(deps, API_VERSION);
  const spec = { method: "get", access: "anyone", tag: "operations", etag: false } as const;
  return [
    route(
      { ...spec, path: "/health", summary: "Read how the product is", answer: Health },
      () => readHealth(),
    ),
    route(
      { ...spec, path: "/health/live", summary: "Read whether the process runs", answer: Liveness },
      () => ({ status: "pass" as const }),
    ),
    route(
      {
        ...spec,
        path: "/health/ready",
        summary: "Read whether requests can be served; 503 when not",
        answer: Health,
        otherStatuses: [503],
      },
      async () => {
        const health = await readHealth();
        return health.status === "fail" ? new Answer(health, { status: 503 }) : health;
      },
    ),
  ];
}
