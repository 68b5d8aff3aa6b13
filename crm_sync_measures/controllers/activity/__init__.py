from . import promise_portal
