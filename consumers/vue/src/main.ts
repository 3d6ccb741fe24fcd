// The component of docs/vue.md, which lies beside this file when the app is put together.

import { createApp } from "vue";
import LiveFeed from "./vue/LiveFeed.vue";

createApp(LiveFeed).mount(document.body);
