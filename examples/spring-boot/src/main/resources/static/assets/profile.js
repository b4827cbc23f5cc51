// Takes a picture away that cannot be loaded: the letter behind it is there already.
"use strict";

for (const picture of document.querySelectorAll(".avatar img")) {
  const check = () => picture.naturalWidth === 0 && picture.remove();
  if (picture.complete) {
    check();
  } else {
    picture.addEventListener("error", check);
  }
}
