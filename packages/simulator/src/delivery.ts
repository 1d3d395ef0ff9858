import type { RegisteredApp } from "./app.ts";
import type { Core } from "./core.ts";
import type { FaultDetails } from "./fault-spec.ts";
import type { FrameAnswer } from "./frame.ts";
import type { StreamConnection } from "./stream-connection.ts";
import type { StreamGateway } from "./stream-gateway.ts";

/** How a push ended. */
export type Delivery =
  | {
      readonly acked: true;
      readonly code: number;
      readonly message: string | undefined;
      /** The response's `data`, JSON text. */
      readonly data: string;
      readonly attempts: number;
    }
  | {
      readonly acked: false;
      /** `no-connection`: nobody was connected. `not-acknowledged`: nobody answered, every repeat included.
       * `refused`: the last answer said no. `not-mentioned`: a group message that DingTalk does not deliver.
       * `http-mode`: the app does not use Stream mode. `closed`: the simulator was closed. */
      readonly reason:
        | "no-connection"
        | "not-acknowledged"
        | "refused"
        | "not-mentioned"
        | "http-mode"
        | "closed";
      readonly attempts: number;
    };

/** Learns what becomes of a push. */
export interface PushWatch {
  /** It goes to this connection. @returns what to call each time it leaves */
  pushed(connectionId: string, frameId: string): () => void;
  /** A response arrived. */
  acked(frameId: string, answer: FrameAnswer): void;
  settled(delivery: Delivery): void;
}

/** One push and its rules. */
export interface Push {
  readonly type: "EVENT" | "CALLBACK";
  readonly topic: string;
  readonly data: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Wait before each repeat, in milliseconds. Empty: one attempt. */
  readonly repeatAfterMs: readonly number[];
  /** How long the last attempt may go unanswered. */
  readonly lastWaitMs: number;
  readonly newFrameId: boolean;
  readonly hold: boolean;
  /** Comes again so often, acknowledged or not: see the fault `message.redeliver`. */
  readonly redeliver?: FaultDetails<"message.redeliver"> | undefined;
  readonly watch?: PushWatch | undefined;
  accepts(answer: FrameAnswer): boolean;
}

export interface Deliveries extends Disposable {
  deliver(app: RegisteredApp, push: Push): Promise<Delivery>;
}

export function createDeliveries(core: Core, gateway: StreamGateway): Deliveries {
  const open = new Set<(delivery: Delivery) => void>();
  const held = new Set<{ readonly clientId: string; retry(): void }>();
  gateway.onAdmitted((clientId) => {
    // A retry that finds nobody waits again: walk over a copy.
    for (const waiting of [...held].filter((push) => push.clientId === clientId)) waiting.retry();
  });

  const deliver = (app: RegisteredApp, push: Push, settle: (delivery: Delivery) => void): void => {
    let attempts = 0;
    let settled = false;
    let refused = false;
    let timer: Disposable | undefined;
    let frameId = core.ids.frameId();
    const finish = (delivery: Delivery): void => {
      if (settled) return;
      settled = true;
      timer?.[Symbol.dispose]();
      open.delete(finish);
      push.watch?.settled(delivery);
      settle(delivery);
    };
    const answered = (answer: FrameAnswer): void => {
      if (push.accepts(answer)) return finish({ acked: true, ...answer, attempts });
      refused = true;
      if (attempts > push.repeatAfterMs.length) finish({ acked: false, reason: "refused", attempts });
    };
    const pusher = createPusher(core, { gateway, app, push, answered });
    const hold = (): void => {
      const waiting = { clientId: app.clientId, retry: () => (release(), attempt()) };
      const release = (): void => {
        held.delete(waiting);
        timer?.[Symbol.dispose]();
      };
      held.add(waiting);
      timer = core.timers.after(core.options.holdMs, () => {
        held.delete(waiting);
        finish({ acked: false, reason: "no-connection", attempts });
      });
    };
    const attempt = (): void => {
      if (settled) return;
      const connection = gateway.pick(app.clientId, push.type, push.topic);
      if (connection === undefined) {
        return push.hold ? hold() : finish({ acked: false, reason: "no-connection", attempts });
      }
      if (attempts > 0 && push.newFrameId) frameId = core.ids.frameId();
      attempts += 1;
      pusher.push(connection, frameId);
      if (attempts === 1) pusher.redeliver(frameId);
      const repeatAfterMs = push.repeatAfterMs[attempts - 1];
      timer = core.timers.after(repeatAfterMs ?? push.lastWaitMs, () => {
        if (repeatAfterMs !== undefined) return attempt();
        finish({ acked: false, reason: refused ? "refused" : "not-acknowledged", attempts });
      });
    };
    open.add(finish);
    attempt();
  };

  return {
    deliver: (app, push) => new Promise((resolve) => deliver(app, push, resolve)),
    [Symbol.dispose]() {
      for (const finish of open) finish({ acked: false, reason: "closed", attempts: 0 });
    },
  };
}

interface Pusher {
  push(connection: StreamConnection, frameId: string): void;
  /** Pushes again later, acknowledged or not, as the fault `message.redeliver` says. */
  redeliver(firstFrameId: string): void;
}

function createPusher(
  core: Core,
  {
    gateway,
    app,
    push,
    answered,
  }: {
    readonly gateway: StreamGateway;
    readonly app: RegisteredApp;
    readonly push: Push;
    readonly answered: (answer: FrameAnswer) => void;
  },
): Pusher {
  const pusher: Pusher = {
    push(connection, frameId) {
      const onSent = push.watch?.pushed(connection.connectionId, frameId);
      const onAnswer = (answer: FrameAnswer): void => {
        push.watch?.acked(frameId, answer);
        answered(answer);
      };
      connection.push({ ...push, frameId }, { onSent, onAnswer });
    },
    redeliver(firstFrameId) {
      const { count = 0, delayMs = 0, newFrameId = false } = push.redeliver ?? {};
      for (let repeat = 1; repeat <= count; repeat += 1) {
        core.timers.after(repeat * delayMs, () => {
          const connection = gateway.pick(app.clientId, push.type, push.topic);
          if (connection === undefined) return;
          pusher.push(connection, newFrameId ? core.ids.frameId() : firstFrameId);
        });
      }
    },
  };
  return pusher;
}
