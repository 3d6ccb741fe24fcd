import { render } from "preact";
import { App } from "./app.tsx";
import { Workbench } from "./workbench.ts";

const workbench = new Workbench();

render(<App workbench={workbench} />, document.getElementById("app")!);
workbench.begin();
