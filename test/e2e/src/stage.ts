import {
  buildConfig,
  freePort,
  openGateway,
  openHome,
  openModel,
  PLUGIN_FOLDER,
  type Gateway,
  type OpenClawHome,
  type StandInModel,
} from "@dingtalk-kit/example-demo";
import {
  openSimulator,
  type Answer,
  type SayInput,
  type Simulator,
  type SimulatorOptions,
} from "dingtalk-simulator";
import { expect, vi } from "vitest";

/** A DingTalk, a model and an OpenClaw with its own state, before or after its gateway runs. */
export interface Stage extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly model: StandInModel;
  readonly home: OpenClawHome;
  readonly port: number;
  /** Writes `openclaw.json` with this value of `channels.dingtalk`; without one, the plugin is left out, too. */
  configure(dingtalk?: object): Promise<void>;
  /** Starts the gateway; disposing the stage stops it, too. */
  start(): Promise<Gateway>;
}

export interface StageOptions {
  readonly simulator?: SimulatorOptions | undefined;
  /** Pause of the model between two words, in milliseconds. @defaultValue 15 */
  readonly wordDelayMs?: number | undefined;
  /** How many agents run side by side. @defaultValue the host's own */
  readonly concurrency?: number | undefined;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const model = stack.use(await openModel({ wordDelayMs: options.wordDelayMs ?? 15 }));
  const simulator = stack.use(await openSimulator(options.simulator));
  const home = stack.use(await openHome());
  const port = await freePort();
  const owned = stack.move();
  return {
    simulator,
    model,
    home,
    port,
    configure: (dingtalk) => {
      const config = buildConfig({
        port,
        workspace: home.workspace,
        logFile: home.logFile,
        model: { baseUrl: model.url, apiKey: "stand-in", model: "stand-in" },
        channel: dingtalk && { pluginFolder: PLUGIN_FOLDER, dingtalk },
      });
      return home.writeConfig(
        options.concurrency === undefined ? config : runningAtOnce(config, options.concurrency),
      );
    },
    start: async () => owned.use(await openGateway(home, { port })),
    async [Symbol.asyncDispose]() {
      // A waiting answer would keep the gateway from stopping.
      model.release();
      await owned.disposeAsync();
    },
  };
}

function runningAtOnce(config: object, maxConcurrent: number): object {
  const { agents } = Object(config);
  return { ...config, agents: { ...agents, defaults: { ...agents.defaults, maxConcurrent } } };
}

/** Patient: a turn takes seconds on an idle machine and ten times that on a busy one. */
export const ANSWER_TIMEOUT_MS = 120_000;

/** Says something and waits for the next whole answer in that conversation. */
export async function ask(stage: Stage, input: SayInput): Promise<Answer> {
  return stage.simulator.answer(await stage.simulator.say(input), { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** Waits until `clientIds` have exactly one live connection each. */
export async function untilConnected(simulator: Simulator, clientIds: readonly string[]): Promise<void> {
  const counts = (): readonly number[] => clientIds.map((clientId) => simulator.connections(clientId).length);
  await vi.waitFor(() => expect(counts()).toEqual(clientIds.map(() => 1)), {
    timeout: 90_000,
    interval: 100,
  });
}

/** Whether any request to the model holds `text`: in the conversation, the prompt or a tool. */
export function modelSaw(model: StandInModel, text: string): boolean {
  return model.requests.some((request) => request.body.includes(text));
}

/** The code in the robot's answer to a stranger. @throws Error with that answer when there is none */
export function pairingCode(challenge: Answer): string {
  const [code] = /\b[A-Z0-9]{8}\b/.exec(challenge.text) ?? [];
  if (code === undefined) throw new Error(`no pairing code in: ${challenge.text}`);
  return code;
}
