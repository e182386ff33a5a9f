"""The report of ``zhike analyze``: one self-contained page, charts drawn as SVG, light and dark."""
