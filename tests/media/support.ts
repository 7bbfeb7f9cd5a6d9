/** @module The API with a real media worker, and uploads of all kinds. */
import { openApp, type OpenAppOptions, type TestApp, type TestPerson } from "../support/app.ts";
import { bytesOf, halves, openWorker } from "../media_worker/support.ts";

/** The API and its worker. */
export interface MediaApp extends AsyncDisposable {
  readonly app: TestApp;
}

/** Opens both; the worker reaches the test's storage as the deployed one does over the network. */
export async function openMediaApp(options: OpenAppOptions = {}): Promise<MediaApp> {
  const store: { reach?: TestApp["reach"] } = {};
  const worker = openWorker({
    fetch: (request) => store.reach?.(request) ?? Promise.reject(new TypeError("not open yet")),
  });
  const app = await openApp({
    ...options,
    services: true,
    deps: () => ({ media: worker.client }),
  });
  store.reach = app.reach;
  return {
    app,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await worker[Symbol.asyncDispose]();
    },
  };
}

/** Uploads bytes under a name, with what the client calls them. */
export async function uploadBytes(
  app: TestApp,
  person: TestPerson,
  content: string | Uint8Array<ArrayBuffer>,
  { name = "file", type = "application/octet-stream", fields = {} }: {
    name?: string;
    type?: string;
    fields?: Record<string, string>;
  } = {},
) {
  const form = new FormData();
  form.set("file", new File([content], name, { type }));
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  return await app.as(person).post("/media/upload", form);
}

/** Uploads a photo of two colours that names its artist. */
export async function uploadPhoto(app: TestApp, person: TestPerson, name = "photo.jpg") {
  const photo = halves(900, 600).withExif({ IFD0: { Artist: "Somebody" } }).jpeg();
  const fields = { alt: "Two halves" };
  return await uploadBytes(app, person, await bytesOf(photo), { name, type: "image/jpeg", fields });
}

/** Path of an address handed out, below the API. */
export function pathOf(url: string): string {
  return url.slice(url.indexOf("/media/"));
}

/** Fetches an address as it is, without anybody's token. */
export function fetchUrl(
  app: TestApp,
  url: string,
  init: RequestInit = {},
): Promise<Response> {
  return app.fetch(new Request(`http://127.0.0.1:9/api${pathOf(url)}`, init));
}

/** Bytes in the bucket. */
export async function objectNames(app: TestApp): Promise<string[]> {
  const rows = await app.db.sql<{ name: string }[]>`
    select name from storage.objects where bucket_id = 'media' order by name`;
  return rows.map((row) => row.name);
}
