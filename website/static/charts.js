// Charts, each as large as the window if it is asked for, with the values next to the pointer in words.
(function () {
  "use strict";
  var NEAR = 0.05; // of the width
  var dialog = document.createElement("dialog"), drawn = document.createElement("div"), close = document.createElement("button");
  var said = document.createElement("p");
  dialog.className = "zoom";
  close.textContent = "close";
  close.addEventListener("click", function () { dialog.close(); });
  [close, drawn, said].forEach(function (part) { dialog.appendChild(part); });
  document.body.appendChild(dialog);

  function distances(x) {
    return Array.prototype.map.call(drawn.querySelectorAll(".point"), function (point) {
      var box = point.getBoundingClientRect();
      return { far: Math.abs((box.left + box.right) / 2 - x), words: point.querySelector("title").textContent };
    });
  }

  drawn.addEventListener("pointermove", function (event) {
    var found = distances(event.clientX), least = Math.min.apply(null, found.map(function (one) { return one.far; }));
    var all = found.filter(function (one) { return one.far < least + 1; }).map(function (one) { return one.words; });
    said.textContent = least < NEAR * drawn.clientWidth ? all.join("; ") : said.textContent;
  });

  document.querySelectorAll("button.enlarge").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var figure = button.closest("figure");
      drawn.textContent = "";
      drawn.appendChild(figure.querySelector("svg").cloneNode(true));
      dialog.setAttribute("aria-label", figure.querySelector("figcaption").firstChild.textContent.trim());
      said.textContent = "Move along the chart to read its values.";
      dialog.showModal();
    });
  });
})();
