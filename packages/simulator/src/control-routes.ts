import { ConfigError } from "@dingtalk-kit/protocol";

import {
  readAdvance,
  readApp,
  readClick,
  readConnectionOrder,
  readDecision,
  readEvent,
  readFailure,
  readGroup,
  readMessageId,
  readSay,
  readTimeoutMs,
} from "./control-input.ts";
import { checkFault } from "./fault-read.ts";
import type { JsonObject } from "./json.ts";
import type { SaidMessage } from "./person.ts";
import type { Simulator } from "./simulator.ts";
import type { FaultInfo } from "./standing-fault.ts";

export interface ControlCall {
  readonly body: JsonObject;
  readonly query: URLSearchParams;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

export type ControlRoute = (call: ControlCall) => unknown;

/** Messages whose answer may still be asked for. */
const MAX_SAID = 5_000;

/** By method and path. */
export function createControlRoutes(simulator: () => Simulator): ReadonlyMap<string, ControlRoute> {
  return new Map<string, ControlRoute>([
    ["GET /_sim", () => describe(simulator())],
    ["GET /_sim/messages", ({ query }) => simulator().messages(query.get("conversationId") ?? undefined)],
    ["GET /_sim/cards", () => simulator().cards()],
    ["GET /_sim/calls", ({ query }) => simulator().calls(callFilter(query))],
    ["GET /_sim/ledger", () => simulator().ledger()],
    ["GET /_sim/connections", () => simulator().connections()],
    ["GET /_sim/violations", () => simulator().violations()],
    ...talkRoutes(simulator),
    ["POST /_sim/click", ({ body }) => simulator().click(readClick(body))],
    ["POST /_sim/event", ({ body }) => simulator().emitEvent(readEvent(body))],
    ["POST /_sim/apps", ({ body }) => simulator().addApp(readApp(body))],
    ["POST /_sim/groups", ({ body }) => simulator().addGroup(readGroup(body))],
    ...consoleRoutes(simulator),
    ["GET /_sim/faults", () => ({ seed: simulator().seed, faults: simulator().faults() })],
    ["POST /_sim/faults", ({ body }) => setFault(simulator(), body)],
    ["DELETE /_sim/faults", ({ query }) => simulator().liftFaults(query.get("id") ?? undefined)],
    ["POST /_sim/clock", ({ body }) => simulator().advance(readAdvance(body))],
    ["POST /_sim/expire-tokens", () => simulator().expireTokens()],
    [
      "POST /_sim/fail-next",
      ({ body }) => {
        const { path, ...failure } = readFailure(body);
        simulator().failNext(path, failure);
      },
    ],
    [
      "POST /_sim/send",
      ({ body }) => {
        const { frame, clientId } = readConnectionOrder(body);
        return { connections: simulator().send(frame, clientId) };
      },
    ],
    [
      "POST /_sim/disconnect",
      ({ body }) => {
        const { reason, clientId } = readConnectionOrder(body);
        simulator().disconnect(reason, clientId);
      },
    ],
    ["POST /_sim/drop", ({ body }) => simulator().dropSockets(readConnectionOrder(body).clientId)],
  ]);
}

/** Saying something, and waiting for what comes of it. */
function talkRoutes(simulator: () => Simulator): ReadonlyArray<readonly [string, ControlRoute]> {
  const saidById = new Map<string, SaidMessage>();
  const say = async (body: JsonObject): Promise<SaidMessage> => {
    const said = await simulator().say(readSay(body));
    saidById.set(said.messageId, said);
    if (saidById.size > MAX_SAID) saidById.delete(saidById.keys().next().value ?? "");
    return said;
  };
  const find = (body: JsonObject): SaidMessage => {
    const messageId = readMessageId(body);
    const said = saidById.get(messageId);
    if (said === undefined) throw new ConfigError(`nothing was said under ${messageId}`);
    return said;
  };
  return [
    ["POST /_sim/say", async ({ body }) => withoutDelivery(await say(body))],
    [
      "POST /_sim/ask",
      async ({ body, signal }) => {
        const timeoutMs = readTimeoutMs(body);
        return simulator().answer(await say(body), { timeoutMs, signal });
      },
    ],
    [
      "POST /_sim/answer",
      ({ body, signal }) => simulator().answer(find(body), { timeoutMs: readTimeoutMs(body), signal }),
    ],
    ["POST /_sim/delivered", ({ body }) => find(body).delivered],
  ];
}

/** What a person does in DingTalk's app and its developer console. */
function consoleRoutes(simulator: () => Simulator): ReadonlyArray<readonly [string, ControlRoute]> {
  return [
    ["GET /_sim/registrations", () => simulator().registrations()],
    [
      "POST /_sim/registrations/approve",
      ({ body }) => {
        const { userCode, app } = readDecision(body);
        return simulator().approveRegistration(userCode, app);
      },
    ],
    [
      "POST /_sim/registrations/refuse",
      ({ body }) => {
        const { userCode, reason } = readDecision(body);
        simulator().refuseRegistration(userCode, reason);
      },
    ],
    [
      "POST /_sim/registrations/expire",
      ({ body }) => simulator().expireRegistration(readDecision(body).userCode),
    ],
    ["POST /_sim/stream-mode", ({ body }) => simulator().saveStreamMode(readConnectionOrder(body).clientId)],
  ];
}

function setFault(simulator: Simulator, order: JsonObject): FaultInfo {
  checkFault(order);
  return simulator.fault(order).info();
}

function withoutDelivery({ messageId, conversationId, from, clientId }: SaidMessage): object {
  return { messageId, conversationId, from, clientId };
}

function callFilter(query: URLSearchParams): { method: string | undefined; path: string | undefined } {
  return { method: query.get("method") ?? undefined, path: query.get("path") ?? undefined };
}

function describe({ url, endpoints, app, seed }: Simulator): object {
  return { url, endpoints, app, control: `${url}/_sim`, seed };
}
