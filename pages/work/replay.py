"""A replay: the player and the rows of a run in one HTML file, which plays offline in any browser.

No Streamlit in here.
"""

import base64
import html
import json
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from string import Template

from plotly.offline import get_plotlyjs

from .player_files import modules, style

_CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; }
$theme
body { margin: 0 auto; padding: 10px 20px 20px; max-width: 1500px; font-family: var(--st-font);
       background: var(--st-background-color); color: var(--st-text-color); }
h1 { margin: 0 0 8px; font-size: 15px; font-weight: 600; }
@media (max-width: 640px) { body { padding: 8px 12px 12px; } }
$style
</style>
<script>$plotly</script>
<script type="importmap">$modules</script>
<script type="application/json" id="data">$data</script>
</head>
<body>
<h1>$title</h1>
<main id="player"></main>
<script type="module">
import mount from "player/$module"
const data = JSON.parse(document.getElementById("data").textContent)
const silent = () => {}
mount({ data, parentElement: document.getElementById("player"), setTriggerValue: silent, setStateValue: silent })
</script>
</body>
</html>
""")


def replay(module, data, title):
    """An HTML file with the player, Plotly and all they show.

    Parameters
    ----------
    module : "explore.js" or "compare.js"
    data : dict
        What the player is sent, with all rows and the end: see `pages.wire.replays`.
    title : str

    Returns
    -------
    str
    """
    sources = {
        f"player/{name}": "data:text/javascript;base64," + base64.b64encode(source.encode()).decode()
        for name, source in modules(module).items()
    }
    return _PAGE.substitute(
        title=html.escape(title),
        theme=_theme(),
        style=style(),
        plotly=get_plotlyjs(),
        modules=json.dumps({"imports": sources}),
        module=module,
        data=json.dumps({**data, "replay": True, "plotly": "here"}, allow_nan=False).replace("<", "\\u003c"),
    )


def _theme():
    """The colours and the font that Streamlit gives the app, by Streamlit's names."""
    themes = tomllib.loads(_CONFIG.read_text("utf-8"))["theme"]
    [font] = (Path(find_spec("streamlit").origin).parent / "static").glob("**/SourceSansVF-Upright*.woff2")
    source = "data:font/woff2;base64," + base64.b64encode(font.read_bytes()).decode()

    def colours(scheme):
        return "".join(f"--st-{re.sub('(?=[A-Z])', '-', name).lower()}: {colour};" for name, colour in themes[scheme].items())

    return (
        f':root {{ --st-font: "Source Sans", sans-serif; {colours("light")} }}\n'
        f"@media (prefers-color-scheme: dark) {{ :root {{ {colours('dark')} }} }}\n"
        f'@font-face {{ font-family: "Source Sans"; font-weight: 200 900; src: url("{source}"); }}'
    )
