// Figures as website/phrases.py writes them. Python rounds: of two that are as near, the even one.
var figures = (function () {
  "use strict";
  function whole(value) {
    var low = Math.floor(value), rest = value - low;
    if (rest > 0.5 || (rest === 0.5 && low % 2)) low += 1;
    return String(low).replace(/\B(?=(\d{3})+$)/g, ",");
  }
  function rounded(value, digits) {
    var parts = Math.abs(value).toExponential(60).split("e"), all = parts[0].replace(".", "");
    var isTie = /^50*$/.test(all.slice(digits)) && all[digits - 1] % 2 === 0;
    var even = Number(all[0] + "." + all.slice(1, digits) + "e" + parts[1]);
    return isTie ? (value < 0 ? -even : even) : Number(value.toPrecision(digits));
  }
  function figure(value) { return Math.abs(value) >= 100 ? whole(value) : String(rounded(value, 3)); }
  return {whole: whole, rounded: rounded, figure: figure};
})();
