import { parseArgs } from "node:util";

import { ConfigError } from "@dingtalk-kit/protocol";

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  readonly json: boolean;
  readonly apply: boolean;
  readonly config: string | undefined;
  readonly from: string | undefined;
  readonly restore: string | undefined;
}

export const HELP: string = `Checks and moves the DingTalk settings of OpenClaw.

Usage: dingtalk-doctor <command> [options]

Commands
  migrate    rewrite settings that were made for another DingTalk plugin, or by an older guide

\`dingtalk-doctor migrate --help\` explains it.
`;

export const MIGRATE_HELP: string = `Rewrites the DingTalk settings in OpenClaw's config so that openclaw-plugin-dingtalk reads them: those of
@soimy/dingtalk, dingtalk-connector, ddingtalk, clawdbot-dingtalk and @openclaw-china, and older spellings.
Without --apply it only shows what would change. Needs no OpenClaw, and works when OpenClaw refuses the config.

Usage: dingtalk-doctor migrate [options]

  --apply            write the changes; the old file is kept beside it, readable by you alone
  --config <path>    the config (default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json,
                     ~/.openclaw/openclaw.json; a config.json beside it is read where that has no DingTalk settings)
  --from <path>      take DingTalk settings from this file where the config has none, for example from
                     openclaw.json.bak after a plugin was uninstalled
  --restore <path>   put a backup back as it was; what it replaces is kept, too
  --json             print one JSON object for programs
  -h, --help         print this

Comments and layout of the file stay as they are. Secrets are never printed.

Exit codes
  0  nothing to do, or everything written
  1  there are changes to write
  2  wrong options, or the config cannot be found or read
  3  not written: the file changed meanwhile, or may not be written
`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const FLAGS = {
  apply: flag,
  config: text,
  from: text,
  restore: text,
  json: flag,
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the options behind `migrate`. @throws ConfigError with one sentence for people */
export function readArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  if (values.restore !== undefined && (values.apply || values.from !== undefined)) {
    throw new ConfigError("--restore goes alone, at most with --config: it writes by itself");
  }
  return {
    help: values.help ?? false,
    json: values.json ?? false,
    apply: values.apply ?? false,
    config: values.config,
    from: values.from,
    restore: values.restore,
  };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>["values"];

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(message.split(". ")[0] ?? message, { cause });
  }
}
