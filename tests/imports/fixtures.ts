/** @module Small archives of every format, written for the tests. */
import { strToU8, zipSync } from "fflate";

/** A ZIP archive of texts, and of values as JSON. */
export function zipOf(files: Readonly<Record<string, unknown>>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(files).map(([name, value]): [string, Uint8Array] => [
    name,
    strToU8(typeof value === "string" ? value : JSON.stringify(value)),
  ]);
  return new Uint8Array(zipSync(Object.fromEntries(entries)));
}

/** Bytes of a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(strToU8(text));
}

/** A workspace of two people and two channels. */
export function slackFiles(): Record<string, unknown> {
  return {
    "users.json": [
      { id: "U1", name: "mira", profile: { display_name: "Mira" } },
      { id: "U2", name: "tomas", profile: { real_name: "Tomas" } },
    ],
    "channels.json": [
      { id: "C1", name: "harbour", topic: { value: "Boats" } },
      { id: "C2", name: "kitchen" },
    ],
    "harbour/2020-02-03.json": [
      { type: "message", subtype: "channel_join", user: "U1", text: "joined", ts: "1580720399.0" },
      {
        type: "message",
        user: "U1",
        text: "<@U2> look at <https://example.test/a|the *tide*> &amp; *hurry* :wave:",
        ts: "1580720400.000100",
        thread_ts: "1580720400.000100",
        reactions: [{ name: "thumbsup", users: ["U2"] }, { name: "partyboat", users: ["U2"] }],
        edited: { user: "U1", ts: "1580720500.0" },
      },
      {
        type: "message",
        user: "U2",
        text: "coming",
        ts: "1580720410.000200",
        thread_ts: "1580720400.000100",
        files: [{ title: "map.png", permalink: "https://files.example.test/map.png" }],
      },
      { type: "message", user: "U2", text: "no time", ts: "never" },
    ],
    "kitchen/2020-02-04.json": [
      { type: "message", bot_id: "B1", username: "kettle", text: "boiled", ts: "1580810400.0" },
    ],
  };
}

/** A channel of Discord. */
export const DISCORD = {
  guild: { id: "1", name: "Guild" },
  channel: { id: "77", type: "GuildTextChat", name: "lounge", topic: "Anything" },
  messages: [
    {
      id: "100",
      type: "Default",
      timestamp: "2021-05-01T10:00:00.123+00:00",
      timestampEdited: "2021-05-01T10:05:00+00:00",
      content: "hello @Big Tom",
      author: { id: "5", name: "mira", nickname: "Mira" },
      mentions: [{ id: "6", name: "tomas", nickname: "Big Tom" }],
      attachments: [{ url: "https://cdn.example.test/x.png", fileName: "x.png" }],
      reactions: [{ emoji: { id: "", name: "🎉" }, users: [{ id: "6", name: "tomas" }] }],
    },
    {
      id: "101",
      type: "Reply",
      timestamp: "2021-05-01T10:01:00+00:00",
      content: "hi back",
      author: { id: "6", name: "tomas" },
      reference: { messageId: "100", channelId: "77" },
    },
    {
      id: "102",
      type: "GuildMemberJoin",
      timestamp: "2021-05-01T10:02:00+00:00",
      content: "",
      author: { id: "7", name: "new" },
    },
  ],
};

/** A bulk export of Mattermost. */
export function mattermostLines(): string {
  const at = Date.parse("2022-01-01T09:00:00.000Z");
  const post = (user: string, message: string, n: number, more: object = {}) => ({
    type: "post",
    post: { team: "crew", channel: "deck", user, message, create_at: at + n, ...more },
  });
  return [
    { type: "version", version: 1 },
    { type: "channel", channel: { team: "crew", name: "deck", display_name: "Deck", type: "P" } },
    { type: "user", user: { username: "mira" } },
    post("mira", "all hands @tomas :wave:", 0, {
      edit_at: at + 60_000,
      reactions: [{ user: "tomas", emoji_name: "+1", create_at: at + 5 }],
      replies: [{ user: "tomas", message: "aye", create_at: at + 10 }],
    }),
    { type: "post", post: { team: "crew", channel: "deck", user: "mira", message: "bad" } },
    { type: "direct_post", direct_post: { user: "mira", message: "secret", create_at: at } },
  ].map((line) => JSON.stringify(line)).join("\n");
}

/** Messages as Gitter's API tells them. */
export const GITTER = [
  {
    id: "a1",
    text: "hi @tomas",
    sent: "2016-03-01T08:00:00.000Z",
    fromUser: { id: "g1", username: "mira" },
    mentions: [{ screenName: "tomas", userId: "g2" }],
  },
  {
    id: "a2",
    text: "hey",
    sent: "2016-03-01T08:01:00.000Z",
    editedAt: "2016-03-01T08:02:00.000Z",
    parentId: "a1",
    fromUser: { id: "g2", username: "tomas" },
  },
];

/** A log as IRC clients write it. */
export const IRC_LOG = [
  "--- Log opened Mon Feb 03 10:00:00 2020",
  "10:00 <@mira> morning",
  "10:00 -!- tomas has joined #dock",
  "10:01 * tomas waves",
  "without a time",
].join("\n");
