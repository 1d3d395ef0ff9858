import type { PairingRequest } from "./pairing-records.ts";
import type { Language } from "./reasons.ts";

/** What a stranger is told once, with the code that the owner has to approve. Names no command: apps differ. */
export function pairingInvitation(
  { code, expiresAtMs }: PairingRequest,
  nowMs: number,
  language: Language,
): string {
  const minutes = Math.max(1, Math.floor((expiresAtMs - nowMs) / 60_000));
  if (language === "zh")
    return `这个机器人还不认识您。您的配对码是 ${code}，${minutes} 分钟内有效。请把它发给机器人的管理员，批准后即可开始对话。`;
  const time = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return (
    `This robot does not know you yet. Your pairing code is ${code}, valid for ${time}. ` +
    `Send it to the robot's owner; once it is approved, you can start.`
  );
}

/** What they are told when it was. */
export function pairingWelcome(language: Language): string {
  return language === "zh"
    ? "配对已获批准，现在可以开始对话了。"
    : "Your pairing was approved: you can start now.";
}
