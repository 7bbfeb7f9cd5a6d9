/** @module HTTP face of media. */
import { IdParams } from "../core/shapes.ts";
import { type Route, route } from "../http/route.ts";
import { Media, StreamQuery, UploadMedia } from "./schemas.ts";
import {
  IMAGE_BYTES_MAX,
  type MediaDeps,
  readMedia,
  removeMedia,
  streamMedia,
  uploadMedia,
} from "./service.ts";

/** Room for the form around the file. */
const FORM_BYTES = 65_536;

/** Routes of media. */
export function mediaRoutes(deps: MediaDeps): Route[] {
  return [
    route(
      {
        method: "post",
        path: "/media/upload",
        tag: "media",
        summary: "Upload an image; what it knows of place and camera is removed",
        form: UploadMedia,
        bodyBytesMax: IMAGE_BYTES_MAX + FORM_BYTES,
        answer: Media,
        status: 201,
        problems: ["not-configured", "too-large", "unsupported-media-type"],
      },
      ({ viewer, form }) => uploadMedia(deps, viewer, form),
    ),
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
        otherStatuses: [206],
        etag: false,
      },
      ({ viewer, params, query, c }) =>
        streamMedia(deps, viewer, { id: params.id, query, range: c.req.header("range") }),
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
