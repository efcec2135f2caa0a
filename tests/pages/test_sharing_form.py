"""What the clusters share, on the page."""

from pages.work import links
from pages.work.links import read


def controls(page):
    return {widget.key: widget for widget in page.app.segmented_control if widget.key.startswith("sharing_")}


def test_three_choices_are_one_setting_that_learns_and_what_cannot_be_is_not_offered(page):
    assert page.session.run.settings.structure["covariance_type"] == "full"
    assert page.payload["static"]["table"]["columns"][-3:] == ["volume", "shape", "orientation"]
    page.set("sharing_shape_set", "I")
    assert page.session.run.settings.structure["covariance_type"] == "VII"
    assert controls(page)["sharing_direction_set"].disabled and controls(page)["sharing_direction_set"].value == "I"
    forms = [row[-2] for row in page.play(2)[-1]["t"]]
    assert forms == [1.0, 1.0], "round ones are as long as wide"
    page.set("sharing_size_set", "E").set("sharing_shape_set", "V").set("sharing_direction_set", "E")
    assert page.session.run.settings.structure["covariance_type"] == "EVE"
    assert not controls(page)["sharing_direction_set"].disabled
    volumes = {row[-3] for row in page.play(2)[-1]["t"]}
    assert len(volumes) == 1
    link = read(page.payload["link"]["query"])
    assert link.values["sharing"] == "EVE" and "cv=eve" in links.write([link.values])
    labels = {part: [option.content for option in control.proto.options] for part, control in controls(page).items()}
    assert labels["sharing_size_set"] == ["Same for all", "Free"]
    page.set("set_model", "SkewGMM")
    assert not controls(page)
