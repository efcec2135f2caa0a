"""The server in front of a real browser: below a path, behind a proxy, killed and started again."""

import gzip
import re
import socket
import socketserver
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress

import pytest

from pages.wire.served import PLAYER, PLOTLY

BACK = "The server had forgotten this page. It has been made again from its settings"


@contextmanager
def stripping_proxy(address):
    """A proxy that takes "/mixes" away from every address; gives the address of the app behind it."""
    host, port = address.split("/")[2].split(":")

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            line, headers = self.rfile.readline(), []
            while (header := self.rfile.readline()).strip():
                headers.append(header)
            method, path, version = line.split(b" ", 2) if line.count(b" ") == 2 else (b"", b"", b"")
            if not path.startswith(b"/mixes/"):
                return self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            if not any(header.lower().startswith(b"upgrade:") for header in headers):  # one request a connection
                headers = [header for header in headers if not header.lower().startswith(b"connection:")] + [b"Connection: close\r\n"]
            with socket.create_connection((host, int(port))) as behind:
                behind.sendall(b" ".join([method, path[6:], version]) + b"".join(headers) + b"\r\n")
                back = threading.Thread(target=pump, args=(behind.recv, self.connection), daemon=True)
                back.start()
                pump(self.rfile.read1, behind)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = allow_reuse_address = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/mixes/"
        server.shutdown()


def pump(read, to):
    with suppress(OSError):
        while content := read(65536):
            to.sendall(content)
    with suppress(OSError):
        to.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def below(serve, tmp_path_factory):
    """A server that is told to be below a path; the first test here finds it cold, the last kills it."""
    with serve(tmp_path_factory.mktemp("below"), "mixes") as url:
        yield url


@pytest.fixture(params=["told", "stripped"])
def mixes(request):
    """The app below /mixes/: the server knows of it, or a proxy takes it away."""
    if request.param == "told":
        yield request.getfixturevalue("below")
    else:
        with stripping_proxy(request.getfixturevalue("address")) as url:
            yield url


def test_below_a_path_a_page_comes_by_its_link_with_the_whole_app_and_the_other_from_there(open_link, mixes):
    player = open_link(f"{mixes}compare").wait(iteration=0).wait_for_axes(".em-lane-B")
    links = player.page.get_by_role("link").all_inner_texts()
    assert [link.strip() for link in links if link.strip()][-4:] == ["Explore", "Compare", "Tune", "Learn"] and "app" not in links
    player.page.get_by_role("link", name="Explore").click()
    player.wait_for_axes()
    assert player.page.url == mixes
    player.click("Follow me").page.get_by_alt_text(f"QR code of {mixes}?r=").wait_for()  # rooms are below the path, too
    code = player.page.locator(".em-room-code strong").inner_text()
    follower = open_link(f"{mixes}?r={code}").wait(iteration=0)
    of_the_room(player.click("Close"), "1 follows")
    player.click("Step forward").wait(iteration=1)
    follower.wait(iteration=1)


def fetch(url, **headers):
    answer = urllib.request.urlopen(urllib.request.Request(url, headers=headers))
    return answer.headers, answer.read()


@pytest.mark.parametrize("file", [f"{PLAYER}/explore.js", PLOTLY])
def test_files_are_compressed_once_and_kept_for_a_year(address, file):
    headers, plain = fetch(address + file)
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable" and "Accept-Encoding" in headers["Vary"]
    assert headers["Content-Type"].startswith("text/javascript") and headers["Content-Encoding"] is None
    headers, compressed = fetch(address + file, **{"Accept-Encoding": "gzip, deflate, br"})
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable" and headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed) == plain and len(compressed) < 0.5 * len(plain)
    assert re.search(r"-[0-9a-f.]{5,}/", file), "another version has another address"


@pytest.mark.parametrize("file", [f"{PLAYER}/nothing.js", f"{PLAYER}/../../app.py", f"{PLAYER}/%2e%2e%2fplayer.css"])
def test_nothing_else_is_served(address, file):
    with suppress(urllib.error.HTTPError):
        headers, content = fetch(address + file)
        assert headers["Content-Type"].startswith("text/html") and b"Streamlit" in content, "the page itself"


def line(player):
    return player.page.locator(".em-status").inner_text()


def notice(player):
    alert = player.page.get_by_test_id("stAlert")
    alert.wait_for()
    return alert.inner_text()


def of_the_room(player, words, patience=1):
    """Wait until the line of the room says this."""
    player.page.locator(".em-room-sentence", has_text=words).wait_for(timeout=patience * player.patience)


def example(player, name, label):
    player.page.get_by_role("button", name="Examples").click()
    player.page.get_by_text(name, exact=True).click()
    player.page.wait_for_selector(f"[data-testid=em-player][aria-label*='{label}']")


def test_a_page_says_that_the_server_is_gone_and_comes_back_when_it_is_killed_and_started_again(open_link, serve, below, tmp_path):
    def come(url):
        return open_link(url, clean=False).wait(iteration=0)

    network = come(below)
    example(network, "A network on the geyser", "Network")
    network.click("Add a layer")
    network.page.wait_for_selector("[data-testid=em-player][aria-label*='[2, 5, 2]']")
    layered = network.get("run")
    network.click("New start").wait(other_run=layered, iteration=0)
    network.scrub(7).wait(iteration=7, state="paused")
    title, cells, before = network.root.get_attribute("aria-label"), network.cells(), network.get("run")
    table = come(below)
    table.page.get_by_role("radio", name="Upload").click()
    table.page.locator("input[type=file]").set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i % 7) for i in range(40))}
    )
    table.page.wait_for_selector("[data-testid=em-player][aria-label*='mine.csv']")
    compare = come(f"{below}compare")
    compared = compare.get("run")
    compare.page.get_by_role("button", name="Begin with").click()
    compare.page.get_by_role("button", name="GMM with 10 components").click()  # it learns for long
    compare.wait(other_run=compared)
    compared = compare.get("run")
    compare.click("Duplicate").wait(other_run=compared)
    compare.page.get_by_test_id("em-lane-C").wait_for()
    compare.speed("0.5").click("Play").wait(least=1)
    compared = compare.get("run")
    leader = come(below).click("Follow me")
    code = leader.page.locator(".em-room-code strong").inner_text()
    follower = come(f"{below}?r={code}")
    of_the_room(leader.click("Close"), "1 follows")
    below.server.kill()
    of_the_room(follower, f"The connection to room {code} is lost. It comes back by itself.")
    network.page.wait_for_function("document.querySelector('.em-status').textContent.startsWith('The server cannot be reached.')")
    network.page.wait_for_timeout(6000)  # Streamlit's own message has come and gone
    network.scrub(3).wait(iteration=3)
    assert network.click("Step forward").wait(iteration=4).get("state") == "paused" and network.get("run") == before
    assert line(network).startswith("The server cannot be reached.")
    network.scrub(7).wait(iteration=7)

    with serve(tmp_path, "mixes", port=int(below.split(":")[2].split("/")[0])):
        for player in (network, table, compare):  # a cold server, and three pages at once
            player.page.get_by_test_id("stAlert").wait_for(timeout=4 * player.patience)
        for player in (leader, follower):
            of_the_room(player, "The room has ended: the server was restarted.", 3)
        network.wait(other_run=before)
        assert notice(network) == f"{BACK}: all is as it was."
        network.wait(iteration=7, state="paused")
        assert network.root.get_attribute("aria-label") == title and network.cells() == cells
        assert line(network).startswith("Iteration 7")
        assert notice(table) == f"{BACK}, but the tables you uploaded are gone, upload them again."
        assert "Old Faithful" in table.root.get_attribute("aria-label")
        assert notice(compare) == f"{BACK}: all is as it was."
        assert compare.page.get_by_test_id("em-lane-C").count() == 1
        compare.wait(state="playing", least=2, other_run=compared)
