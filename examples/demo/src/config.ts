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
  /** Folders of plugins that are loaded in place. None when the plugin was installed. */
  readonly pluginPaths: readonly string[];
  /** The value of `channels.dingtalk`. */
  readonly dingtalk: object;
}

/** The whole `openclaw.json`: a local gateway with one model, the DingTalk channel, and nothing that calls out. */
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
    plugins: {
      allow: ["dingtalk"],
      load: { paths: options.pluginPaths },
      entries: { dingtalk: { enabled: true } },
    },
    channels: { dingtalk: options.dingtalk },
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
