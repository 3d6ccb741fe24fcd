// The page: the phase above all, what you can do at its side, and what happens beside that.

import type { EchoServerLine } from "./echo-server.ts";
import { ConnectionPanel } from "./panels/connection-panel.tsx";
import { FaultPanel } from "./panels/fault-panel.tsx";
import { MessagePanel } from "./panels/message-panel.tsx";
import { PhasePanel } from "./panels/phase-panel.tsx";
import { TimelinePanel } from "./panels/timeline-panel.tsx";
import type { Session } from "./session.ts";

export interface AppProps {
  readonly session: Session;
  /** Undefined on a page that no dev server of ours serves. */
  readonly line: EchoServerLine | undefined;
}

export function App({ session, line }: AppProps) {
  return (
    <>
      <header class="masthead">
        <h1>
          Gundam <span>playground</span>
        </h1>
        <p>Break the server and watch the client recover.</p>
      </header>
      <main>
        <PhasePanel session={session} />
        <div class="controls">
          <ConnectionPanel session={session} line={line} />
          <FaultPanel line={line} />
        </div>
        <TimelinePanel timeline={session.timeline} />
        <MessagePanel session={session} />
      </main>
    </>
  );
}
