/** The two hosts of DingTalk's OpenAPI. Private deployments and tests put their own here. */
export interface Endpoints {
  /** New OpenAPI and Stream registration. @defaultValue `https://api.dingtalk.com` */
  readonly api: string;
  /** Legacy API and webhooks. @defaultValue `https://oapi.dingtalk.com` */
  readonly oapi: string;
}

/** DingTalk's public hosts. The Stream socket's host is not here: it comes with each registration answer. */
export const PUBLIC_ENDPOINTS: Endpoints = {
  api: "https://api.dingtalk.com",
  oapi: "https://oapi.dingtalk.com",
};
