import net from "node:net";
import type { LookupFunction, Socket } from "node:net";
import tls from "node:tls";

import { ConnectionError } from "@dingtalk-kit/protocol";
import type { Clock } from "@dingtalk-kit/protocol";

import { abortable } from "./abortable.ts";
import { authorityOf } from "./authority.ts";
import type { DialTarget } from "./authority.ts";
import { openDeadline } from "./deadline.ts";
import type { Deadline } from "./deadline.ts";
import { attemptTimeout, STEP_LIMITS, stepFailure, stepTimeout } from "./dial-step.ts";
import type { DialStep } from "./dial-step.ts";
import { reasonOf } from "./failure-reason.ts";
import type { ResolvedNetOptions } from "./options.ts";
import type { ProxyServer } from "./proxy-url.ts";
import { openTunnel } from "./tunnel.ts";

/** Opens TCP, proxy and TLS connections for HTTPS calls and for WebSockets alike. Disposing drops every attempt. */
export interface Dialer extends Disposable {
  /**
   * Connects, through a proxy where one is chosen.
   *
   * @throws ConnectionError or TimeoutError with the phase as its stage; ConfigError when the proxy's URL is unusable.
   */
  dial(target: DialTarget, signal?: AbortSignal): Promise<Socket>;
  /** Step of an attempt under way to `host:port`, for the text of a time-out. */
  stepOf(authority: string): DialStep | undefined;
}

export interface DialerOptions {
  readonly clock: Clock;
  readonly options: ResolvedNetOptions;
  /** @defaultValue the system's resolver */
  readonly lookup?: LookupFunction | undefined;
}

interface Attempt {
  readonly target: DialTarget;
  readonly proxy: ProxyServer | undefined;
  readonly deadline: Deadline;
  /** Why addresses were given up so far. */
  readonly tried: string[];
  step: DialStep;
  /** The outermost so far: with it goes everything below. */
  socket: Socket | undefined;
}

// Node's own default is 250 ms per address, which a healthy but distant host misses.
const ADDRESS_ATTEMPT_MS = 1_500;

function enter(attempt: Attempt, step: DialStep, options: ResolvedNetOptions): void {
  const timeoutMs = options[STEP_LIMITS[step.kind]];
  attempt.step = step;
  attempt.deadline.enter(timeoutMs, () => stepTimeout(step, { timeoutMs, tried: attempt.tried }));
}

function firstStep({ host, port }: DialTarget, leg: DialStep["leg"]): DialStep {
  const authority = authorityOf({ host, port });
  const peer = leg === "proxy" ? `the proxy ${authority}` : authority;
  return { kind: net.isIP(host) === 0 ? "dns" : "tcp", leg, peer };
}

/** Settles with `socket` at `event`. The error listener stays: until its next owner listens, nothing may crash. */
function ready<S extends Socket>(socket: S, event: "connect" | "secureConnect"): Promise<S> {
  return new Promise((resolve, reject) => {
    socket
      .once(event, () => resolve(socket))
      .once("close", () => reject(new Error("the connection was closed")))
      .on("error", reject);
  });
}

function connectTcp(attempt: Attempt, { options, lookup }: DialerOptions): Promise<Socket> {
  const { host, port } = attempt.proxy ?? attempt.target;
  const socket = net.connect({
    host,
    port,
    family: options.ipFamily,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    ...(lookup === undefined ? {} : { lookup }),
  });
  attempt.socket = socket;
  socket.once("lookup", (error) => {
    if (!error) enter(attempt, { ...attempt.step, kind: "tcp" }, options);
  });
  socket.on("connectionAttemptFailed", (_ip, _port, _family, error) => attempt.tried.push(reasonOf(error)));
  socket.on("connectionAttemptTimeout", (ip) => attempt.tried.push(`${ip} did not answer`));
  return ready(socket, "connect");
}

function startTls(
  attempt: Attempt,
  socket: Socket,
  host: string,
  options: ResolvedNetOptions,
): Promise<Socket> {
  const secureContext = options.secureContext();
  const secured = tls.connect({
    socket,
    host,
    servername: net.isIP(host) === 0 ? host : "",
    ALPNProtocols: ["http/1.1"],
    ...(secureContext === undefined ? {} : { secureContext }),
  });
  attempt.socket = secured;
  return ready(secured, "secureConnect");
}

async function establish(attempt: Attempt, dialer: DialerOptions): Promise<Socket> {
  const { target, proxy } = attempt;
  const { options } = dialer;
  let socket = await connectTcp(attempt, dialer);
  let { peer } = attempt.step;
  if (proxy !== undefined) {
    if (proxy.secure) {
      enter(attempt, { kind: "tls", leg: "proxy", peer }, options);
      socket = await startTls(attempt, socket, proxy.host, options);
    }
    const authority = authorityOf(target);
    enter(attempt, { kind: "tunnel", leg: "proxy", peer: `${peer} to ${authority}` }, options);
    await openTunnel(socket, proxy, target);
    peer = `${authority} through ${peer}`;
  }
  if (!target.secure) return socket;
  enter(attempt, { kind: "tls", leg: "target", peer }, options);
  return startTls(attempt, socket, target.host, options);
}

export function createDialer(dialer: DialerOptions): Dialer {
  const { clock, options } = dialer;
  const attempts = new Set<Attempt>();
  const closing = new AbortController();

  const dial = async (target: DialTarget, signal?: AbortSignal): Promise<Socket> => {
    const proxy = options.proxyFor(target);
    const timeoutMs = options.connectTimeoutMs;
    using deadline = openDeadline(clock, {
      timeoutMs,
      timedOut: () => attemptTimeout(authorityOf(target), attempt.step, { timeoutMs, tried: attempt.tried }),
      signals: [signal, closing.signal],
    });
    const step = firstStep(proxy ?? target, proxy === undefined ? "target" : "proxy");
    const attempt: Attempt = { target, proxy, deadline, tried: [], step, socket: undefined };
    attempts.add(attempt);
    try {
      deadline.signal.throwIfAborted();
      enter(attempt, step, options);
      return await abortable(establish(attempt, dialer), deadline.signal);
    } catch (cause) {
      attempt.socket?.destroy();
      throw deadline.signal.aborted ? deadline.signal.reason : stepFailure(attempt.step, cause);
    } finally {
      attempts.delete(attempt);
    }
  };

  return {
    dial,
    stepOf: (authority) => [...attempts].find((attempt) => authorityOf(attempt.target) === authority)?.step,
    [Symbol.dispose]: () =>
      closing.abort(new ConnectionError("the connection attempt was dropped", { stage: "tcp" })),
  };
}
