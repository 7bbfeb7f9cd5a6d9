/**
 * @module Loaded ahead of every function: the globals that the hosted edge runtime adds to Deno,
 * and an orderly end that lets background work finish.
 */
import process from "node:process";
import "../follow_host.ts";

const SHUTDOWN_WAIT_MS = 2_000;

const background = new Set<Promise<unknown>>();

/** Keeps the process alive for work that goes on after the answer. */
function waitUntil<T>(promise: Promise<T>): Promise<T> {
  const watched: Promise<unknown> = Promise.resolve(promise).catch((error: unknown) => {
    console.error("background task failed:", error);
  }).finally(() => background.delete(watched));
  background.add(watched);
  return promise;
}

async function shutDown(): Promise<never> {
  const event = new CustomEvent("beforeunload", { detail: { reason: "termination" } });
  globalThis.dispatchEvent(event);
  const limit = new Promise((done) => setTimeout(done, SHUTDOWN_WAIT_MS));
  await Promise.race([Promise.allSettled([...background]), limit]);
  Deno.exit(0);
}

Object.defineProperty(globalThis, "EdgeRuntime", { value: { waitUntil }, configurable: true });
process.once("SIGTERM", shutDown);
