/** Where the agent's model is. */
export interface ModelEndpoint {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
}

export interface ConfigOptions {
  readonly port: number;
  readonly workspace: string;
  readonly logFile: string;
  readonly model: ModelEndpoint;
  /** The DingTalk channel; absent before its plugin is installed. */
  readonly channel?: ChannelOptions | undefined;
}

export interface ChannelOptions {
  /** The plugin's folder, which the gateway loads in place. */
  readonly pluginFolder: string;
  /** The value of `channels.dingtalk`. */
  readonly dingtalk: object;
}

/** A whole `openclaw.json`: a local gateway with one model, the DingTalk channel, and nothing that calls out. */
export function buildConfig(options: ConfigOptions): object {
  const { model } = options;
  return {
    gateway: {
      mode: "local",
      bind: "loopback",
      port: options.port,
      auth: { mode: "token", token: "demo-token" },
    },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    discovery: { mdns: { mode: "off" } },
    logging: { file: options.logFile },
    agents: {
      defaults: {
        workspace: options.workspace,
        skipBootstrap: true,
        model: { primary: `demo/${model.model}` },
        heartbeat: { every: "0m" },
      },
    },
    models: {
      mode: "merge",
      providers: {
        demo: {
          baseUrl: model.baseUrl,
          apiKey: model.apiKey,
          api: "openai-completions",
          models: [describeModel(model.model)],
        },
      },
    },
    ...(options.channel && channelConfig(options.channel)),
  };
}

function channelConfig({ pluginFolder, dingtalk }: ChannelOptions): object {
  return {
    plugins: {
      // Without this the gateway also loads its own plugins, which take longer to start.
      allow: ["dingtalk"],
      load: { paths: [pluginFolder] },
      entries: { dingtalk: { enabled: true } },
    },
    channels: { dingtalk },
  };
}

function describeModel(id: string): object {
  return {
    id,
    name: id,
    reasoning: false,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 120_000,
    maxTokens: 4096,
  };
}
