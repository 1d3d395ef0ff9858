import { describeAccountKeys, publicSettings, resolveAccount } from "@dingtalk-kit/config";
import type { AccountKey } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

/** Paths of the values that must not be shown. */
function sensitive(keys: readonly AccountKey[], before: readonly string[] = []): readonly string[][] {
  return keys.flatMap((key) => {
    const path = [...before, key.name];
    return key.sensitive ? [path] : sensitive(key.fields, path);
  });
}

test("has no secret in what is shown, and the rest as it is", () => {
  const paths = sensitive(describeAccountKeys());
  expect(paths.map((path) => path.join("."))).toEqual([
    "clientSecret",
    "proxy",
    "http.signSecret",
    "http.token",
    "http.eventCrypto.token",
    "http.eventCrypto.aesKey",
    "webhook.url",
    "webhook.secret",
  ]);
  const section = {
    clientId: "dinga",
    clientSecret: "hush",
    proxy: "http://me:hush@proxy.corp:3128",
    http: { signSecret: "hush", token: "hush", eventCrypto: { token: "hush", aesKey: "hush" }, path: "/x" },
    webhook: { url: "https://o.example/send?access_token=hush", secret: "hush", keywords: ["alert"] },
  };
  const { settings } = resolveAccount({ path: "x", section, accountKey: undefined });
  if (settings === undefined) throw new Error("the section does not fit");
  const shown = publicSettings(settings);
  expect(JSON.stringify(shown)).not.toContain("hush");
  expect(shown).toMatchObject({
    clientId: "dinga",
    proxy: "http://proxy.corp:3128",
    http: { path: "/x" },
    webhook: { keywords: ["alert"] },
  });
});
