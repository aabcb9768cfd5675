// Where two releases' instructions go, in one flame graph, as website/flames.py draws it.
var flames = (function () {
  "use strict";
  var WIDTH = 960, HEIGHT = 17, CHARACTER = 6.4, LEAST = 1, MOST = 500, LONGEST = 160, CHANGED = 0.02;

  function both(frame) { return frame.now + frame.before; }

  function add(frame, tree, when) {
    frame[when] += tree[1];
    tree[2].forEach(function (callee) {
      if (!frame.callees[callee[0]]) frame.callees[callee[0]] = {name: callee[0], now: 0, before: 0, callees: Object.create(null)};
      add(frame.callees[callee[0]], callee, when);
    });
  }

  function placed(root) {
    var scale = WIDTH / Math.max(both(root), 1e-9), waiting = [[root, 0, 0]], found = [];
    while (waiting.length) {
      var one = waiting.pop(), frame = one[0], left = one[1];
      found.push({frame: frame, left: left, width: both(frame) * scale, depth: one[2]});
      Object.keys(frame.callees).map(function (name) { return frame.callees[name]; }).sort(function (x, y) {
        return both(y) - both(x);
      }).forEach(function (callee) {
        if (both(callee) * scale >= LEAST) waiting.push([callee, left, one[2] + 1]);
        left += both(callee) * scale;
      });
    }
    return found.sort(function (x, y) { return y.width - x.width; }).slice(0, MOST);
  }

  function svg(name, attributes, parent, text) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text) made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  function part(root, place, drawing) {
    var frame = place.frame, name = Array.from(frame.name).slice(0, LONGEST).join("");
    var share = root.now ? 100 * frame.now / root.now : 0, by = (frame.now - frame.before) / Math.max(root.now, root.before, 1e-9);
    var group = svg("g", {transform: "translate(0 " + place.depth * HEIGHT + ")"}, drawing);
    svg("title", {}, group, name + ": " + figures.figure(share) + " %, " + figures.whole(frame.now) + " instructions, " +
      figures.whole(frame.before) + " before");
    svg("rect", {
      "class": by > CHANGED ? "more" : by < -CHANGED ? "less" : "same",
      x: place.left.toFixed(1), y: 0.5, width: place.width.toFixed(1), height: HEIGHT - 1
    }, group);
    var room = Math.floor((place.width - 6) / CHARACTER);
    var text = name.length <= room ? name : room > 3 ? name.slice(0, room - 1) + "…" : "";
    if (text) svg("text", {x: (place.left + 3).toFixed(1), y: 12.5}, group, text);
  }

  // Of two trees of a name, what it executed with its callees, and the trees of those.
  function difference(now, before, title) {
    var root = {name: now[0], now: 0, before: 0, callees: Object.create(null)};
    add(root, now, "now");
    add(root, before, "before");
    var places = placed(root), high = HEIGHT * (1 + Math.max.apply(null, places.map(function (p) { return p.depth; })));
    var drawing = svg("svg", {
      "class": "flame", viewBox: "0 0 " + WIDTH + " " + high, width: WIDTH, height: high, role: "img", "aria-label": title
    });
    places.forEach(function (place) { part(root, place, drawing); });
    return drawing;
  }

  return {difference: difference};
})();
