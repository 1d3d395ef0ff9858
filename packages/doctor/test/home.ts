import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));

interface CommandResult {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home folder of nobody, and the command run in it. */
export interface Home extends AsyncDisposable {
  readonly path: string;
  /** `~/.openclaw/openclaw.json`. */
  readonly config: string;
  write(file: string, content: string | object): Promise<string>;
  read(file: string): Promise<string>;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CommandResult>;
}

export async function openHome(): Promise<Home> {
  const path = await mkdtemp(join(tmpdir(), "dingtalk-doctor-"));
  const place = (file: string): string => join(path, file);
  return {
    path,
    config: place(".openclaw/openclaw.json"),
    write: async (file, content) => {
      await mkdir(dirname(place(file)), { recursive: true });
      const text = typeof content === "string" ? content : `${JSON.stringify(content, undefined, 2)}\n`;
      await writeFile(place(file), text, { mode: 0o640 });
      return place(file);
    },
    read: (file) => readFile(place(file), "utf8"),
    run: (args, env = {}) => runBin(args, path, env),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Starts the command with nothing of our own environment that could lead it to a config of ours. */
async function runBin(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = spawn(process.execPath, ["--conditions=@dingtalk-kit/source", bin, ...args], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, USERPROFILE: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, stdout, stderr] = await Promise.all([exit, readText(child.stdout), readText(child.stderr)]);
  return { code, stdout, stderr };
}
