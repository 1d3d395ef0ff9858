import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { createLogLines, type LogLines } from "./log-lines.ts";
import { OPENCLAW_ENTRY, type OpenClawHome } from "./openclaw-home.ts";

export interface GatewayOptions {
  /** The port that the config names. */
  readonly port: number;
  /** How long the gateway may take to start, in milliseconds. Usual: 15–50 s. @defaultValue 240_000 */
  readonly startTimeoutMs?: number | undefined;
  /** How long it may take to stop by itself before it is ended by force, in milliseconds. @defaultValue 15_000 */
  readonly stopTimeoutMs?: number | undefined;
  /** Stops waiting for the start, and ends the gateway. */
  readonly signal?: AbortSignal | undefined;
  /** Called about once a second while it starts. */
  readonly onProgress?: ((elapsedMs: number) => void) | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A running OpenClaw gateway. Disposing stops it, and only it. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly log: LogLines;
  readonly pid: number;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
}

/** The gateway ended, or never started. The message holds its last lines. */
export class GatewayError extends Error {
  override get name(): string {
    return "GatewayError";
  }
}

/** Starts `openclaw gateway run` on this home and resolves when it has started, its channels connected or not. @throws GatewayError */
export async function openGateway(home: OpenClawHome, options: GatewayOptions): Promise<Gateway> {
  await requireFreePort(options.port);
  const log = createLogLines(options.onLine);
  const child = spawn(process.execPath, [OPENCLAW_ENTRY, "gateway", "run", "--port", String(options.port)], {
    env: home.env,
    cwd: home.workspace,
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop the gateway in good order.
    detached: process.platform !== "win32",
  });
  const exited = watchExit(child, log);
  const gateway = createHandle({ child, log, exited, options });
  try {
    await waitUntilStarted({ gateway, child, exited, options });
    return gateway;
  } catch (error) {
    await gateway[Symbol.asyncDispose]();
    throw error;
  }
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return tryPort(0);
}

/** Without this look, the answers of whoever holds the port would pass for ours. */
async function requireFreePort(port: number): Promise<void> {
  await tryPort(port).catch((cause: unknown) => {
    throw new GatewayError(`port ${port} of 127.0.0.1 is busy; choose another, or none for a free one`, {
      cause,
    });
  });
}

async function tryPort(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

/** Resolves with a sentence about how the process ended. */
function watchExit(child: ChildProcess, log: LogLines): Promise<string> {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => log.write(chunk));
  }
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    child.once("close", (code, signal) => {
      log.end();
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    });
  });
}

function createHandle(parts: {
  readonly child: ChildProcess;
  readonly log: LogLines;
  readonly exited: Promise<string>;
  readonly options: GatewayOptions;
}): Gateway {
  const { child, log, exited, options } = parts;
  const force = (): void => killGroup(child);
  // The last resort when we ourselves die of an error; a clean stop takes it back.
  process.once("exit", force);
  const kill = async (): Promise<void> => {
    force();
    await exited;
    process.off("exit", force);
  };
  return {
    url: `http://127.0.0.1:${options.port}`,
    log,
    pid: child.pid ?? -1,
    kill,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const timer = setTimeout(force, options.stopTimeoutMs ?? 15_000);
      await exited;
      clearTimeout(timer);
      // Helper processes that outlived the gateway belong to its group.
      await kill();
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

async function waitUntilStarted(start: {
  readonly gateway: Gateway;
  readonly child: ChildProcess;
  readonly exited: Promise<string>;
  readonly options: GatewayOptions;
}): Promise<void> {
  const { gateway, options } = start;
  const startedAtMs = Date.now();
  const timeoutMs = options.startTimeoutMs ?? 240_000;
  let end: string | undefined;
  void start.exited.then((how) => (end = how));
  let reportedMs = 0;
  while (!(await hasStarted(gateway.url))) {
    options.signal?.throwIfAborted();
    const elapsedMs = Date.now() - startedAtMs;
    if (end !== undefined) throw new GatewayError(explain(`the OpenClaw gateway ${end}`, gateway.log));
    if (elapsedMs > timeoutMs) {
      throw new GatewayError(
        explain(`the OpenClaw gateway had not started after ${timeoutMs} ms`, gateway.log),
      );
    }
    if (elapsedMs - reportedMs >= 1000) {
      reportedMs = elapsedMs;
      options.onProgress?.(elapsedMs);
    }
    await sleep(200);
  }
}

/** `/readyz` would stay red as long as a single account has wrong credentials. */
async function hasStarted(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/startupz`, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function explain(what: string, log: LogLines): string {
  return `${what}; its last lines:\n${log.tail(15)}`;
}
