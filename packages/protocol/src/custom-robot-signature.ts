import { createHmac } from "node:crypto";

/**
 * The `sign` of a message to a custom robot (`/robot/send`), as Base64.
 *
 * Put it into the URL with `URLSearchParams` or `encodeURIComponent`, once: its `+`, `/` and `=` must arrive encoded.
 *
 * @param secret - the robot's signing secret, `SEC…`
 * @param timestampMs - goes into the URL as `timestamp`; DingTalk accepts one hour either way
 * @see https://open.dingtalk.com/document/development/customize-robot-security-settings
 */
export function signCustomRobot(secret: string, timestampMs: number): string {
  return createHmac("sha256", secret).update(`${timestampMs}\n${secret}`).digest("base64");
}
