"""A room with real browsers: who leads, who follows, who leaves and comes back, who forges, what is guessed, and the end."""

import json
import re
import urllib.error
import urllib.request


def line(player, words):
    """Wait until the line of the room says this."""
    player.page.locator(".em-room-sentence", has_text=words).wait_for()
    return player


def post(url, told, key="x" * 32):
    headers = {"Content-Type": "application/json", "X-Room-Key": key}
    return urllib.request.urlopen(urllib.request.Request(url, json.dumps(told).encode(), headers))


def press_in_picture(player, across, up):
    box = player.still().page.locator(".em-density-panel .em-picture").bounding_box()
    player.page.mouse.click(box["x"] + across * box["width"], box["y"] + up * box["height"])


def follow_to(players, **where):
    for player in players:
        player.wait(**where)


def test_a_class_follows_one_who_leads_and_each_may_leave_and_come_back(visit, open_link):
    leader = visit()
    address = leader.page.url
    leader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    leader.click("Follow me")
    code = leader.page.locator(".em-room-code strong").inner_text()
    assert re.fullmatch("[A-Z]{5}", code) and leader.page.get_by_alt_text("QR code of").get_attribute("alt").endswith(f"{address}?r={code}")
    leader.click("Copy my own link")
    leader.page.get_by_text("Your own link is copied").wait_for()
    own = leader.page.evaluate("navigator.clipboard.readText()")
    key = own.removeprefix(f"{address}?r={code}#lead=")
    assert len(key) >= 32 and key not in leader.page.content() and "#" not in leader.page.url
    leader.click("Close").scrub(3).wait(iteration=3)

    # one comes by the address, is at once where the leader is, and one types the code on the page
    first, second = open_link(f"{address}?r={code}"), open_link(address, 390, 844)
    follow_to([first], iteration=3, state="paused")
    assert first.get("script-runs") == "1"
    second.wait(iteration=0)
    second.page.get_by_label("Code of a room").fill(f"{code[:2]} {code[2:]}".lower())
    second.press("Enter")
    both = [first, second]
    follow_to(both, iteration=3)
    for player in both:
        line(player, f"You follow room {code}")
    line(leader, f"You lead room {code} · 2 follow")
    leader.click("Half-step forward")
    follow_to(both, iteration=4, half="E")
    runs = [player.get("script-runs") for player in both]
    leader.click("Step back")
    follow_to(both, iteration=3, half="M")
    leader.page.locator(".em-node").nth(1).click()
    for player in both:
        player.page.locator(".em-node.em-pinned[data-node='1']").wait_for()
    leader.press("Escape")
    first.page.wait_for_function("!document.querySelector('.em-pinned')")
    leader.speed("5").click("Play")
    follow_to(both, state="playing")
    leader.click("Pause").wait(state="paused")
    follow_to(both, iteration=leader.iteration, state="paused")
    assert runs == [player.get("script-runs") for player in both], "no script of a page has run for that"

    # another setting, another page; what was pinned goes with the run, and nobody is left behind
    leader.page.locator(".em-node").nth(1).click()
    for player in both:
        player.page.locator(".em-node.em-pinned[data-node='1']").wait_for()
    before = first.get("run")
    leader.slider("Components k").focus()
    leader.press("ArrowRight")
    follow_to(both, other_run=before)
    for player in both:
        line(player, f"You follow room {code}")
    assert first.page.url.startswith(f"{address}?v=1&k=3&") and first.page.url.endswith(f"r={code}")
    leader.page.get_by_role("link", name="Compare").click()
    for player in [leader, *both]:
        player.page.locator(".em-player.em-compare[data-iteration]").wait_for()
    leader.click("Step forward")
    follow_to(both, iteration=1)
    leader.page.get_by_role("link", name="Explore").click()
    for player in [leader, *both]:
        player.page.locator(".em-player:not(.em-compare)[data-iteration]").wait_for()
    line(leader.scrub(2).wait(iteration=2), "2 follow")
    follow_to(both, iteration=2)

    # a hand on the page leaves, and comes back at once
    second.click("Step back").wait(iteration=1)
    line(second, f"You explore on your own, beside room {code}")
    leader.page.reload()  # she is still who leads
    line(leader.wait(), f"You lead room {code}").scrub(6).wait(iteration=6)
    follow_to([first], iteration=6)
    assert second.iteration == 1
    second.click("Follow again").wait(iteration=6)
    first.page.reload()
    line(first.wait(iteration=6), f"You follow room {code}")
    first.tab("Export").page.get_by_role("button", name="Copy link").wait_for()

    # nobody leads without the key
    for name, told in (("lead", {"place": {"iteration": 0}}), ("end", {})):
        try:
            post(f"{address}room/{code}/{name}", told)
            raise AssertionError("a forged key leads")
        except urllib.error.HTTPError as refused:
            assert refused.code == 403 and refused.read().decode() == f"Only the person who opened room {code} can lead it."

    # what is guessed is shown together, once the leader wants it
    leader.click("Ask a question")
    leader.page.get_by_label("Your question").fill("Where is <b>it</b>?")
    leader.click("Ask the room")
    for player, across in zip(both, (0.5, 0.7), strict=True):
        player.page.locator(".em-question q", has_text="Where is <b>it</b>?").wait_for()
        press_in_picture(player, across, 0.5)
        player.page.get_by_text("Your answer is the cross").wait_for()
    press_in_picture(first, 0.6, 0.4)
    leader.page.get_by_text("2 of 2 have answered").wait_for()
    assert leader.page.locator(".em-guesses circle").count() == 0
    leader.click("Show the answers")
    for player in [leader, *both]:
        player.page.wait_for_function("document.querySelectorAll('.em-guesses circle').length === 2")
        player.page.get_by_text("2 answers", exact=True).wait_for()
    assert first.page.locator(".em-ring").is_hidden(), "no row was picked"
    leader.click("Clear").click("Ask a question")
    leader.page.get_by_label("Kind of question").select_option("much")
    leader.page.get_by_label("Your question").fill("How many?")
    leader.click("Ask the room")
    for player, value in ((first, "4"), (second, "7"), (first, "5")):
        player.page.get_by_label("How many?").fill(value)
        player.page.get_by_role("button", name="Answer", exact=True).click()
        player.page.get_by_text(f"You answered {value}; you may change it.").wait_for()
    leader.page.get_by_text("2 of 2 have answered").wait_for()
    leader.click("Show the answers")
    second.page.get_by_text("2 answers, median 6").wait_for()
    assert second.page.locator(".em-numbers-plot circle").count() == 2
    leader.click("End the room")
    for player in [leader, *both]:
        line(player, "The room has ended.")
