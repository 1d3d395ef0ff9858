import { isRecord } from "./policy-reader.ts";
import type { PolicyReader } from "./policy-reader.ts";
import { readSenderList } from "./sender-list.ts";
import type { GroupEntries, SenderList } from "./sender-list.ts";

/** Where people of an access group may be listed. */
const MEMBER_KEYS = ["*", "dingtalk"];

/** Reads a list of people at `path`. `undefined` where nothing is written. */
export type ListReader = (path: string, value: unknown) => SenderList | undefined;

/** Lists that refer to access groups hold their members from then on. */
export function createListReader(reader: PolicyReader, accessGroups: unknown): ListReader {
  const defined = reader.record("accessGroups", accessGroups);
  const groups = new Map(defined === "broken" ? [] : defined);
  const groupEntries = (name: string): GroupEntries => {
    const group = groups.get(name);
    if (group === undefined || group === null) return "missing";
    if (!isRecord(group) || group["type"] !== "message.senders") return "unsupported";
    const path = `accessGroups.${name}.members`;
    const members = reader.record(path, group["members"]);
    const byKey = new Map(members === "broken" ? [] : members);
    return MEMBER_KEYS.flatMap((key) => reader.entries(`${path}.${key}`, byKey.get(key)) ?? []);
  };
  return (path, value) => {
    const entries = reader.entries(path, value);
    return entries && readSenderList(entries, groupEntries);
  };
}
