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

// A program that stopped in the middle does nothing any more: its last picture would be a lie. Where it was a mistake of
// the browser's, the program said nothing, and only the place tells.
const broken = (error) => {
  if (error instanceof WebAssembly.RuntimeError) {
    const place = String(error.stack ?? "").split("\n").filter((line) => line.includes("wasm")).slice(0, 3);
    const words = [why, error.message, ...place].filter((word) => word !== "").join("; ").slice(0, 600);
    stop(`The page has stopped by a mistake of its own. What the host records goes on. (${words})`);
  }
};
addEventListener("error", (event) => broken(event.error));
addEventListener("unhandledrejection", (event) => broken(event.reason));

try {
  await init({ module_or_path: new URL("page_bg.wasm", import.meta.url) });
  await open(at("window"));
  at("starting").hidden = true;
} catch (error) {
  console.error(error);
  stop(`This browser cannot show the window: ${error?.message ?? error}. It needs WebAssembly and WebGL.`);
}
