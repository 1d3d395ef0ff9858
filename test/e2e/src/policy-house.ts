import type { Gateway } from "@dingtalk-kit/example-demo";
import type { LedgerAnswer, SaidMessage, SimulatedApp } from "dingtalk-simulator";
import { expect, vi } from "vitest";

import { ANSWER_TIMEOUT_MS, openStage, untilConnected, type Stage } from "./stage.ts";

/** Robots with rules of their own. The default app of the simulator is that of the account `house`. */
export const HOUSE_APPS = {
  limited: { clientId: "dinge2elimited00001", clientSecret: "secret-of-the-limited-app", name: "limited" },
  pairing: { clientId: "dinge2eapproving001", clientSecret: "secret-of-the-approving-app", name: "pairing" },
} as const satisfies Readonly<Record<string, SimulatedApp>>;

/** Groups of the account `house`; what is not among them is not listed. */
export const ROOMS = {
  open: "cidE2eOpenRoom==",
  people: "cidE2ePeopleRoom==",
  closed: "cidE2eClosedRoom==",
  team: "cidE2eTeamRoom==",
  loud: "cidE2eLoudRoom==",
} as const;

export const TEAM_PROMPT = "In this group you speak like the captain of ship 4242.";

export interface PolicyHouse extends AsyncDisposable {
  readonly stage: Stage;
  readonly gateway: Gateway;
  answersTo(said: SaidMessage): readonly LedgerAnswer[];
  /** Waits until each of them has its one answer. */
  untilAnswered(...said: readonly SaidMessage[]): Promise<void>;
  /** Waits until so many answers wait in the model. */
  untilHeld(count: number): Promise<void>;
  /** What the model was asked for messages with this text. */
  requestsFor(text: string): readonly string[];
  /** Does what lets the channel restart, and returns when this app's connection is gone. */
  untilCut(clientId: string, work: () => void): Promise<void>;
  /** Waits until each account has one connection. */
  untilConnected(): Promise<void>;
}

/** A gateway with four agents, and with accounts that let in, route, command and limit as their settings say. */
export async function openPolicyHouse(): Promise<PolicyHouse> {
  await using stack = new AsyncDisposableStack();
  const stage = stack.use(
    await openStage({
      simulator: { apps: Object.values(HOUSE_APPS), groupDelivery: "all", undeliverable: "hold" },
      concurrency: 8,
    }),
  );
  const { app, endpoints } = stage.simulator;
  await stage.configure({
    enabled: true,
    endpoints,
    initialReconnectDelay: 200,
    maxReconnectDelay: 1_000,
    defaultAgent: "main",
    accounts: {
      house: { ...credentials(app), ...HOUSE },
      limited: {
        ...credentials(HOUSE_APPS.limited),
        dmPolicy: "open",
        allowFrom: ["*"],
        limits: { sender: { messages: { max: 1, perMs: 3_600_000 } } },
      },
      pairing: { ...credentials(HOUSE_APPS.pairing), allowFrom: ["olga", "pete", "quinn"] },
    },
  });
  const { agents, ...config } = await stage.home.readConfig();
  const entries = { main: {}, reporting: {}, clerk: {}, team: {} };
  await stage.home.writeConfig({ ...config, agents: { ...Object(agents), entries } });
  const gateway = await stage.start();
  const helpers = helpersOf(stage);
  await helpers.untilConnected();
  const owned = stack.move();
  return { stage, gateway, ...helpers, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const IN_TIME = { timeout: ANSWER_TIMEOUT_MS, interval: 100 };
const CLOSELY = { timeout: ANSWER_TIMEOUT_MS, interval: 5 };

function helpersOf({
  simulator,
  model,
}: Stage): Omit<PolicyHouse, "stage" | "gateway" | keyof AsyncDisposable> {
  const answersTo = ({ messageId }: SaidMessage): readonly LedgerAnswer[] =>
    simulator.ledger().find((entry) => entry.messageId === messageId)?.answers ?? [];
  const connectionsOf = (clientId: string): readonly string[] =>
    simulator.connections(clientId).map(({ connectionId }) => connectionId);
  const clientIds = [simulator.app, ...Object.values(HOUSE_APPS)].map(({ clientId }) => clientId);
  return {
    answersTo,
    untilAnswered: (...said) =>
      vi.waitFor(() => expect(said.map((one) => answersTo(one).length)).toEqual(said.map(() => 1)), IN_TIME),
    untilHeld: (count) => vi.waitFor(() => expect(model.held).toBe(count), IN_TIME),
    requestsFor: (text) => model.requests.filter(({ userText }) => userText === text).map(({ body }) => body),
    async untilCut(clientId, work) {
      const [connected] = connectionsOf(clientId);
      work();
      await vi.waitFor(() => expect(connectionsOf(clientId)).not.toContain(connected), CLOSELY);
    },
    untilConnected: () => untilConnected(simulator, clientIds),
  };
}

const HOUSE = {
  dmPolicy: "allowlist",
  allowFrom: ["boss", "dan", "eve"],
  commandAllowFrom: ["boss", "chief"],
  groups: {
    [ROOMS.open]: {},
    [ROOMS.people]: { allowFrom: ["dan"] },
    [ROOMS.closed]: { enabled: false },
    [ROOMS.team]: {
      agent: "team",
      systemPrompt: TEAM_PROMPT,
      messageType: "card",
      sessionScope: "group_sender",
    },
    [ROOMS.loud]: { requireMention: false },
  },
  keywordRoutes: { 报表: "reporting", "weekly report": "reporting" },
  groupDefaultAgent: "clerk",
};

function credentials({ clientId, clientSecret }: SimulatedApp): object {
  return { clientId, clientSecret };
}
