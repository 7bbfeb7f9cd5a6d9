/** @module HTTP face of connections. Open to suspended people: they may still read. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { Connection, Heartbeat, OpenConnection } from "./schemas.ts";
import * as connections from "./service.ts";

/** Routes of connections. */
export function presenceRoutes(deps: connections.PresenceDeps): Route[] {
  const common = { tag: "realtime", openTo: "suspended", idempotent: false } as const;
  return [
    route({
      ...common,
      method: "post",
      path: "/realtime/connections",
      summary: "Take a place for a socket that is about to be opened; a person has ten",
      body: OpenConnection,
      bodyOptional: true,
      answer: Connection,
      status: 201,
      problems: ["too-many-connections"],
    }, ({ viewer, body }) => connections.openConnection(deps, viewer, body.device)),
    route(
      {
        ...common,
        method: "patch",
        path: "/realtime/connections/{id}",
        summary: "Say that the socket is still open; three heartbeats missed free the place",
        params: IdParams,
        body: Heartbeat,
        bodyOptional: true,
        answer: Connection,
      },
      ({ viewer, params, body }) => connections.renewConnection(deps, viewer, params.id, body),
    ),
    route({
      ...common,
      method: "delete",
      path: "/realtime/connections/{id}",
      summary: "Give the place of a closed socket back",
      params: IdParams,
    }, async ({ viewer, params }) => {
      await connections.closeConnection(deps, viewer, params.id);
    }),
  ];
}
