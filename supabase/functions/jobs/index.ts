/** @module Entry point of the receiver of jobs. */
import { readProcessConfig } from "../../../shared/core/config.ts";
import { announceDeployment, createJobs, watchOf } from "../../../shared/jobs.ts";
import { runInBackground } from "../../../shared/platform/background.ts";
import { createDeps } from "../../../shared/platform/deps.ts";

const deps = createDeps(readProcessConfig(), "jobs");
const watch = watchOf(deps);
const app = createJobs(deps, undefined, undefined, watch);
runInBackground(announceDeployment(deps));
void watch();

Deno.serve(app.fetch);
