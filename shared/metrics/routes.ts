/** @module HTTP face of metrics. */
import { type Route, route } from "../http/route.ts";
import { admit, CONTENT_TYPE, createMetricsReader, type MetricsDeps } from "./service.ts";

/** Routes of metrics. */
export function metricsRoutes(deps: MetricsDeps): Route[] {
  const readMetrics = createMetricsReader(deps);
  return [
    route(
      {
        method: "get",
        path: "/metrics",
        access: "anyone",
        tag: "operations",
        summary: "Read all metrics in the Prometheus text format",
        contentType: CONTENT_TYPE,
        etag: false,
        problems: ["not-permitted", "unavailable"],
      },
      async ({ viewer, c }) => {
        await admit(deps, viewer, c.req.raw.headers);
        const headers = { "content-type": CONTENT_TYPE, "cache-control": "no-store" };
        return new Response(await readMetrics(), { headers });
      },
    ),
  ];
}
