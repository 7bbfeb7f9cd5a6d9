/** @module People in browsers on the running stack. */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { findChromium, openBrowser, type TestBrowser } from "../support/browser.ts";
import { stackInfo } from "../support/stack.ts";
import { until } from "../support/until.ts";
import type { PageApp } from "./page.ts";

declare global {
  /** What `page.ts` leaves in each page. */
  var app: PageApp;
}

const chromium = await findChromium();
if (chromium === undefined) {
  console.warn("No Chromium here: set CHROMIUM_PATH to prove what happens in browsers.");
}

/** Options of a test in browsers: left out, with a word, where there is none. */
export const BROWSER_TEST = {
  sanitizeOps: false,
  sanitizeResources: false,
  ignore: chromium === undefined,
};

/** A person with a page of their own. */
export interface Visitor {
  readonly id: string;
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went over its sockets. */
  readonly sent: readonly string[];
  readonly received: readonly string[];
  /** Asks the API as that person does. */
  api<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: object,
  ): Promise<T>;
}

/** Opens the browser of a test. */
export function openTestBrowser(): Promise<TestBrowser> {
  return openBrowser(chromium ?? "");
}

/** Lets somebody sign up on a page of their own. */
export async function visit(browser: TestBrowser, name: string): Promise<Visitor> {
  const { page, context, sent, received } = await browser.openPage();
  const { url, publishable_key: key } = stackInfo();
  const id = await page.evaluate(
    ([address, secret, called]) => app.signUp(address, secret, called),
    [url, key, name] as const,
  );
  return {
    id,
    name,
    page,
    context,
    sent,
    received,
    api<T>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object) {
      return page.evaluate(
        ([how, where, what]) => app.square.call(how, where, what),
        [method, path, body as Record<string, unknown>] as const,
      ) as Promise<T>;
    },
  };
}

/** A room of the first, with the others in it, which is open on all pages. */
export async function meet(owner: Visitor, ...others: readonly Visitor[]): Promise<string> {
  const { id } = await owner.api<{ id: string }>("POST", "/rooms", { name: "Harbour" });
  for (const other of others) await other.api("POST", `/rooms/${id}/join`);
  await Promise.all(
    [owner, ...others].map(({ page }) => page.evaluate((room) => app.openRoom(room), id)),
  );
  return id;
}

/** Lines of a list on somebody's page. */
export function linesOf({ page }: Visitor, list = "lines"): Promise<string[]> {
  return page.locator(`#${list} li`).allTextContents();
}

/** What the room and its bot say by themselves. */
const OF_THE_HOUSE = /^(?:\*|WelcomeBot: )/;

/** Waits until a page shows what people have said, in this order. */
export async function shows(visitor: Visitor, expected: string[], list = "lines"): Promise<void> {
  let seen: string[] = [];
  const isShown = async () => {
    seen = (await linesOf(visitor, list)).filter((line) => !OF_THE_HOUSE.test(line));
    return seen.length === expected.length && seen.every((line, n) => line === expected[n]);
  };
  await until(isShown, `${visitor.name} sees ${expected.join(", ")}`).catch(() => {
    assert.deepEqual(seen, expected);
  });
}

/** Types on somebody's page, key by key. */
export async function type({ page }: Visitor, text: string): Promise<void> {
  await page.locator("#say").pressSequentially(text);
}

/** Types a message and sends it. */
export async function say(visitor: Visitor, text: string): Promise<void> {
  await type(visitor, text);
  await visitor.page.locator("#say").press("Enter");
}
