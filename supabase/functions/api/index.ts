/** @module Entry point of the public HTTP API. */
import { createApp } from "../../../shared/app.ts";
import { readProcessConfig } from "../../../shared/core/config.ts";
import { createDeps } from "../../../shared/platform/deps.ts";

const app = createApp(createDeps(readProcessConfig(), "api"));

Deno.serve(app.fetch);
