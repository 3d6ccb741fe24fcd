const worker = new Worker(new URL("./socket.ts", import.meta.url), { type: "module" });

const log = document.body.appendChild(document.createElement("pre"));
worker.addEventListener("message", ({ data }) => log.append(data, "\n"));
log.addEventListener("click", () => worker.postMessage("close"));
