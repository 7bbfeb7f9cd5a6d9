/** @module Serves the project's web console, or a page about the stack when there is none. */
import { join } from "node:path";
import { Hono } from "hono";
import { serveStatic } from "hono/deno";
import { html } from "hono/html";

/** What the page shows when the project has no console. */
export interface SiteFacts {
  readonly title: string;
  readonly addresses: Readonly<Record<string, string>>;
}

async function hasIndex(folder: string): Promise<boolean> {
  return await Deno.stat(join(folder, "index.html")).then((info) => info.isFile, () => false);
}

/** The console's folder: its built form first. */
async function findConsole(projectDir: string): Promise<string | undefined> {
  for (const name of [join("web", "dist"), "web"]) {
    const folder = join(projectDir, name);
    if (await hasIndex(folder)) return folder;
  }
  return undefined;
}

function statusPage(facts: SiteFacts): ReturnType<typeof html> {
  const rows = Object.entries(facts.addresses).map(([name, address]) =>
    html`
      <tr>
        <th>${name}</th>
        <td><a href="${address}">${address}</a></td>
      </tr>
    `
  );
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${facts.title}</title>
        <style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
            body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
            th { text-align: left; padding-right: 1.5rem; font-weight: 600; }
            </style>
      </head>
      <body>
        <h1>${facts.title}</h1>
        <p>The local stack is running.</p>
        <table>${rows}</table>
      </body>
    </html>
  `;
}

/** Makes the site. */
export async function createSite(
  projectDir: string,
  facts: SiteFacts,
): Promise<(request: Request) => Response | Promise<Response>> {
  const app = new Hono();
  const folder = await findConsole(projectDir);
  if (folder === undefined) {
    app.get("/", (c) => c.html(statusPage(facts)));
  } else {
    app.use("*", serveStatic({ root: folder }));
    // The console finds its own way: paths without a file of their own are its pages.
    app.get("*", async (c, next) => {
      if (!c.req.header("accept")?.includes("text/html")) return await next();
      return c.html(await Deno.readTextFile(join(folder, "index.html")));
    });
  }
  app.notFound((c) => c.json({ message: "no Route matched with those values" }, 404));
  return (request) => app.fetch(request);
}
