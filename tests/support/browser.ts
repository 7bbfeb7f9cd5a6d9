/** @module Real browsers: Chromium with a camera and microphone that are made up. */
import { join } from "node:path";
import { build, stop } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Where a Chromium is looked for; CHROMIUM_PATH comes first. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages in the background must go on: nobody looks at any of them.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  // Machines without a network have no other address to meet at.
  "--allow-loopback-in-peer-connection",
];
const PAGE = [
  '<!doctype html><meta charset="utf-8"><title>Townsquare</title>',
  '<ul id="pins"></ul><ul id="lines"></ul><p id="typing"></p><input id="say">',
  '<div id="videos"></div><script type="module" src="/page.js"></script>',
].join("");

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

/** The Chromium of this machine, if there is one. */
export async function findChromium(): Promise<string | undefined> {
  const asked = Deno.env.get("CHROMIUM_PATH");
  for (const path of asked === undefined ? PLACES : [asked]) if (await isFile(path)) return path;
  return undefined;
}

/** A page, and what goes over its sockets. */
export interface TestPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly sent: readonly string[];
  readonly received: readonly string[];
}

/** A browser with a page of ours for each person. */
export interface TestBrowser extends AsyncDisposable {
  /** Opens the page as a new person's device would: nothing is shared with other pages. */
  openPage(): Promise<TestPage>;
}

/** Makes one script of a module and all that it imports, as an app's build does. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  await stop();
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild wrote nothing");
  return file.text;
}

/** Opens a browser that is ready for pages made of `tests/browser/page.ts`. */
export async function openBrowser(executablePath: string): Promise<TestBrowser> {
  const script = await bundle(join(import.meta.dirname ?? ".", "..", "browser", "page.ts"));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const isScript = new URL(request.url).pathname === "/page.js";
    const type = isScript ? "text/javascript" : "text/html";
    return new Response(isScript ? script : PAGE, { headers: { "content-type": type } });
  });
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    async openPage() {
      const context = await browser.newContext();
      const page = await context.newPage();
      const [sent, received]: [string[], string[]] = [[], []];
      page.on("websocket", (socket) => {
        socket.on("framesent", ({ payload }) => void sent.push(String(payload)));
        socket.on("framereceived", ({ payload }) => void received.push(String(payload)));
      });
      page.on("pageerror", (error) => console.error("page:", error.message));
      await page.goto(`http://127.0.0.1:${server.addr.port}/`);
      await page.waitForFunction("globalThis.app !== undefined");
      return { page, context, sent, received };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.shutdown();
    },
  };
}
