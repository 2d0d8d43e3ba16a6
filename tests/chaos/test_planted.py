"""A planted bug that no longer fits is noticed at once, not only when ``make planted`` is run."""

import pytest
from chaos.planted import FOLDER, ROOT, read_bug


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.patch")), ids=lambda path: path.stem)
def test_a_planted_bug_fits(path):
    for name, old, _ in read_bug(path).edits:
        assert (ROOT / name).read_text().count(old) == 1
