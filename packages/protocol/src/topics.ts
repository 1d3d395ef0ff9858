/** `CALLBACK` topic: a user's message to the robot. */
export const ROBOT_MESSAGE_TOPIC = "/v1.0/im/bot/messages/get";
/** `CALLBACK` topic: a click on a card. */
export const CARD_ACTION_TOPIC = "/v1.0/card/instances/callback";
/** `EVENT` topic: every event that is ticked in the developer console. */
export const ALL_EVENTS_TOPIC = "*";
