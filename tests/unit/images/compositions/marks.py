"""What a test of letters needs of the system."""

import pytest
from PIL import features

# Pillow looks for the library by itself; a machine without it writes numbers in place of Arabic names.
needs_fribidi = pytest.mark.skipif(not features.check("raqm"), reason="FriBiDi is not installed")
