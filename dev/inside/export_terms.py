# Run in Odoo's shell: writes the translation template of each of some addons.
import os
from pathlib import Path

from odoo.tools.translate import trans_export

for addon in os.environ["ADDONS"].split():
    target = Path(os.environ["FOLDER"]) / f"{addon}.pot"
    with target.open("wb") as file:
        trans_export(None, [addon], file, "po", env)
print("EXPORTED")
