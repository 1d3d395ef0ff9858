import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { OPENCLAW_ENTRY, type OpenClawHome } from "@dingtalk-kit/example-demo";

interface GatewayCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const SDK = pathToFileURL(createRequire(OPENCLAW_ENTRY).resolve("openclaw/plugin-sdk/gateway-runtime")).href;

/** Prints as JSON what the gateway answers to each call of its argument. */
const SCRIPT = `
import { callGatewayFromCli } from ${JSON.stringify(SDK)};
const options = { json: true, timeout: "30000" };
const rights = { scopes: ["operator.admin"], progress: false };
const answers = [];
for (const { method, params } of JSON.parse(process.argv[1]))
  answers.push(await callGatewayFromCli(method, options, params, rights));
process.stdout.write(JSON.stringify(answers), () => process.exit());
`;

/** Does what several `openclaw gateway call` would do, one after the other, in one process: each takes seconds to start. */
export async function callGateway(
  home: OpenClawHome,
  calls: readonly GatewayCall[],
): Promise<readonly unknown[]> {
  const args = ["--input-type=module", "-e", SCRIPT, JSON.stringify(calls)];
  const options = { env: home.env, cwd: home.workspace, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout);
}
