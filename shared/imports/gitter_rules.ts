/** @module Messages of Gitter: as its API tells them, and as tables of them. Pure. */
import { GitterLine, GitterMessage } from "./archive_schemas.ts";
import { type ArchiveLine, LEFT_OUT, malformed } from "./rules.ts";
import { outsideOfCode, withEmoji } from "../text/mod.ts";

/** Names the room of a number. */
export function gitterRoom(number: number | string): string {
  return `room ${number}`;
}

/** What an archive of Gitter keeps in files of its own. */
export interface ArchiveNames {
  /** Handles by number of the person. */
  readonly users?: ReadonlyMap<string, string>;
  /** Only messages of the room with this number. */
  readonly onlyRoom?: string;
}

function readApiMessage(value: unknown): ArchiveLine {
  const { success, data, error } = GitterMessage.safeParse(value);
  if (!success) return malformed(error);
  if (data.text.trim() === "") return LEFT_OUT;
  return {
    kind: "message",
    message: {
      key: data.id,
      author: data.fromUser.id,
      authorName: data.fromUser.username,
      body: outsideOfCode(data.text, withEmoji),
      at: data.sent,
      mentions: data.mentions.flatMap(({ screenName, userId }) =>
        userId ? [{ find: `@${screenName}`, key: userId, name: screenName }] : []
      ),
      ...(data.editedAt ? { editedAt: data.editedAt } : {}),
      ...(data.parentId ? { parent: data.parentId } : {}),
    },
  };
}

/** Makes a reader of messages of Gitter. */
export function createGitterReader(names: ArchiveNames): (value: unknown) => ArchiveLine {
  return (value) => {
    if (typeof value === "object" && value !== null && "fromUser" in value) {
      return readApiMessage(value);
    }
    const { success, data, error } = GitterLine.safeParse(value);
    if (!success) return malformed(error);
    const isOther = names.onlyRoom !== undefined && String(data.room) !== names.onlyRoom;
    if (isOther || data.text.trim() === "") return LEFT_OUT;
    const author = String(data.user);
    return {
      kind: "message",
      message: {
        key: String(data.id),
        author,
        authorName: names.users?.get(author) ?? `gitter_${author}`,
        body: outsideOfCode(data.text, withEmoji),
        at: data.at,
        room: gitterRoom(data.room),
        mentions: (data.mentions ?? []).flatMap((user) => {
          const name = names.users?.get(String(user));
          return name === undefined ? [] : [{ find: `@${name}`, key: String(user), name }];
        }),
      },
    };
  };
}
