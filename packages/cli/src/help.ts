// What --help says beside the options.

import { exitCodes } from "./exit-codes.ts";

/** An example, as --help and the README show it: what it does, and the command. */
export const examples = `Examples:
  talk to a server: a prompt, with history, and /help for its commands
    $ gundam wss://example.org/chat
  one question, one answer, for a script
    $ gundam -x '{"op":"status"}' -n 1 --json wss://example.org/api | jq .status
  a file of lines, each a message; ends when the server has read all of them
    $ gundam wss://example.org/ingest < events.ndjson
  a feed into a file, over all reconnects, from a service without a terminal
    $ gundam --no-input --wait forever wss://example.org/feed >> feed.ndjson
  JSON, filtered as it comes
    $ gundam --no-input --wait forever wss://example.org/trades | jq -c 'select(.price > 100)'
  bytes as they are
    $ tar c folder | gundam --binary wss://example.org/backup
  a token that neither ps nor the shell's history shows
    $ gundam -H @headers.txt wss://example.org/private
  through a proxy, or through the one that the environment names
    $ gundam --proxy http://proxy.example.org:3128 wss://example.org/
    $ gundam --proxy env wss://example.org/
  a client certificate, and a server of one's own authority
    $ gundam --ca ca.pem --cert me.pem --key me-key.pem wss://internal.example.org/
  a health check: 0 if it answers within two seconds
    $ gundam -q --no-input -x ping -n 1 --wait 2 --no-retry wss://example.org/ > /dev/null

A server to try it with: npx -p @gundam/testing gundam-echo-server
`;

/** `columns`: how wide it may be. */
export function exitCodeHelp(columns: number): string {
  const rows = Object.entries(exitCodes).map(([code, meaning]) => {
    const [first = "", ...others] = wrapped(meaning, columns - 8);
    return [`  ${code.padStart(3)}   ${first}`, ...others.map((line) => `        ${line}`)].join("\n");
  });
  return `Exit codes:\n${rows.join("\n")}\n`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
