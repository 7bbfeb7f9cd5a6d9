/** @module The shape that every stand-in of a hosted service has, for the gateway to mount it. */

/** What the listener knows of a request besides the request itself. */
export interface ConnectionInfo {
  /** Address of the peer, as the socket reports it. */
  readonly remoteAddress: string;
}

/** A running stand-in. It sees the paths of the real service, without the gateway's prefix. */
export interface LocalService extends AsyncDisposable {
  /** Answers one request. Never throws for a bad request. */
  fetch(request: Request, info: ConnectionInfo): Response | Promise<Response>;
}
