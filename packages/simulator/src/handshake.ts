import { STATUS_CODES } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

import type { Core } from "./core.ts";
import type { Reply } from "./refusal.ts";
import { encodeReply } from "./refusal.ts";
import type { Admission, Tickets } from "./tickets.ts";

/** Decides over one WebSocket upgrade, faults included. */
export function createHandshake(
  core: Core,
  tickets: Tickets,
  gateway: {
    countOpen(clientId: string): number;
    admit(request: IncomingMessage, head: Buffer, admission: Admission): void;
  },
): (request: IncomingMessage, head: Buffer) => void {
  const { faults, options, timers } = core;
  return (request, head) => {
    const { socket } = request;
    const refuse = (reply: Reply): void => refuseUpgrade(socket, reply);
    const url = new URL(request.url ?? "/", "http://simulator");
    if (url.pathname !== "/connect") return refuse({ status: 404, body: "" });
    // The status for a bad ticket is unpublished; 401 is what the SDKs treat as final.
    const admission = tickets.redeem(url.searchParams.get("ticket") ?? "");
    if (admission === undefined) return refuse({ status: 401, body: "" });
    const { clientId } = admission.app;
    if (gateway.countOpen(clientId) >= options.maxConnections) return refuse({ status: 403, body: "" });

    socket.on("error", () => socket.destroy());
    const refusal = faults.strike("handshake.refuse", { clientId });
    if (refusal !== undefined) return refuse(refusal);
    if (faults.strike("handshake.hang", { clientId }) !== undefined) return void socket.resume();
    const slow = faults.strike("handshake.slow", { clientId });
    if (slow === undefined) return gateway.admit(request, head, admission);
    const timer = timers.after(slow.delayMs, () => {
      if (!socket.destroyed) gateway.admit(request, head, admission);
    });
    socket.on("close", () => timer[Symbol.dispose]());
  };
}

function refuseUpgrade(socket: Socket, reply: Reply): void {
  const { text, contentType } = encodeReply(reply);
  socket.on("error", () => undefined);
  socket.end(
    `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ""}\r\nConnection: close\r\n` +
      `Content-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}
