/** @module The running stack that a test talks to. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { StackInfo } from "../../local/stack_file.ts";

/** Path of the test stack's `stack.json`. */
export function stackFile(): string {
  const path = Deno.env.get("TOWNSQUARE_TEST_STACK");
  if (path === undefined) {
    throw new Error("No test stack: run tests through `deno task test [paths]`.");
  }
  return path;
}

/**
 * What the test run's stack tells of itself. Importing this module is what makes `deno task test`
 * start one.
 */
export function stackInfo(): StackInfo {
  return JSON.parse(Deno.readTextFileSync(stackFile())) as StackInfo;
}

/** The unmodified official client, as an app of a person would make it. */
export function anonymousClient(info: StackInfo = stackInfo()): SupabaseClient {
  return createClient(info.url, info.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

/** The official client with the secret key, which passes every policy. */
export function serviceClient(info: StackInfo = stackInfo()): SupabaseClient {
  return createClient(info.url, info.secret_key, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}
