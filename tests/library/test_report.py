"""The page about a library, looked at with a real browser."""

from __future__ import annotations

import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auralis_dsp.library import report
from auralis_dsp.library.dimensions import NAMES
from auralis_dsp.library.schema import SCHEMA, to_table
from auralis_dsp.library.similar import matrix
from auralis_dsp.library.space import Space
from auralis_dsp.library.track import Status, Track, error_row

from .chromium import Chromium
from .helpers import example_table, run


@pytest.fixture
def browser():
    browser = Chromium()
    yield browser
    browser.close()


@pytest.fixture
def library(tmp_path):
    table = example_table(400)
    lufs = table.schema.get_field_index("lufs")
    values = table["lufs"].to_numpy().copy()
    values[17] = 60.0
    values[18:30] = np.nan
    table = table.set_column(lufs, table.schema.field(lufs), pa.array(values))
    bad = [
        error_row(Track(f"/music/bad {i}.mp3", 1, 2), Status.DAMAGED, "ends early")
        for i in range(3)
    ]
    bad.append(error_row(Track("/music/</script><b>.mp3", 1, 2), Status.TIMEOUT, "no <progress>"))
    path = tmp_path / "my <library>.parquet"
    pq.write_table(pa.concat_tables([table, to_table(bad)]), path)
    return path


def data_of(page) -> dict:
    text = page.read_text()
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*)</script>', text)[1]
    )


def test_hover_click_search_and_screenshot(browser, library, tmp_path):
    page = tmp_path / "report.html"
    assert run("report", library, "-o", page).returncode == 0
    browser.open(page)
    assert browser.evaluate("document.title") == "my <library>.parquet"
    assert browser.evaluate("document.querySelectorAll('.panel').length") == 25
    blank = browser.screenshot(tmp_path / "before.png")

    # The map shows points: more than one colour, and a tooltip under the mouse.
    x, y = browser.evaluate(
        "(() => { const [x, y] = toScreen(42), box = map.getBoundingClientRect();"
        " return [x + box.left, y + box.top]; })()"
    )
    browser.mouse("mouseMoved", x, y)
    tip = browser.evaluate("byId('tip').hidden ? '' : byId('tip').textContent")
    assert "Artist" in tip and "spectral_centroid" in tip
    browser.click(x, y)
    chosen = browser.evaluate("chosen")
    assert chosen >= 0
    assert browser.evaluate("document.querySelector('#chosen h3').textContent") == (
        browser.evaluate(f"tracks.label[{chosen}]")
    )
    assert browser.evaluate("document.querySelectorAll('#chosen .dimension').length") == 25
    marks = "document.querySelectorAll('.mark[visibility=visible]').length"
    assert browser.evaluate(marks) >= 24

    box = browser.middle_of("#search")
    browser.click(*box)
    browser.type("ARTIST 39")
    matching = sum("39" in f"{i:05}" for i in range(400))
    assert browser.evaluate("byId('found').textContent") == f"{matching} found"
    assert browser.evaluate("found.size") == matching
    after = browser.screenshot(tmp_path / "after.png")
    assert after != blank and len(after) > 30_000

    # A click on a result chooses it.
    place = browser.middle_of("#results .track")
    browser.click(*place)
    assert "39" in browser.evaluate("tracks.path[chosen]")

    assert browser.requests == [page.as_uri()]
    assert browser.problems == []


def test_the_page_computes_the_distances_of_the_library(browser, library, tmp_path):
    page = tmp_path / "report.html"
    report.write_report(library, page)
    browser.open(page)
    values = matrix(pq.read_table(library).slice(0, 400))
    rows, distances = Space(values).nearest(values[5], 7)
    found = browser.evaluate("nearest(5, 6)")
    assert [row for _, row in found] == rows[1:].tolist()
    np.testing.assert_allclose([far for far, _ in found], distances[1:], rtol=1e-3)


def test_numbers_on_the_page(library, tmp_path):
    report.write_report(library, tmp_path / "report.html")
    data = data_of(tmp_path / "report.html")
    facts = dict(data["facts"])
    assert (facts["Tracks"], facts["With fingerprint"], facts["Errors"]) == ("404", "400", "4")
    values = matrix(pq.read_table(library).slice(0, 400))
    for i, dimension in enumerate(data["dimensions"]):
        assert dimension["name"] == NAMES[i]
        assert dimension["median"] == pytest.approx(np.nanmedian(values[:, i]), rel=1e-4)
        assert sum(dimension["histogram"]) >= 0.98 * np.isfinite(values[:, i]).sum()
    assert data["dimensions"][NAMES.index("lufs")]["missing"] == 12
    worst = data["outliers"][0]
    assert (worst["track"], NAMES[worst["dimension"]]) == (17, "lufs")
    assert worst["deviation"] > 30
    assert [(e["status"], e["count"]) for e in data["errors"]] == [("damaged", 3), ("timeout", 1)]
    assert dict(data["formats"][0][1]) == {"flac/pcm_16": 400}


def test_the_map_puts_alike_tracks_together():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 25)) * 0.3
    points[:100, 3] += 3
    points[:100, 12] -= 3
    x, y, explained = report._map(points)
    assert max(np.abs(x).max(), np.abs(y).max()) == pytest.approx(1)
    assert (np.sign(x[:100] - x.mean()) == np.sign(x[0] - x.mean())).all()
    assert 0.5 < explained <= 1


def test_a_large_library_shows_a_choice_with_all_outliers(library, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "MAP_TRACKS", 50)
    report.write_report(library, tmp_path / "report.html")
    data = data_of(tmp_path / "report.html")
    assert len(data["tracks"]["path"]) <= 50
    assert data["analysed"] == 400
    assert data["tracks"]["path"][data["outliers"][0]["track"]] == "/music/00017.flac"


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_libraries_with_next_to_nothing_in_them(browser, tmp_path, rows):
    pq.write_table(example_table(3).slice(0, rows), tmp_path / "l.parquet")
    report.write_report(tmp_path / "l.parquet", tmp_path / "report.html")
    browser.open(tmp_path / "report.html")
    assert browser.problems == []
    assert browser.evaluate("document.querySelectorAll('.panel').length") == 25


def test_what_cannot_be_read_or_written_is_told(library, tmp_path):
    missing = run("report", tmp_path / "none.parquet", "-o", tmp_path / "r.html")
    assert (missing.returncode, "no such library" in missing.stderr) == (2, True)
    unwritable = run("report", library, "-o", tmp_path / "no/r.html")
    assert unwritable.returncode == 4
    assert "Traceback" not in unwritable.stderr
    assert set(SCHEMA.names) >= set(NAMES)
