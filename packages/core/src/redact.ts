// What a trace or an error may show of a url or a header: where, never the secrets.

const secretFields =
  /^(authorization|proxy-authorization|cookie|set-cookie|sec-websocket-key)$|token|secret|key|password/i;

/** A url without its userinfo, and with the values of its query hidden. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z+.-]+:\/\/)[^/?#]*@/i, "$1***@").replace(/([?&][^=&#]*)=[^&#]*/g, "$1=***");
}

/** A header field's value, hidden where the field may carry a secret. */
export function redactHeader(name: string, value: string): string {
  return secretFields.test(name) ? "***" : value;
}
