"""A page that is arranged for a class, in a real browser: by the lecturer, and as those see it who open the link."""

import re

from pages.work import classroom
from tests.browser.test_comparison import Compare

# of each part in the list that stands open: which readouts are lost without it, which come, whether it is still seen, and whether all is
# as before with it again. Readouts are told with the part that they lie in.
WITHOUT = """async () => {
  const readouts = ['.em-title', '.em-told', '.em-sentence', '.em-figures', '.em-panel > h3', '.em-panel :is(.em-picture, .em-network, .em-curve)',
    '.em-keys', '.em-tabpanel', '[data-testid=stSidebar] [data-testid=stCaptionContainer]', '[data-testid=stAlert]']
  const stands = (node) => node.checkVisibility() && node.getBoundingClientRect().width > 0
  const read = () => readouts.flatMap((name) => [...document.querySelectorAll(name)].filter(stands)
    .map((node) => `${name} ${node.closest('[data-part]')?.dataset.part ?? ''}`))
  const parts = (await import(document.querySelector('link[href*="panels/classroom.js"]').href)).allParts()
  const before = read()
  const boxes = [...document.querySelectorAll('.em-class fieldset label')].map((label) => [parts.find((part) => part.label === label.innerText.trim()), label.querySelector('input')])
  return boxes.filter(([part]) => part).map(([{ key, where }, box]) => {
    box.click()
    const now = read()
    const seen = [...document.querySelectorAll(where)].some(stands)
    box.click()
    return [key, before.filter((name) => !now.includes(name)), now.filter((name) => !before.includes(name)), seen, String(before) === String(read())]
  })
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
        assert page.get_by_text("The model is locked.").is_visible() and player.slider("Components k").is_disabled()
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
    page.get_by_role("link", name="Explore").click()
    page.wait_for_selector(".em-player:not(.em-compare)[data-iteration='4']")
    arranged(player, "?v=1&k=3&hide=half,network&lock=1&pace=5&tab=events")
    assert player.slider("Components k").is_disabled() and page.get_by_role("tab", selected=True).first.inner_text() == "Events"
    player.click("Unlock")
    page.get_by_text("The model is locked.").wait_for(state="hidden")
    arranged(player, "?v=1&k=3&hide=half,network&pace=5&tab=events")
    run = player.get("run")
    player.slider("Components k").press("ArrowRight")
    player.wait(other_run=run)
    arranged(player, "?v=1&k=4&hide=half,network&pace=5&tab=events")
    page.go_back()
    player.wait(run=run)
    arranged(player, "?v=1&k=3&hide=half,network&pace=5&tab=events")
    player.click("Show all")
    arranged(player, "?v=1&k=3&pace=5&tab=events")
    assert visible(page, ".em-network-panel") and not visible(page, ".em-away")


def hides_no_readout(player):
    """Whatever control goes, each readout that stood in the page stands; gives the parts that there are, and those that are marked."""
    player.click("For a class")
    found = player.page.evaluate(WITHOUT)
    for key, lost, new, seen, restored in found:
        # what is said on the left is said by the picture then
        own = "stSidebar" if key == "settings" else f" {key}" if key in READ else "nothing"
        assert [name for name in lost if own not in name] == [] and not seen and restored, key
        assert {".em-title ", ".em-told "} <= set(new) or key not in ("settings", "model", "data"), key
    player.click("Close")
    marked = player.page.evaluate("[...document.querySelectorAll('[data-part]')].map((node) => node.dataset.part)")
    return {key for key, *_ in found}, set(marked)


READ = [part.key for part in classroom.PARTS if part.readout]


def test_a_control_that_is_hidden_hides_no_readout_and_every_part_is_there_to_be_hidden(player):
    page = player.page
    table = {
        "name": "mine.csv",
        "mimeType": "text/csv",
        "buffer": b"a,b\n" + b"".join(b"%d.5,%d.5\n" % (i * i % 11, i * i % 7) for i in range(40)),
    }
    player.scrub(3).wait(iteration=3)
    run = player.get("run")
    page.get_by_text("Upload", exact=True).click()
    page.locator("input[type=file]").set_input_files(table)
    player.wait(other_run=run).still().wait_for_axes()
    page.locator("[class*=st-key-part_runs] button").first.wait_for()
    found, marked = hides_no_readout(player)
    words = page.locator(".em-told").text_content()
    assert "mine.csv: 40 rows × 2 features (a, b)" in words and "components: 2" in words and "seed: 0" in words
    Compare(player)
    page.get_by_role("button", name="Duplicate").click()
    player.wait_for_axes(".em-lane-C")
    page.wait_for_selector(".em-difference-panel select")
    compared, marked_there = hides_no_readout(player.still())
    parts = {part.key for part in classroom.PARTS}
    assert parts - found - compared == {"pictures"}, "of a table there are none"
    assert marked | marked_there == {part.key for part in classroom.PARTS if not part.where}


def test_what_is_hidden_leaves_its_room_and_one_click_brings_it_back(visit):
    player = visit()
    page = player.page
    player.click("For a class")
    for big, width, height in ((True, 1024, 768), (False, 1440, 900)):
        page.evaluate("(on) => document.querySelector('.em-player').parentElement.emPlayer.present(on)", big)
        page.set_viewport_size({"width": width, "height": height})
        for gone in (["Network"], ["Log-likelihood"], ["Density"], ["Network", "Log-likelihood"]):
            for on in (False, True):
                for label in gone:
                    page.evaluate(SWITCH, [label, on])
                share, count = page.evaluate(FILLED)
                assert count == (3 if on else 3 - len(gone)) and share > 0.9, (gone, big, width)
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
    page.wait_for_selector(".em-class", state="detached")
