import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import { ConfigError } from "@dingtalk-kit/protocol";

/**
 * The authorities that an account trusts beside those of Node.js.
 *
 * @throws ConfigError when the file cannot be read, or holds no certificate.
 */
export function readCaFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const pem = readText(path);
  try {
    void new X509Certificate(pem);
  } catch (cause) {
    throw new ConfigError(`caFile: ${path} does not begin with a PEM certificate`, { cause });
  }
  return pem;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code: unknown = Reflect.get(Object(cause), "code");
    throw new ConfigError(`caFile: ${path} cannot be read by the gateway (${String(code)})`, { cause });
  }
}
