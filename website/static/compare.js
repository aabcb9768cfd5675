// Two releases compared, as website/compare.py does it, in its words; the data come as a script.
(function () {
  "use strict";
  var ALIKE = 0.5, FEWEST = 4, KINDS = ["worse", "better", "same", "identical"];
  var form = document.getElementById("compare-form"), status = document.getElementById("compare-status");
  var warned = document.getElementById("compare-warning"), body = document.querySelector("#compare-table tbody");
  var exported = document.getElementById("compare-export"), data = null, shown = [];

  var whole = figures.whole, rounded = figures.rounded, figure = figures.figure;
  function listing(items) {
    return items.length < 2 ? items.join("") : items.slice(0, -1).join(", ") + " and " + items[items.length - 1];
  }
  function plural(n, noun, many) { return n + " " + (n === 1 ? noun : many || noun + "s"); }

  function changeOf(values, a, b) {
    var before = values[a], after = values[b];
    if (before !== null && before === after) return 0;
    return before && after ? Math.log(after / before) : null;
  }

  function quartile(values, share) {
    var place = share * (values.length - 1), below = Math.floor(place), above = Math.min(below + 1, values.length - 1);
    return values[below] + (place - below) * (values[above] - values[below]);
  }

  function spikes(values, a, b) {
    var found = [];
    for (var n = 1; n < values.length - 1; n++) {
      if ([n - 1, n, n + 1].some(function (m) { return m === a || m === b; })) continue;
      var up = changeOf(values, n - 1, n), down = changeOf(values, n, n + 1);
      if (up && down && up * down < 0) found.push(Math.min(Math.abs(up), Math.abs(down)));
    }
    return found;
  }

  function noiseOf(series, a, b) {
    var values = series.v, known = series.floor || series.exact ? [series.floor] : [], changes = [];
    for (var n = 0; n < values.length - 1; n++) {
      if (n === a || n === b || n + 1 === a || n + 1 === b) continue;
      var change = changeOf(values, n, n + 1);
      if (change !== null) changes.push(Math.abs(change));
    }
    changes.sort(function (one, other) { return one - other; });
    if (changes.length >= FEWEST && !series.exact) {
      var low = quartile(changes, 0.25), high = quartile(changes, 0.75), usual = high + 3 * (high - low);
      var large = series.w ? spikes(values, a, b).filter(function (spike) { return spike > usual; }) : [];
      known.push(usual + Math.max.apply(null, large.concat(0)));
    }
    if (series.w && series.w[a] && series.w[b]) known.push(Math.log1p(Math.hypot(series.w[a], series.w[b])));
    return known.length ? Math.max.apply(null, known) : null;
  }

  function factor(change) {
    var times = Math.exp(Math.abs(change));
    var places = times >= 1.095 ? 1 : 3;
    return (times >= 9.95 ? whole(times) : rounded(times, places + 1).toFixed(places)) + "x";
  }

  function wordsOf(number) { return data.units[data.benchmarks[data.series[number].b].unit]; }
  function tracker(name) { return data.trackers[name] || name; }
  function nameOf(number) { var p = data.series[number].p; return tracker(p[p.length - 1]); }

  function said(change, words) {
    if (change === null) return "from or to nothing";
    return change ? factor(change) + " " + words[change > 0 ? 1 : 0] : "-";
  }

  function judge(series, change, noise, moved, a, b) {
    var before = series.v[a], after = series.v[b], kind = after > before ? "worse" : "better";
    if (before === after) return ["identical", "identical"];
    if (series.never) return ["same", series.never];
    if (change === null) return series.exact ? [kind, kind] : ["same", "chance: from or to nothing"];
    if (noise === null) return ["same", "noise not known"];
    if (Math.abs(change) <= noise) return ["same", "within noise"];
    var about = data.benchmarks[series.b], isAbsolute = about.unit === "seconds";
    var least = isAbsolute ? noise : (1 - ALIKE) * Math.abs(change);
    var alike = moved.filter(function (m) { return (change - m[1]) * change <= 0 || Math.abs(change - m[1]) <= least; });
    if (alike.length && (isAbsolute || alike.length === moved.length)) {
      return ["same", "moved with " + listing(alike.map(function (m) { return nameOf(m[0]); }))];
    }
    var allMoved = moved.every(function (m) { return Math.abs(m[1]) > noise; });
    if (isAbsolute && moved.length && allMoved) return ["same", "the controls moved, too"];
    if (isAbsolute && about.sessions[a] !== about.sessions[b]) return ["same", "measured in another session"];
    return [kind, kind];
  }

  function valuesOf(unit, before, after) {
    var scales = data.units[unit][2], positive = [before, after].filter(function (v) { return v > 0; });
    var scale = [unit, 1];
    if (scales.length && positive.length) {
      var middle = positive.reduce(function (x, y) { return x + y; }) / positive.length;
      scale = scales.filter(function (s) { return middle >= s[1]; })[0] || scales[scales.length - 1];
    }
    return [before, after].map(function (v) { return figure(v / scale[1]) + " " + scale[0]; });
  }

  function title(series) {
    var about = data.benchmarks[series.b].title;
    return series.p.length ? about + " (" + series.p.map(tracker).join(", ") + ")" : about;
  }

  function difference(number, a, b) {
    var series = data.series[number], unit = data.benchmarks[series.b].unit;
    var noise = noiseOf(series, a, b), change = changeOf(series.v, a, b);
    var moved = series.c.map(function (n) { return [n, changeOf(data.series[n].v, a, b)]; });
    moved = moved.filter(function (m) { return m[1] !== null; });
    var verdict = judge(series, change, noise, moved, a, b), values = valuesOf(unit, series.v[a], series.v[b]);
    var controls = moved.map(function (m) { return nameOf(m[0]) + " " + (m[1] ? said(m[1], wordsOf(m[0])) : "the same"); });
    return {
      number: number, kind: verdict[0], ratio: change !== null && noise ? Math.abs(change) / noise : null,
      cells: [title(series), values[0], values[1], said(change, data.units[unit]),
        noise === null ? "not known" : noise ? factor(noise) : "none", "", controls.join(", ") || "-", verdict[1]]
    };
  }

  function compare(a, b) {
    var found = [];
    data.series.forEach(function (series, n) {
      if (!series.control && series.v[a] !== null && series.v[b] !== null) found.push(difference(n, a, b));
    });
    found.forEach(function (one) { one.cells[5] = one.ratio === null ? "-" : figure(one.ratio); });
    return found.sort(function (x, y) {
      return KINDS.indexOf(x.kind) - KINDS.indexOf(y.kind) || (y.ratio || 0) - (x.ratio || 0) || x.number - y.number;
    });
  }

  function statusOf(found) {
    var by = {};
    KINDS.forEach(function (kind) { by[kind] = found.filter(function (one) { return one.kind === kind; }).length; });
    return plural(found.length, "series", "series") + ": " + by.worse + " worse, " + by.better + " better, " +
      by.same + " within noise or moved with the controls, " + by.identical + " identical";
  }

  function warningOf(a, b) {
    var known = Object.keys(data.benchmarks).map(function (name) { return data.benchmarks[name].sessions; });
    var both = known.filter(function (s) { return s[a] !== null && s[b] !== null; });
    var apart = both.filter(function (s) { return s[a] !== s[b]; }).length;
    return apart ? apart + " of " + plural(both.length, "benchmark") + " were measured in different sessions: " +
      "of them there is no verdict on absolute times." : "";
  }

  function element(name, text, parent) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  function history(series) {
    var list = element("ol"), unit = data.benchmarks[series.b].unit;
    list.className = "values";
    data.releases.forEach(function (release, n) {
      var value = series.v[n];
      element("li", release.name + ": " + (value === null ? "missing" : valuesOf(unit, value, value)[0]), list);
    });
    return list;
  }

  // What is behind a row has a row of its own, as wide as the table.
  function toggled(details, line, one, a, b) {
    if (!details.more) {
      details.more = document.createElement("tr");
      line.after(details.more);
      var cell = element("td", "", details.more);
      cell.colSpan = line.cells.length;
      describe(cell, one, a, b);
    }
    details.more.hidden = !details.open;
  }

  function describe(cell, one, a, b) {
    var series = data.series[one.number], names = [a, b].map(function (n) { return data.releases[n].name; });
    cell.appendChild(history(series));
    [a, b].forEach(function (n) {
      if (data.releases[n].parts) element("p", data.releases[n].name + ": " + data.releases[n].parts, cell);
    });
    var bench = series.b.replace(/\./g, "\\.");
    var run = names.map(function (name) { return 'asv run --record-samples --bench "^' + bench + '" ' + name + "^!"; });
    element("code", run.concat("asv compare " + names.join(" ") + " --machine " + data.machine).join("\n"), element("pre", "", cell)).parentNode.tabIndex = 0;
    var link = element("a", "asv's graph", element("p", "", cell));
    link.href = "index.html#" + series.b;
    var page = element("a", "the release's page", element("p", "", cell));
    page.href = "release-" + names[1].replace(/^v/, "") + (data.suffix ? "-" + data.suffix : "") + ".html";
    var operation = series.p[0], hasStacks = [a, b].every(function (n) { return data.releases[n].stacks.indexOf(operation) >= 0; });
    if (hasStacks && series.subject) flame(cell, operation, names);
  }

  function draw() {
    var a = form.elements.a.selectedIndex, b = form.elements.b.selectedIndex;
    var asked = form.elements.q.value.toLowerCase(), all = form.elements.all.checked;
    var found = compare(a, b).filter(function (one) {
      return (one.cells[0] + " " + data.series[one.number].b).toLowerCase().indexOf(asked) >= 0;
    });
    status.textContent = statusOf(found);
    warned.textContent = warningOf(a, b);
    warned.hidden = !warned.textContent;
    shown = found.filter(function (one) {
      return all || one.kind === "worse" || one.kind === "better";
    });
    var lines = document.createDocumentFragment();
    shown.forEach(function (one) {
      var line = element("tr", "", lines);
      one.cells.forEach(function (text, n) {
        var cell = element(n ? "td" : "th", n ? text : "", line);
        if (n && n < 6) cell.className = "number";
        if (n === 7) cell.className = one.kind;
        if (!n) {
          cell.scope = "row";
          var details = element("details", "", cell);
          element("summary", text, details);
          details.addEventListener("toggle", function () { toggled(details, line, one, a, b); });
        }
      });
    });
    if (!shown.length) {
      var only = element("td", "Nothing is worse or better.", element("tr", "", lines));
      only.colSpan = 8;
    }
    body.textContent = "";
    body.appendChild(lines);
    exported.hidden = true;
  }

  function heads() {
    return Array.prototype.map.call(document.querySelectorAll("#compare-table thead th"), function (h) { return h.textContent; });
  }

  function markdown() {
    var lines = [heads(), heads().map(function () { return "---"; })].concat(shown.map(function (one) { return one.cells; }));
    return status.textContent + "\n\n" + lines.map(function (cells) {
      return "| " + cells.map(function (cell) { return cell.replace(/\|/g, "\\|"); }).join(" | ") + " |";
    }).join("\n");
  }

  function csv() {
    return [heads()].concat(shown.map(function (one) { return one.cells; })).map(function (cells) {
      return cells.map(function (cell) { return '"' + cell.replace(/"/g, '""') + '"'; }).join(",");
    }).join("\n");
  }

  function save() {
    var state = new URLSearchParams();
    ["a", "b", "m", "q"].forEach(function (name) {
      if (form.elements[name].value) state.set(name, form.elements[name].value);
    });
    if (form.elements.all.checked) state.set("all", "1");
    window.history.replaceState(null, "", "#" + state);
  }

  function fill(select, asked, otherwise) {
    select.textContent = "";
    data.releases.forEach(function (release) {
      var name = release.name.replace(/^v/, "");
      element("option", release.name, select).value = name;
    });
    var known = data.releases.map(function (release) { return release.name.replace(/^v/, ""); });
    select.selectedIndex = known.indexOf(asked) >= 0 ? known.indexOf(asked) : Math.max(otherwise, 0);
  }

  function use(slug, asked) {
    data = window.measured[slug];
    data.slug = slug;
    data.suffix = form.elements.m.selectedIndex ? slug : "";
    fill(form.elements.a, asked.get("a"), data.releases.length - 2);
    fill(form.elements.b, asked.get("b"), data.releases.length - 1);
    form.elements.q.value = asked.get("q") || "";
    form.elements.all.checked = asked.get("all") === "1";
    draw();
  }

  function withScript(address, isThere, then) {
    if (isThere()) return then();
    var script = element("script");
    script.onload = then;
    script.src = address;
    document.head.appendChild(script);
  }

  function stacksOf(release) { return window.stacks && window.stacks[data.slug + " " + release]; }

  function withStacks(releases, then) {
    if (!releases.length) return then();
    withScript("stacks-" + data.slug + "-" + releases[0].replace(/[^\w.-]+/g, "-") + ".js", function () { return stacksOf(releases[0]); }, function () {
      withStacks(releases.slice(1), then);
    });
  }

  function flame(cell, operation, names) {
    var title = tracker(data.subject) + ", instructions to " + operation + ", " + names[1] + " against " + names[0];
    var graph = element("div", "", cell);
    graph.className = "scroll";
    graph.tabIndex = 0;
    graph.setAttribute("role", "region");
    graph.setAttribute("aria-label", title);
    withStacks(names, function () {
      element("p", title + ". Red became more, green less.", graph);
      graph.appendChild(flames.difference(stacksOf(names[1])[operation], stacksOf(names[0])[operation], title));
    });
  }

  function load(asked) {
    var machines = form.elements.m, slug = asked.get("m");
    Array.prototype.forEach.call(machines.options, function (option) { option.selected = option.value === slug; });
    if (machines.selectedIndex < 0) machines.selectedIndex = 0;
    slug = machines.value;
    withScript("data-" + slug + ".js", function () { return window.measured && window.measured[slug]; }, function () {
      use(slug, asked);
    });
  }

  function read() { load(new URLSearchParams(location.hash.slice(1))); }

  form.hidden = false;
  document.getElementById("compare-result").hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function (event) {
    if (event.target.name === "m") load(new URLSearchParams("m=" + event.target.value));
    else { draw(); save(); }
  });
  [["markdown", markdown], ["csv", csv]].forEach(function (way) {
    document.getElementById("compare-" + way[0]).addEventListener("click", function () {
      exported.hidden = false;
      exported.querySelector("textarea").value = way[1]();
      exported.querySelector("textarea").select();
    });
  });
  window.addEventListener("hashchange", read);
  window.compared = function (a, b) { return compare(a, b).map(function (one) { return [one.kind].concat(one.cells); }); };
  read();
})();
