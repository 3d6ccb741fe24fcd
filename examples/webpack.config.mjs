export default {
  target: "node",
  resolve: { alias: { bufferutil: false, "utf-8-validate": false } },
};
