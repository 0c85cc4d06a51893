// The page begins: its program is fetched and run. What goes wrong before it can speak, or ends it, is said here.
import init, { open } from "./page.js";

const at = (id) => document.getElementById(id);

function stop(word) {
  at("starting").hidden = true;
  at("stopped-word").textContent = word;
  at("stopped").hidden = false;
  at("reload").focus();
}

at("reload").addEventListener("click", () => location.reload());

// What the program said last on the console: where it stops, that is why.
let why = "";
const complain = console.error;
console.error = (...words) => {
  why = String(words[0]).split("\n").slice(0, 2).join(" ").slice(0, 300);
  complain.apply(console, words);
};

// The program's memory, once it is there.
let memory;

// A program that stopped in the middle does nothing any more: its last picture would be a lie. Where it was a mistake of
// the browser's, the program said nothing, and only the place tells. The first mistake counts: whatever comes after it
// comes of it. The mark is what the program looks at before it goes on by itself. What a browser refuses is no mistake.
const broken = (error) => {
  const stack = String(error?.stack ?? "");
  const ended = error instanceof WebAssembly.RuntimeError
    || (error instanceof Error && !(error instanceof DOMException) && stack.includes("wasm"));
  if (!ended || "broken" in at("stopped").dataset) return;
  at("stopped").dataset.broken = "";
  const place = stack.split("\n").filter((line) => line.includes("wasm") && !line.startsWith(error.name)).slice(0, 3);
  const used = memory ? [`wasm memory ${Math.round(memory.buffer.byteLength / 2 ** 20)} MB`] : [];
  const named = error instanceof WebAssembly.RuntimeError ? error.message : String(error);
  const words = [why, named, ...used, ...place].filter((word) => word !== "").join("; ").slice(0, 600);
  stop(`The page has stopped by a mistake of its own. What the host records goes on. (${words})`);
};
addEventListener("error", (event) => broken(event.error));
addEventListener("unhandledrejection", (event) => broken(event.reason));

try {
  const program = await init({ module_or_path: new URL("page_bg.wasm", import.meta.url) });
  memory = program.memory;
  await open(at("window"));
  at("starting").hidden = true;
} catch (error) {
  console.error(error);
  stop(`This browser cannot show the window: ${error?.message ?? error}. It needs WebAssembly and WebGL.`);
}
