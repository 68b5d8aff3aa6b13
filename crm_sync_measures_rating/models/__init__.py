from . import crm_sync_score
from . import rating_rating
from . import crm_sync_erasure
