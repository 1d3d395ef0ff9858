import type { Connection } from "./connection.ts";

/** The connections that are open: one, and during a change-over two. They pause and resume together. */
export interface LinkSet {
  get(id: number): Connection | undefined;
  add(id: number, connection: Connection): void;
  delete(id: number): void;
  /** When anything arrived last, on this connection or on one that was asked for before. */
  heardAtMs(id: number | undefined): number | undefined;
  readonly paused: boolean;
  pause(): void;
  resume(): void;
  /** Resolves when all are gone. */
  gone(): Promise<void>;
}

export function createLinkSet(): LinkSet {
  const links = new Map<number, Connection>();
  let paused = false;
  let lastHeardAtMs: number | undefined;
  return {
    get: (id) => links.get(id),
    add(id, connection) {
      links.set(id, connection);
      if (paused) connection.pause();
    },
    delete: (id) => void links.delete(id),
    heardAtMs(id) {
      const link = id === undefined ? undefined : links.get(id);
      if (link !== undefined) lastHeardAtMs = link.heardAtMs();
      return lastHeardAtMs;
    },
    get paused() {
      return paused;
    },
    pause() {
      paused = true;
      for (const link of links.values()) link.pause();
    },
    resume() {
      paused = false;
      for (const link of links.values()) link.resume();
    },
    async gone() {
      await Promise.all([...links.values()].map(({ closed }) => closed));
    },
  };
}
