import { expect, test } from "vitest";

import { patchAccount, setupContract } from "../src/setup.ts";

const input = { clientId: "dingNew", clientSecret: "new" };

test("writes the default account at the top", () => {
  const cfg = setupContract.applyAccountConfig({ cfg: {}, accountId: "default", input });
  expect(cfg.channels?.["dingtalk"]).toEqual({ enabled: true, ...input });
});

test("writes the default account where it stands, under accounts.default", () => {
  const before = {
    channels: { dingtalk: { accounts: { default: { clientId: "dingOld", clientSecret: "old" } } } },
  };
  const cfg = patchAccount(before, "default", input);
  expect(cfg.channels?.["dingtalk"]).toMatchObject({ accounts: { default: { ...input, enabled: true } } });
  expect(cfg.channels?.["dingtalk"]).not.toHaveProperty("clientId");
});

test("writes a named account below accounts", () => {
  const cfg = setupContract.applyAccountConfig({ cfg: {}, accountId: "sales", input });
  expect(cfg.channels?.["dingtalk"]).toMatchObject({ accounts: { sales: input } });
});

const validate = (accountId: string, given: object): string | null | undefined =>
  setupContract.validateInput?.({ cfg: {}, accountId, input: given });

test("says which flags are missing", () => {
  expect(validate("default", { clientId: "x" })).toContain("--client-secret");
  expect(validate("default", { useEnv: true })).toBeNull();
  expect(validate("sales", { useEnv: true })).toContain("default account");
  expect(validate("sales", input)).toBeNull();
});
