// The component of docs/svelte.md, which lies beside this file when the app is put together.

import { mount } from "svelte";
import LiveFeed from "./svelte/LiveFeed.svelte";

mount(LiveFeed, { target: document.body });
