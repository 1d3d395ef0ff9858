import { DingTalkError } from "@dingtalk-kit/protocol";

/** The pairing of an account was not written, because others kept writing at the same time: repeat the call. */
export class PairingError extends DingTalkError {
  override readonly code = "DINGTALK_PAIRING";
  override readonly retryable = true;
}
