/** Buffer between sockets and one consumer. */
export interface InboundQueue<T> {
  /** Never refuses: what arrives before the sockets have paused still counts. */
  push(item: T): void;
  next(): Promise<IteratorResult<T, undefined>>;
  /** Drops what is buffered: it was not acknowledged, so it comes again. */
  end(): void;
  fail(error: unknown): void;
  readonly full: boolean;
}

export interface QueueOptions {
  /** `onFull` is called when so many items wait. */
  readonly highWaterMark: number;
  /** `onDrained` is called when, after that, so few are left. */
  readonly lowWaterMark: number;
  onFull(): void;
  onDrained(): void;
}

type Ending = { readonly error: unknown } | "ended";

export function createInboundQueue<T>(options: QueueOptions): InboundQueue<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  let full = false;
  let ending: Ending | undefined;
  const waiting: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];

  const finish = (how: Ending): void => {
    if (ending !== undefined) return;
    ending = how;
    items = [];
    head = 0;
    for (const consumer of waiting.splice(0)) {
      if (how === "ended") consumer.resolve({ done: true, value: undefined });
      else consumer.reject(how.error);
    }
  };

  const shift = (): IteratorResult<T, undefined> | undefined => {
    const value = items[head];
    if (value === undefined) return undefined;
    // Not held until the array moves up: what was taken shall be collected young.
    items[head] = undefined;
    head += 1;
    // Moving the rest up at each step would cost more than the whole queue.
    if (head > options.highWaterMark) {
      items = items.slice(head);
      head = 0;
    }
    if (full && items.length - head <= options.lowWaterMark) {
      full = false;
      options.onDrained();
    }
    return { done: false, value };
  };

  return {
    push(item) {
      if (ending !== undefined) return;
      if (waiting.length > 0) {
        waiting.shift()?.resolve({ done: false, value: item });
        return;
      }
      items.push(item);
      if (!full && items.length - head >= options.highWaterMark) {
        full = true;
        options.onFull();
      }
    },
    // Not `async`: that would cost each delivery two more promises.
    next() {
      if (ending === "ended") return Promise.resolve({ done: true, value: undefined });
      if (ending !== undefined) return Promise.reject(ending.error);
      const result = shift();
      if (result !== undefined) return Promise.resolve(result);
      const consumer = Promise.withResolvers<IteratorResult<T, undefined>>();
      waiting.push(consumer);
      return consumer.promise;
    },
    end: () => finish("ended"),
    fail: (error) => finish({ error }),
    get full() {
      return full;
    },
  };
}
