// A clock that all processes of a machine share, in ms: libuv's is the system's monotonic one.

export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
