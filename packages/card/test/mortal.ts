/** Where a process dies: before its `call`-th call to a port or its journal takes effect, or after, but unanswered. */
export interface Cut {
  readonly call: number;
  readonly effect: boolean;
}

/** The life of a process: none of its calls is answered once it is over. */
export interface Mortal {
  readonly dead: boolean;
  readonly died: Promise<void>;
  readonly live: <T>(call: () => Promise<T>) => Promise<T>;
}

export function createMortal(cut: Cut | undefined): Mortal {
  const death = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  let calls = 0;
  let dead = false;
  return {
    get dead() {
      return dead;
    },
    died: death.promise,
    async live(call) {
      if (dead) return never;
      const isLast = calls === cut?.call;
      calls += 1;
      if (!isLast) {
        const answer = await call();
        return dead ? never : answer;
      }
      dead = true;
      if (cut.effect) await call();
      death.resolve();
      return never;
    },
  };
}
