/** @module Entry point of inbound calls from our own database and from others. */
import { readProcessConfig } from "../../../shared/core/config.ts";
import { announceDeployment, createHooks, vigilOf } from "../../../shared/jobs.ts";
import { runInBackground } from "../../../shared/platform/background.ts";
import { createDeps } from "../../../shared/platform/deps.ts";

const deps = createDeps(readProcessConfig(), "hooks");
const app = createHooks(deps, undefined, vigilOf(deps));
runInBackground(announceDeployment(deps));

Deno.serve(app.fetch);
