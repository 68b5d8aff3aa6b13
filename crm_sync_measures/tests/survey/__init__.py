from . import test_program
from . import test_invitation
from . import test_native
from . import test_score_anonymous
from . import test_score_answer
from . import test_score_figures
from . import test_theme
