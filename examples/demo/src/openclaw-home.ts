import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";

/** The program behind `openclaw`: started with our own Node, so that nothing depends on PATH. */
export const OPENCLAW_ENTRY: string = createRequire(import.meta.url).resolve("openclaw/cli-entry");

export interface CommandResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** State, config and HOME of one OpenClaw, apart from every other on this machine. */
export interface OpenClawHome extends AsyncDisposable {
  readonly folder: string;
  readonly workspace: string;
  readonly logFile: string;
  /** Environment of every process of this OpenClaw. What is added holds from the next start on. */
  readonly env: NodeJS.ProcessEnv;
  writeConfig(config: object): Promise<void>;
  /** The config as it is now; OpenClaw itself changes it, too. */
  readConfig(): Promise<Record<string, unknown>>;
  /** Runs `openclaw <args>` on this state. @throws Error when it takes longer than `timeoutMs` (default 180,000). */
  run(args: readonly string[], options?: { readonly timeoutMs?: number }): Promise<CommandResult>;
}

export interface HomeOptions {
  /** Leaves the folder behind. @defaultValue false */
  readonly keep?: boolean | undefined;
}

/** Makes an empty home in a new folder under the system's temporary folder. Disposing deletes it. */
export async function openHome(options: HomeOptions = {}): Promise<OpenClawHome> {
  const folder = await mkdtemp(join(tmpdir(), "dingtalk-demo-"));
  const path = (name: string): string => join(folder, name);
  for (const name of ["state", "home", "work", "tmp"]) await mkdir(path(name));
  const configPath = path("state/openclaw.json");
  const env = { ...isolatedEnv(process.env, folder), OPENCLAW_CONFIG_PATH: configPath };

  return {
    folder,
    workspace: path("work"),
    logFile: path("openclaw.log"),
    env,
    writeConfig: async (config) => {
      // The gateway watches the file: it must never see half of it.
      const draft = `${configPath}.${process.pid}.draft`;
      await writeFile(draft, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
      await rename(draft, configPath);
    },
    readConfig: async () => asObject(JSON.parse(await readFile(configPath, "utf8"))),
    run: (args, { timeoutMs = 180_000 } = {}) => runCommand({ args, env, cwd: path("work"), timeoutMs }),
    async [Symbol.asyncDispose]() {
      // A helper process of the gateway may still be writing its last file.
      if (options.keep !== true)
        await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Of the caller's environment only what a child needs, and nothing that leads it to the caller's own OpenClaw or keys. */
function isolatedEnv(parent: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const foreign =
    /^(OPENCLAW_|DINGTALK_|OPENAI_|ANTHROPIC_|npm_|pnpm_|NODE_(OPTIONS|ENV)$|VITEST|INIT_CWD$|XDG_)|_API_KEY$/i;
  // `openclaw plugins install` runs npm, which must reach its registry the way the caller's npm does.
  const npm =
    /^npm_config_(registry|cafile|ca|proxy|https[-_]proxy|noproxy|strict[-_]ssl|userconfig|globalconfig)$/i;
  const kept = Object.entries(parent).filter(([name]) => npm.test(name) || !foreign.test(name));
  const loopback = ["127.0.0.1", "localhost", "::1", parent["NO_PROXY"] ?? parent["no_proxy"] ?? ""];
  const noProxy = loopback.filter((host) => host !== "").join(",");
  return {
    npm_config_userconfig: join(homedir(), ".npmrc"),
    ...Object.fromEntries(kept),
    HOME: join(folder, "home"),
    USERPROFILE: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    OPENCLAW_HOME: join(folder, "home"),
    OPENCLAW_STATE_DIR: join(folder, "state"),
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
    OPENCLAW_OFFLINE: "1",
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_SKIP_CRON: "1",
    DO_NOT_TRACK: "1",
    NO_COLOR: "1",
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

async function runCommand(command: {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly timeoutMs: number;
}): Promise<CommandResult> {
  const child = spawn(process.execPath, [OPENCLAW_ENTRY, ...command.args], {
    env: command.env,
    cwd: command.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, command.timeoutMs);
  const exit = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? undefined));
  });
  try {
    const [code, stdout, stderr] = await Promise.all([exit, readText(child.stdout), readText(child.stderr)]);
    if (late)
      throw new Error(
        `openclaw ${command.args.join(" ")} took longer than ${command.timeoutMs} ms\n${stdout}${stderr}`,
      );
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("openclaw.json holds no object");
  return { ...value };
}
