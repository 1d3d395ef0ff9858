import type { IncomingMessage, ServerResponse } from "node:http";

import type { Simulator } from "./simulator.ts";

export function createControlApi(
  _simulator: () => Simulator,
): (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void> {
  return async (_request, response) => {
    response.writeHead(404);
    response.end();
  };
}
