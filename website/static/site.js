// Your case, as website/cases.py has it: straight lines between what was measured, in its words.
(function () {
  "use strict";
  var MIB = 1048576, BEYOND = "beyond what was measured", NAMES = ["runs", "points", "writers", "art", "dur", "how"];
  var data = JSON.parse(document.getElementById("case-data").textContent);

  function scaled(of, by) { return of.map(function (end) { return end * by; }); }
  function sum(one, other) { return one.map(function (end, n) { return end + other[n]; }); }

  function at(samples, size) {
    if (!samples.length) return null;
    if (samples.length === 1) return samples[0].slice(1);
    var place = samples.length - 1;
    for (var n = 1; n < samples.length - 1; n++) {
      if (size <= samples[n][0]) { place = n; break; }
    }
    var first = samples[place - 1], second = samples[place];
    var share = Math.log(size / first[0]) / Math.log(second[0] / first[0]);
    return [1, 2, 3].map(function (n) { return first[n] * Math.pow(second[n] / first[n], share); });
  }

  function isBeyond(samples, size) {
    return samples.length > 0 && !(samples[0][0] <= size && size <= samples[samples.length - 1][0]);
  }

  function waiting(known, one) {
    var point = known[one.how], artifact = one.art ? at(known.art, one.art * MIB) : [0, 0, 0];
    if (!point || !artifact) return null;
    return scaled(sum(sum(known.run, scaled(point, one.points)), artifact), one.runs);
  }

  function querying(known, one) {
    var ofRuns = at(known.query, one.runs);
    if (!ofRuns || !known.queryPoints.length || !known.pointsOfQuery) return ofRuns;
    var now = at(known.queryPoints, Math.max(one.points, 1)), then = at(known.queryPoints, known.pointsOfQuery);
    return scaled(ofRuns, now[0] / then[0]);
  }

  var whole = figures.whole, rounded = figures.rounded;
  function digits(value) { return value >= 10 ? whole(value) : String(rounded(value, 2)); }

  function seconds(value) {
    var units = [[3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"]];
    for (var n = 0; n < units.length; n++) {
      var size = units[n][0];
      if (value >= 1.5 * size || (size === 1e-3 && value >= size)) return digits(value / size) + " " + units[n][1];
    }
    return digits(value * 1e6) + " µs";
  }

  function bytes(value) {
    var units = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]];
    for (var n = 0; n < units.length; n++) {
      if (value >= units[n][0]) return digits(value / units[n][0]) + " " + units[n][1];
    }
    return digits(value) + " bytes";
  }

  function said(spread) {
    if (!spread) return "not measured";
    var words = spread.map(seconds);
    return words[1] === words[2] ? words[0] : words[0] + " (" + words[1] + " to " + words[2] + ")";
  }

  function of(lost) { return whole(lost[0]) + (lost[1] ? " of " + whole(lost[1]) : ""); }

  function ruledOut(known, one) {
    var reasons = [];
    if (one.writers > 1 && known.lost.length) {
      var lost = known.lost.filter(function (l) { return l[0] >= one.writers; })[0] || known.lost[known.lost.length - 1];
      if (lost[1]) reasons.push(whole(lost[0]) + " processes: " + of(lost.slice(1)) + " points cannot be read back");
    }
    if (one.dur === "no" && known.power && known.power[0]) reasons.push("power loss: " + of(known.power) + " points cannot be read back");
    return reasons.join("; ");
  }

  function untested(known, one) {
    var missing = [];
    if (one.writers > 1 && !known.lost.length) missing.push("several processes");
    if (one.dur === "no" && !known.power) missing.push("power loss");
    return missing.length ? "not measured: " + missing.join(" and ") : "";
  }

  function row(known, one) {
    var wait = waiting(known, one), query = querying(known, one), size = null, files = null;
    if (known.bytes !== null && known.artifact !== null) {
      size = one.runs * (known.bytes * one.points / known.points + one.art * MIB * known.artifact);
    }
    if (known.files !== null) {
      files = one.runs * (known.files + (one.art ? known.fileOfArtifact : 0)) + (known.files ? 0 : 1);
    }
    var isFar = one.art > 0 && isBeyond(known.art, one.art * MIB), isMany = isBeyond(known.query, one.runs) || isBeyond(known.queryPoints, one.points);
    var isOther = !known.queryPoints.length && known.pointsOfQuery && known.pointsOfQuery !== one.points;
    var out = ruledOut(known, one), open = untested(known, one);
    return [
      (out ? "✗ " : open ? "? " : "✓ ") + known.name,
      out || open || "nothing",
      said(wait) + (isFar && wait ? ", " + BEYOND : ""),
      said(query) + (isMany && query ? ", " + BEYOND : "") +
        (isOther ? ", of runs with " + whole(known.pointsOfQuery) + " points" : ""),
      size === null ? "not measured" : bytes(size),
      files === null ? "not measured" : whole(files)
    ];
  }

  function rows(one) {
    var found = data.trackers.map(function (known, n) {
      var wait = waiting(known, one);
      return { n: n, out: ruledOut(known, one) ? 1 : 0, wait: wait ? wait[0] : Infinity, known: known };
    });
    found.sort(function (a, b) { return a.out - b.out || (a.wait < b.wait ? -1 : a.wait > b.wait ? 1 : a.n - b.n); });
    return found.map(function (each) { return row(each.known, one); });
  }

  var form = document.getElementById("case-form"), result = document.getElementById("case-result");
  var body = result.querySelector("tbody");

  function draw() {
    var one = {};
    NAMES.forEach(function (name) {
      var value = form.elements[name].value;
      one[name] = typeof data.first[name] === "string" ? value : Math.max(Number(value) || 0, name === "runs" || name === "writers" ? 1 : 0);
    });
    body.textContent = "";
    rows(one).forEach(function (cells) {
      var line = body.insertRow();
      cells.forEach(function (text, n) {
        var cell = document.createElement(n ? "td" : "th");
        if (!n) cell.scope = "row";
        cell.textContent = text;
        line.appendChild(cell);
      });
    });
    return one;
  }

  function read() {
    var asked = new URLSearchParams(location.hash.slice(1));
    NAMES.forEach(function (name) {
      var field = form.elements[name], value = asked.get(name);
      field.value = value === null ? data.first[name] : value;
      if (field.value === "") field.value = data.first[name];
    });
    draw();
  }

  form.addEventListener("input", function () {
    draw();
    var state = new URLSearchParams();
    NAMES.forEach(function (name) { state.set(name, form.elements[name].value); });
    history.replaceState(null, "", "#" + state);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", function () { if (/=/.test(location.hash)) read(); });
  document.querySelectorAll(".fixed").forEach(function (table) { table.hidden = true; });
  form.hidden = result.hidden = false;
  read();
  window.yourCase = rows;
})();
