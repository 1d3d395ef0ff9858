import type { Connection } from "./connection.ts";

/** The connections that are open: one, and during a change-over two. They pause and resume together. */
export interface ConnectionSet {
  add(connection: Connection): void;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

export function createConnectionSet(): ConnectionSet {
  const connections = new Set<Connection>();
  let paused = false;
  return {
    add(connection) {
      connections.add(connection);
      void connection.closed.finally(() => connections.delete(connection));
      if (paused) connection.pause();
    },
    pause() {
      paused = true;
      for (const connection of connections) connection.pause();
    },
    resume() {
      paused = false;
      for (const connection of connections) connection.resume();
    },
    async close() {
      await Promise.all([...connections].map((connection) => connection.close()));
    },
  };
}
