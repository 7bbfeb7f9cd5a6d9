/** @module What a request tells about the device that sends it. */
import type { Context } from "hono";
import type { Config } from "../core/config.ts";
import type { AppEnv } from "../http/env.ts";
import { addressOf } from "../http/limits.ts";
import type { Device } from "./service.ts";

const USER_AGENT_LENGTH_MAX = 300;

/** Who calls, for the auth service's own limits and its list of devices. */
export function deviceOf(c: Context<AppEnv>, config: Config): Device {
  return {
    address: addressOf(c.req.raw, config),
    userAgent: (c.req.header("user-agent") ?? "unknown").slice(0, USER_AGENT_LENGTH_MAX),
  };
}

/** The token that the pipeline has just verified. */
export function tokenOf(c: Context<AppEnv>): string {
  return (c.req.header("authorization") ?? "").replace(/^Bearer +/i, "");
}
