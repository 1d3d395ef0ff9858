import type { Simulator } from "../simulator.ts";

/** How to connect, for people. */
export function banner({ url, app }: Simulator): string {
  const say = `curl -s ${url}/_sim/ask -H 'content-type: application/json' -d '{"text":"hello"}'`;
  return `dingtalk-simulator listens on ${url}

  client id      ${app.clientId}
  client secret  ${app.clientSecret}
  robot code     ${app.robotCode}
  API            ${url}   instead of https://api.dingtalk.com
  legacy API     ${url}   instead of https://oapi.dingtalk.com
  control API    ${url}/_sim

Connect your robot with these, then say something and wait for its answer:

  ${say}

Stop with Ctrl-C.
`;
}

/** The same for programs: one line of JSON. */
export function jsonBanner({ url, endpoints, app }: Simulator): string {
  return `${JSON.stringify({ url, endpoints, app, control: `${url}/_sim` })}\n`;
}
