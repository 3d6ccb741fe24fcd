// Which of `tlsOpts` are used beyond the url's own origin. They are given for that origin: it is whom they trust, and whom
// they tell who we are. What a redirect leads to elsewhere is verified as if there were none of these, and is not told.

import type { ConnectionOptions } from "node:tls";

type Beyond = "other origins" | "the proxy";

const nowhere: readonly Beyond[] = [];
/** The url's server may need to be spoken to in a special way, and a floor is the user's own: it holds everywhere. */
const spoken: readonly Beyond[] = ["other origins"];
const floor: readonly Beyond[] = ["other origins", "the proxy"];
/** Of whoever runs the network, the proxy's authority is often the same as the server's. */
const trusted: readonly Beyond[] = ["the proxy"];

/** Each option of Node's `tls.connect` and `tls.createSecureContext`; what is not here is used nowhere else. */
const uses: { readonly [Option in keyof Required<ConnectionOptions>]: readonly Beyond[] } = {
  // Who we are.
  cert: nowhere,
  key: nowhere,
  pfx: nowhere,
  passphrase: nowhere,
  clientCertEngine: nowhere,
  privateKeyEngine: nowhere,
  privateKeyIdentifier: nowhere,
  pskCallback: nowhere,
  session: nowhere,
  // Whom we trust, as what. That a server need not prove who it is gives no impostor of a proxy our credentials.
  ca: trusted,
  crl: trusted,
  allowPartialTrustChain: trusted,
  rejectUnauthorized: nowhere,
  checkServerIdentity: nowhere,
  servername: nowhere,
  // Both, for nobody can look into it.
  secureContext: nowhere,
  // How TLS is spoken.
  minVersion: floor,
  minDHSize: floor,
  maxVersion: spoken,
  secureProtocol: spoken,
  secureOptions: spoken,
  ciphers: spoken,
  sigalgs: spoken,
  ecdhCurve: spoken,
  enableTrace: spoken,
  // The dial's own: it has the socket, and says what is spoken over TLS.
  socket: nowhere,
  host: nowhere,
  port: nowhere,
  path: nowhere,
  lookup: nowhere,
  timeout: nowhere,
  ALPNProtocols: nowhere,
  // A server's.
  ALPNCallback: nowhere,
  SNICallback: nowhere,
  dhparam: nowhere,
  honorCipherOrder: nowhere,
  requestCert: nowhere,
  sessionIdContext: nowhere,
  sessionTimeout: nowhere,
  ticketKeys: nowhere,
};

/** Those that are used there, too. */
export function tlsOptionsFor(beyond: Beyond, tlsOpts: ConnectionOptions): ConnectionOptions {
  const names = (Object.keys(uses) as (keyof ConnectionOptions)[]).filter((name) =>
    uses[name].includes(beyond),
  );
  const given = names.filter((name) => tlsOpts[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, tlsOpts[name]]));
}
