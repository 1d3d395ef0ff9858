/** An HTTP answer. A string `body` is sent as it is, everything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string | undefined;
}

/** Ends a call with an error answer in the shape of the gateway that refuses. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply, message: string) {
    super(message);
    this.name = "Refusal";
    this.reply = reply;
  }
}

/** `api.dingtalk.com`: HTTP 4xx or 5xx and `{code, message, requestid}`. The server adds the request id. */
export function apiRefusal(
  status: number,
  code: string,
  message: string = code,
  extra: object = {},
): Refusal {
  return new Refusal({ status, body: { code, message, ...extra } }, `${status} ${code}`);
}

/** `oapi.dingtalk.com`: HTTP 200 and `{errcode, errmsg}`. */
export function oapiRefusal(errcode: number, errmsg: string): Refusal {
  return new Refusal({ status: 200, body: { errcode, errmsg } }, `errcode ${errcode}`);
}

/** HTTP 200 with `body`. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** The body of an answer as it goes out. */
export function encodeReply({ body, contentType }: Reply): {
  readonly text: string;
  readonly contentType: string;
} {
  if (typeof body !== "string") {
    return { text: JSON.stringify(body), contentType: contentType ?? "application/json;charset=utf-8" };
  }
  const guessed = body.startsWith("<") ? "text/html;charset=utf-8" : "text/plain;charset=utf-8";
  return { text: body, contentType: contentType ?? guessed };
}
