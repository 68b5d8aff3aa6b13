from . import test_program
from . import test_invitation
