/** @module HTTP face of media. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { BYTES_MAX } from "./rules.ts";
import { ChangeMedia, FilterMedia, Media, StreamQuery, UploadMedia } from "./schemas.ts";
import { describeMedia, readMedia, removeMedia } from "./service.ts";
import type { MediaDeps } from "./store.ts";
import { streamMedia } from "./stream.ts";
import { filterMedia, uploadMedia } from "./upload.ts";

/** Room for the form around the file. */
const FORM_BYTES = 65_536;

function makingRoutes(deps: MediaDeps): Route[] {
  return [
    route(
      {
        method: "post",
        path: "/media/upload",
        tag: "media",
        summary: "Upload an image, video or document; what tells of place and camera is removed",
        streamedForm: UploadMedia,
        bodyBytesMax: BYTES_MAX.video + FORM_BYTES,
        answer: Media,
        status: 201,
        limit: "upload",
        problems: ["not-configured", "quota-exceeded", "too-large", "unsupported-media-type"],
      },
      ({ viewer, c }) => uploadMedia(deps, viewer, c.req.raw),
    ),
    route(
      {
        method: "post",
        path: "/media/{id}/filter",
        tag: "media",
        summary: "Make a new picture of one's own: filtered, cut, or both",
        params: IdParams,
        body: FilterMedia,
        answer: Media,
        status: 201,
        limit: "upload",
        problems: ["not-configured", "not-permitted", "quota-exceeded"],
      },
      ({ viewer, params, body }) => filterMedia(deps, viewer, { id: params.id, wanted: body }),
    ),
  ];
}

function keepingRoutes(deps: MediaDeps): Route[] {
  return [
    route(
      {
        method: "get",
        path: "/media/{id}",
        access: "anyone",
        tag: "media",
        summary: "Read a file's description",
        params: IdParams,
        answer: Media,
      },
      ({ viewer, params }) => readMedia(deps, viewer, params.id),
    ),
    route(
      {
        method: "get",
        path: "/media/{id}/stream",
        access: "anyone",
        tag: "media",
        summary: "Fetch a file, whole or by range",
        params: IdParams,
        query: StreamQuery,
        contentType: "application/octet-stream",
        otherStatuses: [206, 304],
        problems: ["range-not-satisfiable"],
        etag: false,
      },
      ({ viewer, params, query, c }) => {
        const { method, headers } = c.req.raw;
        return streamMedia(deps, viewer, { id: params.id, query, method, headers });
      },
    ),
    route(
      {
        method: "patch",
        path: "/media/{id}",
        tag: "media",
        summary: "Say what one's own picture shows",
        params: IdParams,
        body: ChangeMedia,
        answer: Media,
      },
      ({ viewer, params, body }) => describeMedia(deps, viewer, { id: params.id, alt: body.alt }),
    ),
    route(
      {
        method: "delete",
        path: "/media/{id}",
        tag: "media",
        summary: "Remove one's own file everywhere",
        params: IdParams,
      },
      ({ viewer, params }) => removeMedia(deps, viewer, params.id),
    ),
  ];
}

/** Routes of media. */
export function mediaRoutes(deps: MediaDeps): Route[] {
  return [...makingRoutes(deps), ...keepingRoutes(deps)];
}
