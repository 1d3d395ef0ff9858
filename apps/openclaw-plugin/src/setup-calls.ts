import { beginDeviceRegistration } from "@dingtalk-kit/api";
import type { DeviceRegistration } from "@dingtalk-kit/api";
import { ALL_EVENTS_TOPIC, silentLogger } from "@dingtalk-kit/protocol";
import { createStreamClient } from "@dingtalk-kit/stream";
import type { StreamClient } from "@dingtalk-kit/stream";

import type { DingTalkAccount } from "./accounts.ts";
import { createAccountNet, createServices, credentialsOf } from "./services.ts";

/** @throws AuthError when DingTalk refuses the credentials, else what failed on the way. */
export async function checkCredentials(account: DingTalkAccount): Promise<void> {
  await using services = createServices(account, silentLogger);
  await services.api.token.get();
}

/** Sends one person a message in the robot's name. @throws the API's errors, and ConfigError without credentials. */
export async function sendTestMessage(
  account: DingTalkAccount,
  staffId: string,
  text: string,
): Promise<void> {
  await using services = createServices(account, silentLogger);
  await services.api.robot.send({ kind: "user", staffId }, { kind: "markdown", title: "OpenClaw", text });
}

/** A registration, and the way to DingTalk that it needs as long as somebody waits for it. */
export interface OpenRegistration extends AsyncDisposable {
  readonly registration: DeviceRegistration;
}

/** Asks for a robot by QR code, over the account's proxy and endpoints. @throws what failed on the way */
export async function openRegistration(account: DingTalkAccount): Promise<OpenRegistration> {
  await using stack = new AsyncDisposableStack();
  const net = stack.use(createAccountNet(account, silentLogger));
  const registration = await beginDeviceRegistration({ endpoints: account.settings?.endpoints }, { net });
  const owned = stack.move();
  return { registration, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A connection that is there to be seen by the console. */
export interface HeldConnection extends AsyncDisposable {
  readonly connected: boolean;
}

/**
 * Opens a Stream connection and keeps it, without subscribing to robot messages: DingTalk would give it live ones. What
 * it gets is not acknowledged, so it comes again to whoever can use it.
 *
 * @throws what the first attempt failed with
 */
export async function holdConnection(account: DingTalkAccount): Promise<HeldConnection> {
  await using stack = new AsyncDisposableStack();
  const net = stack.use(createAccountNet(account, silentLogger));
  const first = Promise.withResolvers<void>();
  const client = stack.use(
    createStreamClient(
      {
        ...credentialsOf(account),
        endpoints: account.settings?.endpoints,
        subscriptions: [{ type: "EVENT", topic: ALL_EVENTS_TOPIC }],
        onStatus({ state, lastError }) {
          if (state === "connected") first.resolve();
          else if (state === "retrying" && lastError !== undefined) first.reject(lastError);
        },
      },
      { net },
    ),
  );
  const drained = drain(client);
  await first.promise;
  const owned = stack.move();
  return {
    get connected() {
      return client.status.state === "connected";
    },
    async [Symbol.asyncDispose]() {
      await owned.disposeAsync();
      await drained;
    },
  };
}

async function drain(client: StreamClient): Promise<void> {
  const arrivals = client[Symbol.asyncIterator]();
  while ((await arrivals.next()).done !== true);
}
