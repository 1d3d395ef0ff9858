import type { Simulator } from "../simulator.ts";
import type { FaultInfo } from "../standing-fault.ts";

/** How to connect, for people. */
export function banner(simulator: Simulator): string {
  const { url, app, seed } = simulator;
  const say = `curl -s ${url}/_sim/ask -H 'content-type: application/json' -d '{"text":"hello"}'`;
  return `dingtalk-simulator listens on ${url}

  client id      ${app.clientId}
  client secret  ${app.clientSecret}
  robot code     ${app.robotCode}
  API            ${url}   instead of https://api.dingtalk.com
  legacy API     ${url}   instead of https://oapi.dingtalk.com
  control API    ${url}/_sim
  seed           ${seed}${simulator.faults().map(faultLine).join("")}

Connect your robot with these, then say something and wait for its answer:

  ${say}

Stop with Ctrl-C.
`;
}

function faultLine({ spec }: FaultInfo): string {
  return `\n  fault          ${JSON.stringify(spec)}`;
}

/** The same for programs: one line of JSON. */
export function jsonBanner({ url, endpoints, app, seed }: Simulator): string {
  return `${JSON.stringify({ url, endpoints, app, control: `${url}/_sim`, seed })}\n`;
}
