import { ConfigError, fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import { createAccessTokens } from "./access-token.ts";
import type { RegisteredApp } from "./app.ts";
import { createAnswers } from "./answers.ts";
import { createApiServer } from "./api-server.ts";
import { failNext } from "./call-faults.ts";
import { createCallLog } from "./call-log.ts";
import { createCardCreate } from "./card-create.ts";
import { createCardStore } from "./card-store.ts";
import { createCardStreaming } from "./card-streaming.ts";
import { createCardUpdate } from "./card-update.ts";
import { createChat } from "./chat.ts";
import { createControlApi } from "./control-api.ts";
import { createCore } from "./core.ts";
import type { Core } from "./core.ts";
import { createDeliveries } from "./delivery.ts";
import { createRegistrations } from "./device-registration.ts";
import { createEmotion } from "./emotion.ts";
import { openListener } from "./listener.ts";
import type { SimulatorOptions } from "./options.ts";
import { createMessageLedger } from "./message-ledger.ts";
import { createPeople } from "./people.ts";
import { createSay, findApp } from "./person.ts";
import { pushClick, pushEvent } from "./push-kinds.ts";
import { createRegistrationRoutes } from "./registration-routes.ts";
import { resolveOptions } from "./resolve-options.ts";
import { createRobotOutput } from "./robot-output.ts";
import { createRobotSend } from "./robot-send.ts";
import { createSessionWebhook } from "./session-webhook.ts";
import { createSessions } from "./sessions.ts";
import type { Simulator } from "./simulator.ts";
import { createStreamGateway } from "./stream-gateway.ts";
import { createTickets } from "./tickets.ts";

/**
 * Starts a DingTalk on loopback.
 *
 * @throws ConfigError for options that make no sense, and for a port that is taken.
 */
export async function openSimulator(
  options: SimulatorOptions = {},
  ports: Partial<Ports> = {},
): Promise<Simulator> {
  const core = createCore(resolveOptions(options), fillPorts(ports));
  const world = createWorld(core, () => listener.url);
  const listener = await openListener(core, {
    api: world.api,
    control: createControlApi(() => simulator),
    upgrade: (...request) => world.gateway.upgrade(...request),
  });
  const simulator = createSimulator(core, world, listener);
  return simulator;
}

type World = ReturnType<typeof createWorld>;

function createWorld(core: Core, url: () => string) {
  const calls = createCallLog();
  const people = createPeople(core.options.people);
  const chat = createChat(core);
  const answers = createAnswers(core.timers);
  const output = createRobotOutput(chat, answers);
  const cards = createCardStore(core.options.templates);
  const tokens = createAccessTokens(core);
  const sessions = createSessions(core, () => core.options.oapiUrl ?? url());
  const websocketUrl = (): string => core.options.websocketUrl ?? `${url().replace("http", "ws")}/connect`;
  const tickets = createTickets(core, websocketUrl);
  const gateway = createStreamGateway(core, tickets);
  const deliveries = createDeliveries(core, gateway);
  const registrations = createRegistrations(core);
  const api = createApiServer(core, {
    tokens,
    calls,
    routes: [
      ...tokens.routes,
      ...tickets.routes,
      ...createRobotSend(core, { chat, people, output }),
      ...createSessionWebhook(core, { sessions, chat, output }),
      ...createCardCreate(core, { cards, chat, people, output }),
      ...createCardUpdate(cards),
      ...createCardStreaming(core, cards),
      ...createEmotion(core, chat),
      ...createRegistrationRoutes(core, registrations),
    ],
  });
  const ledger = createMessageLedger(core, chat);
  const say = createSay(core, { chat, people, sessions, deliveries, ledger });
  setStartingFaults(core);
  return { calls, chat, answers, cards, tokens, gateway, deliveries, api, say, ledger, registrations };
}

function saveStreamMode(core: Core, { gateway }: World, app: RegisteredApp): void {
  if (gateway.all(app.clientId).length === 0) {
    throw new ConfigError(`the console refuses: no connection of ${app.clientId} is open`);
  }
  core.addApp({ ...app, events: "stream" });
}

/** The options that are short for faults, and those that are faults. */
function setStartingFaults({ faults, options }: Core): void {
  const { latencyMs, qpsLimit } = options;
  if (qpsLimit > 0) faults.add({ kind: "call.throttle", limit: qpsLimit });
  if (typeof latencyMs === "number") {
    if (latencyMs > 0) faults.add({ kind: "call.slow", delayMs: latencyMs });
  } else {
    for (const [path, delayMs] of Object.entries(latencyMs)) {
      faults.add({ kind: "call.slow", delayMs, where: { path } });
    }
  }
  for (const fault of options.faults) faults.add(fault);
}

function createSimulator(
  core: Core,
  world: World,
  listener: AsyncDisposable & { readonly url: string },
): Simulator {
  const { url } = listener;
  let closing: Promise<void> | undefined;
  return {
    url,
    endpoints: { api: url, oapi: url },
    app: findApp(core, undefined),
    addApp: (app) => core.addApp(app),
    addGroup: (group) => void world.chat.openGroup(group),
    say: async (input) => world.say(typeof input === "string" ? { text: input } : input),
    answer: (said, { timeoutMs = 30_000, signal } = {}) => world.answers.wait(said, { timeoutMs, signal }),
    async click(input) {
      const card = world.cards.any(input.outTrackId);
      if (card === undefined) throw new ConfigError(`there is no card ${input.outTrackId}`);
      return pushClick(world.deliveries, findApp(core, card.clientId), card, input);
    },
    emitEvent: async (input) => pushEvent(core, world.deliveries, findApp(core, input.clientId), input),
    saveStreamMode: (clientId) => saveStreamMode(core, world, findApp(core, clientId)),
    registrations: () => world.registrations.list(),
    approveRegistration: (userCode, app) => world.registrations.approve(userCode, app),
    refuseRegistration: (userCode, reason) => world.registrations.refuse(userCode, reason),
    expireRegistration: (userCode) => world.registrations.expire(userCode),
    messages: (conversationId) => world.chat.list(conversationId),
    cards: () => world.cards.all().map((card) => card.shown()),
    calls: (filter) => world.calls.list(filter),
    ledger: (match) => world.ledger.list(match),
    connections: (clientId) => world.gateway.all(clientId).map((connection) => connection.info()),
    send(frame, clientId) {
      const text = typeof frame === "string" ? frame : JSON.stringify(frame);
      const connections = world.gateway.all(clientId);
      for (const connection of connections) connection.sendRaw(text);
      return connections.length;
    },
    disconnect(reason = "connection is expired", clientId) {
      for (const connection of world.gateway.all(clientId)) connection.disconnect(reason);
    },
    dropSockets(clientId) {
      for (const connection of world.gateway.all(clientId)) connection.drop();
    },
    expireTokens: () => world.tokens.expireAll(),
    seed: core.chance.seed,
    fault: (spec) => core.faults.add(spec),
    faults: () => core.faults.list(),
    liftFaults: (id) => core.faults.lift(id),
    advance: (byMs) => core.clock.advance(byMs),
    failNext: (path, failure) => failNext(core.faults, path, failure),
    violations: () => [...core.violations],
    [Symbol.asyncDispose]() {
      closing ??= (async () => {
        world.deliveries[Symbol.dispose]();
        world.gateway[Symbol.dispose]();
        core.timers[Symbol.dispose]();
        world.answers[Symbol.dispose]();
        await listener[Symbol.asyncDispose]();
      })();
      return closing;
    },
  };
}
