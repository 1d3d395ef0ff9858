export { createNet } from "./net.ts";
export type { Net } from "./net.ts";
export type { NetOptions } from "./options.ts";
export type { NetRequest, NetResponse } from "./http-request.ts";
export type { WebSocketOptions } from "./web-socket.ts";
export type { NetSocket, SocketClosed, SocketHandlers } from "./net-socket.ts";
export { readPlatformAnswer } from "./platform-answer.ts";
export type { PlatformCall, PlatformObject } from "./platform-answer.ts";
