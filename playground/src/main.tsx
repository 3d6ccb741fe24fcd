import { render } from "preact";
import { App, arrival } from "./app.tsx";
import { wakeMasthead } from "./masthead.ts";

wakeMasthead();
await arrival;
const app = document.getElementById("app")!;
app.replaceChildren();
render(<App />, app);
