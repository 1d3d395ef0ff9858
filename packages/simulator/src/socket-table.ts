import type { Socket } from "node:net";

/** The TCP sockets below everything else, TLS included: only there can a connection be reset. */
export interface SocketTable extends Disposable {
  add(socket: Socket): void;
  /** Sends RST to the peer of this socket, which may be the TLS side of one in the table. */
  reset(socket: Pick<Socket, "remoteAddress" | "remotePort">): void;
}

export function createSocketTable(): SocketTable {
  const sockets = new Set<Socket>();
  return {
    add(socket) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    },
    reset({ remoteAddress, remotePort }) {
      for (const socket of sockets) {
        if (socket.remotePort !== remotePort || socket.remoteAddress !== remoteAddress) continue;
        socket.resetAndDestroy();
        return;
      }
    },
    // Also those that never spoke, or are half through a handshake: a server waits for every one.
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
