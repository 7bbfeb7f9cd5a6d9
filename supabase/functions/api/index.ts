/** @module Entry point of the public HTTP API. */
import { createApp } from "../../../shared/app.ts";
import { readProcessConfig } from "../../../shared/core/config.ts";
import { afterWriteOf, announceDeployment } from "../../../shared/jobs.ts";
import { runInBackground } from "../../../shared/platform/background.ts";
import { createDeps } from "../../../shared/platform/deps.ts";

const deps = createDeps(readProcessConfig(), "api");
const app = createApp(deps, afterWriteOf(deps));
runInBackground(announceDeployment(deps));

Deno.serve(app.fetch);
