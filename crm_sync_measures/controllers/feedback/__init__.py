from . import attachment
from . import case_portal
from . import feedback
from . import known_answers
