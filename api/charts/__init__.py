"""Charts drawn on the server: data in, SVG text out, in the page's own colours."""
