/** Which turns wait for an agent, and that agents are at work at all. */
export interface AgentProgress {
  /** A turn waits until its agent starts. `heard` is called while others get on: the host has a queue of its own. */
  wait(heard: () => void): Disposable;
  /** Some agent gave a sign of life. */
  sign(): void;
}

export function createAgentProgress(): AgentProgress {
  const waiting = new Set<() => void>();
  return {
    wait(heard) {
      waiting.add(heard);
      return { [Symbol.dispose]: () => void waiting.delete(heard) };
    },
    sign() {
      for (const heard of waiting) heard();
    },
  };
}
