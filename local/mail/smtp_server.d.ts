/** @module What is used of the library `smtp-server`, which comes without types. */
import type { Server } from "node:net";

/** A mail server. */
export class SMTPServer {
  constructor(options: {
    authOptional: boolean;
    disabledCommands: string[];
    size: number;
    disableReverseLookup: boolean;
    onData(
      stream: AsyncIterable<Uint8Array>,
      session: unknown,
      done: (error?: Error) => void,
    ): void;
  });
  readonly server: Server;
  on(event: "error", listener: (error: Error) => void): void;
  listen(port: number, host: string, listening: () => void): void;
  close(closed: () => void): void;
}
