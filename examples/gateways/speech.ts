import { connect, heartbeat, resilient } from "gundam";

export function connectToTranscriber(url: string, token: string, heard: (transcript: string) => void) {
  return connect(
    resilient({
      url,
      headers: { authorization: `Token ${token}` },
      onMessage: (message) => heard(String(message)),
      // Transcripts may come all the time: what counts is that we send.
      wsOpts: { heartbeat: heartbeat({ message: '{"type":"KeepAlive"}', interval: 4000, when: "idle" }) },
    }),
  );
}
