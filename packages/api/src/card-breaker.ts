import { CardError, DingTalkError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

/** One call whose end the breaker learns from. */
export interface CardAttempt {
  succeeded(): void;
  failed(error: unknown): void;
}

/**
 * Stops new cards while DingTalk fails or throttles card calls in a row, so that answers come by message at once. Cards
 * that are there go on: they have to end, and their calls show when DingTalk is back. Who probes finds out at the price of
 * a card that fails, so that an outage of hours is probed ever more seldom.
 */
export interface CardBreaker {
  /**
   * To be asked before a card is created. While open, one card may try after each pause.
   *
   * @throws CardError while open.
   */
  check(): void;
  begin(api: string): CardAttempt;
  /** Longest wait of one probe for the next, in milliseconds. */
  setLongestPause(ms: number): void;
}

/** Of one API, not counting calls that were under way together. */
const FAILURES_TO_OPEN = 5;
/** Doubled with each probe that fails. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 1_800_000;
/** An answer that is not DingTalk's. */
const UNREADABLE = "DINGTALK_DECODE";

/** Passing failures only: a call that DingTalk refuses for a reason shows that it works. */
function isPassing(error: DingTalkError): boolean {
  if ("platformCode" in error && error.platformCode === "unknownError") return false;
  return error.retryable || error.code === UNREADABLE;
}

export function createCardBreaker({ clock, log }: Pick<Ports, "clock" | "log">): CardBreaker {
  /** Failures in a row, by API: a card that can be created but not streamed into is none. */
  const failures = new Map<string, number>();
  let longestPauseMs = LONGEST_PAUSE_MS;
  let open: { retryAtMs: number; pauseMs: number; readonly cause: DingTalkError } | undefined;

  const succeeded = (api: string): void => {
    failures.delete(api);
    if (open === undefined || [...failures.values()].some((count) => count >= FAILURES_TO_OPEN)) return;
    open = undefined;
    log.info("cards work again");
  };

  return {
    check() {
      if (open === undefined) return;
      const nowMs = clock.nowMs();
      const retryAfterMs = open.retryAtMs - nowMs;
      if (retryAfterMs <= 0) {
        // Whoever passes here is the probe: until it succeeds, the next one may try after a longer pause.
        open.pauseMs = Math.min(open.pauseMs * 2, longestPauseMs);
        open.retryAtMs = nowMs + open.pauseMs;
        return;
      }
      throw new CardError(`card calls kept failing: no new card for ${retryAfterMs} ms`, {
        status: "status" in open.cause && typeof open.cause.status === "number" ? open.cause.status : 503,
        retryAfterMs,
        cause: open.cause,
      });
    },
    begin(api) {
      const before = failures.get(api) ?? 0;
      return {
        succeeded: () => succeeded(api),
        failed(error) {
          if (!(error instanceof DingTalkError)) return;
          if (!isPassing(error)) {
            succeeded(api);
            return;
          }
          if (before !== (failures.get(api) ?? 0)) return;
          failures.set(api, before + 1);
          if (before + 1 < FAILURES_TO_OPEN) return;
          if (open === undefined) {
            const { code, message } = error;
            log.warn("card calls keep failing, answers come by message for a while", {
              api,
              code,
              cause: message,
            });
          }
          const pauseMs = open?.pauseMs ?? Math.min(FIRST_PAUSE_MS, longestPauseMs);
          open = { retryAtMs: clock.nowMs() + pauseMs, pauseMs, cause: error };
        },
      };
    },
    setLongestPause(ms) {
      longestPauseMs = ms;
    },
  };
}
