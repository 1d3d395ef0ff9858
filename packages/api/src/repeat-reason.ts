import { DingTalkError } from "@dingtalk-kit/protocol";

/**
 * Why a failed call may be made a second time: the token was refused, so DingTalk did not carry it out; DingTalk
 * throttled it, so neither; or the way or the server failed, and the call never left or is idempotent.
 */
export type RepeatReason = "token" | "throttled" | "passing";

function stageOf(error: DingTalkError): unknown {
  return "stage" in error ? error.stage : undefined;
}

/** Whether the request certainly never left: there was no token for it, no connection, or no network any more. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof DingTalkError)) return false;
  const stage = stageOf(error);
  if (error.code === "DINGTALK_CLOSED") return true;
  return stage === "token" || (error.code === "DINGTALK_CONNECTION" && stage !== "http");
}

export function repeatReason(
  error: unknown,
  { idempotent, replaceable }: { readonly idempotent: boolean; readonly replaceable: boolean },
): RepeatReason | undefined {
  if (!(error instanceof DingTalkError)) return undefined;
  // A refusal of the token call itself carries its stage: asking again would only repeat it.
  if (error.code === "DINGTALK_AUTH") return stageOf(error) === "token" ? undefined : "token";
  // The next frame carries the text of one that was throttled.
  if (error.code === "DINGTALK_RATE_LIMITED")
    return replaceable || neverSent(error) ? undefined : "throttled";
  // On card calls `unknownError` is a fault of the call itself.
  if (!error.retryable || ("platformCode" in error && error.platformCode === "unknownError"))
    return undefined;
  return idempotent || neverSent(error) ? "passing" : undefined;
}

/** Whether DingTalk counts the call as spent: all that may have reached it, but what it throttled. */
export function isBilled(error: unknown): boolean {
  if (neverSent(error)) return false;
  return !(error instanceof DingTalkError && error.code === "DINGTALK_RATE_LIMITED");
}

/** Whether DingTalk refused because the corp's calls of the month are used up. It may grant some again: packs can be bought. */
export function isOverQuota(error: unknown): boolean {
  const code: unknown = error instanceof DingTalkError ? Reflect.get(error, "platformCode") : undefined;
  return typeof code === "string" && (code.endsWith(".ApiCountLimitForOrg") || code === "90020");
}
