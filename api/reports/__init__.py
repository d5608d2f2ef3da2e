"""Reports as they are shown: sections of figures, tables and charts, for pages, print, workbooks and terminals."""
