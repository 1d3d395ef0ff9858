import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIPv4 } from "node:net";

import { bits, boolean, der, integer, objectId, octets, sequence, utcTime, utf8 } from "./der.ts";

/** A key and the certificate of its public half. */
export interface Certified {
  readonly name: string;
  readonly certPem: string;
  readonly keyPem: string;
  readonly privateKey: KeyObject;
  readonly keyId: Buffer;
}

export interface CertificateRequest {
  /** Common name. */
  readonly name: string;
  /** Who signs; absent: the certificate is a CA and signs itself. */
  readonly issuer?: Certified | undefined;
  /** Host names and IPv4 addresses that the certificate is good for. */
  readonly hosts?: readonly string[] | undefined;
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(objectId("1.2.840.10045.4.3.2"));

/** An X.509 certificate on P-256, because Node can read certificates but not write them. */
export function issueCertificate({ name, issuer, hosts = [], nowMs }: CertificateRequest): Certified {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicInfo = publicKey.export({ type: "spki", format: "der" });
  const keyId = createHash("sha1").update(publicInfo).digest();
  const extensions = issuer === undefined ? caExtensions(keyId) : serverExtensions(issuer.keyId, hosts);
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    commonName(issuer?.name ?? name),
    sequence(utcTime(nowMs - DAY_MS), utcTime(nowMs + 30 * DAY_MS)),
    commonName(name),
    publicInfo,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, issuer?.privateKey ?? privateKey);
  return {
    name,
    certPem: pem("CERTIFICATE", sequence(body, ECDSA_WITH_SHA256, bits(signature))),
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    privateKey,
    keyId,
  };
}

function caExtensions(keyId: Buffer): readonly Buffer[] {
  const certSign = bits(Buffer.from([0x06]), 1);
  return [
    extension("2.5.29.19", sequence(boolean(true)), true),
    extension("2.5.29.15", certSign, true),
    extension("2.5.29.14", octets(keyId)),
  ];
}

function serverExtensions(issuerKeyId: Buffer, hosts: readonly string[]): readonly Buffer[] {
  const digitalSignature = bits(Buffer.from([0x80]), 7);
  const names = hosts.map((host) =>
    isIPv4(host)
      ? der(0x87, Buffer.from(host.split(".").map(Number)))
      : der(0x82, Buffer.from(host, "ascii")),
  );
  return [
    extension("2.5.29.15", digitalSignature, true),
    extension("2.5.29.37", sequence(objectId("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", sequence(...names)),
    extension("2.5.29.35", sequence(der(0x80, issuerKeyId))),
  ];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return critical
    ? sequence(objectId(id), boolean(true), octets(value))
    : sequence(objectId(id), octets(value));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId("2.5.4.3"), utf8(name))));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
