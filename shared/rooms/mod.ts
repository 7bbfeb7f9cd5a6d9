/** @module Rooms and the messages in them, as other domains may use them. */
export { roomRoutes } from "./routes.ts";
export { Message, Room, RoomMember } from "./schemas.ts";
