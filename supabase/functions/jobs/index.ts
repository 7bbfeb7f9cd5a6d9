/** @module Entry point of the receiver of jobs. */
import { readProcessConfig } from "../../../shared/core/config.ts";
import { announceDeployment, createJobs } from "../../../shared/jobs.ts";
import { runInBackground } from "../../../shared/platform/background.ts";
import { createDeps } from "../../../shared/platform/deps.ts";

const deps = createDeps(readProcessConfig(), "jobs");
const app = createJobs(deps);
runInBackground(announceDeployment(deps));

Deno.serve(app.fetch);
