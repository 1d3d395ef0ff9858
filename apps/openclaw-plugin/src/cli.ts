import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";

import { CHANNEL_ID } from "./ids.ts";
import type { InboxAction } from "./inbox-request.ts";

/** The root command, as the host shows it before it loads any code. */
export const CLI_COMMAND = {
  name: CHANNEL_ID,
  description: "Look after the messages that DingTalk delivered, and explain what became of them",
  hasSubcommands: true,
} as const;

type CliContext = Parameters<Parameters<OpenClawPluginApi["registerCli"]>[0]>[0];
type Command = CliContext["program"];

/** Adds `openclaw dingtalk …`. Light: the host does this for every command. */
export function registerCommands(api: OpenClawPluginApi): void {
  api.registerCli((context) => addCommands(context), { descriptors: [CLI_COMMAND] });
}

type Options = Readonly<Record<string, unknown>>;

function addCommands({ program, config }: CliContext): void {
  const run = async (action: InboxAction, options: Options): Promise<void> => {
    // Not with all that needs the network: this process looks, prints and ends.
    const { runInboxCommand } = await import("./cli-run.ts");
    process.exitCode = await runInboxCommand(action, options, config);
  };
  const dingtalk = program.command(CLI_COMMAND.name).description(CLI_COMMAND.description);
  // Wrong usage ends in 1 with the host, like a message that is not found.
  dingtalk.exitOverride((error) => {
    if (error.exitCode !== 0) error.exitCode = 2;
    process.exitCode = error.exitCode;
    throw error;
  });
  const inbox = dingtalk.command("inbox").description("The messages that wait, run, or have ended");

  subcommand(inbox, "list", "The latest messages, and how many there are in each state")
    .option("--state <state>", "Only those that are waiting, running, done, dead or dropped")
    .option("--limit <n>", "How many at most (default 20)")
    .action((options: Options) => run("list", options));
  subcommand(inbox, "show <msgId>", "One message")
    .option("--text", "With what the person wrote")
    .action((messageId: string, options: Options) =>
      run(options["text"] === true ? "text" : "show", { ...options, messageId }),
    );
  subcommand(inbox, "retry <msgId>", "Give a dead or dropped message another life").action(
    (messageId: string, options: Options) => run("retry", { ...options, messageId }),
  );
  subcommand(inbox, "drop <msgId>", "Drop a message that waits")
    .option("--reason <text>", "Kept beside it")
    .action((messageId: string, options: Options) => run("drop", { ...options, messageId }));
  subcommand(inbox, "erase <staffId>", "Remove what a person wrote")
    .option("--yes", "It cannot be undone")
    .action((staffId: string, options: Options) => run("erase", { ...options, staffId }));
  subcommand(
    dingtalk,
    "explain <msgId>",
    "What happened to a message, step by step, and what comes next",
  ).action((messageId: string, options: Options) => run("explain", { ...options, messageId }));
}

function subcommand(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option("--account <id>", "Only this account (default: all)")
    .option("--json", "For programs");
}
