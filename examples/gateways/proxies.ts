import { connect, proxyFromEnv, resilient } from "gundam";

/** Through what HTTPS_PROXY, NO_PROXY and the others say. */
export function connectAsConfigured(url: string) {
  return connect(resilient({ url, tcpOpts: { proxy: proxyFromEnv() } }));
}

/** Through a proxy that wants a token, which is asked for again when the proxy has answered 407. */
export function connectThroughProxy(url: string, proxy: string, freshToken: () => Promise<string>) {
  const proxyHeaders = async () => ({ "proxy-authorization": `Bearer ${await freshToken()}` });
  return connect(resilient({ url, tcpOpts: { proxy, proxyHeaders } }));
}

/** Through the first of two proxies, and through the second while the first fails. */
export function connectThroughEither(url: string, first: string, second: string) {
  let proxy = first;
  return connect(
    resilient({
      url,
      tcpOpts: {
        proxy({ lastFailure }) {
          if (lastFailure?.kind === "network" || lastFailure?.kind === "proxy")
            proxy = proxy === first ? second : first;
          return proxy;
        },
      },
    }),
  );
}
