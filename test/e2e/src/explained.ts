import type { SaidMessage } from "dingtalk-simulator";
import { expect, vi } from "vitest";

import { callGateway } from "./call-gateway.ts";
import type { Stage } from "./stage.ts";

/** What `openclaw dingtalk explain <msgId> --json` says, as far as tests look at it. */
export interface Explained {
  readonly message: { readonly messageId: string; readonly state: string; readonly attempts: number };
  readonly summary: string;
  readonly access: {
    readonly decision: string;
    readonly letIn: boolean;
    readonly reason: string;
    readonly words: string;
  } | null;
  readonly steps: readonly { readonly step: string; readonly detail: string | null }[];
  readonly next: string;
}

/** Asks the command line. It takes many seconds to start: for more messages than a few there is {@link explainAll}. */
export async function explain({ home }: Stage, { messageId }: SaidMessage): Promise<Explained> {
  const { stdout, stderr } = await home.run(["dingtalk", "explain", messageId, "--json"]);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  const data: unknown = JSON.parse(stdout);
  expect(data).toMatchObject({ source: "gateway" });
  return Object(data);
}

/** Asks the gateway as the command does, of many messages in one process, once the turns of all of them have ended. */
export async function explainAll(
  stage: Stage,
  said: readonly SaidMessage[],
): Promise<ReadonlyMap<SaidMessage, Explained>> {
  const calls = said.map(({ messageId }) => ({ method: "dingtalk.inbox.explain", params: { messageId } }));
  const ended = async (): Promise<readonly Explained[]> => {
    const explained = (await callGateway(stage.home, calls)).map((reply) => Object(reply).data);
    expect(explained.map(({ message }) => message.state)).toEqual(said.map(() => "done"));
    return explained;
  };
  const all = await vi.waitFor(ended, { timeout: 120_000, interval: 500 });
  return new Map(said.map((one, index) => [one, Object(all[index])]));
}
