/* Keys, the chart under the pointer, what is live. Everything works without this file. */
"use strict";
(() => {
  const PLACES = { o: "/", s: "/sources", c: "/changes", a: "/search", g: "/gaps", r: "/review" };
  const isWriting = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  /* Lists: j and k go through results, n and p through evidence. */
  function step(selector, by, focus) {
    const all = [...document.querySelectorAll(selector)];
    if (!all.length) return;
    const now = all.findIndex((one) => one.classList.contains("current"));
    const next = Math.min(Math.max(now + by, 0), all.length - 1);
    all.forEach((one, place) => one.classList.toggle("current", place === next));
    const target = focus ? all[next].querySelector(focus) : all[next];
    (target || all[next]).focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "center" });
  }

  let waits = 0; /* until when a letter after g is a place */
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isWriting(event.target)) return;
    const key = event.key;
    if (waits > Date.now() && PLACES[key]) {
      waits = 0;
      location.assign(PLACES[key]);
    } else if (key === "g") {
      waits = Date.now() + 1500;
    } else if (key === "/") {
      const box = document.getElementById("q");
      box.focus();
      box.select();
    } else if (key === "j" || key === "k") {
      step(".results > li", key === "j" ? 1 : -1, ":is(h2, h3) a");
    } else if (key === "n" || key === "p") {
      step("mark.ev", key === "n" ? 1 : -1);
    } else if (key === "?") {
      location.assign("/help");
    } else return;
    event.preventDefault();
  });

  /* Charts: a line of text says the bar; arrows move, Enter opens, dragging narrows the time. */
  document.querySelectorAll(".figure").forEach((figure) => {
    const readout = figure.querySelector(".readout");
    figure.querySelectorAll(".chart").forEach((chart) => {
      const bars = [...chart.querySelectorAll("svg a")];
      let now = -1;
      let from = -1;
      const show = (place) => {
        now = place;
        bars.forEach((bar, one) => {
          bar.classList.toggle("current", one === place);
          bar.classList.toggle("chosen", from >= 0 && one >= Math.min(from, place) && one <= Math.max(from, place));
        });
        readout.textContent = bars[place].querySelector("title").textContent;
      };
      chart.addEventListener("keydown", (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1, Home: -bars.length, End: bars.length }[event.key];
        if (by) {
          event.preventDefault();
          show(Math.min(Math.max(now < 0 && by === -1 ? bars.length - 1 : now + by, 0), bars.length - 1));
        } else if (event.key === "Enter" && now >= 0) {
          location.assign(bars[now].getAttribute("href"));
        }
      });
      chart.addEventListener("pointerdown", (event) => {
        from = bars.indexOf(event.target.closest("a"));
      });
      chart.addEventListener("dragstart", (event) => event.preventDefault());
      chart.addEventListener("pointermove", (event) => {
        const place = bars.indexOf(event.target.closest("a"));
        if (place >= 0 && place !== now) show(place);
      });
      addEventListener("pointerup", (event) => {
        const place = bars.indexOf(event.target.closest ? event.target.closest("a") : null);
        if (from >= 0 && place >= 0 && place !== from) {
          narrow(bars[Math.min(from, place)].dataset.start, bars[Math.max(from, place)].dataset.end);
        }
        from = -1;
      });
    });
    function narrow(start, end) {
      if (figure.dataset.query === undefined) return;
      const kept = figure.dataset.query.split(/\s+/).filter((part) => part && !/^-?(after|before):/.test(part));
      const asked = new URLSearchParams(location.search);
      asked.set("q", [...kept, "after:" + start, "before:" + end].join(" "));
      asked.delete("page");
      asked.delete("days");
      location.assign("/search?" + asked);
    }
  });

  /* What is live: announced once in a while, and never moved under a reader's eyes. */
  const foot = document.getElementById("live");
  const news = document.getElementById("news");
  if (foot && news) {
    const said = foot.querySelector(".said");
    let stream = null;
    const open = () => {
      if (stream || document.hidden) return;
      stream = new EventSource("/events?after=" + foot.dataset.after);
      stream.addEventListener("state", (event) => {
        const state = JSON.parse(event.data);
        if (state.since > 0) {
          const text = state.since === 1 ? "1 article has" : state.since + " articles have";
          news.textContent = text + " come since this page was made: load it again to see.";
        }
        said.lastChild.textContent = state.daemon ? " a daemon is collecting" : " no daemon is collecting";
        said.querySelector("use").setAttribute("href", state.daemon ? "#s-ok" : "#s-removed");
        said.querySelector("svg").setAttribute("class", state.daemon ? "sign ok" : "sign soft");
      });
    };
    /* A browser has six connections to a place: pages that nobody looks at keep none. */
    const close = () => {
      if (stream) stream.close();
      stream = null;
    };
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    addEventListener("pagehide", close);
    addEventListener("pageshow", open);
    open();
  }
})();
