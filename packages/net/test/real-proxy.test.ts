import { beforeAll, expect, test } from "vitest";

import { createNet } from "../src/index.ts";
import { createAuthority } from "./certificates.ts";
import type { Authority } from "./certificates.ts";
import { echoed } from "./echoed.ts";
import { everyMessage, failureOf } from "./failure-of.ts";
import { closedPort } from "./http-server.ts";
import { openPlatform } from "./platform.ts";
import { openSquid, openTinyproxy, squid, tinyproxy } from "./real-proxy.ts";

let authority: Authority;

beforeAll(async () => {
  authority = await createAuthority("Platform CA");
});

const ignore = { onMessage: (): void => undefined };

test.skipIf(tinyproxy.mayBeSkipped)(
  "passes tinyproxy with credentials, calls and WebSockets alike, and says why without them [S0-71]",
  async () => {
    await using platform = await openPlatform(await authority.issue("DNS:localhost", "IP:127.0.0.1"));
    const nobody = await closedPort();
    await using proxy = await openTinyproxy("company", "hunter2", platform.port, nobody);
    const request = { method: "GET", url: `https://127.0.0.1:${platform.port}/a` } as const;
    const socketUrl = `wss://localhost:${platform.port}/b`;
    const at = `127.0.0.1:${proxy.port}`;

    await using net = createNet({ proxy: `http://company:hunter2@${at}`, ca: authority.cert });
    expect((await net.request(request)).json()).toEqual({ ok: true });
    expect(await echoed(net, socketUrl)).toBe("echo: hello");
    expect(platform.arrived).toEqual(["GET /a", "UPGRADE /b"]);

    const refused = await failureOf(net.request({ method: "GET", url: "https://127.0.0.1:1/" }));
    expect(String(refused)).toMatch(/HTTP 403 .*\(proxy\): its rules do not allow/);
    const dead = await failureOf(net.request({ method: "GET", url: `https://127.0.0.1:${nobody}/` }));
    expect(String(dead)).toMatch(/HTTP 50\d .*\(proxy\): it is the proxy that could not reach/);

    await using without = createNet({ proxy: `http://${at}` });
    await using wrong = createNet({ proxy: `http://company:hunter3@${at}` });
    for (const [client, text] of [
      [without, "it wants credentials: put user:password@"],
      [wrong, "it refused the credentials in the proxy's URL"],
    ] as const) {
      const call = await failureOf(client.request(request));
      expect(call).toMatchObject({ name: "ConnectionError", stage: "proxy" });
      const socket = await failureOf(client.openWebSocket(socketUrl, ignore));
      expect(socket).toMatchObject({ stage: "connect.websocket", cause: { stage: "proxy" } });
      for (const error of [call, socket]) {
        expect(String(error)).toContain(`the proxy ${at} answered CONNECT`);
        expect(String(error)).toMatch(/HTTP 40[17] /);
        expect(String(error)).toContain(text);
        expect(everyMessage(error)).not.toContain("hunter");
      }
    }
  },
);

test.skipIf(squid.mayBeSkipped)(
  "passes squid that opens TLS once its CA is trusted, calls and WebSockets alike, and says so before [S0-71]",
  async () => {
    const names = ["api.dingtalk.com", "wss-open-connection.dingtalk.com"];
    const company = await createAuthority("Company CA");
    await using platform = await openPlatform(await authority.issue(...names.map((name) => `DNS:${name}`)));
    await using proxy = await openSquid({ authority: company, trusted: authority.cert, names });
    const request = { method: "GET", url: `https://api.dingtalk.com:${platform.port}/a` } as const;
    const socketUrl = `wss://wss-open-connection.dingtalk.com:${platform.port}/b`;
    const environment = { ALL_PROXY: `http://127.0.0.1:${proxy.port}` };

    // It does not trust the platform's own CA: what it accepts can only come from squid.
    await using net = createNet({ environment, ca: company.cert });
    expect((await net.request(request)).json()).toEqual({ ok: true });
    expect(await echoed(net, socketUrl)).toBe("echo: hello");
    expect(platform.arrived).toEqual(["GET /a", "UPGRADE /b"]);

    await using without = createNet({ environment, ca: authority.cert });
    const call = await failureOf(without.request(request));
    expect(call).toMatchObject({ name: "ConnectionError", stage: "tls" });
    const socket = await failureOf(without.openWebSocket(socketUrl, ignore));
    expect(socket).toMatchObject({ stage: "connect.websocket", cause: { stage: "tls" } });
    for (const error of [call, socket]) {
      expect(String(error)).toContain("give its CA certificate with the option ca or NODE_EXTRA_CA_CERTS");
    }
  },
);
