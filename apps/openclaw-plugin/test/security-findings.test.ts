import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { findings, plaintextFindings } from "../src/security-findings.ts";

const credentials = { clientId: "dingA", clientSecret: "hunter2-hunter2" };

const found = (dingtalk: object, accountId = "default"): readonly string[] => {
  const cfg = { channels: { dingtalk: { ...credentials, ...dingtalk } } };
  return findings(cfg, resolveAccount(cfg, accountId)).map(
    ({ checkId, severity }) => `${severity} ${checkId}`,
  );
};

test("finds nothing in the defaults, nor where lists narrow what is open", () => {
  expect(found({})).toEqual([]);
  expect(found({ groupPolicy: "open", groups: { "*": { allowFrom: ["manager1"] } } })).toEqual([]);
  expect(found({ groupPolicy: "allowlist", groups: { cidA: {} } })).toEqual([]);
  expect(found({ groupPolicy: "disabled", groups: { "*": {} } })).toEqual([]);
});

test("finds groups that are open to everybody, also where the policy sounds closed", () => {
  const open = ["warn dingtalk.open-groups"];
  expect(found({ groupPolicy: "open" })).toEqual(open);
  expect(found({ groupPolicy: "open", groups: { cidA: {} } })).toEqual(open);
  expect(found({ groups: { "*": {} } })).toEqual(open);
  expect(found({ groupAllowFrom: ["*"] })).toEqual(open);
  expect(found({ accounts: { two: { groupPolicy: "open" } } }, "two")).toEqual(open);
});

test("finds a list that lets everybody in although the policy sounds closed", () => {
  const everybody = ["critical dingtalk.everybody-may-write"];
  expect(found({ dmPolicy: "allowlist", allowFrom: ["*"] })).toEqual(everybody);
  expect(found({ allowFrom: ["manager1", "*"] })).toEqual(everybody);
  expect(found({ dmPolicy: "disabled", allowFrom: ["*"] })).toEqual([]);
});

test("finds secrets in the text of the config, names where they stand, and never repeats them", () => {
  const written = {
    channels: {
      dingtalk: {
        clientId: "dingA",
        app_secret: credentials.clientSecret,
        accounts: {
          ref: { clientSecret: { source: "env", provider: "default", id: "X" } },
          env: { clientSecret: "v" },
        },
      },
    },
  };
  const [finding] = plaintextFindings(written, "default", {});
  expect(finding).toMatchObject({
    checkId: "dingtalk.plaintext-secret",
    severity: "warn",
    detail: expect.stringContaining("channels.dingtalk.app_secret:"),
    remediation: expect.stringContaining("DINGTALK_CLIENT_SECRET"),
  });
  expect(JSON.stringify(finding)).not.toContain(credentials.clientSecret);
  expect(plaintextFindings(written, "ref", {})).toEqual([]);
  expect(plaintextFindings(written, "env", { ANY: "v" })).toEqual([]);
  expect(plaintextFindings({}, "default", {})).toEqual([]);
});
