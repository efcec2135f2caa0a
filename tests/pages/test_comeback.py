"""A page that a server has forgotten comes back from what the browser kept."""

import json

import pytest

from pages.parts import comeback

from .conftest import ComparePage, Page


def forgotten(kind, record):
    """A page of another session that is told what one before had."""
    page = kind.__new__(kind)
    Page.begin(page, {comeback.KEY: {"again": record}})
    return page
