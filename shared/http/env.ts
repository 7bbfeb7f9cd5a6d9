/** @module What every handler finds on Hono's context. */
import type { Viewer } from "../platform/postgres.ts";

/** Hono's environment. */
export interface AppEnv {
  Variables: {
    requestId: string;
    /** Path template of the matched route, for logs and metrics. */
    route: string;
    viewer: Viewer;
  };
}
