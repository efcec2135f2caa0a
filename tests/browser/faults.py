"""What keeps someone from reading or using a page, as axe-core finds it."""

from axe_playwright_python.sync_playwright import Axe

WITHOUT_PLOTS = {"exclude": [".main-svg"]}  # text on a picture is told to be incomplete, after a long time
OPTIONS = {"resultTypes": ["violations"], "preload": False}  # style sheets are not loaded once more


def faults(page, first, second):
    """What axe-core finds serious or critical on a page in each theme; only contrast depends on the theme."""
    found = []
    for scheme, rules in ((first, {}), (second, {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(".em-player.em-dark" if scheme == "dark" else ".em-player:not(.em-dark)")
        found += [
            (scheme, fault["id"], [node["html"] for node in fault["nodes"]])
            for fault in Axe().run(page, WITHOUT_PLOTS, OPTIONS | rules).response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
    return found
