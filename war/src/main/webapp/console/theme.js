'use strict';
/* Runs before anything is painted, so that a chosen theme never flashes the other one. */
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('theme');
  } catch (e) {
    /* no storage: as the system has it */
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
