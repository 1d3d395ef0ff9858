import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fillPorts } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import { issueCertificate } from "./certificate.ts";
import { REAL_HOSTS } from "./real-names.ts";

/** A throw-away certificate authority and one server certificate of it. Disposing removes its file. */
export interface TestCa extends AsyncDisposable {
  readonly caCertPem: string;
  /** {@link caCertPem} in a temporary file: the value for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  /** For `openSimulator({ tls })`. */
  readonly tls: { readonly cert: string; readonly key: string };
}

/**
 * Makes a CA that nobody trusts yet, valid for 30 days.
 *
 * @param names - what the server certificate is good for. Default: DingTalk's three hosts, `localhost`, `127.0.0.1`.
 */
export async function createTestCa(
  names: readonly string[] = [...REAL_HOSTS, "localhost", "127.0.0.1"],
  ports: Partial<Ports> = {},
): Promise<TestCa> {
  const nowMs = fillPorts(ports).clock.nowMs();
  const ca = issueCertificate({ name: "dingtalk-simulator test CA", nowMs });
  const server = issueCertificate({ name: names[0] ?? "localhost", issuer: ca, hosts: names, nowMs });
  const directory = await mkdtemp(join(tmpdir(), "dingtalk-simulator-ca-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, ca.certPem);
  return {
    caCertPem: ca.certPem,
    caFile,
    tls: { cert: server.certPem, key: server.keyPem },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
