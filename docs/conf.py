"""How Sphinx builds the documentation as a site: `make docs`."""

project = "Drawdown"
author = "the contributors of Drawdown"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build", "deploy"]
html_theme = "furo"
html_title = "Drawdown"
myst_heading_anchors = 4  # links such as operations.md#alerts
suppress_warnings = ["myst.xref_missing"]  # pages link to files of the repository, too
