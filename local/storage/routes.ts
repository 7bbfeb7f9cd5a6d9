/** @module The routes of the Storage API: which path does what, for whom, under which operation. */
import { createBucket, deleteBucket, getBucket, listBuckets, updateBucket } from "./buckets.ts";
import {
  getAuthenticatedObject,
  getInfo,
  getObject,
  getPublicInfo,
  getPublicObject,
  renderAuthenticated,
  renderPublic,
} from "./delivery.ts";
import { invalidRequest, notImplemented } from "./errors.ts";
import { listObjects, listObjectsV2 } from "./listing.ts";
import {
  copyObject,
  createObject,
  deleteObject,
  deleteObjects,
  emptyBucket,
  moveObject,
  updateObject,
} from "./objects.ts";
import {
  abandonUpload,
  continueUpload,
  createUpload,
  describeUploads,
  inspectUpload,
} from "./resumable.ts";
import type { Handler, RequestScope } from "./scope.ts";
import {
  getSignedObject,
  renderSigned,
  signObject,
  signObjects,
  signUpload,
  uploadSigned,
} from "./signing.ts";

/**
 * Whether a token is needed: `required` refuses without, `optional` takes a broken one for none,
 * `none` does not look.
 */
export type Access = "required" | "optional" | "none";

/** One route. */
export interface Route {
  readonly methods: readonly string[];
  /** Parts of the path: literal, `:bucket`, `:id`, or `*` for the rest (the object's name). */
  readonly parts: readonly string[];
  readonly access: Access;
  /** Value of the setting `storage.operation`. */
  readonly operation: string;
  readonly handler: Handler;
}

function route(
  methods: string,
  path: string,
  access: Access,
  operation: string,
  handler: Handler,
): Route {
  return {
    methods: methods.split(" "),
    parts: path.split("/").filter((part) => part !== ""),
    access,
    operation,
    handler,
  };
}

function missing(feature: string): Handler {
  return () => Promise.reject(notImplemented(feature));
}

function resumableRoutes(path: string, access: Access): Route[] {
  const one = `${path}/:id`;
  return [
    route("OPTIONS", path, "none", "storage.tus.options", describeUploads),
    route("OPTIONS", one, "none", "storage.tus.options", describeUploads),
    route("POST", path, access, "storage.tus.upload.create", createUpload),
    route("PATCH", one, access, "storage.tus.upload.part", continueUpload),
    route("HEAD", one, access, "storage.tus.upload.get", inspectUpload),
    route("DELETE", one, access, "storage.tus.upload.delete", abandonUpload),
  ];
}

/** Order matters: the first that fits is taken. */
const ROUTES: readonly Route[] = [
  route("GET", "/status", "none", "storage.health", () => Promise.resolve(new Response(null))),
  route(
    "GET",
    "/health",
    "none",
    "storage.health",
    () => Promise.resolve(Response.json({ healthy: true })),
  ),

  route("POST", "/bucket", "required", "storage.bucket.create", createBucket),
  route("GET", "/bucket", "required", "storage.bucket.list", listBuckets),
  route("POST", "/bucket/:id/empty", "required", "storage.bucket.empty", emptyBucket),
  route(
    "GET PUT DELETE",
    "/bucket/:id/lifecycle",
    "required",
    "storage.bucket.lifecycle",
    missing("Bucket lifecycle"),
  ),
  route("GET", "/bucket/:id", "required", "storage.bucket.get", getBucket),
  route("PUT", "/bucket/:id", "required", "storage.bucket.update", updateBucket),
  route("DELETE", "/bucket/:id", "required", "storage.bucket.delete", deleteBucket),

  route("POST", "/object/list/:bucket", "required", "storage.object.list", listObjects),
  route("POST", "/object/list-v2/:bucket", "required", "storage.object.list_v2", listObjectsV2),
  route("POST", "/object/move", "required", "storage.object.move", moveObject),
  route("POST", "/object/copy", "required", "storage.object.copy", copyObject),
  route(
    "POST",
    "/object/upload/sign/:bucket/*",
    "required",
    "storage.object.sign_upload_url",
    signUpload,
  ),
  route(
    "PUT",
    "/object/upload/sign/:bucket/*",
    "none",
    "storage.object.upload_signed",
    uploadSigned,
  ),
  route("POST", "/object/sign/:bucket/*", "required", "storage.object.sign", signObject),
  route("POST", "/object/sign/:bucket", "required", "storage.object.sign_many", signObjects),
  route("GET HEAD", "/object/sign/:bucket/*", "none", "storage.object.get_signed", getSignedObject),
  route(
    "GET",
    "/object/info/public/:bucket/*",
    "none",
    "storage.object.info_public",
    getPublicInfo,
  ),
  route(
    "GET",
    "/object/info/authenticated/:bucket/*",
    "required",
    "object.get_authenticated_info",
    getInfo,
  ),
  route("GET", "/object/info/:bucket/*", "optional", "object.get_authenticated_info", getInfo),
  route(
    "GET HEAD",
    "/object/public/:bucket/*",
    "none",
    "storage.object.get_public",
    getPublicObject,
  ),
  route(
    "GET HEAD",
    "/object/authenticated/:bucket/*",
    "required",
    "storage.object.get_authenticated",
    getAuthenticatedObject,
  ),
  route(
    "GET HEAD",
    "/object/:bucket/*",
    "optional",
    "storage.object.get_authenticated",
    getObject,
  ),
  route("POST", "/object/:bucket/*", "required", "storage.object.upload", createObject),
  route("PUT", "/object/:bucket/*", "required", "storage.object.upload_update", updateObject),
  route("DELETE", "/object/:bucket/*", "required", "storage.object.delete", deleteObject),
  route("DELETE", "/object/:bucket", "required", "storage.object.delete_many", deleteObjects),

  ...resumableRoutes("/upload/resumable/sign", "none"),
  ...resumableRoutes("/upload/resumable", "required"),

  route(
    "GET HEAD",
    "/render/image/public/:bucket/*",
    "none",
    "storage.render.image_public",
    renderPublic,
  ),
  route(
    "GET HEAD",
    "/render/image/authenticated/:bucket/*",
    "required",
    "storage.render.image_authenticated",
    renderAuthenticated,
  ),
  route(
    "GET HEAD",
    "/render/image/sign/:bucket/*",
    "none",
    "storage.render.image_sign",
    renderSigned,
  ),
];

/** Parts of the hosted service that are not here, by the first part of their path. */
const ABSENT: Readonly<Record<string, string>> = {
  cdn: "The CDN cache",
  s3: "The S3 protocol",
  vector: "Vector buckets",
  iceberg: "Analytics buckets",
};

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidRequest("The path is not valid UTF-8");
  }
}

function matchParts(
  pattern: readonly string[],
  path: readonly string[],
): RequestScope["params"] | undefined {
  const params = { bucket: "", key: "", id: "" };
  for (const [index, part] of pattern.entries()) {
    const given = path[index];
    if (given === undefined || (given === "" && part !== "*")) return undefined;
    if (part === "*") {
      const key = path.slice(index).join("/");
      return key === "" ? undefined : { ...params, key: decodePart(key) };
    }
    if (part === ":bucket") params.bucket = decodePart(given);
    else if (part === ":id") params.id = decodePart(given);
    else if (part !== given) return undefined;
  }
  return path.length === pattern.length ? params : undefined;
}

/** Finds the route of a request. Throws for what the local service lacks. */
export function findRoute(
  method: string,
  pathname: string,
): { route: Route; params: RequestScope["params"] } | undefined {
  const path = pathname.split("/").slice(1);
  const absent = ABSENT[path[0] ?? ""];
  if (absent !== undefined) throw notImplemented(absent);
  for (const candidate of ROUTES) {
    if (!candidate.methods.includes(method)) continue;
    const params = matchParts(candidate.parts, path);
    if (params !== undefined) return { route: candidate, params };
  }
  return undefined;
}
