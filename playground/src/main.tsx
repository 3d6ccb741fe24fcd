import { render } from "preact";
import { App, arrival } from "./app.tsx";
import { wakeMasthead } from "./masthead.ts";

wakeMasthead();
await arrival;
render(<App />, document.getElementById("app")!);
