/** @module What the client helper knows of the product's shapes. */

/** A person in short. */
export interface ProfileSummary {
  readonly id: string;
  readonly handle: string;
  readonly display_name: string;
  readonly avatar_url: string | null;
  readonly is_bot: boolean;
}

/** How often one emoji was given. */
export interface MessageReaction {
  readonly emoji: string;
  readonly count: number;
  readonly me?: boolean;
}

/** A message; events lack what differs from person to person. */
export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly room_id: string;
  readonly author: ProfileSummary;
  readonly kind: "user" | "system" | "bot";
  readonly body: string;
  readonly body_html: string;
  readonly parent_id: string | null;
  readonly also_in_room?: boolean;
  readonly reactions: readonly MessageReaction[];
  readonly pinned: boolean;
  /** How far one's own message has come in a conversation. */
  readonly receipt?: "sent" | "delivered" | "read";
  readonly created_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
}

/** A room, as far as the helper needs it. */
export interface Room {
  readonly id: string;
  readonly kind: "channel" | "group" | "direct";
  readonly topic: string;
  readonly live_topic: string;
  readonly viewer: { readonly role: string | null };
}

/** A call, as far as the helper needs it. */
export interface Call {
  readonly id: string;
  readonly topic: string;
  readonly room_id: string;
  readonly participants: readonly (ProfileSummary & { readonly state: string })[];
  readonly ended_at: string | null;
  readonly livekit: { readonly url: string; readonly token: string } | null;
}

/** What is said on a topic: every payload has these two. */
export interface LiveEvent {
  readonly event_id: string;
  readonly sent_at: string;
  readonly [field: string]: unknown;
}

/** A message that is on its way. */
export interface Draft {
  readonly id: string;
  readonly body: string;
  readonly parent_id?: string;
  readonly media_ids?: readonly string[];
}

/** One line of a conversation. */
export type Entry =
  | { readonly id: string; readonly state: "sent"; readonly message: Message }
  | { readonly id: string; readonly state: "sending"; readonly draft: Draft }
  | {
    readonly id: string;
    readonly state: "failed";
    readonly draft: Draft;
    readonly problem: Error;
  };

/** Why a room or a call came to its end for this client; only calls are ever `over` for all. */
export type EndReason = "closed" | "removed" | "signed-out" | "over";
