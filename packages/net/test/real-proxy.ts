import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, glob, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Identity } from "./certificates.ts";
import { closedPort } from "./http-server.ts";
import { optionalPrograms, startProgram } from "./program.ts";

const run = promisify(execFile);
const SHARED_MEMORY = "/dev/shm";
const CERTIFICATE_MAKER = "security_file_certgen";

export const tinyproxy = optionalPrograms("tinyproxy-bin", "tinyproxy");
export const squid = optionalPrograms("squid-openssl", "squid", CERTIFICATE_MAKER);

export interface RealProxy extends AsyncDisposable {
  readonly port: number;
  /** What it says so far about the tunnels that it was asked for, with their `host:port`. */
  log(): Promise<string>;
}

interface Plan {
  readonly path: string;
  /** Command line for a proxy on `port` that keeps its files in `folder`. */
  prepare(folder: string, port: number): Promise<readonly string[]>;
  /** What it prints once it listens. */
  readonly ready: string;
  /** Where it notes what it was asked for. @defaultValue it prints it */
  readonly logFile?: string | undefined;
  /** Removes what a killed proxy leaves outside of its folder. */
  cleanUp?(port: number): Promise<void>;
}

/** squid says that it accepts connections shortly before it does. */
async function reach(port: number): Promise<void> {
  for (;;) {
    const socket = net.connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      socket.destroy();
    }
  }
}

async function open(plan: Plan): Promise<RealProxy> {
  const folder = await mkdtemp(join(tmpdir(), "dingtalk-net-proxy-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, maxRetries: 5 });
  try {
    // As root, squid steps down to a user of its own, who keeps files here.
    await chmod(folder, 0o777);
    const port = await closedPort();
    const program = await startProgram(plan.path, await plan.prepare(folder, port), plan.ready);
    await reach(port);
    return {
      port,
      log: async () =>
        plan.logFile === undefined ? program.output : readFile(join(folder, plan.logFile), "utf8"),
      async [Symbol.asyncDispose]() {
        await program[Symbol.asyncDispose]();
        await plan.cleanUp?.(port);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** tinyproxy with one user, which lets through to the given ports. */
export function openTinyproxy(
  user: string,
  password: string,
  ...ports: readonly number[]
): Promise<RealProxy> {
  return open({
    path: tinyproxy.path("tinyproxy"),
    ready: "Accepting connections",
    async prepare(folder, port) {
      const file = join(folder, "tinyproxy.conf");
      const allowed = ports.map((allowedPort) => `ConnectPort ${allowedPort}`);
      const lines = [
        `Port ${port}`,
        "Listen 127.0.0.1",
        "LogLevel Info",
        `BasicAuth ${user} ${password}`,
        ...allowed,
      ];
      await writeFile(file, `${lines.join("\n")}\n`);
      return ["-d", "-c", file];
    },
  });
}

export interface SquidOptions {
  /** Signs what squid shows instead of the servers' own certificates. */
  readonly authority: Identity;
  /** PEM of the authority that squid itself trusts. */
  readonly trusted: string;
  /** Names that are at 127.0.0.1 for squid. */
  readonly names: readonly string[];
}

/** Names squid's shared memory, so that one squid does not meet another's. */
function serviceName(port: number): string {
  return `dingtalknet${port}`;
}

/** squid that opens all TLS, as a company's proxy does. */
export function openSquid({ authority, trusted, names }: SquidOptions): Promise<RealProxy> {
  const certificateMaker = squid.path(CERTIFICATE_MAKER);
  return open({
    path: squid.path("squid"),
    ready: "Accepting SSL bumped HTTP Socket connections",
    logFile: "access.log",
    async prepare(folder, port) {
      const at = (name: string): string => join(folder, name);
      const [own, roots, hosts, made] = [at("own.pem"), at("roots.pem"), at("hosts"), at("made")];
      await writeFile(own, authority.cert + authority.key);
      await writeFile(roots, trusted);
      await writeFile(hosts, names.map((name) => `127.0.0.1 ${name}\n`).join(""));
      await run(certificateMaker, ["-c", "-s", made, "-M", "4MB"]);
      await run("chmod", ["-R", "a+rwX", made]);
      const lines = [
        `http_port 127.0.0.1:${port} ssl-bump tls-cert=${own} generate-host-certificates=on`,
        `sslcrtd_program ${certificateMaker} -s ${made} -M 4MB`,
        "sslcrtd_children 1 startup=1 idle=1",
        "ssl_bump stare all",
        "ssl_bump bump all",
        `tls_outgoing_options cafile=${roots}`,
        `hosts_file ${hosts}`,
        "http_access allow all",
        "http_upgrade_request_protocols websocket allow all",
        "cache deny all",
        `access_log stdio:${at("access.log")}`,
        `cache_log ${at("cache.log")}`,
        `pid_filename ${at("squid.pid")}`,
        `coredump_dir ${folder}`,
        "netdb_filename none",
        "pinger_enable off",
        "shutdown_lifetime 0 seconds",
      ];
      await writeFile(at("squid.conf"), `${lines.join("\n")}\n`);
      return ["-N", "-d", "1", "-n", serviceName(port), "-f", at("squid.conf")];
    },
    async cleanUp(port) {
      for await (const file of glob(`${SHARED_MEMORY}/${serviceName(port)}-*`)) {
        await rm(file, { force: true });
      }
    },
  });
}
