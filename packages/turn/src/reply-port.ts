import {
  type ApiError,
  ConfigError,
  fillPorts,
  type OutboundMessage,
  type Ports,
  type ReplyPort,
  type RobotSendPort,
  type SendReceipt,
  type SessionWebhook,
  type SessionWebhookPort,
  type Target,
} from "@dingtalk-kit/protocol";

export interface ReplyRoutes {
  /** Reply URL that came with the message. Costs no API call, so it goes first. */
  readonly sessionWebhook?: SessionWebhook | undefined;
  readonly webhook: SessionWebhookPort;
  /** OpenAPI, for when the reply URL is missing, expired, throttled or refuses. */
  readonly robot: RobotSendPort;
  /** `undefined` when the sender cannot be addressed: then the reply URL is the only way. */
  readonly target: Target | undefined;
}

/** A reply URL this close to its end is not used: the clocks may differ, and the call takes time. */
const EXPIRY_MARGIN_MS = 60_000;

/**
 * Sends into the conversation of one message: by its session webhook while that lives, then by OpenAPI.
 *
 * A definite refusal by the webhook moves the message to OpenAPI; a failure that leaves open whether the message
 * arrived (time limit, 5xx) is thrown, because a second route would say it twice.
 */
export function createReplyPort(routes: ReplyRoutes, ports: Partial<Ports> = {}): ReplyPort {
  const { clock, log } = fillPorts(ports);
  let closedUntilMs = 0;
  /** Failures of messages that DingTalk recognises when they come by the session webhook again. */
  const recognisable = new WeakSet<Error>();

  const webhookUrl = (): string | undefined => {
    const { sessionWebhook } = routes;
    if (sessionWebhook === undefined) return undefined;
    const { expiresAtMs } = sessionWebhook;
    const nowMs = clock.nowMs();
    const alive = expiresAtMs === undefined || nowMs < expiresAtMs - EXPIRY_MARGIN_MS;
    return alive && nowMs >= closedUntilMs ? sessionWebhook.url : undefined;
  };

  const bySendApi = (message: OutboundMessage, signal?: AbortSignal): Promise<SendReceipt> => {
    if (routes.target === undefined) {
      throw new ConfigError(
        "no way to answer: the session webhook is missing or expired, and the sender has no staff id",
      );
    }
    return routes.robot.send(routes.target, message, signal);
  };

  return {
    async send(message, signal) {
      const url = webhookUrl();
      if (url === undefined) return bySendApi(message, signal);
      try {
        return await routes.webhook.send(url, message, signal);
      } catch (error) {
        if (!isRefusal(error)) {
          if (error instanceof Error && message.idempotencyId !== undefined) recognisable.add(error);
          throw error;
        }
        closedUntilMs = closedUntil(error, clock.nowMs());
        if (routes.target === undefined) throw error;
        log.info("session webhook refused, sending by OpenAPI", {
          code: error.code,
          platformCode: error.platformCode,
        });
        return bySendApi(message, signal);
      }
    },
    repeatable: (error) => error instanceof Error && recognisable.has(error),
  };
}

/** What is read of an error by its `code`, because `instanceof` fails across two copies of the package. */
type Refusal = Pick<ApiError, "code" | "platformCode" | "retryable"> & { readonly retryAfterMs?: number };

/** DingTalk answered, and the message surely did not arrive. */
function isRefusal(error: unknown): error is Refusal {
  if (!(error instanceof Error) || !("code" in error) || !("platformCode" in error)) return false;
  const throttled = error.code === "DINGTALK_RATE_LIMITED";
  return throttled || ("retryable" in error && error.retryable === false);
}

/** DingTalk's code for a session that is unknown or has expired: it does not come back. */
const SESSION_GONE = "300001";

function closedUntil(refusal: Refusal, nowMs: number): number {
  if (refusal.platformCode === SESSION_GONE) return Number.POSITIVE_INFINITY;
  return nowMs + (refusal.retryAfterMs ?? 0);
}
