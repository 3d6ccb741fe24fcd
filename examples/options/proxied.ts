import { connect, resilient } from "gundam";

export function connectFromInside(url: string, proxy: string, authority: string) {
  return connect(
    resilient({
      url,
      tlsOpts: { ca: authority, minVersion: "TLSv1.3" },
      tcpOpts: { proxy, family: 4 },
    }),
  );
}
