"""A page that is arranged for a class, in a real browser: by the lecturer, and as those see it who open the link."""

import re

from tests.browser.test_comparison import Compare

# what is read on a page, wherever it stands: the words of it that are seen
SEEN = """() => {
  const readouts = ['.em-title', '.em-told', '.em-sentence', '.em-figures', '.em-panel > h3', '.em-panel :is(.em-picture, .em-network, .em-curve)',
    '.em-keys', '.em-tabpanel', '[data-testid=stSidebar] [data-testid=stCaptionContainer]', '[data-testid=stAlert]']
  const seen = (node) => node.checkVisibility() && node.getBoundingClientRect().width > 0
  return readouts.flatMap((name) => [...document.querySelectorAll(name)].filter(seen).map((node) => `${name} ${node.getAttribute('class') ?? ''}`))
}"""
# the parts of the list that stands open, and whether each is seen
PARTS = """() => {
  const player = document.querySelector('.em-player').parentElement.emPlayer
  return [...document.querySelectorAll('.em-class fieldset:not(:nth-last-of-type(-n+2)) label')].map((label) => label.innerText.trim())
}"""
SWITCH = """([label, on]) => {
  const box = [...document.querySelectorAll('.em-class label')].find((each) => each.innerText.trim() === label).querySelector('input')
  if (box.checked !== on) box.click()
}"""
# how much of the room between the first row of panels and the bar is theirs
FILLED = """() => {
  const seen = [...document.querySelectorAll('.em-player .em-body > .em-panel')].filter((node) => node.checkVisibility()).map((node) => node.getBoundingClientRect())
  const body = document.querySelector('.em-body').getBoundingClientRect(), bar = document.querySelector('.em-controls').getBoundingClientRect()
  const area = seen.reduce((sum, { width, height }) => sum + width * height, 0)
  return [area / (body.width * (bar.top - body.top)), seen.length]
}"""


def visible(page, name):
    return page.locator(name).first.is_visible()


def arranged(player, text):
    """Wait until the address ends with what is arranged."""
    player.page.wait_for_function(
        "(text) => location.search.replace(/&(at|ll)=[^&]*/g, '').endsWith(text)", arg=text, timeout=player.patience
    )
    return player


def test_a_link_arranges_the_page_of_those_who_open_it(open_link, address):
    player = open_link(f"{address}?v=1&k=3&hide=zork,network,half&lock=1&pace=2&tab=metrics").wait(iteration=0)
    page = player.page
    mine = "?v=1&k=3&hide=half,network&lock=1&pace=2&tab=metrics"
    for _ in ("opened", "reloaded"):
        arranged(player, mine)
        assert page.get_by_label("Speed").input_value() == "2"
        assert page.get_by_role("button", name="Linger").get_attribute("aria-pressed") == "false"
        assert page.get_by_role("tab", selected=True).first.inner_text() == "Metrics"
        assert not visible(page, ".em-network-panel") and page.get_by_role("button", name="Half-step forward").count() == 0
        assert page.get_by_text("The model is locked by this link.").is_visible() and player.slider("Components k").is_disabled()
        if _ == "opened":
            assert page.get_by_text("The link hides 'zork'; this page has no such part.").is_visible()
            page.reload()
            player.wait(iteration=0)
    # the player is theirs
    steps = page.evaluate("history.length")
    player.speed("5").tab("Events").scrub(3).wait(iteration=3).click("Step forward").wait(iteration=4)
    arranged(player, "?v=1&k=3&hide=half,network&lock=1&pace=5&tab=events")
    assert page.evaluate("history.length") == steps
    # and so it stays on the other page, and back
    page.get_by_role("link", name="Compare").click()
    compare = player.wait_for_axes(".em-lane-A")
    arranged(compare, "&hide=half,network&lock=1&pace=2")
    assert page.get_by_role("button", name="Duplicate").is_disabled() and page.get_by_role("button", name="Half-step forward").count() == 0
    page.go_back()
    page.wait_for_selector(".em-player:not(.em-compare)[data-iteration='4']")
    arranged(player, "?v=1&k=3&hide=half,network&lock=1&pace=5&tab=events")
    assert player.slider("Components k").is_disabled() and page.get_by_role("tab", selected=True).first.inner_text() == "Events"
    player.click("Unlock")
    page.get_by_text("The model is locked by this link.").wait_for(state="hidden")
    arranged(player, "?v=1&k=3&hide=half,network&pace=5&tab=events")
    assert player.slider("Components k").is_enabled()
    player.click("Show all")
    arranged(player, "?v=1&k=3&pace=5&tab=events")
    assert visible(page, ".em-network-panel") and not visible(page, ".em-away")


def hides_no_readout(player):
    """Whatever control goes, each readout that stood in the page stands; gives the parts that there are."""
    page = player.page
    player.click("For a class")
    groups = page.evaluate(PARTS)
    known = {part["label"]: part for part in page.evaluate(KNOWN)}
    before = page.evaluate(SEEN)
    for label in groups:
        key = known[label]["key"]
        page.evaluate(SWITCH, [label, False])
        now = page.evaluate(SEEN)
        gone = [name for name in before if name not in now]
        if key == "settings":
            gone = [name for name in gone if "stSidebar" not in name]
            assert {".em-title em-title", ".em-told em-told"} <= set(now)
        elif key in READ:
            assert gone == [] or all(key in name or "em-tabpanel" in name or key in PICTURES for name in gone), key
            gone = []
        assert gone == [], key
        assert not any(page.locator(known[label]["where"]).nth(i).is_visible() for i in range(page.locator(known[label]["where"]).count())), key
        page.evaluate(SWITCH, [label, True])
        assert page.evaluate(SEEN) == before, key
    player.click("Close")
    return {known[label]["key"] for label in groups}


KNOWN = "import(document.querySelector('link[href*=\"panels/classroom.js\"]').href).then((module) => module.allParts())"
PICTURES = ("density", "network", "curve", "difference")
READ = {*PICTURES, "parameters", "metrics", "events", "table", "differing", "pictures", "runs"}


def test_a_control_that_is_hidden_hides_no_readout_and_every_part_is_there_to_be_hidden(player):
    page = player.page
    table = {"name": "mine.csv", "mimeType": "text/csv", "buffer": b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(40))}
    player.scrub(3).wait(iteration=3)
    run = player.get("run")
    page.get_by_text("Upload", exact=True).click()
    page.locator("input[type=file]").set_input_files(table)
    player.wait(other_run=run).still().wait_for_axes()
    page.locator("[class*=st-key-part_runs] button").first.wait_for()
    found = hides_no_readout(player)
    marked = page.evaluate("[...document.querySelectorAll('[data-part]')].map((node) => node.dataset.part)")
    words = page.locator(".em-told").text_content()
    assert "mine.csv: 40 rows × 2 features (a, b)" in words and "components: 2" in words and "seed: 0" in words
    compare = Compare(player)
    page.get_by_role("button", name="Duplicate").click()
    player.wait_for_axes(".em-lane-C")
    page.wait_for_selector(".em-difference-panel select")
    player.still()
    found |= hides_no_readout(compare)
    marked += page.evaluate("[...document.querySelectorAll('[data-part]')].map((node) => node.dataset.part)")
    parts = page.evaluate(KNOWN)
    assert {part["key"] for part in parts} - found == {"pictures"}, "of a table there are none"
    assert set(marked) == {part["key"] for part in parts if part["where"].startswith("[data-part=")}


def test_what_is_hidden_leaves_its_room_and_one_click_brings_it_back(visit):
    player = visit()
    page = player.page
    player.click("For a class")
    for gone in (["Network"], ["Log-likelihood"], ["Density"], ["Network", "Log-likelihood"], ["Density", "Network"]):
        for label in gone:
            page.evaluate(SWITCH, [label, False])
        for big in (False, True):
            page.evaluate("(on) => document.querySelector('.em-player').parentElement.emPlayer.present(on)", big)
            for width, height in ((1440, 900), (1024, 768)):
                page.set_viewport_size({"width": width, "height": height})
                player.painted()
                share, count = page.evaluate(FILLED)
                assert count == 3 - len(gone) and share > 0.9, (gone, big, width)
        for label in gone:
            page.evaluate(SWITCH, [label, True])
    page.evaluate("document.querySelector('.em-player').parentElement.emPlayer.present(false)")
    page.set_viewport_size({"width": 1440, "height": 900})
    for label in ("All of it; the title and what is set stand by the picture", "Speed"):
        page.evaluate(SWITCH, [label, False])
    assert page.locator(".em-title").inner_text() == "Gaussian mixture (GMM), 2 components, on Old Faithful"
    page.get_by_label("Lock the settings of model and data").check()
    page.get_by_label("Iterations a second").select_option("2")
    arranged(player, "?v=1&hide=speed,settings&lock=1&pace=2l")
    assert player.slider("Components k").is_disabled()
    assert page.evaluate("location.search.includes('lock=1')") and not visible(page, "[data-testid=stSidebar]")
    player.click("Undo all")
    player.page.wait_for_function("location.search === ''")
    page.wait_for_function("!document.querySelector('input[type=range][aria-label=\"Components k\"]').disabled")
    assert visible(page, "[data-testid=stSidebar]") and page.locator("select[aria-label=Speed]").input_value() == "10"
    page.get_by_role("dialog", name="For a class").get_by_role("button", name="QR code").click()
    assert re.fullmatch(r"http://\S+", page.locator(".em-code p").first.inner_text())
    page.keyboard.press("Escape")
    player.click("Close")
    assert page.locator(".em-class").count() == 0
