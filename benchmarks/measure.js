// What is measured, in the page: every page of the benchmark begins with this.
globalThis.bench = (() => {
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // A page's document, and the shadow roots of a notebook's views.
  const roots = () => [
    document,
    ...[...document.querySelectorAll(".domsync-view > div")].map((host) => host.shadowRoot).filter(Boolean),
  ];

  const find = (selector, owner = 0) =>
    roots()
      .map((root) => root.querySelector(selector))
      .filter(Boolean)
      .at(owner);

  // Milliseconds of each of `count` questions and their answers; between two of them a pause of `pause` ms and up to
  // 10 more, so that they do not fall into step with the display.
  async function trips(ask, count, pause) {
    const times = [];
    for (let trip = 0; trip < count; trip++) {
      await sleep(pause + Math.random() * 10);
      const start = performance.now();
      await ask();
      times.push(performance.now() - start);
    }
    return times;
  }

  function click(button) {
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        observer.disconnect();
        resolve();
      });
      observer.observe(button, { childList: true, characterData: true, subtree: true });
      button.click();
    });
  }

  async function socket(url) {
    const connection = new WebSocket(url);
    await new Promise((resolve, reject) => {
      connection.onopen = resolve;
      connection.onerror = reject;
    });
    return () =>
      new Promise((resolve) => {
        connection.onmessage = resolve;
        connection.send("ping");
      });
  }

  // Just after the frame with the present state of the DOM was produced, by the clock that Python has too.
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(Date.now());
        channel.port2.postMessage(0);
      });
    });

  // Waits for a table with so many rows and a stamp other than `stamps`; tells both moments.
  function table(rows) {
    const stamps = () => roots().map((root) => root.querySelector("#stamp")?.textContent);
    const before = new Set(stamps());
    return new Promise((resolve) => {
      const observer = new MutationObserver(look);
      const observed = new Set();
      function look() {
        for (const root of roots()) {
          if (!observed.has(root)) observer.observe(root, { childList: true, characterData: true, subtree: true });
          observed.add(root);
          const stamp = root.querySelector("#stamp")?.textContent;
          if (stamp && !before.has(stamp) && root.querySelectorAll("tbody > tr").length === rows) {
            observer.disconnect();
            painted().then((moment) => resolve({ shown: Number(stamp), painted: moment }));
            return;
          }
        }
      }
      look();
    });
  }

  return { find, trips, click, socket, table };
})();
