// The worker end of the page: the same WebAssembly module as the page, started in a module worker.
//
// The page creates it with `new Worker("./worker.js?js=<url>&wasm=<url>", { type: "module" })`, where both addresses are
// those of the preload links in index.html (their names carry a hash), relative to the page's folder, in which this file is too.
//
// Two agreements with src/worker:
// - Messages that arrive before the module runs are kept in `self.__seedlingQueue`, in order. The Rust side takes
//   `self.onmessage` over, handles the queue first, and then posts its `Ready` event.
// - Every message from Rust is bytes. A message that is a string comes from this file and says why the worker cannot start.

self.__seedlingQueue = [];
self.onmessage = (event) => self.__seedlingQueue.push(event.data);

try {
  const asked = new URL(self.location.href).searchParams;
  const [js, wasm] = ["js", "wasm"].map((name) => {
    const address = new URL(asked.get(name) ?? "", self.location.href);
    if (!asked.get(name) || address.origin !== self.location.origin) {
      throw new Error(`worker.js needs the parameter ${name}, an address on this site`);
    }
    return address.href;
  });
  const { default: init } = await import(js);
  await init({ module_or_path: wasm });
} catch (error) {
  self.postMessage(`The worker could not start: ${error?.message ?? error}`);
}
