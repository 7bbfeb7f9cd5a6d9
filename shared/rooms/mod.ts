/** @module Rooms and the messages in them, as other domains may use them. */
export { retentionTask } from "./jobs.ts";
export { remindersTask } from "./reminder_jobs.ts";
export { unreadConsumer } from "./message_jobs.ts";
export { roomRoutes } from "./routes.ts";
export { writeMessage } from "./message_service.ts";
export { scheduledMessagesTask } from "./scheduled_service.ts";
export { openConversation } from "./service.ts";
export { Message, Room, RoomMember } from "./schemas.ts";
