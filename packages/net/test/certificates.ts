import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Identity {
  /** A server's certificate. `names` as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`. */
  issue(...names: readonly string[]): Promise<Identity>;
}

// Nothing of the machine's own openssl.cnf.
const CONFIG = "[req]\ndistinguished_name = none\n[none]\n";

async function request(folder: string, name: string, more: readonly string[]): Promise<Identity> {
  const [cert, key, config] = ["pem", "key", "cnf"].map((ending) => join(folder, `${name}.${ending}`));
  if (cert === undefined || key === undefined || config === undefined) throw new Error("no file names");
  await writeFile(config, CONFIG);
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const files = ["-config", config, "-keyout", key, "-out", cert];
  await run("openssl", ["req", "-x509", ...kind, ...files, "-subj", `/CN=${name}`, ...more]);
  return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "dingtalk-net-ca-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A certificate authority that nobody trusts yet. */
export async function createAuthority(name: string): Promise<Authority> {
  const usage = [
    "-addext",
    "basicConstraints=critical,CA:TRUE",
    "-addext",
    "keyUsage=keyCertSign,digitalSignature",
  ];
  const own = await inFolder((folder) => request(folder, name, usage));
  return {
    ...own,
    issue: (...names) =>
      inFolder(async (folder) => {
        const [cert, key] = [join(folder, "ca.pem"), join(folder, "ca.key")];
        await Promise.all([writeFile(cert, own.cert), writeFile(key, own.key)]);
        const signed = ["-CA", cert, "-CAkey", key, "-addext", `subjectAltName=${names.join(",")}`];
        return request(folder, "server", signed);
      }),
  };
}
