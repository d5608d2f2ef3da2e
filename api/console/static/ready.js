// The last script of every page: from now on it answers. A click that comes before nobody would hear (base.css).

document.documentElement.dataset.ready = "";
