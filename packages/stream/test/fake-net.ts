import { ConnectionError } from "@dingtalk-kit/protocol";
import type { Clock } from "@dingtalk-kit/protocol";
import type {
  Net,
  NetRequest,
  NetResponse,
  NetSocket,
  SocketClosed,
  WebSocketOptions,
} from "@dingtalk-kit/net";

export interface FakeSocket {
  /** What arrives. */
  receive(frame: object): void;
  hear(): void;
  /** The peer closes, or the line breaks. */
  break(code: number): void;
}

/** A network in memory, for thousands of lives a second. Every outcome is drawn at random. */
export interface FakeNet extends Net {
  readonly sockets: ReadonlySet<FakeSocket>;
  /** Sockets that are up or on their way, at most. */
  readonly most: number;
  /** From now on everything works. */
  heal(): void;
}

function answer(status: number, body: unknown): NetResponse {
  return { status, headers: {}, text: JSON.stringify(body), json: () => body };
}

const refused = (): Error => new ConnectionError("refused", { stage: "connect.open" });

export function createFakeNet(clock: Clock, random: () => number): FakeNet {
  const sockets = new Set<FakeSocket>();
  let opening = 0;
  let most = 0;
  let healed = false;
  const count = (): void => {
    most = Math.max(most, sockets.size + opening);
  };
  const draw = (): number => (healed ? 0 : random());

  /** Time on the line: none, some, or as much as the limit allows. */
  const travel = async (limitMs: number, signal: AbortSignal | undefined): Promise<void> => {
    const dice = draw();
    signal?.throwIfAborted();
    if (dice < 0.5) return;
    await clock.sleep(dice < 0.9 ? Math.round(dice * 1_000) : limitMs, signal);
    if (dice >= 0.9) throw refused();
  };

  const createSocket = (handlers: WebSocketOptions): NetSocket => {
    const closed = Promise.withResolvers<SocketClosed>();
    let bytesReceived = 200;
    const fake: FakeSocket = {
      receive(frame) {
        bytesReceived += 100;
        handlers.onReceived?.();
        if (sockets.has(fake)) handlers.onMessage(JSON.stringify(frame), socket);
      },
      hear() {
        bytesReceived += 2;
        handlers.onReceived?.();
      },
      break(code) {
        sockets.delete(fake);
        closed.resolve({ code, reason: "", error: undefined });
      },
    };
    const socket: NetSocket = {
      closed: closed.promise,
      get bytesReceived() {
        return bytesReceived;
      },
      send: () => sockets.has(fake),
      ping: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      async close(code, _reason, limitMs) {
        const limit = clock.after(draw() < 0.5 ? 0 : limitMs, () => fake.break(code));
        await closed.promise;
        limit[Symbol.dispose]();
      },
      terminate: () => fake.break(1006),
    };
    sockets.add(fake);
    count();
    return socket;
  };

  return {
    sockets,
    get most() {
      return most;
    },
    heal() {
      healed = true;
    },
    async request({ method, timeoutMs = 10_000, signal }: NetRequest) {
      await travel(timeoutMs, signal);
      if (method === "GET") return answer(draw() < 0.6 ? 404 : 503, {});
      const dice = draw();
      if (dice < 0.7) return answer(200, { endpoint: "wss://example.com/connect", ticket: "t" });
      if (dice < 0.8) return answer(401, { code: "authFailed", message: "no" });
      if (dice < 0.9) return answer(503, {});
      throw refused();
    },
    async openWebSocket(_url, options) {
      opening += 1;
      count();
      try {
        await travel(options.handshakeTimeoutMs ?? 10_000, options.signal);
        if (draw() > 0.8) throw refused();
      } finally {
        opening -= 1;
      }
      return createSocket(options);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.break(1006);
    },
  };
}
