import { isDeepStrictEqual } from "node:util";

import { redact } from "@dingtalk-kit/protocol";

import { isSecretReference, WHOLE_REFERENCE } from "../expand-variables.ts";
import { isSection } from "../section.ts";
import type { Section } from "../section.ts";
import type { Draft, Path } from "./draft.ts";
import { dotted } from "./draft.ts";
import type { MigrationChange } from "./migration-plan.ts";

/** What differs between a file and its draft, place by place. */
export function describeChanges(original: Section, draft: Draft): readonly MigrationChange[] {
  return differences([], original, draft.config).map(({ path, from, to }) => ({
    path: dotted(path),
    from: printable(path, from),
    to: printable(path, to),
    why: draft.reasonOf(path),
  }));
}

interface Difference {
  readonly path: Path;
  readonly from: unknown;
  readonly to: unknown;
}

/** Sections are looked into, so that each value is shown by its own name; lists and SecretRefs are one value. */
function differences(path: Path, from: unknown, to: unknown): readonly Difference[] {
  if (!isOpen(from) && !isOpen(to)) return isDeepStrictEqual(from, to) ? [] : [{ path, from, to }];
  const [before, after] = [isOpen(from) ? from : {}, isOpen(to) ? to : {}];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [
    ...(isOpen(from) || isNothing(from) ? [] : [{ path, from, to: undefined }]),
    ...(isOpen(to) || isNothing(to) ? [] : [{ path, from: undefined, to }]),
    ...[...names].flatMap((name) => differences([...path, name], own(before, name), own(after, name))),
  ];
}

const isNothing = (value: unknown): boolean =>
  value === undefined || (isSection(value) && Object.keys(value).length === 0);

const own = (section: Section, name: string): unknown =>
  Object.hasOwn(section, name) ? section[name] : undefined;

const isOpen = (value: unknown): value is Section =>
  isSection(value) && Object.keys(value).length > 0 && !isSecretReference(value);

const ID_NAME = /client_?id|app_?key/i;

/** Names whose value is hidden whatever it is; the rest is up to {@link redact}. */
const SECRET_NAME = /secret|token|passw|aes_?key/i;

function printable(path: Path, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (isSecretReference(value)) return JSON.stringify(value);
  // Where a value is kept is no secret.
  if (typeof value === "string" && WHOLE_REFERENCE.test(value)) return JSON.stringify(value);
  const name = path.at(-1) ?? "";
  if (SECRET_NAME.test(name)) return JSON.stringify("[redacted]");
  const text = typeof value === "number" && ID_NAME.test(name) ? String(value) : value;
  return JSON.stringify(Object.values(Object(redact({ [name]: text })))[0]);
}
