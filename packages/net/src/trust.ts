import { hash, X509Certificate } from "node:crypto";
import tls from "node:tls";

import { ConfigError } from "@dingtalk-kit/protocol";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function certificatesIn(pem: string): readonly string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  try {
    for (const certificate of certificates) void new X509Certificate(certificate);
  } catch (cause) {
    throw new ConfigError("the option ca holds a certificate that cannot be read", { cause });
  }
  if (certificates.length > 0) return certificates;
  throw new ConfigError("the option ca holds no certificate: give the text of a PEM file, not its path");
}

/** By a digest of their authorities. One takes more than a megabyte, and every account has a network of its own. */
const contexts = new Map<string, WeakRef<tls.SecureContext>>();

function contextFor(ca: string[]): tls.SecureContext {
  const key = hash("sha256", ca.join("\n"));
  const known = contexts.get(key)?.deref();
  if (known !== undefined) return known;
  const context = tls.createSecureContext({ ca });
  contexts.set(key, new WeakRef(context));
  return context;
}

/**
 * Trust in the authorities that Node.js trusts and in those of `ca`. Undefined when there is nothing to add.
 *
 * @returns a function that makes the context once, when TLS first needs it: it parses all certificates.
 * @throws ConfigError when `ca` is not PEM.
 */
export function resolveTrust(
  ca: string | readonly string[] | undefined,
): () => tls.SecureContext | undefined {
  if (ca === undefined) return () => undefined;
  const added = [ca].flat().flatMap(certificatesIn);
  let context: tls.SecureContext | undefined;
  return () => (context ??= contextFor([...tls.getCACertificates("default"), ...added]));
}
