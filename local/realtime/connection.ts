/** @module What a channel needs of the socket that carries it. */
import type { Frame } from "./broadcast.ts";
import type { Version } from "./frames.ts";

/** A client's socket. */
export interface Connection {
  readonly version: Version;
  /** Token that the socket was opened with. */
  readonly token: string;
  /** The `x-` headers of the upgrade. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sends a frame, or drops the socket when the client reads too slowly. */
  send(frame: Frame): void;
}
