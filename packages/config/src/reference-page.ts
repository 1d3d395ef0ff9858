import { KEY_AREAS } from "./account-keys.ts";
import { environmentVariables } from "./environment.ts";
import { HOST_GROUP_KEYS, HOST_KEYS } from "./host-keys.ts";
import { cell, fullTable } from "./keys-table.ts";
import { RETIRED_KEYS } from "./retired-keys.ts";
import { GROUP_SPELLINGS, SPELLINGS } from "./spellings.ts";
import type { Spelling } from "./spellings.ts";

/** The page `docs/configuration.md`: every key, every other spelling, and what each key of other plugins is good for. */
export function referencePage(): string {
  return (
    [
      INTRODUCTION,
      ...KEY_AREAS.map(({ title, names }) => `## ${title}\n\n${fullTable(names)}`),
      `## Keys that OpenClaw reads itself\n\n${hostTable()}`,
      `## The environment\n\n${ENVIRONMENT}\n\n${environmentTable()}`,
      `## Other spellings\n\n${SPELLED_OTHERWISE}\n\n${spellingTable()}`,
      `## Keys without effect\n\n${RETIRED}\n\n${retiredTable()}`,
    ].join("\n\n") + "\n"
  );
}

const INTRODUCTION = `<!-- Written by packages/config/scripts/reference.ts from the list of keys. Do not edit. -->

# Configuration

Everything stands under \`channels.dingtalk\` in OpenClaw's \`openclaw.json\`. The keys at the top are those of the account
\`default\` and what the others inherit; more robots go under \`accounts\`:

\`\`\`json
{
  "channels": {
    "dingtalk": {
      "dmPolicy": "pairing",
      "accounts": {
        "sales": { "clientId": "dingxxxxxxxx", "clientSecret": "xxxxxxxx", "messageType": "card" },
        "support": { "clientId": "dingyyyyyyyy", "clientSecret": "yyyyyyyy" }
      }
    }
  }
}
\`\`\`

**Which value holds.** The account's before that at the top, before the environment, before the default. Sections such as
\`http\` merge key by key; lists, \`groups\` and \`keywordRoutes\` replace each other as a whole. \`defaultAccount\` names the
account that is meant when none is named.

**What is wrong.** A value that does not fit keeps its account from starting, with one line that names the key, what was
found and what is allowed; the other accounts start. Unknown keys are named in the log and ignored. Of two keys that mean
the same and say different things, the log names both, and which one wins.

**Secrets** are the text itself, \`\${NAME}\`, or a SecretRef that OpenClaw resolves:
\`{ "source": "env", "provider": "default", "id": "DINGTALK_CLIENT_SECRET" }\`, likewise with \`file\`, \`exec\` and \`store\`.
\`\${NAME}\` in any text is filled from the environment.

Keys marked *not in this version* are understood and checked, and named in one line of the log, but do nothing yet.`;

const ENVIRONMENT =
  "Variables stand in for keys that are written nowhere. A named account has variables of its own, with its name in them.";

const SPELLED_OTHERWISE =
  "Names of other DingTalk plugins and of older documents are read as ours. Ours wins where both are written.";

const RETIRED =
  "Other DingTalk plugins have these keys. They are named in the log with what does the same here; nothing breaks.";

const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function hostTable(): string {
  const rows = [
    ...HOST_KEYS.map(({ name, help }) => [`\`${name}\``, help]),
    ...HOST_GROUP_KEYS.map(({ name, help }) => [`\`groups.*.${name}\``, help]),
  ];
  return table(["Key", "Meaning"], rows);
}

function environmentTable(): string {
  const named = environmentVariables("sales");
  const rows = environmentVariables(undefined).map(({ key, names }, index) => [
    `\`${key.join(".")}\``,
    names.map((name) => `\`${name}\``).join(", else "),
    (named[index]?.names ?? []).map((name) => `\`${name}\``).join(", else "),
  ]);
  return table(["Key", "Default account", "Account `sales`"], rows);
}

const spellingRow = (before: string, { from, to }: Spelling): readonly string[] => [
  `\`${before}${from.join(".")}\``,
  `\`${before}${to.join(".")}\``,
];

function spellingTable(): string {
  return table(
    ["Written", "Read as"],
    [
      ...SPELLINGS.map((spelling) => spellingRow("", spelling)),
      ...GROUP_SPELLINGS.map((spelling) => spellingRow("groups.*.", spelling)),
    ],
  );
}

function retiredTable(): string {
  const rows = Object.entries(RETIRED_KEYS).map(([key, why]) => [`\`${key}\``, why]);
  return table(["Key", "What does the same, or why there is nothing"], rows);
}
