import { render } from "preact";
import { App } from "./app.tsx";
import { EchoServerLine } from "./echo-server.ts";
import { Session } from "./session.ts";

const session = new Session();
const line = EchoServerLine.open((sight) => session.timeline.tellServer(sight));

render(<App session={session} line={line} />, document.getElementById("app")!);
